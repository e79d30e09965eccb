"""A debt is paid only for a round that is what it promised and sealed, and only to whom the terms promised it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from app.chain.deposits.addresses import parse_address, script_to_address
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.games.luckotto.game import LUCKOTTO
from app.games.ticket_draw.game import ROUNDS
from app.money.payouts import queries
from app.money.payouts.drafts import generation, staleness
from app.money.payouts.models import Obligation
from app.money.payouts.sent import broadcasting
from app.money.payouts.signed import psbt, upload
from app.selling.windows import jobs
from app.selling.windows.games import AnyGame
from app.selling.windows.proof import kept, promise
from tests.games.luckotto.conftest import Lottery, lottery  # noqa: F401
from tests.settings import dealt

from .signers import by_libsecp

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"
WORK = {"rounds": "hashes_per_digit", "luckotto": "hash_work"}
GAMES = pytest.mark.parametrize("game", [ROUNDS, LUCKOTTO], ids=lambda game: game.name)


def with_a_game(name: str, values: Sequence[str]) -> pytest.MarkDecorator:
    """Each value with one of the games, which take turns."""
    cases = dealt([ROUNDS, LUCKOTTO], values)
    return pytest.mark.parametrize(("game", name), cases, ids=[f"{game.name}-{value}" for game, value in cases])


def sold(lottery: Lottery, game: AnyGame) -> int:  # noqa: F811
    """A round that one player bought whole, sealed, its closing block buried; its number."""
    return lottery.recalled(("sold", game.name), lambda: _sold(lottery, game))


def _sold(lottery: Lottery, game: AnyGame) -> int:  # noqa: F811
    site = lottery.made(edge_percent=5)
    if game is ROUNDS:
        order = lottery.order(site)
        lottery.send(order.address, 1_100_000)
        number = order.round_number
    else:
        whole = lottery.buy(str(site.id), range(1, 13), "whale")
        lottery.pay(whole)
        number = whole["roundNumber"]
    lottery.mine()
    db.session.rollback()
    round_ = db.session.get_one(game.round, number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
    lottery.mine_to(sales_end - 1 + depth)
    jobs.seal()
    lottery.mine_to(closing + depth)
    return number


def rewrite(statement: str, **values: Any) -> None:
    """As somebody does who may write to the database: its triggers rest."""
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(statement), values)


def status(game: AnyGame, number: int) -> str:
    db.session.rollback()
    return str(db.session.get_one(game.round, number, populate_existing=True).status)


def draft(game: AnyGame, number: int) -> Any:
    with transaction():
        return generation.for_round(game.name, str(number), 2_000, "operator:olga")[0].id


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(DomainError, match="payout_promise_broken"):
        act()
    db.session.rollback()


@GAMES
def test_nothing_is_paid_for_a_round_that_was_changed(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    number = sold(lottery, game)
    jobs.settle()
    assert status(game, number) == "settled"
    table, work = game.round.__tablename__, WORK[game.name]
    rewrite(f"UPDATE {table} SET {work} = {work} + 1 WHERE round_number = :n", n=number)
    refused(lambda: draft(game, number))
    rewrite(f"UPDATE {table} SET {work} = {work} - 1 WHERE round_number = :n", n=number)
    rewrite("UPDATE obligations SET amount_sats = amount_sats + 1")
    refused(lambda: draft(game, number))
    rewrite("UPDATE obligations SET amount_sats = amount_sats - 1")
    payout = draft(game, number)
    with transaction():
        assert upload.attach(payout, by_libsecp(queries.payout(payout).psbt), "operator:olga") == []
    rewrite(f"UPDATE {table} SET seal_root = sha256('x') WHERE round_number = :n", n=number)
    refused(lambda: broadcasting.broadcast(payout, "operator:olga", "it is due"))
    with transaction():
        assert staleness.watch() == 1
    assert lottery.node.call("getrawmempool") == []


@GAMES
def test_nothing_is_paid_to_an_address_that_nobody_asked_for(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    number = sold(lottery, game)
    jobs.settle()
    payout = draft(game, number)
    with transaction():
        assert upload.attach(payout, by_libsecp(queries.payout(payout).psbt), "operator:olga") == []
    rewrite("UPDATE obligations SET address = :other", other=OTHERS)
    refused(lambda: broadcasting.broadcast(payout, "operator:olga", "it is due"))
    assert lottery.node.call("getrawmempool") == []


@with_a_game(
    "change",
    [
        "kind = 'balance', address = :other",
        "kind = 'balance', amount_sats = amount_sats - 1",
        "partner_site_id = (SELECT id FROM partner_sites WHERE id <> partner_site_id LIMIT 1)",
    ],
)
def test_a_debt_is_what_the_draw_left_and_nothing_else(lottery: Lottery, game: AnyGame, change: str) -> None:  # noqa: F811
    number = sold(lottery, game)
    loser = lottery.made(edge_percent=0)
    assert loser is not None
    jobs.settle()
    rewrite(f"UPDATE obligations SET {change}", **({"other": OTHERS} if ":other" in change else {}))
    refused(lambda: draft(game, number))


@GAMES
def test_what_pays_a_debt_pays_it_where_it_is_owed(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    """The draft, its id and its output were exchanged together, and the debt was left as it is."""
    number = sold(lottery, game)
    jobs.settle()
    payout = draft(game, number)
    handed_out, owed = queries.payout(payout).psbt, db.session.query(Obligation).one().address
    ours = parse_address(owed, "regtest")
    theirs = ours[:2] + ours[:1:-1]
    address = script_to_address(theirs, "regtest")
    raw = base64.b64decode(handed_out)
    assert ours in raw
    other = base64.b64encode(raw.replace(ours, theirs)).decode()
    rewrite("UPDATE payouts SET psbt = :psbt, txid = :txid", psbt=other, txid=psbt.decode(other).txid)
    rewrite("UPDATE payout_outputs SET script = :s, address = :a WHERE script = :o", s=theirs, a=address, o=ours)
    with pytest.raises(DomainError, match="payout_damaged"), transaction():
        upload.attach(payout, by_libsecp(other), "operator:olga")


@GAMES
def test_what_was_signed_is_what_goes_out(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    number = sold(lottery, game)
    jobs.settle()
    payout = draft(game, number)
    with transaction():
        assert upload.attach(payout, by_libsecp(queries.payout(payout).psbt), "operator:olga") == []
    rewrite("UPDATE payouts SET signed_tx = signed_tx || '\\x00'::bytea")
    with pytest.raises(DomainError, match="payout_damaged"):
        broadcasting.broadcast(payout, "operator:olga", "it is due")
    assert lottery.node.call("getrawmempool") == []


@GAMES
def test_a_payment_that_left_and_came_back_leaves_its_round_payable(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    """Deeper than any round settles: the block that was lost is the chain's again, closing block and all."""
    number, node = sold(lottery, game), lottery.node
    jobs.settle()
    payments = game.payment.__tablename__
    height = db.session.execute(text(f"SELECT min(block_height) FROM {payments}")).scalar_one()
    db.session.rollback()
    above, lost = node.call("getblockcount") - height, node.call("getblockhash", height)
    node.call("invalidateblock", lost)
    node.call("generatetoaddress", above + 3, lottery.miner)
    lottery.scan()
    between = node.call("getblockhash", height)
    node.call("reconsiderblock", lost)
    node.call("invalidateblock", between)
    node.call("generatetoaddress", 8, lottery.miner)
    lottery.scan()
    assert node.call("getblockhash", height) == lost
    assert draft(game, number)


@GAMES
def test_nothing_is_paid_for_a_promise_that_its_orders_do_not_name(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    """Columns, text, seal and audit were rewritten to fit each other, after the round was settled."""
    number = sold(lottery, game)
    jobs.settle()
    table, work = game.round.__tablename__, WORK[game.name]
    rewrite(f"UPDATE {table} SET {work} = {work} + 1 WHERE round_number = :n", n=number)
    told = promise.text_of(kept.members(game, _round(game, number)))
    rewrite(f"UPDATE {table} SET round_terms = :told WHERE round_number = :n", told=told, n=number)
    root = kept.recomputed_root(game, number)
    rewrite(f"UPDATE {table} SET seal_root = :root WHERE round_number = :n", root=root, n=number)
    for member, value in (("roundTerms", told), ("sealRoot", root.hex())):
        rewrite(
            "UPDATE audit_entries SET detail = jsonb_set(detail, ARRAY[CAST(:m AS text)], to_jsonb(CAST(:v AS text)))"
            " WHERE subject = :s AND jsonb_exists(detail, :m)",
            m=member,
            v=value,
            s=game.subject(number),
        )
    assert kept.promise_differs(game, _round(game, number)) == []
    refused(lambda: draft(game, number))


def _round(game: AnyGame, number: int) -> Any:
    db.session.rollback()
    return db.session.get_one(game.round, number, populate_existing=True)


@GAMES
def test_who_is_paid_is_who_the_terms_say(lottery: Lottery, game: AnyGame) -> None:  # noqa: F811
    """The winning order's row was given another payout address, with the closing block known."""
    number = sold(lottery, game)
    orders = game.order.__tablename__
    rewrite(f"UPDATE {orders} SET payout_address = :other WHERE round_number = :n", other=OTHERS, n=number)
    jobs.settle()
    assert status(game, number) == "halted"
    assert db.session.query(Obligation).count() == 0
    named = [breach.check for breach in lottery.breaches()]
    assert f"{game.name}.P orders" in named
