"""What whoever takes a player's money is told, also when twenty take it at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.wire.error_messages import message_for
from app.people.players import queries, service, spending, unhindered
from app.people.players.models import PlayerExclusion, PlayerTimeout
from app.people.players.profile.rules import Proposed
from app.people.players.rules import Taking
from app.people.players.spending import LimitReached, OnBreak

from .money import Takings
from .people import registered

LIMIT = 1_000


@pytest.fixture
def money(committed_db: Flask) -> Takings:
    return Takings(committed_db)


@pytest.fixture
def player(money: Takings) -> UUID:
    with transaction():
        return registered()


def refused(take: Callable[[], object]) -> LimitReached | OnBreak:
    with pytest.raises(spending.PlayingRefused) as found, transaction():
        take()
    assert isinstance(found.value, LimitReached | OnBreak)
    return found.value


def test_without_a_limit_everything_is_let_through(money: Takings, player: UUID) -> None:
    with transaction():
        money.take(player, 10**12)
        money.take(player, 10**12, "deposit")


def test_a_limit_is_met_to_the_last_coin_and_says_when_it_frees(
    committed_db: Flask, money: Takings, player: UUID
) -> None:
    with transaction():
        service.set_limit(player, "HTG", "stake", "day", LIMIT)
        money.write(player, 300, "stake", hours_ago=20)
        money.write(player, 100, "stake", hours_ago=10)
        money.write(player, 999, "stake", hours_ago=25)
        money.write(player, 999, "deposit")
        money.write(player, 999, "stake", currency="USD")
        money.take(player, 600)
    for amount, hours in ((1, 4), (300, 4), (301, 14), (401, 24)):
        error = refused(lambda amount=amount: money.take(player, amount))
        assert isinstance(error, LimitReached)
        reached = error.reached
        assert (error.code, error.status, reached.left) == ("stake_limit_reached", 409, 0)
        assert reached.frees_at is not None
        assert abs(reached.frees_at - queries.read_now() - timedelta(hours=hours)) < timedelta(minutes=1)
    error = refused(lambda: money.take(player, LIMIT + 1))
    assert (error.code, dict(error.params)["limitMinor"]) == ("stake_limit_exceeded", LIMIT)
    with committed_db.test_request_context("/"):
        assert str(message_for(error)) == "This is more than your limit of stakes, 10.00\u00a0HTG."


def test_of_several_limits_the_one_that_lasts_longest_is_told(money: Takings, player: UUID) -> None:
    with transaction():
        for kind, period in (("stake", "day"), ("stake", "week"), ("loss", "month")):
            service.set_limit(player, "HTG", kind, period, LIMIT)  # type: ignore[arg-type]
        money.take(player, LIMIT)
    error = refused(lambda: money.take(player, 1))
    assert isinstance(error, LimitReached)
    assert (error.reached.kind, error.reached.period) == ("loss", "month")


def test_a_stake_has_to_fit_under_the_limit_of_losses_and_a_prize_makes_room(money: Takings, player: UUID) -> None:
    with transaction():
        service.set_limit(player, "HTG", "loss", "week", LIMIT)
        money.take(player, 900)
    assert refused(lambda: money.take(player, 101)).code == "loss_limit_reached"
    with transaction():
        money.write(player, -5_000, "loss")
    assert refused(lambda: money.take(player, LIMIT + 1)).code == "loss_limit_exceeded", "a prize is no higher limit"
    with transaction():
        money.take(player, LIMIT)
        money.take(player, 5_000, "deposit")


@pytest.mark.parametrize("kind", ["deposit", "stake"])
def test_who_is_off_is_refused_until_it_ends(money: Takings, player: UUID, kind: Taking) -> None:
    with transaction():
        until = service.take_timeout(player, 3)
        assert service.take_timeout(player, 1) == until, "none is cut short by a shorter one"
    error = refused(lambda: money.take(player, 1, kind))
    assert (error.code, error.status, error.until) == ("player_timed_out", 403, until)  # type: ignore[union-attr]
    with transaction():
        excluded = service.exclude(player, 6)
    error = refused(lambda: money.take(player, 1, kind))
    assert (error.code, error.status, error.until) == ("player_excluded", 403, excluded)  # type: ignore[union-attr]
    assert excluded - queries.read_now() > timedelta(days=180)


def test_what_is_over_is_over(money: Takings, player: UUID) -> None:
    with transaction():
        now = spending.hold(player)
        ago = now - timedelta(days=200)
        db.session.add(PlayerTimeout(id=new_id(), user_id=player, begins_at=ago, ends_at=ago + timedelta(days=1)))
        ended = PlayerExclusion(id=new_id(), user_id=player, months=6, begins_at=ago, ends_at=now)
        db.session.add(ended)
    with transaction():
        money.take(player, 1)
    assert not queries.breaks_of(player).is_on


def kept_out(statement: str, **values: UUID) -> str:
    """What the database says to it; nothing if it lets it through."""
    try:
        with transaction():
            db.session.execute(text(statement), values)
    except IntegrityError as error:
        return str(error.orig)
    return ""


CUT_SHORT = (
    "UPDATE player_exclusions SET ends_at = ends_at - interval '1 second'",
    "UPDATE player_timeouts SET ends_at = clock_timestamp()",
    "DELETE FROM player_exclusions",
    "DELETE FROM player_timeouts",
    "TRUNCATE player_exclusions",
    "DELETE FROM players",
    "DELETE FROM users",
    "UPDATE players SET user_id = gen_random_uuid()",
)


def test_the_database_itself_cuts_no_break_short(money: Takings, player: UUID) -> None:
    with transaction():
        service.take_timeout(player, 30)
        service.exclude(player, 60)
    before = queries.breaks_of(player)
    for deed in CUT_SHORT:
        assert kept_out(deed), deed
        assert queries.breaks_of(player) == before, deed


WHAT_CANNOT_BE = (
    "player_exclusions (id, user_id, months, ends_at) VALUES (:id, :u, 5, clock_timestamp() + interval '9 months')",
    "player_exclusions (id, user_id, months, ends_at) VALUES (:id, :u, 6, clock_timestamp() + interval '179 days')",
    "player_exclusions (id, user_id, months, ends_at) VALUES (:id, :u, 61, clock_timestamp() + interval '9 years')",
    "player_timeouts (id, user_id, ends_at) VALUES (:id, :u, clock_timestamp() + interval '31 days')",
    "player_timeouts (id, user_id, ends_at) VALUES (:id, :u, clock_timestamp() - interval '1 day')",
    "player_limits VALUES (:u, 'EUR', 'loss', 'day', 1, now())",
    "player_limits VALUES (:u, 'HTG', 'win', 'day', 1, now())",
    "player_limits VALUES (:u, 'HTG', 'loss', 'year', 1, now())",
    "player_limits VALUES (:u, 'HTG', 'loss', 'day', -1, now())",
    "player_limits VALUES (:u, 'HTG', 'loss', 'day', 9, now(), 9, now())",
    "player_limits VALUES (:u, 'HTG', 'loss', 'day', 9, now(), 10, NULL)",
)


def test_the_database_itself_refuses_what_cannot_be(money: Takings, player: UUID) -> None:
    with transaction():
        spending.hold(player)
    for row in WHAT_CANNOT_BE:
        assert "_check" in kept_out(f"INSERT INTO {row}", u=player, id=new_id()), row


def test_twenty_at_once_take_no_more_than_the_limit(committed_db: Flask, money: Takings, player: UUID) -> None:
    with transaction():
        service.set_limit(player, "HTG", "stake", "day", LIMIT)

    def take(_: int) -> bool:
        with committed_db.app_context():
            try:
                with transaction():
                    money.take(player, 150)
            except LimitReached:
                return False
            return True

    with ThreadPoolExecutor(20) as pool:
        taken = sum(pool.map(take, range(20)))
    assert taken == LIMIT // 150
    assert money.total(player, "HTG", "stake", queries.read_now() - timedelta(days=1)) == taken * 150


def test_without_the_lock_they_would(
    committed_db: Flask, money: Takings, player: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: who reads before the others have written is let through."""
    with transaction():
        service.set_limit(player, "HTG", "stake", "day", LIMIT)
    seen = threading.Barrier(4, timeout=60)
    monkeypatch.setattr(spending, "hold", lambda user_id: queries.read_now())

    def take(_: int) -> None:
        with committed_db.app_context(), transaction():
            spending.allowed(player, "HTG", "stake", 600)
            seen.wait()
            money.write(player, 600, "stake")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, range(4)))
    assert money.total(player, "HTG", "stake", queries.read_now() - timedelta(days=1)) == 4 * 600 > LIMIT


def test_a_limit_that_is_lowered_meanwhile_waits_and_then_counts_what_was_taken(
    committed_db: Flask, money: Takings, player: UUID
) -> None:
    """And a first taking of a player who is not known as one yet makes his row once."""
    began, may_end, lowered = threading.Event(), threading.Event(), threading.Event()

    def take() -> None:
        with committed_db.app_context(), transaction():
            money.take(player, 900)
            began.set()
            assert may_end.wait(60)

    def lower() -> None:
        assert began.wait(60)
        with committed_db.app_context(), transaction():
            service.set_limit(player, "HTG", "stake", "day", LIMIT)
        lowered.set()

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(take), pool.submit(lower)]
        assert began.wait(60)
        assert not lowered.wait(0.3), "it waits for the taking"
        may_end.set()
        for one in both:
            one.result(60)
    assert refused(lambda: money.take(player, 101)).code == "stake_limit_reached"
    assert db.session.scalars(select(func.count()).select_from(text("players"))).one() == 1


def test_nothing_is_not_taken(money: Takings, player: UUID) -> None:
    for amount in (0, -1):
        with pytest.raises(ValueError, match="nothing is taken"), transaction():
            spending.allowed(player, "HTG", "stake", amount)


def test_of_many_those_are_found_in_whose_way_nothing_stands(money: Takings) -> None:
    """Whom a few statements let through is whom the dozen would; the others are asked about one by one."""
    with transaction():
        free, limited, off, out, young = (registered(f"{n}@example.com", _like(n)) for n in range(5))
        double = registered("o.ut@gmail.com", _like(6))
        service.set_limit(limited, "HTG", "loss", "week", LIMIT)
        service.take_timeout(off, 3)
        service.exclude(registered("out@gmail.com", _like(7)), 6)
        service.exclude(out, 6)
        db.session.execute(text("UPDATE player_profiles SET jurisdiction = 'XX' WHERE id = :id"), {"id": young})
        people = [free, limited, off, out, young, double]
        now = unhindered.hold_all([*people, *people])
        assert unhindered.unhindered(dict.fromkeys(people, 1), "HTG", now) == {free}
        assert unhindered.unhindered(dict.fromkeys(people, 1), "USD", now) == {free, limited}
        money.take(free, 10**9)
        for one in (off, out, young, double):
            with pytest.raises(DomainError):
                money.take(one, 1)


def _like(number: int) -> Proposed:
    return Proposed("Ada Lovelace", f"1990-01-{number + 1:02}", "HT", "HTG")
