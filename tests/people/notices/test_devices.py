"""A device is whose account registered it last, and nothing of anybody else's reaches it."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound
from app.people.notices import devices
from app.people.notices.models import Device
from app.people.notices.rules import MOST_DEVICES
from app.record.notifications.channels import jobs as channels
from app.record.notifications.telling.ports import tell
from tests.factories.carriers import Simulator

from .conftest import messages_of, person


def register(user_id: UUID, token: str) -> UUID:
    with transaction():
        return devices.register(user_id, token, "android")


def begin(user_id: UUID) -> None:
    with transaction():
        tell(user_id, "player.timed_out", endsAt="2027-01-02T03:04:05Z")


def tokens(user_id: UUID) -> list[str]:
    with transaction():
        return devices.tokens_of(user_id)


def test_the_same_device_is_one_and_moves_to_who_registers_it(set_up: Flask, simulator: Simulator) -> None:
    ada, bob = person("ada"), person("bob")
    first = register(ada, "swapped-1")
    assert register(ada, "swapped-1") == first
    begin(ada)
    assert register(bob, "swapped-1") != first
    assert (tokens(ada), tokens(bob)) == ([], ["swapped-1"])
    assert channels.deliver_push() == 0
    assert simulator.arrived("swapped-1") == [], "what was written to its owner before does not reach the next one"
    assert messages_of(ada)[1] == ("push", "swapped-1", "withheld")
    begin(bob)
    assert channels.deliver_push() == 1
    with transaction():
        assert devices.of_user(bob)[0].last_ok_at is not None


def test_it_moves_between_being_claimed_and_being_handed_over(set_up: Flask, simulator: Simulator) -> None:
    ada, bob = person("ada"), person("bob")
    register(ada, "swapped-2")
    begin(ada)
    message = channels.claimed("push")
    assert message is not None
    register(bob, "swapped-2")
    assert not channels.send(message)
    assert simulator.arrived("swapped-2") == []


def test_of_many_who_register_it_at_once_one_has_it(set_up: Flask) -> None:
    people, ready = [person(f"p{number}") for number in range(6)], threading.Barrier(6)

    def one(user_id: UUID) -> None:
        with set_up.app_context():
            ready.wait()
            register(user_id, "wanted-by-all")

    threads = [threading.Thread(target=one, args=(user_id,)) for user_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction():
        assert db.session.scalar(select(func.count()).select_from(Device)) == 1
    assert sorted(len(tokens(one)) for one in people) == [0] * 5 + [1]


def test_who_takes_a_device_off_takes_off_his_own(set_up: Flask) -> None:
    ada, bob = person("ada"), person("bob")
    device = register(ada, "mine")
    with pytest.raises(NotFound), transaction():
        devices.drop(bob, device)
    with transaction():
        devices.drop(ada, device)
    assert tokens(ada) == []


def test_a_token_is_one_word_and_devices_are_bounded(set_up: Flask) -> None:
    ada = person("ada")
    for wrong in ("", "two words", "x" * 4097, "é", "a\n"):
        with pytest.raises(DomainError, match="recipient_invalid"):
            register(ada, wrong)
    for number in range(MOST_DEVICES + 3):
        register(ada, f"many-{number}")
    assert tokens(ada) == [f"many-{number}" for number in reversed(range(3, MOST_DEVICES + 3))]


def test_a_device_that_is_gone_is_forgotten_unless_it_came_back_meanwhile(set_up: Flask, simulator: Simulator) -> None:
    ada = person("ada")
    register(ada, "gone-phone-1")
    begin(ada)
    assert channels.deliver_push() == 0
    assert tokens(ada) == []
    assert messages_of(ada)[1][2] == "failed"
    register(ada, "gone-phone-2")
    begin(ada)
    message = channels.claimed("push")
    assert message is not None
    with transaction() as session:
        session.execute(text("UPDATE devices SET registered_at = clock_timestamp() + interval '1 minute'"))
    assert not channels.send(message)
    assert tokens(ada) == ["gone-phone-2"]


def test_a_wrong_setting_forgets_no_device(set_up: Flask, simulator: Simulator) -> None:
    ada = person("ada")
    register(ada, "stays-1")
    begin(ada)
    simulator.fault("fcm", "status", status=404)
    assert channels.deliver_push() == 0
    assert (tokens(ada), messages_of(ada)[1][2]) == (["stays-1"], "due")
