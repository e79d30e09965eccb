"""American draws, over the wire: sources propose seven digits, and people let them count."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask

from .waiting import Waiting

_NUMBERS = count(100)


@pytest.fixture
def of(world: tuple[Flask, Flask]) -> Iterator[dict[str, Waiting]]:
    """A draw of each lottery, whose sources behave."""
    made = {name: Waiting(*world, next(_NUMBERS), name).begin() for name in ("us-ny", "us-fl", "us-ga")}
    yield made
    for one in made.values():
        one.end()


def test_what_sources_say_twice_is_proposed_and_confirmed_by_nobody(of: dict[str, Waiting]) -> None:
    numbers = {"us-ny": "0470831", "us-fl": "0001112", "us-ga": "9998887"}
    for name, one in of.items():
        one.draw(numbers[name])
        after = one.looks()
        assert (after.state, after.provisional, after.outcome, one.tell()) == ("provisional", numbers[name], None, [])
        assert set(one.reasons().values()) == {numbers[name]}
    assert of["us-ny"].breaches() == set()


@pytest.mark.parametrize(
    ("source", "wrong", "reason"),
    [
        ("florida", "hang", "timeout"),
        ("florida", "wrong_type", "no_json"),
        ("florida", "endless", "answer_too_long"),
        ("florida", "half", "half"),
        ("georgia", "redirect", "status_302"),
        ("georgia", "other_slot", "not_listed"),
        ("ny_site", "half", "half"),
        ("ny_site", "zeros", "partial"),
        ("ny_site", "truncated", "no_json"),
        ("ny_open_data", "zeros", "zeros_lost"),
        ("ny_open_data", "other_day", "other_day"),
    ],
)
def test_what_cannot_be_read_surely_is_refused_by_name(
    of: dict[str, Waiting], source: str, wrong: str, reason: str
) -> None:
    one = of[{"florida": "us-fl", "georgia": "us-ga"}.get(source, "us-ny")]
    one.draw("0470831")
    one.order(next=wrong, source=source)
    one.patience(0.3 if wrong == "hang" else 10)
    one.look()
    assert one.reasons()[source] == reason
    assert one.result().outcome is None
