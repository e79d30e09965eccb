"""Operators choose official draws and odds: by two, in public, and none that would return more than they may."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.games.borlette.game import BORLETTE
from app.games.borlette.operating.configuring import CONFIGURED
from app.games.borlette.rules import Configuration, wrong
from app.record.log.models import Waiting
from app.selling.bets import jobs
from app.selling.bets.models import BetDraw
from tests.faces.admin.operators import Operator
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.people.approvals.people import confirm, session_of

PLACE = "/admin/borlette"


def _form(**changes: str) -> dict[str, str]:
    """As the page has it, with these typed instead."""
    default = {name: "" if value is None else str(value) for name, value in CONFIGURED.in_force().items()}
    amounts = {"least_stake": "5.00", "most_stake": "5,000.00", "most_on_number": "50,000.00"}
    return {**default, **amounts, "reason": "the board has decided", **changes}


def test_draws_are_made_once_two_have_chosen_them_by_odds_that_may_be(house: Flask) -> None:  # noqa: F811
    console = Operator(house)
    jobs.make_draws()
    of_game = select(func.count()).select_from(BetDraw).where(BetDraw.game == "borlette")
    assert db.session.scalar(of_game) == 0, "nobody has chosen any"
    for path in ("", "/games", "/exposure", "/schedule", "/finance", "/config"):
        assert console.get(f"{PLACE}{path}").status_code == 200
    refused = console.post(f"{PLACE}/config", _form(sessions="ny", pair_1="70"))
    assert refused.status_code == 422
    assert "00 would return 100 % of what is staked on it; at most 90 % may be" in refused.text, (
        "the selection that breaks it is named"
    )
    assert 'id="pair_1-error"' in refused.text
    proposed = console.post(f"{PLACE}/config", _form(sessions="ny", profile="haiti_classic", marriage="900"))
    assert proposed.status_code == 303
    approval = UUID(proposed.location.rpartition("/")[2])
    assert CONFIGURED.now() == Configuration(), "nothing has changed"
    page = console.get(f"/admin/approvals/{approval}").text
    assert "none → New York 14:30, New York 22:30" in page
    assert "1000 → 900" in page
    assert "49.8 % – 90.0 %, at 25,000, 900 for 1" in page, "what its loto 5 would return, before it holds"
    confirm(approval, session_of("bea"))
    now = CONFIGURED.now()
    assert (now.sessions, now.profile, now.marriage) == ("ny", "haiti_classic", 900)
    jobs.make_draws()
    draws = db.session.scalars(select(BetDraw).where(BetDraw.game == "borlette").order_by(BetDraw.draws_at)).all()
    assert {(one.lottery, one.slot, one.currency) for one in draws} == {("us-ny", 0, "HTG"), ("us-ny", 1, "HTG")}
    promise = json.loads(draws[-1].promise)
    assert (promise["profile"], promise["multiples"]["marriage"], promise["greatestReturn"]) == (
        "haiti_classic",
        [900],
        90,
    )
    assert (promise["classes"], promise["zone"]) == (10**7, "America/New_York")
    assert "haiti_classic" in console.get(f"{PLACE}/config").text
    at_once = console.post(f"{PLACE}/config", _form(most_lines="50"))
    assert (at_once.status_code, CONFIGURED.now().most_lines) == (303, 50), "one is enough for what nobody profits from"
    for path in ("", "/games", f"/games/{draws[-1].name}", "/exposure?q=28-47", "/exposure"):
        assert console.get(f"{PLACE}{path}").status_code == 200
    told = db.session.scalars(select(Waiting.data).where(Waiting.kind == "bet.configured")).all()
    assert len(told) == 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"pair_1": 61}, {("return_too_high", "pair_1", "00")}),
        ({"grap_1": 90, "grap_2": 1, "grap_3": 1}, {("return_too_high", "grap_1", "00")}),
        ({"grap_1": 50}, {("multiples_count", "grap_1", None)}),
        ({"pair_2": 60}, {("multiples_rise", "pair_1", None)}),
        ({"loto5": 0}, {("config_invalid", "loto5", None)}),
        (
            {"sessions": "x", "most_lines": 101},
            {("config_invalid", "sessions", None), ("config_invalid", "most_lines", None)},
        ),
        ({"greatest_return": 100, "loto3": 1_000_000}, set()),
        ({"greatest_return": 79}, {("return_too_high", "pair_1", "00")}),
    ],
)
def test_what_may_not_be_says_so_by_its_field(
    changes: dict[str, Any], expected: set[tuple[str, str, str | None]]
) -> None:
    """A multiple that is paid by one position is lowered where it is too good; one by several is refused."""
    found = wrong(Configuration(**changes))
    assert {(one.code, one.field, one.params.get("selection")) for one in found} == expected


def test_the_game_is_told_as_people_read_it(app: Flask) -> None:
    assert BORLETTE.told(BORLETTE.outcome_of("0040070")) == "004 0070"
    assert [BORLETTE.mark_told(BORLETTE.mark_of(one)) for one in ("47", "2847", "28-47", "472-47")] == [
        *("47 (1)", "2847", "28-47", "472-47"),
    ]
    with pytest.raises(ValueError):
        BORLETTE.outcome_of("472831")


def test_nothing_is_configured_twice(house: Flask) -> None:  # noqa: F811
    """What was proposed as a change of what held is none of what holds now."""
    console = Operator(house)
    first = UUID(console.post(f"{PLACE}/config", _form(sessions="ny")).location.rpartition("/")[2])
    with transaction():
        CONFIGURED.configure({"most_lines": 7}, actor="operator:ada", reason="fewer")
    assert "changed meanwhile" in console.get(f"/admin/approvals/{first}").text
