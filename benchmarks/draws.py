"""The draw's chain of SHA-256: every hash needs the one before, so only speed on one core counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from app.outcomes.draws import hash_chain

from .measuring import Row, alternate
from .stage import Stage

_MESSAGE = bytes(16_384)
_COMPRESSIONS = len(_MESSAGE) // 64 + 1  # the padding fills a block of its own


def run(stage: Stage) -> Iterator[Row]:
    """Ours against OpenSSL's best case (long messages: no call a hash), and against a loop over hashlib."""
    count = stage.scale.hashes
    slow = max(1, count // 8)
    messages = max(1, count // _COMPRESSIONS)
    seconds = alternate(
        stage.scale.repeats,
        {
            "ours": lambda: _drop(hash_chain.advance(bytes(32), count)),
            "openssl": lambda: _long_messages(messages),
            "hashlib": lambda: _drop(hash_chain.portable(bytes(32), slow)),
        },
    )
    unit, note = "million/s", f"engine: {hash_chain.engine()[0]}"
    ours = count / seconds["ours"] / 1e6
    yield Row("draw's hashes", unit, ours, messages * _COMPRESSIONS / seconds["openssl"] / 1e6, "OpenSSL's limit", note)
    yield Row("draw's hashes", unit, ours, slow / seconds["hashlib"] / 1e6, "hashlib loop", note)


def _long_messages(count: int) -> None:
    sha256 = hashlib.sha256
    for _ in range(count):
        sha256(_MESSAGE).digest()


def _drop(_: object) -> None:
    """What was hashed is not returned: a returned number would count as seconds."""
