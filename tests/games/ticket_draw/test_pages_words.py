"""Every state of rounds, orders and payments has words of its own, and every round its next step."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask

from app.games.ticket_draw.draw import hash_draw
from app.games.ticket_draw.models import PAYMENT_STATUSES, Round
from app.games.ticket_draw.queries import OrderView
from app.games.ticket_draw.rules import STATES
from app.games.ticket_draw.wording import _ORDER, round_words
from app.selling.windows.models import ROUND_STATUSES
from app.selling.windows.rounds.progress import STEPS, next_milestone, step_states
from app.selling.windows.rules import SELLING


def _round(status: str, **values: object) -> Round:
    return Round(
        round_number=7,
        opens_at_height=100,
        sales_end_height=110,
        closing_height=114,
        settlement_depth=3,
        winner_algorithm=hash_draw.ALGORITHM,
        ticket_digits=3,
        ticket_supply=1000,
        winning_ticket=4,
        status=status,
        **{"sold_tickets": 10} | values,
    )


def test_every_state_of_a_round_has_its_own_words(app: Flask) -> None:
    with app.test_request_context():
        told = {status: round_words(_round(status)) for status in ROUND_STATUSES}
    assert len({words.title for words in told.values()}) == len(ROUND_STATUSES)
    assert all(words.text.endswith(".") for words in told.values())
    assert {told[status].tone for status in ("void", "halted")} == {"bad"}


def test_every_state_of_an_order_has_words() -> None:
    assert set(_ORDER) == set(STATES.names)
    assert len(PAYMENT_STATUSES) == 6  # a new fate needs a sentence on the receipt


@pytest.mark.parametrize("status", SELLING)
def test_what_has_nothing_left_to_sell_is_sold_out_until_its_sales_end(app: Flask, status: str) -> None:
    gone = _round(status, sold_tickets=1000)
    with app.test_request_context():
        words = round_words(gone)
    assert (gone.status, gone.shown_status, words.title) == (status, "sold_out", "Sold out")
    assert words.text.startswith("Every ticket is sold.")
    assert "block 114" in words.text
    waits = next_milestone(gone, 105, 2)
    assert waits is not None
    assert (waits.what, waits.left, waits.whole, waits.height) == ("seal", 7, 13, 112)
    assert " ".join(step_states(gone, 105)[name] for name in STEPS) == "done now todo todo todo"
    assert {_round(status, sold_tickets=999).shown_status, _round("closed", sold_tickets=1000).shown_status} == {
        status,
        "closed",
    }


@pytest.mark.parametrize(
    ("status", "tip", "milestone"),
    [
        ("scheduled", 90, ("opens", 9, 100)),
        ("open", 99, ("orders_end", 8, 108)),
        ("open", 106, ("orders_end", 1, 108)),
        ("open", 107, ("sales_end", 2, 110)),
        ("open", 108, ("sales_end", 1, 110)),
        ("unbacked", 105, ("sales_end", 4, 110)),
        ("closed", 109, ("seal", 3, 112)),
        ("closed", 113, ("seal", 0, 112)),
        ("sealed", 112, ("closing", 2, 114)),
        ("sealed", 114, ("draw", 3, 117)),
        ("sealed", 116, ("draw", 1, 117)),
        ("drawing", 117, None),
        ("settled", 117, None),
        ("void", 117, None),
        ("halted", 117, None),
    ],
)
def test_the_countdown_is_to_the_next_height_that_matters(
    status: str, tip: int, milestone: tuple[str, int, int] | None
) -> None:
    found = next_milestone(_round(status), tip, 2)
    assert (found and (found.what, found.left, found.height)) == milestone


@pytest.mark.parametrize(
    ("status", "tip", "states"),
    [
        ("scheduled", 90, "todo todo todo todo todo"),
        ("open", 105, "now todo todo todo todo"),
        ("closed", 111, "done done now todo todo"),
        ("sealed", 112, "done done done now todo"),
        ("sealed", 115, "done done done done now"),
        ("drawing", 117, "done done done done now"),
        ("settled", 117, "done done done done done"),
        ("void", 117, "done done bad todo todo"),
    ],
)
def test_the_way_shows_what_is_done(status: str, tip: int, states: str) -> None:
    assert " ".join(step_states(_round(status), tip)[name] for name in STEPS) == states


def test_too_little_asks_for_more_only_while_tickets_are_sold(app: Flask) -> None:
    terms, site = SimpleNamespace(min_payment_sats=2_320), SimpleNamespace(display_name="Lucky Shop")
    order = cast(OrderView, SimpleNamespace(round=_round("open"), order=terms, site=site, is_sold_out=False))
    with app.test_request_context():
        assert "send at least 2,320 sats" in _ORDER["partly_paid"](order)[2]
        gone = cast(OrderView, SimpleNamespace(**vars(order) | {"is_sold_out": True}))
        assert "do not pay any more" in _ORDER["partly_paid"](gone)[2]
        order.round.status = "settled"
        assert "do not pay any more" in _ORDER["partly_paid"](order)[2]
