"""What is decided of limits and breaks, without touching anything; the properties searched by Hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.core.money import MOST_MINOR
from app.people.players import rules
from app.people.players.rules import Movement, Standing, Wish
from tests.properties.profile import searched

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
AMOUNTS = st.none() | st.integers(0, 30)
HOUR = timedelta(hours=1)


def lets(standing: Standing) -> float:
    """How much a limit lets through."""
    return float("inf") if standing.amount is None else standing.amount


@searched()
@given(
    st.lists(st.tuples(st.sampled_from(["ask", "confirm"]), AMOUNTS, st.integers(0, 80)), max_size=12),
)
def test_nothing_is_ever_raised_but_by_a_yes_a_day_to_three_days_after_the_wish(
    steps: list[tuple[str, int | None, int]],
) -> None:
    """Whatever somebody asks and confirms in whatever order: what more is let through was wished all that time."""
    standing, now, wished = Standing(5), NOW, {}
    for what, amount, hours in steps:
        now += hours * HOUR
        before = standing
        if what == "ask":
            standing = rules.decide(standing, amount, now)
            assert lets(standing) <= lets(before)
            if standing.wish is None:
                wished.clear()
            elif standing.wish != before.wish:
                wished = {standing.wish.amount: now}
            continue
        try:
            standing = rules.confirm(standing, amount, now)
        except DomainError:
            continue
        assert timedelta(hours=24) <= now - wished.pop(amount) < timedelta(hours=72)
        assert lets(standing) > lets(before)


@searched()
@given(AMOUNTS, AMOUNTS)
def test_lower_holds_at_once_and_higher_never_does(held: int | None, wanted: int | None) -> None:
    after = rules.decide(Standing(held), wanted, NOW)
    if rules.is_raise(held, wanted):
        assert after == Standing(held, Wish(wanted, NOW))
    else:
        assert after == Standing(wanted)


@pytest.mark.parametrize(
    ("hours", "code"), [(0, "raise_too_early"), (23.99, "raise_too_early"), (24, None), (71.99, None)]
)
@pytest.mark.parametrize("wanted", [10, None])
def test_when_the_second_yes_counts(hours: float, code: str | None, wanted: int | None) -> None:
    standing = Standing(5, Wish(wanted, NOW))
    if code is None:
        assert rules.confirm(standing, wanted, NOW + hours * HOUR) == Standing(wanted)
        return
    with pytest.raises(DomainError) as refused:
        rules.confirm(standing, wanted, NOW + hours * HOUR)
    assert (refused.value.code, refused.value.status) == (code, 409)
    assert refused.value.params == {"opensAt": "2026-11-30T12:00:00Z"}


@pytest.mark.parametrize(
    ("standing", "wanted", "hours"),
    [
        (Standing(5), 10, 30),
        (Standing(5, Wish(10, NOW)), 11, 30),
        (Standing(5, Wish(10, NOW)), None, 30),
        (Standing(5, Wish(None, NOW)), 10, 30),
        (Standing(5, Wish(10, NOW)), 10, 72),
        (Standing(), None, 30),
    ],
    ids=["no wish", "more than wished", "all", "less than all", "lapsed", "no limit"],
)
def test_a_yes_to_what_does_not_wait_changes_nothing(standing: Standing, wanted: int | None, hours: int) -> None:
    with pytest.raises(DomainError) as refused:
        rules.confirm(standing, wanted, NOW + hours * HOUR)
    assert refused.value.code == "no_raise_waits"


def test_the_same_wish_again_neither_hastens_nor_delays_it() -> None:
    wished = rules.decide(Standing(5), 10, NOW)
    assert rules.decide(wished, 10, NOW + 30 * HOUR) == wished
    assert rules.decide(wished, 10, NOW + 72 * HOUR).wish == Wish(10, NOW + 72 * HOUR), "it had lapsed"
    assert rules.decide(wished, 11, NOW + 30 * HOUR).wish == Wish(11, NOW + 30 * HOUR), "another one waits anew"
    assert rules.decide(wished, 5, NOW + HOUR) == Standing(5), "the last word counts"
    assert rules.decide(wished, 3, NOW + HOUR) == Standing(3)


@pytest.mark.parametrize("wanted", [-1, MOST_MINOR + 1])
def test_amounts_that_cannot_be(wanted: int) -> None:
    with pytest.raises(DomainError, match="amount_out_of_range"):
        rules.decide(Standing(), wanted, NOW)


@searched()
@example([(0, 1), (1, 1), (1, -1)], 1, 1)  # what leaves at one moment leaves together
@given(
    st.lists(st.tuples(st.integers(0, 6 * 24), st.integers(-20, 30)), max_size=12),
    st.integers(0, 60),
    st.integers(1, 70),
)
def test_when_it_fits_again_is_the_first_moment_at_which_it_does(
    spent: list[tuple[int, int]], limit: int, amount: int
) -> None:
    """Held against asking at every hour of the week to come what the window then holds."""
    window = rules.WINDOWS["week"]
    movements = [Movement(NOW - hours * HOUR, minor) for hours, minor in spent]
    if rules.fits(limit, sum(one.amount for one in movements), amount):
        return
    found = rules.frees_at(movements, limit, amount, window)

    def fits_at(moment: datetime) -> bool:
        return rules.fits(limit, sum(one.amount for one in movements if one.at > moment - window), amount)

    hourly = [NOW + hours * HOUR for hours in range(7 * 24 + 1)]
    assert found == next((moment for moment in hourly if fits_at(moment)), None)
    assert (found is None) is (amount > limit)


@searched()
@given(st.integers(0, 100), st.integers(-100, 100), st.integers(1, 100))
def test_winning_makes_no_room_beyond_the_limit(limit: int, spent: int, amount: int) -> None:
    if rules.fits(limit, spent, amount):
        assert amount <= limit
        assert spent + amount <= limit


@searched()
@given(st.integers(0, 6 * 365 * 24 * 60), st.integers(6, 60))
def test_months_are_never_shorter_than_the_database_asks_for(minutes: int, months: int) -> None:
    moment = NOW + timedelta(minutes=minutes)
    ends = rules.months_after(moment, months)
    assert ends - moment >= months * timedelta(days=30)
    assert (ends.hour, ends.minute, ends.second) == (moment.hour, moment.minute, moment.second)
    assert (ends.year - moment.year) * 12 + ends.month - moment.month == months


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [
        (datetime(2026, 8, 31, tzinfo=UTC), 6, datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2027, 8, 31, tzinfo=UTC), 6, datetime(2028, 2, 29, tzinfo=UTC)),
        (datetime(2026, 12, 1, tzinfo=UTC), 12, datetime(2027, 12, 1, tzinfo=UTC)),
        (datetime(2026, 6, 30, tzinfo=UTC), 6, datetime(2026, 12, 30, tzinfo=UTC)),
    ],
)
def test_the_same_day_so_many_months_on(begins: datetime, months: int, ends: datetime) -> None:
    assert rules.months_after(begins, months) == ends


@pytest.mark.parametrize(("days", "is_one"), [(0, False), (1, True), (30, True), (31, False), (-7, False)])
def test_days_off(days: int, is_one: bool) -> None:
    if is_one:
        rules.check_days(days)
    else:
        with pytest.raises(DomainError, match="days_out_of_range"):
            rules.check_days(days)


@pytest.mark.parametrize(("months", "is_one"), [(5, False), (6, True), (60, True), (61, False), (0, False)])
def test_months_off(months: int, is_one: bool) -> None:
    if is_one:
        rules.check_months(months)
    else:
        with pytest.raises(DomainError, match="months_out_of_range"):
            rules.check_months(months)
