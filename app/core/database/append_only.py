"""Tables that are only ever added to: the database itself refuses to change or remove their rows."""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, Table, event

FUNCTION: Final = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
"""


def trigger(table: str) -> str:
    """A statement's trigger: it refuses even a change that would match no row."""
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def append_only(table: object) -> None:
    """Give a model's table the trigger wherever the metadata creates it. Migrations carry the same statements."""
    assert isinstance(table, Table)
    for statement in (FUNCTION, trigger(table.name)):
        event.listen(table, "after_create", DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]
