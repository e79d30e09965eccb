"""`python -m app.core.sealing.keygen NAME`: a new key for DATA_KEYS or LOOKUP_KEY."""

from __future__ import annotations

import sys

from .keyring import Key, KeyRefused


def main(arguments: list[str]) -> int:
    """Print `NAME:key`."""
    if len(arguments) != 1:
        print("usage: python -m app.core.sealing.keygen NAME", file=sys.stderr)
        return 2
    made = Key.make(arguments[0]).text
    try:
        Key.parse(made)
    except KeyRefused as refused:
        print(refused, file=sys.stderr)
        return 2
    print(made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
