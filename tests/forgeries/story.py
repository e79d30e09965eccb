"""A settled round that is told again, as its operator could: what follows from something else is computed from it."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

from app.chain.deposits.addresses import parse_address
from app.chain.deposits.commitment import output_key, p2tr_address, script_pubkey, tagged_hash
from app.chain.node.blocks import display
from tests.outcomes.draws import sealed_reference as reference

from . import logs
from .chain import BEFORE, HARD, Block, Record, alone, transaction
from .script import SCRIPT

MOST_HASHED = 10_000
"""No forger hashes for hours here."""


def canonical(record: Any) -> str:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def promise_of(game: str, network: str, record: Record, named: Sequence[logs.Witness] = (logs.WITNESS,)) -> Record:
    """What is promised of a round, by its record: that all these witnesses see its seal."""
    whole = dict(record, game=game, network=network, version=3)
    own, sealed = SCRIPT["HASH_WORK"][game][0], record["winnerAlgorithm"] == SCRIPT["SEALED_DRAW"]
    names = SCRIPT["PROMISED"][game].split()
    members = {name: whole[name] for name in ("hashes" if sealed and name == own else name for name in names)}
    return members | {"witnesses": sorted(str(one.verifier) for one in named), "quorum": len(named)}


class Story:
    """What an operator may choose. `tell` makes a bundle of it in which everything else fits."""

    def __init__(self, genuine: Record) -> None:
        bundle = copy.deepcopy(genuine)
        self.game, self.network, self.round = bundle["game"], bundle["network"], bundle["round"]
        self.round.update(voidReason=None)
        self.orders = {order["identifier"]: order for order in bundle["orders"]}
        self.terms = {name: json.loads(order["terms"]) for name, order in self.orders.items()}
        self.old_scripts = {
            name: parse_address(order["depositAddress"], self.network) for name, order in self.orders.items()
        }
        self.buyer = next(paid["identifier"] for paid in bundle["payments"] if paid["creditedSats"])
        self.first, self.last = bundle["headers"]["firstHeight"], 0
        self.last = self.first + len(bundle["headers"]["headers"]) - 1
        self.paying: dict[int, list[bytes]] = {}
        for proof in sorted(bundle["transactions"], key=lambda one: (one["blockHeight"], one["index"])):
            self.paying.setdefault(proof["blockHeight"], []).append(bytes.fromhex(proof["rawTransaction"]))
        self.version = 2
        self.promised: str | None = canonical(promise_of(self.game, self.network, self.round))
        self.named: str | None = None  # the commitment in the orders' terms, where it is not that of the promise
        self.versions: dict[str, int] = {}  # orders whose terms are of another version
        self.bits: dict[int, int] = {}
        self.payout_height: int | None = self.last + 3
        self.payout_bits = HARD
        self.payout_to: str | None = None
        self.payout_sats = 0  # other than the jackpot
        self.log = logs.Log()
        self.before = BEFORE  # the block that all these follow

    def promise_again(self, *named: logs.Witness) -> None:
        """As if the record had been promised, with these witnesses."""
        self.promised = canonical(promise_of(self.game, self.network, self.round, named or (logs.WITNESS,)))

    @property
    def commitment(self) -> str:
        return tagged_hash("tiraj/round/1", (self.promised or "").encode()).hex()

    def tell(self) -> Record:
        scripts = self._orders()
        self.blocks = self._mine(scripts)
        bundle = self._evidence()
        self.retell(bundle)
        return json.loads(json.dumps(bundle))  # type: ignore[no-any-return]

    def retell(self, bundle: Record) -> None:
        """What follows from orders and evidence, after somebody changed them."""
        self._records(bundle)
        is_paid = bundle["win"] is not None and self.payout_height is not None
        bundle["payout"] = self.payout(bundle, self.payout_height or 0) if is_paid else None
        bundle["log"] = self.logged(bundle)

    def _orders(self) -> dict[bytes, bytes]:
        """New terms lead to new addresses: by the script that an order had, the one that it has."""
        scripts = {}
        for name, order in self.orders.items():
            told, version = self.terms[name], self.versions.get(name, self.version)
            told.pop("roundCommitment", None)
            told["version"] = version
            if version == 2:
                told["roundCommitment"] = self.named or self.commitment
            order["terms"] = canonical(told)
            commitment = tagged_hash("tiraj/order/1", order["terms"].encode())
            key = output_key(bytes.fromhex(told["internalKey"]), commitment)
            order.update(commitment=commitment.hex(), depositAddress=p2tr_address(key, self.network))
            scripts[self.old_scripts[name]] = script_pubkey(key)
        return scripts

    def _mine(self, scripts: dict[bytes, bytes]) -> dict[int, Block]:
        before, blocks = self.before, {}
        for height in sorted({*range(self.first, self.last + 1), *self.paying}):
            raw = [_with(scripts, one) for one in self.paying.get(height, [])]
            blocks[height] = Block(height, before, raw, self.bits.get(height, HARD))
            before = blocks[height].hash
        return blocks

    def _evidence(self) -> Record:
        listed = [self.blocks[height] for height in range(self.first, self.last + 1)]
        at = self.round["closingHeight"] if self.round["closingHeight"] <= self.last else self.last
        promised = (
            {"roundTerms": self.promised, "roundCommitment": self.commitment}
            if self.version == 2
            else {"roundTerms": None, "roundCommitment": None}
        )
        held = SCRIPT["HOLDINGS"][self.game][1]
        return {
            "bundleVersion": self.version,
            "game": self.game,
            "network": self.network,
            "partFrom": 0,
            "next": None,
            "round": {**self.round, **promised},
            "orders": list(self.orders.values()),
            "payments": [],
            held: [],
            "headers": {"firstHeight": self.first, "headers": [block.header.hex() for block in listed]},
            "heightProof": self.blocks[at].proof(0),
            "transactions": [
                block.proof(index) for block in self.blocks.values() for index in range(1, len(block.transactions))
            ],
            "seal": None,
            "draw": None,
            "win": None,
            "payout": None,
            "balances": [],
        }

    def _records(self, bundle: Record) -> None:
        """What follows from the evidence, by the game's own rules."""
        replay = SCRIPT["GAMES"][self.game](bundle)
        TOLD[self.game](replay, bundle)
        leaves = replay.sealed()
        promised = self.commitment if self.version == 2 else None
        earliest = bundle["round"]["salesEndHeight"] - 1 + bundle["round"]["settlementDepth"]
        bundle["seal"] = {
            "root": SCRIPT["merkle_sum_root"](bundle["round"]["roundNumber"], leaves, promised),
            "sealedAtHeight": earliest,
            "leaves": [leaf for leaf, _, _ in leaves],
        }
        draw(bundle)

    def logged(self, bundle: Record) -> Record:
        """The log that says the same, as its owner could write it at any time."""
        return logs.told_of(bundle, self.log, self.last + 4)

    def payout(self, bundle: Record, height: int) -> Record:
        """The jackpot paid in a block of that height, which is none of the headers."""
        script = parse_address(self.payout_to or bundle["win"]["payoutAddress"], self.network)
        sats = self.payout_sats or self.round["jackpotSats"]
        raw = transaction(b"", [(sats, script), (1000, b"\x51")], b"\x11" * 36)
        block = Block(height, alone(height), [raw], self.payout_bits)
        return {
            "txid": display(block.txids[1]),
            "vout": 0,
            "amountSats": sats,
            "proof": block.proof(1),
            "heightProof": block.proof(0),
        }


def _with(scripts: dict[bytes, bytes], raw: bytes) -> bytes:
    for old, new in scripts.items():
        raw = raw.replace(old, new)
    return raw


def draw(bundle: Record, block_hash: str | None = None) -> None:
    """Draw a bundle's round again, and name its winner, earnings and all."""
    replay = SCRIPT["GAMES"][bundle["game"]](bundle)
    block_hash = block_hash or replay.closing_hash()
    round_ = bundle["round"]
    if round_["winnerAlgorithm"] == SCRIPT["SEALED_DRAW"]:
        told = sealed_draw(bundle, replay, block_hash)
    elif bundle["game"] == "rounds":
        digests = replay.run_draw(block_hash)
        digits = "".join(str(int(digest, 16) % 10) for digest in reversed(digests))
        replay.winning_ticket = int(digits)
        told = {"drawDigits": digits, "drawDigests": digests, "winningTicket": int(digits)}
    else:
        start = SCRIPT["hashlib"].sha256(b"luckotto-draw-1:" + block_hash.encode()).digest()
        state = SCRIPT["hashed"](start, round_["hashWork"], 0, round_["hashWork"])
        numbers, digests = SCRIPT["six_numbers"](state, round_["poolSize"])
        replay.winning = sorted(numbers)
        told = {"drawDigests": digests, "drawnNumbers": numbers, "winningNumbers": sorted(numbers)}
    bundle["draw"] = {"algorithm": round_["winnerAlgorithm"], "closingBlockHash": block_hash, **told}
    owner = replay.owner_of_winner()
    for held in bundle[SCRIPT["HOLDINGS"][bundle["game"]][1]]:
        held["status"] = "won" if held["identifier"] == owner else "lost"
    terms = replay.orders.get(owner)
    bundle["win"] = terms and {
        "identifier": owner,
        "payoutAddress": terms["payoutAddress"],
        "partnerName": terms["partnerName"],
        **{name: terms[name] for name in replay.player},
        **replay.drawn(),
        "jackpotSats": round_["jackpotSats"],
    }
    bundle["balances"] = [{"partnerName": name, "earnedSats": sats} for name, sats in sorted(replay.earned().items())]


def sealed_draw(bundle: Record, replay: Any, block_hash: str, **other: Any) -> Record:
    """What a sealed draw gives, by an implementation that is not the script's; `other` things than the round's."""
    round_ = bundle["round"]
    told = {"promise": round_["roundCommitment"], "seal": bundle["seal"]["root"], "hashes": round_["hashes"], **other}
    states, root = reference.delay(told["promise"], told["seal"], block_hash, min(told["hashes"], MOST_HASHED))
    bundle["checkpoints"] = [state.hex() for state in states]
    return {"checkpointsRoot": root, "lastState": states[-1].hex(), **sealed_choice(bundle, replay, states[-1])}


def sealed_choice(bundle: Record, replay: Any, state: bytes) -> Record:
    """What a last state chooses; the replay has drawn it then."""
    if bundle["game"] == "rounds":
        replay.winning_ticket = next(reference.chosen(state, bundle["round"]["ticketSupply"]))
        return {"winningTicket": replay.winning_ticket}
    numbers = reference.six(state, bundle["round"]["poolSize"])
    replay.winning = sorted(numbers)
    return {"drawnNumbers": numbers, "winningNumbers": replay.winning}


def _payment(bought: Any) -> Record:
    output = bought.output
    return {
        "identifier": bought.order,
        "txid": output.txid,
        "vout": output.vout,
        "amountSats": output.amount,
        "creditedSats": bought.credited,
        "refundableSats": output.amount - bought.credited,
        "blockHeight": output.height,
        "status": bought.status,
    }


def _tickets_in_sequence(replay: Any, bundle: Record) -> None:
    bundle["payments"] = [
        {
            **_payment(bought),
            "refundableSats": bought.refundable,
            "firstTicket": bought.first,
            "lastTicket": None if bought.first is None else bought.first + bought.tickets - 1,
        }
        for bought in replay.bought
    ]
    bundle["slips"] = [{"identifier": name, **slip, "status": "lost"} for name, slip in replay.expected_slips().items()]
    bundle["round"]["soldTickets"] = sum(bought.tickets for bought in replay.bought)


def _sets_of_numbers(replay: Any, bundle: Record) -> None:
    bundle["payments"] = [_payment(bought) for bought in replay.bought]
    for payment, bought in zip(bundle["payments"], replay.bought, strict=True):
        status = replay.possible_fates(bought)[0]
        if status != payment["status"]:
            payment.update(status=status, creditedSats=0, refundableSats=payment["amountSats"])
    bundle["tickets"] = [
        {
            "identifier": name,
            "sequence": at,
            "allocatedNumbers": SCRIPT["numbers_of"](mask),
            "combinations": SCRIPT["covered"](mask),
            "status": "lost",
        }
        for at, (name, mask) in enumerate(replay.given.items())
    ]
    combinations = sum(ticket["combinations"] for ticket in bundle["tickets"])
    bundle["round"].update(soldTickets=len(bundle["tickets"]), soldCombinations=combinations)


TOLD = {"rounds": _tickets_in_sequence, "luckotto": _sets_of_numbers}
