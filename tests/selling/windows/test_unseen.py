"""What an operator is told to do about a round that is void for want of witnesses fits what came of each since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.selling.windows.lists.unseen import Missing, Unseen
from app.selling.windows.words import voided

SEALED = datetime(2026, 11, 30, 22, 50, tzinfo=UTC)
CLOSED = SEALED + timedelta(seconds=8)
HEARD = CLOSED + timedelta(minutes=1)


def missing(late: float | None, *, here: float = 0, is_silent: bool = False) -> Missing:
    """One that cosigned so many seconds after the closing block, by its own clock, and so many until it was here."""
    at = None if late is None else CLOSED + timedelta(seconds=late)
    return Missing("w.example/ada+00+key", at, at and at + timedelta(seconds=here), HEARD, is_silent)


def steps(*found: Missing, signed: float | None = 1, closed: datetime = CLOSED) -> str:
    at = None if signed is None else SEALED + timedelta(seconds=signed)
    count = len(found)
    unseen = Unseen(7, SEALED, at, closed, closed, 0, 2, count, count, found, False)
    told = [voided.time_to_cosign(unseen), *(voided.since_then(unseen, one) for one in found)]
    return " ".join([*told, *voided.next_steps(unseen)])


LATE = "cosigned the seal 4 seconds after the closing block; last heard of 30 Nov 2026, 22:51:08 UTC"


@pytest.mark.parametrize(
    ("say", "says", "never"),
    [
        (lambda: steps(missing(4)), [LATE, "7 seconds between", "raise ROUND_GAP_BLOCKS"], "silent"),
        (
            lambda: steps(missing(None, is_silent=True)),
            ["has not cosigned", "silent now", "void like this"],
            "GAP",
        ),
        (lambda: steps(missing(4, is_silent=True)), [LATE, "silent now"], "GAP"),
        (
            lambda: steps(missing(4, is_silent=True), missing(4)),
            ["silent now", "raise ROUND_GAP_BLOCKS"],
            "our log had not",
        ),
        (lambda: steps(missing(-2, here=9)), ["in time by its own clock", "was here 7 seconds after", "queue"], "GAP"),
        (lambda: steps(missing(4), signed=10), ["none: our log had not", "Our own log was late"], "GAP"),
        (lambda: steps(missing(None), signed=None), ["none: our log had not", "Our own log was late"], "silent"),
    ],
)
def test_what_to_do_is_what_fits(app: Flask, say: Callable[[], str], says: list[str], never: str) -> None:
    with app.app_context():
        told = say()
    assert [one for one in says if one not in told] == []
    assert never not in told


def test_who_had_hours_is_not_said_to_have_had_too_little_time(app: Flask) -> None:
    closed = SEALED + timedelta(hours=3)
    with app.app_context():
        told = steps(missing(3 * 3600), closed=closed)
    assert "had had 3 hours for it" in told
    assert "GAP" not in told
