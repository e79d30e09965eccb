"""A draw of Swertres as an honest platform tells it: leaves by the platform's own rules, the log by RFC 6962 anew."""

from __future__ import annotations

import base64
import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

from app.games.swertres import rules
from app.outcomes.draws import sealed_draw
from app.record.log.format.leaves import canonical
from app.selling.bets.calendar import promise
from app.selling.bets.rules import Odds
from app.selling.bets.sale.leaves import Chained
from app.selling.bets.sale.ticket import Bet, Line
from app.selling.bets.sealing.seal import Sale, seal_of
from tests.utilities.witness.log import Signer, audit_path, checkpoint_text, leaf, tree_hash

SCRIPT = Path(__file__).parents[2] / "utilities" / "bin" / "verify_swertres.py"
NAME, GAME = "2026-11-30-0", "swertres"
SUBJECT, RESULT = f"bet-draw:{GAME}:{NAME}", f"result:{GAME}:{NAME}"
DRAWS = datetime(2026, 11, 30, 6, tzinfo=UTC)
LOG, WITNESS = Signer(), Signer("witness.example", b"w" * 32, kind=4)
SALT, USER = bytes(range(32)), UUID(int=7)
PROMISED_AT = 1_700_000_000  # whatever day it is when this is run, it has been
BETS = [  # of each ticket: kind, number, stake in centavos
    [("rumble", "123", 10_00), ("straight", "213", 8_33_33)],
    [("straight", "047", 50_00)],
    [("rumble", "112", 30_01), ("rumble", "777", 20_00), ("straight", "231", 1)],
    [("straight", "213", 40_00)],
]
DRAWN = "213"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("published_verify_swertres", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["published_verify_swertres"] = module
    spec.loader.exec_module(module)
    return module


script = _loaded()


def rule() -> dict[str, Any]:
    """What `sources.in_force.promised` says of the lottery."""
    sources = [("pcso_site", "https://www.pcso.gov.ph"), ("lottomatik", "https://lottomatik.pcso.gov.ph")]
    sources += [("lottopcso", "https://www.lottopcso.com"), ("philnews", "https://philnews.ph")]
    return {
        "lottery": "pcso.3d",
        "zone": "Asia/Manila",
        "digits": 3,
        "needs": [["pcso_site"], ["lottomatik"], ["lottopcso", "philnews"]],
        "readsApartSeconds": 600,
        "confirmedBy": "consensus",
        "sources": [{"name": n, "host": host, "parser": f"{n}/1", "origin": "pcso"} for n, host in sources],
    }


def terms(hashes: int = 0, **changed: Any) -> str:
    common = {
        "game": GAME,
        "name": NAME,
        "day": "2026-11-30",
        "slot": 0,
        "zone": "Asia/Manila",
        "currency": "PHP",
        "source": "official",
        "lottery": "pcso.3d",
        "classes": 1000,
        "sources": rule(),
        "opensAt": DRAWS - timedelta(days=7),
        "closesAt": DRAWS - timedelta(minutes=15),
        "sealsAt": DRAWS - timedelta(minutes=14),
        "cosignedBy": DRAWS - timedelta(minutes=5),
        "drawsAt": DRAWS,
    }
    made = promise.Rules(86_400, 259_200, (WITNESS.vkey,), 1, hashes, 0)
    return promise.text_of({**common, **changed}, made, {"multiple": 450})


def bet(kind: Any, number: str, stake: int) -> Bet:
    odds: Odds = rules.odds(kind, number, 450)
    return Bet(Line(UUID(int=1), kind, number, stake), odds, rules.winning(kind, number), odds.pays(stake))


@dataclass
class Story:
    """A draw from its promise on, step by step. `entries` and `results` are texts, in the log's order."""

    promised: str = field(default_factory=terms)
    drawn: str = DRAWN
    returned: tuple[int, ...] = (4,)
    entries: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    state: str = "resulted"

    def say(self, kind: str, told: dict[str, Any]) -> None:
        is_result = kind.startswith("result.")
        text = canonical({**told, "type": kind, "subject": RESULT if is_result else SUBJECT})
        self.say_text(text, self.results if is_result else self.entries)

    def say_text(self, text: str, where: list[str]) -> None:
        where.append(text)
        self.order.append(text)

    @property
    def hash(self) -> str:
        return promise.hash_of(self.promised).hex()

    def begin(self) -> Story:
        self.say("bet.promised", {"promise": self.promised, "promiseHash": self.hash})
        expected = {"lottery": "pcso.3d", "day": "2026-11-30", "slot": "14:00", "promise": self.hash}
        if "official" in self.promised:
            self.say("result.expected", {**expected, "finalAfterSeconds": 86_400})
        return self

    def sell(self, late: timedelta = timedelta(0)) -> Story:
        chain = Chained(GAME, NAME, "PHP", bytes.fromhex(self.hash), 0, bytes.fromhex(self.hash))
        for number, bets in enumerate(BETS, 1):
            told = chain.sold(UUID(int=number), USER, SALT, [bet(*one) for one in bets], DRAWS - timedelta(1) + late)
            self.say_text(told.data, self.entries)
            stake = sum(one[2] for one in bets)
            self.sales.append(Sale(number, told.hash, stake, number not in self.returned))
        for number in self.returned:
            self.give_back(number)
        return self

    def give_back(self, number: int, because: str = "given back by the operator") -> None:
        gone = {"ticket": str(UUID(int=number)), "stake": self.sales[number - 1].stake, "number": number}
        self.say("bet.refunded", {"because": because, "currency": "PHP", "promise": self.hash, **gone})

    def worst(self) -> int:
        costs: dict[int, int] = {}
        for sale, bets in zip(self.sales, BETS, strict=True):
            for one in (bet(*each) for each in bets if sale.counts):
                for outcome in one.marks:
                    costs[outcome] = costs.get(outcome, 0) + one.wins
        return max(costs.values())

    def seal(self) -> Story:
        found = seal_of(SUBJECT, bytes.fromhex(self.hash), self.sales)
        told = {
            "promise": self.hash,
            "sealRoot": found.root.hex(),
            "sales": found.sales,
            "staked": found.staked,
            "currency": "PHP",
            "lastNumber": found.last,
            "lastLeaf": self.sales[-1].leaf.hex(),
            "worst": self.worst(),
            "reservations": {"released": 1, "waiting": 0},
        }
        self.say("bet.sealed", told)
        at = self.order.index(self.entries[-1])
        self.say("bet.witnessed", {"sealEntry": at, "quorum": 1, "cosigned": []})
        return self

    def confirm(self, numbers: str, version: int = 1, **changed: Any) -> datetime:
        when = DRAWS + timedelta(minutes=26 + 60 * (version - 1))
        before = {} if version == 1 else {"before": json.loads(self.results[-1])["numbers"]}
        told = {
            "numbers": numbers,
            "how": "consensus",
            "version": version,
            "evidence": evidence(numbers),
            **before,
            "confirmedAt": when.isoformat(),
            "finalAt": (when + timedelta(days=1)).isoformat(),
            **changed,
        }
        self.say("result.confirmed" if version == 1 else "result.corrected", told)
        return when

    def settled(self, number: str) -> dict[str, Any]:
        won = [
            one.wins
            for sale, bets in zip(self.sales, BETS, strict=True)
            for one in (bet(*each) for each in bets if sale.counts)
            if int(number) in one.marks
        ]
        final = json.loads(self.results[-1])["finalAt"] if self.results else (DRAWS + timedelta(days=1)).isoformat()
        return {
            "promise": self.hash,
            "outcome": int(number),
            "result": number,
            "currency": "PHP",
            "winners": len(won),
            "won": sum(won),
            "settlement": str(UUID(int=int(number))),
            "finalAt": datetime.fromisoformat(final).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def settle(self) -> Story:
        if self.results:
            self.confirm(self.drawn)
        self.say("bet.resulted", {**self.settled(self.drawn), "staked": sum(s.stake for s in self.sales if s.counts)})
        return self

    def draw(self) -> Story:
        """What no lottery decides, by a block."""
        hashes, seal = json.loads(self.promised)["hashes"], json.loads(self.entries[-2])["sealRoot"]
        block = "5" * 64
        delay = sealed_draw.wait(sealed_draw.first_state(self.hash, seal, block), hashes, None, lambda *_: None)
        outcome = next(sealed_draw.choices(bytes.fromhex(delay.last_state), 1000))
        told = {"closingBlock": block, "outcome": outcome, "promise": self.hash}
        self.say("bet.drawn", {**told, "checkpointsRoot": delay.root, "lastState": delay.last_state})
        self.drawn = f"{outcome:03}"
        return self

    def correct(self, number: str) -> Story:
        old = json.loads(self.entries[-1])
        self.confirm(number, 2, how="by_hand", evidence={"approval": "a", "papers": {"b": "0" * 64}, "sources": {}})
        was = {"was": old["outcome"], "wasWon": old["won"], "takenBack": 0, "isBorne": False}
        self.say("bet.corrected", {**self.settled(number), **was})
        return self

    def bundle(self) -> dict[str, Any]:
        hashes = [leaf(text.encode()) for text in self.order]
        last = json.loads(self.entries[-1])
        live = {"id": "settlement", "outcome": "outcome", "winners": "winners", "won": "won"}
        return {
            "betBundleVersion": 1,
            "game": GAME,
            "name": NAME,
            "state": self.state,
            "promise": self.promised,
            "promiseHash": self.hash,
            "sales": len(self.sales),
            "tip": self.sales[-1].leaf.hex() if self.sales else self.hash,
            "settlement": {own: last[name] for own, name in live.items()} if "settlement" in last else None,
            "results": [self.told(text, hashes) for text in self.results],
            "entries": [self.told(text, hashes) for text in self.entries],
        }

    def told(self, text: str, hashes: list[bytes]) -> dict[str, Any]:
        at, kind = self.order.index(text), json.loads(text)["type"]
        told: dict[str, Any] = {"number": at, "text": text}
        if kind not in ("bet.sold", "bet.refunded"):
            told["proof"] = proof(at, hashes, DRAWS + timedelta(days=2))
        if kind == "bet.sealed":
            early = self.order.index(text) + 1
            told["witnessed"] = proof(at, hashes[:early], DRAWS - timedelta(minutes=10))
        return told


def evidence(numbers: str) -> dict[str, Any]:
    reads = []
    for source in rule()["sources"][:3]:
        for minutes in (15, 25):
            asked = DRAWS + timedelta(minutes=minutes)
            told = {name: source[name] for name in ("host", "parser", "origin")} | {"source": source["name"]}
            reads.append(
                {
                    **told,
                    "id": str(UUID(int=minutes)),
                    "askedAt": (asked + timedelta(seconds=2 if minutes == 25 else 0)).isoformat(),
                    "answeredAt": (asked + timedelta(seconds=3 if minutes == 25 else 1)).isoformat(),
                    "sha256": "ab" * 32,
                    "numbers": numbers,
                }
            )
    return {"reads": reads, "against": []}


def proof(at: int, hashes: list[bytes], when: datetime) -> str:
    """Under a checkpoint that the witness cosigned at once."""
    seconds = int(when.timestamp())
    text = checkpoint_text(len(hashes), tree_hash(hashes), seconds)
    return proof_below(at, hashes, f"{text}\n{LOG.line(text)}{WITNESS.line(text, seconds)}")


def proof_below(at: int, hashes: list[bytes], note: str) -> str:
    path = [base64.b64encode(one).decode() for one in audit_path(at, hashes)]
    return "\n".join(["c2sp.org/tlog-proof@v1", f"index {at}", *path, "", note])


def honest() -> Story:
    return Story().begin().sell().seal().settle()


def receipt(story: Story, number: int = 1) -> dict[str, Any]:
    """Of the ticket that was sold so: each entry promised, and in the log ten seconds later."""
    own = [text for text in story.entries if json.loads(text).get("ticket") == str(UUID(int=number))]
    hashes = [leaf(text.encode()) for text in story.order]
    leaves = []
    for text in own:
        at = story.order.index(text)
        told = {"kind": json.loads(text)["type"], "leaf": hashes[at].hex(), "text": text}
        told["salt"] = SALT.hex() if told["kind"] == "bet.sold" else None
        signed = proof_below(at, hashes[: at + 1], checkpoint(hashes[: at + 1], PROMISED_AT + 10))
        leaves.append(told | {"promise": promise_of(hashes[at]), "number": at, "proof": signed})
    about = {"ticket": str(UUID(int=number)), "code": "AAAA-BBBB-CCCC", "game": GAME, "currency": "PHP"}
    return {**about, "total": story.sales[number - 1].stake, "leaves": leaves}


def promise_of(hashed: bytes, when: int = PROMISED_AT, signer: Signer = LOG) -> str:
    text = f"tiraj/promise/1\n{signer.name}\n{base64.b64encode(hashed).decode()}\n{when}\n60\n"
    return f"{text}\n{signer.line(text)}"


def checkpoint(hashes: list[bytes], when: int, signer: Signer = LOG) -> str:
    text = checkpoint_text(len(hashes), tree_hash(hashes), when)
    return f"{text}\n{signer.line(text)}"


def checked(
    bundle: dict[str, Any], folder: Path, capsys: Any, *more: str, run: Callable[[list[str]], int] = script.main
) -> dict[str, Any]:
    """What the script says, with the log's key."""
    path = folder / "draw.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    status = run([str(path), "--json", "--log-key", LOG.vkey, *more])
    out = capsys.readouterr().out
    return {"status": status} if status == 2 else json.loads(out)
