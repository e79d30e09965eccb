"""An order's state is decided by one table: its word and its SQL agree for every order there can be, in every table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations, product
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from app.chain.models import Sighting
from app.core.database.session import db
from app.core.ids import new_id
from app.games.luckotto.partners.listing import OWN as OF_LUCKOTTO
from app.games.ticket_draw.partners.listing import OWN as OF_ROUNDS
from app.selling.windows.lists.conditions import StatesInSql
from app.selling.windows.models import ROUND_STATUSES
from app.selling.windows.orders.states import Situation, States, When

from .profile import searched

GAMES = {"rounds": OF_ROUNDS.states, "luckotto": OF_LUCKOTTO.states}
TICKETS = (None, "assigned", "won", "void")
FATES = {
    "rounds": ("seen", "credited", "below_minimum", "late", "sold_out", "void", "orphaned"),
    "luckotto": ("seen", "credited", "below_minimum", "late", "unallocated", "underfunded", "void", "orphaned"),
}
SOLD_OUT = {"rounds": {"sold_tickets": 1000}, "luckotto": {"sold_combinations": 84}}
MOST_KINDS = 2
"""Of payments of one order: a pair shows which of the two outranks the other."""

_ROUND = {
    "rounds": {"ticket_digits": 3, "ticket_supply": 1000, "base_ticket_price_sats": 1, "house_fee_percent": 0}
    | {"hashes_per_digit": 1, "jackpot_sats": 1000, "winning_ticket": 1},
    "luckotto": {"pool_size": 9, "possible_combinations": 84, "base_combination_price_sats": 1, "hash_work": 1}
    | {"jackpot_sats": 84, "winning_numbers": 63},
}
_ORDER = {
    "rounds": {"player_public_identifier": "p", "player_private_identifier": "q", "base_ticket_price_sats": 1}
    | {"player_ticket_price_sats": 1},
    "luckotto": {"player_uname": "p", "player_identifier": "q", "requested": 63, "base_sats": 1, "fee_sats": 0},
}
_TICKET = {
    "rounds": {"paid_sats": 1, "ticket_count": 1, "jackpot_contribution_sats": 1, "first_block_height": 1}
    | {"first_block_hash": ""},
    "luckotto": {"pool_size": 9, "numbers": 63, "combinations": 1},
}


@pytest.fixture(scope="module", params=list(GAMES))
def written(request: pytest.FixtureRequest, app: Flask) -> Iterator[tuple[StatesInSql, dict[UUID, Situation]]]:
    """Every situation there can be, as rows of a game's own tables, and nothing of it kept."""
    with app.app_context():
        try:
            db.session.execute(text("SET LOCAL session_replication_role = replica"))  # these orders have no partner
            yield GAMES[request.param], _write(request.param)
        finally:
            db.session.rollback()
            db.session.remove()


def _write(name: str) -> dict[UUID, Situation]:
    game, tickets = GAMES[name].game, GAMES[name].tickets.id.class_
    rounds = list(product(ROUND_STATUSES, (False, True)))
    db.session.execute(insert(game.round), [_round(name, at, *one) for at, one in enumerate(rounds)])
    found = {new_id(): one for one in _situations(name)}
    of_order = [_order(name, order, one) for order, one in found.items()]
    held = [(order, one) for order, one in found.items() if one.ticket]
    db.session.execute(insert(game.order), of_order)
    db.session.execute(insert(tickets), [_ticket(name, at, order, one) for at, (order, one) in enumerate(held)])
    paid = [(order, status) for order, one in found.items() for status in sorted(one.payments)]
    db.session.execute(insert(game.payment), [_payment(order, status) for order, status in paid if status != "seen"])
    seen = [order for order, status in paid if status == "seen"]
    db.session.execute(insert(Sighting), [_sighting(at, order) for at, order in enumerate(seen)])
    return found


def _situations(name: str) -> Iterator[Situation]:
    for status, is_sold_out, ticket in product(ROUND_STATUSES, (False, True), TICKETS):
        for kinds in range(MOST_KINDS + 1):
            for payments in combinations(FATES[name], kinds):
                yield Situation(status, ticket, frozenset(payments), is_sold_out)


def _number(status: str, is_sold_out: bool) -> int:
    return 900_000_001 + 2 * ROUND_STATUSES.index(status) + is_sold_out


def _round(name: str, at: int, status: str, is_sold_out: bool) -> dict[str, Any]:
    first = 900_000_000 + at * 10
    heights = {"opens_at_height": first, "sales_end_height": first + 4, "closing_height": first + 6}
    drawn = {"seal_root": b"s", "closing_block_hash": b"c"}
    kept = {"settlement_depth": 1, "min_payment_floor_sats": 1, "winner_algorithm": "a", "internal_key": b"k"}
    sold = SOLD_OUT[name] if is_sold_out else dict.fromkeys(SOLD_OUT[name], 0)
    number = _number(status, is_sold_out)
    return {"round_number": number, "status": status, **heights, **drawn, **kept, **_ROUND[name], **sold}


def _order(name: str, order: UUID, one: Situation) -> dict[str, Any]:
    secret = {"receipt_secret_hash": order.bytes} if name == "rounds" else {}
    promised = {"min_payment_sats": 1, "house_edge_percent": 0, "payout_address": ""}
    whose = {"partner_site_id": order, "deposit_address_id": order}  # each has an address of its own
    return {
        "id": order,
        "round_number": _number(one.round_status, one.is_sold_out),
        **promised,
        **whose,
        **secret,
        **_ORDER[name],
    }


def _ticket(name: str, at: int, order: UUID, one: Situation) -> dict[str, Any]:
    own = {"sequence": at, "payment_id": order} if name == "luckotto" else {}
    return {
        "id": order,
        "round_number": _number(one.round_status, one.is_sold_out),
        "status": one.ticket,
        **own,
        **_TICKET[name],
    }


def _payment(order: UUID, status: str) -> dict[str, Any]:
    where = {"txid": status, "vout": 0, "tx_index": 0, "block_height": 1, "block_hash": ""}
    credited = int(status == "credited")
    sats = {"amount_sats": 1, "credited_sats": credited, "refundable_sats": 1 - credited}
    gone = datetime.now(UTC) if status == "orphaned" else None
    return {"id": new_id(), "order_id": order, "status": status, "orphaned_at": gone, **where, **sats}


def _sighting(at: int, order: UUID) -> dict[str, Any]:
    return {"id": new_id(), "txid": order.bytes, "vout": at, "amount_sats": 1, "deposit_address_id": order}


def _found(states: StatesInSql, state: str, among: dict[UUID, Situation]) -> set[UUID]:
    order = states.game.order
    rows = db.session.scalars(select(order.id).where(states.is_in(state), order.round_number > 900_000_000))
    return {id_ for id_ in rows if id_ in among}


def test_word_and_sql_agree(written: tuple[StatesInSql, dict[UUID, Situation]]) -> None:
    states, orders = written
    words: dict[str, set[UUID]] = {state: set() for state in states.states.names}
    for id_, one in orders.items():
        words[states.states.of(one)].add(id_)
    assert all(words.values()), "a state that no order can be in"
    assert {state: _found(states, state, orders) for state in words} == words


def _rows(fates: tuple[str, ...]) -> st.SearchStrategy[When]:
    def some(of: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
        return st.lists(st.sampled_from(of), unique=True, max_size=3).map(tuple)

    return st.builds(
        When,
        state=st.sampled_from(("a", "b", "c")),
        rounds=some(ROUND_STATUSES),
        paid=some(fates),
        is_sold_out=st.booleans(),
        has_ticket=st.booleans(),
        has_won=st.booleans(),
    )


@searched(25)
@given(data=st.data())
def test_word_and_sql_agree_in_any_table(
    written: tuple[StatesInSql, dict[UUID, Situation]], data: st.DataObject
) -> None:
    own, orders = written
    rows = tuple(data.draw(st.lists(_rows(FATES[own.game.name]), max_size=8)))
    names = tuple(sorted({row.state for row in rows} | {"else"}))
    states = StatesInSql(own.game, States(names, (*rows, When(state="else"))), own.tickets, own.has_room)
    words: dict[str, set[UUID]] = {state: set() for state in names}
    for id_, one in orders.items():
        words[states.states.of(one)].add(id_)
    assert {state: _found(states, state, orders) for state in names} == words


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (("a",), (When(state="a", has_ticket=True),)),
        (("a", "b"), (When(state="a"),)),
        (("a",), (When(state="b", has_won=True), When(state="a"))),
    ],
    ids=["an order without a state", "a state without a row", "a row without a state"],
)
def test_a_table_with_a_hole_is_refused(names: tuple[str, ...], rows: tuple[When, ...]) -> None:
    with pytest.raises(ValueError, match="every state has a row"):
        States(names, rows)
