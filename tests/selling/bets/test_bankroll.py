"""A bankroll is its owner's by two people, and its draws' before that: the database itself sees to it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.record.audit.models import Alarm
from app.record.ledger import queries as ledger
from app.record.ledger import service as ledger_service
from app.record.ledger.entries import AccountRef, Posting
from app.selling.bets import exposure, jobs, postings
from app.selling.bets.bankroll import capacity, owner
from app.selling.bets.games import GAMES
from app.selling.bets.models import BetCapacity, BetDraw
from app.selling.bets.sealing import cancelling
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.people.approvals.people import confirm, session_of

from .pick_game import PickGame
from .rail import BANKROLL, Rail

BANK, RESULT = AccountRef("bank", "main", "PHP"), AccountRef("result", "", "PHP")
OWN = postings.bankroll("pick", "PHP")


def house_loses(amount: int) -> None:
    ledger_service.post([Posting(RESULT, AccountRef("bank", "test", "PHP"), amount, "test", str(amount), "lost")])


def can_cost(rail: Rail, draw_id: UUID, worst: int) -> bool:
    """In a transaction of its own, as a sale."""
    with transaction():
        draw = db.session.get_one(BetDraw, draw_id, with_for_update=True, populate_existing=True)
        if not capacity.widen(draw_id, worst):
            return False
        exposure.add(draw_id, {7: worst - draw.worst_minor})
        return True


@pytest.mark.parametrize("is_locked", [True, False])
def test_draws_that_want_all_that_is_free_at_once(
    committed_rail: Rail, is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More is in the bankroll than is free. Without the lock of what is free, two take it twice."""
    rail, free = committed_rail, BANKROLL // 2
    with transaction():
        house_loses(BANKROLL - free)
        jobs.capacity._set_free(capacity._locked("PHP"), free)
    two, together, left = [rail.make_draw() for _ in range(2)], Barrier(2), capacity._left

    def looked(game: str, row: BetCapacity) -> int:
        found = left(game, row)
        if not is_locked:
            together.wait(5)
        return found

    monkeypatch.setattr(capacity, "_left", looked)
    if not is_locked:
        monkeypatch.setattr(capacity, "_locked", lambda currency: db.session.get_one(BetCapacity, currency))

    def take(draw_id: UUID) -> bool:
        with rail.app.app_context():
            return can_cost(rail, draw_id, free)

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(take, two))
    assert sorted(taken) == [not is_locked, True]
    assert (db.session.get_one(BetCapacity, "PHP", populate_existing=True).allotted_minor <= free) is is_locked


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bet_draws SET allotted_minor = allotted_minor + 1",
        "UPDATE ledger_holds SET state = 'voided' WHERE source = 'bet-draw'",
        "UPDATE ledger_holds SET amount = amount - 1 WHERE source = 'bet-draw'",
        "UPDATE bet_draws SET worst_minor = allotted_minor + 1",
        "UPDATE ledger_accounts SET balance = held - 1 WHERE kind = 'bankroll'",
    ],
)
def test_the_database_refuses_draws_that_the_bankroll_does_not_cover(committed_rail: Rail, statement: str) -> None:
    """Whoever writes it, and with no word of ours between."""
    assert can_cost(committed_rail, committed_rail.make_draw(), 1_000)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text(statement))
    with transaction() as session:  # the same without the change
        session.execute(text("UPDATE bet_draws SET allotted_minor = allotted_minor"))


def proposed(propose, amount: int) -> UUID:
    with transaction():
        waiting = propose("pick", amount, "read the statement", actor="operator:operator", reference="S 7")
        assert waiting is not None
        return waiting.id


def test_the_owner_puts_in_and_takes_out_what_no_draw_has(house: Flask) -> None:  # noqa: F811
    game = PickGame()
    GAMES.fill(house, {game.name: game})
    rail = Rail(house, game)
    first = proposed(owner.propose_fund, 256_000)
    assert ledger.balance(OWN) == 0, "one person enters nothing"
    confirm(first, session_of("bea"))
    assert (ledger.balance(OWN), ledger.balance(BANK), capacity.unallotted("PHP")) == (256_000,) * 3
    assert can_cost(rail, draw := rail.make_draw(), 56_000)
    with pytest.raises(DomainError, match="bankroll_needed"):
        proposed(owner.propose_withdraw, 200_001)
    with pytest.raises(DomainError, match="bank_has_less") as refused, transaction():
        owner.propose_withdraw("pick", 1, "why", actor="operator:operator", bank="bank:empty")
    assert (refused.value.field, refused.value.params["balanceMinor"]) == ("bank", 0), "it says where nothing is"
    late = proposed(owner.propose_withdraw, 200_000)
    assert can_cost(rail, draw, 57_000)
    with pytest.raises(DomainError, match="approval_outdated"):
        confirm(late, session_of("bea"))
    confirm(proposed(owner.propose_withdraw, 100_000), session_of("bea"))
    assert (ledger.balance(OWN), ledger.balance(BANK)) == (156_000, 156_000)
    for place in ("capital", "bank:", "wallet:x"):
        with pytest.raises(DomainError, match="place_unknown"):
            owner.propose_fund("pick", 1, "why", actor="operator:operator", bank=place)
    shown = json.loads(house.test_cli_runner().invoke(args=["bets", "bankroll"]).stdout)
    allotted = 56_000 + 2 * 781  # by slices
    told = {"bankroll": 156_000, "allotted": allotted, "couldLeave": 156_000 - allotted}
    assert shown == [{"game": "pick", "currency": "PHP", **told}]
    assert [breach for breach in rail.breaches() if "lines" not in breach.check] == []  # nobody has bought anything


def test_a_sealed_draw_without_an_official_one_goes_back_by_two_people(house: Flask) -> None:  # noqa: F811
    game = PickGame()
    GAMES.fill(house, {game.name: game})
    rail = Rail(house, game)
    selling, sealed = rail.make_draw(), rail.make_draw()
    with transaction() as session:
        session.execute(text("UPDATE bet_draws SET state = 'sealed' WHERE id = :id"), {"id": sealed})

    def cancel(draw_id: UUID) -> UUID:
        with transaction():
            name = rail.draw(draw_id).name
            waiting = cancelling.propose("pick", name, "pcso.gov.ph/x", "a storm", actor="operator:operator")
            assert waiting is not None
            return waiting.id

    with pytest.raises(DomainError, match="draw_has_result"):
        cancel(selling)
    confirm(cancel(sealed), session_of("bea"))
    assert (rail.draw(sealed).state, rail.draw(sealed).cancelled_because) == (
        *("cancelled", "official_draw_cancelled: pcso.gov.ph/x"),
    )


def open_alarms() -> set[str]:
    return {f"{alarm.code} {alarm.subject}" for alarm in db.session.query(Alarm).filter(Alarm.closed_at.is_(None))}


def test_what_goes_wrong_is_said_and_taken_back(rail: Rail) -> None:
    draw = rail.make_draw()
    can_cost(rail, draw, BANKROLL // 10 * 9 + 1)
    jobs.count_capacity()
    assert open_alarms() == {"bankroll_low bankroll:pick"}
    with transaction():
        house_loses(BANKROLL // 2)
    jobs.count_capacity()
    assert open_alarms() == {"bankroll_low bankroll:pick", "bets_uncovered bets:PHP"}
    rail.fund(BANKROLL)
    jobs.count_capacity()
    assert open_alarms() == set()


def test_draws_are_skipped_at_the_shell(rail: Rail) -> None:
    jobs.make_draws()
    shell, by = rail.app.test_cli_runner(), ["--operator", "ada", "--reason", "A storm"]
    opened = json.loads(shell.invoke(args=["bets", "draws", "pick"]).stdout)
    name = opened[-1]["name"]
    assert opened[-1]["left"] == BANKROLL
    assert shell.invoke(args=["bets", "skip", "pick", name, *by]).stdout == "1 draws skipped\n"
    assert "sealed, over or cancelled" in shell.invoke(args=["bets", "skip", "pick", name, *by]).stderr
    assert shell.invoke(args=["bets", "unskip", "pick", name, *by]).stdout == "it sells again\n"
    assert shell.invoke(args=["bets", "skip", "pick", name[:10], *by]).stdout == "3 draws skipped\n"
