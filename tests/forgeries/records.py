"""Orders, payments, seals, draws and fates that never were, or that are passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.chain.deposits.commitment import tagged_hash

from .blocks import credited
from .chain import HARD, Block, Record, alone, transaction
from .forgery import Forgery, other_hex
from .script import SCRIPT
from .story import Story, canonical

NOT_SEALED: Final = SCRIPT["NOT_SEALED"]


def first(story: Story) -> dict[str, Any]:
    """The terms of one of the orders that got something."""
    told: dict[str, Any] = story.terms[story.buyer]
    return told


def terms(**values: Any) -> Callable[[Story], None]:
    return lambda story: first(story).update(values)


def price(change: Callable[[dict[str, Any], str], object]) -> Callable[[Story], None]:
    return lambda story: change(first(story), "playerTicketPriceSats" if story.game == "rounds" else "totalSats")


def dearer(told: dict[str, Any], name: str) -> None:
    """A partner who takes twice what it may; everything else is as it must be."""
    base = told[name] * 100 // (100 + told["houseEdgePercent"])
    told.update({"houseEdgePercent": 30, name: -(-base * 130 // 100)})


def without_order(bundle: Record, story: Story) -> None:
    """An order is passed over with all that it paid."""
    name = story.buyer
    gone = {payment["txid"] for payment in bundle["payments"] if payment["identifier"] == name}
    bundle["orders"] = [order for order in bundle["orders"] if order["identifier"] != name]
    bundle["transactions"] = [proof for proof in bundle["transactions"] if proof["txid"] not in gone]
    story.retell(bundle)


def without_payment(bundle: Record, story: Story) -> None:
    bundle["transactions"].pop(credited(bundle))
    story.retell(bundle)


def late_entry(is_in_real_block: bool) -> Callable[[Record, Story], None]:
    """An order paid after the draw was known, shown in a block before the end of sales."""

    def spoil(bundle: Record, story: Story) -> None:
        height = story.round["salesEndHeight"] - 1
        script = next(bytes(script) for script in SCRIPT["GAMES"][story.game](bundle).scripts)
        proof = Block(height, alone(height), [transaction(b"", [(60_000, script)], b"\x55" * 36)], HARD).proof(1)
        if is_in_real_block:
            real = story.blocks[height]
            proof.update(header=real.header.hex(), blockHash=real.proof(0)["blockHash"])
        bundle["transactions"].append(proof)
        story.retell(bundle)

    return spoil


def payout_address(bundle: Record, story: Story) -> None:
    """Another payout address, after the order was paid."""
    order = next(order for order in bundle["orders"] if order["identifier"] == story.buyer)
    told = SCRIPT["strict_json"](order["terms"])
    told["payoutAddress"] = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"
    order["terms"] = canonical(told)
    order["commitment"] = tagged_hash("tiraj/order/1", order["terms"].encode()).hex()
    story.retell(bundle)


def another_winner(bundle: Record, story: Story) -> None:
    loser = next(order for order in bundle["orders"] if order["identifier"] != bundle["win"]["identifier"])
    told = SCRIPT["strict_json"](loser["terms"])
    names = ("partnerName", "payoutAddress", *SCRIPT["GAMES"][story.game].player)
    bundle["win"].update({name: told[name] for name in names}, identifier=loser["identifier"])
    for held in bundle[SCRIPT["HOLDINGS"][story.game][1]]:
        held["status"] = "won" if held["identifier"] == loser["identifier"] else "lost"


def nobody_won(bundle: Record, story: Story) -> None:
    bundle.update(win=None, payout=None)
    for held in bundle[SCRIPT["HOLDINGS"][story.game][1]]:
        held["status"] = "lost"


def seal(change: Callable[[Record, Story], object]) -> Callable[[Record, Story], None]:
    return lambda bundle, story: change(bundle["seal"], story)


def sealed_without_promise(bundle: Record, story: Story) -> None:
    leaves = SCRIPT["GAMES"][story.game](bundle).sealed()
    bundle["seal"]["root"] = SCRIPT["merkle_sum_root"](story.round["roundNumber"], leaves)


def undrawn(status: str) -> Callable[[Record, Story], None]:
    return lambda bundle, story: bundle.update(
        round={**bundle["round"], "status": status}, draw=None, win=None, payout=None, balances=[]
    )


def void(reason: str | None, *, is_sealed: bool) -> Callable[[Record, Story], None]:
    """The round is called void, and what it took is to be refunded."""

    def spoil(bundle: Record, story: Story) -> None:
        undrawn("void")(bundle, story)
        bundle["round"]["voidReason"] = reason
        bundle["seal"] = {**bundle["seal"], "leaves": []} if is_sealed else None
        for payment in bundle["payments"]:
            if payment["status"] == "credited":
                payment.update(status="void", creditedSats=0, refundableSats=payment["amountSats"])

    return spoil


RECORDS: Final = [
    Forgery("an order of another round", "terms", terms(roundNumber=99), seen="seal closing"),
    Forgery("an order of another game", "terms", terms(game="dice"), seen="seal closing"),
    Forgery("an order for another network", "terms", terms(network="main"), seen="seal closing"),
    Forgery(
        "an order with a later end of sales",
        "terms",
        lambda story: first(story).update(salesEndHeight=story.round["salesEndHeight"] + 1),
        seen="seal closing",
    ),
    Forgery(
        "a lower price for a friend",
        "prices",
        price(lambda told, name: told.update({name: told[name] - 1})),
        seen="seal closing",
    ),
    Forgery("a partner who takes more than it may", "prices", price(dearer), seen="seal closing"),
    Forgery("a lower least payment for a friend", "prices", terms(minPaymentSats=1), seen="seal closing"),
    Forgery("an order passed over with its payments", "", spoil=without_order, seen="seal"),
    Forgery("a payment passed over", "", spoil=without_payment, seen="seal"),
    Forgery("an entry made afterwards, in a forged block", "transactions", spoil=late_entry(False)),
    Forgery("an entry made afterwards, in a block that does not hold it", "transactions", spoil=late_entry(True)),
    Forgery("another payout address, after the payment", "addresses", spoil=payout_address, seen="seal"),
    Forgery("the jackpot given to somebody else", "winner win+", spoil=another_winner),
    Forgery("a win kept secret", "winner", spoil=nobody_won),
    Forgery(
        "a seal made too late",
        "seal-time",
        spoil=seal(lambda record, story: record.update(sealedAtHeight=story.round["closingHeight"])),
    ),
    Forgery(
        "a seal made too early",
        "seal-time",
        spoil=seal(lambda record, story: record.update(sealedAtHeight=story.round["salesEndHeight"])),
    ),
    Forgery(
        "another seal",
        "seal",
        spoil=seal(lambda record, story: record.update(root=other_hex(record["root"]))),
        seen="seal",
    ),
    Forgery("a seal over orders that are none", "seal", spoil=seal(lambda record, story: record["leaves"].pop())),
    Forgery("a seal without the promise", "seal", spoil=sealed_without_promise, seen="seal"),
    Forgery("no seal", "seal seal-time", spoil=lambda bundle, story: bundle.update(seal=None), seen="seal log"),
    Forgery(
        "a void round whose seal is kept secret", "", spoil=void(NOT_SEALED, is_sealed=False), seen="seal log", status=3
    ),
    Forgery("a void round for want of a seal that it has", "void", spoil=void(NOT_SEALED, is_sealed=True)),
    Forgery("a void round, and nobody says why", "void", spoil=void(None, is_sealed=True)),
    Forgery(
        "a void round by somebody's decision",
        "",
        spoil=void("the block was lost", is_sealed=True),
        untold="void",
        status=3,
    ),
    Forgery(
        "a round that gives a reason for being void, and is not",
        "void",
        spoil=lambda bundle, story: bundle["round"].update(voidReason="because"),
    ),
    Forgery("a draw that is kept secret", "", spoil=undrawn("sealed"), status=3),
    Forgery(
        "a halted round that was paid all the same",
        "earnings payout",
        spoil=lambda bundle, story: bundle["round"].update(status="halted"),
    ),
    Forgery(
        "earnings that are told twice, and otherwise",
        "earnings",
        spoil=lambda bundle, story: bundle.update(
            balances=[{**bundle["balances"][0], "earnedSats": 7}, *bundle["balances"]]
        ),
    ),
    Forgery(
        "earnings that nobody tells",
        "",
        spoil=lambda bundle, story: bundle.update(balances=[]),
        untold="earnings",
        status=3,
    ),
]
