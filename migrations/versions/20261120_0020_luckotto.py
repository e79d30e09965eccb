"""Luckotto: rounds, orders, payments, tickets with the combinations they cover, wins

A ticket enters its combinations by a trigger, each once in a round: a ticket that shares six numbers with another would
enter one a second time, which the primary key refuses, whoever writes it. They leave with their ticket.
"""

from __future__ import annotations

from alembic import op

revision = '0020'
down_revision = '0014'
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE luckotto_rounds (
        pool_size SMALLINT NOT NULL,
        possible_combinations BIGINT NOT NULL,
        base_combination_price_sats BIGINT NOT NULL,
        hash_work BIGINT NOT NULL,
        sold_tickets INTEGER DEFAULT '0' NOT NULL,
        sold_combinations BIGINT DEFAULT '0' NOT NULL,
        winning_numbers BIGINT,
        round_number INTEGER NOT NULL,
        opens_at_height INTEGER NOT NULL,
        sales_end_height INTEGER NOT NULL,
        closing_height INTEGER NOT NULL,
        settlement_depth SMALLINT NOT NULL,
        jackpot_sats BIGINT NOT NULL,
        min_payment_floor_sats BIGINT NOT NULL,
        winner_algorithm TEXT NOT NULL,
        internal_key BYTEA NOT NULL,
        status TEXT DEFAULT 'scheduled' NOT NULL,
        seal_root BYTEA,
        sealed_at TIMESTAMP WITH TIME ZONE,
        sealed_at_height INTEGER,
        closing_block_hash BYTEA,
        settled_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (round_number),
        CONSTRAINT luckotto_rounds_round_number_check CHECK (round_number > 0),
        CONSTRAINT luckotto_rounds_heights_in_order_check CHECK (opens_at_height < sales_end_height AND sales_end_height < closing_height),
        CONSTRAINT luckotto_rounds_status_check CHECK (status IN ('scheduled', 'open', 'unbacked', 'closed', 'sealed', 'drawing', 'settled', 'void', 'halted')),
        CONSTRAINT luckotto_rounds_pool_size_check CHECK (pool_size BETWEEN 9 AND 63),
        CONSTRAINT luckotto_rounds_base_combination_price_check CHECK (base_combination_price_sats > 0),
        CONSTRAINT luckotto_rounds_jackpot_check CHECK (jackpot_sats = possible_combinations * base_combination_price_sats),
        CONSTRAINT luckotto_rounds_sold_combinations_check CHECK (sold_combinations BETWEEN 0 AND possible_combinations),
        CONSTRAINT luckotto_rounds_sold_tickets_check CHECK (sold_tickets >= 0),
        CONSTRAINT luckotto_rounds_hash_work_check CHECK (hash_work > 0),
        CONSTRAINT luckotto_rounds_winning_numbers_check CHECK (winning_numbers IS NULL OR (bit_count(winning_numbers::bit(64)) = 6 AND winning_numbers >> pool_size = 0 AND winning_numbers > 0)),
        CONSTRAINT luckotto_rounds_settled_is_complete_check CHECK (status <> 'settled' OR (winning_numbers IS NOT NULL AND closing_block_hash IS NOT NULL AND seal_root IS NOT NULL)),
        CONSTRAINT luckotto_rounds_round_number_pool_size_key UNIQUE (round_number, pool_size),
        CONSTRAINT luckotto_rounds_opens_at_height_key UNIQUE (opens_at_height),
        CONSTRAINT luckotto_rounds_sales_end_height_key UNIQUE (sales_end_height),
        CONSTRAINT luckotto_rounds_closing_height_key UNIQUE (closing_height)
    )
    """,
    "CREATE INDEX luckotto_rounds_status_idx ON luckotto_rounds (status)",
    """
    CREATE TABLE luckotto_orders (
        round_number INTEGER NOT NULL,
        player_uname TEXT NOT NULL,
        player_identifier TEXT NOT NULL,
        requested BIGINT NOT NULL,
        base_sats BIGINT NOT NULL,
        fee_sats BIGINT NOT NULL,
        id UUID NOT NULL,
        partner_site_id UUID NOT NULL,
        deposit_address_id UUID NOT NULL,
        min_payment_sats BIGINT NOT NULL,
        house_edge_percent SMALLINT NOT NULL,
        payout_address TEXT NOT NULL,
        form_token_hash BYTEA,
        PRIMARY KEY (id),
        CONSTRAINT luckotto_orders_requested_check CHECK (bit_count(requested::bit(64)) BETWEEN 6 AND 25 AND requested > 0),
        CONSTRAINT luckotto_orders_price_check CHECK (base_sats > 0 AND fee_sats >= 0),
        CONSTRAINT luckotto_orders_id_round_number_key UNIQUE (id, round_number),
        CONSTRAINT luckotto_orders_round_number_fkey FOREIGN KEY(round_number) REFERENCES luckotto_rounds (round_number),
        CONSTRAINT luckotto_orders_partner_site_id_fkey FOREIGN KEY(partner_site_id) REFERENCES partner_sites (id),
        CONSTRAINT luckotto_orders_deposit_address_id_key UNIQUE (deposit_address_id),
        CONSTRAINT luckotto_orders_deposit_address_id_fkey FOREIGN KEY(deposit_address_id) REFERENCES deposit_addresses (id),
        CONSTRAINT luckotto_orders_form_token_hash_key UNIQUE (form_token_hash)
    )
    """,
    "CREATE INDEX luckotto_orders_player_idx ON luckotto_orders (partner_site_id, player_identifier, id)",
    "CREATE INDEX luckotto_orders_round_idx ON luckotto_orders (round_number, id)",
    "CREATE INDEX luckotto_orders_site_idx ON luckotto_orders (partner_site_id, id)",
    """
    CREATE TABLE luckotto_payments (
        order_id UUID NOT NULL,
        credited_round_number INTEGER,
        id UUID NOT NULL,
        txid TEXT NOT NULL,
        vout BIGINT NOT NULL,
        tx_index INTEGER NOT NULL,
        amount_sats BIGINT NOT NULL,
        block_height INTEGER NOT NULL,
        block_hash TEXT NOT NULL,
        status TEXT NOT NULL,
        credited_sats BIGINT NOT NULL,
        refundable_sats BIGINT NOT NULL,
        orphaned_at TIMESTAMP WITH TIME ZONE,
        refunded_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (id),
        CONSTRAINT luckotto_payments_status_check CHECK (status IN ('credited', 'below_minimum', 'late', 'unallocated', 'underfunded', 'void', 'orphaned')),
        CONSTRAINT luckotto_payments_no_negative_part_check CHECK (credited_sats >= 0 AND refundable_sats >= 0),
        CONSTRAINT luckotto_payments_parts_make_the_whole_check CHECK (CASE WHEN status = 'orphaned' THEN true ELSE credited_sats + refundable_sats = amount_sats END),
        CONSTRAINT luckotto_payments_orphaned_check CHECK ((status = 'orphaned') = (orphaned_at IS NOT NULL)),
        CONSTRAINT luckotto_payments_order_id_fkey FOREIGN KEY(order_id) REFERENCES luckotto_orders (id),
        CONSTRAINT luckotto_payments_credited_round_number_fkey FOREIGN KEY(credited_round_number) REFERENCES luckotto_rounds (round_number),
        CONSTRAINT luckotto_payments_id_fkey FOREIGN KEY(id) REFERENCES payments (id)
    )
    """,
    "CREATE UNIQUE INDEX luckotto_payments_live_idx ON luckotto_payments (order_id, txid, vout) WHERE orphaned_at IS NULL",
    "CREATE INDEX luckotto_payments_order_idx ON luckotto_payments (order_id)",
    "CREATE INDEX luckotto_payments_refund_due_idx ON luckotto_payments (id) WHERE refundable_sats > 0 AND refunded_at IS NULL AND orphaned_at IS NULL",
    "CREATE INDEX luckotto_payments_round_idx ON luckotto_payments (credited_round_number)",
    """
    CREATE TABLE luckotto_tickets (
        id UUID NOT NULL,
        round_number INTEGER NOT NULL,
        pool_size SMALLINT NOT NULL,
        sequence INTEGER NOT NULL,
        numbers BIGINT NOT NULL,
        combinations INTEGER NOT NULL,
        payment_id UUID NOT NULL,
        status TEXT DEFAULT 'assigned' NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT luckotto_tickets_status_check CHECK (status IN ('assigned', 'won', 'void')),
        CONSTRAINT luckotto_tickets_sequence_check CHECK (sequence >= 0),
        CONSTRAINT luckotto_tickets_numbers_check CHECK (bit_count(numbers::bit(64)) BETWEEN 6 AND 25 AND numbers > 0 AND numbers >> pool_size = 0),
        CONSTRAINT luckotto_tickets_combinations_check CHECK (combinations > 0),
        CONSTRAINT luckotto_tickets_id_round_number_fkey FOREIGN KEY(id, round_number) REFERENCES luckotto_orders (id, round_number),
        CONSTRAINT luckotto_tickets_round_number_pool_size_fkey FOREIGN KEY(round_number, pool_size) REFERENCES luckotto_rounds (round_number, pool_size),
        CONSTRAINT luckotto_tickets_payment_id_key UNIQUE (payment_id),
        CONSTRAINT luckotto_tickets_payment_id_fkey FOREIGN KEY(payment_id) REFERENCES luckotto_payments (id)
    )
    """,
    "CREATE UNIQUE INDEX luckotto_tickets_sequence_idx ON luckotto_tickets (round_number, sequence) INCLUDE (numbers)",
    """
    CREATE TABLE luckotto_combinations (
        round_number INTEGER NOT NULL,
        combination BIGINT NOT NULL,
        sequence INTEGER NOT NULL,
        PRIMARY KEY (round_number, combination)
    )
    """,
    """
    CREATE TABLE luckotto_wins (
        id UUID NOT NULL,
        partner_site_id UUID NOT NULL,
        round_number INTEGER NOT NULL,
        ticket_id UUID NOT NULL,
        winning_numbers BIGINT NOT NULL,
        jackpot_sats BIGINT NOT NULL,
        payout_address TEXT NOT NULL,
        player_uname TEXT NOT NULL,
        player_identifier TEXT NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT luckotto_wins_partner_site_id_fkey FOREIGN KEY(partner_site_id) REFERENCES partner_sites (id),
        CONSTRAINT luckotto_wins_round_number_key UNIQUE (round_number),
        CONSTRAINT luckotto_wins_round_number_fkey FOREIGN KEY(round_number) REFERENCES luckotto_rounds (round_number),
        CONSTRAINT luckotto_wins_ticket_id_fkey FOREIGN KEY(ticket_id) REFERENCES luckotto_tickets (id)
    )
    """,
    "CREATE INDEX luckotto_wins_partner_site_id_idx ON luckotto_wins (partner_site_id)",
)

GUARDS = (
    """
    CREATE OR REPLACE FUNCTION luckotto_sixes(numbers bigint) RETURNS SETOF bigint
    LANGUAGE plpgsql IMMUTABLE STRICT AS $$
    DECLARE
        bits bigint[] := ARRAY(SELECT 1::bigint << n FROM generate_series(0, 62) AS n WHERE numbers >> n & 1 = 1);
        count integer := cardinality(bits);
        two bigint; three bigint; four bigint; five bigint;
    BEGIN
        FOR a IN 1 .. count - 5 LOOP
            FOR b IN a + 1 .. count - 4 LOOP
                two := bits[a] | bits[b];
                FOR c IN b + 1 .. count - 3 LOOP
                    three := two | bits[c];
                    FOR d IN c + 1 .. count - 2 LOOP
                        four := three | bits[d];
                        FOR e IN d + 1 .. count - 1 LOOP
                            five := four | bits[e];
                            RETURN QUERY SELECT five | last FROM unnest(bits[e + 1 :]) AS last;
                        END LOOP;
                    END LOOP;
                END LOOP;
            END LOOP;
        END LOOP;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION luckotto_enter_combinations() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO luckotto_combinations (round_number, combination, sequence)
        SELECT t.round_number, six, t.sequence FROM entered t CROSS JOIN LATERAL luckotto_sixes(t.numbers) AS six;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION luckotto_remove_combinations() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM luckotto_combinations c
        USING removed t CROSS JOIN LATERAL luckotto_sixes(t.numbers) AS six
        WHERE c.round_number = t.round_number AND c.combination = six;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION luckotto_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the numbers of a ticket never change' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION luckotto_refuse_writing() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'combinations are entered with their ticket' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    "CREATE OR REPLACE TRIGGER luckotto_tickets_enter AFTER INSERT ON luckotto_tickets REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION luckotto_enter_combinations()",
    "CREATE OR REPLACE TRIGGER luckotto_tickets_remove AFTER DELETE ON luckotto_tickets REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION luckotto_remove_combinations()",
    "CREATE OR REPLACE TRIGGER luckotto_tickets_change BEFORE UPDATE OF id, round_number, pool_size, sequence, numbers, combinations ON luckotto_tickets FOR EACH STATEMENT EXECUTE FUNCTION luckotto_refuse_change()",
    "CREATE OR REPLACE TRIGGER luckotto_combinations_written BEFORE INSERT OR UPDATE ON luckotto_combinations FOR EACH STATEMENT EXECUTE FUNCTION luckotto_refuse_writing()",
)


def upgrade() -> None:
    for statement in (*TABLES, *GUARDS):
        op.execute(statement)


def downgrade() -> None:
    for table in ('wins', 'combinations', 'tickets', 'payments', 'orders', 'rounds'):
        op.execute(f'DROP TABLE luckotto_{table}')
    for function in ('refuse_writing()', 'refuse_change()', 'remove_combinations()', 'enter_combinations()',
                     'sixes(bigint)'):
        op.execute(f'DROP FUNCTION luckotto_{function}')
