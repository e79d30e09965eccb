"""The public log as its owner could write it at any time: its entries, checkpoints, witnesses, a root in a block."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import SimpleNamespace
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.chain.node.blocks import display
from app.record.log.format import notes
from app.record.log.format.leaves import canonical
from app.record.log.format.notes import COSIGNER, SigningKey, VerifierKey
from app.record.log.format.tree import leaf_hash
from tests.settings import LOG_KEY

from .chain import HARD, Block, Record, alone, transaction
from .script import SCRIPT

IN_TIME: Final = 1_699_999_000
"""Before the time that all blocks here say."""
BLOCK_TIME: Final = 1_700_000_000
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


Cosigners: TypeAlias = "Sequence[tuple[Witness, int]]"
WITNESS: Final = Witness("witness.example/one", bytes(range(1, 33)))
STRANGER: Final = Witness("witness.example/two", bytes(range(2, 34)))


@dataclass
class Log:
    """What its owner may choose. It has four entries: promise, seal, another thing, and who had seen the seal.

    And three checkpoints: over the first two, over three of them, which `later` cosigned, over all, which `after` did.
    """

    key: SigningKey = LOG_KEY
    cosigners: Cosigners = field(default_factory=lambda: [(WITNESS, IN_TIME)])
    later: Cosigners = ()
    after: Cosigners = field(default_factory=lambda: [(WITNESS, IN_TIME + 10)])
    kinds: tuple[str, str, str] = ("round.created", "round.sealed", "round.witnessed")
    subject: str | None = None
    detail: Record = field(default_factory=dict)  # what the first two entries say otherwise
    quorum: Record = field(default_factory=dict)  # what the last one does
    counted: Cosigners | None = None  # whom it counts, where those are not all who are shown
    at_closing: bool = False  # whether it names the closing block
    is_said: bool = True
    said_at: int = IN_TIME + 9
    root: bytes | None = None  # in the block
    bits: int = HARD


def root_of(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(hashes[:half]) + root_of(hashes[half:])).digest()


def path_of(place: int, hashes: Sequence[bytes]) -> list[bytes]:
    """From an entry to the root, the nearest first."""
    if len(hashes) == 1:
        return []
    half = 1 << (len(hashes) - 1).bit_length() - 1
    if place < half:
        return [*path_of(place, hashes[:half]), root_of(hashes[half:])]
    return [*path_of(place - half, hashes[half:]), root_of(hashes[:half])]


def promised_of(bundle: Record) -> tuple[list[str], int]:
    """The witnesses that a bundle's promise names, and how many of them."""
    found: tuple[list[str], int] = SCRIPT["promised_witnesses"](SimpleNamespace(round=bundle["round"]))
    return found


def texts_of(bundle: Record, log: Log) -> list[str]:
    """The four entries."""
    round_ = bundle["round"]
    promised = {name: round_[name] for name in ("roundTerms", "roundCommitment")}
    promised.update(opens=round_["opensAtHeight"], closing=round_["closingHeight"])
    sealed = {"roundNumber": round_["roundNumber"], "sealRoot": bundle["seal"]["root"]}
    sealed.update({name: round_[name] for name in ("soldTickets", "soldCombinations") if name in round_})
    sealed.update(payments=len(bundle["seal"]["leaves"]), tipHeight=bundle["seal"]["sealedAtHeight"])
    details = [detail | {name: log.detail.get(name, detail[name]) for name in detail} for detail in (promised, sealed)]
    details.append(said_of_quorum(bundle, log) | log.quorum)
    subject = log.subject or "{}:{}".format(SUBJECTS[bundle["game"]], round_["roundNumber"])
    first, second, last = (
        canonical({"detail": detail, "subject": subject, "type": kind})
        for kind, detail in zip(log.kinds, details, strict=True)
    )
    return [first, second, canonical({"type": "decision"}), last]


def said_of_quorum(bundle: Record, log: Log) -> Record:
    """Who had seen the seal, as the platform says it."""
    named, quorum = promised_of(bundle)
    at = [(2, one, time) for one, time in log.cosigners] + [(3, one, time) for one, time in log.later]
    if log.counted is not None:
        at = [(size, one, time) for size, one, time in at if (one, time) in log.counted]
    first = {str(one.verifier): (size, time) for size, one, time in reversed(at) if str(one.verifier) in named}
    height = bundle["round"]["closingHeight"]
    replay = SCRIPT["GAMES"][bundle["game"]](bundle) if log.at_closing else None
    block = replay and {"height": height, "hash": replay.closing_hash(), "time": BLOCK_TIME}
    cosigned = [
        {"verifierKey": key, "size": first[key][0], "time": first[key][1], "line": "0" * 64}
        for key in named
        if key in first
    ]
    return {
        "roundNumber": bundle["round"]["roundNumber"],
        "sealEntry": 1,
        "quorum": quorum,
        "hasQuorum": len(cosigned) >= quorum,
        "closingBlock": block,
        "cosigned": cosigned,
        "missing": [key for key in named if key not in first],
    }


def checkpoint(log: Log, hashes: Sequence[bytes], cosigners: Cosigners, time: int) -> str:
    """A signed one, with these lines of witnesses."""
    text = notes.Checkpoint(log.key.name, len(hashes), root_of(hashes), time).text
    return notes.sign(text, [log.key]) + "".join(one.line(text, moment) for one, moment in cosigners)


def told_of(bundle: Record, log: Log, height: int) -> Record | None:
    """The log's part of a bundle that is told."""
    if bundle["seal"] is None:
        return None
    texts = texts_of(bundle, log)
    hashes = [leaf_hash(text.encode()) for text in texts]
    note = checkpoint(log, hashes[:2], log.cosigners, IN_TIME - 1)
    promised, sealed = (
        {"number": place, "text": texts[place], "proof": notes.proof_text(place, path_of(place, hashes[:2]), note)}
        for place in (0, 1)
    )
    last = notes.proof_text(3, path_of(3, hashes), checkpoint(log, hashes, log.after, log.said_at))
    root = root_of(hashes[:2])
    return {
        "promise": promised,
        "seal": sealed,
        "anchor": anchor(log.root or root, hashes[0], height, log.bits, root),
        "witnessed": {"number": 3, "text": texts[3], "proof": last} if log.is_said and promised_of(bundle)[1] else None,
        "cosigned": [seal_at_three(bundle, log, log.later)] if log.later else [],
    }


def seal_at_three(bundle: Record, log: Log, cosigners: Cosigners, *, says_which: bool = False) -> str:
    """The seal's proof against the second checkpoint, as somebody cosigned that; it may say of which entry it is."""
    texts = texts_of(bundle, log)
    hashes = [leaf_hash(text.encode()) for text in texts[:3]]
    text = notes.proof_text(1, path_of(1, hashes), checkpoint(log, hashes, cosigners, IN_TIME + 1))
    if not says_which:
        return text
    return text.replace("\n", f"\nextra {base64.b64encode(texts[1].encode()).decode()}\n", 1)


def anchor(held: bytes, beside: bytes, height: int, bits: int, root: bytes) -> Record:
    """A root in a block of that height, and the path to it from the seal's entry."""
    raw = transaction(b"", [(1_000, b"\x51"), (0, b"\x6a\x20" + held)], b"\x22" * 36)
    block = Block(height, alone(height), [raw], bits)
    return {
        "txid": display(block.txids[1]),
        "vout": 1,
        "root": root.hex(),
        "size": 2,
        "path": [beside.hex()],
        "proof": block.proof(1),
    }
