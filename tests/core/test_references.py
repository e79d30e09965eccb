"""What is looked up once a statement is refused like what a foreign key refuses, and cannot be lost afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from psycopg.errors import ForeignKeyViolation, RestrictViolation
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from app.core.checks import references_lead_somewhere
from app.core.database import references
from app.core.database.references import KEPT, Reference
from app.core.database.session import db
from app.core.ids import new_id
from app.core.sealing.columns import sealed
from app.people.accounts.models import User
from app.wiring import PRODUCT  # noqa: F401  (it brings every model)

ALL = tuple(references.all_of(db.metadata, stays=True))
ROUND = {"round_number": 1, "opens_at_height": 1, "sales_end_height": 2, "closing_height": 3}
TERMS = {"ticket_supply": 10, "jackpot_sats": 9, "house_fee_percent": 10, "hashes_per_digit": 1}
PLAIN = {int: 1, str: "sat", bool: False, datetime: datetime(2026, 11, 29, tzinfo=UTC)}

Row = dict[str, Any]


def row(table: str, **given: Any) -> Row:
    """A row with what the table asks for, plain where nothing is given."""
    columns = [one for one in db.metadata.tables[table].columns if not (one.nullable or one.server_default)]
    kinds = {column.name: column.type.python_type for column in columns}
    unique = {bytes: lambda: new_id().bytes, UUID: new_id}
    return {name: unique[kind]() if kind in unique else PLAIN[kind] for name, kind in kinds.items()} | given


def insert(session: scoped_session[Session], table: str, *rows: Row) -> None:
    """All rows in one statement."""
    session.execute(db.metadata.tables[table].insert().values(list(rows)))


def account(connection: Connection, number: int, currency: str = "sat") -> None:
    """An account of this id."""
    connection.execute(
        text(
            "INSERT INTO ledger_accounts (id, kind, owner, currency, normal_side, may_be_negative)"
            " OVERRIDING SYSTEM VALUE VALUES (:id, 'coins', :owner, :currency, 'debit', true)"
        ),
        {"id": number, "owner": str(number), "currency": currency},
    )


NAMES = ("paid", "credited", "drawn", "order", "numbers", "slip", "site", "user", "at order", "at slip", "at numbers")
FATE = {"status": "credited", "refundable_sats": 0, "credited_round_number": 1}


@pytest.fixture
def ids(session: scoped_session[Session]) -> dict[str, UUID]:
    """What everything leads to in the end: accounts, payments, addresses, a site, rounds."""
    ids = {name: new_id() for name in NAMES}
    for number, currency in ((1, "sat"), (2, "sat"), (3, "HTG")):
        account(session.connection(), number, currency)
    insert(session, "payments", *(row("payments", id=ids[name]) for name in ("paid", "credited", "drawn")))
    for name in (*NAMES[-3:], "nobody"):
        insert(session, "deposit_addresses", row("deposit_addresses", id=ids.get(name, new_id()), address=name))
    insert(session, "users", row("users", id=ids["user"], **sealed(User, ids["user"], email="a@b.example")))
    insert(session, "partner_sites", row("partner_sites", id=ids["site"], owner_user_id=ids["user"]))
    insert(session, "reserve_addresses", row("reserve_addresses", key_index=7))
    insert(session, "rounds", row("rounds", **ROUND, **TERMS))
    for number in (1, 2):
        place = {name: height + 3 * (number - 1) for name, height in ROUND.items()} | {"round_number": number}
        promise = {"pool_size": 9, "possible_combinations": 84, "jackpot_sats": 84, "hash_work": 1}
        insert(session, "luckotto_rounds", row("luckotto_rounds", **place, **promise))
    return ids


@pytest.fixture
def rows(session: scoped_session[Session], ids: dict[str, UUID]) -> dict[str, Row]:
    """By table that refers, a row that leads to what is there."""
    for name, table, given in (
        ("order", "ticket_orders", {}),
        ("slip", "ticket_orders", {}),
        ("numbers", "luckotto_orders", {"requested": 63}),
    ):
        owner = {"deposit_address_id": ids[f"at {name}"], "partner_site_id": ids["site"]}
        insert(session, table, row(table, id=ids[name], **owner, **given))
    insert(session, "order_payments", row("order_payments", id=ids["credited"], order_id=ids["order"], **FATE))
    insert(session, "luckotto_payments", row("luckotto_payments", id=ids["drawn"], order_id=ids["numbers"], **FATE))
    insert(session, "ticket_slips", row("ticket_slips", id=ids["slip"]))
    insert(session, "slip_ranges", row("slip_ranges", after=0, ticket_supply=10))
    return {
        "ledger_transfers": row("ledger_transfers", debit_account_id=1, credit_account_id=2),
        "coins": row("coins", deposit_address_id=ids["at order"], reserve_key_index=None, payment_id=ids["paid"]),
        "order_payments": row("order_payments", id=ids["paid"], order_id=ids["order"], vout=2, **FATE),
        "luckotto_payments": row("luckotto_payments", id=ids["paid"], order_id=ids["numbers"], vout=2, **FATE),
        "ticket_slips": row("ticket_slips", id=ids["order"]),
        "slip_ranges": row("slip_ranges", first=0, ticket_supply=10, slip_id=ids["slip"], payment_id=ids["credited"]),
        "luckotto_tickets": row(
            "luckotto_tickets", id=ids["numbers"], pool_size=9, numbers=63, payment_id=ids["drawn"]
        ),
    }


def refused(session: scoped_session[Session], table: str, *offered: Row) -> str | None:
    """The name of the reference for which a statement is refused; None if it is not, and then nothing of it stays."""
    savepoint = session.begin_nested()
    try:
        insert(session, table, *offered)
    except IntegrityError as error:
        if not isinstance(error.orig, ForeignKeyViolation):
            raise
        return error.orig.diag.constraint_name
    finally:
        savepoint.rollback()
    return None


def elsewhere(reference: Reference, good: Row) -> Iterator[Row]:
    """The row, with one column of the reference after the other leading to nothing."""
    if reference.columns == ("reserve_key_index",):
        good = good | {"deposit_address_id": None, "payment_id": None, "reserve_key_index": 7}
    for column in reference.columns:
        other = {int: 1_000, str: "HTG"}.get(type(good[column])) or new_id()
        if column in ("pool_size", "ticket_supply"):
            other = 11
        yield good | {column: other}


@pytest.mark.parametrize("table", sorted({one.table for one in ALL}))
def test_a_row_that_leads_to_what_is_there_is_taken(session, rows, table):
    assert refused(session, table, rows[table]) is None


@pytest.mark.parametrize("reference", ALL, ids=lambda one: one.name)
def test_a_row_that_leads_to_nothing_is_refused(session, rows, reference):
    found = {refused(session, reference.table, bad) for bad in elsewhere(reference, rows[reference.table])}
    assert reference.name in found
    assert None not in found


def test_one_among_thousands_that_leads_to_nothing_is_enough(session, rows):
    many = [rows["ledger_transfers"] | {"source_id": str(number)} for number in range(2_000)]
    assert refused(session, "ledger_transfers", *many) is None
    many[1_234]["credit_account_id"] = 4
    assert refused(session, "ledger_transfers", *many) == "ledger_transfers_credit_account_id_currency_fkey"


def test_an_account_of_another_currency_is_none(session, rows):
    """Gourdes do not flow into an account of satoshis, nor the other way."""
    for gourdes, satoshis in (("debit", "credit"), ("credit", "debit")):
        crossed = rows["ledger_transfers"] | {f"{gourdes}_account_id": 3, f"{satoshis}_account_id": 2}
        for currency, side in (("sat", gourdes), ("HTG", satoshis)):
            told = refused(session, "ledger_transfers", crossed | {"currency": currency})
            assert told == f"ledger_transfers_{side}_account_id_currency_fkey"


def test_what_is_null_leads_to_nothing_and_is_taken(session, rows):
    assert refused(session, "order_payments", rows["order_payments"] | {"credited_round_number": None}) is None
    reserve = {"deposit_address_id": None, "payment_id": None, "reserve_key_index": 7}
    assert refused(session, "coins", rows["coins"] | reserve) is None


def test_what_is_copied_in_is_looked_up_too(session, rows):
    good = rows["ledger_transfers"]
    copied = f"COPY ledger_transfers ({', '.join(good)}) FROM STDIN"
    with session.connection().connection.driver_connection.cursor() as cursor:
        with cursor.copy(copied) as copy:
            copy.write_row(list(good.values()))
        cursor.execute("SAVEPOINT taken")
        with pytest.raises(ForeignKeyViolation), cursor.copy(copied) as copy:
            copy.write_row(list((good | {"credit_account_id": 4, "line": 2}).values()))
        cursor.execute("ROLLBACK TO SAVEPOINT taken")


@pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", sorted({one.target for one in ALL}))
def test_what_is_referred_to_is_never_removed(session, rows, table, change):
    with pytest.raises(IntegrityError) as told, session.begin_nested():
        session.execute(text(change.format(table)))
    assert isinstance(told.value.orig, RestrictViolation)


@pytest.mark.parametrize(
    ("table", "column"), sorted({(one.target, column) for one in ALL for column in one.target_columns})
)
def test_what_it_is_referred_to_by_never_changes(session, rows, table, column):
    """Not even of a row to which nothing leads, and to what would be there, so that no foreign key speaks first."""
    other = {int: f"{column} + {1 if column == 'round_number' else 100}", str: f"{column} || 'x'"}
    kind = db.metadata.tables[table].columns[column].type.python_type
    alone = " WHERE address = 'nobody'" if table == "deposit_addresses" else ""
    with pytest.raises(IntegrityError) as told, session.begin_nested():
        session.execute(text(f"UPDATE {table} SET {column} = {other.get(kind, 'gen_random_uuid()')}{alone}"))
    assert isinstance(told.value.orig, RestrictViolation)


@pytest.mark.parametrize("table", sorted({one.table for one in ALL} - {"ledger_transfers"}))
def test_a_row_is_never_turned_to_something_else(session, rows, table):
    """Transfers do not change at all."""
    insert(session, table, rows[table])
    columns = {column for one in ALL if one.table == table for column in one.columns if rows[table][column] is not None}
    for column in columns:
        other = f"{column} + 1" if isinstance(rows[table][column], int) else "gen_random_uuid()"
        with pytest.raises(IntegrityError) as told, session.begin_nested():
            session.execute(
                text(f"UPDATE {table} SET {column} = {other} WHERE {column} = :it"), {"it": rows[table][column]}
            )
        assert isinstance(told.value.orig, RestrictViolation), column


def test_a_payment_may_let_its_round_go_and_never_takes_another(session, rows):
    """A lost block takes the round from a payment."""
    session.execute(text("UPDATE order_payments SET credited_round_number = NULL"))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("UPDATE order_payments SET credited_round_number = 1"))


def test_every_target_is_kept():
    """Otherwise what was looked up could be lost afterwards, and nobody would see it."""
    for one in ALL:
        assert set(one.target_columns) <= db.metadata.tables[one.target].info[KEPT], one.name


def test_what_was_lost_all_the_same_is_named_by_the_audit(session, rows):
    insert(session, "coins", rows["coins"])
    assert references_lead_somewhere() == []
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("UPDATE coins SET payment_id = gen_random_uuid()"))
    (breach,) = references_lead_somewhere()
    assert breach.detail == "coins (payment_id): 1 in no row of payments"


def test_a_row_costs_look_ups_and_no_table_whatever_came_before(session, rows):
    """A plan is kept from the first time on: one made for thousands must not read thousands for one."""
    insert(session, "payments", *(row("payments") for _ in range(3_000)))
    ids = session.execute(text("SELECT id FROM payments")).scalars().all()
    reserve = rows["coins"] | {"payment_id": None}
    counted = text("SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'payments'")
    before = session.execute(counted).one()
    for few in (ids[:2_900], ids[2_900:2_901]):
        insert(
            session, "coins", *(reserve | {"id": new_id(), "txid": new_id().bytes, "payment_id": one} for one in few)
        )
    after = session.execute(counted).one()
    assert (after.seq_scan - before.seq_scan, after.idx_scan - before.idx_scan) == (0, 2_901)


def transfer(connection: Connection, credit: int) -> None:
    given = row("ledger_transfers", debit_account_id=1, credit_account_id=credit, source_id=f"to {credit}")
    connection.execute(db.metadata.tables["ledger_transfers"].insert().values(given))


def test_what_another_has_not_committed_is_not_there(committed_db: Flask) -> None:
    with db.engine.connect() as one, db.engine.connect() as other:
        for number in (1, 2):
            account(one, number)
        with pytest.raises(IntegrityError):
            transfer(other, 2)
        other.rollback()
        transfer(one, 2)  # its own are
        one.commit()
        account(one, 3)
        one.rollback()
        with pytest.raises(IntegrityError):
            transfer(other, 3)
        other.rollback()


def test_nobody_waits_for_whoever_refers(committed_db: Flask) -> None:
    """A foreign key locks what it finds; here nobody could take it away, not even between look-up and commit."""
    with db.engine.connect() as one, db.engine.connect() as other:
        for number in (1, 2):
            account(one, number)
        one.commit()
        transfer(one, 2)
        other.execute(text("SET lock_timeout = '2s'"))
        for change in ("DELETE FROM ledger_accounts WHERE id = 2", "UPDATE ledger_accounts SET id = 9 WHERE id = 2"):
            with pytest.raises(IntegrityError) as told:
                other.execute(text(change))
            assert isinstance(told.value.orig, RestrictViolation)
            other.rollback()
        one.commit()
        assert references_lead_somewhere() == []
