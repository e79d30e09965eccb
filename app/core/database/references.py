"""References to rows that stay for ever, looked up for all rows of a statement at once.

A foreign key asks once for each row, even where thousands of a block name the same account, and locks what it finds so
that nobody removes it meanwhile. Where nobody can, because triggers refuse to remove the target's rows and to change
what they are referred to by, one question a statement promises as much. Models keep their foreign keys, which tell the
ORM what follows what; the database has a trigger in their place.
docs/decisions/0033-references-checked-at-once.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import DDL, Connection, Constraint, ForeignKeyConstraint, MetaData, Table, event

KEPT: Final = "kept"  # in a table's info: columns that never change, of rows that are never removed
_AT_ONCE: Final = "checked at once"  # in a constraint's info: whether what it refers to stays for ever

REFUSAL: Final = """
    CREATE OR REPLACE FUNCTION refuse_lost_reference() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what leads to or from a row of % stays', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
"""
_REFUSED: Final = "EXECUTE FUNCTION refuse_lost_reference()"


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns of a table, and those of another in which their values are to be found together."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]

    def lost(self, rows: str, into: str = "", lock: str = "") -> str:
        """A query for values in `rows` that lead to no row. A null among them leads nowhere, as a foreign key has it.

        Each value is looked up in the target's index, however many there are: a plan is kept from the first time on,
        when nobody knows what the next statement brings, and a join would read all of the target for one row.
        """
        return (
            f"SELECT given.* {into}FROM ({self._asked(rows)}) AS given"
            f" WHERE {self._given} AND (SELECT true FROM {self._found}{lock}) IS NULL"
        )

    def _asked(self, rows: str) -> str:
        """Each value once; not where the very rows hold what they refer to."""
        names = ", ".join(self.columns)
        if self.table != self.target:
            return f"SELECT DISTINCT {names} FROM {rows}"
        return f"SELECT {names} FROM {rows} EXCEPT SELECT {', '.join(self.target_columns)} FROM {rows}"

    def count_lost(self) -> str:
        """A query for how many of the table's rows lead to no row. It reads both tables whole."""
        return (
            f"SELECT count(*) FROM {self.table} AS given WHERE {self._given} AND NOT EXISTS (SELECT FROM {self._found})"
        )

    @property
    def _given(self) -> str:
        return " AND ".join(f"given.{column} IS NOT NULL" for column in self.columns)

    @property
    def _found(self) -> str:
        pairs = zip(self.target_columns, self.columns, strict=True)
        return f"{self.target} AS target WHERE " + " AND ".join(f"target.{one} = given.{own}" for one, own in pairs)


def keep(table: object, columns: Sequence[str]) -> None:
    """Rows of a model's table stay for ever, and so do these columns. Migrations carry the same statements."""
    assert isinstance(table, Table)
    table.info[KEPT] = frozenset(columns)
    create(table, REFUSAL, *keeping(table.name, columns))


def check_at_once(table: object, *references: Sequence[str]) -> None:
    """Look up these columns of a model's table in what they refer to once a statement, and refuse to turn them
    elsewhere afterwards; to let go is no turn. Migrations carry the same statements."""
    assert isinstance(table, Table)
    found = stand_for(table, references, stays=True)
    create(table, REFUSAL, staying(table.name, columns_of(references)))
    # What is referred to may be declared later than what refers, and is known when tables are made.
    create_later(table, lambda: checking(table.name, [_reference(constraint) for constraint in found]))


def stand_for(table: Table, references: Sequence[Sequence[str]], *, stays: bool) -> list[ForeignKeyConstraint]:
    """Take these foreign keys out of the database, where triggers stand for them."""
    found = [_constraint(table, columns) for columns in references]
    for constraint in found:
        constraint.info[_AT_ONCE] = stays
        constraint.ddl_if(callable_=_never)
    return found


def columns_of(references: Sequence[Sequence[str]]) -> list[str]:
    """Their columns, each once."""
    return list(dict.fromkeys(column for reference in references for column in reference))


def keeping(table: str, columns: Sequence[str]) -> tuple[str, str]:
    """The triggers of a table that is referred to. The first speaks of a statement, even of one that matches no row."""
    return (
        f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT {_REFUSED}",
        found_by(table, columns),
    )


def found_by(table: str, columns: Sequence[str]) -> str:
    """The trigger against a row that is referred to by other values than before."""
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return f"CREATE TRIGGER {table}_found AFTER UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {_REFUSED}"


def staying(table: str, columns: Sequence[str], name: str = "refers") -> str:
    """The trigger against references that change after they were looked up."""
    turned = " OR ".join(
        f"NEW.{column} IS NOT NULL AND OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns
    )
    return f"CREATE TRIGGER {table}_{name} AFTER UPDATE ON {table} FOR EACH ROW WHEN ({turned}) {_REFUSED}"


def checking(table: str, references: Sequence[Reference]) -> tuple[str, str]:
    """The function that looks up what a statement added to the table, and its trigger."""
    body = "".join(looked_up(reference) for reference in references)
    function = f"CREATE OR REPLACE FUNCTION {table}_look_up() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off"
    trigger = f"CREATE TRIGGER {table}_look_up AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
    return (
        f"{function} AS $$\nDECLARE\n    lost record;\nBEGIN\n{body}    RETURN NULL;\nEND $$",
        f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION {table}_look_up()",
    )


def all_of(metadata: MetaData, *, stays: bool | None = None) -> Iterator[Reference]:
    """Every reference for which triggers stand. `stays`: only those to rows that stay for ever, or only the others."""
    for table in metadata.sorted_tables:
        for constraint in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
            if is_checked_at_once(constraint) and stays in (None, constraint.info[_AT_ONCE]):
                yield _reference(constraint)


def is_checked_at_once(constraint: object) -> bool:
    """Whether a trigger stands for it in the database."""
    return isinstance(constraint, Constraint) and _AT_ONCE in constraint.info


def in_database(thing: object, *_: object) -> bool:
    """For Alembic's `include_object`: what it finds in the models is to be found in the database, too."""
    return not is_checked_at_once(thing)


def looked_up(reference: Reference, lock: str = "") -> str:
    """The part of a trigger's function that looks up one reference of the rows that were added."""
    told = f'insert on table "{reference.table}" violates foreign key "{reference.name}"'
    names = ", ".join(reference.columns)
    return (
        f"    {reference.lost('added', 'INTO lost ', lock)} LIMIT 1;\n"
        f"    IF FOUND THEN\n"
        f"        RAISE foreign_key_violation USING MESSAGE = '{told}',\n"
        f"            DETAIL = format('({names})=%s is not in table \"{reference.target}\"', lost),\n"
        f"            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = '{reference.name}';\n"
        f"    END IF;\n"
    )


def _constraint(table: Table, columns: Sequence[str]) -> ForeignKeyConstraint:
    (found,) = (one for one in table.foreign_key_constraints if tuple(one.column_keys) == tuple(columns))
    return found


def _reference(constraint: ForeignKeyConstraint) -> Reference:
    theirs = tuple(element.column.name for element in constraint.elements)
    target = constraint.referred_table.name
    return Reference(str(constraint.name), constraint.table.name, tuple(constraint.column_keys), target, theirs)


def _never(*_: object, **__: object) -> bool:
    return False


def create(table: Table, *statements: str) -> None:
    """Execute these wherever the metadata makes the table."""
    create_later(table, lambda: statements)


def create_later(table: Table, statements: Callable[[], Sequence[str]]) -> None:
    """The same with what is known only when the table is made."""

    def execute(_: object, connection: Connection, **__: object) -> None:
        for statement in statements():
            connection.execute(_ddl(statement))

    event.listen(table, "after_create", execute)


def _ddl(statement: str) -> DDL:
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
