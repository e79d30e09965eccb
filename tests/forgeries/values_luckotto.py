"""Luckotto: values changed one by one."""

from __future__ import annotations

from typing import Final

from tests.factories.lotteries import SEVEN

from .forgery import Forgery
from .values import Change, forgeries, less, other_hex, other_letter, payment, setter

TABLE: dict[str, tuple[str, Change]] = {
    "sales end": ("promise terms", setter("round", "salesEndHeight", value=less)),
    "base price": ("promise jackpot terms earnings", setter("round", "baseCombinationPriceSats", value=less)),
    "possible combinations": ("promise jackpot", setter("round", "possibleCombinations", value=less)),
    "jackpot": ("promise jackpot win payout", setter("round", "jackpotSats", value=less)),
    "key of the round": ("promise terms", setter("round", "internalKey", value=other_hex)),
    "least payment": ("promise prices", setter("round", "minPaymentFloorSats", value=less)),
    "hash work": ("promise draw win", setter("round", "hashWork", value=less)),
    "opening": ("promise schedule", lambda b: b["round"].update(opensAtHeight=b["round"]["salesEndHeight"])),
    "closing height": ("promise schedule terms closing draw win heights", setter("round", "closingHeight", value=less)),
    "settlement depth": ("promise schedule seal-time closing", setter("round", "settlementDepth", value=20)),
    "algorithm": ("promise draw winner", setter("round", "winnerAlgorithm", value="hash-draw-1")),
    "sold tickets": ("allocation", setter("round", "soldTickets", value=2)),
    "sold combinations": ("allocation", setter("round", "soldCombinations", value=less)),
    "first height": ("heights", setter("headers", "firstHeight", value=less)),
    "Merkle branch": ("transactions", setter("transactions", 0, "branch", 0, value=other_hex)),
    "transaction id": ("transactions", setter("transactions", 0, "txid", value=other_hex)),
    "height of a transaction": ("transactions", setter("transactions", 0, "blockHeight", value=less)),
    "deposit address": ("addresses", setter("orders", 0, "depositAddress", value=other_letter)),
    "commitment": ("addresses", setter("orders", 0, "commitment", value=other_hex)),
    "partner of an order": ("terms", setter("orders", 0, "partnerName", value="somebody-else")),
    "name of a player": ("terms", setter("orders", 0, "playerUname", value="Somebody")),
    "identifier of a player": ("terms", setter("orders", 0, "playerIdentifier", value="somebody")),
    "requested numbers": ("terms", setter("orders", 0, "requestedNumbers", value=[1, 2, 3, 4, 5, 12])),
    "key of an order": ("terms", setter("orders", 0, "internalKey", value=other_hex)),
    "base of an order": ("prices", setter("orders", 0, "baseSats", value=less)),
    "fee of an order": ("prices", setter("orders", 0, "feeSats", value=lambda sats: sats + 1)),
    "a payment's order": ("outputs", lambda b: payment(b, "late").update(identifier=b["orders"][0]["identifier"])),
    "a payment left out": ("outputs", lambda b: b["payments"].pop()),
    "amount": ("amounts", setter("payments", 0, "amountSats", value=less)),
    "output": ("outputs", setter("payments", 0, "vout", value=7)),
    "height of a payment": ("windows", setter("payments", 0, "blockHeight", value=less)),
    "late money called credited": ("windows", lambda b: payment(b, "late").update(status="credited")),
    "small money called underfunded": ("fates", lambda b: payment(b, "below_minimum").update(status="underfunded")),
    "unallocated called underfunded": ("fates", lambda b: payment(b, "unallocated").update(status="underfunded")),
    "underfunded called credited": ("fates", lambda b: payment(b, "underfunded").update(status="credited")),
    "credited sats": ("fates", setter("payments", 0, "creditedSats", value=less)),
    "refundable sats": ("fates", lambda b: payment(b, "unallocated").update(refundableSats=1)),
    "numbers of a ticket": ("allocation", setter("tickets", 0, "allocatedNumbers", value=SEVEN)),
    "sequence of a ticket": ("allocation", setter("tickets", 0, "sequence", value=1)),
    "combinations of a ticket": ("allocation", setter("tickets", 0, "combinations", value=less)),
    "a ticket left out": ("allocation", lambda b: b["tickets"].clear()),
    "a ticket for whom none was left": (
        "allocation apart winner",
        lambda b: b["tickets"].append(
            {**b["tickets"][0], "identifier": payment(b, "unallocated")["identifier"], "sequence": 1}
        ),
    ),
    "seal's root": ("seal", setter("seal", "root", value=other_hex)),
    "seal's leaf": ("seal", setter("seal", "leaves", 0, value=lambda leaf: leaf.replace("[1,", "[2,"))),
    "seal's height": ("seal-time", lambda b: b["seal"].update(sealedAtHeight=b["round"]["closingHeight"])),
    "no seal": ("seal seal-time", setter("seal", value=None)),
    "closing block": ("closing", setter("draw", "closingBlockHash", value=other_hex)),
    "drawn numbers": ("draw", setter("draw", "drawnNumbers", value=lambda numbers: numbers[1:] + numbers[:1])),
    "winning numbers": (
        "draw",
        setter(
            "draw",
            "winningNumbers",
            value=lambda numbers: sorted({*numbers[1:], next(n for n in range(1, 13) if n not in numbers)}),
        ),
    ),
    "draw's digest": ("draw", setter("draw", "drawDigests", 0, value=other_hex)),
    "no winner": ("winner payout", setter("win", value=None)),
    "winner": ("winner", lambda b: b["win"].update(identifier=payment(b, "unallocated")["identifier"])),
    "state of a ticket": ("winner", setter("tickets", 0, "status", value="lost")),
    "payout address": ("win", setter("win", "payoutAddress", value="bcrt1qother")),
    "jackpot of the win": ("win", setter("win", "jackpotSats", value=less)),
    "player of the win": ("win", setter("win", "playerUname", value="Somebody")),
    "numbers of the win": ("win", setter("win", "winningNumbers", value=[1, 2, 3, 4, 5, 6])),
    "earnings": ("earnings", setter("balances", 0, "earnedSats", value=less)),
    "a partner who earned nothing": (
        "earnings",
        lambda b: b["balances"].append({"partnerName": "somebody", "earnedSats": 5}),
    ),
}

VALUES: Final[list[Forgery]] = forgeries("luckotto", TABLE)
