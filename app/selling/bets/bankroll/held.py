"""The database's own word that what draws may cost lies in the bankroll: what a draw has is a hold of the same amount.

A hold is part of its account's balance, which the ledger keeps from falling below its holds; a draw costs no more than
it has. So no committed state has draws that could cost more than the bankroll, whoever wrote it. Asked as a transaction
ends, for the two change one after the other.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, Table, event

from app.record.ledger.models import Hold

from ..models import BetDraw

FUNCTION: Final = """
    CREATE OR REPLACE FUNCTION bet_draw_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE draw text := to_jsonb(NEW) ->> TG_ARGV[0];
    BEGIN
        IF (SELECT allotted_minor FROM bet_draws WHERE id = draw::uuid) IS DISTINCT FROM coalesce((
            SELECT amount FROM ledger_holds WHERE (source, source_id, state) = ('bet-draw', draw, 'reserved')), 0)
        THEN
            RAISE EXCEPTION 'what draw % has is not what the bankroll holds for it', draw
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
_ASK: Final = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
OF_DRAWS: Final = (
    f"CREATE CONSTRAINT TRIGGER bet_draws_held AFTER INSERT OR UPDATE OF allotted_minor ON bet_draws {_ASK}"
    " EXECUTE FUNCTION bet_draw_is_held('id')"
)
OF_HOLDS: Final = (
    f"CREATE CONSTRAINT TRIGGER ledger_holds_of_bets AFTER INSERT OR UPDATE ON ledger_holds {_ASK}"
    " WHEN (NEW.source = 'bet-draw') EXECUTE FUNCTION bet_draw_is_held('source_id')"
)


def _ask(table: object, *statements: str) -> None:
    """Wherever the metadata creates a table. The migration carries the same statements."""
    assert isinstance(table, Table)
    for statement in statements:
        event.listen(table, "after_create", DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]


_ask(BetDraw.__table__, FUNCTION, OF_DRAWS)
_ask(Hold.__table__, FUNCTION, OF_HOLDS)
