"""Makes a signing key for the log: `python -m app.record.log.keygen HOST/log`. Needs no settings: they need the key."""

from __future__ import annotations

import secrets
import sys

from .format.notes import SigningKey, VerifierKey
from .format.tree import HASH


def main(words: list[str]) -> int:
    """Print the value of LOG_KEY. Anybody who has it can speak for the log: keep it as you keep SECRET_KEY."""
    if len(words) != 1:
        print("usage: python -m app.record.log.keygen HOST/log", file=sys.stderr)
        return 2
    made = SigningKey(words[0], secrets.token_bytes(HASH))
    VerifierKey.parse(str(made.verifier))  # or the name is not one
    print(made.text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
