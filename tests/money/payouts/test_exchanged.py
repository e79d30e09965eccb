"""Who holds a jackpot is who was sealed, what was drawn is what we drew, and what is paid is what we drafted: in both
games, whatever else in the database was exchanged to fit."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import text

from app.chain.deposits import commitment
from app.chain.deposits.addresses import script_to_address
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.faces.admin.commands.replay import replay, vouch
from app.faces.admin.jobs import rerun_draw
from app.faces.admin.payouts import api as payouts_api
from app.games.luckotto.draw.six_numbers import SixNumbers, numbers_from
from app.games.luckotto.game import LUCKOTTO
from app.games.ticket_draw.draw.hash_draw import DrawResult
from app.games.ticket_draw.game import ROUNDS
from app.money.payouts import queries
from app.money.payouts.drafts import generation, staleness
from app.money.payouts.models import Obligation
from app.money.payouts.sent import broadcasting, replacing
from app.money.payouts.signed import psbt, upload
from app.selling.windows import jobs
from app.selling.windows.games import AnyGame
from app.selling.windows.proof import kept
from tests.games.luckotto.conftest import Lottery, lottery  # noqa: F401

from .signers import by_libsecp
from .test_promise import GAMES, OTHERS, draft, refused, rewrite, sold, status, with_a_game

PLANTED = "INSERT INTO slip_ranges (round_number, first, after, ticket_supply, slip_id, payment_id) "

DAMAGED = "payout_damaged"


def redirected(payout: Any, kind: str) -> tuple[str, str]:
    """A draft whose first output of that kind goes elsewhere now, with all that must fit: it, signed, and where to."""
    db.session.rollback()
    handed_out = queries.payout(payout).psbt
    ours = next(row.script for row in queries.outputs_of(payout) if row.kind == kind)
    theirs = ours[:2] + ours[:1:-1]
    other = base64.b64encode(base64.b64decode(handed_out).replace(ours, theirs, 1)).decode()
    assert other != handed_out
    rewrite("UPDATE payouts SET psbt = :psbt, txid = :txid", psbt=other, txid=psbt.decode(other).txid)
    address = script_to_address(theirs, "regtest")
    rewrite("UPDATE payout_outputs SET script = :s, address = :a WHERE script = :o", s=theirs, a=address, o=ours)
    return by_libsecp(other), address


def contested(lottery: Lottery, game: AnyGame) -> tuple[int, Any, Any]:  # noqa: F811
    """A round that one player bought nearly whole, and a thief a little of; sealed, its closing block buried."""
    return lottery.recalled(("contested", game.name), lambda: _contested(lottery, game))


def _contested(lottery: Lottery, game: AnyGame) -> tuple[int, Any, Any]:  # noqa: F811
    site = lottery.made(edge_percent=10)
    if game is ROUNDS:
        victim, thief = lottery.order(site, "ada"), lottery.order(site, "eve")
        number, ids = victim.round_number, (victim.id, thief.id)
        lottery.send(victim.address, 900 * 1_100)
        lottery.mine()
        lottery.send(thief.address, 100 * 1_100)
    else:
        orders = [lottery.buy(str(site.id), range(1, 12), "ada"), lottery.buy(str(site.id), range(7, 13), "eve")]
        number, ids = orders[0]["roundNumber"], (orders[0]["id"], orders[1]["id"])
        for order in orders:
            lottery.pay(order)
            lottery.mine()
    lottery.mine()
    db.session.rollback()
    round_ = db.session.get_one(game.round, number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
    lottery.mine_to(sales_end - 1 + depth)
    jobs.seal()
    lottery.mine_to(closing + depth)
    assert status(game, number) == "sealed"
    return number, *ids


@pytest.mark.parametrize(
    "how",
    [
        "UPDATE slip_ranges SET slip_id = :thief WHERE slip_id = :victim",
        PLANTED + "SELECT round_number, 1, after - 1, ticket_supply, :thief, :nobody FROM slip_ranges "
        "WHERE slip_id = :victim",
    ],
    ids=["exchanged", "planted"],
)
def test_who_wins_a_ticket_is_who_was_sealed(lottery: Lottery, how: str) -> None:  # noqa: F811
    """The ranges name another order, and the payments that were sealed do not."""
    number, victim, thief = contested(lottery, ROUNDS)
    values = {"thief": thief, "victim": victim} | ({"nobody": new_id()} if ":nobody" in how else {})
    rewrite(how, **values)
    jobs.settle()
    won = text("SELECT slip_id FROM partner_wins WHERE winning_ticket_number < 900")
    assert str(thief) not in [str(slip) for (slip,) in db.session.execute(won)]
    db.session.rollback()
    holder = ROUNDS.draw.winner(db.session.get_one(ROUNDS.round, number), DrawResult("005", [], 5))
    assert holder is None or str(holder.id) == str(victim)
    assert lottery.breaches() != []


@pytest.mark.parametrize(
    "how",
    [
        "UPDATE luckotto_combinations c SET sequence = t.sequence FROM luckotto_tickets t WHERE t.id = :thief",
        "DELETE FROM luckotto_combinations",
    ],
)
def test_who_wins_six_numbers_is_who_was_sealed(lottery: Lottery, how: str) -> None:  # noqa: F811
    """The index of combinations names another ticket, or none: the house would win."""
    number, victim, thief = contested(lottery, LUCKOTTO)
    rewrite(how, **({"thief": thief} if ":thief" in how else {}))
    db.session.rollback()
    drawn = SixNumbers([1, 2, 3, 4, 5, 6], [])
    holder = LUCKOTTO.draw.winner(db.session.get_one(LUCKOTTO.round, number), drawn)
    assert holder is not None
    assert str(holder.id) == str(victim)


@with_a_game("as_kind", ["obligation", "balance", "change"])
def test_what_is_paid_is_what_was_drafted(lottery: Lottery, game: AnyGame, as_kind: str) -> None:  # noqa: F811
    """Draft, id, outputs, recipients and signed transaction were exchanged together."""
    number = sold(lottery, game)
    jobs.settle()
    payout = draft(game, number)
    signed, other = redirected(payout, "change" if as_kind == "change" else "obligation")
    if as_kind == "balance":
        rewrite("UPDATE payout_outputs SET kind = 'balance', obligation_id = NULL WHERE kind = 'obligation'")
        rewrite(
            "UPDATE partner_sites SET payout_address = :a, verification_status = 'verified', "
            "payout_address_changed_at = now() - interval '80 hours'",
            a=other,
        )
    with pytest.raises(DomainError, match=DAMAGED), transaction():
        upload.attach(payout, signed, "operator:olga")
    rewrite("UPDATE payouts SET signed_tx = :raw, state = 'signed'", raw=psbt.decode(signed).signed)
    for when in ("NULL", "now()"):  # one that was sent may still go to whom a partner was before
        rewrite(f"UPDATE payouts SET broadcast_at = {when}")
        with pytest.raises(DomainError, match=DAMAGED):
            broadcasting.broadcast(payout, "operator:olga", "it is due")
    with pytest.raises(DomainError, match=DAMAGED), transaction():
        replacing.bump(payout, 9_000, "operator:olga", "too slow")
    assert lottery.node.call("getrawmempool") == []


def test_a_sweep_gathers_for_us_alone(lottery: Lottery) -> None:  # noqa: F811
    contested(lottery, ROUNDS)
    with transaction():
        payout = generation.sweep(1_000, "operator:olga")[0].id
    signed, _ = redirected(payout, "change")
    with pytest.raises(DomainError, match=DAMAGED), transaction():
        upload.attach(payout, signed, "operator:olga")


@with_a_game("change", ["source_id = '0' || source_id", "source = 'elsewhere'", "source_id = 'one'"])
def test_a_debt_is_of_a_round_that_there_is(lottery: Lottery, game: AnyGame, change: str) -> None:  # noqa: F811
    """Under another name it would pass for one that nothing was promised for."""
    number = sold(lottery, game)
    jobs.settle()
    rewrite(f"UPDATE obligations SET {change}, address = :other", other=OTHERS)
    db.session.rollback()
    owed = db.session.query(Obligation).one()
    source, source_id = owed.source, owed.source_id
    db.session.rollback()
    with pytest.raises(DomainError, match="payout_promise_broken"), transaction():
        generation.for_round(source, source_id, 2_000, "operator:olga")
    assert lottery.breaches() != [], number


@with_a_game("how", ["of another round", "terms and address, not the commitment"])
def test_who_is_paid_is_an_order_of_the_round(lottery: Lottery, game: AnyGame, how: str) -> None:  # noqa: F811
    """The winner's row, terms, script and address were written anew in accord; the seal holds the old commitment."""
    number = sold(lottery, game)
    orders = game.order.__tablename__
    elsewhere = "round_number = round_number + 1, " if how == "of another round" else ""
    found = "SELECT d.id, d.terms, d.internal_key FROM deposit_addresses d JOIN {} o ON o.deposit_address_id = d.id"
    told = db.session.execute(text(f"{found.format(orders)} WHERE o.round_number = {number}")).one()
    db.session.rollback()
    terms = json.loads(told.terms) | {"payoutAddress": OTHERS}
    if elsewhere:
        terms["roundNumber"] = number + 1
    written = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    key = commitment.output_key(told.internal_key, commitment.commitment(written))
    script = commitment.script_pubkey(key)
    rewrite(f"UPDATE {orders} SET {elsewhere}payout_address = :a WHERE round_number = {number}", a=OTHERS)
    rewrite(
        "UPDATE deposit_addresses SET terms = :t, script_pubkey = :s, address = :a WHERE id = :id",
        t=written,
        s=script,
        a=script_to_address(script, "regtest"),
        id=told.id,
    )
    jobs.settle()
    assert status(game, number) == "halted"
    assert db.session.query(Obligation).count() == 0


@GAMES
def test_a_planted_draft_is_neither_shown_nor_signed(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    """It says that it does not live, which switched every check off once."""
    number = sold(lottery, game)
    jobs.settle()
    payout = draft(game, number)
    signed, _ = redirected(payout, "obligation")
    with transaction() as session:
        session.execute(text("ALTER TABLE payouts DROP CONSTRAINT payouts_live_check"))
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in ("payouts", "payout_inputs", "payout_outputs"):
            session.execute(text(f"UPDATE {table} SET live = false"))
    with transaction():
        assert staleness.is_damaged(queries.payout(payout))
        assert payouts_api.record(queries.payout(payout)).psbt == ""
    with pytest.raises(DomainError, match=DAMAGED), transaction():
        upload.attach(payout, signed, "operator:olga")


@GAMES
def test_rounds_that_are_paid_need_no_mark(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    """After an upgrade, or when the secret was changed: marks matter as long as something is to be paid."""
    sold(lottery, game)
    jobs.settle()
    rewrite("UPDATE draws SET mark = NULL")
    rewrite(f"UPDATE {game.round.__tablename__} SET seal_mark = NULL")
    assert {one.check.rpartition(".")[2] for one in lottery.breaches()} >= {"S seal", "S draw"}
    with transaction() as session:
        session.execute(text("DELETE FROM obligations"))
    assert not [one for one in lottery.breaches() if one.check.endswith(("S seal", "S draw"))]


@GAMES
def test_what_won_is_what_was_hashed(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    """A player with a ticket of his own rewrote outcome, round, audit and debt to fit it, and no promise or address."""
    number, _, thief = contested(lottery, game)
    jobs.settle()
    assert status(game, number) == "settled"
    column, value, outcome = (
        ("winning_ticket", 950, {"drawDigits": "950", "drawDigests": [f"{digit:064x}" for digit in (0, 5, 9)]})
        if game is ROUNDS
        else ("winning_numbers", 0b111111000000, _ground())
    )
    outcome |= {"winningTicket": 950} if game is ROUNDS else {}
    rewrite(f"UPDATE {game.round.__tablename__} SET {column} = :v WHERE round_number = :n", v=value, n=number)
    told = json.dumps(outcome)
    rewrite("UPDATE draws SET outcome = CAST(:o AS jsonb) WHERE game = :g", o=told, g=game.name)
    rewrite(
        "UPDATE audit_entries SET detail = detail || CAST(:o AS jsonb) WHERE action = 'round.settled' AND subject = :s",
        o=told,
        s=game.subject(number),
    )
    rewrite("DELETE FROM obligations")
    rewrite(
        f"INSERT INTO obligations (id, kind, source, source_id, partner_site_id, address, amount_sats) "
        f"SELECT :id, 'jackpot', :g, :n, o.partner_site_id, o.payout_address, r.jackpot_sats "
        f"FROM {game.order.__tablename__} o JOIN {game.round.__tablename__} r USING (round_number) WHERE o.id = :thief",
        id=new_id(),
        g=game.name,
        n=str(number),
        thief=thief,
    )
    db.session.rollback()
    holder = game.draw.holder(db.session.get_one(game.round, number))
    assert str(holder.id) == str(thief)
    refused(lambda: draft(game, number))
    assert f"{game.name}.S draw" in [breach.check for breach in lottery.breaches()]


def _ground() -> dict[str, Any]:
    """An outcome, consistent in itself, that draws a ticket of seven to twelve."""
    states = (hashlib.sha256(str(number).encode()).hexdigest() for number in range(1_000_000))
    found = (numbers_from(state, 12) for state in states)
    return next(one for one in found if one.winning == [7, 8, 9, 10, 11, 12]).to_json()


@GAMES
def test_the_closing_block_is_the_node_s(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    """Whoever writes another hash into the table of blocks would have chosen the winner."""
    number = sold(lottery, game)
    rewrite(
        f"UPDATE chain_blocks SET hash = sha256('ground') WHERE height = "
        f"(SELECT closing_height FROM {game.round.__tablename__} WHERE round_number = :n)",
        n=number,
    )
    jobs.settle()
    assert status(game, number) == "halted"
    assert db.session.query(Obligation).count() == 0


@GAMES
def test_marks_of_another_secret_wait_for_the_hashing_to_be_repeated(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    number = sold(lottery, game)
    jobs.settle()
    rewrite("UPDATE draws SET mark = NULL")
    refused(lambda: draft(game, number))
    assert rerun_draw(game.name, number, "operator:olga")
    assert draft(game, number)


@GAMES
def test_what_is_drawn_from_is_what_we_sealed(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    """What was bought changed hands, and root and audit with it: no promise, no terms and no address had to change."""
    number, victim, thief = contested(lottery, game)
    table = game.payment.__tablename__
    holders = [("slip_ranges", "slip_id")] if game is ROUNDS else [("luckotto_tickets", "id")]
    for name, column in [(table, "order_id"), *holders]:
        nobody = new_id()
        for one, other in ((victim, nobody), (thief, victim), (nobody, thief)):
            rewrite(f"UPDATE {name} SET {column} = :other WHERE {column} = :one", one=one, other=other)
    db.session.rollback()
    root = kept.recomputed_root(game, number)
    db.session.rollback()
    rewrite(f"UPDATE {game.round.__tablename__} SET seal_root = :r WHERE round_number = :n", r=root, n=number)
    rewrite(
        "UPDATE audit_entries SET detail = jsonb_set(detail, '{sealRoot}', to_jsonb(CAST(:r AS text))) "
        "WHERE subject = :s AND action = 'round.sealed'",
        r=root.hex(),
        s=game.subject(number),
    )
    db.session.rollback()
    assert kept.differences(game, db.session.get_one(game.round, number)) == []
    db.session.rollback()
    jobs.settle()
    assert status(game, number) == "halted"
    assert f"{game.name}.P orders" not in [breach.check for breach in lottery.breaches()]


@GAMES
def test_a_seal_of_an_earlier_secret_is_marked_by_a_replay(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    number = sold(lottery, game)
    jobs.settle()
    rewrite(f"UPDATE {game.round.__tablename__} SET seal_mark = NULL WHERE round_number = :n", n=number)
    refused(lambda: draft(game, number))
    report = replay(game, number, with_draw=True, tell=lambda done, total, what: None)
    assert report.differences == []
    assert vouch(game, number, report)
    assert not vouch(game, number, report)
    assert draft(game, number)
