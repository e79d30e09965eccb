"""Columns that are written once: the database itself refuses to change them, and to remove their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import DDL, Table, event

from .references import KEPT

FUNCTION: Final = """
    CREATE OR REPLACE FUNCTION refuse_other_promise() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what a row of % promised never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
"""


def triggers(table: str, columns: Sequence[str]) -> tuple[str, str, str]:
    """One for a change of any of `columns`, whoever makes it; one for a row that is removed to be made anew, and one
    for all of them at once."""
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    refused = "EXECUTE FUNCTION refuse_other_promise()"
    return (
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {refused}",
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW {refused}",
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refused}",
    )


def triggers_once(table: str, column: str) -> tuple[str, str, str]:
    """The same, the first one for any change of a row in which `column` is set."""
    _, kept, not_emptied = triggers(table, (column,))
    when = f"WHEN (OLD.{column} IS NOT NULL) EXECUTE FUNCTION refuse_other_promise()"
    return f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW {when}", kept, not_emptied


def freeze(table: object, columns: Sequence[str]) -> None:
    """Give a model's table the triggers wherever the metadata creates it. Migrations carry the same statements."""
    assert isinstance(table, Table)
    table.info[KEPT] = frozenset(columns)
    for statement in (FUNCTION, *triggers(table.name, columns)):
        event.listen(table, "after_create", DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]


def freeze_once(table: object, column: str) -> None:
    """The same of whole rows, from the moment on in which a column is set: until then they may change."""
    assert isinstance(table, Table)
    for statement in (FUNCTION, *triggers_once(table.name, column)):
        event.listen(table, "after_create", DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]
