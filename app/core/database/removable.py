"""References to rows that may be removed, seen to for all rows of a statement at once.

A foreign key looks up and locks what each row refers to, and looks for what refers to each row that goes. Here two
triggers do the same for a whole statement: whoever refers holds what it found until its transaction ends, so that a
removal waits for it and then sees it, and what is still referred to is not removed. That holds as long as a question
sees what was committed before it was asked, as READ COMMITTED has it: at other levels both are refused.

Where the rows stay for ever no lock is needed (`references`). docs/decisions/0033-references-checked-at-once.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import MetaData, Table

from .references import (
    REFUSAL,
    Reference,
    all_of,
    columns_of,
    create,
    create_later,
    found_by,
    looked_up,
    stand_for,
    staying,
)

_HOLD: Final = " FOR KEY SHARE"
_LEVEL: Final = (
    "    IF current_setting('transaction_isolation') <> 'read committed' THEN\n"
    "        RAISE feature_not_supported USING MESSAGE = 'rows that may go are referred to at READ COMMITTED alone';\n"
    "    END IF;\n"
)


def check_and_hold(table: object, *references: Sequence[str]) -> None:
    """Look up and hold what these columns of a model's table refer to, once a statement; they never turn elsewhere.
    Migrations carry the same statements."""
    assert isinstance(table, Table)
    found = stand_for(table, references, stays=False)
    create(table, REFUSAL, staying(table.name, columns_of(references), "turns"))
    create_later(table, lambda: holding(table.name, _leading(table.metadata, of=table.name)))
    for target in {constraint.referred_table for constraint in found}:
        if not target.info.setdefault("let go", False):
            target.info["let go"] = True
            _guard(target)


def _guard(target: Table) -> None:
    """What refers to it may be declared later."""
    create(target, REFUSAL)
    create_later(target, lambda: letting_go(target.name, _leading(target.metadata, to=target.name)))


def _leading(metadata: MetaData, *, of: str | None = None, to: str | None = None) -> list[Reference]:
    return [one for one in all_of(metadata, stays=False) if of in (None, one.table) and to in (None, one.target)]


def holding(table: str, references: Sequence[Reference]) -> tuple[str, str]:
    """The function that looks up and holds what a statement's new rows refer to, and its trigger."""
    body = "".join(looked_up(reference, _HOLD) for reference in references)
    trigger = f"CREATE TRIGGER {table}_hold AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
    return (
        _function(f"{table}_hold", "lost", body),
        f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION {table}_hold()",
    )


def letting_go(target: str, references: Sequence[Reference]) -> tuple[str, str, str, str]:
    """The function that looks for what still refers to a statement's removed rows, and its trigger; the triggers
    against rows that would be referred to by other values, and against emptying the table, which would ask nobody."""
    body = "".join(_still_referred(reference) for reference in references)
    trigger = f"CREATE TRIGGER {target}_let_go AFTER DELETE ON {target} REFERENCING OLD TABLE AS gone"
    emptied = f"CREATE TRIGGER {target}_emptied BEFORE TRUNCATE ON {target}"
    return (
        _function(f"{target}_let_go", "kept", body),
        f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION {target}_let_go()",
        found_by(target, columns_of([reference.target_columns for reference in references])),
        f"{emptied} FOR EACH STATEMENT EXECUTE FUNCTION refuse_lost_reference()",
    )


def _function(name: str, record: str, body: str) -> str:
    function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off"
    return f"{function} AS $$\nDECLARE\n    {record} record;\nBEGIN\n{_LEVEL}{body}    RETURN NULL;\nEND $$"


def _still_referred(reference: Reference) -> str:
    told = f'delete on table "{reference.target}" violates foreign key "{reference.name}" on table "{reference.table}"'
    names = ", ".join(reference.target_columns)
    pairs = zip(reference.columns, reference.target_columns, strict=True)
    refers = " AND ".join(f"referring.{own} = gone.{one}" for own, one in pairs)
    return (
        f"    SELECT {names} INTO kept FROM gone"
        f" WHERE (SELECT true FROM {reference.table} AS referring WHERE {refers} LIMIT 1) LIMIT 1;\n"
        f"    IF FOUND THEN\n"
        f"        RAISE foreign_key_violation USING MESSAGE = '{told}',\n"
        f"            DETAIL = format('({names})=%s is still referred to from table \"{reference.table}\"', kept),\n"
        f"            SCHEMA = TG_TABLE_SCHEMA, TABLE = '{reference.table}', CONSTRAINT = '{reference.name}';\n"
        f"    END IF;\n"
    )
