"""A notice is written with what it tells of, told once whoever comes by twice, and sent where its reader wants it."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.people.accounts import service as accounts
from app.people.accounts.login import attempts
from app.people.accounts.login.attempts import Asks
from app.people.notices import devices, queries, service
from app.people.players import service as players
from app.people.players.telling import jobs as raises
from app.people.players.verification import service as verification
from app.record.notifications import jobs as mail
from app.record.notifications.channels import jobs as channels
from app.record.notifications.telling.kinds import KINDS
from app.record.notifications.telling.ports import tell
from tests.factories.carriers import Simulator
from tests.personas import FIREFOX

from .conftest import kinds_of, messages_of, person

CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
UNTIL = "2027-01-02T03:04:05Z"


def begin(user_id: object, **more: str) -> bool:
    with transaction():
        return tell(user_id, "player.timed_out", endsAt=UNTIL, **more)  # type: ignore[arg-type]


def test_it_is_there_if_what_it_tells_of_is_and_not_otherwise(set_up: Flask) -> None:
    ada = person("ada")
    with suppress(RuntimeError), transaction():
        tell(ada, "player.timed_out", endsAt=UNTIL)
        raise RuntimeError
    assert (kinds_of(ada), messages_of(ada)) == ([], [])
    begin(ada)
    assert kinds_of(ada) == ["player.timed_out"]
    assert messages_of(ada) == [("email", "ada@example.com", "due")]


def test_of_many_who_tell_the_same_at_once_one_does(set_up: Flask) -> None:
    ada, told, ready = person("ada"), [], threading.Barrier(8)

    def one() -> None:
        with set_up.app_context():
            ready.wait()
            told.append(begin(ada, once="x"))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 7 + [True]
    assert (len(kinds_of(ada)), len(messages_of(ada))) == (1, 1)
    assert not begin(ada, once="x")
    assert begin(ada, once="y")


def test_an_unknown_kind_is_the_callers_fault_and_nobody_is_no_reader(set_up: Flask) -> None:
    ada = person("ada")
    with pytest.raises(KeyError), transaction():
        tell(ada, "no.such_kind")


def test_it_is_said_in_its_readers_language_everywhere(set_up: Flask, simulator: Simulator, phone: str) -> None:
    marie = person("marie", phone, "fr")
    with transaction():
        devices.register(marie, "token-of-marie", "android")
        service.choose(marie, {("player.timed_out", "sms"): True})
    begin(marie)
    assert (mail.deliver(), channels.deliver_sms(), channels.deliver_push()) == (1, 1, 1)
    assert {state for _, _, state in messages_of(marie)} == {"sent"}
    (sms,) = simulator.arrived(phone)
    (push,) = simulator.arrived("token-of-marie")
    with force_locale("fr"):
        words = KINDS.get()["player.timed_out"].words({"endsAt": UNTIL})
        assert [one.words for one in queries.page_of(marie, 10)] == [words]
    assert words.title not in ("", "You are off")
    assert words.title in sms["text"]
    assert push["text"].splitlines()[0] == words.title
    assert "2 janv. 2027, 03:04 UTC" in words.text
    assert set_up.config["SETTINGS"].base_url + "/play/breaks" in sms["text"]


def test_nothing_is_written_to_a_phone_that_nobody_carries_to(committed_db: Flask, phone: str) -> None:
    ada = person("ada", phone)
    with transaction():
        service.choose(ada, {("player.timed_out", "sms"): True})
        devices.register(ada, "token-of-nobody", "web")
    begin(ada)
    assert [channel for channel, _, _ in messages_of(ada)] == ["email"]


def test_what_players_do_is_told(set_up: Flask) -> None:
    ada = person("ada")
    with transaction():
        players.set_limit(ada, "HTG", "deposit", "week", 5_000)
        players.set_limit(ada, "HTG", "deposit", "week", 4_000)
        players.set_limit(ada, "HTG", "deposit", "week", 4_000)
        players.set_limit(ada, "HTG", "deposit", "week", 9_000)
    assert kinds_of(ada) == ["player.limit_lowered"] * 2, "a wish is told once it may be confirmed"
    newest = queries.page_of(ada, 1)[0].words
    assert newest.text == "Deposits in any 7 days: from now on 40.00\u00a0HTG."
    with transaction():
        players.take_timeout(ada, 3)
        players.exclude(ada, 6)
    assert kinds_of(ada)[2:] == ["player.timed_out", "player.excluded"]


def test_a_raise_is_told_once_it_may_be_confirmed_and_once(set_up: Flask) -> None:
    ada, bob = person("ada"), person("bob")
    for one in (ada, bob):
        with transaction():
            players.set_limit(one, "USD", "stake", "day", 100)
            players.set_limit(one, "USD", "stake", "day", 900)
    raises.tell_of_raises()
    assert "player.raise_waits" not in kinds_of(ada)
    with transaction():
        players.take_timeout(bob, 7)
        db.session.execute(text("UPDATE player_limits SET wished_at = wished_at - interval '25 hours'"))
    raises.tell_of_raises()
    raises.tell_of_raises()
    assert kinds_of(ada).count("player.raise_waits") == 1
    assert "player.raise_waits" not in kinds_of(bob), "who is off is not reminded to play for more"
    assert queries.page_of(ada, 1)[0].words.text.startswith("Stakes in any 24 hours: 9.00\u00a0USD, if you say yes")
    assert [channel for channel, _, _ in messages_of(ada)] == ["email"], "of the limit; the reminder stays here"


def test_a_sign_in_from_elsewhere_is_told_and_the_first_one_is_not(set_up: Flask) -> None:
    ada = person("ada")
    seen = [
        (Asks(FIREFOX, "203.0.113.0/24"), 0),
        (Asks(FIREFOX, "203.0.113.0/24"), 0),
        (Asks(FIREFOX, "198.51.100.0/24"), 1),
        (Asks(CHROME, "203.0.113.0/24"), 2),
        (Asks(CHROME, "198.51.100.0/24"), 2),
    ]
    for asks, told in seen:
        with transaction():
            attempts.came_in(ada, "code", asks)
        assert len(kinds_of(ada)) == told, asks
    words = queries.page_of(ada, 1)[0].words
    assert words.text.startswith("Chrome on Android, network 203.0.113.0/24, on ")
    with transaction():
        attempts.came_in(person_of_nothing(), "link", Asks("", ""))


def person_of_nothing() -> object:
    return accounts.user_with_email("new@example.com")


def test_a_decided_verification_is_told_and_its_reason_is_not(set_up: Flask) -> None:
    ada = person("ada")
    with transaction():
        for move in ("submit", "reject", "submit", "verify"):
            verification.move(ada, move, actor="operator:alice", reason="the photo is dark")
    assert kinds_of(ada) == ["player.verification_rejected", "player.verification_verified"]
    texts = [one.words.text for one in queries.page_of(ada, 10)]
    assert all("dark" not in text for text in texts)
    assert texts[0].startswith("Your documents were looked at by two people")


def test_notices_are_read_forgotten_and_nobody_elses(set_up: Flask) -> None:
    ada, bob = person("ada"), person("bob")
    for number in range(5):
        begin(ada, once=str(number))
    begin(bob)
    first = queries.page_of(ada, 10)
    begin(ada, once="later")
    with transaction():
        assert service.read(bob, [one.id for one in first]) == 0
        assert service.read(ada, [first[0].id, first[0].id]) == 1
        assert service.read_up_to(ada, first[0].id) == 4
    assert (queries.unread(ada), queries.unread(bob)) == (1, 1)
    assert [one.is_read for one in queries.page_of(ada, 10)] == [False] + [True] * 5
    assert [one.id for one in queries.page_of(ada, 2, before=first[1].id)] == [one.id for one in first[2:4]]
    with transaction():
        assert service.purge() == 0
    with transaction():
        _age(ada, timedelta(days=401))
        assert service.purge() == 6
    assert kinds_of(bob) == ["player.timed_out"]


def _age(user_id: object, by: timedelta) -> None:
    """As if somebody had been told all so long ago: a notice's id says when it was made."""
    shift = int(by.total_seconds() * 1000) << 80
    ids = db.session.scalars(text("SELECT id FROM notices WHERE user_id = :u"), {"u": user_id}).all()
    for one in ids:
        older = type(one)(int=one.int - shift)
        db.session.execute(text("UPDATE notices SET id = :o WHERE id = :i"), {"o": older, "i": one})
