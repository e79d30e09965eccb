"""What a number wins: over all thousand, in both ways."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from app.core.errors import DomainError
from app.games.swertres import rules
from app.games.swertres.game import SWERTRES
from app.games.swertres.operating.configuring import CONFIGURED
from app.games.swertres.rules import Configuration
from app.selling.bets.games import NoSuchSelection
from app.selling.bets.rules import Weight, added

TERMS = {"multiple": 450}
ALL = [f"{number:03}" for number in range(1000)]


def test_a_rumble_wins_on_every_order_of_its_digits_and_on_nothing_else() -> None:
    sizes: Counter[int] = Counter()
    for number in ALL:
        priced = SWERTRES.price(TERMS, "rumble", number)
        assert set(priced.marks) == {int(one) for one in ALL if sorted(one) == sorted(number)}, number
        assert priced.odds == (450, len(priced.marks))
        assert {6: 75_00, 3: 150_00, 1: 450_00}[len(priced.marks)] == priced.odds.pays(100)
        straight = SWERTRES.price(TERMS, "straight", number)
        assert (straight.marks, straight.odds) == ((int(number),), (450, 1))
        sizes[len(priced.marks)] += 1
    assert sizes == {6: 720, 3: 270, 1: 10}


def test_every_way_to_bet_returns_the_same_and_no_fraction_is_paid_twice() -> None:
    """A stake on each outcome of the thousand comes back to 45 %, whatever is bet; divided last, and down."""
    for kind in rules.KINDS:
        for number in ("123", "112", "111", "007"):
            priced = SWERTRES.price(TERMS, kind, number)
            assert priced.odds.pays(10_00) * len(priced.marks) == 450 * 10_00
    assert SWERTRES.return_percent(TERMS) == 45
    odd = SWERTRES.price({"multiple": 451}, "rumble", "123")
    assert odd.odds.pays(10_01) == 10_01 * 451 // 6 == 75_241, "multiplied before it is divided"


def test_the_worked_example() -> None:
    """10.00 rumble on 123 weighs 750.00 on six numbers; 213 at 3,000.00 becomes 3,750.00."""
    rumble = SWERTRES.price(TERMS, "rumble", "123")
    weight = added([Weight(rumble.marks, rumble.odds.pays(10_00)), Weight((213,), 3_000_00)])
    assert weight == {number: 3_750_00 if number == 213 else 750_00 for number in (123, 132, 213, 231, 312, 321)}


@pytest.mark.parametrize("number", ["", "7", "07", "0007", "12a", "１２３", " 12", "-12", "1.2"])
def test_what_is_no_number_is_refused_as_bet_and_as_result(number: str) -> None:
    for kind in rules.KINDS:
        with pytest.raises(NoSuchSelection, match="number_not_a_number"):
            SWERTRES.price(TERMS, kind, number)
    with pytest.raises(ValueError, match="no number"):
        SWERTRES.outcome_of(number)


def test_numbers_keep_their_zeros() -> None:
    assert [SWERTRES.told(SWERTRES.outcome_of(number)) for number in ALL] == ALL
    with pytest.raises(ValueError, match="1000"):
        SWERTRES.told(1000)
    with pytest.raises(NoSuchSelection):
        SWERTRES.price(TERMS, "backwards", "123")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"slots": "noon"}, "config_invalid", "slots"),
        ({"multiple": 1000}, "config_invalid", "multiple"),
        ({"least_stake": 0}, "config_invalid", "least_stake"),
        ({"least_stake": 20_000_00}, "config_invalid", "most_stake"),
        ({"most_lines": 101}, "config_invalid", "most_lines"),
        ({"most_total": 1}, "config_invalid", "most_total"),
        ({"cutoff_minutes": 0}, "config_invalid", "cutoff_minutes"),
        ({"days_ahead": 61}, "config_invalid", "days_ahead"),
        ({"owner": "me"}, "config_unknown", "owner"),
    ],
)
def test_a_configuration_that_is_none_is_refused(changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        CONFIGURED.changed(Configuration(), changes)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_defaults_are_those_of_the_document() -> None:
    assert asdict(Configuration()) == {
        "slots": "pcso",
        "multiple": 450,
        "least_stake": 1_000,
        "most_stake": 1_000_000,
        "most_lines": 10,
        "most_total": None,
        "cutoff_minutes": 15,
        "days_ahead": 7,
    }
    times = {
        name: [(one.number, f"{one.at:%H:%M}", bool(one.lottery)) for one in slots]
        for name, slots in rules.SLOTS.items()
        if name != "minutes"
    }
    assert times == {
        "pcso": [(0, "14:00", True), (1, "17:00", True), (2, "21:00", True)],
        "document": [(0, "11:00", False), (1, "16:00", False), (2, "21:00", True)],
    }


def test_minutes_are_the_official_draws_and_others_between_them() -> None:
    official, between = rules.SLOTS["minutes"][:3], rules.SLOTS["minutes"][3:]
    assert official == rules.SLOTS["pcso"]
    assert {one.at.minute % 5 for one in between} == {0}
    assert len({one.at for one in (*official, *between)}) == len({one.number for one in (*official, *between)}) == 288
    assert {(one.lottery, one.ahead) for one in between} == {(rules.OFFICIAL, timedelta(minutes=30))}
