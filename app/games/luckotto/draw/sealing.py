"""What of a round is sealed, and what becomes of money that holds no ticket by then, or when the round is void."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from app.core.database.session import db
from app.games.luckotto.models import TABLES, LuckottoRound
from app.games.luckotto.rules import GAME, Fate, numbers_of
from app.games.luckotto.tickets import statements
from app.outcomes.draws.merkle_sum import Leaf
from app.record.events import service as events
from app.record.ledger.entries import Posting
from app.selling.windows import postings
from app.selling.windows.questions.seal import Seal
from app.selling.windows.rounds import sealing


class LuckottoSeal(Seal[LuckottoRound]):
    """Every ticket of a round in the order in which they were given."""

    def before(self, round_: LuckottoRound) -> None:
        suspend_what_bought_nothing(round_.round_number)

    def leaves(self, number: int) -> Sequence[Leaf]:
        return [leaf_of(row) for row in db.session.execute(text(statements.SEALED), {"round": number})]

    def sold(self, round_: LuckottoRound) -> Mapping[str, int]:
        return {"soldTickets": round_.sold_tickets, "soldCombinations": round_.sold_combinations}

    def voids(self, number: int) -> Iterator[tuple[UUID, list[Posting]]]:
        for row in db.session.execute(text(statements.CREDITED), {"round": number}).all():
            yield row.id, postings.void(row.id, GAME, number, to_pool=row.to_pool, credited=row.credited_sats)

    def voided(self, round_: LuckottoRound) -> None:
        db.session.execute(text(statements.VOID_TICKETS), {"round": round_.round_number})


def leaf_of(row: Row[Any]) -> Leaf:
    """A ticket's numbers, its order's commitment, and every outpoint that was credited to it: canonical JSON."""
    record = {"allocatedNumbers": numbers_of(row.numbers), "commitment": row.commitment.hex(), "payments": row.paid}
    data = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
    return Leaf(data, row.combinations, sum(sats for _, _, sats in row.paid))


def suspend_what_bought_nothing(number: int) -> None:
    """Sales are buried: money of orders that never reached their totals, or for which no set was free, waits."""
    rows = db.session.execute(text(statements.WITHOUT_TICKET), {"round": number}).all()
    for fate in (Fate.UNDERFUNDED, Fate.UNALLOCATED):
        mine = [row for row in rows if row.is_unallocated == (fate is Fate.UNALLOCATED)]
        recipes = (
            (row.id, postings.void(row.id, GAME, number, to_pool=0, credited=row.credited_sats, reason=str(fate)))
            for row in mine
        )
        sealing.suspend(TABLES, recipes, str(fate))
        events.record_many([_told(number, row, fate) for row in mine])


def _told(number: int, row: Row[Any], fate: Fate) -> events.Fact:
    payload = {
        "orderId": str(row.order_id),
        "roundNumber": number,
        "txid": row.txid,
        "vout": row.vout,
        "amountSats": row.amount_sats,
        "creditedSats": 0,
        "refundableSats": row.amount_sats,
        "status": str(fate),
    }
    return events.Fact(f"payment.{fate}", GAME, f"order:{row.order_id}", payload, row.partner_site_id)
