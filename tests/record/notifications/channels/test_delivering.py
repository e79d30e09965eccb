"""SMS and push arrive once, whatever their provider, its network and our workers do on the way."""

from __future__ import annotations

import io
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import structlog
from flask import Flask
from sqlalchemy import text

from app.core import logs
from app.core.database.session import transaction
from app.core.dependencies.breaker import breaker
from app.record.notifications import jobs as mail
from app.record.notifications import service
from app.record.notifications.channels import jobs
from app.record.notifications.channels.ways import way_of
from tests.factories.carriers import Simulator

from .conftest import make_due, the, write

SMS = ("twilio", "semaphore")
DEVICE = "device-token-of-a-phone"


@pytest.fixture(params=SMS)
def provider(request: pytest.FixtureRequest, set_up: Callable[..., None]) -> str:
    """Each in turn; what holds for one holds for the other."""
    set_up(sms_provider=request.param)
    return str(request.param)


@pytest.fixture
def phone(request: pytest.FixtureRequest, phone: str) -> str:
    """Semaphore reaches one country alone."""
    if "provider" in request.fixturenames and request.getfixturevalue("provider") == "semaphore":
        return f"+63917{phone[-7:]}"
    return phone


def test_an_sms_arrives_once_and_its_words_are_forgotten(simulator: Simulator, provider: str, phone: str) -> None:
    message = write("sms", phone)
    assert [jobs.deliver_sms(), jobs.deliver_sms()] == [1, 0]
    assert [(one["channel"], one["text"]) for one in simulator.arrived(phone)] == [
        ("sms", "Tiraj: an operator tries whether SMS arrive (12:00).")
    ]
    kept = the(message)
    assert (kept.state, kept.params, kept.last_error) == ("sent", {}, None)
    assert kept.provider_id


def test_a_push_arrives_with_its_title(set_up: object, simulator: Simulator) -> None:
    message = write("push", DEVICE + "1")
    assert jobs.deliver_push() == 1
    (one,) = simulator.arrived(DEVICE + "1")
    assert one["text"].splitlines()[0] == "A message to try the set-up"
    assert (the(message).provider_id or "").startswith("projects/tiraj-demo/messages/")


@pytest.mark.parametrize("kind", ["drop", "delay"])
def test_an_answer_that_is_lost_after_it_was_taken_is_asked_for_and_nothing_is_sent_again(
    simulator: Simulator, provider: str, phone: str, kind: str
) -> None:
    simulator.fault(provider, kind, seconds=3)
    message = write("sms", phone)
    assert jobs.deliver_sms() == 0
    between = the(message)
    assert (between.state, between.handed_at is not None, between.provider_id) == ("due", True, None)
    assert len(simulator.arrived(phone)) == 1
    breaker("sms").close()
    make_due()
    assert jobs.deliver_sms() == 1
    assert the(message).state == "sent"
    assert len(simulator.arrived(phone)) == 1


@pytest.mark.parametrize("kind", ["lose", "hang"])
def test_what_was_never_taken_is_sent_again_when_the_provider_says_so(
    simulator: Simulator, provider: str, phone: str, kind: str
) -> None:
    simulator.fault(provider, kind, seconds=2)
    message = write("sms", phone)
    assert jobs.deliver_sms() == 0
    assert simulator.arrived(phone) == []
    breaker("sms").close()
    make_due()
    assert jobs.deliver_sms() == 1
    assert (the(message).state, len(simulator.arrived(phone))) == ("sent", 1)


def test_while_the_provider_does_not_say_nothing_is_sent(simulator: Simulator, provider: str, phone: str) -> None:
    simulator.fault(provider, "drop")
    simulator.fault(f"{provider}-list", "status", status=503)
    simulator.fault(f"{provider}-list", "lose")
    message = write("sms", phone)
    assert jobs.deliver_sms() == 0
    for _ in range(2):
        make_due()
        assert jobs.deliver_sms() == 0
        assert the(message).handed_at is not None
    assert len(simulator.arrived(phone)) == 1
    make_due()
    assert jobs.deliver_sms() == 1
    assert len(simulator.arrived(phone)) == 1


def test_an_unknown_message_ends_in_the_end_and_was_sent_once(simulator: Simulator, provider: str, phone: str) -> None:
    simulator.fault(provider, "drop")
    simulator.fault(f"{provider}-list", "status", status=500, times=50)
    message = write("sms", phone)
    for _ in range(service.MOST_ATTEMPTS):
        make_due()
        jobs.deliver_sms()
    assert (the(message).state, the(message).params, len(simulator.arrived(phone))) == ("failed", {}, 1)


def test_a_server_error_is_unknown(simulator: Simulator, provider: str, phone: str) -> None:
    simulator.fault(provider, "status", status=500)
    message = write("sms", phone)
    assert jobs.deliver_sms() == 0
    assert the(message).handed_at is not None
    make_due()
    assert jobs.deliver_sms() == 1
    assert len(simulator.arrived(phone)) == 1


def test_one_too_many_waits_as_long_as_it_is_told(simulator: Simulator, provider: str, phone: str) -> None:
    simulator.fault(provider, "status", status=429, seconds=110)
    message = write("sms", phone)
    assert jobs.deliver_sms() == 0
    kept = the(message)
    assert (kept.state, kept.handed_at) == ("due", None)
    with transaction() as session:
        wait = session.scalar(text("SELECT extract(epoch FROM not_before - now()) FROM messages"))
    assert 90 < float(wait or 0) <= 110, "and not the minute that a first try waits"
    make_due()
    assert jobs.deliver_sms() == 1


def test_an_answer_that_is_final_ends_it(simulator: Simulator, provider: str, phone: str) -> None:
    simulator.fault(provider, "status", status=400)
    message = write("sms", phone)
    assert jobs.deliver_sms() == 0
    assert (the(message).state, the(message).params) == ("failed", {})


def test_a_wrong_key_is_not_final(set_up: Callable[..., None], provider: str, phone: str) -> None:
    set_up(sms_provider=provider, semaphore_api_key="wrong", twilio_auth_token="wrong")
    message = write("sms", phone)
    assert jobs.deliver_sms() == 0
    assert (the(message).state, the(message).handed_at) == ("due", None)
    assert "401" in (the(message).last_error or "")
    set_up(sms_provider=provider)
    make_due()
    assert jobs.deliver_sms() == 1


def test_a_providers_own_duplicate_is_one_message_of_ours(simulator: Simulator, provider: str, phone: str) -> None:
    simulator.fault(provider, "duplicate")
    message = write("sms", phone)
    assert jobs.deliver_sms() == 1
    assert (len(simulator.arrived(phone)), the(message).state) == (2, "sent")


def test_two_with_the_same_words_are_two(simulator: Simulator, provider: str, phone: str) -> None:
    """The first is known by the provider's name for it: the second, whose answer was lost, is not taken for it."""
    first = write("sms", phone)
    assert jobs.deliver_sms() == 1
    simulator.fault(provider, "lose")
    second = write("sms", phone)
    assert jobs.deliver_sms() == 0
    make_due()
    assert jobs.deliver_sms() == 1
    assert the(first).provider_id != the(second).provider_id
    assert len(simulator.arrived(phone)) == 2


def test_two_workers_send_one_message_once(
    committed_db: Flask, simulator: Simulator, provider: str, phone: str
) -> None:
    for at in range(6):
        write("sms", phone, moment=f"12:0{at}")
    sent: list[int] = []

    def work() -> None:
        with committed_db.app_context():
            sent.append(jobs.deliver_sms())

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert (sum(sent), len(simulator.arrived(phone))) == (6, 6)


def test_who_was_overtaken_sends_nothing(simulator: Simulator, provider: str, phone: str) -> None:
    """A worker that stood still between its claim and the wire finds that somebody else has claimed the message."""
    write("sms", phone)
    slow = jobs.claimed("sms")
    make_due()
    assert jobs.deliver_sms() == 1
    assert slow is not None
    assert jobs.send(slow) is False
    assert len(simulator.arrived(phone)) == 1


def test_a_hanging_provider_is_waited_for_once_and_holds_up_neither_mail_nor_push(
    set_up: Callable[..., None], simulator: Simulator, phone: str
) -> None:
    simulator.fault("twilio", "hang", seconds=6, times=3)
    numbers = [write("sms", phone, moment=f"12:0{at}") for at in range(3)]
    write("push", DEVICE + "2")
    with transaction():
        service.send_later("email", "ada@shop.example", "test", "en", moment="12:00", link="https://tiraj.example")
    began = time.monotonic()
    assert jobs.deliver_sms() == 0
    assert time.monotonic() - began < 4
    assert [the(one).attempts for one in numbers] == [1, 0, 0]
    assert breaker("sms").is_open
    assert (jobs.deliver_sms(), jobs.deliver_push(), mail.deliver()) == (0, 1, 1)


def test_a_provider_that_is_down_loses_nothing(set_up: Callable[..., None], phone: str) -> None:
    set_up(twilio_url="http://127.0.0.1:1", fcm_url="http://127.0.0.1:1")
    message, push = write("sms", phone), write("push", DEVICE + "3")
    assert (jobs.deliver_sms(), jobs.deliver_push()) == (0, 0)
    assert [(the(one).state, the(one).handed_at) for one in (message, push)] == [("due", None)] * 2
    set_up()
    make_due()
    assert (jobs.deliver_sms(), jobs.deliver_push()) == (1, 1)


def test_a_second_copy_of_a_push_takes_the_first_ones_place(set_up: object, simulator: Simulator) -> None:
    simulator.fault("fcm", "drop")
    message = write("push", DEVICE + "4")
    assert jobs.deliver_push() == 0
    assert the(message).handed_at is not None
    make_due()
    assert jobs.deliver_push() == 1
    assert len(simulator.arrived(DEVICE + "4")) == 1


def test_a_device_that_is_gone_is_final(set_up: object) -> None:
    message = write("push", "gone-device-token")
    assert jobs.deliver_push() == 0
    assert (the(message).state, the(message).last_error) == ("failed", "fcm 404 UNREGISTERED")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_push_that_is_not_taken_now_is_tried_again(set_up: object, simulator: Simulator, status: int) -> None:
    simulator.fault("fcm", "status", status=status)
    message = write("push", f"{DEVICE}-{status}")
    assert jobs.deliver_push() == 0
    assert the(message).state == "due"
    make_due()
    assert jobs.deliver_push() == 1


def test_without_a_token_nothing_was_handed_over(set_up: Callable[..., None], simulator: Simulator) -> None:
    way = way_of("push")
    assert way is not None
    way._tokens.forget()  # type: ignore[attr-defined]
    simulator.fault("fcm-token", "drop")
    message = write("push", DEVICE + "5")
    assert jobs.deliver_push() == 0
    assert (the(message).state, the(message).handed_at) == ("due", None)
    make_due()
    assert jobs.deliver_push() == 1


def test_a_restarted_provider_knows_what_it_took_and_gives_a_new_token(
    set_up: object, simulator: Simulator, phone: str
) -> None:
    simulator.fault("twilio", "drop")
    message = write("sms", phone)
    assert (jobs.deliver_sms(), write("push", DEVICE + "6") is not None, jobs.deliver_push()) == (0, True, 1)
    simulator.end()
    simulator.begin()
    again = write("push", DEVICE + "7")
    make_due()
    assert (jobs.deliver_sms(), jobs.deliver_push()) == (1, 0)
    assert (the(message).state, len(simulator.arrived(phone))) == ("sent", 1)
    make_due()
    assert jobs.deliver_push() == 1
    assert the(again).state == "sent"


def test_a_channel_that_was_switched_off_gives_up_in_the_end(set_up: Callable[..., None], phone: str) -> None:
    set_up(sms_provider=None)
    message = write("sms", phone)
    for _ in range(service.MOST_ATTEMPTS):
        make_due()
        assert jobs.deliver_sms() == 0
    assert (the(message).state, the(message).last_error) == ("failed", "nobody is set up to carry it")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is written in production, lowest level included."""
    before, written = structlog.get_config(), io.StringIO()
    with monkeypatch.context() as changed:
        changed.setattr(sys, "stderr", written)
        logs.configure(as_json=True, level=logging.DEBUG)
    yield written
    structlog.configure(**before)


def test_neither_keys_nor_words_nor_phones_are_logged(
    set_up: Callable[..., None], simulator: Simulator, phone: str, logged: io.StringIO
) -> None:
    code = "814205"
    for kind in ("status", "drop", "status"):
        simulator.fault("twilio", kind, status=400 if kind == "drop" else 500)
        write("sms", phone, moment=code)
    simulator.fault("twilio-list", "lose")
    write("push", DEVICE + "8", moment=code)
    for _ in range(3):
        make_due()
        jobs.deliver_sms()
        jobs.deliver_push()
    write("sms", phone, moment=code)
    with transaction() as session:
        session.execute(text("UPDATE messages SET template = 'gone' WHERE state = 'due'"))
    assert jobs.deliver_sms() == 0
    said = logged.getvalue()
    told = ("message_taken", "message_not_taken", "message_not_delivered")
    assert [one for one in told if f'"{one}"' not in said] == [], "the negative control"
    accounts = simulator.environ
    secrets = [accounts[name] for name in ("SEMAPHORE_API_KEY", "TWILIO_AUTH_TOKEN")]
    assert [one for one in (*secrets, code, phone, phone[1:], DEVICE, "ya29.", "PRIVATE KEY") if one in said] == []
