"""bets held: what a draw has of the bankroll is a hold of the same amount, and the database itself says so"""

from __future__ import annotations

from alembic import op

revision = '0075'
down_revision = '0072'
branch_labels = None
depends_on = None

FUNCTION = """
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
ASK = 'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW'


def upgrade() -> None:
    op.execute(FUNCTION)
    op.execute(
        f'CREATE CONSTRAINT TRIGGER bet_draws_held AFTER INSERT OR UPDATE OF allotted_minor ON bet_draws {ASK}'
        " EXECUTE FUNCTION bet_draw_is_held('id')"
    )
    op.execute(
        f'CREATE CONSTRAINT TRIGGER ledger_holds_of_bets AFTER INSERT OR UPDATE ON ledger_holds {ASK}'
        " WHEN (NEW.source = 'bet-draw') EXECUTE FUNCTION bet_draw_is_held('source_id')"
    )


def downgrade() -> None:
    op.execute('DROP TRIGGER ledger_holds_of_bets ON ledger_holds')
    op.execute('DROP TRIGGER bet_draws_held ON bet_draws')
    op.execute('DROP FUNCTION bet_draw_is_held()')
