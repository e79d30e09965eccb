"""What refers to rows that may go: held while it is written, and looked for when they go, as a foreign key does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from psycopg.errors import FeatureNotSupported, ForeignKeyViolation, LockNotAvailable, RestrictViolation
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, scoped_session

from app.core.checks import references_lead_somewhere
from app.core.database import references
from app.core.database.session import db
from app.core.ids import new_id
from app.core.sealing.columns import sealed
from app.people.accounts.models import User
from tests.core.test_references import ROUND, TERMS, Row, refused, row

ALL = tuple(references.all_of(db.metadata, stays=False))
CHAIN, SLIP, WIN = "slip_ranges_round_number_first_fkey", "slip_ranges_slip_id_fkey", "partner_wins_slip_id_fkey"


def test_these_are_what_a_lost_block_removes() -> None:
    assert {one.name for one in ALL} == {CHAIN, SLIP, WIN}


def given(connection: Connection, table: str, *rows: Row) -> None:
    """All rows in one statement."""
    connection.execute(db.metadata.tables[table].insert().values(list(rows)))


def world(connection: Connection, players: int = 3) -> dict[str, list[UUID]]:
    """A round with a slip for each player, who all have paid and hold nothing so far."""
    ids = {name: [new_id() for _ in range(players)] for name in ("payments", "addresses", "slips")}
    user, site = new_id(), new_id()
    given(connection, "users", row("users", id=user, **sealed(User, user, email="a@b.example")))
    given(connection, "partner_sites", row("partner_sites", id=site, owner_user_id=user))
    given(connection, "rounds", row("rounds", **ROUND, **TERMS))
    given(connection, "payments", *(row("payments", id=one) for one in ids["payments"]))
    for address, slip, payment in zip(ids["addresses"], ids["slips"], ids["payments"], strict=True):
        given(connection, "deposit_addresses", row("deposit_addresses", id=address, address=str(address)))
        order = row("ticket_orders", id=slip, deposit_address_id=address, partner_site_id=site)
        given(connection, "ticket_orders", order)
        fate = {"status": "credited", "refundable_sats": 0, "credited_round_number": 1}
        given(connection, "order_payments", row("order_payments", id=payment, order_id=slip, **fate))
        given(connection, "ticket_slips", row("ticket_slips", id=slip))
    given(connection, "slip_ranges", row("slip_ranges", after=0, ticket_supply=10))
    return ids | {"site": [site]}


def tickets(ids: dict[str, list[UUID]], at: int, **other: Any) -> Row:
    """Ticket number `at` for the player of that number."""
    place = {"first": at, "after": at + 1, "ticket_supply": 10}
    return row("slip_ranges", slip_id=ids["slips"][at], payment_id=ids["payments"][at], **place | other)


def win(ids: dict[str, list[UUID]], **other: Any) -> Row:
    """The first player has won."""
    return row("partner_wins", partner_site_id=ids["site"][0], slip_id=ids["slips"][0]) | other


@pytest.fixture
def ids(session: scoped_session[Session]) -> dict[str, list[UUID]]:
    return world(session.connection())


def complaint(session: scoped_session[Session], statement: str, **values: Any) -> str | None:
    """The name of the reference for which the statement is refused; None if it is not. Nothing of it stays."""
    savepoint = session.begin_nested()
    try:
        session.execute(text(statement), values)
    except IntegrityError as error:
        if not isinstance(error.orig, ForeignKeyViolation):
            raise
        return error.orig.diag.constraint_name
    finally:
        savepoint.rollback()
    return None


def test_ranges_of_one_statement_follow_one_another(session, ids):
    assert refused(session, "slip_ranges", tickets(ids, 2), tickets(ids, 0), tickets(ids, 1)) is None
    assert refused(session, "slip_ranges", tickets(ids, 0), tickets(ids, 2)) == CHAIN  # a hole between
    assert refused(session, "slip_ranges", tickets(ids, 1)) == CHAIN  # and after the sentinel
    given(session.connection(), "slip_ranges", tickets(ids, 0))
    assert refused(session, "slip_ranges", tickets(ids, 1)) is None
    assert refused(session, "slip_ranges", tickets(ids, 1, round_number=2)) is not None  # another round's end


def test_a_range_and_a_win_lead_to_a_slip(session, ids):
    nobodys = new_id()
    assert refused(session, "slip_ranges", tickets(ids, 0), tickets(ids, 1) | {"slip_id": nobodys}) == SLIP
    assert refused(session, "partner_wins", win(ids)) is None
    assert refused(session, "partner_wins", win(ids, slip_id=nobodys)) == WIN


def test_only_the_tail_is_cut_off(session, ids):
    given(session.connection(), "slip_ranges", *(tickets(ids, at) for at in range(3)))
    cut = "DELETE FROM slip_ranges WHERE first >= :first AND first < :end"
    assert complaint(session, cut, first=0, end=1) == CHAIN
    assert complaint(session, cut, first=1, end=2) == CHAIN
    assert complaint(session, "DELETE FROM slip_ranges WHERE first IS NULL") == CHAIN  # the sentinel
    assert complaint(session, cut, first=1, end=3) is None
    assert complaint(session, cut, first=0, end=3) is None


def test_a_slip_goes_when_nothing_leads_to_it(session, ids):
    given(session.connection(), "slip_ranges", tickets(ids, 0))
    given(session.connection(), "partner_wins", win(ids, slip_id=ids["slips"][1]))
    remove = "DELETE FROM ticket_slips WHERE id = ANY(:ids)"
    assert complaint(session, remove, ids=ids["slips"][:1]) == SLIP
    assert complaint(session, remove, ids=ids["slips"][1:2]) == WIN
    assert complaint(session, remove, ids=ids["slips"]) in (SLIP, WIN)  # one of many is enough
    assert complaint(session, remove, ids=ids["slips"][2:]) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE slip_ranges SET slip_id = :other WHERE first = 0",
        "UPDATE slip_ranges SET first = 1, after = 2 WHERE first = 0",
        "UPDATE slip_ranges SET after = 2 WHERE first = 0",
        "UPDATE ticket_slips SET id = gen_random_uuid() WHERE id = :other",
        "UPDATE partner_wins SET slip_id = :other",
        "TRUNCATE ticket_slips",
        "TRUNCATE slip_ranges",
    ],
)
def test_nothing_turns_and_nothing_is_emptied(session, ids, change):
    """Not even to what is there, and not where nothing leads to it."""
    given(session.connection(), "slip_ranges", tickets(ids, 0))
    given(session.connection(), "partner_wins", win(ids))
    with pytest.raises(IntegrityError) as told, session.begin_nested():
        session.execute(text(change), {"other": ids["slips"][1]} if ":other" in change else {})
    assert isinstance(told.value.orig, RestrictViolation)


def test_what_was_lost_all_the_same_is_named_by_the_audit(session, ids):
    given(session.connection(), "slip_ranges", tickets(ids, 0), tickets(ids, 1))
    assert references_lead_somewhere() == []
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("DELETE FROM slip_ranges WHERE first = 0"))
    session.execute(text("DELETE FROM ticket_slips WHERE id = :id"), {"id": ids["slips"][1]})
    assert {breach.detail.partition(":")[0] for breach in references_lead_somewhere()} == {
        "slip_ranges (round_number, first)",
        "slip_ranges (slip_id)",
    }


def test_two_thousand_cost_look_ups_and_no_table(session, ids):
    """What a plan that was kept from a large statement would do to a small one."""
    counted = text(
        "SELECT sum(seq_scan) FROM pg_stat_xact_user_tables WHERE relname IN ('slip_ranges', 'ticket_slips')"
    )
    before = session.execute(counted).scalar_one()
    given(session.connection(), "slip_ranges", *(tickets(ids, at) for at in range(3)))
    given(session.connection(), "partner_wins", win(ids))
    assert session.execute(counted).scalar_one() == before


# Two at once: whoever comes second waits, and then is told.

Step = Callable[[Connection, dict[str, list[UUID]]], None]


def refer(connection: Connection, ids: dict[str, list[UUID]]) -> None:
    given(connection, "slip_ranges", tickets(ids, 0))


def win_with_it(connection: Connection, ids: dict[str, list[UUID]]) -> None:
    given(connection, "partner_wins", win(ids))


def remove_slip(connection: Connection, ids: dict[str, list[UUID]]) -> None:
    connection.execute(text("DELETE FROM ticket_slips WHERE id = :id"), {"id": ids["slips"][0]})


def follow(connection: Connection, ids: dict[str, list[UUID]]) -> None:
    given(connection, "slip_ranges", tickets(ids, 1))


def cut_off(connection: Connection, ids: dict[str, list[UUID]]) -> None:
    connection.execute(text("DELETE FROM slip_ranges WHERE first = 0"))


PAIRS = [(refer, remove_slip), (win_with_it, remove_slip), (follow, cut_off)]


@pytest.mark.parametrize("pair", [*PAIRS, *((later, first) for first, later in PAIRS)])
def test_whoever_comes_second_waits_and_is_refused(committed_db: Flask, pair: tuple[Step, Step]) -> None:
    first, second = pair
    with db.engine.connect() as one, db.engine.connect() as other:
        ids = world(one)
        if follow in pair:
            refer(one, ids)
        one.commit()
        first(one, ids)
        other.execute(text("SET lock_timeout = '200ms'"))
        with pytest.raises(DBAPIError) as told:
            second(other, ids)
        assert isinstance(told.value.orig, LockNotAvailable)
        other.rollback()
        other.execute(text("SET lock_timeout = '30s'"))
        begun = threading.Event()

        def later() -> None:
            begun.set()
            second(other, ids)

        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(later)
            begun.wait()
            one.commit()
            error = waiting.exception(30)
        assert isinstance(error, IntegrityError)
        assert isinstance(error.orig, ForeignKeyViolation)
        other.rollback()
        with committed_db.app_context():
            assert references_lead_somewhere() == []


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
@pytest.mark.parametrize("step", [refer, win_with_it, remove_slip])
def test_at_a_level_that_looks_back_both_are_refused(committed_db: Flask, step: Step, level: str) -> None:
    """There a removal would not see what was committed while it waited."""
    with db.engine.connect() as connection:
        ids = world(connection)
        connection.commit()
        connection.execute(text(f"SET TRANSACTION ISOLATION LEVEL {level}"))
        with pytest.raises(DBAPIError) as told:
            step(connection, ids)
        assert isinstance(told.value.orig, FeatureNotSupported)
