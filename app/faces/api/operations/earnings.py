"""A partner's money: its balance line by line, and what it is owed on chain."""

from __future__ import annotations

from functools import partial

from app.core.ids import created_at, parse_id
from app.core.wire.paging import cut, number_place, place_of
from app.core.wire.parameters import Paged
from app.faces.api import schemas
from app.money.payouts import queries as payouts
from app.money.payouts.sent import debts
from app.people.partners.keys.operations import Call, Operations, Reply
from app.people.partners.models import PartnerSite
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef

from . import payout_schemas

_HIGHEST_LINE = 10**18

OPERATIONS = Operations()


def _account(site: PartnerSite) -> AccountRef:
    return AccountRef("partner", str(site.id))


@OPERATIONS.add("GET", "/balance", "Money", answer=schemas.Balance)
def balance(call: Call) -> Reply:
    """What you have earned and were not paid yet.

    The edge and remainders of a round are yours when it settles.
    """
    account = _account(call.site)
    return Reply(schemas.Balance(balance_sats=ledger.balance(account), available_sats=ledger.available(account)))


@OPERATIONS.add("GET", "/ledger", "Money", query=Paged, answer=schemas.LedgerPage)
def ledger_lines(call: Call) -> Reply:
    """Every transfer of your account, the newest first; together they are the balance."""
    after = place_of(call.query.cursor, partial(number_place, most=_HIGHEST_LINE))
    rows = ledger.lines(_account(call.site), after, call.query.limit + 1)
    shown, following = cut(rows, call.query.limit, lambda line: line.id)
    records = [
        schemas.LedgerLine(
            id=str(line.id),
            posted_at=line.posted_at,
            kind=line.kind,
            source=line.source,
            source_id=line.source_id,
            amount_sats=line.amount,
            counterpart=line.counterpart.kind,
        )
        for line in shown
    ]
    return Reply(schemas.LedgerPage(lines=records, next=following))


@OPERATIONS.add("GET", "/obligations", "Money", query=Paged, answer=schemas.ObligationsPage)
def obligations(call: Call) -> Reply:
    """What you are owed on chain, the newest debt first.

    A debt names its address from the beginning. `payoutId` names the payout that pays it, once there is one.
    """
    rows = payouts.obligations_of(call.site.id, place_of(call.query.cursor, parse_id), call.query.limit + 1)
    shown, following = cut(rows, call.query.limit, lambda row: row.id)
    paying = debts.by_id([row.id for row in shown])
    records = [
        schemas.ObligationRecord(
            id=str(row.id),
            kind=row.kind,
            game=row.source,
            source_id=row.source_id,
            address=row.address,
            amount_sats=row.amount_sats,
            created_at=created_at(row.id),
            payout_id=str(sent.payout_id) if (sent := paying[row.id].sent) else None,
        )
        for row in shown
    ]
    return Reply(schemas.ObligationsPage(obligations=records, next=following))


@OPERATIONS.add("GET", "/payouts", "Money", query=Paged, answer=payout_schemas.PayoutsPage)
def payouts_(call: Call) -> Reply:
    """What was sent to you on chain, the newest payout first.

    A payout that takes too long is sent again with a higher fee, under a new id and txid; only the version that
    counts is listed. It is yours when its state is `confirmed`.
    """
    rows = debts.paid_to(call.site.id, place_of(call.query.cursor, parse_id), call.query.limit + 1)
    shown, following = cut(rows, call.query.limit, lambda row: row[0].id)
    records = [
        payout_schemas.SitePayout(
            id=str(payout.id),
            txid=payout.txid[::-1].hex(),
            state="confirmed" if payout.state == "confirmed" else "on_its_way",
            amount_sats=sats,
            created_at=created_at(payout.id),
            broadcast_at=payout.broadcast_at,
        )
        for payout, sats in shown
    ]
    return Reply(payout_schemas.PayoutsPage(payouts=records, next=following))
