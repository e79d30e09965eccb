"""Tables that are only ever added to: the database itself refuses to change or remove their rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import DDL, Table, event

FUNCTION: Final = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
"""
_REFUSE: Final = "EXECUTE FUNCTION refuse_change()"


def trigger(table: str) -> str:
    """A statement's trigger: it refuses even a change that would match no row."""
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT {_REFUSE}"
    )


def thinned_triggers(table: str, column: str, age: timedelta) -> tuple[str, str]:
    """The same of a table whose rows may go once they are older than that, by the time in a column."""
    is_young = f"old.{column} > now() - interval '{age.days} days'"
    return (
        trigger(table).replace("UPDATE OR DELETE OR", "UPDATE OR"),
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW WHEN ({is_young}) {_REFUSE}",
    )


def append_only(table: object, *, thinned: tuple[str, timedelta] | None = None) -> None:
    """Give a model's table its triggers wherever the metadata creates it. Migrations carry the same statements."""
    assert isinstance(table, Table)
    own = thinned_triggers(table.name, *thinned) if thinned else (trigger(table.name),)
    for statement in (FUNCTION, *own):
        event.listen(table, "after_create", DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]
