"""The rail under every game of windows: what a game of any kind can rely on, and what holds between games."""

from __future__ import annotations

import inspect
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask

from app.chain.scan.scanner import LISTENERS
from app.core.errors import NotFound
from app.record.ledger.entries import AccountRef, Posting
from app.selling.windows import models, postings
from app.selling.windows.games import game_called, window_games
from app.selling.windows.questions import crediting, draw, proof, sale, seal, terms

PAYMENT = UUID(int=1)


def net(legs: list[Posting]) -> dict[tuple[str, str], int]:
    """What these postings leave on each account: credits less debits."""
    sums: dict[tuple[str, str], int] = {}
    for leg in legs:
        for account, sats in ((leg.credit, leg.amount), (leg.debit, -leg.amount)):
            key = (account.kind, account.owner)
            sums[key] = sums.get(key, 0) + sats
    return {key: sats for key, sats in sums.items() if sats}


def test_each_game_has_names_and_tables_of_its_own(app: Flask) -> None:
    with app.app_context():
        games = window_games()
        assert games[0].name == "rounds"
        for names in (
            [game.name for game in games],
            [game.round_kind for game in games],
            [game.subject(7) for game in games],
            [model.__tablename__ for game in games for model in (game.round, game.order, game.payment)],
        ):
            assert len(set(names)) == len(names)
        assert [game_called(game.name) for game in games] == list(games)
        with pytest.raises(NotFound):
            game_called("roulette")


def test_each_games_tables_keep_what_the_rail_relies_on(app: Flask) -> None:
    with app.app_context():
        for game in window_games():
            assert issubclass(game.round, models.WindowRound)
            assert issubclass(game.order, models.WindowOrder)
            assert issubclass(game.payment, models.WindowPayment)
            rounds, payments = game.round.__table__, game.payment.__table__
            named = {constraint.name for table in (rounds, payments) for constraint in table.constraints}
            assert {f"{rounds.name}_{what}_check" for what in ("round_number", "heights_in_order", "status")} <= named
            assert {
                f"{payments.name}_{what}_check"
                for what in ("status", "no_negative_part", "parts_make_the_whole", "orphaned")
            } <= named
            assert {index.name for index in payments.indexes} >= {
                f"{payments.name}_{what}_idx" for what in ("live", "order", "refund_due", "round")
            }


def test_every_hook_says_when_it_is_called() -> None:
    questions = (sale.Sale, terms.Terms, crediting.Crediting, seal.Seal, draw.Drawing, proof.Proof)
    hooks = [
        value
        for question in questions
        for name, value in vars(question).items()
        if inspect.isfunction(value) and name[0] != "_"
    ]
    assert len(hooks) > 20
    assert [hook.__qualname__ for hook in hooks if not hook.__doc__] == []


def test_a_question_is_small_and_every_game_answers_it_with_a_part_of_its_own(app: Flask) -> None:
    questions = {"sale": sale.Sale, "terms": terms.Terms, "crediting": crediting.Crediting}
    questions |= {"seal": seal.Seal, "draw": draw.Drawing, "proof": proof.Proof}
    for question in questions.values():
        asked = {name: value for name, value in vars(question).items() if inspect.isfunction(value) and name[0] != "_"}
        hooks = [name for name, value in asked.items() if not getattr(value, "__final__", False)]
        assert 3 <= len(hooks) <= 6, (question, hooks)
    with app.app_context():
        for game in window_games():
            for name, question in questions.items():
                part = getattr(game, name)
                assert isinstance(part, question)
                assert type(part).__module__.startswith(f"app.games.{type(part).__module__.split('.')[2]}.")


@pytest.mark.parametrize(
    ("to_pool", "credited", "refundable"), [(100, 110, 0), (0, 50, 0), (200, 160, 0), (100, 110, 40), (0, 0, 30)]
)
def test_what_a_void_sends_to_suspense_is_what_the_credit_brought(to_pool: int, credited: int, refundable: int) -> None:
    credit = postings.credit(
        PAYMENT, "game", 3, to_pool=to_pool, credited=credited, refundable=refundable, reason="late"
    )
    assert net(credit).get(("coins", ""), 0) == -(credited + refundable)
    assert net(credit).get(("pool", "game-3"), 0) == to_pool
    assert net(credit).get(("held", "game-3"), 0) == credited - to_pool
    voided = postings.void(PAYMENT, "game", 3, to_pool=to_pool, credited=credited, reason="underfunded")
    left = net([*credit, *voided])
    assert left.get(("suspense", "underfunded"), 0) == credited
    assert left.get(("suspense", "late"), 0) == refundable
    assert {key for key in left if key[0] in ("pool", "held")} == set()


def test_a_refund_of_either_posting_has_a_line_of_its_own() -> None:
    site = UUID(int=2)
    legs = [
        *postings.credit(PAYMENT, "game", 3, to_pool=100, credited=110, refundable=40, reason="sold_out"),
        *postings.void(PAYMENT, "game", 3, to_pool=100, credited=110),
    ]
    refunds = [postings.refund(leg, site) for leg in legs if leg.credit.kind == "suspense"]
    assert len({leg.line for leg in refunds}) == len(refunds) == 3
    assert net([*legs, *refunds])[("partner", str(site))] == 150


def test_a_settled_round_leaves_nothing_on_its_accounts() -> None:
    sites = {UUID(int=8): 30, UUID(int=9): 12}
    legs = postings.settle("game-round", "game", 3, 500, sites)
    assert net(legs) == {
        ("pool", "game-3"): -500,
        ("held", "game-3"): -42,
        ("result", ""): 500,
        ("partner", str(UUID(int=8))): 30,
        ("partner", str(UUID(int=9))): 12,
    }
    assert {leg.source for leg in legs} == {"game-round"}
    assert postings.pool("game", 3) == AccountRef("pool", "game-3")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def test_refunds_of_a_game_that_there_is_not(app: Flask) -> None:
    done = run(app, "refunds", "list", "--game", "roulette")
    assert done.exit_code == 2
    assert "there is no such game" in done.output


def test_the_rail_is_told_of_by_one_listener(app: Flask) -> None:
    """Were a game a listener of its own, its rounds would open before another's were closed."""
    with app.app_context():
        names = [type(listener).__module__ for listener in LISTENERS.get()]
    assert [name for name in names if name.startswith("app.selling.windows")] == [
        "app.selling.windows.orders.crediting"
    ]
