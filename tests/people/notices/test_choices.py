"""Where people are told of what: by itself, by choice, and where nobody may choose."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask

from app.core.database.session import db, transaction
from app.people.notices import queries, service
from app.people.notices.rules import Reach, choice, locked
from app.record.notifications.telling.kinds import KINDS
from app.record.notifications.telling.places import PLACES, Place
from app.record.notifications.telling.ports import tell

from .conftest import kinds_of, messages_of, person

TWO = (True, False)


@pytest.mark.parametrize(("is_everywhere", "has_mail", "has_phone"), list(product(TWO, TWO, TWO)))
def test_every_case_of_the_matrix(is_everywhere: bool, has_mail: bool, has_phone: bool) -> None:
    reach, usual = Reach(has_mail, has_phone), frozenset[Place]({"app", "mail"})
    always: set[Place] = {"app", "mail" if has_mail else "sms"}
    if is_everywhere and has_phone:
        always.add("sms")
    for is_security, place, chosen in product(TWO, PLACES, (None, True, False)):
        locks = locked(reach, is_everywhere=is_everywhere) if is_security else frozenset[Place]()
        made = choice(place, usual, locks, {} if chosen is None else {place: chosen})
        fixed = is_security and place in always
        assert made.is_fixed is fixed
        assert made.is_on is (True if fixed else (place in usual if chosen is None else chosen))


def test_a_thief_cannot_silence_what_is_about_safety(set_up: Flask) -> None:
    ada = person("ada")
    with transaction():
        service.choose(ada, {(kind, place): False for kind in KINDS.get() for place in PLACES})
    with transaction():
        tell(ada, "player.timed_out", endsAt="2027-01-02T03:04:05Z")
        tell(ada, "player.limit_lowered", currency="HTG", limited="loss", period="day", amount=1)
    assert kinds_of(ada) == ["player.timed_out", "player.limit_lowered"]
    assert [one.kind for one in queries.page_of(ada, 10)] == ["player.timed_out"]
    assert queries.unread(ada) == 1
    assert [channel for channel, _, _ in messages_of(ada)] == ["email"]


def test_what_is_as_it_is_by_itself_is_not_kept(set_up: Flask) -> None:
    ada = person("ada")
    whom = queries.addressee(ada)
    assert whom is not None
    usual = {(k.name, p): one.is_on for k in KINDS.get().values() for p, one in queries.choices_of(whom, k).items()}
    with transaction():
        service.choose(ada, usual)
        service.choose(ada, {("no.such", "mail"): True})
        assert db.session.execute(db.text("SELECT count(*) FROM notice_choices")).scalar_one() == 0
        service.choose(ada, {("player.limit_lowered", "mail"): False})
        service.choose(ada, {("player.limit_lowered", "mail"): True})
        kept = db.session.execute(db.text("SELECT kind, place, is_on FROM notice_choices")).all()
    assert kept == [("player.limit_lowered", "mail", True)]
