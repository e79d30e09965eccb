"""The ticket draw: values changed one by one."""

from __future__ import annotations

from typing import Final

from .forgery import Forgery
from .values import (
    Change,
    change_empty_block,
    forgeries,
    less,
    other_hex,
    other_letter,
    other_order,
    payment,
    setter,
    winners_slip,
)

TABLE: dict[str, tuple[str, Change]] = {
    "sales end in the round's record": ("promise terms", setter("round", "salesEndHeight", value=less)),
    "base price in the round's record": ("promise jackpot terms", setter("round", "baseTicketPriceSats", value=less)),
    "house fee": ("promise jackpot", setter("round", "houseFeePercent", value=1)),
    "supply": ("promise jackpot", setter("round", "ticketSupply", value=less)),
    "opening after the end of sales": (
        "promise schedule",
        lambda b: b["round"].update(opensAtHeight=b["round"]["salesEndHeight"]),
    ),
    "header": ("headers", change_empty_block),
    "first height": ("heights", setter("headers", "firstHeight", value=less)),
    "Merkle branch": ("transactions", setter("transactions", 0, "branch", 0, value=other_hex)),
    "transaction id": ("transactions", setter("transactions", 0, "txid", value=other_hex)),
    "position in the block": ("transactions", setter("transactions", 0, "index", value=lambda n: n + 64)),
    "height of a transaction": ("transactions", setter("transactions", 0, "blockHeight", value=less)),
    "locktime of a transaction": (
        "outputs seal transactions",
        setter("transactions", 0, "rawTransaction", value=other_hex),
    ),
    "deposit address": ("addresses", setter("orders", 0, "depositAddress", value=other_letter)),
    "commitment": ("addresses", setter("orders", 0, "commitment", value=other_hex)),
    "partner of an order": ("terms", setter("orders", 0, "partnerName", value="somebody-else")),
    "player of an order": ("terms", setter("orders", 0, "playerPublicIdentifier", value="somebody else")),
    "key of an order": ("terms", setter("orders", 0, "internalKey", value=other_hex)),
    "key of the round": ("promise terms", setter("round", "internalKey", value=other_hex)),
    "least payment": ("promise prices", setter("round", "minPaymentFloorSats", value=less)),
    "a payment's order": ("outputs", other_order),
    "a payment left out": ("outputs", lambda b: b["payments"].pop(0)),
    "amount": ("amounts", setter("payments", 0, "amountSats", value=less)),
    "height of a payment": ("windows", setter("payments", 0, "blockHeight", value=less)),
    "late money called credited": ("windows", lambda b: payment(b, "late").update(status="credited")),
    "timely money called late": ("windows", lambda b: payment(b, "below_minimum").update(status="late")),
    "small money called sold out": ("tickets", lambda b: payment(b, "below_minimum").update(status="sold_out")),
    "credited sats": ("tickets", setter("payments", 0, "creditedSats", value=less)),
    "refundable sats": ("tickets", setter("payments", -1, "refundableSats", value=less)),
    "first ticket of a payment": ("tickets", lambda b: payment(b, "credited").update(firstTicket=7)),
    "range": ("ranges", lambda b: winners_slip(b)["ranges"][0].__setitem__(0, 1)),
    "paid sats of a slip": ("ranges", setter("slips", 0, "paidSats", value=less)),
    "ticket count of a slip": ("ranges", setter("slips", 0, "ticketCount", value=less)),
    "sold tickets": ("ranges", setter("round", "soldTickets", value=less)),
    "seal's root": ("seal", setter("seal", "root", value=other_hex)),
    "seal's leaf": ("seal", setter("seal", "leaves", 0, value=lambda leaf: leaf.replace('"vout":', '"vout":1'))),
    "no seal": ("seal seal-time", setter("seal", value=None)),
    "seal's height": ("seal-time", lambda b: b["seal"].update(sealedAtHeight=b["round"]["closingHeight"])),
    "closing block": ("closing", setter("draw", "closingBlockHash", value=other_hex)),
    "draw's digits": ("draw", setter("draw", "drawDigits", value=lambda d: str((int(d[0]) + 1) % 10) + d[1:])),
    "draw's digest": ("draw", setter("draw", "drawDigests", 0, value=other_hex)),
    "winning ticket": ("draw", setter("draw", "winningTicket", value=lambda n: (n + 1) % 1000)),
    "winner": (
        "winner",
        lambda b: b["win"].update(
            identifier=next(slip["identifier"] for slip in b["slips"] if slip["status"] == "lost")
        ),
    ),
    "no winner": ("winner payout", setter("win", value=None)),
    "state of a slip": ("winner", lambda b: winners_slip(b).update(status="lost")),
    "payout address": ("win", setter("win", "payoutAddress", value="bcrt1qother")),
    "jackpot of the win": ("win", setter("win", "jackpotSats", value=less)),
    "earnings of a partner": ("earnings", setter("balances", 0, "earnedSats", value=lambda sats: sats + 1)),
    "a partner who earned nothing": (
        "earnings",
        lambda b: b["balances"].append({"partnerName": "somebody", "earnedSats": 5}),
    ),
    "player of the win": ("win", setter("win", "playerPublicIdentifier", value="somebody else")),
}

VALUES: Final[list[Forgery]] = forgeries("rounds", TABLE)
