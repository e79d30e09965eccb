"""What partners hear of payouts: their own part of each, and nothing of others'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.chain.node.blocks import display
from app.core.ports import Port
from app.money.payouts import balances, queries
from app.money.payouts.models import Payout, PayoutOutput
from app.people.partners.team import telling as team
from app.record.events import service as events
from app.record.ledger.entries import Posting

from . import debts
from .debts import Debt

GAME = "payouts"

Tells = Callable[[str, Sequence[Debt]], None]
"""Says that debts were `sent`, `paid` for good, or are `unpaid` again."""

OF_DEBTS: Final = Port[Tells]("who tells partners of paid debts")

_OF_DEBTS: Final = {"payout.broadcast": "sent", "payout.confirmed": "paid", "payout.unconfirmed": "unpaid"}


def tell(event: str, payout: Payout) -> None:
    """One event for each partner whom the payout pays; then whoever owes tells of the debts."""
    mine: dict[UUID, list[PayoutOutput]] = defaultdict(list)
    outputs = queries.outputs_of(payout.id)
    for output in outputs:
        if output.partner_site_id is not None:
            mine[output.partner_site_id].append(output)
    paid = debts.by_id([output.obligation_id for output in outputs if output.obligation_id is not None])
    game, subject = payout.game or GAME, f"payout:{payout.id}"
    events.record_many(
        [events.Fact(event, game, subject, _facts(payout, mine[site_id], paid), site_id) for site_id in sorted(mine)]
    )
    if event == "payout.broadcast":
        _say_sent(payout, mine)
    if paid:
        OF_DEBTS.get()(_OF_DEBTS[event], [paid[debt_id] for debt_id in sorted(paid)])


def _facts(payout: Payout, outputs: Sequence[PayoutOutput], paid: Mapping[UUID, Debt]) -> dict[str, Any]:
    return {
        "payoutId": str(payout.id),
        "txid": payout.txid[::-1].hex(),
        "sats": sum(output.sats for output in outputs),
        "outputs": [
            {
                "vout": output.vout,
                "kind": output.kind,
                "address": output.address,
                "sats": output.sats,
                "obligationId": str(output.obligation_id) if output.obligation_id else None,
                **_for_what(paid.get(output.obligation_id) if output.obligation_id else None),
            }
            for output in outputs
        ],
        "game": payout.game,
        "sourceId": payout.source_id,
    }


def _say_sent(payout: Payout, outputs: Mapping[UUID, Sequence[PayoutOutput]]) -> None:
    """Tell a site's people of its earnings, and what else the transaction brings; who owes a win tells of it."""
    txid = display(payout.txid)
    for site_id in sorted(outputs):
        wins = sum(one.sats for one in outputs[site_id] if one.kind == "obligation")
        for one in outputs[site_id]:
            if one.kind == "balance":
                team.sent(team.Sent(site_id, payout.root_id, one.sats, one.address, txid, wins))


def _for_what(debt: Debt | None) -> dict[str, str | None]:
    """Which round owes what an output pays; a payout may be of many."""
    return {"game": debt.source if debt else None, "sourceId": debt.source_id if debt else None}


def tell_balances(legs: Sequence[Posting], reason: str, payout: Payout) -> None:
    """Partners whose balance these postings move."""
    balances.tell(GAME, legs, reason, payoutId=str(payout.root_id))
