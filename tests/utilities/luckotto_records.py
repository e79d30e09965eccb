"""A small settled round of Luckotto as its API tells it, made of nothing: every part follows from those before it."""

from __future__ import annotations

import copy
import json
import runpy
from hashlib import sha256
from math import comb
from pathlib import Path
from typing import Any, Final

from app.chain.deposits.commitment import commitment, output_key, p2tr_address, tagged_hash

Record = dict[str, Any]

SCRIPTS: Final = Path(__file__).parents[2] / "utilities" / "bin"
VERIFY_ROUND: Final = runpy.run_path(str(SCRIPTS / "verify_round.py"), run_name="verifier")
KEY: Final = "68315e8bb261f87d6a1495a189c8dd972ea4f019947b0053141e33c12790f879"
LOW, HIGH = [1, 2, 3, 4, 5, 6, 7], [6, 7, 8, 9, 10, 11, 12]
CLOSING: Final = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
WORK: Final = 1000
PROMISE: Final[Record] = {
    "baseCombinationPriceSats": 2500,
    "closingHeight": 123,
    "game": "luckotto",
    "hashWork": WORK,
    "internalKey": KEY,
    "jackpotSats": 924 * 2500,
    "minPaymentFloorSats": 2320,
    "network": "regtest",
    "opensAtHeight": 100,
    "poolSize": 12,
    "possibleCombinations": 924,
    "roundNumber": 3,
    "salesEndHeight": 120,
    "settlementDepth": 2,
    "version": 2,
    "winnerAlgorithm": "luckotto-draw-1",
}
BESIDE: Final = ("game", "internalKey", "minPaymentFloorSats", "network", "version")
OF_ROUND: Final = ("closingHeight", "network", "poolSize", "roundNumber", "salesEndHeight", "baseCombinationPriceSats")


def canonical(record: Record) -> str:
    return json.dumps(record, sort_keys=True, separators=(",", ":"))


def drawn_by(promise: Record) -> Record:
    """What the closing block gives of a luckotto-draw-1."""
    state = sha256(b"luckotto-draw-1:" + CLOSING.encode()).digest()
    for _ in range(promise["hashWork"]):
        state = sha256(state).digest()
    numbers, digests = VERIFY_ROUND["six_numbers"](state, promise["poolSize"])
    return {"drawnNumbers": numbers, "drawDigests": digests, "winningNumbers": sorted(numbers)}


def order(at: int, requested: list[int], allocated: list[int] | None, **changes: Any) -> Record:
    """A public order, funded by one payment in block 110."""
    combinations = comb(len(requested), 6)
    total = combinations * 2500
    terms = {name: PROMISE[name] for name in OF_ROUND} | {
        "game": "luckotto",
        "houseEdgePercent": 0,
        "internalKey": KEY,
        "minPaymentSats": 2320,
        "orderId": f"order-{at}",
        "partnerName": "demo",
        "payoutAddress": f"bcrt1payout{at}",
        "playerIdentifier": "ada",
        "playerUname": "Ada",
        "requestedNumbers": requested,
        "roundCommitment": tagged_hash("tiraj/round/1", canonical(PROMISE).encode()).hex(),
        "totalSats": total,
        "version": 2,
    }
    text = canonical(terms)
    address = p2tr_address(output_key(bytes.fromhex(KEY), commitment(text)), "regtest")
    payment = {
        "txid": f"{at:064x}",
        "vout": 0,
        "amountSats": total,
        "creditedSats": total,
        "refundableSats": 0,
        "blockHeight": 110,
        "txIndex": at,
        "status": "credited",
    }
    return {
        **{name: terms[name] for name in ("roundNumber", "partnerName", "playerUname", "playerIdentifier")},
        "id": f"order-{at}",
        "requestedNumbers": requested,
        "allocatedNumbers": allocated,
        "combinations": combinations,
        "depositAddress": address,
        "bip21": f"bitcoin:{address}",
        "internalKey": KEY,
        "terms": text,
        "commitment": commitment(text).hex(),
        "baseSats": total,
        "feeSats": 0,
        "totalSats": total,
        "minPaymentSats": 2320,
        "paidSats": total,
        "payoutAddress": terms["payoutAddress"],
        "status": "lost",
        "payout": None,
        "payments": [payment],
        **changes,
    }


def sealed_over(orders: list[Record]) -> str:
    """The seal of orders that all got what they asked for, as verify_round.py computes it."""
    leaves = []
    for one in orders:
        if one["allocatedNumbers"] is None:
            continue
        paid = [[payment["txid"], payment["vout"], payment["creditedSats"]] for payment in one["payments"]]
        leaf = {"allocatedNumbers": one["allocatedNumbers"], "commitment": one["commitment"], "payments": paid}
        leaves.append((canonical(leaf), one["combinations"], sum(sats for _, _, sats in paid)))
    promised = tagged_hash("tiraj/round/1", canonical(PROMISE).encode()).hex()
    root: str = VERIFY_ROUND["merkle_sum_root"](PROMISE["roundNumber"], leaves, promised)
    return root


def settled(orders: list[Record], **changes: Any) -> Record:
    """The round of these orders. It is said of them who has won."""
    text, drawn = canonical(PROMISE), drawn_by(PROMISE)
    held = [one for one in orders if one["allocatedNumbers"] is not None]
    winner = next((one for one in held if set(drawn["winningNumbers"]) <= set(one["allocatedNumbers"])), None)
    if winner is not None:
        winner["status"] = "won"
    return {
        **{name: value for name, value in PROMISE.items() if name not in BESIDE},
        **drawn,
        "status": "settled",
        "hashes": None,
        "roundTerms": text,
        "roundCommitment": tagged_hash("tiraj/round/1", text.encode()).hex(),
        "promiseEntry": 1,
        "soldTickets": len(held),
        "soldCombinations": sum(one["combinations"] for one in held),
        "sealRoot": sealed_over(sorted(held, key=lambda one: one["payments"][0]["txIndex"])),
        "closingBlockHash": CLOSING,
        "lastState": None,
        "checkpointsRoot": None,
        "winningOrderId": winner and winner["id"],
        "payout": None,
        **changes,
    }


def winning_set() -> list[int]:
    """Seven numbers that hold what is drawn."""
    drawn: list[int] = drawn_by(PROMISE)["winningNumbers"]
    return sorted([*drawn, next(number for number in range(1, 13) if number not in drawn)])


def copied(*records: Record) -> list[Record]:
    return [copy.deepcopy(one) for one in records]
