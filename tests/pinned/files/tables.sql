CREATE FUNCTION public.bet_draw_is_held() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    DECLARE draw text := to_jsonb(NEW) ->> TG_ARGV[0];
    BEGIN
        IF (SELECT allotted_minor FROM bet_draws WHERE id = draw::uuid) IS DISTINCT FROM coalesce((
            SELECT amount FROM ledger_holds WHERE (source, source_id, state) = ('bet-draw', draw, 'reserved')), 0)
        THEN
            RAISE EXCEPTION 'what draw % has is not what the bankroll holds for it', draw
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.bet_line_wins(stake bigint, odds integer[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        SELECT array_agg(stake * odds[2 * at - 1] / odds[2 * at] ORDER BY at)
        FROM generate_series(1, cardinality(odds) / 2) AS at
    $$;
CREATE FUNCTION public.coins_look_up() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost record;
BEGIN
    SELECT given.* INTO lost FROM (SELECT DISTINCT deposit_address_id FROM added) AS given WHERE given.deposit_address_id IS NOT NULL AND (SELECT true FROM deposit_addresses AS target WHERE target.id = given.deposit_address_id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "coins" violates foreign key "coins_deposit_address_id_fkey"',
            DETAIL = format('(deposit_address_id)=%s is not in table "deposit_addresses"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'coins_deposit_address_id_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT reserve_key_index FROM added) AS given WHERE given.reserve_key_index IS NOT NULL AND (SELECT true FROM reserve_addresses AS target WHERE target.key_index = given.reserve_key_index) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "coins" violates foreign key "coins_reserve_key_index_fkey"',
            DETAIL = format('(reserve_key_index)=%s is not in table "reserve_addresses"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'coins_reserve_key_index_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT payment_id FROM added) AS given WHERE given.payment_id IS NOT NULL AND (SELECT true FROM payments AS target WHERE target.id = given.payment_id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "coins" violates foreign key "coins_payment_id_fkey"',
            DETAIL = format('(payment_id)=%s is not in table "payments"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'coins_payment_id_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.ledger_transfers_look_up() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost record;
BEGIN
    SELECT given.* INTO lost FROM (SELECT DISTINCT debit_account_id, currency FROM added) AS given WHERE given.debit_account_id IS NOT NULL AND given.currency IS NOT NULL AND (SELECT true FROM ledger_accounts AS target WHERE target.id = given.debit_account_id AND target.currency = given.currency) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "ledger_transfers" violates foreign key "ledger_transfers_debit_account_id_currency_fkey"',
            DETAIL = format('(debit_account_id, currency)=%s is not in table "ledger_accounts"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'ledger_transfers_debit_account_id_currency_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT credit_account_id, currency FROM added) AS given WHERE given.credit_account_id IS NOT NULL AND given.currency IS NOT NULL AND (SELECT true FROM ledger_accounts AS target WHERE target.id = given.credit_account_id AND target.currency = given.currency) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "ledger_transfers" violates foreign key "ledger_transfers_credit_account_id_currency_fkey"',
            DETAIL = format('(credit_account_id, currency)=%s is not in table "ledger_accounts"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'ledger_transfers_credit_account_id_currency_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.luckotto_enter_combinations() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        INSERT INTO luckotto_combinations (round_number, combination, sequence)
        SELECT t.round_number, six, t.sequence FROM entered t CROSS JOIN LATERAL luckotto_sixes(t.numbers) AS six;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.luckotto_payments_look_up() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost record;
BEGIN
    SELECT given.* INTO lost FROM (SELECT DISTINCT id FROM added) AS given WHERE given.id IS NOT NULL AND (SELECT true FROM payments AS target WHERE target.id = given.id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "luckotto_payments" violates foreign key "luckotto_payments_id_fkey"',
            DETAIL = format('(id)=%s is not in table "payments"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'luckotto_payments_id_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT order_id FROM added) AS given WHERE given.order_id IS NOT NULL AND (SELECT true FROM luckotto_orders AS target WHERE target.id = given.order_id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "luckotto_payments" violates foreign key "luckotto_payments_order_id_fkey"',
            DETAIL = format('(order_id)=%s is not in table "luckotto_orders"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'luckotto_payments_order_id_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT credited_round_number FROM added) AS given WHERE given.credited_round_number IS NOT NULL AND (SELECT true FROM luckotto_rounds AS target WHERE target.round_number = given.credited_round_number) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "luckotto_payments" violates foreign key "luckotto_payments_credited_round_number_fkey"',
            DETAIL = format('(credited_round_number)=%s is not in table "luckotto_rounds"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'luckotto_payments_credited_round_number_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.luckotto_refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        RAISE EXCEPTION 'the numbers of a ticket never change' USING ERRCODE = 'restrict_violation';
    END $$;
CREATE FUNCTION public.luckotto_refuse_writing() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'combinations are entered with their ticket' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.luckotto_remove_combinations() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        DELETE FROM luckotto_combinations c
        USING removed t CROSS JOIN LATERAL luckotto_sixes(t.numbers) AS six
        WHERE c.round_number = t.round_number AND c.combination = six;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.luckotto_sixes(numbers bigint) RETURNS SETOF bigint
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
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
    END $$;
CREATE FUNCTION public.luckotto_tickets_look_up() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost record;
BEGIN
    SELECT given.* INTO lost FROM (SELECT DISTINCT id, round_number FROM added) AS given WHERE given.id IS NOT NULL AND given.round_number IS NOT NULL AND (SELECT true FROM luckotto_orders AS target WHERE target.id = given.id AND target.round_number = given.round_number) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "luckotto_tickets" violates foreign key "luckotto_tickets_id_round_number_fkey"',
            DETAIL = format('(id, round_number)=%s is not in table "luckotto_orders"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'luckotto_tickets_id_round_number_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT round_number, pool_size FROM added) AS given WHERE given.round_number IS NOT NULL AND given.pool_size IS NOT NULL AND (SELECT true FROM luckotto_rounds AS target WHERE target.round_number = given.round_number AND target.pool_size = given.pool_size) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "luckotto_tickets" violates foreign key "luckotto_tickets_round_number_pool_size_fkey"',
            DETAIL = format('(round_number, pool_size)=%s is not in table "luckotto_rounds"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'luckotto_tickets_round_number_pool_size_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT payment_id FROM added) AS given WHERE given.payment_id IS NOT NULL AND (SELECT true FROM luckotto_payments AS target WHERE target.id = given.payment_id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "luckotto_tickets" violates foreign key "luckotto_tickets_payment_id_fkey"',
            DETAIL = format('(payment_id)=%s is not in table "luckotto_payments"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'luckotto_tickets_payment_id_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.order_payments_look_up() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost record;
BEGIN
    SELECT given.* INTO lost FROM (SELECT DISTINCT id FROM added) AS given WHERE given.id IS NOT NULL AND (SELECT true FROM payments AS target WHERE target.id = given.id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "order_payments" violates foreign key "order_payments_id_fkey"',
            DETAIL = format('(id)=%s is not in table "payments"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'order_payments_id_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT order_id FROM added) AS given WHERE given.order_id IS NOT NULL AND (SELECT true FROM ticket_orders AS target WHERE target.id = given.order_id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "order_payments" violates foreign key "order_payments_order_id_fkey"',
            DETAIL = format('(order_id)=%s is not in table "ticket_orders"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'order_payments_order_id_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT credited_round_number FROM added) AS given WHERE given.credited_round_number IS NOT NULL AND (SELECT true FROM rounds AS target WHERE target.round_number = given.credited_round_number) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "order_payments" violates foreign key "order_payments_credited_round_number_fkey"',
            DETAIL = format('(credited_round_number)=%s is not in table "rounds"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'order_payments_credited_round_number_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.partner_wins_hold() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE feature_not_supported USING MESSAGE = 'rows that may go are referred to at READ COMMITTED alone';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT slip_id FROM added) AS given WHERE given.slip_id IS NOT NULL AND (SELECT true FROM ticket_slips AS target WHERE target.id = given.slip_id FOR KEY SHARE) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "partner_wins" violates foreign key "partner_wins_slip_id_fkey"',
            DETAIL = format('(slip_id)=%s is not in table "ticket_slips"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'partner_wins_slip_id_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$;
CREATE FUNCTION public.refuse_lost_reference() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN
            RAISE EXCEPTION 'what leads to or from a row of % stays', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$;
CREATE FUNCTION public.refuse_other_promise() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN
            RAISE EXCEPTION 'what a row of % promised never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$;
CREATE FUNCTION public.slip_ranges_hold() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE feature_not_supported USING MESSAGE = 'rows that may go are referred to at READ COMMITTED alone';
    END IF;
    SELECT given.* INTO lost FROM (SELECT round_number, first FROM added EXCEPT SELECT round_number, after FROM added) AS given WHERE given.round_number IS NOT NULL AND given.first IS NOT NULL AND (SELECT true FROM slip_ranges AS target WHERE target.round_number = given.round_number AND target.after = given.first FOR KEY SHARE) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "slip_ranges" violates foreign key "slip_ranges_round_number_first_fkey"',
            DETAIL = format('(round_number, first)=%s is not in table "slip_ranges"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'slip_ranges_round_number_first_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT slip_id FROM added) AS given WHERE given.slip_id IS NOT NULL AND (SELECT true FROM ticket_slips AS target WHERE target.id = given.slip_id FOR KEY SHARE) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "slip_ranges" violates foreign key "slip_ranges_slip_id_fkey"',
            DETAIL = format('(slip_id)=%s is not in table "ticket_slips"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'slip_ranges_slip_id_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.slip_ranges_let_go() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    kept record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE feature_not_supported USING MESSAGE = 'rows that may go are referred to at READ COMMITTED alone';
    END IF;
    SELECT round_number, after INTO kept FROM gone WHERE (SELECT true FROM slip_ranges AS referring WHERE referring.round_number = gone.round_number AND referring.first = gone.after LIMIT 1) LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'delete on table "slip_ranges" violates foreign key "slip_ranges_round_number_first_fkey" on table "slip_ranges"',
            DETAIL = format('(round_number, after)=%s is still referred to from table "slip_ranges"', kept),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = 'slip_ranges', CONSTRAINT = 'slip_ranges_round_number_first_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.slip_ranges_look_up() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost record;
BEGIN
    SELECT given.* INTO lost FROM (SELECT DISTINCT round_number, ticket_supply FROM added) AS given WHERE given.round_number IS NOT NULL AND given.ticket_supply IS NOT NULL AND (SELECT true FROM rounds AS target WHERE target.round_number = given.round_number AND target.ticket_supply = given.ticket_supply) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "slip_ranges" violates foreign key "slip_ranges_round_number_ticket_supply_fkey"',
            DETAIL = format('(round_number, ticket_supply)=%s is not in table "rounds"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'slip_ranges_round_number_ticket_supply_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT payment_id FROM added) AS given WHERE given.payment_id IS NOT NULL AND (SELECT true FROM order_payments AS target WHERE target.id = given.payment_id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "slip_ranges" violates foreign key "slip_ranges_payment_id_fkey"',
            DETAIL = format('(payment_id)=%s is not in table "order_payments"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'slip_ranges_payment_id_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.ticket_slips_let_go() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    kept record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE feature_not_supported USING MESSAGE = 'rows that may go are referred to at READ COMMITTED alone';
    END IF;
    SELECT id INTO kept FROM gone WHERE (SELECT true FROM partner_wins AS referring WHERE referring.slip_id = gone.id LIMIT 1) LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'delete on table "ticket_slips" violates foreign key "partner_wins_slip_id_fkey" on table "partner_wins"',
            DETAIL = format('(id)=%s is still referred to from table "partner_wins"', kept),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = 'partner_wins', CONSTRAINT = 'partner_wins_slip_id_fkey';
    END IF;
    SELECT id INTO kept FROM gone WHERE (SELECT true FROM slip_ranges AS referring WHERE referring.slip_id = gone.id LIMIT 1) LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'delete on table "ticket_slips" violates foreign key "slip_ranges_slip_id_fkey" on table "slip_ranges"',
            DETAIL = format('(id)=%s is still referred to from table "slip_ranges"', kept),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = 'slip_ranges', CONSTRAINT = 'slip_ranges_slip_id_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.ticket_slips_look_up() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost record;
BEGIN
    SELECT given.* INTO lost FROM (SELECT DISTINCT id FROM added) AS given WHERE given.id IS NOT NULL AND (SELECT true FROM ticket_orders AS target WHERE target.id = given.id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "ticket_slips" violates foreign key "ticket_slips_id_fkey"',
            DETAIL = format('(id)=%s is not in table "ticket_orders"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'ticket_slips_id_fkey';
    END IF;
    SELECT given.* INTO lost FROM (SELECT DISTINCT round_number FROM added) AS given WHERE given.round_number IS NOT NULL AND (SELECT true FROM rounds AS target WHERE target.round_number = given.round_number) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert on table "ticket_slips" violates foreign key "ticket_slips_round_number_fkey"',
            DETAIL = format('(round_number)=%s is not in table "rounds"', lost),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'ticket_slips_round_number_fkey';
    END IF;
    RETURN NULL;
END $$;
CREATE TABLE public.alarms (
    id uuid NOT NULL,
    code text NOT NULL,
    subject text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    raised_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    told_at timestamp with time zone
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    partner_site_id uuid NOT NULL,
    name text NOT NULL,
    mode text NOT NULL,
    access text NOT NULL,
    hint text NOT NULL,
    secret_hash bytea NOT NULL,
    last_used_at timestamp with time zone,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    replaced_by_id uuid,
    CONSTRAINT api_keys_access_check CHECK ((access = ANY (ARRAY['read'::text, 'write'::text]))),
    CONSTRAINT api_keys_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text])))
);
CREATE TABLE public.approvals (
    id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    payload jsonb NOT NULL,
    payload_sha256 bytea NOT NULL,
    mark text NOT NULL,
    why text NOT NULL,
    proposed_by uuid,
    not_before timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    proposed_by_user uuid,
    shown jsonb,
    shown_since jsonb,
    CONSTRAINT approvals_by_another_check CHECK (((decided_by IS NOT NULL) = (state = ANY (ARRAY['confirmed'::text, 'refused'::text, 'failed'::text])))),
    CONSTRAINT approvals_decided_check CHECK (((state = 'open'::text) = (decided_at IS NULL))),
    CONSTRAINT approvals_hashed_check CHECK ((octet_length(payload_sha256) = 32)),
    CONSTRAINT approvals_proposer_check CHECK ((num_nonnulls(proposed_by, proposed_by_user) = 1)),
    CONSTRAINT approvals_state_check CHECK ((state = ANY (ARRAY['open'::text, 'confirmed'::text, 'refused'::text, 'expired'::text, 'withdrawn'::text, 'failed'::text]))),
    CONSTRAINT approvals_time_to_decide_check CHECK ((expires_at > not_before)),
    CONSTRAINT approvals_two_people_check CHECK ((decided_by <> proposed_by))
);
CREATE TABLE public.audit_entries (
    id uuid NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE public.audit_seals (
    seq bigint NOT NULL,
    entry_id uuid NOT NULL,
    row_hash bytea NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL
);
CREATE TABLE public.awaited_results (
    id uuid NOT NULL,
    game text NOT NULL,
    subject text NOT NULL,
    lottery text NOT NULL,
    day date NOT NULL,
    slot time without time zone NOT NULL,
    drawn_at timestamp with time zone NOT NULL,
    digits integer NOT NULL,
    promise bytea NOT NULL,
    final_after interval NOT NULL,
    state text DEFAULT 'expected'::text NOT NULL,
    provisional text,
    looks integer DEFAULT 0 NOT NULL,
    next_look_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT awaited_results_digits_check CHECK (((digits >= 1) AND (digits <= 9))),
    CONSTRAINT awaited_results_final_after_check CHECK ((final_after >= '00:00:00'::interval)),
    CONSTRAINT awaited_results_looked_for_check CHECK (((next_look_at IS NULL) OR (state = ANY (ARRAY['expected'::text, 'provisional'::text])))),
    CONSTRAINT awaited_results_promise_check CHECK ((octet_length(promise) = 32)),
    CONSTRAINT awaited_results_provisional_check CHECK (((provisional IS NOT NULL) = (state = 'provisional'::text))),
    CONSTRAINT awaited_results_state_check CHECK ((state = ANY (ARRAY['expected'::text, 'provisional'::text, 'confirmed'::text, 'settled'::text, 'dismissed'::text])))
);
CREATE TABLE public.bet_capacities (
    currency text NOT NULL,
    free_minor bigint DEFAULT '0'::bigint NOT NULL,
    allotted_minor bigint DEFAULT '0'::bigint NOT NULL,
    counted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT bet_capacities_not_negative_check CHECK (((free_minor >= 0) AND (allotted_minor >= 0)))
);
CREATE TABLE public.bet_draws (
    id uuid NOT NULL,
    game text NOT NULL,
    name text NOT NULL,
    day date NOT NULL,
    slot smallint NOT NULL,
    currency text NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    seals_at timestamp with time zone NOT NULL,
    draws_at timestamp with time zone NOT NULL,
    source text NOT NULL,
    lottery text DEFAULT ''::text NOT NULL,
    classes integer NOT NULL,
    promise text NOT NULL,
    promise_hash bytea NOT NULL,
    state text DEFAULT 'selling'::text NOT NULL,
    allotted_minor bigint DEFAULT '0'::bigint NOT NULL,
    worst_minor bigint DEFAULT '0'::bigint NOT NULL,
    sold_minor bigint DEFAULT '0'::bigint NOT NULL,
    sales bigint DEFAULT '0'::bigint NOT NULL,
    tip bytea NOT NULL,
    seal_root bytea,
    sealed_at timestamp with time zone,
    outcome integer,
    won_minor bigint DEFAULT '0'::bigint NOT NULL,
    resulted_at timestamp with time zone,
    final_at timestamp with time zone,
    settled_at timestamp with time zone,
    cancelled_because text DEFAULT ''::text NOT NULL,
    cancelled_at timestamp with time zone,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT bet_draws_cancelled_because_check CHECK (((state = 'cancelled'::text) = (cancelled_because <> ''::text))),
    CONSTRAINT bet_draws_cancelled_check CHECK (((state = 'cancelled'::text) = (cancelled_at IS NOT NULL))),
    CONSTRAINT bet_draws_covered_check CHECK (((worst_minor >= 0) AND (worst_minor <= allotted_minor))),
    CONSTRAINT bet_draws_hashes_check CHECK (((octet_length(promise_hash) = 32) AND (octet_length(tip) = 32))),
    CONSTRAINT bet_draws_lottery_check CHECK (((source = 'official'::text) = (lottery <> ''::text))),
    CONSTRAINT bet_draws_not_negative_check CHECK (((sold_minor >= 0) AND (sales >= 0) AND (won_minor >= 0))),
    CONSTRAINT bet_draws_outcome_check CHECK (((state = 'resulted'::text) = (outcome IS NOT NULL))),
    CONSTRAINT bet_draws_resulted_check CHECK (((outcome IS NULL) = (resulted_at IS NULL))),
    CONSTRAINT bet_draws_source_check CHECK ((source = ANY (ARRAY['official'::text, 'sealed_draw'::text]))),
    CONSTRAINT bet_draws_state_check CHECK ((state = ANY (ARRAY['selling'::text, 'sealed'::text, 'resulted'::text, 'cancelled'::text]))),
    CONSTRAINT bet_draws_times_check CHECK (((opens_at < closes_at) AND (closes_at < seals_at) AND (seals_at <= draws_at)))
);
CREATE TABLE public.bet_entries (
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    draw_id uuid NOT NULL,
    stake_minor bigint NOT NULL,
    state text NOT NULL,
    number bigint,
    leaf bytea,
    refunded_because text DEFAULT ''::text NOT NULL,
    refunded_at timestamp with time zone,
    CONSTRAINT bet_entries_leaf_check CHECK (((number IS NULL) = (leaf IS NULL))),
    CONSTRAINT bet_entries_number_check CHECK (((state = ANY (ARRAY['posted'::text, 'refunded'::text])) = (number IS NOT NULL))),
    CONSTRAINT bet_entries_refunded_because_check CHECK (((state = 'refunded'::text) = (refunded_because <> ''::text))),
    CONSTRAINT bet_entries_refunded_check CHECK (((state = 'refunded'::text) = (refunded_at IS NOT NULL))),
    CONSTRAINT bet_entries_stake_check CHECK (((stake_minor >= 1) AND (stake_minor <= '2100000000000000'::bigint))),
    CONSTRAINT bet_entries_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'posted'::text, 'released'::text, 'refunded'::text])))
);
CREATE TABLE public.bet_exposures (
    draw_id uuid NOT NULL,
    mark integer CONSTRAINT bet_exposures_outcome_not_null NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT bet_exposures_amount_check CHECK ((amount_minor >= 0)),
    CONSTRAINT bet_exposures_mark_check CHECK ((mark >= 0))
)
WITH (fillfactor='50');
CREATE TABLE public.bet_lines (
    ticket_id uuid NOT NULL,
    place smallint NOT NULL,
    draw_id uuid NOT NULL,
    kind text NOT NULL,
    selection text NOT NULL,
    stake_minor bigint NOT NULL,
    numerator integer NOT NULL,
    denominator integer NOT NULL,
    marks integer[] CONSTRAINT bet_lines_outcomes_not_null NOT NULL,
    wins_minor bigint NOT NULL,
    odds_by_mark integer[],
    wins_by_mark bigint[],
    CONSTRAINT bet_lines_by_mark_check CHECK ((((odds_by_mark IS NULL) = (wins_by_mark IS NULL)) AND ((wins_by_mark IS NULL) OR ((cardinality(wins_by_mark) = cardinality(marks)) AND (wins_by_mark = public.bet_line_wins(stake_minor, odds_by_mark)) AND (odds_by_mark[1:2] = ARRAY[numerator, denominator]) AND (wins_minor >= ALL (wins_by_mark)))))),
    CONSTRAINT bet_lines_marks_check CHECK ((cardinality(marks) > 0)),
    CONSTRAINT bet_lines_odds_check CHECK (((numerator > 0) AND (denominator > 0))),
    CONSTRAINT bet_lines_place_check CHECK ((place >= 0)),
    CONSTRAINT bet_lines_stake_check CHECK (((stake_minor >= 1) AND (stake_minor <= '2100000000000000'::bigint))),
    CONSTRAINT bet_lines_wins_check CHECK ((wins_minor = ((stake_minor * numerator) / denominator)))
);
CREATE TABLE public.bet_results (
    draw_id uuid NOT NULL,
    version integer NOT NULL,
    outcome integer NOT NULL,
    known_at timestamp with time zone NOT NULL,
    final_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT bet_results_outcome_check CHECK ((outcome >= 0)),
    CONSTRAINT bet_results_version_check CHECK ((version > 0))
);
CREATE TABLE public.bet_settlements (
    id uuid NOT NULL,
    draw_id uuid NOT NULL,
    outcome integer NOT NULL,
    winners bigint NOT NULL,
    won_minor bigint NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    reversed_at timestamp with time zone,
    is_borne boolean DEFAULT false NOT NULL,
    shown integer[] NOT NULL,
    CONSTRAINT bet_settlements_borne_check CHECK (((reversed_at IS NOT NULL) OR (NOT is_borne))),
    CONSTRAINT bet_settlements_not_negative_check CHECK (((winners >= 0) AND (won_minor >= 0)))
);
CREATE TABLE public.bet_tickets (
    id uuid NOT NULL,
    game text NOT NULL,
    code text NOT NULL,
    user_id uuid NOT NULL,
    currency text NOT NULL,
    total_minor bigint NOT NULL,
    payment text NOT NULL,
    state text NOT NULL,
    reserved_until timestamp with time zone,
    released_because text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    posted_at timestamp with time zone,
    back_minor bigint DEFAULT '0'::bigint NOT NULL,
    CONSTRAINT bet_tickets_back_check CHECK (((back_minor >= 0) AND (back_minor <= total_minor))),
    CONSTRAINT bet_tickets_payment_check CHECK ((payment = ANY (ARRAY['wallet'::text, 'card'::text, 'gcash'::text]))),
    CONSTRAINT bet_tickets_posted_check CHECK (((state = 'posted'::text) = (posted_at IS NOT NULL))),
    CONSTRAINT bet_tickets_released_check CHECK (((state = 'released'::text) = (released_because <> ''::text))),
    CONSTRAINT bet_tickets_reserved_until_check CHECK (((payment = 'wallet'::text) = (reserved_until IS NULL))),
    CONSTRAINT bet_tickets_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'posted'::text, 'released'::text]))),
    CONSTRAINT bet_tickets_total_check CHECK (((total_minor >= 1) AND (total_minor <= '2100000000000000'::bigint))),
    CONSTRAINT bet_tickets_wallet_pays_at_once_check CHECK (((payment <> 'wallet'::text) OR (state = 'posted'::text)))
);
CREATE TABLE public.bet_winnings (
    settlement_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    place smallint NOT NULL,
    user_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    paid_at timestamp with time zone,
    CONSTRAINT bet_winnings_amount_check CHECK (((amount_minor >= 1) AND (amount_minor <= '2100000000000000'::bigint)))
);
CREATE TABLE public.borlette_configurations (
    version integer NOT NULL,
    sessions text NOT NULL,
    profile text NOT NULL,
    greatest_return smallint NOT NULL,
    pair_1 integer NOT NULL,
    pair_2 integer NOT NULL,
    pair_3 integer NOT NULL,
    marriage integer NOT NULL,
    loto3 integer NOT NULL,
    loto4 integer NOT NULL,
    loto5 integer NOT NULL,
    grap_1 integer,
    grap_2 integer,
    grap_3 integer,
    grap_pe_l3 integer,
    least_stake bigint NOT NULL,
    most_stake bigint NOT NULL,
    most_lines smallint NOT NULL,
    most_total bigint,
    cutoff_minutes smallint NOT NULL,
    days_ahead smallint NOT NULL,
    said_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    most_on_number bigint,
    CONSTRAINT borlette_configurations_grap_check CHECK ((num_nulls(grap_1, grap_2, grap_3) = ANY (ARRAY[0, 3]))),
    CONSTRAINT borlette_configurations_greatest_return_check CHECK (((greatest_return >= 1) AND (greatest_return <= 100))),
    CONSTRAINT borlette_configurations_most_on_number_check CHECK ((most_on_number >= least_stake)),
    CONSTRAINT borlette_configurations_most_total_check CHECK ((most_total >= least_stake)),
    CONSTRAINT borlette_configurations_multiples_check CHECK ((LEAST(marriage, loto3, loto4, loto5) > 0)),
    CONSTRAINT borlette_configurations_pairs_check CHECK (((pair_1 >= pair_2) AND (pair_2 >= pair_3) AND (pair_3 > 0))),
    CONSTRAINT borlette_configurations_positive_check CHECK (((most_lines > 0) AND (cutoff_minutes > 0) AND (days_ahead > 0))),
    CONSTRAINT borlette_configurations_stakes_check CHECK (((least_stake > 0) AND (most_stake >= least_stake))),
    CONSTRAINT borlette_configurations_version_check CHECK ((version > 0))
);
CREATE TABLE public.chain_blocks (
    height integer NOT NULL,
    hash bytea NOT NULL,
    previous_hash bytea NOT NULL,
    header bytea NOT NULL,
    "time" timestamp with time zone NOT NULL
);
CREATE TABLE public.chain_cursor (
    id integer DEFAULT 1 NOT NULL,
    height integer NOT NULL,
    hash bytea NOT NULL,
    first_height integer NOT NULL,
    CONSTRAINT chain_cursor_single_check CHECK ((id = 1))
);
CREATE TABLE public.coin_spends (
    id uuid NOT NULL,
    coin_id uuid NOT NULL,
    spending_txid bytea NOT NULL,
    block_height integer NOT NULL,
    block_hash bytea NOT NULL,
    planned boolean NOT NULL,
    orphaned_at timestamp with time zone,
    explained_at timestamp with time zone
);
CREATE TABLE public.coins (
    id uuid NOT NULL,
    txid bytea NOT NULL,
    vout bigint NOT NULL,
    tx_index integer NOT NULL,
    amount_sats bigint NOT NULL,
    block_height integer NOT NULL,
    block_hash bytea NOT NULL,
    deposit_address_id uuid,
    reserve_key_index integer,
    payment_id uuid,
    orphaned_at timestamp with time zone,
    planned boolean DEFAULT false NOT NULL,
    CONSTRAINT coins_deposits_are_payments_check CHECK (((payment_id IS NULL) = (deposit_address_id IS NULL))),
    CONSTRAINT coins_one_owner_check CHECK (((deposit_address_id IS NULL) <> (reserve_key_index IS NULL)))
);
CREATE TABLE public.content_texts (
    id uuid NOT NULL,
    kind text NOT NULL,
    page text,
    place integer DEFAULT 0 NOT NULL,
    newest integer DEFAULT 1 NOT NULL,
    shown integer,
    shown_from timestamp with time zone,
    shown_until timestamp with time zone,
    CONSTRAINT content_texts_kind_check CHECK ((kind = ANY (ARRAY['announcement'::text, 'question'::text, 'banner'::text, 'page'::text]))),
    CONSTRAINT content_texts_newest_check CHECK ((newest >= 1)),
    CONSTRAINT content_texts_page_check CHECK (((kind = 'page'::text) = (page IS NOT NULL))),
    CONSTRAINT content_texts_place_check CHECK (((place >= 0) AND (place <= 999))),
    CONSTRAINT content_texts_shown_check CHECK (((shown >= 1) AND (shown <= newest))),
    CONSTRAINT content_texts_shown_from_check CHECK (((shown IS NULL) = (shown_from IS NULL))),
    CONSTRAINT content_texts_shown_until_check CHECK (((shown_until IS NULL) OR (shown_until > shown_from)))
);
CREATE TABLE public.content_versions (
    id uuid NOT NULL,
    text_id uuid NOT NULL,
    number integer NOT NULL,
    words jsonb NOT NULL,
    written_by text NOT NULL,
    written_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT content_versions_number_check CHECK ((number >= 1))
);
CREATE TABLE public.deposit_addresses (
    id uuid NOT NULL,
    branch integer NOT NULL,
    key_index integer NOT NULL,
    internal_key bytea NOT NULL,
    terms text NOT NULL,
    commitment bytea NOT NULL,
    script_pubkey bytea NOT NULL,
    address text NOT NULL
);
CREATE TABLE public.devices (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_sealed bytea NOT NULL,
    token_hash bytea NOT NULL,
    platform text NOT NULL,
    registered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_ok_at timestamp with time zone,
    CONSTRAINT devices_devices_platform_check_check CHECK ((platform = ANY (ARRAY['android'::text, 'ios'::text, 'web'::text])))
);
CREATE TABLE public.draw_states (
    draw_id uuid NOT NULL,
    number integer NOT NULL,
    state bytea NOT NULL,
    CONSTRAINT draw_states_number_check CHECK ((number >= 0)),
    CONSTRAINT draw_states_state_check CHECK ((octet_length(state) = 32))
);
CREATE TABLE public.draws (
    id uuid NOT NULL,
    game text NOT NULL,
    subject text NOT NULL,
    source text NOT NULL,
    algorithm text NOT NULL,
    seed text NOT NULL,
    parameters jsonb NOT NULL,
    state text DEFAULT 'provisional'::text NOT NULL,
    checkpoint jsonb,
    outcome jsonb,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    mark text,
    CONSTRAINT draws_confirmed_has_outcome_check CHECK (((state <> 'confirmed'::text) OR (outcome IS NOT NULL))),
    CONSTRAINT draws_source_check CHECK ((source = ANY (ARRAY['closing_block'::text, 'seed_beacon'::text, 'official_result'::text]))),
    CONSTRAINT draws_state_check CHECK ((state = ANY (ARRAY['provisional'::text, 'confirmed'::text, 'halted'::text, 'void'::text])))
);
CREATE TABLE public.email_changes (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    session_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    email_sealed bytea NOT NULL,
    opens_at timestamp with time zone
);
CREATE TABLE public.email_magic_links (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    browser_hash bytea NOT NULL,
    code_hash bytea NOT NULL,
    code_attempts integer DEFAULT 0 NOT NULL,
    next_path text DEFAULT '/partners'::text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    consumed_at timestamp with time zone,
    counted_as bytea DEFAULT '\x'::bytea NOT NULL,
    is_known boolean DEFAULT false NOT NULL,
    email_sealed bytea NOT NULL,
    email_hash bytea NOT NULL
);
CREATE TABLE public.events (
    id uuid NOT NULL,
    seq bigint NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    type text NOT NULL,
    game text NOT NULL,
    subject text NOT NULL,
    partner_site_id uuid,
    payload jsonb NOT NULL
);
ALTER TABLE public.events ALTER COLUMN seq ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.gateway_differences (
    id uuid NOT NULL,
    reconciliation_id uuid NOT NULL,
    provider text NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    currency text NOT NULL,
    ours_minor bigint NOT NULL,
    theirs_minor bigint NOT NULL,
    found_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    resolved_at timestamp with time zone,
    explained_at timestamp with time zone,
    explained_by text DEFAULT ''::text NOT NULL,
    explanation text DEFAULT ''::text NOT NULL,
    payment_id uuid,
    CONSTRAINT gateway_differences_explained_check CHECK (((explained_at IS NULL) = (explained_by = ''::text)))
);
CREATE TABLE public.gateway_disputes (
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    provider_id text NOT NULL,
    amount_minor bigint NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    because text DEFAULT ''::text NOT NULL,
    opened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    fee_minor bigint DEFAULT '0'::bigint NOT NULL,
    answer_by timestamp with time zone,
    CONSTRAINT gateway_disputes_amount_check CHECK (((amount_minor >= 1) AND (amount_minor <= '2100000000000000'::bigint))),
    CONSTRAINT gateway_disputes_fee_check CHECK ((fee_minor >= 0)),
    CONSTRAINT gateway_disputes_state_check CHECK ((state = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text])))
);
CREATE TABLE public.gateway_notices (
    id uuid NOT NULL,
    provider text NOT NULL,
    event_id text NOT NULL,
    body_sealed bytea NOT NULL,
    is_signed boolean NOT NULL,
    kind text DEFAULT ''::text NOT NULL,
    payment_id uuid,
    received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    understood_at timestamp with time zone
);
CREATE TABLE public.gateway_payments (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    purchase_kind text NOT NULL,
    purchase_id uuid NOT NULL,
    provider text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    state text DEFAULT 'initiated'::text NOT NULL,
    provider_id text DEFAULT ''::text NOT NULL,
    charge_id text DEFAULT ''::text NOT NULL,
    url_sealed bytea,
    client_secret_sealed bytea,
    payer_sealed bytea,
    is_card boolean DEFAULT false NOT NULL,
    has_3ds boolean DEFAULT false NOT NULL,
    received_minor bigint DEFAULT '0'::bigint NOT NULL,
    fee_minor bigint DEFAULT '0'::bigint NOT NULL,
    is_taken boolean DEFAULT false NOT NULL,
    refused_because text DEFAULT ''::text NOT NULL,
    differs text DEFAULT ''::text NOT NULL,
    differs_times integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    begun_at timestamp with time zone,
    asked_at timestamp with time zone,
    asks integer DEFAULT 0 NOT NULL,
    next_ask_at timestamp with time zone DEFAULT clock_timestamp(),
    paid_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT gateway_payments_amount_check CHECK (((amount_minor >= 1) AND (amount_minor <= '2100000000000000'::bigint))),
    CONSTRAINT gateway_payments_not_negative_check CHECK (((received_minor >= 0) AND (fee_minor >= 0))),
    CONSTRAINT gateway_payments_paid_check CHECK (((paid_at IS NULL) = (received_minor = 0))),
    CONSTRAINT gateway_payments_state_check CHECK ((state = ANY (ARRAY['initiated'::text, 'pending'::text, 'unknown'::text, 'failed'::text, 'expired'::text, 'canceled'::text, 'succeeded'::text, 'refunding'::text, 'partly_refunded'::text, 'refunded'::text, 'refund_failed'::text, 'disputed'::text, 'dispute_won'::text, 'dispute_lost'::text])))
);
CREATE TABLE public.gateway_reconciliations (
    id uuid NOT NULL,
    provider text NOT NULL,
    since timestamp with time zone NOT NULL,
    lines integer NOT NULL,
    differences integer NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.gateway_refunds (
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    state text DEFAULT 'requested'::text NOT NULL,
    provider_id text DEFAULT ''::text NOT NULL,
    because text NOT NULL,
    asked_by text NOT NULL,
    was_taken_back boolean NOT NULL,
    said text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    sent_at timestamp with time zone,
    asks integer DEFAULT 0 NOT NULL,
    next_ask_at timestamp with time zone DEFAULT clock_timestamp(),
    ended_at timestamp with time zone,
    is_unasked boolean DEFAULT false NOT NULL,
    borne_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT gateway_refunds_amount_check CHECK (((amount_minor >= 1) AND (amount_minor <= '2100000000000000'::bigint))),
    CONSTRAINT gateway_refunds_borne_by_check CHECK (((borne_by = ANY (ARRAY[''::text, 'wallet'::text, 'house'::text, 'payer'::text])) AND ((borne_by = ''::text) OR is_unasked))),
    CONSTRAINT gateway_refunds_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'asked'::text, 'pending'::text, 'succeeded'::text, 'failed'::text])))
);
CREATE TABLE public.idempotency_keys (
    id uuid NOT NULL,
    owner text CONSTRAINT idempotency_keys_partner_site_id_not_null NOT NULL,
    key text NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    request_hash bytea NOT NULL,
    status_code smallint NOT NULL,
    body text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    owner_kind text NOT NULL,
    body_sealed bytea,
    CONSTRAINT idempotency_keys_body_check CHECK ((num_nonnulls(body, body_sealed) = 1)),
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT idempotency_keys_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['partner'::text, 'player'::text, 'operator'::text]))),
    CONSTRAINT idempotency_keys_status_code_check CHECK (((status_code >= 200) AND (status_code <= 299)))
);
CREATE TABLE public.ledger_accounts (
    id bigint NOT NULL,
    kind text NOT NULL,
    owner text DEFAULT ''::text NOT NULL,
    currency text DEFAULT 'sat'::text NOT NULL,
    normal_side text NOT NULL,
    may_be_negative boolean NOT NULL,
    balance bigint DEFAULT '0'::bigint NOT NULL,
    held bigint DEFAULT '0'::bigint NOT NULL,
    is_personal boolean DEFAULT false NOT NULL,
    CONSTRAINT ledger_accounts_currency_check CHECK ((currency ~ '^[A-Za-z]{3,8}$'::text)),
    CONSTRAINT ledger_accounts_held_check CHECK ((held >= 0)),
    CONSTRAINT ledger_accounts_normal_side_check CHECK ((normal_side = ANY (ARRAY['debit'::text, 'credit'::text]))),
    CONSTRAINT ledger_accounts_not_overdrawn_check CHECK ((may_be_negative OR ((balance - held) >= 0)))
);
ALTER TABLE public.ledger_accounts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.ledger_holds (
    id uuid NOT NULL,
    account_id bigint NOT NULL,
    amount bigint NOT NULL,
    source text NOT NULL,
    source_id text NOT NULL,
    state text DEFAULT 'reserved'::text NOT NULL,
    CONSTRAINT ledger_holds_amount_check CHECK (((amount >= 1) AND (amount <= '2100000000000000'::bigint))),
    CONSTRAINT ledger_holds_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'posted'::text, 'voided'::text])))
);
CREATE TABLE public.ledger_transfers (
    id bigint NOT NULL,
    debit_account_id bigint NOT NULL,
    credit_account_id bigint NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    source text NOT NULL,
    source_id text NOT NULL,
    kind text NOT NULL,
    line integer NOT NULL,
    posted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ledger_transfers_amount_check CHECK (((amount >= 1) AND (amount <= '2100000000000000'::bigint))),
    CONSTRAINT ledger_transfers_two_accounts_check CHECK ((debit_account_id <> credit_account_id))
);
ALTER TABLE public.ledger_transfers ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_transfers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.letter_answers (
    id uuid NOT NULL,
    letter_id uuid NOT NULL,
    words_sealed bytea NOT NULL,
    written_by text NOT NULL,
    written_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.letters (
    id uuid NOT NULL,
    number text NOT NULL,
    topic text NOT NULL,
    about text DEFAULT ''::text NOT NULL,
    user_id uuid,
    locale text NOT NULL,
    email_sealed bytea NOT NULL,
    email_hash bytea NOT NULL,
    words_sealed bytea NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    written_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT letters_ended_at_check CHECK (((ended_at IS NULL) = (state = 'open'::text))),
    CONSTRAINT letters_state_check CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text, 'closed'::text]))),
    CONSTRAINT letters_topic_check CHECK ((topic = ANY (ARRAY['payment'::text, 'play'::text, 'account'::text, 'site'::text, 'other'::text])))
);
CREATE TABLE public.log_anchors (
    id uuid NOT NULL,
    txid bytea NOT NULL,
    vout integer NOT NULL,
    line_vout integer NOT NULL,
    previous_txid bytea,
    root bytea NOT NULL,
    size bigint NOT NULL,
    block_height integer NOT NULL,
    block_hash bytea NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    orphaned_at timestamp with time zone,
    CONSTRAINT log_anchors_log_anchors_outputs_check_check CHECK ((vout <> line_vout)),
    CONSTRAINT log_anchors_log_anchors_root_check_check CHECK ((octet_length(root) = 32))
);
CREATE TABLE public.log_checkpoints (
    size bigint NOT NULL,
    root bytea NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    note text NOT NULL
);
CREATE TABLE public.log_cosignatures (
    size bigint NOT NULL,
    witness text NOT NULL,
    cosigned_at timestamp with time zone NOT NULL,
    line text NOT NULL,
    seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.log_disagreements (
    id uuid NOT NULL,
    witness text,
    kind text NOT NULL,
    proven boolean NOT NULL,
    evidence text NOT NULL,
    digest bytea NOT NULL,
    seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    note text
);
CREATE TABLE public.log_entries (
    number bigint NOT NULL,
    hash bytea NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    data text NOT NULL,
    CONSTRAINT log_entries_log_entries_length_check_check CHECK ((octet_length(data) <= 65535))
);
CREATE TABLE public.log_heads (
    id bigint NOT NULL,
    size bigint DEFAULT '0'::bigint NOT NULL,
    first_number bigint DEFAULT '0'::bigint NOT NULL,
    grown_at timestamp with time zone DEFAULT now() NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    receipts_from timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT log_heads_log_heads_one_check_check CHECK ((id = 1))
);
CREATE TABLE public.log_leaves (
    id bigint NOT NULL,
    written_at timestamp with time zone DEFAULT now() NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    data text NOT NULL
);
ALTER TABLE public.log_leaves ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.log_leaves_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.log_receipts (
    subject text NOT NULL,
    leaf bytea NOT NULL,
    kind text NOT NULL,
    fact text NOT NULL,
    salt bytea,
    written_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.log_tiles (
    level integer NOT NULL,
    "position" bigint NOT NULL,
    hashes bytea NOT NULL,
    CONSTRAINT log_tiles_log_tiles_width_check_check CHECK (((octet_length(hashes) >= 32) AND (octet_length(hashes) <= 8192)))
);
CREATE TABLE public.log_witnesses (
    key text NOT NULL,
    push text DEFAULT ''::text NOT NULL,
    pull text DEFAULT ''::text NOT NULL,
    offered_by text,
    known_since timestamp with time zone DEFAULT now() NOT NULL,
    removed_at timestamp with time zone,
    stopped_at timestamp with time zone,
    size bigint DEFAULT '0'::bigint NOT NULL,
    cosigned_at timestamp with time zone,
    heard_at timestamp with time zone,
    trouble text DEFAULT ''::text NOT NULL,
    failures smallint DEFAULT '0'::smallint NOT NULL,
    rests_until timestamp with time zone,
    CONSTRAINT log_witnesses_log_witnesses_counts_check_check CHECK (((size >= 0) AND (failures >= 0)))
);
CREATE TABLE public.login_codes (
    id uuid NOT NULL,
    channel text NOT NULL,
    contact_sealed bytea NOT NULL,
    contact_hash bytea NOT NULL,
    for_user_id uuid,
    code_hash bytea NOT NULL,
    browser_hash bytea,
    counted_as bytea NOT NULL,
    own_tries integer DEFAULT 0 NOT NULL,
    stray_tries integer DEFAULT 0 NOT NULL,
    next_path text DEFAULT ''::text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    consumed_at timestamp with time zone,
    sets_password boolean DEFAULT false NOT NULL,
    proves boolean DEFAULT false NOT NULL,
    CONSTRAINT login_codes_channel_check CHECK ((channel = ANY (ARRAY['sms'::text, 'email'::text]))),
    CONSTRAINT login_codes_proves_check CHECK (((NOT proves) OR ((for_user_id IS NOT NULL) AND (NOT sets_password)))),
    CONSTRAINT login_codes_sets_password_check CHECK (((NOT sets_password) OR ((channel = 'email'::text) AND (for_user_id IS NULL)))),
    CONSTRAINT login_codes_tries_check CHECK (((own_tries >= 0) AND (stray_tries >= 0)))
);
CREATE TABLE public.logins (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    method text NOT NULL,
    outcome text NOT NULL,
    network text DEFAULT ''::text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    CONSTRAINT logins_method_check CHECK ((method = ANY (ARRAY['link'::text, 'code'::text, 'sms'::text, 'mail_code'::text, 'password'::text]))),
    CONSTRAINT logins_outcome_check CHECK ((outcome = ANY (ARRAY['signed_in'::text, 'refused'::text])))
);
CREATE TABLE public.luckotto_combinations (
    round_number integer NOT NULL,
    combination bigint NOT NULL,
    sequence integer NOT NULL
);
CREATE TABLE public.luckotto_orders (
    round_number integer NOT NULL,
    player_uname text NOT NULL,
    player_identifier text NOT NULL,
    requested bigint NOT NULL,
    base_sats bigint NOT NULL,
    fee_sats bigint NOT NULL,
    id uuid NOT NULL,
    partner_site_id uuid NOT NULL,
    deposit_address_id uuid NOT NULL,
    min_payment_sats bigint NOT NULL,
    house_edge_percent smallint NOT NULL,
    payout_address text NOT NULL,
    form_token_hash bytea,
    placed_by text DEFAULT 'key'::text NOT NULL,
    placed_from bytea,
    CONSTRAINT luckotto_orders_placed_by_check CHECK ((placed_by = ANY (ARRAY['key'::text, 'frame'::text, 'anyone'::text]))),
    CONSTRAINT luckotto_orders_price_check CHECK (((base_sats > 0) AND (fee_sats >= 0))),
    CONSTRAINT luckotto_orders_requested_check CHECK ((((bit_count((requested)::bit(64)) >= 6) AND (bit_count((requested)::bit(64)) <= 25)) AND (requested > 0)))
);
CREATE TABLE public.luckotto_payments (
    order_id uuid NOT NULL,
    credited_round_number integer,
    id uuid NOT NULL,
    txid text NOT NULL,
    vout bigint NOT NULL,
    tx_index integer NOT NULL,
    amount_sats bigint NOT NULL,
    block_height integer NOT NULL,
    block_hash text NOT NULL,
    status text NOT NULL,
    credited_sats bigint NOT NULL,
    refundable_sats bigint NOT NULL,
    orphaned_at timestamp with time zone,
    refunded_at timestamp with time zone,
    CONSTRAINT luckotto_payments_no_negative_part_check CHECK (((credited_sats >= 0) AND (refundable_sats >= 0))),
    CONSTRAINT luckotto_payments_orphaned_check CHECK (((status = 'orphaned'::text) = (orphaned_at IS NOT NULL))),
    CONSTRAINT luckotto_payments_parts_make_the_whole_check CHECK (
CASE
    WHEN (status = 'orphaned'::text) THEN true
    ELSE ((credited_sats + refundable_sats) = amount_sats)
END),
    CONSTRAINT luckotto_payments_status_check CHECK ((status = ANY (ARRAY['credited'::text, 'below_minimum'::text, 'late'::text, 'unallocated'::text, 'underfunded'::text, 'void'::text, 'orphaned'::text])))
);
CREATE TABLE public.luckotto_rounds (
    pool_size smallint NOT NULL,
    possible_combinations bigint NOT NULL,
    base_combination_price_sats bigint NOT NULL,
    hash_work bigint,
    sold_tickets integer DEFAULT 0 NOT NULL,
    sold_combinations bigint DEFAULT '0'::bigint NOT NULL,
    winning_numbers bigint,
    round_number integer NOT NULL,
    opens_at_height integer NOT NULL,
    sales_end_height integer NOT NULL,
    closing_height integer NOT NULL,
    settlement_depth smallint NOT NULL,
    jackpot_sats bigint NOT NULL,
    min_payment_floor_sats bigint NOT NULL,
    winner_algorithm text NOT NULL,
    internal_key bytea NOT NULL,
    status text DEFAULT 'scheduled'::text NOT NULL,
    seal_root bytea,
    sealed_at timestamp with time zone,
    sealed_at_height integer,
    closing_block_hash bytea,
    settled_at timestamp with time zone,
    round_terms text,
    seal_mark text,
    hashes bigint,
    CONSTRAINT luckotto_rounds_base_combination_price_check CHECK ((base_combination_price_sats > 0)),
    CONSTRAINT luckotto_rounds_hash_work_check CHECK ((hash_work > 0)),
    CONSTRAINT luckotto_rounds_hashes_check CHECK (((num_nonnulls(hashes, hash_work) = 1) AND (hashes > 0))),
    CONSTRAINT luckotto_rounds_heights_in_order_check CHECK (((opens_at_height < sales_end_height) AND (sales_end_height < closing_height))),
    CONSTRAINT luckotto_rounds_jackpot_check CHECK ((jackpot_sats = (possible_combinations * base_combination_price_sats))),
    CONSTRAINT luckotto_rounds_pool_size_check CHECK (((pool_size >= 9) AND (pool_size <= 63))),
    CONSTRAINT luckotto_rounds_round_number_check CHECK ((round_number > 0)),
    CONSTRAINT luckotto_rounds_settled_is_complete_check CHECK (((status <> 'settled'::text) OR ((winning_numbers IS NOT NULL) AND (closing_block_hash IS NOT NULL) AND (seal_root IS NOT NULL)))),
    CONSTRAINT luckotto_rounds_sold_combinations_check CHECK (((sold_combinations >= 0) AND (sold_combinations <= possible_combinations))),
    CONSTRAINT luckotto_rounds_sold_tickets_check CHECK ((sold_tickets >= 0)),
    CONSTRAINT luckotto_rounds_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'open'::text, 'unbacked'::text, 'closed'::text, 'sealed'::text, 'drawing'::text, 'settled'::text, 'void'::text, 'halted'::text]))),
    CONSTRAINT luckotto_rounds_winning_numbers_check CHECK (((winning_numbers IS NULL) OR ((bit_count((winning_numbers)::bit(64)) = 6) AND ((winning_numbers >> (pool_size)::integer) = 0) AND (winning_numbers > 0))))
);
CREATE TABLE public.luckotto_tickets (
    id uuid NOT NULL,
    round_number integer NOT NULL,
    pool_size smallint NOT NULL,
    sequence integer NOT NULL,
    numbers bigint NOT NULL,
    combinations integer NOT NULL,
    payment_id uuid NOT NULL,
    status text DEFAULT 'assigned'::text NOT NULL,
    CONSTRAINT luckotto_tickets_combinations_check CHECK ((combinations > 0)),
    CONSTRAINT luckotto_tickets_numbers_check CHECK ((((bit_count((numbers)::bit(64)) >= 6) AND (bit_count((numbers)::bit(64)) <= 25)) AND (numbers > 0) AND ((numbers >> (pool_size)::integer) = 0))),
    CONSTRAINT luckotto_tickets_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT luckotto_tickets_status_check CHECK ((status = ANY (ARRAY['assigned'::text, 'won'::text, 'void'::text])))
);
CREATE TABLE public.luckotto_wins (
    id uuid NOT NULL,
    partner_site_id uuid NOT NULL,
    round_number integer NOT NULL,
    ticket_id uuid NOT NULL,
    winning_numbers bigint NOT NULL,
    jackpot_sats bigint NOT NULL,
    payout_address text NOT NULL,
    player_uname text NOT NULL,
    player_identifier text NOT NULL
);
CREATE TABLE public.messages (
    id uuid NOT NULL,
    channel text DEFAULT 'email'::text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    template text NOT NULL,
    state text DEFAULT 'due'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    not_before timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    last_error text,
    recipient_sealed bytea NOT NULL,
    recipient_hash bytea NOT NULL,
    params_sealed bytea,
    handed_at timestamp with time zone,
    provider_id text,
    good_until timestamp with time zone,
    meant_for uuid,
    CONSTRAINT messages_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text, 'push'::text]))),
    CONSTRAINT messages_state_check CHECK ((state = ANY (ARRAY['due'::text, 'sent'::text, 'failed'::text, 'late'::text, 'withheld'::text])))
);
CREATE TABLE public.notice_choices (
    user_id uuid NOT NULL,
    kind text NOT NULL,
    place text NOT NULL,
    is_on boolean NOT NULL,
    CONSTRAINT notice_choices_notice_choices_place_check_check CHECK ((place = ANY (ARRAY['app'::text, 'mail'::text, 'sms'::text, 'push'::text])))
);
CREATE TABLE public.notices (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    once text,
    params_sealed bytea NOT NULL,
    in_app boolean DEFAULT true NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    read_at timestamp with time zone
);
CREATE TABLE public.obligations (
    id uuid NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    source_id text NOT NULL,
    partner_site_id uuid NOT NULL,
    address text NOT NULL,
    amount_sats bigint NOT NULL,
    CONSTRAINT obligations_amount_check CHECK ((amount_sats > 0)),
    CONSTRAINT obligations_kind_check CHECK ((kind = ANY (ARRAY['jackpot'::text, 'balance'::text])))
);
CREATE TABLE public.operator_refresh_tokens (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.operator_sessions (
    id uuid NOT NULL,
    operator_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);
CREATE TABLE public.operator_switches (
    name text NOT NULL,
    stopped_at timestamp with time zone DEFAULT now() NOT NULL,
    stopped_by text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT operator_switches_operator_switches_name_check_check CHECK ((name = ANY (ARRAY['sales'::text, 'settlement'::text, 'writes'::text])))
);
CREATE TABLE public.operators (
    id uuid NOT NULL,
    name text NOT NULL,
    password_hash text,
    privileges text[] DEFAULT '{}'::text[] NOT NULL,
    disabled_at timestamp with time zone,
    user_id uuid,
    totp_sealed bytea,
    totp_last_step bigint,
    CONSTRAINT operators_totp_check CHECK (((totp_last_step IS NULL) OR (totp_sealed IS NOT NULL)))
);
CREATE TABLE public.order_payments (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    txid text NOT NULL,
    vout bigint NOT NULL,
    tx_index integer NOT NULL,
    amount_sats bigint NOT NULL,
    block_height integer NOT NULL,
    block_hash text NOT NULL,
    status text NOT NULL,
    credited_sats bigint NOT NULL,
    refundable_sats bigint NOT NULL,
    credited_round_number integer,
    orphaned_at timestamp with time zone,
    refunded_at timestamp with time zone,
    CONSTRAINT order_payments_no_negative_part_check CHECK (((credited_sats >= 0) AND (refundable_sats >= 0))),
    CONSTRAINT order_payments_orphaned_check CHECK (((status = 'orphaned'::text) = (orphaned_at IS NOT NULL))),
    CONSTRAINT order_payments_parts_make_the_whole_check CHECK (
CASE
    WHEN (status = 'orphaned'::text) THEN true
    ELSE ((credited_sats + refundable_sats) = amount_sats)
END),
    CONSTRAINT order_payments_status_check CHECK ((status = ANY (ARRAY['credited'::text, 'below_minimum'::text, 'late'::text, 'sold_out'::text, 'void'::text, 'orphaned'::text])))
);
CREATE TABLE public.partner_sites (
    id uuid NOT NULL,
    owner_user_id uuid NOT NULL,
    name text NOT NULL,
    display_name text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    theme jsonb DEFAULT '{}'::jsonb NOT NULL,
    embed_allowed_origins text[] DEFAULT '{}'::text[] NOT NULL,
    house_edge_percent smallint DEFAULT '0'::smallint NOT NULL,
    payout_address text NOT NULL,
    payout_address_network text NOT NULL,
    payout_address_changed_at timestamp with time zone NOT NULL,
    verification_status text DEFAULT 'unverified'::text NOT NULL,
    verification_reason text DEFAULT ''::text NOT NULL,
    stopped_reason text DEFAULT ''::text NOT NULL,
    open_orders_limit integer,
    games text[],
    handed_over_at timestamp with time zone,
    CONSTRAINT partner_sites_games_check CHECK ((games <> '{}'::text[])),
    CONSTRAINT partner_sites_handed_over_check CHECK (((handed_over_at IS NULL) OR (verification_status <> 'verified'::text))),
    CONSTRAINT partner_sites_house_edge_percent_check CHECK (((house_edge_percent >= 0) AND (house_edge_percent <= 15))),
    CONSTRAINT partner_sites_name_check CHECK (((name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND ((length(name) >= 3) AND (length(name) <= 64)))),
    CONSTRAINT partner_sites_partner_sites_open_orders_limit_check_check CHECK ((open_orders_limit >= 0)),
    CONSTRAINT partner_sites_partner_sites_stopped_is_not_live_check_check CHECK (((stopped_reason = ''::text) OR (status <> 'live'::text))),
    CONSTRAINT partner_sites_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'live'::text, 'paused'::text]))),
    CONSTRAINT partner_sites_verification_status_check CHECK ((verification_status = ANY (ARRAY['unverified'::text, 'verified'::text, 'rejected'::text])))
);
CREATE TABLE public.partner_wins (
    id uuid NOT NULL,
    partner_site_id uuid NOT NULL,
    round_number integer NOT NULL,
    slip_id uuid NOT NULL,
    winning_ticket_number bigint NOT NULL,
    jackpot_sats bigint NOT NULL,
    payout_address text NOT NULL,
    player_public_identifier text,
    player_private_identifier text,
    CONSTRAINT partner_wins_winning_ticket_number_check CHECK ((winning_ticket_number >= 0))
);
CREATE TABLE public.passed_on_notes (
    id uuid NOT NULL,
    partner_site_id uuid NOT NULL,
    game text NOT NULL,
    kind text NOT NULL,
    noted_at timestamp with time zone NOT NULL,
    noted_by text NOT NULL,
    CONSTRAINT passed_on_notes_kind_check CHECK ((kind = ANY (ARRAY['refund'::text, 'win'::text])))
);
CREATE TABLE public.payments (
    id uuid NOT NULL,
    rail text DEFAULT 'onchain'::text NOT NULL,
    currency text DEFAULT 'sat'::text NOT NULL,
    amount bigint NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    reversed_at timestamp with time zone,
    CONSTRAINT payments_amount_check CHECK ((amount > 0)),
    CONSTRAINT payments_rail_check CHECK ((rail = 'onchain'::text))
);
CREATE TABLE public.payout_confirmations (
    id uuid NOT NULL,
    payout_id uuid NOT NULL,
    block_height integer NOT NULL,
    block_hash bytea NOT NULL,
    orphaned_at timestamp with time zone
);
CREATE TABLE public.payout_inputs (
    payout_id uuid NOT NULL,
    "position" integer NOT NULL,
    live boolean DEFAULT true NOT NULL,
    coin_id uuid NOT NULL,
    txid bytea NOT NULL,
    vout bigint NOT NULL,
    sats bigint NOT NULL,
    anchor boolean DEFAULT false NOT NULL,
    CONSTRAINT payout_inputs_sats_check CHECK ((sats > 0))
);
CREATE TABLE public.payout_outputs (
    payout_id uuid NOT NULL,
    vout integer NOT NULL,
    live boolean DEFAULT true NOT NULL,
    kind text NOT NULL,
    obligation_id uuid,
    partner_site_id uuid,
    reserve_key_index integer,
    script bytea NOT NULL,
    address text NOT NULL,
    sats bigint NOT NULL,
    CONSTRAINT payout_outputs_change_check CHECK (((kind = ANY (ARRAY['change'::text, 'line'::text])) = (reserve_key_index IS NOT NULL))),
    CONSTRAINT payout_outputs_kind_check CHECK ((kind = ANY (ARRAY['obligation'::text, 'balance'::text, 'change'::text, 'root'::text, 'line'::text]))),
    CONSTRAINT payout_outputs_obligation_check CHECK (((kind = 'obligation'::text) = (obligation_id IS NOT NULL))),
    CONSTRAINT payout_outputs_partner_check CHECK (((kind = ANY (ARRAY['obligation'::text, 'balance'::text])) = (partner_site_id IS NOT NULL))),
    CONSTRAINT payout_outputs_sats_check CHECK (((sats > 0) OR ((kind = 'root'::text) AND (sats = 0))))
);
CREATE TABLE public.payouts (
    id uuid NOT NULL,
    root_id uuid NOT NULL,
    replaces_id uuid,
    kind text NOT NULL,
    game text,
    source_id text,
    state text DEFAULT 'draft'::text NOT NULL,
    live boolean DEFAULT true NOT NULL,
    psbt text NOT NULL,
    txid bytea NOT NULL,
    signed_tx bytea,
    vsize integer NOT NULL,
    fee_rate bigint NOT NULL,
    fee_sats bigint NOT NULL,
    fee_cap_sats bigint NOT NULL,
    created_by text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    state_changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    broadcast_at timestamp with time zone,
    excluded_height integer,
    excluded_hash bytea,
    refusal text,
    mark text,
    log_size bigint,
    CONSTRAINT payouts_excluded_check CHECK (((excluded_height IS NULL) = (excluded_hash IS NULL))),
    CONSTRAINT payouts_fee_check CHECK (((fee_sats > 0) AND (fee_sats <= fee_cap_sats))),
    CONSTRAINT payouts_kind_check CHECK ((kind = ANY (ARRAY['round'::text, 'rounds'::text, 'balances'::text, 'sweep'::text, 'log'::text]))),
    CONSTRAINT payouts_live_check CHECK ((live = (state = ANY (ARRAY['draft'::text, 'signed'::text, 'broadcasting'::text, 'unknown'::text, 'broadcast'::text, 'confirmed'::text])))),
    CONSTRAINT payouts_refusal_check CHECK (((state <> 'refused'::text) OR (refusal IS NOT NULL))),
    CONSTRAINT payouts_root_check CHECK (((replaces_id IS NULL) = (root_id = id))),
    CONSTRAINT payouts_round_has_game_check CHECK (((kind = 'round'::text) = (game IS NOT NULL))),
    CONSTRAINT payouts_signed_check CHECK (((state <> ALL (ARRAY['signed'::text, 'broadcasting'::text, 'unknown'::text])) OR (signed_tx IS NOT NULL))),
    CONSTRAINT payouts_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'signed'::text, 'broadcasting'::text, 'unknown'::text, 'broadcast'::text, 'confirmed'::text, 'cancelled'::text, 'replaced'::text, 'refused'::text]))),
    CONSTRAINT payouts_whole_source_check CHECK (((game IS NULL) = (source_id IS NULL)))
);
CREATE TABLE public.player_blocks (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    reason text NOT NULL,
    begun_by text NOT NULL,
    begun_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_by text,
    ended_at timestamp with time zone,
    CONSTRAINT player_blocks_player_blocks_ended_check_check CHECK (((ended_at IS NULL) = (ended_by IS NULL)))
);
CREATE TABLE public.player_exclusions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    months integer NOT NULL,
    begins_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT player_exclusions_player_exclusions_length_check_check CHECK (((ends_at - begins_at) >= ((months)::double precision * '30 days'::interval))),
    CONSTRAINT player_exclusions_player_exclusions_months_check_check CHECK (((months >= 6) AND (months <= 60)))
);
CREATE TABLE public.player_files (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    key_sealed bytea NOT NULL,
    CONSTRAINT player_files_player_files_kind_check_check CHECK ((kind = ANY (ARRAY['address'::text, 'identity'::text, 'picture'::text]))),
    CONSTRAINT player_files_player_files_media_type_check_check CHECK ((media_type = ANY (ARRAY['application/pdf'::text, 'image/webp'::text]))),
    CONSTRAINT player_files_player_files_size_check_check CHECK ((size > 0))
);
CREATE TABLE public.player_limits (
    user_id uuid NOT NULL,
    currency text NOT NULL,
    kind text NOT NULL,
    period text NOT NULL,
    amount_minor bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    wished_minor bigint,
    wished_at timestamp with time zone,
    CONSTRAINT player_limits_player_limits_amount_check_check CHECK (((amount_minor >= 0) AND (amount_minor <= '2100000000000000'::bigint))),
    CONSTRAINT player_limits_player_limits_currency_check_check CHECK ((currency = ANY (ARRAY['HTG'::text, 'PHP'::text, 'USD'::text, 'sat'::text]))),
    CONSTRAINT player_limits_player_limits_kind_check_check CHECK ((kind = ANY (ARRAY['deposit'::text, 'loss'::text, 'stake'::text]))),
    CONSTRAINT player_limits_player_limits_period_check_check CHECK ((period = ANY (ARRAY['day'::text, 'month'::text, 'week'::text]))),
    CONSTRAINT player_limits_player_limits_wish_check_check CHECK (((wished_minor >= (amount_minor + 1)) AND (wished_minor <= '2100000000000000'::bigint))),
    CONSTRAINT player_limits_player_limits_wished_check_check CHECK (((wished_minor IS NULL) OR (wished_at IS NOT NULL)))
);
CREATE TABLE public.player_marks (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    mark_sealed bytea NOT NULL,
    mark_hash bytea NOT NULL,
    is_verified boolean DEFAULT false NOT NULL,
    CONSTRAINT player_marks_player_marks_kind_check_check CHECK ((kind = ANY (ARRAY['birth'::text, 'email'::text, 'phone'::text])))
);
CREATE TABLE public.player_profiles (
    id uuid NOT NULL,
    name_sealed bytea,
    birth_date_sealed bytea,
    mark_sealed bytea,
    mark_hash bytea,
    jurisdiction text NOT NULL,
    currency text NOT NULL,
    registered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    erased_at timestamp with time zone,
    mark_until timestamp with time zone,
    CONSTRAINT player_profiles_erased_check CHECK (((erased_at IS NULL) OR ((name_sealed IS NULL) AND (birth_date_sealed IS NULL) AND ((mark_sealed IS NULL) = (mark_until IS NULL))))),
    CONSTRAINT player_profiles_player_profiles_currency_check_check CHECK ((currency = ANY (ARRAY['HTG'::text, 'PHP'::text, 'USD'::text, 'sat'::text]))),
    CONSTRAINT player_profiles_player_profiles_jurisdiction_check_check CHECK ((jurisdiction ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT player_profiles_player_profiles_mark_is_found_check_check CHECK (((mark_sealed IS NULL) = (mark_hash IS NULL))),
    CONSTRAINT player_profiles_whole_check CHECK (((erased_at IS NULL) = ((name_sealed IS NOT NULL) AND (birth_date_sealed IS NOT NULL) AND (mark_sealed IS NOT NULL) AND (mark_until IS NULL))))
);
CREATE TABLE public.player_rulings (
    user_id uuid NOT NULL,
    other_id uuid NOT NULL,
    is_same boolean NOT NULL,
    kinds text[] NOT NULL,
    decided_by text NOT NULL,
    confirmed_by text NOT NULL,
    decided_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT player_rulings_kinds_check CHECK (((kinds <> '{}'::text[]) AND (kinds <@ ARRAY['birth'::text, 'email'::text, 'phone'::text]))),
    CONSTRAINT player_rulings_two_check CHECK ((user_id <> other_id))
);
CREATE TABLE public.player_timeouts (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    begins_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT player_timeouts_player_timeouts_length_check_check CHECK (((ends_at > begins_at) AND ((ends_at - begins_at) <= '30 days'::interval)))
);
CREATE TABLE public.player_verifications (
    id uuid NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT player_verifications_player_verifications_reason_check_check CHECK (((state = 'rejected'::text) = (reason <> ''::text))),
    CONSTRAINT player_verifications_player_verifications_state_check_check CHECK ((state = ANY (ARRAY['none'::text, 'pending'::text, 'rejected'::text, 'verified'::text])))
);
CREATE TABLE public.players (
    user_id uuid NOT NULL
);
CREATE TABLE public.reality_checks (
    user_id uuid NOT NULL,
    minutes integer NOT NULL,
    CONSTRAINT reality_checks_reality_checks_minutes_check_check CHECK (((minutes >= 5) AND (minutes <= 240)))
);
CREATE TABLE public.refresh_tokens (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.reserve_addresses (
    key_index integer NOT NULL,
    script_pubkey bytea NOT NULL,
    address text NOT NULL
);
CREATE TABLE public.result_asks (
    source text NOT NULL,
    claim uuid NOT NULL,
    until timestamp with time zone NOT NULL
);
CREATE TABLE public.result_confirmings (
    id uuid NOT NULL,
    lottery text NOT NULL,
    by_sources boolean NOT NULL,
    approval_id uuid NOT NULL,
    decided_by text NOT NULL,
    confirmed_by text NOT NULL,
    said_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    mark text NOT NULL
);
CREATE TABLE public.result_observations (
    id uuid NOT NULL,
    awaited_id uuid NOT NULL,
    source text NOT NULL,
    host text DEFAULT ''::text NOT NULL,
    parser text DEFAULT ''::text NOT NULL,
    origin text DEFAULT ''::text NOT NULL,
    claim uuid,
    asked_at timestamp with time zone,
    answered_at timestamp with time zone,
    status integer,
    body bytea,
    body_sha256 bytea,
    body_size integer,
    numbers text,
    reason text DEFAULT ''::text NOT NULL,
    mark text DEFAULT ''::text NOT NULL,
    CONSTRAINT result_observations_answered_check CHECK (((answered_at IS NOT NULL) = ((numbers IS NOT NULL) OR (reason <> ''::text)))),
    CONSTRAINT result_observations_asked_check CHECK (((answered_at IS NULL) OR ((asked_at IS NOT NULL) AND (asked_at <= answered_at)))),
    CONSTRAINT result_observations_body_check CHECK ((num_nulls(body, body_sha256, body_size) = ANY (ARRAY[0, 3]))),
    CONSTRAINT result_observations_hashed_check CHECK (((body IS NULL) OR (octet_length(body_sha256) = 32))),
    CONSTRAINT result_observations_marked_check CHECK (((answered_at IS NULL) OR (mark <> ''::text))),
    CONSTRAINT result_observations_of_a_page_check CHECK (((numbers IS NULL) OR ((body IS NOT NULL) AND (status = 200)))),
    CONSTRAINT result_observations_read_check CHECK (((numbers IS NULL) OR (reason = ''::text))),
    CONSTRAINT result_observations_size_check CHECK (((body_size >= 0) AND (body_size <= 1048576)))
);
CREATE TABLE public.result_outcomes (
    awaited_id uuid NOT NULL,
    version integer NOT NULL,
    numbers text NOT NULL,
    how text NOT NULL,
    evidence jsonb NOT NULL,
    approval_id uuid,
    confirmed_at timestamp with time zone NOT NULL,
    final_at timestamp with time zone NOT NULL,
    mark text NOT NULL,
    told_at timestamp with time zone,
    CONSTRAINT result_outcomes_decided_check CHECK (((approval_id IS NULL) = (how = 'consensus'::text))),
    CONSTRAINT result_outcomes_final_check CHECK ((final_at >= confirmed_at)),
    CONSTRAINT result_outcomes_how_check CHECK ((how = ANY (ARRAY['consensus'::text, 'by_hand'::text, 'correction'::text]))),
    CONSTRAINT result_outcomes_numbers_check CHECK ((numbers ~ '^[0-9]+$'::text)),
    CONSTRAINT result_outcomes_version_check CHECK (((version >= 1) AND ((version > 1) = (how = 'correction'::text))))
);
CREATE TABLE public.result_papers (
    id uuid NOT NULL,
    awaited_id uuid NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    sha256 bytea NOT NULL,
    attached_by text NOT NULL,
    key_sealed bytea NOT NULL,
    CONSTRAINT result_papers_hashed_check CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT result_papers_media_type_check CHECK ((media_type = ANY (ARRAY['image/webp'::text, 'application/pdf'::text]))),
    CONSTRAINT result_papers_size_check CHECK ((size > 0))
);
CREATE TABLE public.result_source_changes (
    id uuid NOT NULL,
    source text NOT NULL,
    host text NOT NULL,
    parser text NOT NULL,
    origin text NOT NULL,
    is_asked boolean NOT NULL,
    approval_id uuid NOT NULL,
    decided_by text NOT NULL,
    confirmed_by text NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    mark text NOT NULL
);
CREATE TABLE public.rounds (
    round_number integer NOT NULL,
    opens_at_height integer NOT NULL,
    sales_end_height integer NOT NULL,
    closing_height integer NOT NULL,
    settlement_depth smallint NOT NULL,
    ticket_digits smallint NOT NULL,
    ticket_supply bigint NOT NULL,
    base_ticket_price_sats bigint NOT NULL,
    house_fee_percent smallint NOT NULL,
    jackpot_sats bigint NOT NULL,
    min_payment_floor_sats bigint NOT NULL,
    winner_algorithm text NOT NULL,
    hashes_per_digit bigint,
    internal_key bytea NOT NULL,
    status text DEFAULT 'scheduled'::text NOT NULL,
    sold_tickets bigint DEFAULT '0'::bigint NOT NULL,
    seal_root bytea,
    sealed_at timestamp with time zone,
    sealed_at_height integer,
    closing_block_hash bytea,
    winning_ticket bigint,
    settled_at timestamp with time zone,
    round_terms text,
    seal_mark text,
    hashes bigint,
    CONSTRAINT rounds_hashes_check CHECK (((num_nonnulls(hashes, hashes_per_digit) = 1) AND (hashes > 0))),
    CONSTRAINT rounds_heights_in_order_check CHECK (((opens_at_height < sales_end_height) AND (sales_end_height < closing_height))),
    CONSTRAINT rounds_house_fee_percent_check CHECK (((house_fee_percent >= 0) AND (house_fee_percent <= 10))),
    CONSTRAINT rounds_jackpot_check CHECK ((jackpot_sats = (((ticket_supply * base_ticket_price_sats) * (100 - house_fee_percent)) / 100))),
    CONSTRAINT rounds_round_number_check CHECK ((round_number > 0)),
    CONSTRAINT rounds_settled_is_complete_check CHECK (((status <> 'settled'::text) OR ((winning_ticket IS NOT NULL) AND (closing_block_hash IS NOT NULL) AND (seal_root IS NOT NULL)))),
    CONSTRAINT rounds_sold_tickets_check CHECK (((sold_tickets >= 0) AND (sold_tickets <= ticket_supply))),
    CONSTRAINT rounds_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'open'::text, 'unbacked'::text, 'closed'::text, 'sealed'::text, 'drawing'::text, 'settled'::text, 'void'::text, 'halted'::text]))),
    CONSTRAINT rounds_ticket_digits_check CHECK (((ticket_digits >= 1) AND (ticket_digits <= 9))),
    CONSTRAINT rounds_ticket_supply_check CHECK ((ticket_supply = (((10)::double precision ^ (ticket_digits)::double precision))::bigint)),
    CONSTRAINT rounds_winning_ticket_check CHECK (((winning_ticket >= 0) AND (winning_ticket <= (ticket_supply - 1))))
);
CREATE TABLE public.sightings (
    id uuid NOT NULL,
    txid bytea NOT NULL,
    vout bigint NOT NULL,
    amount_sats bigint NOT NULL,
    deposit_address_id uuid NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.site_transfers (
    partner_site_id uuid NOT NULL,
    from_user_id uuid NOT NULL,
    to_user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.slip_ranges (
    round_number integer NOT NULL,
    after bigint NOT NULL,
    first bigint,
    ticket_supply bigint NOT NULL,
    slip_id uuid,
    payment_id uuid,
    CONSTRAINT slip_ranges_paid_for_check CHECK (((slip_id IS NULL) = (payment_id IS NULL))),
    CONSTRAINT slip_ranges_range_or_sentinel_check CHECK ((((first IS NULL) AND (after = 0) AND (slip_id IS NULL)) OR ((first >= 0) AND (after > first) AND (slip_id IS NOT NULL)))),
    CONSTRAINT slip_ranges_within_supply_check CHECK ((after <= ticket_supply))
);
CREATE TABLE public.swertres_configurations (
    version integer NOT NULL,
    slots text NOT NULL,
    multiple integer NOT NULL,
    least_stake bigint NOT NULL,
    most_stake bigint NOT NULL,
    most_lines smallint NOT NULL,
    most_total bigint,
    cutoff_minutes smallint NOT NULL,
    days_ahead smallint NOT NULL,
    said_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT swertres_configurations_most_total_check CHECK ((most_total >= least_stake)),
    CONSTRAINT swertres_configurations_multiple_check CHECK (((multiple >= 1) AND (multiple <= 999))),
    CONSTRAINT swertres_configurations_positive_check CHECK (((most_lines > 0) AND (cutoff_minutes > 0) AND (days_ahead > 0))),
    CONSTRAINT swertres_configurations_stakes_check CHECK (((least_stake > 0) AND (most_stake >= least_stake))),
    CONSTRAINT swertres_configurations_version_check CHECK ((version > 0))
);
CREATE TABLE public.swertres_registrations (
    id uuid NOT NULL,
    contact_sealed bytea NOT NULL,
    contact_hash bytea NOT NULL,
    said_sealed bytea NOT NULL,
    asked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.tchala_dreams (
    id uuid NOT NULL,
    folded text NOT NULL,
    ht text NOT NULL,
    fr text DEFAULT ''::text NOT NULL,
    en text DEFAULT ''::text NOT NULL,
    numbers text[] NOT NULL,
    trigrams text[] NOT NULL,
    source text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT tchala_dreams_numbers_check CHECK (((cardinality(numbers) >= 1) AND (cardinality(numbers) <= 6))),
    CONSTRAINT tchala_dreams_word_check CHECK (((ht <> ''::text) AND (folded <> ''::text)))
);
CREATE TABLE public.team_invitations (
    id uuid NOT NULL,
    partner_site_id uuid NOT NULL,
    access text NOT NULL,
    token_hash bytea NOT NULL,
    invited_by uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    email_sealed bytea NOT NULL,
    email_hash bytea NOT NULL,
    CONSTRAINT team_invitations_access_check CHECK ((access = ANY (ARRAY['read'::text, 'manage'::text])))
);
CREATE TABLE public.team_members (
    partner_site_id uuid NOT NULL,
    user_id uuid NOT NULL,
    access text NOT NULL,
    CONSTRAINT team_members_access_check CHECK ((access = ANY (ARRAY['read'::text, 'manage'::text])))
);
CREATE TABLE public.ticket_orders (
    id uuid NOT NULL,
    partner_site_id uuid NOT NULL,
    round_number integer NOT NULL,
    deposit_address_id uuid NOT NULL,
    player_public_identifier text NOT NULL,
    player_private_identifier text NOT NULL,
    base_ticket_price_sats bigint NOT NULL,
    player_ticket_price_sats bigint NOT NULL,
    min_payment_sats bigint NOT NULL,
    house_edge_percent smallint NOT NULL,
    payout_address text NOT NULL,
    receipt_secret_hash bytea NOT NULL,
    form_token_hash bytea,
    placed_by text DEFAULT 'key'::text NOT NULL,
    placed_from bytea,
    CONSTRAINT ticket_orders_placed_by_check CHECK ((placed_by = ANY (ARRAY['key'::text, 'frame'::text, 'anyone'::text])))
);
CREATE TABLE public.ticket_slips (
    id uuid NOT NULL,
    round_number integer NOT NULL,
    paid_sats bigint NOT NULL,
    ticket_count bigint NOT NULL,
    jackpot_contribution_sats bigint NOT NULL,
    first_block_height integer NOT NULL,
    first_block_hash text NOT NULL,
    status text DEFAULT 'assigned'::text NOT NULL,
    CONSTRAINT ticket_slips_status_check CHECK ((status = ANY (ARRAY['assigned'::text, 'won'::text, 'void'::text]))),
    CONSTRAINT ticket_slips_ticket_count_check CHECK ((ticket_count > 0))
);
CREATE TABLE public.user_passwords (
    id uuid NOT NULL,
    hash_sealed bytea NOT NULL,
    set_at timestamp with time zone NOT NULL
);
CREATE TABLE public.user_sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    strength text DEFAULT 'link'::text NOT NULL,
    CONSTRAINT user_sessions_strength_check CHECK ((strength = ANY (ARRAY['link'::text, 'sms'::text, 'code'::text, 'password'::text])))
);
CREATE TABLE public.users (
    id uuid NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    roles text[] DEFAULT '{}'::text[] NOT NULL,
    email_sealed bytea,
    email_hash bytea,
    phone_sealed bytea,
    phone_hash bytea,
    erased_at timestamp with time zone,
    CONSTRAINT users_email_is_found_check CHECK (((email_sealed IS NULL) = (email_hash IS NULL))),
    CONSTRAINT users_phone_is_found_check CHECK (((phone_sealed IS NULL) = (phone_hash IS NULL))),
    CONSTRAINT users_reachable_check CHECK ((((email_sealed IS NOT NULL) OR (phone_sealed IS NOT NULL)) = (erased_at IS NULL)))
);
CREATE TABLE public.wallet_destinations (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    method text NOT NULL,
    account_sealed bytea,
    account_hash bytea,
    verified_how text NOT NULL,
    verified_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT wallet_destinations_account_is_found_check CHECK (((account_sealed IS NULL) = (account_hash IS NULL))),
    CONSTRAINT wallet_destinations_method_check CHECK ((method = ANY (ARRAY['bank'::text, 'gcash'::text, 'moncash'::text, 'paypal'::text]))),
    CONSTRAINT wallet_destinations_verified_how_check CHECK ((verified_how = ANY (ARRAY['payer'::text, 'phone'::text, 'person'::text])))
);
CREATE TABLE public.wallet_drawn_origins (
    withdrawal_id uuid NOT NULL,
    origin_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT wallet_drawn_origins_amount_check CHECK (((amount_minor >= 1) AND (amount_minor <= '2100000000000000'::bigint)))
);
CREATE TABLE public.wallet_origins (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    currency text NOT NULL,
    provider text NOT NULL,
    payer_sealed bytea,
    payer_hash bytea,
    is_card boolean NOT NULL,
    has_3ds boolean NOT NULL,
    amount_minor bigint NOT NULL,
    unplayed_minor bigint NOT NULL,
    played_minor bigint DEFAULT '0'::bigint NOT NULL,
    paid_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT wallet_origins_amount_check CHECK (((amount_minor >= 1) AND (amount_minor <= '2100000000000000'::bigint))),
    CONSTRAINT wallet_origins_currency_check CHECK ((currency = ANY (ARRAY['HTG'::text, 'PHP'::text, 'USD'::text]))),
    CONSTRAINT wallet_origins_parts_check CHECK (((unplayed_minor >= 0) AND (played_minor >= 0))),
    CONSTRAINT wallet_origins_payer_is_found_check CHECK (((payer_sealed IS NULL) = (payer_hash IS NULL))),
    CONSTRAINT wallet_origins_whole_check CHECK (((unplayed_minor + played_minor) <= amount_minor))
);
CREATE TABLE public.wallet_quotes (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    rate_id uuid NOT NULL,
    sold text NOT NULL,
    sold_minor bigint NOT NULL,
    bought text NOT NULL,
    bought_minor bigint NOT NULL,
    rate numeric(12,6) NOT NULL,
    quoted_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT wallet_quotes_amounts_check CHECK (((sold_minor > 0) AND (bought_minor > 0))),
    CONSTRAINT wallet_quotes_time_check CHECK ((expires_at > quoted_at)),
    CONSTRAINT wallet_quotes_used_in_time_check CHECK (((used_at >= quoted_at) AND (used_at <= expires_at)))
);
CREATE TABLE public.wallet_rates (
    id uuid NOT NULL,
    sold text NOT NULL,
    bought text NOT NULL,
    rate numeric(12,6) NOT NULL,
    said_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT wallet_rates_rate_check CHECK ((rate > (0)::numeric)),
    CONSTRAINT wallet_rates_two_currencies_check CHECK ((sold <> bought))
);
CREATE TABLE public.wallet_topups (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    state text DEFAULT 'begun'::text NOT NULL,
    begun_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT wallet_topups_amount_check CHECK (((amount_minor >= 1) AND (amount_minor <= '2100000000000000'::bigint))),
    CONSTRAINT wallet_topups_currency_check CHECK ((currency = ANY (ARRAY['HTG'::text, 'PHP'::text, 'USD'::text]))),
    CONSTRAINT wallet_topups_ended_check CHECK (((state = 'begun'::text) = (ended_at IS NULL))),
    CONSTRAINT wallet_topups_state_check CHECK ((state = ANY (ARRAY['begun'::text, 'ended'::text, 'paid'::text])))
);
CREATE TABLE public.wallet_withdrawals (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    method text NOT NULL,
    destination_id uuid NOT NULL,
    reference text NOT NULL,
    state text DEFAULT 'held'::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    paid_from text DEFAULT ''::text NOT NULL,
    provider_id text DEFAULT ''::text NOT NULL,
    fee_minor bigint DEFAULT '0'::bigint NOT NULL,
    asked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    sent_at timestamp with time zone,
    next_ask_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT wallet_withdrawals_amount_check CHECK (((amount_minor >= 1) AND (amount_minor <= '2100000000000000'::bigint))),
    CONSTRAINT wallet_withdrawals_currency_check CHECK ((currency = ANY (ARRAY['HTG'::text, 'PHP'::text, 'USD'::text]))),
    CONSTRAINT wallet_withdrawals_ended_check CHECK (((state = ANY (ARRAY['paid'::text, 'refused'::text, 'returned'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT wallet_withdrawals_fee_check CHECK ((fee_minor >= 0)),
    CONSTRAINT wallet_withdrawals_method_check CHECK ((method = ANY (ARRAY['bank'::text, 'gcash'::text, 'moncash'::text, 'paypal'::text]))),
    CONSTRAINT wallet_withdrawals_state_check CHECK ((state = ANY (ARRAY['approved'::text, 'held'::text, 'paid'::text, 'refused'::text, 'returned'::text, 'sending'::text, 'sent'::text, 'unknown'::text])))
);
CREATE TABLE public.webhook_attempts (
    id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    duration_ms integer NOT NULL,
    status integer,
    error text DEFAULT ''::text NOT NULL,
    answer text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.webhook_deliveries (
    id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    not_before timestamp with time zone NOT NULL,
    lease uuid,
    leased_until timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT webhook_deliveries_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
);
CREATE TABLE public.webhook_endpoints (
    id uuid NOT NULL,
    partner_site_id uuid NOT NULL,
    url text NOT NULL,
    event_types text[] NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    disabled_because text DEFAULT ''::text NOT NULL,
    disabled_at timestamp with time zone,
    secret_generation integer DEFAULT 1 NOT NULL,
    previous_valid_until timestamp with time zone,
    cursor_seq bigint NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    rests_until timestamp with time zone,
    last_attempt_at timestamp with time zone,
    last_duration_ms integer DEFAULT 0 NOT NULL,
    CONSTRAINT webhook_endpoints_disabled_because_check CHECK ((disabled_because = ANY (ARRAY[''::text, 'by_hand'::text, 'gone'::text, 'failing'::text]))),
    CONSTRAINT webhook_endpoints_event_types_check CHECK ((cardinality(event_types) > 0)),
    CONSTRAINT webhook_endpoints_secret_generation_check CHECK ((secret_generation >= 1)),
    CONSTRAINT webhook_endpoints_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text, 'removed'::text])))
);
ALTER TABLE ONLY public.alarms
    ADD CONSTRAINT alarms_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_secret_hash_key UNIQUE (secret_hash);
ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT audit_entries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_entry_id_key UNIQUE (entry_id);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_hash_key UNIQUE (hash);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.awaited_results
    ADD CONSTRAINT awaited_results_game_subject_key UNIQUE (game, subject);
ALTER TABLE ONLY public.awaited_results
    ADD CONSTRAINT awaited_results_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.bet_capacities
    ADD CONSTRAINT bet_capacities_pkey PRIMARY KEY (currency);
ALTER TABLE ONLY public.bet_draws
    ADD CONSTRAINT bet_draws_game_day_slot_key UNIQUE (game, day, slot);
ALTER TABLE ONLY public.bet_draws
    ADD CONSTRAINT bet_draws_game_name_key UNIQUE (game, name);
ALTER TABLE ONLY public.bet_draws
    ADD CONSTRAINT bet_draws_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.bet_entries
    ADD CONSTRAINT bet_entries_draw_id_number_key UNIQUE (draw_id, number);
ALTER TABLE ONLY public.bet_entries
    ADD CONSTRAINT bet_entries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.bet_entries
    ADD CONSTRAINT bet_entries_ticket_id_draw_id_key UNIQUE (ticket_id, draw_id);
ALTER TABLE ONLY public.bet_exposures
    ADD CONSTRAINT bet_exposures_pkey PRIMARY KEY (draw_id, mark);
ALTER TABLE ONLY public.bet_lines
    ADD CONSTRAINT bet_lines_pkey PRIMARY KEY (ticket_id, place);
ALTER TABLE ONLY public.bet_results
    ADD CONSTRAINT bet_results_pkey PRIMARY KEY (draw_id, version);
ALTER TABLE ONLY public.bet_settlements
    ADD CONSTRAINT bet_settlements_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.bet_tickets
    ADD CONSTRAINT bet_tickets_code_key UNIQUE (code);
ALTER TABLE ONLY public.bet_tickets
    ADD CONSTRAINT bet_tickets_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.bet_winnings
    ADD CONSTRAINT bet_winnings_pkey PRIMARY KEY (settlement_id, ticket_id, place);
ALTER TABLE ONLY public.borlette_configurations
    ADD CONSTRAINT borlette_configurations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.chain_blocks
    ADD CONSTRAINT chain_blocks_hash_key UNIQUE (hash);
ALTER TABLE ONLY public.chain_blocks
    ADD CONSTRAINT chain_blocks_pkey PRIMARY KEY (height);
ALTER TABLE ONLY public.chain_cursor
    ADD CONSTRAINT chain_cursor_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.coin_spends
    ADD CONSTRAINT coin_spends_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.coins
    ADD CONSTRAINT coins_payment_id_key UNIQUE (payment_id);
ALTER TABLE ONLY public.coins
    ADD CONSTRAINT coins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.content_texts
    ADD CONSTRAINT content_texts_page_key UNIQUE (page);
ALTER TABLE ONLY public.content_texts
    ADD CONSTRAINT content_texts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.content_versions
    ADD CONSTRAINT content_versions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.content_versions
    ADD CONSTRAINT content_versions_text_id_number_key UNIQUE (text_id, number);
ALTER TABLE ONLY public.deposit_addresses
    ADD CONSTRAINT deposit_addresses_address_key UNIQUE (address);
ALTER TABLE ONLY public.deposit_addresses
    ADD CONSTRAINT deposit_addresses_internal_key_commitment_key UNIQUE (internal_key, commitment);
ALTER TABLE ONLY public.deposit_addresses
    ADD CONSTRAINT deposit_addresses_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.deposit_addresses
    ADD CONSTRAINT deposit_addresses_script_pubkey_key UNIQUE (script_pubkey);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.draw_states
    ADD CONSTRAINT draw_states_pkey PRIMARY KEY (draw_id, number);
ALTER TABLE ONLY public.draws
    ADD CONSTRAINT draws_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.email_changes
    ADD CONSTRAINT email_changes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.email_changes
    ADD CONSTRAINT email_changes_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.email_magic_links
    ADD CONSTRAINT email_magic_links_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.email_magic_links
    ADD CONSTRAINT email_magic_links_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_seq_key UNIQUE (seq);
ALTER TABLE ONLY public.gateway_differences
    ADD CONSTRAINT gateway_differences_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.gateway_disputes
    ADD CONSTRAINT gateway_disputes_payment_id_provider_id_key UNIQUE (payment_id, provider_id);
ALTER TABLE ONLY public.gateway_disputes
    ADD CONSTRAINT gateway_disputes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.gateway_notices
    ADD CONSTRAINT gateway_notices_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.gateway_notices
    ADD CONSTRAINT gateway_notices_provider_event_id_key UNIQUE (provider, event_id);
ALTER TABLE ONLY public.gateway_payments
    ADD CONSTRAINT gateway_payments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.gateway_payments
    ADD CONSTRAINT gateway_payments_purchase_kind_purchase_id_key UNIQUE (purchase_kind, purchase_id);
ALTER TABLE ONLY public.gateway_reconciliations
    ADD CONSTRAINT gateway_reconciliations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.gateway_refunds
    ADD CONSTRAINT gateway_refunds_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_owner_kind_owner_key_key UNIQUE (owner_kind, owner, key);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_id_currency_key UNIQUE (id, currency);
ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_kind_owner_currency_key UNIQUE (kind, owner, currency);
ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_holds
    ADD CONSTRAINT ledger_holds_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_holds
    ADD CONSTRAINT ledger_holds_source_source_id_key UNIQUE (source, source_id);
ALTER TABLE ONLY public.ledger_transfers
    ADD CONSTRAINT ledger_transfers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_transfers
    ADD CONSTRAINT ledger_transfers_source_source_id_kind_line_key UNIQUE (source, source_id, kind, line);
ALTER TABLE ONLY public.letter_answers
    ADD CONSTRAINT letter_answers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_number_key UNIQUE (number);
ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.log_anchors
    ADD CONSTRAINT log_anchors_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.log_checkpoints
    ADD CONSTRAINT log_checkpoints_pkey PRIMARY KEY (size);
ALTER TABLE ONLY public.log_cosignatures
    ADD CONSTRAINT log_cosignatures_pkey PRIMARY KEY (size, witness);
ALTER TABLE ONLY public.log_disagreements
    ADD CONSTRAINT log_disagreements_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.log_entries
    ADD CONSTRAINT log_entries_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.log_heads
    ADD CONSTRAINT log_heads_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.log_leaves
    ADD CONSTRAINT log_leaves_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.log_receipts
    ADD CONSTRAINT log_receipts_pkey PRIMARY KEY (subject, leaf);
ALTER TABLE ONLY public.log_tiles
    ADD CONSTRAINT log_tiles_pkey PRIMARY KEY (level, "position");
ALTER TABLE ONLY public.log_witnesses
    ADD CONSTRAINT log_witnesses_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.login_codes
    ADD CONSTRAINT login_codes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.logins
    ADD CONSTRAINT logins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.luckotto_combinations
    ADD CONSTRAINT luckotto_combinations_pkey PRIMARY KEY (round_number, combination);
ALTER TABLE ONLY public.luckotto_orders
    ADD CONSTRAINT luckotto_orders_deposit_address_id_key UNIQUE (deposit_address_id);
ALTER TABLE ONLY public.luckotto_orders
    ADD CONSTRAINT luckotto_orders_form_token_hash_key UNIQUE (form_token_hash);
ALTER TABLE ONLY public.luckotto_orders
    ADD CONSTRAINT luckotto_orders_id_round_number_key UNIQUE (id, round_number);
ALTER TABLE ONLY public.luckotto_orders
    ADD CONSTRAINT luckotto_orders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.luckotto_payments
    ADD CONSTRAINT luckotto_payments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.luckotto_rounds
    ADD CONSTRAINT luckotto_rounds_closing_height_key UNIQUE (closing_height);
ALTER TABLE ONLY public.luckotto_rounds
    ADD CONSTRAINT luckotto_rounds_opens_at_height_key UNIQUE (opens_at_height);
ALTER TABLE ONLY public.luckotto_rounds
    ADD CONSTRAINT luckotto_rounds_pkey PRIMARY KEY (round_number);
ALTER TABLE ONLY public.luckotto_rounds
    ADD CONSTRAINT luckotto_rounds_round_number_pool_size_key UNIQUE (round_number, pool_size);
ALTER TABLE ONLY public.luckotto_rounds
    ADD CONSTRAINT luckotto_rounds_sales_end_height_key UNIQUE (sales_end_height);
ALTER TABLE ONLY public.luckotto_tickets
    ADD CONSTRAINT luckotto_tickets_payment_id_key UNIQUE (payment_id);
ALTER TABLE ONLY public.luckotto_tickets
    ADD CONSTRAINT luckotto_tickets_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.luckotto_wins
    ADD CONSTRAINT luckotto_wins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.luckotto_wins
    ADD CONSTRAINT luckotto_wins_round_number_key UNIQUE (round_number);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notice_choices
    ADD CONSTRAINT notice_choices_pkey PRIMARY KEY (user_id, kind, place);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.obligations
    ADD CONSTRAINT obligations_kind_source_source_id_key UNIQUE (kind, source, source_id);
ALTER TABLE ONLY public.obligations
    ADD CONSTRAINT obligations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operator_refresh_tokens
    ADD CONSTRAINT operator_refresh_tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operator_refresh_tokens
    ADD CONSTRAINT operator_refresh_tokens_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.operator_sessions
    ADD CONSTRAINT operator_sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operator_sessions
    ADD CONSTRAINT operator_sessions_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.operator_switches
    ADD CONSTRAINT operator_switches_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_name_key UNIQUE (name);
ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.order_payments
    ADD CONSTRAINT order_payments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_sites
    ADD CONSTRAINT partner_sites_name_key UNIQUE (name);
ALTER TABLE ONLY public.partner_sites
    ADD CONSTRAINT partner_sites_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_wins
    ADD CONSTRAINT partner_wins_partner_site_id_round_number_slip_id_key UNIQUE (partner_site_id, round_number, slip_id);
ALTER TABLE ONLY public.partner_wins
    ADD CONSTRAINT partner_wins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_wins
    ADD CONSTRAINT partner_wins_round_number_key UNIQUE (round_number);
ALTER TABLE ONLY public.passed_on_notes
    ADD CONSTRAINT passed_on_notes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payout_confirmations
    ADD CONSTRAINT payout_confirmations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payout_inputs
    ADD CONSTRAINT payout_inputs_pkey PRIMARY KEY (payout_id, "position");
ALTER TABLE ONLY public.payout_outputs
    ADD CONSTRAINT payout_outputs_pkey PRIMARY KEY (payout_id, vout);
ALTER TABLE ONLY public.payouts
    ADD CONSTRAINT payouts_id_live_key UNIQUE (id, live);
ALTER TABLE ONLY public.payouts
    ADD CONSTRAINT payouts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payouts
    ADD CONSTRAINT payouts_txid_key UNIQUE (txid);
ALTER TABLE ONLY public.player_blocks
    ADD CONSTRAINT player_blocks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.player_exclusions
    ADD CONSTRAINT player_exclusions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.player_files
    ADD CONSTRAINT player_files_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.player_limits
    ADD CONSTRAINT player_limits_pkey PRIMARY KEY (user_id, currency, kind, period);
ALTER TABLE ONLY public.player_marks
    ADD CONSTRAINT player_marks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.player_marks
    ADD CONSTRAINT player_marks_user_id_mark_hash_key UNIQUE (user_id, mark_hash);
ALTER TABLE ONLY public.player_profiles
    ADD CONSTRAINT player_profiles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.player_rulings
    ADD CONSTRAINT player_rulings_pkey PRIMARY KEY (user_id, other_id);
ALTER TABLE ONLY public.player_timeouts
    ADD CONSTRAINT player_timeouts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.player_verifications
    ADD CONSTRAINT player_verifications_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.players
    ADD CONSTRAINT players_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.reality_checks
    ADD CONSTRAINT reality_checks_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.reserve_addresses
    ADD CONSTRAINT reserve_addresses_address_key UNIQUE (address);
ALTER TABLE ONLY public.reserve_addresses
    ADD CONSTRAINT reserve_addresses_pkey PRIMARY KEY (key_index);
ALTER TABLE ONLY public.reserve_addresses
    ADD CONSTRAINT reserve_addresses_script_pubkey_key UNIQUE (script_pubkey);
ALTER TABLE ONLY public.result_asks
    ADD CONSTRAINT result_asks_pkey PRIMARY KEY (source);
ALTER TABLE ONLY public.result_confirmings
    ADD CONSTRAINT result_confirmings_approval_id_key UNIQUE (approval_id);
ALTER TABLE ONLY public.result_confirmings
    ADD CONSTRAINT result_confirmings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.result_observations
    ADD CONSTRAINT result_observations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.result_outcomes
    ADD CONSTRAINT result_outcomes_pkey PRIMARY KEY (awaited_id, version);
ALTER TABLE ONLY public.result_papers
    ADD CONSTRAINT result_papers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.result_source_changes
    ADD CONSTRAINT result_source_changes_approval_id_key UNIQUE (approval_id);
ALTER TABLE ONLY public.result_source_changes
    ADD CONSTRAINT result_source_changes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rounds
    ADD CONSTRAINT rounds_closing_height_key UNIQUE (closing_height);
ALTER TABLE ONLY public.rounds
    ADD CONSTRAINT rounds_opens_at_height_key UNIQUE (opens_at_height);
ALTER TABLE ONLY public.rounds
    ADD CONSTRAINT rounds_pkey PRIMARY KEY (round_number);
ALTER TABLE ONLY public.rounds
    ADD CONSTRAINT rounds_round_number_ticket_supply_key UNIQUE (round_number, ticket_supply);
ALTER TABLE ONLY public.rounds
    ADD CONSTRAINT rounds_sales_end_height_key UNIQUE (sales_end_height);
ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT sightings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT sightings_txid_vout_key UNIQUE (txid, vout);
ALTER TABLE ONLY public.site_transfers
    ADD CONSTRAINT site_transfers_pkey PRIMARY KEY (partner_site_id);
ALTER TABLE ONLY public.site_transfers
    ADD CONSTRAINT site_transfers_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.slip_ranges
    ADD CONSTRAINT slip_ranges_payment_id_key UNIQUE (payment_id);
ALTER TABLE ONLY public.slip_ranges
    ADD CONSTRAINT slip_ranges_pkey PRIMARY KEY (round_number, after);
ALTER TABLE ONLY public.slip_ranges
    ADD CONSTRAINT slip_ranges_round_number_first_key UNIQUE (round_number, first);
ALTER TABLE ONLY public.swertres_configurations
    ADD CONSTRAINT swertres_configurations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.swertres_registrations
    ADD CONSTRAINT swertres_registrations_contact_hash_key UNIQUE (contact_hash);
ALTER TABLE ONLY public.swertres_registrations
    ADD CONSTRAINT swertres_registrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tchala_dreams
    ADD CONSTRAINT tchala_dreams_folded_key UNIQUE (folded);
ALTER TABLE ONLY public.tchala_dreams
    ADD CONSTRAINT tchala_dreams_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.team_invitations
    ADD CONSTRAINT team_invitations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.team_invitations
    ADD CONSTRAINT team_invitations_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_pkey PRIMARY KEY (partner_site_id, user_id);
ALTER TABLE ONLY public.ticket_orders
    ADD CONSTRAINT ticket_orders_deposit_address_id_key UNIQUE (deposit_address_id);
ALTER TABLE ONLY public.ticket_orders
    ADD CONSTRAINT ticket_orders_form_token_hash_key UNIQUE (form_token_hash);
ALTER TABLE ONLY public.ticket_orders
    ADD CONSTRAINT ticket_orders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket_orders
    ADD CONSTRAINT ticket_orders_receipt_secret_hash_key UNIQUE (receipt_secret_hash);
ALTER TABLE ONLY public.ticket_slips
    ADD CONSTRAINT ticket_slips_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_passwords
    ADD CONSTRAINT user_passwords_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_hash_key UNIQUE (email_hash);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_phone_hash_key UNIQUE (phone_hash);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wallet_destinations
    ADD CONSTRAINT wallet_destinations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wallet_destinations
    ADD CONSTRAINT wallet_destinations_user_id_method_account_hash_key UNIQUE (user_id, method, account_hash);
ALTER TABLE ONLY public.wallet_drawn_origins
    ADD CONSTRAINT wallet_drawn_origins_pkey PRIMARY KEY (withdrawal_id, origin_id);
ALTER TABLE ONLY public.wallet_origins
    ADD CONSTRAINT wallet_origins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wallet_quotes
    ADD CONSTRAINT wallet_quotes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wallet_rates
    ADD CONSTRAINT wallet_rates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wallet_topups
    ADD CONSTRAINT wallet_topups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wallet_withdrawals
    ADD CONSTRAINT wallet_withdrawals_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wallet_withdrawals
    ADD CONSTRAINT wallet_withdrawals_reference_key UNIQUE (reference);
ALTER TABLE ONLY public.webhook_attempts
    ADD CONSTRAINT webhook_attempts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_endpoint_id_event_id_key UNIQUE (endpoint_id, event_id);
ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX alarms_open_idx ON public.alarms USING btree (code, subject) WHERE (closed_at IS NULL);
CREATE INDEX api_keys_partner_site_id_idx ON public.api_keys USING btree (partner_site_id);
CREATE UNIQUE INDEX approvals_open_key ON public.approvals USING btree (kind, subject) WHERE (state = 'open'::text);
CREATE INDEX audit_entries_actor_idx ON public.audit_entries USING btree (actor, id);
CREATE INDEX audit_entries_subject_idx ON public.audit_entries USING btree (subject, id);
CREATE INDEX awaited_results_drawn_at_idx ON public.awaited_results USING btree (drawn_at);
CREATE INDEX awaited_results_due_idx ON public.awaited_results USING btree (next_look_at) WHERE (next_look_at IS NOT NULL);
CREATE INDEX bet_draws_state_idx ON public.bet_draws USING btree (game, state, draws_at);
CREATE INDEX bet_entries_refunded_idx ON public.bet_entries USING btree (refunded_at) WHERE (refunded_at IS NOT NULL);
CREATE INDEX bet_lines_draw_idx ON public.bet_lines USING btree (draw_id, ticket_id, place);
CREATE INDEX bet_results_due_idx ON public.bet_results USING btree (draw_id, version) WHERE (done_at IS NULL);
CREATE UNIQUE INDEX bet_settlements_live_key ON public.bet_settlements USING btree (draw_id) WHERE (reversed_at IS NULL);
CREATE INDEX bet_tickets_due_idx ON public.bet_tickets USING btree (reserved_until) WHERE (state = 'reserved'::text);
CREATE UNIQUE INDEX bet_tickets_reserved_key ON public.bet_tickets USING btree (user_id) WHERE (state = 'reserved'::text);
CREATE INDEX bet_tickets_user_idx ON public.bet_tickets USING btree (user_id, id) INCLUDE (currency, made_at, state, total_minor, back_minor);
CREATE INDEX bet_winnings_line_idx ON public.bet_winnings USING btree (ticket_id, place);
CREATE INDEX bet_winnings_unpaid_idx ON public.bet_winnings USING btree (settlement_id, user_id) WHERE (paid_at IS NULL);
CREATE INDEX bet_winnings_user_idx ON public.bet_winnings USING btree (user_id);
CREATE INDEX coin_spends_block_idx ON public.coin_spends USING btree (block_height);
CREATE UNIQUE INDEX coin_spends_live_idx ON public.coin_spends USING btree (coin_id) WHERE (orphaned_at IS NULL);
CREATE INDEX coin_spends_unexplained_idx ON public.coin_spends USING btree (id) WHERE ((NOT planned) AND (orphaned_at IS NULL) AND (explained_at IS NULL));
CREATE INDEX coins_block_idx ON public.coins USING btree (block_height);
CREATE INDEX coins_deposit_idx ON public.coins USING btree (deposit_address_id);
CREATE UNIQUE INDEX coins_live_outpoint_idx ON public.coins USING btree (txid, vout) WHERE (orphaned_at IS NULL);
CREATE INDEX coins_orphaned_idx ON public.coins USING btree (txid) WHERE (orphaned_at IS NOT NULL);
CREATE INDEX coins_rewards_idx ON public.coins USING btree (block_height) WHERE ((tx_index = 0) AND (orphaned_at IS NULL));
CREATE INDEX coins_written_idx ON public.coins USING btree (reverse("right"(encode(txid, 'hex'::text), 8)));
CREATE INDEX content_texts_kind_idx ON public.content_texts USING btree (kind, place);
CREATE INDEX deposit_addresses_commitment_idx ON public.deposit_addresses USING btree (commitment);
CREATE INDEX deposit_addresses_ends_idx ON public.deposit_addresses USING btree (reverse("right"(address, 8)));
CREATE INDEX devices_user_id_idx ON public.devices USING btree (user_id);
CREATE UNIQUE INDEX draws_current_idx ON public.draws USING btree (game, subject) WHERE (state <> 'void'::text);
CREATE INDEX email_changes_session_id_idx ON public.email_changes USING btree (session_id);
CREATE INDEX email_changes_user_id_idx ON public.email_changes USING btree (user_id);
CREATE INDEX email_magic_links_email_hash_idx ON public.email_magic_links USING btree (email_hash);
CREATE INDEX events_site_idx ON public.events USING btree (partner_site_id, seq);
CREATE INDEX events_subject_idx ON public.events USING btree (subject, seq);
CREATE UNIQUE INDEX gateway_differences_open_key ON public.gateway_differences USING btree (provider, kind, reference) WHERE (resolved_at IS NULL);
CREATE INDEX gateway_differences_payment_id_idx ON public.gateway_differences USING btree (payment_id);
CREATE INDEX gateway_differences_reconciliation_id_idx ON public.gateway_differences USING btree (reconciliation_id);
CREATE INDEX gateway_disputes_provider_id_idx ON public.gateway_disputes USING btree (provider_id) WHERE (provider_id <> ''::text);
CREATE INDEX gateway_notices_due_idx ON public.gateway_notices USING btree (id) WHERE (is_signed AND (understood_at IS NULL));
CREATE INDEX gateway_notices_payment_id_idx ON public.gateway_notices USING btree (payment_id, id) WHERE (payment_id IS NOT NULL);
CREATE INDEX gateway_notices_strangers_idx ON public.gateway_notices USING btree (provider, id) WHERE (NOT is_signed);
CREATE INDEX gateway_payments_charge_id_idx ON public.gateway_payments USING btree (charge_id) WHERE (charge_id <> ''::text);
CREATE INDEX gateway_payments_due_idx ON public.gateway_payments USING btree (next_ask_at) WHERE (next_ask_at IS NOT NULL);
CREATE UNIQUE INDEX gateway_payments_provider_id_key ON public.gateway_payments USING btree (provider, provider_id) WHERE (provider_id <> ''::text);
CREATE INDEX gateway_payments_user_id_idx ON public.gateway_payments USING btree (user_id, id);
CREATE INDEX gateway_reconciliations_provider_idx ON public.gateway_reconciliations USING btree (provider);
CREATE INDEX gateway_refunds_due_idx ON public.gateway_refunds USING btree (next_ask_at) WHERE (next_ask_at IS NOT NULL);
CREATE INDEX gateway_refunds_payment_id_idx ON public.gateway_refunds USING btree (payment_id);
CREATE INDEX gateway_refunds_provider_id_idx ON public.gateway_refunds USING btree (provider_id) WHERE (provider_id <> ''::text);
CREATE INDEX gateway_refunds_to_decide_idx ON public.gateway_refunds USING btree (id) WHERE (is_unasked AND (borne_by = ''::text));
CREATE INDEX idempotency_keys_created_at_idx ON public.idempotency_keys USING btree (created_at);
CREATE INDEX ledger_transfers_credit_idx ON public.ledger_transfers USING btree (credit_account_id, id);
CREATE INDEX ledger_transfers_debit_idx ON public.ledger_transfers USING btree (debit_account_id, id);
CREATE INDEX letter_answers_letter_id_idx ON public.letter_answers USING btree (letter_id);
CREATE INDEX letters_email_hash_idx ON public.letters USING btree (email_hash);
CREATE INDEX letters_ended_at_idx ON public.letters USING btree (ended_at);
CREATE INDEX letters_open_idx ON public.letters USING btree (written_at) WHERE (state = 'open'::text);
CREATE INDEX letters_user_id_idx ON public.letters USING btree (user_id);
CREATE INDEX log_anchors_block_idx ON public.log_anchors USING btree (block_hash);
CREATE UNIQUE INDEX log_anchors_live_idx ON public.log_anchors USING btree (txid) WHERE (orphaned_at IS NULL);
CREATE INDEX log_anchors_size_idx ON public.log_anchors USING btree (size);
CREATE INDEX log_cosignatures_time_idx ON public.log_cosignatures USING btree (witness, cosigned_at);
CREATE UNIQUE INDEX log_disagreements_brought_idx ON public.log_disagreements USING btree (digest) WHERE (witness IS NULL);
CREATE UNIQUE INDEX log_disagreements_digest_idx ON public.log_disagreements USING btree (witness, digest);
CREATE INDEX log_disagreements_seen_idx ON public.log_disagreements USING btree (witness, kind, seen_at);
CREATE INDEX log_entries_hash_idx ON public.log_entries USING btree (hash);
CREATE INDEX log_entries_subject_idx ON public.log_entries USING btree (subject, kind) WHERE (kind <> 'ledger'::text);
CREATE INDEX log_witnesses_offered_idx ON public.log_witnesses USING btree (offered_by) WHERE (offered_by IS NOT NULL);
CREATE INDEX login_codes_contact_hash_id_idx ON public.login_codes USING btree (contact_hash, id);
CREATE INDEX login_codes_for_user_id_idx ON public.login_codes USING btree (for_user_id);
CREATE INDEX logins_user_id_id_idx ON public.logins USING btree (user_id, id);
CREATE INDEX luckotto_orders_named_idx ON public.luckotto_orders USING btree (lower(player_identifier) text_pattern_ops, id);
CREATE INDEX luckotto_orders_placed_from_idx ON public.luckotto_orders USING btree (id) WHERE (placed_from IS NOT NULL);
CREATE INDEX luckotto_orders_player_idx ON public.luckotto_orders USING btree (partner_site_id, player_identifier, id);
CREATE INDEX luckotto_orders_round_idx ON public.luckotto_orders USING btree (round_number, id);
CREATE INDEX luckotto_orders_site_idx ON public.luckotto_orders USING btree (partner_site_id, id);
CREATE UNIQUE INDEX luckotto_payments_live_idx ON public.luckotto_payments USING btree (order_id, txid, vout) WHERE (orphaned_at IS NULL);
CREATE INDEX luckotto_payments_order_idx ON public.luckotto_payments USING btree (order_id);
CREATE INDEX luckotto_payments_refund_due_idx ON public.luckotto_payments USING btree (id) WHERE ((refundable_sats > 0) AND (refunded_at IS NULL) AND (orphaned_at IS NULL));
CREATE INDEX luckotto_payments_round_idx ON public.luckotto_payments USING btree (credited_round_number);
CREATE INDEX luckotto_payments_status_idx ON public.luckotto_payments USING btree (status);
CREATE INDEX luckotto_rounds_closing_ends_idx ON public.luckotto_rounds USING btree (reverse("right"(encode(closing_block_hash, 'hex'::text), 8)));
CREATE INDEX luckotto_rounds_closing_idx ON public.luckotto_rounds USING btree (closing_block_hash);
CREATE INDEX luckotto_rounds_commitment_idx ON public.luckotto_rounds USING btree (sha256(('\x54d4c0978c0504bf715ff128bdd062e40ae1de26a3d9bbbcc0b71955a4e6691254d4c0978c0504bf715ff128bdd062e40ae1de26a3d9bbbcc0b71955a4e66912'::bytea || (replace(round_terms, '\'::text, '\\'::text))::bytea)));
CREATE INDEX luckotto_rounds_seal_idx ON public.luckotto_rounds USING btree (seal_root);
CREATE INDEX luckotto_rounds_status_idx ON public.luckotto_rounds USING btree (status);
CREATE UNIQUE INDEX luckotto_tickets_sequence_idx ON public.luckotto_tickets USING btree (round_number, sequence) INCLUDE (numbers);
CREATE INDEX luckotto_wins_partner_site_id_idx ON public.luckotto_wins USING btree (partner_site_id);
CREATE INDEX luckotto_wins_ticket_id_idx ON public.luckotto_wins USING btree (ticket_id);
CREATE INDEX messages_due_idx ON public.messages USING btree (not_before) WHERE (state = 'due'::text);
CREATE UNIQUE INDEX messages_provider_id_key ON public.messages USING btree (channel, provider_id);
CREATE UNIQUE INDEX notices_once_key ON public.notices USING btree (user_id, kind, once) WHERE (once IS NOT NULL);
CREATE INDEX notices_unread_idx ON public.notices USING btree (user_id) WHERE (in_app AND (read_at IS NULL));
CREATE INDEX notices_user_id_id_idx ON public.notices USING btree (user_id, id) WHERE in_app;
CREATE INDEX operator_refresh_tokens_session_id_idx ON public.operator_refresh_tokens USING btree (session_id);
CREATE INDEX operator_sessions_operator_id_idx ON public.operator_sessions USING btree (operator_id);
CREATE INDEX operators_user_id_idx ON public.operators USING btree (user_id);
CREATE UNIQUE INDEX order_payments_live_idx ON public.order_payments USING btree (order_id, txid, vout) WHERE (orphaned_at IS NULL);
CREATE INDEX order_payments_order_idx ON public.order_payments USING btree (order_id);
CREATE INDEX order_payments_refund_due_idx ON public.order_payments USING btree (id) WHERE ((refundable_sats > 0) AND (refunded_at IS NULL) AND (orphaned_at IS NULL));
CREATE INDEX order_payments_round_idx ON public.order_payments USING btree (credited_round_number);
CREATE INDEX order_payments_status_idx ON public.order_payments USING btree (status);
CREATE INDEX order_payments_uncredited_idx ON public.order_payments USING btree (order_id) WHERE (status <> 'credited'::text);
CREATE UNIQUE INDEX partner_sites_normalized_name_idx ON public.partner_sites USING btree (translate(replace(lower(name), '-'::text, ''::text), '0134578'::text, 'oleastb'::text));
CREATE INDEX partner_sites_owner_user_id_idx ON public.partner_sites USING btree (owner_user_id);
CREATE INDEX partner_wins_slip_id_idx ON public.partner_wins USING btree (slip_id);
CREATE INDEX passed_on_notes_partner_site_id_idx ON public.passed_on_notes USING btree (partner_site_id);
CREATE INDEX payout_confirmations_block_idx ON public.payout_confirmations USING btree (block_height);
CREATE UNIQUE INDEX payout_confirmations_live_idx ON public.payout_confirmations USING btree (payout_id) WHERE (orphaned_at IS NULL);
CREATE UNIQUE INDEX payout_inputs_anchor_idx ON public.payout_inputs USING btree (payout_id) WHERE anchor;
CREATE UNIQUE INDEX payout_inputs_outpoint_idx ON public.payout_inputs USING btree (txid, vout) WHERE live;
CREATE INDEX payout_outputs_address_idx ON public.payout_outputs USING btree (address);
CREATE INDEX payout_outputs_ends_idx ON public.payout_outputs USING btree (reverse("right"(address, 8)));
CREATE UNIQUE INDEX payout_outputs_log_idx ON public.payout_outputs USING btree (payout_id, kind) WHERE (kind = ANY (ARRAY['root'::text, 'line'::text]));
CREATE UNIQUE INDEX payout_outputs_obligation_idx ON public.payout_outputs USING btree (obligation_id) WHERE live;
CREATE INDEX payout_outputs_site_idx ON public.payout_outputs USING btree (partner_site_id, payout_id);
CREATE UNIQUE INDEX payouts_live_root_idx ON public.payouts USING btree (root_id) WHERE live;
CREATE UNIQUE INDEX payouts_live_source_idx ON public.payouts USING btree (game, source_id) WHERE live;
CREATE INDEX payouts_open_idx ON public.payouts USING btree (id) WHERE (live AND (state <> 'confirmed'::text));
CREATE INDEX payouts_root_id_idx ON public.payouts USING btree (root_id);
CREATE INDEX payouts_source_idx ON public.payouts USING btree (game, source_id);
CREATE UNIQUE INDEX player_blocks_on_key ON public.player_blocks USING btree (user_id) WHERE (ended_at IS NULL);
CREATE INDEX player_blocks_user_id_idx ON public.player_blocks USING btree (user_id);
CREATE INDEX player_exclusions_user_id_idx ON public.player_exclusions USING btree (user_id);
CREATE UNIQUE INDEX player_files_picture_key ON public.player_files USING btree (user_id) WHERE (kind = 'picture'::text);
CREATE INDEX player_files_user_id_idx ON public.player_files USING btree (user_id);
CREATE INDEX player_marks_mark_hash_idx ON public.player_marks USING btree (mark_hash);
CREATE INDEX player_profiles_mark_hash_idx ON public.player_profiles USING btree (mark_hash);
CREATE INDEX player_rulings_other_id_idx ON public.player_rulings USING btree (other_id);
CREATE INDEX player_timeouts_user_id_idx ON public.player_timeouts USING btree (user_id);
CREATE INDEX player_verifications_state_idx ON public.player_verifications USING btree (state);
CREATE INDEX refresh_tokens_session_id_idx ON public.refresh_tokens USING btree (session_id);
CREATE INDEX result_confirmings_lottery_idx ON public.result_confirmings USING btree (lottery, id);
CREATE INDEX result_observations_awaited_id_idx ON public.result_observations USING btree (awaited_id);
CREATE UNIQUE INDEX result_observations_meant_key ON public.result_observations USING btree (source, awaited_id) WHERE (answered_at IS NULL);
CREATE INDEX result_outcomes_untold_idx ON public.result_outcomes USING btree (awaited_id) WHERE (told_at IS NULL);
CREATE INDEX result_papers_awaited_id_idx ON public.result_papers USING btree (awaited_id);
CREATE INDEX result_source_changes_source_idx ON public.result_source_changes USING btree (source, id);
CREATE INDEX rounds_closing_ends_idx ON public.rounds USING btree (reverse("right"(encode(closing_block_hash, 'hex'::text), 8)));
CREATE INDEX rounds_closing_idx ON public.rounds USING btree (closing_block_hash);
CREATE INDEX rounds_commitment_idx ON public.rounds USING btree (sha256(('\x54d4c0978c0504bf715ff128bdd062e40ae1de26a3d9bbbcc0b71955a4e6691254d4c0978c0504bf715ff128bdd062e40ae1de26a3d9bbbcc0b71955a4e66912'::bytea || (replace(round_terms, '\'::text, '\\'::text))::bytea)));
CREATE INDEX rounds_seal_idx ON public.rounds USING btree (seal_root);
CREATE INDEX rounds_status_idx ON public.rounds USING btree (status);
CREATE INDEX sightings_deposit_address_id_idx ON public.sightings USING btree (deposit_address_id);
CREATE INDEX slip_ranges_slip_idx ON public.slip_ranges USING btree (slip_id);
CREATE INDEX tchala_dreams_numbers_idx ON public.tchala_dreams USING gin (numbers);
CREATE INDEX tchala_dreams_trigrams_idx ON public.tchala_dreams USING gin (trigrams);
CREATE UNIQUE INDEX team_invitations_open_idx ON public.team_invitations USING btree (partner_site_id, email_hash) WHERE (accepted_at IS NULL);
CREATE INDEX team_members_user_id_idx ON public.team_members USING btree (user_id);
CREATE INDEX ticket_orders_named_idx ON public.ticket_orders USING btree (lower(player_public_identifier) text_pattern_ops, id);
CREATE INDEX ticket_orders_placed_from_idx ON public.ticket_orders USING btree (id) WHERE (placed_from IS NOT NULL);
CREATE INDEX ticket_orders_player_idx ON public.ticket_orders USING btree (partner_site_id, player_public_identifier, round_number);
CREATE INDEX ticket_orders_round_idx ON public.ticket_orders USING btree (round_number, id);
CREATE INDEX ticket_orders_site_idx ON public.ticket_orders USING btree (partner_site_id, id);
CREATE INDEX ticket_slips_round_idx ON public.ticket_slips USING btree (round_number, id);
CREATE INDEX user_sessions_user_id_idx ON public.user_sessions USING btree (user_id);
CREATE INDEX wallet_origins_user_id_idx ON public.wallet_origins USING btree (user_id);
CREATE INDEX wallet_quotes_user_id_idx ON public.wallet_quotes USING btree (user_id);
CREATE INDEX wallet_rates_pair_idx ON public.wallet_rates USING btree (sold, bought, said_at);
CREATE INDEX wallet_topups_user_idx ON public.wallet_topups USING btree (user_id, currency, begun_at);
CREATE INDEX wallet_withdrawals_open_idx ON public.wallet_withdrawals USING btree (id) WHERE (NOT (state = ANY (ARRAY['paid'::text, 'refused'::text, 'returned'::text])));
CREATE INDEX wallet_withdrawals_paid_idx ON public.wallet_withdrawals USING btree (next_ask_at) WHERE ((state = 'paid'::text) AND (next_ask_at IS NOT NULL));
CREATE INDEX wallet_withdrawals_provider_id_idx ON public.wallet_withdrawals USING btree (provider_id) WHERE (provider_id <> ''::text);
CREATE INDEX wallet_withdrawals_user_idx ON public.wallet_withdrawals USING btree (user_id, currency, id);
CREATE INDEX webhook_attempts_delivery_idx ON public.webhook_attempts USING btree (delivery_id, id);
CREATE INDEX webhook_deliveries_due_idx ON public.webhook_deliveries USING btree (endpoint_id, not_before) WHERE (state = 'pending'::text);
CREATE INDEX webhook_deliveries_finished_idx ON public.webhook_deliveries USING btree (finished_at) WHERE (state <> 'pending'::text);
CREATE INDEX webhook_deliveries_newest_idx ON public.webhook_deliveries USING btree (endpoint_id, id);
CREATE INDEX webhook_deliveries_order_idx ON public.webhook_deliveries USING btree (endpoint_id, subject, seq) WHERE (state = 'pending'::text);
CREATE INDEX webhook_endpoints_active_idx ON public.webhook_endpoints USING btree (partner_site_id) WHERE (status = 'active'::text);
CREATE INDEX webhook_endpoints_partner_site_id_idx ON public.webhook_endpoints USING btree (partner_site_id);
CREATE TRIGGER approvals_frozen BEFORE UPDATE ON public.approvals FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.kind IS DISTINCT FROM new.kind) OR (old.subject IS DISTINCT FROM new.subject) OR (old.payload IS DISTINCT FROM new.payload) OR (old.payload_sha256 IS DISTINCT FROM new.payload_sha256) OR (old.mark IS DISTINCT FROM new.mark) OR (old.why IS DISTINCT FROM new.why) OR (old.shown IS DISTINCT FROM new.shown) OR (old.proposed_by IS DISTINCT FROM new.proposed_by) OR (old.proposed_by_user IS DISTINCT FROM new.proposed_by_user) OR (old.not_before IS DISTINCT FROM new.not_before) OR (old.expires_at IS DISTINCT FROM new.expires_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER approvals_kept BEFORE DELETE ON public.approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER approvals_not_emptied BEFORE TRUNCATE ON public.approvals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER audit_seals_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_seals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER awaited_results_frozen BEFORE UPDATE ON public.awaited_results FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.game IS DISTINCT FROM new.game) OR (old.subject IS DISTINCT FROM new.subject) OR (old.lottery IS DISTINCT FROM new.lottery) OR (old.day IS DISTINCT FROM new.day) OR (old.slot IS DISTINCT FROM new.slot) OR (old.drawn_at IS DISTINCT FROM new.drawn_at) OR (old.digits IS DISTINCT FROM new.digits) OR (old.promise IS DISTINCT FROM new.promise) OR (old.final_after IS DISTINCT FROM new.final_after) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER awaited_results_kept BEFORE DELETE ON public.awaited_results FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER awaited_results_not_emptied BEFORE TRUNCATE ON public.awaited_results FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_draws_frozen BEFORE UPDATE ON public.bet_draws FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.game IS DISTINCT FROM new.game) OR (old.name IS DISTINCT FROM new.name) OR (old.day IS DISTINCT FROM new.day) OR (old.slot IS DISTINCT FROM new.slot) OR (old.currency IS DISTINCT FROM new.currency) OR (old.opens_at IS DISTINCT FROM new.opens_at) OR (old.closes_at IS DISTINCT FROM new.closes_at) OR (old.seals_at IS DISTINCT FROM new.seals_at) OR (old.draws_at IS DISTINCT FROM new.draws_at) OR (old.source IS DISTINCT FROM new.source) OR (old.lottery IS DISTINCT FROM new.lottery) OR (old.classes IS DISTINCT FROM new.classes) OR (old.promise IS DISTINCT FROM new.promise) OR (old.promise_hash IS DISTINCT FROM new.promise_hash) OR (old.made_at IS DISTINCT FROM new.made_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE CONSTRAINT TRIGGER bet_draws_held AFTER INSERT OR UPDATE OF allotted_minor ON public.bet_draws DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.bet_draw_is_held('id');
CREATE TRIGGER bet_draws_kept BEFORE DELETE ON public.bet_draws FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_draws_not_emptied BEFORE TRUNCATE ON public.bet_draws FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_entries_frozen BEFORE UPDATE ON public.bet_entries FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.ticket_id IS DISTINCT FROM new.ticket_id) OR (old.draw_id IS DISTINCT FROM new.draw_id) OR (old.stake_minor IS DISTINCT FROM new.stake_minor))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_entries_kept BEFORE DELETE ON public.bet_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_entries_not_emptied BEFORE TRUNCATE ON public.bet_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_lines_frozen BEFORE UPDATE ON public.bet_lines FOR EACH ROW WHEN (((old.ticket_id IS DISTINCT FROM new.ticket_id) OR (old.place IS DISTINCT FROM new.place) OR (old.draw_id IS DISTINCT FROM new.draw_id) OR (old.kind IS DISTINCT FROM new.kind) OR (old.selection IS DISTINCT FROM new.selection) OR (old.stake_minor IS DISTINCT FROM new.stake_minor) OR (old.numerator IS DISTINCT FROM new.numerator) OR (old.denominator IS DISTINCT FROM new.denominator) OR (old.marks IS DISTINCT FROM new.marks) OR (old.wins_minor IS DISTINCT FROM new.wins_minor) OR (old.odds_by_mark IS DISTINCT FROM new.odds_by_mark) OR (old.wins_by_mark IS DISTINCT FROM new.wins_by_mark))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_lines_kept BEFORE DELETE ON public.bet_lines FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_lines_not_emptied BEFORE TRUNCATE ON public.bet_lines FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_results_frozen BEFORE UPDATE ON public.bet_results FOR EACH ROW WHEN (((old.draw_id IS DISTINCT FROM new.draw_id) OR (old.version IS DISTINCT FROM new.version) OR (old.outcome IS DISTINCT FROM new.outcome) OR (old.known_at IS DISTINCT FROM new.known_at) OR (old.final_at IS DISTINCT FROM new.final_at) OR (old.told_at IS DISTINCT FROM new.told_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_results_kept BEFORE DELETE ON public.bet_results FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_results_not_emptied BEFORE TRUNCATE ON public.bet_results FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_settlements_frozen BEFORE UPDATE ON public.bet_settlements FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.draw_id IS DISTINCT FROM new.draw_id) OR (old.outcome IS DISTINCT FROM new.outcome) OR (old.shown IS DISTINCT FROM new.shown) OR (old.winners IS DISTINCT FROM new.winners) OR (old.won_minor IS DISTINCT FROM new.won_minor) OR (old.made_at IS DISTINCT FROM new.made_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_settlements_kept BEFORE DELETE ON public.bet_settlements FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_settlements_not_emptied BEFORE TRUNCATE ON public.bet_settlements FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_tickets_frozen BEFORE UPDATE ON public.bet_tickets FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.game IS DISTINCT FROM new.game) OR (old.code IS DISTINCT FROM new.code) OR (old.user_id IS DISTINCT FROM new.user_id) OR (old.currency IS DISTINCT FROM new.currency) OR (old.total_minor IS DISTINCT FROM new.total_minor) OR (old.payment IS DISTINCT FROM new.payment) OR (old.reserved_until IS DISTINCT FROM new.reserved_until) OR (old.made_at IS DISTINCT FROM new.made_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_tickets_kept BEFORE DELETE ON public.bet_tickets FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_tickets_not_emptied BEFORE TRUNCATE ON public.bet_tickets FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_winnings_frozen BEFORE UPDATE ON public.bet_winnings FOR EACH ROW WHEN (((old.settlement_id IS DISTINCT FROM new.settlement_id) OR (old.ticket_id IS DISTINCT FROM new.ticket_id) OR (old.place IS DISTINCT FROM new.place) OR (old.user_id IS DISTINCT FROM new.user_id) OR (old.amount_minor IS DISTINCT FROM new.amount_minor))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_winnings_kept BEFORE DELETE ON public.bet_winnings FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER bet_winnings_not_emptied BEFORE TRUNCATE ON public.bet_winnings FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER borlette_configurations_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.borlette_configurations FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER coins_look_up AFTER INSERT ON public.coins REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.coins_look_up();
CREATE TRIGGER coins_refers AFTER UPDATE ON public.coins FOR EACH ROW WHEN ((((new.deposit_address_id IS NOT NULL) AND (old.deposit_address_id IS DISTINCT FROM new.deposit_address_id)) OR ((new.reserve_key_index IS NOT NULL) AND (old.reserve_key_index IS DISTINCT FROM new.reserve_key_index)) OR ((new.payment_id IS NOT NULL) AND (old.payment_id IS DISTINCT FROM new.payment_id)))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER content_versions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.content_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER deposit_addresses_found AFTER UPDATE ON public.deposit_addresses FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER deposit_addresses_kept BEFORE DELETE OR TRUNCATE ON public.deposit_addresses FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER gateway_payments_frozen BEFORE UPDATE ON public.gateway_payments FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.user_id IS DISTINCT FROM new.user_id) OR (old.purchase_kind IS DISTINCT FROM new.purchase_kind) OR (old.purchase_id IS DISTINCT FROM new.purchase_id) OR (old.provider IS DISTINCT FROM new.provider) OR (old.currency IS DISTINCT FROM new.currency) OR (old.amount_minor IS DISTINCT FROM new.amount_minor) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER gateway_payments_kept BEFORE DELETE ON public.gateway_payments FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER gateway_payments_not_emptied BEFORE TRUNCATE ON public.gateway_payments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER ledger_accounts_found AFTER UPDATE ON public.ledger_accounts FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.currency IS DISTINCT FROM new.currency))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER ledger_accounts_kept BEFORE DELETE OR TRUNCATE ON public.ledger_accounts FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE CONSTRAINT TRIGGER ledger_holds_of_bets AFTER INSERT OR UPDATE ON public.ledger_holds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.source = 'bet-draw'::text)) EXECUTE FUNCTION public.bet_draw_is_held('source_id');
CREATE TRIGGER ledger_transfers_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_transfers FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER ledger_transfers_look_up AFTER INSERT ON public.ledger_transfers REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_transfers_look_up();
CREATE TRIGGER ledger_transfers_refers AFTER UPDATE ON public.ledger_transfers FOR EACH ROW WHEN ((((new.debit_account_id IS NOT NULL) AND (old.debit_account_id IS DISTINCT FROM new.debit_account_id)) OR ((new.currency IS NOT NULL) AND (old.currency IS DISTINCT FROM new.currency)) OR ((new.credit_account_id IS NOT NULL) AND (old.credit_account_id IS DISTINCT FROM new.credit_account_id)))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER log_checkpoints_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER log_cosignatures_append_only BEFORE UPDATE OR TRUNCATE ON public.log_cosignatures FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER log_cosignatures_kept BEFORE DELETE ON public.log_cosignatures FOR EACH ROW WHEN ((old.seen_at > (now() - '7 days'::interval))) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER log_disagreements_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_disagreements FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER log_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER log_receipts_frozen BEFORE UPDATE ON public.log_receipts FOR EACH ROW WHEN (((old.subject IS DISTINCT FROM new.subject) OR (old.leaf IS DISTINCT FROM new.leaf) OR (old.kind IS DISTINCT FROM new.kind) OR (old.fact IS DISTINCT FROM new.fact) OR (old.written_at IS DISTINCT FROM new.written_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER log_receipts_kept BEFORE DELETE ON public.log_receipts FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER log_receipts_not_emptied BEFORE TRUNCATE ON public.log_receipts FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER luckotto_combinations_written BEFORE INSERT OR UPDATE ON public.luckotto_combinations FOR EACH STATEMENT EXECUTE FUNCTION public.luckotto_refuse_writing();
CREATE TRIGGER luckotto_orders_found AFTER UPDATE ON public.luckotto_orders FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.round_number IS DISTINCT FROM new.round_number))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER luckotto_orders_kept BEFORE DELETE OR TRUNCATE ON public.luckotto_orders FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER luckotto_payments_found AFTER UPDATE ON public.luckotto_payments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER luckotto_payments_kept BEFORE DELETE OR TRUNCATE ON public.luckotto_payments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER luckotto_payments_look_up AFTER INSERT ON public.luckotto_payments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.luckotto_payments_look_up();
CREATE TRIGGER luckotto_payments_refers AFTER UPDATE ON public.luckotto_payments FOR EACH ROW WHEN ((((new.id IS NOT NULL) AND (old.id IS DISTINCT FROM new.id)) OR ((new.order_id IS NOT NULL) AND (old.order_id IS DISTINCT FROM new.order_id)) OR ((new.credited_round_number IS NOT NULL) AND (old.credited_round_number IS DISTINCT FROM new.credited_round_number)))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER luckotto_rounds_frozen BEFORE UPDATE ON public.luckotto_rounds FOR EACH ROW WHEN (((old.base_combination_price_sats IS DISTINCT FROM new.base_combination_price_sats) OR (old.closing_height IS DISTINCT FROM new.closing_height) OR (old.hash_work IS DISTINCT FROM new.hash_work) OR (old.hashes IS DISTINCT FROM new.hashes) OR (old.internal_key IS DISTINCT FROM new.internal_key) OR (old.jackpot_sats IS DISTINCT FROM new.jackpot_sats) OR (old.min_payment_floor_sats IS DISTINCT FROM new.min_payment_floor_sats) OR (old.opens_at_height IS DISTINCT FROM new.opens_at_height) OR (old.pool_size IS DISTINCT FROM new.pool_size) OR (old.possible_combinations IS DISTINCT FROM new.possible_combinations) OR (old.round_number IS DISTINCT FROM new.round_number) OR (old.sales_end_height IS DISTINCT FROM new.sales_end_height) OR (old.settlement_depth IS DISTINCT FROM new.settlement_depth) OR (old.winner_algorithm IS DISTINCT FROM new.winner_algorithm) OR (old.round_terms IS DISTINCT FROM new.round_terms))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER luckotto_rounds_kept BEFORE DELETE ON public.luckotto_rounds FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER luckotto_rounds_not_emptied BEFORE TRUNCATE ON public.luckotto_rounds FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER luckotto_tickets_change BEFORE UPDATE OF id, round_number, pool_size, sequence, numbers, combinations ON public.luckotto_tickets FOR EACH STATEMENT EXECUTE FUNCTION public.luckotto_refuse_change();
CREATE TRIGGER luckotto_tickets_enter AFTER INSERT ON public.luckotto_tickets REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION public.luckotto_enter_combinations();
CREATE TRIGGER luckotto_tickets_look_up AFTER INSERT ON public.luckotto_tickets REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.luckotto_tickets_look_up();
CREATE TRIGGER luckotto_tickets_refers AFTER UPDATE ON public.luckotto_tickets FOR EACH ROW WHEN ((((new.id IS NOT NULL) AND (old.id IS DISTINCT FROM new.id)) OR ((new.round_number IS NOT NULL) AND (old.round_number IS DISTINCT FROM new.round_number)) OR ((new.pool_size IS NOT NULL) AND (old.pool_size IS DISTINCT FROM new.pool_size)) OR ((new.payment_id IS NOT NULL) AND (old.payment_id IS DISTINCT FROM new.payment_id)))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER luckotto_tickets_remove AFTER DELETE ON public.luckotto_tickets REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION public.luckotto_remove_combinations();
CREATE TRIGGER order_payments_found AFTER UPDATE ON public.order_payments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER order_payments_kept BEFORE DELETE OR TRUNCATE ON public.order_payments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER order_payments_look_up AFTER INSERT ON public.order_payments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.order_payments_look_up();
CREATE TRIGGER order_payments_refers AFTER UPDATE ON public.order_payments FOR EACH ROW WHEN ((((new.id IS NOT NULL) AND (old.id IS DISTINCT FROM new.id)) OR ((new.order_id IS NOT NULL) AND (old.order_id IS DISTINCT FROM new.order_id)) OR ((new.credited_round_number IS NOT NULL) AND (old.credited_round_number IS DISTINCT FROM new.credited_round_number)))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER partner_wins_hold AFTER INSERT ON public.partner_wins REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.partner_wins_hold();
CREATE TRIGGER partner_wins_turns AFTER UPDATE ON public.partner_wins FOR EACH ROW WHEN (((new.slip_id IS NOT NULL) AND (old.slip_id IS DISTINCT FROM new.slip_id))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER payments_found AFTER UPDATE ON public.payments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER payments_kept BEFORE DELETE OR TRUNCATE ON public.payments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER player_exclusions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.player_exclusions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER player_timeouts_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.player_timeouts FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER reserve_addresses_found AFTER UPDATE ON public.reserve_addresses FOR EACH ROW WHEN ((old.key_index IS DISTINCT FROM new.key_index)) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER reserve_addresses_kept BEFORE DELETE OR TRUNCATE ON public.reserve_addresses FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER result_confirmings_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.result_confirmings FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER result_observations_frozen BEFORE UPDATE ON public.result_observations FOR EACH ROW WHEN ((old.answered_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER result_observations_kept BEFORE DELETE ON public.result_observations FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER result_observations_not_emptied BEFORE TRUNCATE ON public.result_observations FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER result_outcomes_frozen BEFORE UPDATE ON public.result_outcomes FOR EACH ROW WHEN (((old.awaited_id IS DISTINCT FROM new.awaited_id) OR (old.version IS DISTINCT FROM new.version) OR (old.numbers IS DISTINCT FROM new.numbers) OR (old.how IS DISTINCT FROM new.how) OR (old.evidence IS DISTINCT FROM new.evidence) OR (old.approval_id IS DISTINCT FROM new.approval_id) OR (old.confirmed_at IS DISTINCT FROM new.confirmed_at) OR (old.final_at IS DISTINCT FROM new.final_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER result_outcomes_kept BEFORE DELETE ON public.result_outcomes FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER result_outcomes_not_emptied BEFORE TRUNCATE ON public.result_outcomes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER result_papers_frozen BEFORE UPDATE ON public.result_papers FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.awaited_id IS DISTINCT FROM new.awaited_id) OR (old.media_type IS DISTINCT FROM new.media_type) OR (old.size IS DISTINCT FROM new.size) OR (old.sha256 IS DISTINCT FROM new.sha256) OR (old.attached_by IS DISTINCT FROM new.attached_by))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER result_papers_kept BEFORE DELETE ON public.result_papers FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER result_papers_not_emptied BEFORE TRUNCATE ON public.result_papers FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER result_source_changes_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.result_source_changes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER rounds_frozen BEFORE UPDATE ON public.rounds FOR EACH ROW WHEN (((old.base_ticket_price_sats IS DISTINCT FROM new.base_ticket_price_sats) OR (old.closing_height IS DISTINCT FROM new.closing_height) OR (old.hashes IS DISTINCT FROM new.hashes) OR (old.hashes_per_digit IS DISTINCT FROM new.hashes_per_digit) OR (old.house_fee_percent IS DISTINCT FROM new.house_fee_percent) OR (old.internal_key IS DISTINCT FROM new.internal_key) OR (old.jackpot_sats IS DISTINCT FROM new.jackpot_sats) OR (old.min_payment_floor_sats IS DISTINCT FROM new.min_payment_floor_sats) OR (old.opens_at_height IS DISTINCT FROM new.opens_at_height) OR (old.round_number IS DISTINCT FROM new.round_number) OR (old.sales_end_height IS DISTINCT FROM new.sales_end_height) OR (old.settlement_depth IS DISTINCT FROM new.settlement_depth) OR (old.ticket_digits IS DISTINCT FROM new.ticket_digits) OR (old.ticket_supply IS DISTINCT FROM new.ticket_supply) OR (old.winner_algorithm IS DISTINCT FROM new.winner_algorithm) OR (old.round_terms IS DISTINCT FROM new.round_terms))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER rounds_kept BEFORE DELETE ON public.rounds FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER rounds_not_emptied BEFORE TRUNCATE ON public.rounds FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER slip_ranges_emptied BEFORE TRUNCATE ON public.slip_ranges FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER slip_ranges_found AFTER UPDATE ON public.slip_ranges FOR EACH ROW WHEN (((old.round_number IS DISTINCT FROM new.round_number) OR (old.after IS DISTINCT FROM new.after))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER slip_ranges_hold AFTER INSERT ON public.slip_ranges REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.slip_ranges_hold();
CREATE TRIGGER slip_ranges_let_go AFTER DELETE ON public.slip_ranges REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.slip_ranges_let_go();
CREATE TRIGGER slip_ranges_look_up AFTER INSERT ON public.slip_ranges REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.slip_ranges_look_up();
CREATE TRIGGER slip_ranges_refers AFTER UPDATE ON public.slip_ranges FOR EACH ROW WHEN ((((new.round_number IS NOT NULL) AND (old.round_number IS DISTINCT FROM new.round_number)) OR ((new.ticket_supply IS NOT NULL) AND (old.ticket_supply IS DISTINCT FROM new.ticket_supply)) OR ((new.payment_id IS NOT NULL) AND (old.payment_id IS DISTINCT FROM new.payment_id)))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER slip_ranges_turns AFTER UPDATE ON public.slip_ranges FOR EACH ROW WHEN ((((new.round_number IS NOT NULL) AND (old.round_number IS DISTINCT FROM new.round_number)) OR ((new.first IS NOT NULL) AND (old.first IS DISTINCT FROM new.first)) OR ((new.slip_id IS NOT NULL) AND (old.slip_id IS DISTINCT FROM new.slip_id)))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER swertres_configurations_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.swertres_configurations FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER ticket_orders_found AFTER UPDATE ON public.ticket_orders FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER ticket_orders_kept BEFORE DELETE OR TRUNCATE ON public.ticket_orders FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER ticket_slips_emptied BEFORE TRUNCATE ON public.ticket_slips FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER ticket_slips_found AFTER UPDATE ON public.ticket_slips FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER ticket_slips_let_go AFTER DELETE ON public.ticket_slips REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.ticket_slips_let_go();
CREATE TRIGGER ticket_slips_look_up AFTER INSERT ON public.ticket_slips REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.ticket_slips_look_up();
CREATE TRIGGER ticket_slips_refers AFTER UPDATE ON public.ticket_slips FOR EACH ROW WHEN ((((new.id IS NOT NULL) AND (old.id IS DISTINCT FROM new.id)) OR ((new.round_number IS NOT NULL) AND (old.round_number IS DISTINCT FROM new.round_number)))) EXECUTE FUNCTION public.refuse_lost_reference();
CREATE TRIGGER wallet_quotes_frozen BEFORE UPDATE ON public.wallet_quotes FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.user_id IS DISTINCT FROM new.user_id) OR (old.rate_id IS DISTINCT FROM new.rate_id) OR (old.sold IS DISTINCT FROM new.sold) OR (old.sold_minor IS DISTINCT FROM new.sold_minor) OR (old.bought IS DISTINCT FROM new.bought) OR (old.bought_minor IS DISTINCT FROM new.bought_minor) OR (old.rate IS DISTINCT FROM new.rate) OR (old.quoted_at IS DISTINCT FROM new.quoted_at) OR (old.expires_at IS DISTINCT FROM new.expires_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER wallet_quotes_kept BEFORE DELETE ON public.wallet_quotes FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER wallet_quotes_not_emptied BEFORE TRUNCATE ON public.wallet_quotes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER wallet_rates_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.wallet_rates FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER wallet_topups_frozen BEFORE UPDATE ON public.wallet_topups FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.user_id IS DISTINCT FROM new.user_id) OR (old.currency IS DISTINCT FROM new.currency) OR (old.amount_minor IS DISTINCT FROM new.amount_minor) OR (old.begun_at IS DISTINCT FROM new.begun_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER wallet_topups_kept BEFORE DELETE ON public.wallet_topups FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER wallet_topups_not_emptied BEFORE TRUNCATE ON public.wallet_topups FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER wallet_withdrawals_frozen BEFORE UPDATE ON public.wallet_withdrawals FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.user_id IS DISTINCT FROM new.user_id) OR (old.currency IS DISTINCT FROM new.currency) OR (old.amount_minor IS DISTINCT FROM new.amount_minor) OR (old.method IS DISTINCT FROM new.method) OR (old.destination_id IS DISTINCT FROM new.destination_id) OR (old.reference IS DISTINCT FROM new.reference) OR (old.asked_at IS DISTINCT FROM new.asked_at))) EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER wallet_withdrawals_kept BEFORE DELETE ON public.wallet_withdrawals FOR EACH ROW EXECUTE FUNCTION public.refuse_other_promise();
CREATE TRIGGER wallet_withdrawals_not_emptied BEFORE TRUNCATE ON public.wallet_withdrawals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_promise();
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_replaced_by_id_fkey FOREIGN KEY (replaced_by_id) REFERENCES public.api_keys(id);
ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.operators(id);
ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES public.operators(id);
ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_proposed_by_user_fkey FOREIGN KEY (proposed_by_user) REFERENCES public.users(id);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.audit_entries(id);
ALTER TABLE ONLY public.bet_entries
    ADD CONSTRAINT bet_entries_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES public.bet_draws(id);
ALTER TABLE ONLY public.bet_entries
    ADD CONSTRAINT bet_entries_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.bet_tickets(id);
ALTER TABLE ONLY public.bet_exposures
    ADD CONSTRAINT bet_exposures_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES public.bet_draws(id);
ALTER TABLE ONLY public.bet_lines
    ADD CONSTRAINT bet_lines_ticket_id_draw_id_fkey FOREIGN KEY (ticket_id, draw_id) REFERENCES public.bet_entries(ticket_id, draw_id);
ALTER TABLE ONLY public.bet_results
    ADD CONSTRAINT bet_results_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES public.bet_draws(id);
ALTER TABLE ONLY public.bet_settlements
    ADD CONSTRAINT bet_settlements_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES public.bet_draws(id);
ALTER TABLE ONLY public.bet_tickets
    ADD CONSTRAINT bet_tickets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.bet_winnings
    ADD CONSTRAINT bet_winnings_settlement_id_fkey FOREIGN KEY (settlement_id) REFERENCES public.bet_settlements(id);
ALTER TABLE ONLY public.bet_winnings
    ADD CONSTRAINT bet_winnings_ticket_id_place_fkey FOREIGN KEY (ticket_id, place) REFERENCES public.bet_lines(ticket_id, place);
ALTER TABLE ONLY public.bet_winnings
    ADD CONSTRAINT bet_winnings_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.coin_spends
    ADD CONSTRAINT coin_spends_coin_id_fkey FOREIGN KEY (coin_id) REFERENCES public.coins(id);
ALTER TABLE ONLY public.content_versions
    ADD CONSTRAINT content_versions_text_id_fkey FOREIGN KEY (text_id) REFERENCES public.content_texts(id);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.draw_states
    ADD CONSTRAINT draw_states_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES public.draws(id);
ALTER TABLE ONLY public.email_changes
    ADD CONSTRAINT email_changes_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.user_sessions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.email_changes
    ADD CONSTRAINT email_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.gateway_differences
    ADD CONSTRAINT gateway_differences_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.gateway_payments(id);
ALTER TABLE ONLY public.gateway_differences
    ADD CONSTRAINT gateway_differences_reconciliation_id_fkey FOREIGN KEY (reconciliation_id) REFERENCES public.gateway_reconciliations(id);
ALTER TABLE ONLY public.gateway_disputes
    ADD CONSTRAINT gateway_disputes_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.gateway_payments(id);
ALTER TABLE ONLY public.gateway_refunds
    ADD CONSTRAINT gateway_refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.gateway_payments(id);
ALTER TABLE ONLY public.ledger_holds
    ADD CONSTRAINT ledger_holds_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.ledger_accounts(id);
ALTER TABLE ONLY public.letter_answers
    ADD CONSTRAINT letter_answers_letter_id_fkey FOREIGN KEY (letter_id) REFERENCES public.letters(id);
ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.log_cosignatures
    ADD CONSTRAINT log_cosignatures_witness_fkey FOREIGN KEY (witness) REFERENCES public.log_witnesses(key);
ALTER TABLE ONLY public.log_disagreements
    ADD CONSTRAINT log_disagreements_witness_fkey FOREIGN KEY (witness) REFERENCES public.log_witnesses(key);
ALTER TABLE ONLY public.login_codes
    ADD CONSTRAINT login_codes_for_user_id_fkey FOREIGN KEY (for_user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.logins
    ADD CONSTRAINT logins_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.luckotto_orders
    ADD CONSTRAINT luckotto_orders_deposit_address_id_fkey FOREIGN KEY (deposit_address_id) REFERENCES public.deposit_addresses(id);
ALTER TABLE ONLY public.luckotto_orders
    ADD CONSTRAINT luckotto_orders_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.luckotto_orders
    ADD CONSTRAINT luckotto_orders_round_number_fkey FOREIGN KEY (round_number) REFERENCES public.luckotto_rounds(round_number);
ALTER TABLE ONLY public.luckotto_wins
    ADD CONSTRAINT luckotto_wins_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.luckotto_wins
    ADD CONSTRAINT luckotto_wins_round_number_fkey FOREIGN KEY (round_number) REFERENCES public.luckotto_rounds(round_number);
ALTER TABLE ONLY public.luckotto_wins
    ADD CONSTRAINT luckotto_wins_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.luckotto_tickets(id);
ALTER TABLE ONLY public.notice_choices
    ADD CONSTRAINT notice_choices_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.obligations
    ADD CONSTRAINT obligations_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.operator_refresh_tokens
    ADD CONSTRAINT operator_refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.operator_sessions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.operator_sessions
    ADD CONSTRAINT operator_sessions_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operators(id);
ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.partner_sites
    ADD CONSTRAINT partner_sites_owner_user_id_fkey FOREIGN KEY (owner_user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.partner_wins
    ADD CONSTRAINT partner_wins_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.partner_wins
    ADD CONSTRAINT partner_wins_round_number_fkey FOREIGN KEY (round_number) REFERENCES public.rounds(round_number);
ALTER TABLE ONLY public.passed_on_notes
    ADD CONSTRAINT passed_on_notes_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.payout_confirmations
    ADD CONSTRAINT payout_confirmations_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES public.payouts(id);
ALTER TABLE ONLY public.payout_inputs
    ADD CONSTRAINT payout_inputs_coin_id_fkey FOREIGN KEY (coin_id) REFERENCES public.coins(id);
ALTER TABLE ONLY public.payout_inputs
    ADD CONSTRAINT payout_inputs_payout_id_live_fkey FOREIGN KEY (payout_id, live) REFERENCES public.payouts(id, live) ON UPDATE CASCADE;
ALTER TABLE ONLY public.payout_outputs
    ADD CONSTRAINT payout_outputs_obligation_id_fkey FOREIGN KEY (obligation_id) REFERENCES public.obligations(id);
ALTER TABLE ONLY public.payout_outputs
    ADD CONSTRAINT payout_outputs_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.payout_outputs
    ADD CONSTRAINT payout_outputs_payout_id_live_fkey FOREIGN KEY (payout_id, live) REFERENCES public.payouts(id, live) ON UPDATE CASCADE;
ALTER TABLE ONLY public.payout_outputs
    ADD CONSTRAINT payout_outputs_reserve_key_index_fkey FOREIGN KEY (reserve_key_index) REFERENCES public.reserve_addresses(key_index);
ALTER TABLE ONLY public.payouts
    ADD CONSTRAINT payouts_replaces_id_fkey FOREIGN KEY (replaces_id) REFERENCES public.payouts(id);
ALTER TABLE ONLY public.payouts
    ADD CONSTRAINT payouts_root_id_fkey FOREIGN KEY (root_id) REFERENCES public.payouts(id);
ALTER TABLE ONLY public.player_blocks
    ADD CONSTRAINT player_blocks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.player_exclusions
    ADD CONSTRAINT player_exclusions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.player_files
    ADD CONSTRAINT player_files_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.player_limits
    ADD CONSTRAINT player_limits_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.player_marks
    ADD CONSTRAINT player_marks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.player_profiles
    ADD CONSTRAINT player_profiles_id_fkey FOREIGN KEY (id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.player_rulings
    ADD CONSTRAINT player_rulings_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.player_timeouts
    ADD CONSTRAINT player_timeouts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.player_verifications
    ADD CONSTRAINT player_verifications_id_fkey FOREIGN KEY (id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.players
    ADD CONSTRAINT players_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.reality_checks
    ADD CONSTRAINT reality_checks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.user_sessions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.result_observations
    ADD CONSTRAINT result_observations_awaited_id_fkey FOREIGN KEY (awaited_id) REFERENCES public.awaited_results(id);
ALTER TABLE ONLY public.result_outcomes
    ADD CONSTRAINT result_outcomes_awaited_id_fkey FOREIGN KEY (awaited_id) REFERENCES public.awaited_results(id);
ALTER TABLE ONLY public.result_papers
    ADD CONSTRAINT result_papers_awaited_id_fkey FOREIGN KEY (awaited_id) REFERENCES public.awaited_results(id);
ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT sightings_deposit_address_id_fkey FOREIGN KEY (deposit_address_id) REFERENCES public.deposit_addresses(id);
ALTER TABLE ONLY public.site_transfers
    ADD CONSTRAINT site_transfers_from_user_id_fkey FOREIGN KEY (from_user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.site_transfers
    ADD CONSTRAINT site_transfers_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.site_transfers
    ADD CONSTRAINT site_transfers_to_user_id_fkey FOREIGN KEY (to_user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.team_invitations
    ADD CONSTRAINT team_invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.team_invitations
    ADD CONSTRAINT team_invitations_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.ticket_orders
    ADD CONSTRAINT ticket_orders_deposit_address_id_fkey FOREIGN KEY (deposit_address_id) REFERENCES public.deposit_addresses(id);
ALTER TABLE ONLY public.ticket_orders
    ADD CONSTRAINT ticket_orders_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
ALTER TABLE ONLY public.ticket_orders
    ADD CONSTRAINT ticket_orders_round_number_fkey FOREIGN KEY (round_number) REFERENCES public.rounds(round_number);
ALTER TABLE ONLY public.user_passwords
    ADD CONSTRAINT user_passwords_id_fkey FOREIGN KEY (id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.wallet_destinations
    ADD CONSTRAINT wallet_destinations_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.wallet_drawn_origins
    ADD CONSTRAINT wallet_drawn_origins_origin_id_fkey FOREIGN KEY (origin_id) REFERENCES public.wallet_origins(id);
ALTER TABLE ONLY public.wallet_drawn_origins
    ADD CONSTRAINT wallet_drawn_origins_withdrawal_id_fkey FOREIGN KEY (withdrawal_id) REFERENCES public.wallet_withdrawals(id);
ALTER TABLE ONLY public.wallet_origins
    ADD CONSTRAINT wallet_origins_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.wallet_quotes
    ADD CONSTRAINT wallet_quotes_rate_id_fkey FOREIGN KEY (rate_id) REFERENCES public.wallet_rates(id);
ALTER TABLE ONLY public.wallet_quotes
    ADD CONSTRAINT wallet_quotes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.wallet_topups
    ADD CONSTRAINT wallet_topups_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.wallet_withdrawals
    ADD CONSTRAINT wallet_withdrawals_destination_id_fkey FOREIGN KEY (destination_id) REFERENCES public.wallet_destinations(id);
ALTER TABLE ONLY public.wallet_withdrawals
    ADD CONSTRAINT wallet_withdrawals_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.players(user_id);
ALTER TABLE ONLY public.webhook_attempts
    ADD CONSTRAINT webhook_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES public.webhook_deliveries(id);
ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoints(id);
ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_partner_site_id_fkey FOREIGN KEY (partner_site_id) REFERENCES public.partner_sites(id);
