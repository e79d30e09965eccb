"""After the time that somebody chose he is asked whether to go on, also without scripts, and told what it cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask

from app.core import clock
from app.people.players.queries import SPENT
from app.people.players.rules import Kind, Movement
from tests.personas import Persona

from .test_limits import words

Pass = Callable[..., None]


class Book:
    """What was spent: in gourdes 12.00, of which 4.00 did not come back; in pesos more came back."""

    def total(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> int:
        return {("HTG", "stake"): 1200, ("HTG", "loss"): 400, ("PHP", "stake"): 500, ("PHP", "loss"): -250}.get(
            (currency, kind), 0
        )

    def totals(self, user_ids: Collection[UUID], currency: str, kind: Kind, since: datetime) -> Mapping[UUID, int]:
        return {user_id: self.total(user_id, currency, kind, since) for user_id in user_ids}

    def movements(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> Sequence[Movement]:
        return ()


@pytest.fixture
def book(app: Flask) -> Book:
    made = Book()
    SPENT.fill(app, made)
    return made


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Pass:
    """Lets the clock of the pages go on; nobody's session ends by it."""
    now, gone = clock.now(), [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: now + gone[0])

    def go(**time: float) -> None:
        gone[0] += timedelta(**time)

    return go


def choose(who: Persona, minutes: str) -> None:
    assert who.post("/play/reality", {"minutes": minutes}).status_code == 303


def is_asked(who: Persona, path: str = "/play/limits") -> bool:
    answer = who.get(path)
    if answer.status_code == 200:
        return False
    assert answer.status_code == 303
    return answer.headers["Location"].startswith("/play/reality/check?next=")


def stay(who: Persona, passing: Pass, minutes: int) -> None:
    """Play on, a page every ten minutes."""
    for _ in range(minutes // 10):
        passing(minutes=10)
        who.get("/play/breaks")


def test_nobody_is_asked_who_did_not_want_it(owner: Persona, passing: Pass) -> None:
    stay(owner, passing, 200)
    assert not is_asked(owner)


def test_he_is_asked_after_that_time_and_again_after_it(book: Book, owner: Persona, passing: Pass) -> None:
    choose(owner, "30")
    passing(minutes=29)
    assert not is_asked(owner)
    passing(minutes=2)
    assert is_asked(owner, "/play/limits?currency=HTG&kind=deposit&period=week")
    assert not is_asked(owner, "/play/breaks"), "who wants a break is not kept from it"
    question = words(owner, "/play/reality/check?next=/play/limits")
    assert "You have been here for 31 minutes" in question
    assert "You have played with 12.00 HTG; 4.00 HTG of it did not come back." in question
    assert "You have played with 5.00 PHP; 2.50 PHP more than that came back." in question
    assert "USD" not in question
    assert re.search(r'href="/play/breaks"\s+autofocus>Take a break<', question)
    answer = owner.post("/play/reality/check", {"next": "/play/limits"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/play/limits")
    assert not is_asked(owner)
    stay(owner, passing, 30)
    assert is_asked(owner)
    assert "You have been here for 61 minutes" in words(owner, "/play/reality/check")


def test_a_page_that_is_left_open_asks_by_itself_and_keeps_nothing_going(owner: Persona, passing: Pass) -> None:
    part = {"HX-Request": "true"}
    choose(owner, "15")
    passing(minutes=5)
    assert owner.get("/play/notices/count", headers=part).status_code == 200
    passing(minutes=11)
    answer = owner.get("/play/notices/count", headers=part)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/play/reality/check?next=/play")
    for _ in range(4):
        passing(minutes=10)
        owner.get("/play/notices/count", headers=part)
    assert not is_asked(owner), "he was away: it begins anew"


def test_who_comes_back_after_half_an_hour_begins_anew(owner: Persona, passing: Pass) -> None:
    choose(owner, "15")
    passing(minutes=31)
    assert not is_asked(owner)
    assert "for 0 minutes" in words(owner, "/play/reality/check")


@pytest.mark.parametrize(
    "back", ["https://evil.example/play", "//evil.example", "/partners", "/playground", "/play/../login", "", "\\play"]
)
def test_going_on_leads_to_these_pages_alone(owner: Persona, back: str) -> None:
    choose(owner, "15")
    answer = owner.post("/play/reality/check", {"next": back})
    assert answer.headers["Location"] in ("/play", "/play/../login")
    assert answer.headers["Location"].startswith("/play")


@pytest.mark.parametrize("minutes", ["4", "241", "-5", "x", "1.5", "99999", "٣"])
def test_minutes_that_cannot_be(owner: Persona, minutes: str) -> None:
    answer = owner.post("/play/reality", {"minutes": minutes})
    assert answer.status_code == 422
    assert "Choose between 5 and 240 minutes." in unescape(answer.text)


def test_never_is_a_choice(owner: Persona, passing: Pass) -> None:
    choose(owner, "15")
    choose(owner, "")
    passing(minutes=20)
    assert not is_asked(owner)
