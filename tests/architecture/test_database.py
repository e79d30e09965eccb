"""The tables: what migrations make is what the models say, and foreign keys fall like imports."""

from __future__ import annotations

import configparser
import re
from functools import cache
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Table, inspect, text
from sqlalchemy.orm import Session, scoped_session

from app.core.database import references
from app.core.database.session import db
from tests.architecture.sources import TOP, python_files


@cache
def _heights() -> dict[str, dict[str, int]]:
    """By container, how high each of its folders stands in its contract: 0 is the ground."""
    config = configparser.ConfigParser()
    config.read(TOP / "setup.cfg")
    contracts = [dict(section) for section in config.values() if section.get("type") == "layers"]
    return {
        contract["containers"].strip(): {
            name: height
            for height, row in enumerate(reversed(contract["layers"].strip().splitlines()))
            for name in re.findall(r"[a-z_]+", row)
        }
        for contract in contracts
    }


def place_of(module: str) -> tuple[int, ...]:
    """How high a module stands: its floor, and its room where the floor's rooms have an order of their own."""
    heights, parts = _heights(), module.split(".")
    floor = heights["app"][parts[1]]
    rooms = heights.get(f"app.{parts[1]}")
    return (floor,) if rooms is None else (floor, rooms[parts[2]])


def test_no_migration_is_pending(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        options = {"compare_type": True, "target_metadata": db.metadata, "include_object": references.in_database}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []


# What Luckotto's tickets enter and remove by themselves is told by its migration alone.
_BY_MIGRATION = {
    "luckotto_tickets_enter",
    "luckotto_tickets_remove",
    "luckotto_tickets_change",
    "luckotto_combinations_written",
}
_MADE = """
SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), p.prosrc, p.proconfig
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = CAST(:schema AS regnamespace)
UNION ALL
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid), '', NULL
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND c.relnamespace = CAST(:schema AS regnamespace)
"""


def test_triggers_and_foreign_keys_are_what_the_models_say(session: scoped_session[Session]) -> None:
    """Alembic compares no triggers, so that both are made here, side by side."""
    session.execute(text("CREATE SCHEMA models"))
    session.execute(text("SET LOCAL search_path TO models"))
    connection = session.connection()
    migrated = {name for name in inspect(connection).get_table_names("public") if name != "alembic_version"}
    db.metadata.create_all(connection, [db.metadata.tables[name] for name in migrated], checkfirst=False)

    def made(schema: str) -> dict[tuple[str, str], tuple[list[str], str, object]]:
        """What there is; a condition's columns may come in another order."""
        rows = session.execute(text(_MADE), {"schema": schema})
        return {
            (table, name): (sorted(re.findall(r"\w+", told.replace(f"{schema}.", ""))), " ".join(does.split()), options)
            for table, name, told, does, options in rows
        }

    migrated_alone = {name: one for name, one in made("public").items() if name[1] in _BY_MIGRATION}
    assert len(migrated_alone) == len(_BY_MIGRATION)
    assert made("models") | migrated_alone == made("public")


def test_migrations_form_one_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(TOP / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_names_of_migrations_show_their_order() -> None:
    """Day, revision, name: as a folder lists them, so they run."""
    config = Config()
    config.set_main_option("script_location", str(TOP / "migrations"))
    run = list(ScriptDirectory.from_config(config).walk_revisions())[::-1]
    names = [Path(script.path).name for script in run]
    assert names == sorted(names)
    for script, name in zip(run, names, strict=True):
        assert re.fullmatch(rf"\d{{8}}_{script.revision}_[a-z0-9_]+\.py", name), name


def _owners() -> dict[str, str]:
    """By table, the module that declares it."""
    owners = {}
    for mapper in db.Model.registry.mappers:
        assert isinstance(mapper.local_table, Table)
        owners[mapper.local_table.name] = mapper.class_.__module__
    return owners


def test_foreign_keys_fall(app: Flask) -> None:
    owners = _owners()
    rising = [
        f"{table.name} -> {key.column.table.name}"
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if owners[table.name] != owners[key.column.table.name]
        and place_of(owners[table.name]) <= place_of(owners[key.column.table.name])
    ]
    assert rising == []


def test_nothing_funded_disappears_with_what_it_belongs_to(app: Flask) -> None:
    """What is a person's alone and worth nothing goes with them; nothing else is removed by removing something else."""
    cascading = {
        table.name for table in db.metadata.tables.values() for key in table.foreign_keys if key.ondelete is not None
    }
    sessions = {"user_sessions", "operator_refresh_tokens", "refresh_tokens"}
    signing_in = sessions | {"login_codes", "email_changes", "user_passwords"}
    assert cascading <= signing_in | {"notices", "notice_choices", "devices", "reality_checks"}


def test_tables_bear_the_names_of_document_001(app: Flask) -> None:
    """`payout_psbts` comes with payouts: docs/decisions/0002-tables-of-document-001.md."""
    named = {
        "users",
        "email_magic_links",
        "user_sessions",
        "partner_sites",
        "ticket_orders",
        "ticket_slips",
        "order_payments",
        "rounds",
        "partner_wins",
    }
    assert named <= set(db.metadata.tables)


def test_every_table_is_named_in_one_way(app: Flask) -> None:
    """Lower case and in the plural, but for the cursor, of which there is one."""
    odd = [name for name in db.metadata.tables if not re.fullmatch(r"[a-z_]+s|chain_cursor", name)]
    assert odd == []


def test_a_row_that_will_change_may_be_referred_to_meanwhile() -> None:
    """`FOR UPDATE` keeps others from pointing at a row, and an order that waits would stop the scanner."""
    found = [
        f"{file.relative_to(TOP)}: {line.strip()}"
        for file in python_files("app")
        for line in file.read_text().splitlines()
        if re.search(r"with_for_update=(True|\{)|with_for_update\((?!.*key_share=True)|FOR UPDATE", line)
        and not line.strip().startswith(("#", '"""'))
    ]
    deletes = "ORDER BY finished_at LIMIT :limit FOR UPDATE SKIP LOCKED),"  # what is deleted, nobody may refer to
    assert [one for one in found if deletes not in one] == []


_WITHOUT_INDEX = """
SELECT k.conrelid::regclass::text, k.conname FROM pg_constraint k
WHERE k.contype = 'f' AND k.confrelid::regclass::text IN ('ticket_slips', 'slip_ranges', 'luckotto_tickets')
  AND NOT EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
        AND (string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(k.conkey)] @> k.conkey)
"""


def test_what_refers_to_rows_that_a_lost_block_removes_has_an_index(session: scoped_session[Session]) -> None:
    """Each row that goes is looked for in whatever refers to it."""
    assert session.execute(text(_WITHOUT_INDEX)).all() == []
    inspector = inspect(session.connection())
    for one in references.all_of(db.metadata, stays=False):
        kept = [*inspector.get_indexes(one.table), inspector.get_pk_constraint(one.table)]
        columns = [tuple(index.get("column_names") or index["constrained_columns"]) for index in kept]
        assert any(found[: len(one.columns)] == one.columns for found in columns), one.name
