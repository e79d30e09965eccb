"""The public log as its owner could write it at any time: two entries, a checkpoint, a witness, a root in a block."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.chain.node.blocks import display
from app.record.log.format import notes
from app.record.log.format.leaves import canonical
from app.record.log.format.notes import COSIGNER, SigningKey, VerifierKey
from app.record.log.format.tree import leaf_hash
from tests.settings import LOG_KEY

from .chain import BEFORE, HARD, Block, Record, transaction

IN_TIME: Final = 1_699_999_000
"""Before the time that all blocks here say."""
SUBJECTS: Final = {"rounds": "round", "luckotto": "luckotto-round"}


@dataclass(frozen=True)
class Witness:
    """One who cosigns."""

    name: str
    seed: bytes

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self._key.public_key().public_bytes_raw(), COSIGNER)

    def line(self, text: str, time: int) -> str:
        signature = self._key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        data = self.verifier.identifier + time.to_bytes(8, "big") + signature
        return f"— {self.name} {base64.b64encode(data).decode()}\n"


WITNESS: Final = Witness("witness.example/one", bytes(range(1, 33)))
STRANGER: Final = Witness("witness.example/two", bytes(range(2, 34)))


@dataclass
class Log:
    """What its owner may choose."""

    key: SigningKey = LOG_KEY
    cosigners: Sequence[tuple[Witness, int]] = field(default_factory=lambda: [(WITNESS, IN_TIME)])
    kinds: tuple[str, str] = ("round.created", "round.sealed")
    subject: str | None = None
    detail: Record = field(default_factory=dict)  # what both entries say otherwise
    root: bytes | None = None  # in the block
    bits: int = HARD


def told_of(bundle: Record, log: Log, height: int) -> Record | None:
    """The log's part of a bundle that is told."""
    if bundle["seal"] is None:
        return None
    round_ = bundle["round"]
    promised = {name: round_[name] for name in ("roundTerms", "roundCommitment")}
    details = (promised, {"roundNumber": round_["roundNumber"], "sealRoot": bundle["seal"]["root"]})
    subject = log.subject or "{}:{}".format(SUBJECTS[bundle["game"]], round_["roundNumber"])
    texts = [
        canonical(
            {"detail": detail | {name: log.detail.get(name, detail[name]) for name in detail}, "subject": subject}
            | {"type": kind}
        )
        for kind, detail in zip(log.kinds, details, strict=True)
    ]
    hashes = [leaf_hash(text.encode()) for text in texts]
    root = sha256(b"\x01" + hashes[0] + hashes[1]).digest()
    text = notes.Checkpoint(log.key.name, 2, root, IN_TIME - 1).text
    note = notes.sign(text, [log.key]) + "".join(one.line(text, time) for one, time in log.cosigners)
    entries = [
        {"number": place, "text": texts[place], "proof": notes.proof_text(place, [hashes[1 - place]], note)}
        for place in (0, 1)
    ]
    return {
        "promise": entries[0],
        "seal": entries[1],
        "anchor": anchor(log.root or root, hashes[0], height, log.bits, root),
    }


def anchor(held: bytes, beside: bytes, height: int, bits: int, root: bytes) -> Record:
    """A root in a block of that height, and the path to it from the seal's entry."""
    raw = transaction(b"", [(1_000, b"\x51"), (0, b"\x6a\x20" + held)], b"\x22" * 36)
    block = Block(height, BEFORE, [raw], bits)
    return {
        "txid": display(block.txids[1]),
        "vout": 1,
        "root": root.hex(),
        "size": 2,
        "path": [beside.hex()],
        "proof": block.proof(1),
    }
