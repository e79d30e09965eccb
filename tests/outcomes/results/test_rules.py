"""When sources are believed, and when they are asked; and what else is pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from app.outcomes.results.asking.looks import next_look
from app.outcomes.results.consensus.rules import Read, Rule, verdict
from app.outcomes.results.sources.lotteries import LOTTERIES, Schedule, drawn_at

BEGAN = datetime(2026, 11, 30, 9, 15, tzinfo=UTC)
PCSO = Rule(LOTTERIES["pcso.3d"].needs, frozenset({"pcso"}), timedelta(minutes=10))
NEW_YORK = Rule(LOTTERIES["us-ny"].needs, frozenset({"lottery", "state"}), timedelta(minutes=10))


def reads(*told: tuple[str, int, str | None]) -> list[Read]:
    """Source, minute, and what was found: digits, "!" for a page that says two numbers, None for nothing."""
    made = []
    for at, (source, minute, numbers) in enumerate(told):
        moment = BEGAN + timedelta(minutes=minute)
        origin = {"ny_site": "lottery", "ny_open_data": "state"}.get(source, "pcso")
        reason = {"!": "two_numbers", None: "not_yet"}.get(numbers, "")
        kept = None if reason else numbers
        made.append(Read(UUID(int=at), source, origin, moment, moment + timedelta(seconds=2), kept, reason))
    return made


def each(
    minute: int, site: str | None, interface: str | None, *aggregators: str | None
) -> list[tuple[str, int, str | None]]:
    names = ("pcso_site", "lottomatik", "lottopcso", "philnews")
    return [(name, minute, numbers) for name, numbers in zip(names, (site, interface, *aggregators), strict=False)]


@pytest.mark.parametrize(
    ("told", "stands", "numbers", "against"),
    [
        ((), "nothing", None, ()),
        (each(0, "047", "047", "047"), "once", "047", ()),
        (each(0, "047", "047", None, None), "nothing", None, ()),
        ([*each(0, "047", "047", "047"), *each(9, "047", "047", "047")], "once", "047", ()),
        ([*each(0, "047", "047", "047"), *each(10, "047", "047", "047")], "once", "047", ()),  # two seconds too near
        ([*each(0, "047", "047", "047"), *each(11, "047", "047", "047")], "agreed", "047", ()),
        (
            [*each(0, "047", "047", "047"), *each(5, None, None, None), *each(11, "047", "047", "047")],
            "agreed",
            "047",
            (),
        ),
        ([*each(0, "047", "047", "047"), *each(11, "047", "047", None)], "once", "047", ()),
        ([*each(0, "047", "047", "047"), *each(11, "047", "047", None, "047")], "once", "047", ()),
        ([*each(0, "047", "047", "047"), *each(11, "047", "047", "!")], "nothing", None, ()),
        ([*each(0, "047", "047", "047", "417"), *each(11, "047", "047", "047", "417")], "agreed", "047", ("philnews",)),
        ([*each(0, "047", "417", "047"), *each(11, "047", "417", "047")], "nothing", None, None),
        ([*each(0, "417", "417", "417"), *each(11, "047", "047", "047")], "once", "047", ()),
        (
            [*each(0, "047", "047", "047"), *each(5, "417", "047", "047"), *each(11, "047", "047", "047")],
            "once",
            "047",
            (),
        ),
    ],
)
def test_site_interface_and_an_aggregator(
    told: list[tuple[str, int, str | None]], stands: str, numbers: str | None, against: tuple[str, ...] | None
) -> None:
    found = verdict(PCSO, reads(*told))
    assert (found.stands, found.numbers) == (stands, numbers)
    assert against is None or found.against == against
    assert verdict(PCSO, reads(*told)[::-1]).stands == stands, "the order in which reads are told says nothing"


def test_two_origins_are_both_needed() -> None:
    site = [("ny_site", minute, "047") for minute in (0, 11)]
    data = [("ny_open_data", minute, "047") for minute in (600, 611)]
    assert verdict(NEW_YORK, reads(*site)).stands == "nothing"
    assert verdict(NEW_YORK, reads(*site, *data)).stands == "agreed"
    alone = Rule((("ny_site",),), NEW_YORK.origins, NEW_YORK.apart)
    assert verdict(alone, reads(*site)).stands == "nothing", "an origin that no group names is asked for all the same"
    assert verdict(Rule((), frozenset(), timedelta(0)), reads(*site)).stands == "nothing"


def test_sources_are_asked_by_the_schedule() -> None:
    drawn, moment, asked = BEGAN, BEGAN, []
    schedule = Schedule()
    following: datetime | None = drawn + schedule.first
    while following is not None and len(asked) < 200:
        asked.append(int((following - drawn) / timedelta(minutes=1)))
        moment = following + timedelta(seconds=3)
        following = next_look(schedule, drawn, moment)
    assert asked[:8] == [15, 20, 25, 30, 35, 40, 45, 75]
    assert asked[-1] == 72 * 60 + 15
    assert next_look(schedule, drawn, drawn + timedelta(minutes=33)) == drawn + timedelta(minutes=35), (
        "late, and not twice"
    )


@pytest.mark.parametrize(
    ("lottery", "day", "slot", "expected"),
    [
        ("pcso.3d", date(2026, 11, 30), time(21), datetime(2026, 11, 30, 13, tzinfo=UTC)),
        ("pcso.3d", date(2026, 1, 1), time(0, 30), datetime(2025, 12, 31, 16, 30, tzinfo=UTC)),
        ("us-ny", date(2026, 7, 1), time(22, 30), datetime(2026, 7, 2, 2, 30, tzinfo=UTC)),
        ("us-ny", date(2026, 12, 1), time(22, 30), datetime(2026, 12, 2, 3, 30, tzinfo=UTC)),
        ("us-fl", date(2026, 3, 7), time(21, 45), datetime(2026, 3, 8, 2, 45, tzinfo=UTC)),
        ("us-fl", date(2026, 3, 8), time(13, 30), datetime(2026, 3, 8, 17, 30, tzinfo=UTC)),
        ("us-ga", date(2026, 10, 31), time(23, 34), datetime(2026, 11, 1, 3, 34, tzinfo=UTC)),
        ("us-ga", date(2026, 11, 1), time(23, 34), datetime(2026, 11, 2, 4, 34, tzinfo=UTC)),
    ],
)
def test_a_draw_is_at_one_moment(lottery: str, day: date, slot: time, expected: datetime) -> None:
    assert drawn_at(LOTTERIES[lottery], day, slot) == expected


def test_a_time_that_no_clock_shows_is_none() -> None:
    with pytest.raises(ValueError, match="no clock"):
        drawn_at(LOTTERIES["us-ny"], date(2026, 3, 8), time(2, 30))
