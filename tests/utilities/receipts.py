"""Receipts as an honest platform gives them, without it and without the script: keys by OpenSSL, RFC 6962 anew."""

from __future__ import annotations

import base64
import copy
import hashlib
import importlib.util
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.forgeries.chain import BEFORE, EASY, Block, transaction
from tests.utilities.witness.log import ORIGIN, Signer, audit_path, checkpoint_text, leaf, tree_hash

SCRIPT = Path(__file__).parents[2] / "utilities" / "bin" / "verify_receipt.py"
WRITTEN = 1_700_000_000
ORDER = "0190a000-0000-7000-8000-000000000001"
PERSON = "customer-1"
SALT = bytes(range(32))


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("published_verify_receipt", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["published_verify_receipt"] = module
    spec.loader.exec_module(module)
    return module


script = _loaded()


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def commitment(terms: str) -> str:
    tag = hashlib.sha256(b"tiraj/order/1").digest()
    return hashlib.sha256(tag + tag + terms.encode()).hexdigest()


@dataclass
class Written:
    """A leaf of the receipt: what it says, when it was promised, the checkpoint that covers it."""

    told: dict[str, Any]
    salt: bytes | None
    written: int = WRITTEN
    entry: str = ""

    def __post_init__(self) -> None:
        self.entry = self.entry or canonical(self.told)

    @property
    def hash(self) -> bytes:
        return leaf(self.entry.encode())


PAID_TO = "bcrt1q-where-a-win-is-paid"


@dataclass
class Story:
    """A log with some entries of others, and those of one order; what its platform says."""

    game: str = "rounds"
    signer: Signer = field(default_factory=Signer)
    witnesses: list[Signer] = field(default_factory=lambda: [Signer("w.example/one", b"w" * 32, 4)])
    leaves: list[Written] = field(default_factory=list)
    before: int = 5
    more: dict[str, Any] = field(default_factory=dict)  # that the terms say
    signed_after: int = 2

    @property
    def terms(self) -> str:
        own = {"game": self.game, "network": "regtest", "note": "é", "payoutAddress": PAID_TO, "roundNumber": 7}
        return canonical(own | self.more)

    def payment(self, number: int = 0, **other: Any) -> dict[str, Any]:
        """As the receipt lists it."""
        return {
            "txid": f"{number:02x}" * 32,
            "vout": 1,
            "amountSats": 5_600,
            "creditedSats": 5_600,
            "refundableSats": 0,
            "blockHeight": 100 + number,
            "blockHash": f"{number + 1:02x}" * 32,
            "status": "credited",
            **other,
        }

    def paid(self, number: int = 0, **other: Any) -> Written:
        """What the log tells of that payment."""
        payment = self.payment(number)
        fate = payment.pop("status")
        own = {
            "rounds": {"tickets": [5 * number, 5 * number + 4]},
            "luckotto": {"numbers": [1, 2, 3, 4, 5, 6], "requestedNumbers": [1, 2, 3, 4, 5, 7], "sequence": 3},
        }[self.game]
        told = {
            **payment,
            "fate": fate,
            "commitment": commitment(self.terms),
            "game": self.game,
            "payment": f"0190b000-0000-7000-8000-00000000000{number}",
            "person": hashlib.sha256(SALT + PERSON.encode()).hexdigest(),
            "roundNumber": 7,
            "subject": f"order:{ORDER}",
            "type": "order.paid",
            **own,
            **other,
        }
        return Written(told, SALT)

    def unpaid(self, number: int = 0, cause: str = "orphaned", credited: int = 0) -> Written:
        told = {
            "cause": cause,
            "creditedSats": credited,
            "game": self.game,
            "payment": f"0190b000-0000-7000-8000-00000000000{number}",
            "subject": f"order:{ORDER}",
            "type": "order.unpaid",
        }
        return Written(told, None)

    # the log

    @property
    def hashes(self) -> list[bytes]:
        others = [leaf(f"another {number}".encode()) for number in range(self.before)]
        return [*others, *(one.hash for one in self.leaves), leaf(b"the last")]

    def checkpoint(self, size: int | None = None, *, when: int | None = None, root: bytes | None = None) -> str:
        """Of so many entries, signed by the log, and cosigned."""
        size = len(self.hashes) if size is None else size
        time = WRITTEN + self.signed_after if when is None else when
        text = checkpoint_text(size, root or tree_hash(self.hashes[:size]), time)
        return text + "\n" + self.signer.line(text) + "".join(one.line(text, time + 1) for one in self.witnesses)

    def proof(self, index: int, *, checkpoint: str | None = None) -> str:
        path = [base64.b64encode(one).decode() for one in audit_path(index, self.hashes)]
        lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *path, ""]
        return "\n".join([*lines, self.checkpoint() if checkpoint is None else checkpoint])

    def promise(self, one: Written, signer: Signer | None = None, **other: Any) -> str:
        said = {"head": "tiraj/promise/1", "origin": ORIGIN, "time": one.written, "delay": 60, **other}
        coded = base64.b64encode(said.get("leaf", one.hash)).decode()
        text = f"{said['head']}\n{said['origin']}\n{coded}\n{said['time']}\n{said['delay']}\n"
        return text + "\n" + (signer or self.signer).line(text)

    def anchor(self, at: int, *, leaves: list[bytes] | None = None, held: bytes | None = None) -> dict[str, Any]:
        """The root over these leaves in a block, and the path to it from the leaf at that place."""
        leaves = self.hashes if leaves is None else leaves
        root = tree_hash(leaves)
        script = b"\x6a\x20" + (held or root)
        block = Block(120, BEFORE, [transaction(b"", [(1_000, b"\x51"), (0, script)], b"\x22" * 36)], EASY)
        path = [one.hex() for one in audit_path(at, leaves)]
        said = {"vout": 1, "root": root.hex(), "size": len(leaves), "path": path}
        return {"txid": block.txids[1][::-1].hex(), **said, "proof": block.proof(1)}

    # the receipt

    def part(self, at: int) -> dict[str, Any]:
        one = self.leaves[at]
        return {
            "leaf": one.hash.hex(),
            "salt": one.salt.hex() if one.salt else None,
            "promise": self.promise(one),
            "proof": self.proof(self.before + at),
            "entry": one.entry,
            "number": self.before + at,
        }

    def receipt(self, *payments: dict[str, Any], held: Any = None) -> dict[str, Any]:
        """With the last entry of a payment as the main one."""
        parts = [self.part(at) for at in range(len(self.leaves))]
        main = max((at for at, one in enumerate(self.leaves) if one.told["type"] == "order.paid"), default=None)
        log = None
        if main is not None:
            others = parts[:main] + parts[main + 1 :]
            log = {**parts[main], "identifier": PERSON, "others": others}
        common = {"roundNumber": 7, "commitment": commitment(self.terms), "terms": self.terms}
        if self.game == "luckotto":
            own = {"requestedNumbers": [1, 2, 3, 4, 5, 7], "allocatedNumbers": held}
            return {"id": ORDER, **common, **own, "payments": list(payments), "log": log}
        slip = {"ranges": held} if held else None
        return {"orderId": ORDER, **common, "payments": list(payments), "slip": slip, "log": log}


PRICED = {"poolSize": 12, "baseCombinationPriceSats": 400, "totalSats": 440, "requestedNumbers": [1, 2, 3, 4, 5, 7]}
BESIDE = {"baseSats": 400, "combinations": 1, "feeSats": 40, "odds": {"combinations": 1, "possible": 924, "oneIn": 924}}
PAYOUT = {"state": "confirmed", "amountSats": 924 * 400, "address": PAID_TO, "txid": "00" * 32}


def priced() -> tuple[Story, dict[str, Any]]:
    """An order of Luckotto with its price and its chance beside."""
    story, receipt = simple("luckotto", PRICED)
    return story, receipt | copy.deepcopy(BESIDE) | {"status": "lost", "payout": None}


def simple(game: str = "rounds", more: dict[str, Any] | None = None) -> tuple[Story, dict[str, Any]]:
    """One payment, credited."""
    story = Story(game, more=more or {})
    story.leaves = [story.paid()]
    held = [[0, 4]] if game == "rounds" else [1, 2, 3, 4, 5, 6]
    return story, story.receipt(story.payment(), held=held)


def changed(receipt: dict[str, Any], *path: str | int, to: Any) -> dict[str, Any]:
    """The receipt with another value at a place."""
    made = copy.deepcopy(receipt)
    at: Any = made
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = to
    return made
