"""`flask audit` is clean on a world that has lived, and names what one change behind its back has broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.chain.models import DepositAddress
from app.chain.node import client as node
from app.core.checks import Breach
from app.core.database.session import db, transaction
from app.faces.admin.commands.auditing import CHECKS
from app.games.luckotto import service as luckotto
from app.people.partners.models import PartnerSite
from app.record.log import jobs as log_jobs
from app.selling.bets import checks as bets
from app.selling.bets.settlement import checks as results
from app.selling.windows import checks as window_checks
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from tests.factories.world import World

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def lived(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world with a won round, a void one, a selling one, and a payment of every fate. Every test rolls back."""
    from tests.conftest import _application

    folder = request.getfixturevalue("tmp_path_factory").mktemp("lived")
    environment = {
        **request.getfixturevalue("app_settings"),
        "DATABASE_URL": request.getfixturevalue("fresh_database")(),
        "BITCOIN_RPC_URL": request.getfixturevalue("node").rpc_url,
        "TERMS_JOURNAL_PATH": str(folder / "journal"),
        "LOG_JOURNAL_PATH": str(folder / "log"),
    }
    app: Flask = _application(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    node: NodeProcess = request.getfixturevalue("node")
    with app.app_context():
        yield live(World(app, node).begin())
        db.session.remove()
        db.engine.dispose()


def buy_numbers(world: World, site: PartnerSite) -> DepositAddress:
    tip = node.require_synced()
    db.session.rollback()
    with transaction():
        made = luckotto.create_order(db.session.merge(site), list(range(1, 8)), "Ada", "ada", tip)
        return db.session.get_one(DepositAddress, made.order.deposit_address_id)


def live(world: World) -> World:
    site = world.site(edge_percent=10)
    won = world.order(site, "winner")
    world.send(won.address, 1_100_700)
    world.mine()
    too_late = world.order(site, "sleeper")
    world.send(too_late.address, 2_000)  # below the minimum
    world.mine()
    world.finish(won.round_number)
    lost = world.order(site, "unlucky")
    world.send(lost.address, 5_500)
    world.mine()
    world.mine_to(world.round(lost.round_number).closing_height)
    jobs.seal()
    assert world.round(lost.round_number).status == "void"
    selling = [world.order(site, f"buyer {number}") for number in range(3)]
    for order in selling:
        world.send(order.address, 3_500)
    world.send(selling[0].address, 4_400)
    lottery = buy_numbers(world, site)
    world.send(lottery.address, 10_000_000)
    world.mine()
    world.reorganise(1, 2)
    world.scan()
    world.mine()
    world.send(too_late.address, 9_900)
    world.mine()
    log_jobs.sequence()
    assert world.breaches() == []
    return world


def found(world: World, *statements: str) -> set[str]:
    """The checks that fire after a change made past every rule of the tables; nothing of it stays."""
    db.session.rollback()
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in statements:
        changed = db.session.execute(text(statement))
        assert changed.rowcount > 0 or statement.startswith("ALTER"), statement  # type: ignore[attr-defined]
    breaches: list[Breach] = [breach for check in CHECKS.get(world.app) for breach in check()]
    db.session.rollback()
    assert all(breach.detail for breach in breaches)
    return {breach.check for breach in breaches}


ONE = "01800000-0000-7000-8000-000000000001"
PAYMENT = (
    "INSERT INTO gateway_payments (id, user_id, purchase_kind, purchase_id, provider, currency, amount_minor, state, "
    f"expires_at, paid_at, received_minor) VALUES ('{ONE}', '{ONE}', 'none', '{ONE}', 'none', 'HTG', 700, "
    "'{state}', now(), {paid}, {received})"
)
"""A payment behind the back of all that takes one."""


SOLD_SLIP = (
    "(SELECT s.id FROM ticket_slips s JOIN rounds r USING (round_number) WHERE r.status = 'open' ORDER BY 1 LIMIT 1)"
)
OF_THE_LEDGER = "(SELECT min(number) FROM log_entries WHERE kind = 'ledger')"
A_WITHDRAWAL = (
    "INSERT INTO wallet_withdrawals (id, user_id, currency, amount_minor, method, destination_id, reference, state, "
    "ended_at) SELECT gen_random_uuid(), gen_random_uuid(), 'HTG', 100, 'bank', gen_random_uuid(), 'x', "
    "'{state}', CASE WHEN '{state}' <> 'held' THEN now() END"
)
CORRUPTIONS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "a top-up that nobody paid": (
        (
            (
                "INSERT INTO wallet_topups (id, user_id, currency, amount_minor, state, ended_at) "
                "SELECT gen_random_uuid(), gen_random_uuid(), 'HTG', 100, 'paid', now()"
            ),
        ),
        {"wallets.a paid top-up is in the book", "wallets.a paid top-up has its origin"},
    ),
    "a withdrawal without its hold": ((A_WITHDRAWAL.format(state="held"),), {"wallets.what waits to leave is held"}),
    "a withdrawal that never left": (
        (A_WITHDRAWAL.format(state="paid"),),
        {"wallets.what has left is in the book", "wallets.what may leave was approved"},
    ),
    "a withdrawal that nobody approved": (
        (A_WITHDRAWAL.format(state="approved").replace("THEN now()", "THEN NULL::timestamptz"),),
        {"wallets.what waits to leave is held", "wallets.what may leave was approved"},
    ),
    "a withdrawal that never came back": (
        (A_WITHDRAWAL.format(state="returned"),),
        {
            "wallets.what has left is in the book",
            "wallets.what came back is in the book",
            "wallets.what may leave was approved",
        },
    ),
    "a quote that nobody used": (
        (
            (
                "INSERT INTO wallet_quotes (id, user_id, rate_id, sold, sold_minor, bought, bought_minor, rate, "
                "quoted_at, expires_at, used_at) SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), "
                "'USD', 1, 'HTG', 131, 131, now(), now() + interval '10 minutes', now()"
            ),
        ),
        {"wallets.a quote that was used is in the book"},
    ),
    "money that left by no withdrawal": (
        (
            (
                "INSERT INTO ledger_transfers (debit_account_id, credit_account_id, currency, amount, source, "
                "source_id, kind, line) SELECT min(id), max(id), 'sat', 1, 'withdrawal', 'x', 'sent', 0 "
                "FROM ledger_accounts"
            ),
        ),
        {"wallets.every line has its withdrawal", "ledger.balances", "ledger.log"},
    ),
    "a wallet of money that nobody holds": (
        (
            (
                "INSERT INTO ledger_accounts (kind, owner, currency, normal_side, may_be_negative, is_personal, "
                "balance) VALUES ('wallet', 'x', 'USD', 'credit', false, true, 5)"
            ),
        ),
        {"wallets.covered", "ledger.balances", "ledger.zero_sum"},
    ),
    "a draw that counts what nobody bet": (
        (
            (
                "INSERT INTO bet_draws (id, game, name, day, slot, currency, opens_at, closes_at, seals_at, draws_at, "
                "source, classes, promise, promise_hash, tip, allotted_minor, worst_minor, sold_minor, sales) "
                "SELECT gen_random_uuid(), 'x', 'x', now()::date, 0, 'PHP', now(), now() + interval '1 hour', "
                "now() + interval '2 hours', now() + interval '3 hours', 'sealed_draw', 10, '{}', sha256('x'), "
                "sha256('x'), 9, 8, 5, 2"
            ),
            "INSERT INTO bet_capacities (currency, allotted_minor) VALUES ('PHP', 1)",
            "INSERT INTO bet_exposures (draw_id, mark, amount_minor) SELECT id, 7, 3 FROM bet_draws",
            (
                "INSERT INTO bet_tickets (id, game, code, user_id, currency, total_minor, back_minor, payment, state, "
                "posted_at) SELECT gen_random_uuid(), 'x', 'x', gen_random_uuid(), 'PHP', 6, 5, 'wallet', 'posted', "
                "now()"
            ),
            (
                "INSERT INTO bet_entries (id, ticket_id, draw_id, stake_minor, state, number, leaf) "
                "SELECT gen_random_uuid(), bet_tickets.id, bet_draws.id, 4, 'posted', 1, '' FROM bet_tickets, bet_draws"
            ),
            (
                "INSERT INTO bet_lines (ticket_id, place, draw_id, kind, selection, stake_minor, numerator, "
                "denominator, marks, wins_minor) "
                "SELECT ticket_id, 0, draw_id, 'straight', '1', 1, 2, 1, ARRAY[7, 9], 2 FROM bet_entries"
            ),
        ),
        {"bets.worst case", *(f"bets.{name}" for name in bets.QUERIES)},
    ),
    "a result that nobody won by": (
        (
            (
                "INSERT INTO bet_draws (id, game, name, day, slot, currency, opens_at, closes_at, seals_at, draws_at, "
                "source, classes, promise, promise_hash, tip, allotted_minor, worst_minor, state, outcome, "
                "resulted_at, final_at, settled_at, won_minor) "
                f"SELECT '{ONE}', 'x', 'y', now()::date, 1, 'PHP', now(), now() + interval '1 hour', "
                "now() + interval '2 hours', now() + interval '3 hours', 'sealed_draw', 10, '{}', sha256('x'), "
                "sha256('x'), 8, 8, 'resulted', 7, now(), now() + interval '1 day', now(), 9"
            ),
            (
                "INSERT INTO bet_settlements (id, draw_id, outcome, shown, winners, won_minor, reversed_at, is_borne) "
                "SELECT gen_random_uuid(), id, 7, ARRAY[7, 8], 2, 3, now(), true FROM bet_draws, generate_series(1, 2)"
            ),
            (
                "INSERT INTO bet_entries (id, ticket_id, draw_id, stake_minor, state, number, leaf, refunded_at, "
                "refunded_because) SELECT gen_random_uuid(), gen_random_uuid(), bet_draws.id, 1, one.state, number, "
                "'', refunded, why FROM bet_draws, (VALUES ('posted', 1, NULL, ''), ('refunded', 2, now(), 'x')) "
                "AS one (state, number, refunded, why)"
            ),
            (
                "INSERT INTO bet_lines (ticket_id, place, draw_id, kind, selection, stake_minor, numerator, "
                "denominator, marks, wins_minor) SELECT ticket_id, 0, draw_id, 'straight', '7', 1, 2, 1, ARRAY[7], "
                "2 FROM bet_entries WHERE state = 'posted'"
            ),
            (
                "INSERT INTO bet_winnings (settlement_id, ticket_id, place, user_id, amount_minor) "
                "SELECT bet_settlements.id, ticket_id, 0, gen_random_uuid(), 5 FROM bet_settlements, bet_lines"
            ),
            (
                "INSERT INTO ledger_accounts (kind, owner, currency, normal_side, may_be_negative, is_personal, "
                f"balance) SELECT kind, '{ONE}', 'PHP', 'credit', false, false, 2 FROM (VALUES ('owed'), ('stakes')) "
                "AS one (kind)"
            ),
        ),
        {
            *(f"bets.{name}" for name in results.QUERIES),
            *("bets.worst case", "bets.shown"),
            "bets.what a draw has of the bankroll is held in the book",
            "bets.what was staked on a draw is in the book",
            "bets.sales of a draw are numbered without gaps",
            "bets.a part of a ticket costs what its lines cost",
            "bets.seal",
            "ledger.balances",
            "ledger.zero_sum",
            "wallets.covered",
        },
    ),
    "a seal that covers something else": (
        (
            (
                "INSERT INTO bet_draws (id, game, name, day, slot, currency, opens_at, closes_at, seals_at, draws_at, "
                "source, classes, promise, promise_hash, tip, state, seal_root, sealed_at) "
                "SELECT gen_random_uuid(), 'x', 'y', now()::date, 1, 'PHP', now(), now() + interval '1 hour', "
                "now() + interval '2 hours', now() + interval '3 hours', 'sealed_draw', 10, '{}', sha256('x'), "
                "sha256('x'), 'sealed', sha256('y'), now()"
            ),
        ),
        {"bets.seal"},
    ),
    "a balance": (
        ("UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'capital'",),
        {"ledger.balances", "ledger.zero_sum"},
    ),
    "a transfer's amount": (
        ("UPDATE ledger_transfers SET amount = amount + 1 WHERE id = (SELECT max(id) FROM ledger_transfers)",),
        {"ledger.balances", "ledger.log"},
    ),
    "a lost transfer": (
        ("DELETE FROM ledger_transfers WHERE id = (SELECT max(id) FROM ledger_transfers)",),
        {"ledger.balances", "ledger.log"},
    ),
    "a pool moved to another liability": (
        (
            (
                "UPDATE ledger_accounts SET balance = balance - 1 "
                "WHERE kind = 'pool' AND owner LIKE 'rounds-%' AND balance > 0"
            ),
            "UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'capital'",
        ),
        {"ledger.balances", "rounds.M pool"},
    ),
    "a range of a payment that there is not": (
        ("UPDATE slip_ranges SET payment_id = gen_random_uuid() WHERE first = 0",),
        {"references", "rounds.S seal", "rounds.L tickets are what was said"},
    ),
    "a receipt that leads to no leaf": (
        ("INSERT INTO log_receipts (subject, leaf, kind, fact) VALUES ('ada', 'x', 'ledger', 'topup/1/paid/0')",),
        {"ledger.receipts"},
    ),
    "a hold that nobody made": (("UPDATE ledger_accounts SET held = 1 WHERE kind = 'capital'",), {"ledger.holds"}),
    "a liability below zero": (
        (
            "ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_not_overdrawn_check",
            "UPDATE ledger_accounts SET balance = -1 WHERE kind = 'capital'",
        ),
        {"ledger.balances", "ledger.zero_sum", "ledger.overdrawn"},
    ),
    "a coin that was never there": (
        (
            (
                "INSERT INTO coins (id, txid, vout, tx_index, amount_sats, block_height, block_hash, "
                "reserve_key_index) "
                "SELECT gen_random_uuid(), sha256('x'), 0, 1, 5, block_height, block_hash, 0 FROM coins "
                "WHERE orphaned_at IS NULL LIMIT 1"
            ),
        ),
        {"chain.coins"},
    ),
    "a coin of a block that is not on the chain": (
        ("UPDATE coins SET block_hash = sha256('elsewhere') WHERE reserve_key_index = 0 AND orphaned_at IS NULL",),
        {"chain.off_chain"},
    ),
    "a reversed payment whose coin lives": (
        (
            (
                "UPDATE payments SET reversed_at = now() WHERE id = (SELECT payment_id FROM coins WHERE orphaned_at "
                "IS NULL "
                "AND payment_id IS NOT NULL LIMIT 1)"
            ),
        ),
        {"chain.reversed"},
    ),
    "a block that does not follow": (
        ("UPDATE chain_blocks SET previous_hash = sha256('x') WHERE height = (SELECT max(height) FROM chain_blocks)",),
        {"chain.links"},
    ),
    "a cursor on no block": (("UPDATE chain_cursor SET hash = sha256('x')",), {"chain.cursor"}),
    "a slip's paid sats": (
        (f"UPDATE ticket_slips SET paid_sats = paid_sats + 1 WHERE id = {SOLD_SLIP}",),
        {"rounds.M held", "rounds.M slips are their payments"},
    ),
    "a slip's tickets": (
        (f"UPDATE ticket_slips SET ticket_count = ticket_count + 1 WHERE id = {SOLD_SLIP}",),
        {"rounds.M tickets are what was paid for", "rounds.M contributions", "rounds.R slips hold their ranges"},
    ),
    "a slip's contribution": (
        (f"UPDATE ticket_slips SET jackpot_contribution_sats = 0 WHERE id = {SOLD_SLIP}",),
        {"rounds.M contributions", "rounds.M pool", "rounds.M held"},
    ),
    "a round's sold tickets": (
        ("UPDATE rounds SET sold_tickets = sold_tickets + 1 WHERE status = 'open'",),
        {"rounds.R ranges add up", "rounds.R ranges reach what is sold"},
    ),
    "a hole": (
        (
            (
                "UPDATE slip_ranges SET first = first + 1 WHERE (round_number, after) = (SELECT round_number, "
                "max(after) "
                "FROM slip_ranges JOIN rounds USING (round_number) WHERE status = 'open' GROUP BY 1)"
            ),
        ),
        {
            "rounds.R ranges add up",
            "rounds.R slips hold their ranges",
            "references",
            "rounds.L tickets are what was said",
        },
    ),
    "a range given to somebody else": (
        (
            (
                "UPDATE slip_ranges SET slip_id = (SELECT max(slip_id::text)::uuid FROM slip_ranges) WHERE first = 0 "
                "AND "
                "round_number = (SELECT max(round_number) FROM rounds WHERE status = 'open')"
            ),
        ),
        {"rounds.R slips hold their ranges"},
    ),
    "a late payment credited": (
        ("UPDATE order_payments SET status = 'credited' WHERE status = 'late'",),
        {"rounds.C fates", "rounds.log"},
    ),
    "a payment in time called late": (
        (
            (
                "UPDATE order_payments SET status = 'late' WHERE id = (SELECT payment_id FROM slip_ranges JOIN rounds "
                "USING (round_number) WHERE status = 'open' AND first = 0)"
            ),
        ),
        {"rounds.C fates", "rounds.M slips are their payments", "rounds.log"},
    ),
    "a small payment credited": (
        ("UPDATE order_payments SET status = 'credited' WHERE status = 'below_minimum'",),
        {"rounds.C fates", "rounds.log"},
    ),
    "a payment without a fate": (
        ("DELETE FROM order_payments WHERE status = 'late'",),
        {"rounds.O every payment has one fate", "windows.M suspense", "rounds.log"},
    ),
    "a refund that was never given": (
        ("UPDATE order_payments SET refunded_at = now() WHERE status = 'late'",),
        {"windows.M suspense"},
    ),
    "a sealed payment": (
        (
            (
                "UPDATE order_payments SET txid = repeat('0', 64) WHERE id = (SELECT payment_id FROM slip_ranges "
                "JOIN rounds "
                "USING (round_number) WHERE status = 'settled' AND payment_id IS NOT NULL LIMIT 1)"
            ),
        ),
        {"rounds.S seal", "rounds.log"},
    ),
    "a round's hash work": (
        ("UPDATE rounds SET hashes_per_digit = 1 WHERE status = 'settled'",),
        {"rounds.P promise", "rounds.S draw"},
    ),
    "a round without its text": (
        ("UPDATE rounds SET round_terms = NULL WHERE status = 'open'",),
        {"rounds.P promise", "rounds.P orders"},
    ),
    "an order of another promise": (
        (
            (
                "UPDATE deposit_addresses SET terms = replace(terms, left(terms::jsonb->>'roundCommitment', 8), "
                "'00000000') "
                "WHERE id = (SELECT deposit_address_id FROM ticket_orders JOIN rounds USING (round_number) "
                "WHERE status = 'open' LIMIT 1)"
            ),
        ),
        {"rounds.P orders"},
    ),
    "a seal": (("UPDATE rounds SET seal_root = sha256('x') WHERE status = 'settled'",), {"rounds.S seal"}),
    "a winner": (
        ("UPDATE rounds SET winning_ticket = (winning_ticket + 1) % 1000 WHERE status = 'settled'",),
        {"rounds.S draw"},
    ),
    "a drawn digest": (
        (
            (
                "UPDATE draws SET outcome = jsonb_set(outcome, '{drawDigests,0}', to_jsonb(repeat('0', 63) || "
                "(right(outcome->>'drawDigits', 1)::integer + 1) % 10)) WHERE game = 'rounds'"
            ),
        ),  # a digest of another digit
        {"rounds.S draw"},
    ),
    "a closing block": (
        ("UPDATE rounds SET closing_block_hash = sha256('x') WHERE status = 'settled'",),
        {"rounds.S draw"},
    ),
    "a win that vanished": (("DELETE FROM partner_wins",), {"rounds.W wins"}),
    "an obligation that vanished": (("DELETE FROM obligations",), {"rounds.W obligations"}),
    "an obligation to another address": (
        ("UPDATE obligations SET address = 'elsewhere'",),
        {"rounds.W obligations"},
    ),
    "a smaller jackpot": (
        ("UPDATE obligations SET amount_sats = amount_sats - 1",),
        {"rounds.M jackpots are owed", "payouts.debts"},
    ),
    "a combination that anybody could have": (
        ("DELETE FROM luckotto_combinations WHERE combination = (SELECT min(combination) FROM luckotto_combinations)",),
        {"luckotto.T combinations"},
    ),
    "a message that nobody sends": (
        (
            (
                "INSERT INTO messages (id, recipient_sealed, recipient_hash, template, not_before) VALUES "
                "(gen_random_uuid(), decode('057465737431' || repeat('00', 28), 'hex'), '', 'magic_link',"
                " now() - interval '1 hour')"
            ),
        ),
        {"notifications.waiting"},
    ),
    "an address under a key that nobody has": (
        ("UPDATE users SET email_sealed = decode('036f6c64' || repeat('00', 28), 'hex')",),
        {"sealing.keys"},
    ),
    "a document whose file is lost": (
        (
            "INSERT INTO players SELECT id FROM users LIMIT 1 ON CONFLICT DO NOTHING",
            (
                "INSERT INTO player_files (id, user_id, kind, media_type, size, key_sealed) SELECT gen_random_uuid(),"
                " user_id, 'identity', 'application/pdf', 1, decode('057465737431' || repeat('00', 28), 'hex')"
                " FROM players LIMIT 1"
            ),
        ),
        {"players.files"},
    ),
    "an audit entry": (
        ("UPDATE audit_entries SET reason = 'another' WHERE action = 'round.settled'",),
        {"audit.chain"},
    ),
    "an entry of the log": (
        (f"UPDATE log_entries SET data = replace(data, '1', '2') WHERE number = {OF_THE_LEDGER}",),
        {"log.entry_changed", "ledger.log"},
    ),
    "an entry of the log with its hash": (
        (
            f"UPDATE log_entries SET data = data || ' ' WHERE number = {OF_THE_LEDGER}",
            (
                "UPDATE log_entries SET hash = sha256('\\x00'::bytea || convert_to(data, 'UTF8')) "
                f"WHERE number = {OF_THE_LEDGER}"
            ),
        ),
        {"log.tile_changed"},
    ),
    "a lost entry of the log": (
        (f"DELETE FROM log_entries WHERE number = {OF_THE_LEDGER}",),
        {"log.gap", "ledger.log"},
    ),
    "a decision in the log that nobody took": (
        ("INSERT INTO log_leaves (kind, subject, data) VALUES ('decision', 'rounds:1', '{}')",),
        {"audit.log"},
    ),
    "a tile of the log": (
        ("UPDATE log_tiles SET hashes = sha256(hashes) || substr(hashes, 33) WHERE level = 0 AND position = 0",),
        {"log.tile_changed", "log.forked"},
    ),
    "a checkpoint of the log": (
        ("UPDATE log_checkpoints SET note = replace(note, 'time 1', 'time 2')",),
        {"log.checkpoint_not_ours"},
    ),
    "a checkpoint's root": (("UPDATE log_checkpoints SET root = sha256(root)",), {"log.forked"}),
    "a witness's signature": (
        (
            "INSERT INTO log_witnesses (key) VALUES ('witness.example+00000000+AAAA')",
            (
                "INSERT INTO log_cosignatures (size, witness, cosigned_at, line) "
                "SELECT max(size), 'witness.example+00000000+AAAA', now(), 'none' FROM log_checkpoints"
            ),
        ),
        {"log.cosignature_wrong"},
    ),
    "a key of the log that signed nothing": (
        (f"UPDATE log_entries SET kind = 'log.key', subject = 'localhost/log' WHERE number = {OF_THE_LEDGER}",),
        {"log.key_wrong", "ledger.log"},
    ),
    "a quorum of a cosignature that is not kept": (
        (
            (
                "UPDATE log_entries SET kind = 'round.witnessed', data = CAST(json_build_object('detail', "
                "json_build_object('cosigned', json_build_array(json_build_object("
                "'verifierKey', 'w', 'size', 1, 'line', 'x')))) AS text) "
                f"WHERE number = {OF_THE_LEDGER}"
            ),
        ),
        {"log.cosignature_missing", "log.entry_changed", "ledger.log", "audit.log"},
    ),
    "a payout that is told and is not there": (
        (
            (
                "INSERT INTO log_leaves (kind, subject, data) VALUES ('payout.signed', "
                '\'payout\\:01800000-0000-7000-8000-000000000001\', \'{"detail"\\:{"txid"\\:"ab"}}\')'
            ),
        ),
        {"payouts.log", "audit.log"},
    ),
    "whom a leaf names": (
        ("UPDATE log_receipts SET salt = sha256(salt) WHERE salt IS NOT NULL",),
        {"rounds.L players are whom the log names", "luckotto.L players are whom the log names"},
    ),
    "a receipt's leaf": (
        ("UPDATE log_receipts SET leaf = sha256(leaf) WHERE kind = 'order.unpaid'",),
        {"windows.log receipts"},
    ),
    "an order that is said to be paid, and was not": (
        (
            (
                "INSERT INTO log_leaves (kind, subject, data) SELECT kind, subject, data "
                "FROM log_entries WHERE kind = 'order.paid' AND data LIKE '%\"game\"\\:\"rounds\"%' LIMIT 1"
            ),
        ),
        {"rounds.log", "windows.log receipts"},
    ),
    "a sealed draw without its checkpoints": (
        (
            (
                "INSERT INTO draws (id, game, subject, source, algorithm, seed, parameters, state, outcome) VALUES "
                "('01800000-0000-7000-8000-000000000001', 'none', '1', 'closing_block', 'sealed-draw-1', "
                "repeat('ab', 32), jsonb_build_object('promise', repeat('cd', 32), 'sealRoot', repeat('ef', 32), "
                "'hashes', 9), 'confirmed', '{}')"
            ),
        ),
        {"draws.states"},
    ),
    "a payment in a state that nothing explains": (
        (PAYMENT.format(state="succeeded", paid="NULL", received=0),),
        {"gateways.state"},
    ),
    "a payment without its money": (
        (PAYMENT.format(state="succeeded", paid="now()", received=700),),
        {"gateways.clearing", "gateways.on its way back"},
    ),
    "refunds of more than came in": (
        (
            PAYMENT.format(state="refunding", paid="now()", received=700),
            (
                "INSERT INTO gateway_refunds (id, payment_id, amount_minor, state, because, asked_by, was_taken_back) "
                f"VALUES ('{ONE}', '{ONE}', 701, 'requested', '', '', false)"
            ),
        ),
        {"gateways.clearing", "gateways.on its way back", "gateways.refunds"},
    ),
    "a wish to have money back that holds none": (
        (
            (
                "INSERT INTO approvals (id, kind, subject, payload, payload_sha256, mark, why, proposed_by_user, "
                f"not_before, expires_at) SELECT '{ONE}', 'gateway.refund_wished', 'payment', "
                f"jsonb_build_object('holdKey', '{ONE}', 'amountMinor', 700), sha256('x'), '', '', id, now(), "
                "now() + interval '1 day' FROM users LIMIT 1"
            ),
        ),
        {"gateways.what is wished back is held", "approvals.altered"},
    ),
    "a dispute that took nothing": (
        (
            PAYMENT.format(state="disputed", paid="now()", received=700),
            (
                "INSERT INTO gateway_disputes (id, payment_id, provider_id, amount_minor) "
                f"VALUES ('{ONE}', '{ONE}', 'dp', 700)"
            ),
        ),
        {"gateways.clearing", "gateways.disputed", "gateways.a dispute is in the book"},
    ),
    "a refund and a fee that no line paid": (
        (
            PAYMENT.format(state="refunded", paid="now()", received=700),
            "UPDATE gateway_payments SET fee_minor = 9, is_taken = true WHERE provider = 'none'",
            (
                "INSERT INTO gateway_refunds (id, payment_id, amount_minor, state, because, asked_by, was_taken_back) "
                f"VALUES ('{ONE}', '{ONE}', 700, 'succeeded', '', '', true)"
            ),
        ),
        {"gateways.clearing", "gateways.fee", "gateways.a refund is in the book"},
    ),
    "a refund that nobody asked for and nobody pays for": (
        (
            PAYMENT.format(state="refunded", paid="now()", received=700),
            "UPDATE gateway_payments SET is_taken = true WHERE provider = 'none'",
            (
                "INSERT INTO gateway_refunds (id, payment_id, amount_minor, state, because, asked_by, was_taken_back, "
                f"provider_id, is_unasked, borne_by) VALUES ('{ONE}', '{ONE}', 700, 'succeeded', '', '', false, 're', "
                "true, 'house')"
            ),
        ),
        {
            "gateways.clearing",
            "gateways.a refund is in the book",
            "gateways.a refund that nobody asked for is borne",
        },
    ),
    "a result that nobody read and nobody entered": (
        (
            (
                "INSERT INTO awaited_results (id, game, subject, lottery, day, slot, drawn_at, digits, promise, "
                f"final_after) VALUES ('{ONE}', 'none', '1', 'pcso.3d', '2026-01-01', '14:00', now(), 3, "
                "sha256('x'), '1 day')"
            ),
            (
                "INSERT INTO result_outcomes (awaited_id, version, numbers, how, evidence, approval_id, confirmed_at, "
                f"final_at, mark) VALUES ('{ONE}', 2, '47', 'correction', '{{}}', '{ONE}', now(), now(), '')"
            ),
            (
                "INSERT INTO result_observations (id, awaited_id, source, asked_at, answered_at, status, body, "
                "body_sha256, body_size, numbers, mark) "
                f"VALUES ('{ONE}', '{ONE}', 'philnews', now(), now(), 200, 'x', sha256('y'), 1, '047', 'z')"
            ),
            (
                "INSERT INTO result_source_changes (id, source, host, parser, origin, is_asked, approval_id, "
                f"decided_by, confirmed_by, mark) VALUES ('{ONE}', 'philnews', '', '', '', true, '{ONE}', '', '', 'z')"
            ),
            (
                "INSERT INTO result_confirmings (id, lottery, by_sources, approval_id, decided_by, confirmed_by, mark) "
                f"VALUES ('{ONE}', 'us-ny', true, '{ONE}', '', '', 'z')"
            ),
        ),
        {
            *("results.state", "results.versions", "results.digits", "results.final", "results.papers"),
            *("results.pages", "results.reads", "results.outcomes", "results.sources", "results.confirming"),
        },
    ),
    "a leaf that nobody numbers": (
        (
            (
                "INSERT INTO log_leaves (kind, subject, data, written_at) "
                "VALUES ('a thing', '', '{}', now() - interval '1 hour')"
            ),
        ),
        {"log.waiting"},
    ),
    "an audit entry that was never sealed": (
        (
            (
                "INSERT INTO audit_entries (id, recorded_at, actor, action, subject) VALUES "
                "('01800000-0000-7000-8000-000000000000', now() - interval '1 hour', 'x', 'y', 'z')"
            ),
        ),
        {"audit.unsealed"},
    ),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_change_is_named(lived: World, name: str) -> None:
    statements, expected = CORRUPTIONS[name]
    assert found(lived, *statements) == expected


def test_rounds_that_are_asked_in_parts_are_all_asked(lived: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house of thousands asks some hundreds at a time; each lie is told of its own round, in its part."""
    monkeypatch.setattr(window_checks, "_AT_ONCE", 1)
    assert found(lived) == set()
    numbers = db.session.scalars(text("SELECT DISTINCT round_number FROM ticket_orders ORDER BY 1")).all()
    db.session.rollback()
    assert len(numbers) > 1
    for number in numbers:
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        of_it = "SELECT deposit_address_id FROM ticket_orders WHERE round_number = :number"
        db.session.execute(
            text(f"UPDATE deposit_addresses SET terms = terms || ' ' WHERE id IN ({of_it})"), {"number": number}
        )
        told = [breach.detail for breach in window_checks.orders_keep_the_promise()]
        db.session.rollback()
        assert {detail.partition(":")[0] for detail in told} == {f"round {number}"}
        assert any("is not what its terms promised" in detail for detail in told)
        assert any("no address of its terms" in detail for detail in told)


def test_every_check_has_been_seen_to_fire() -> None:
    """The names of all checks, from the sources; each stands with a change above that brings it out."""
    from app.games.ticket_draw import checks

    seen = set().union(*(expected for _, expected in CORRUPTIONS.values()))
    named = {f"rounds.{name}" for name in checks._QUERIES}
    for path in (TOP / "app").rglob("checks.py"):
        source = path.read_text().replace('f"{game.name}.', '"rounds.').replace("Breach(\n            ", "Breach(")
        named |= {part.split('"')[0] for part in source.split('Breach("')[1:]}
    seen |= {"log.witness_silent"}  # of one in the settings: tests/record/log/witnesses/test_contradicting.py
    seen |= {"approvals.altered"}  # nobody proposes in these worlds: tests/people/approvals/test_ends.py
    assert named <= seen


def run_audit(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **world.environment, "FLASK_APP": "wsgi:app"}
    return subprocess.run(
        [sys.executable, "-m", "flask", "audit", *arguments],
        cwd=TOP,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_exits_1_and_names_the_breach(lived: World) -> None:
    clean = lived.app.test_cli_runner().invoke(args=["audit", "--json"])
    report = json.loads(clean.stdout.splitlines()[-1])
    assert (clean.exit_code, report["ok"], report["breaches"]) == (0, True, [])
    change, restore = (f"UPDATE ledger_accounts SET balance = balance {sign} 7 WHERE kind = 'capital'" for sign in "+-")
    db.session.execute(text(change))
    db.session.commit()
    broken = run_audit(lived)
    db.session.execute(text(restore))
    db.session.commit()
    assert broken.returncode == 1
    assert "BREACH ledger.balances: capital:" in broken.stdout
