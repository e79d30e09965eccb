"""A message leaves after its transaction, in its reader's language, at least once, and never holds others up."""

from contextlib import suppress
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.core.database.session import in_transaction, transaction
from app.core.errors import DomainError
from app.record.notifications import checks, jobs, queries, service, transports
from app.record.notifications.service import send_later

from .receiver import Receiver

LINK = "https://tiraj.example/login/secret-of-the-link?x=1"


def write(recipient="marie@shop.example", locale="en"):
    with transaction():
        return send_later("email", recipient, "magic_link", locale, link=LINK, code="123456", minutes=10)


@pytest.fixture
def receiver(committed_db):
    with Receiver() as server:
        settings = committed_db.config["SETTINGS"]
        committed_db.config["SETTINGS"] = settings.model_copy(
            update={"mail_transport": "smtp", "smtp_url": SecretStr(server.url)}
        )
        yield server


def make_due():
    with transaction() as session:
        session.execute(text("UPDATE messages SET not_before = now() - interval '20 minutes'"))


def the_message():
    with transaction() as session:
        (message,) = queries.newest()
        session.expunge(message)
    return message


@pytest.mark.parametrize(
    "recipient",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\n",
        "a@b.example,c@d.example",
        "a b@c.example",
        "<a@b.example>",
        "a@b@c.example",
        "nobody",
        "",
        "a@b.example\x00",
        "x" * 250 + "@b.example",
    ],
)
def test_a_recipient_is_exactly_one_address(session, recipient):
    with pytest.raises(DomainError, match="recipient_invalid"):
        send_later("email", recipient, "magic_link", "en")


def test_an_unknown_template_or_channel_is_found_when_it_is_written(session):
    with pytest.raises(LookupError):
        send_later("email", "a@b.example", "no_such_template", "en")
    with pytest.raises(ValueError, match="pigeon"):
        send_later("pigeon", "a@b.example", "magic_link", "en")


def test_a_message_of_a_rolled_back_transaction_does_not_exist(committed_db):
    with suppress(RuntimeError), transaction():
        send_later("email", "a@b.example", "magic_link", "en", link=LINK, code="1", minutes=1)
        raise RuntimeError
    assert jobs.deliver() == 0


def test_mail_arrives_with_both_faces_and_is_then_forgotten(receiver):
    message_id = write()
    assert [jobs.deliver(), jobs.deliver()] == [1, 0]
    (mail,) = receiver.received
    assert (mail["To"], mail["Subject"]) == ("marie@shop.example", "Your link to sign in to Tiraj")
    assert (str(message_id) in mail["Message-ID"], mail["Auto-Submitted"]) == (True, "auto-generated")
    assert LINK in mail.get_body(["plain"]).get_content()
    assert f'href="{LINK}"' in mail.get_body(["html"]).get_content()
    sent = the_message()
    assert (sent.state, sent.params, sent.sent_at is not None) == ("sent", {}, True)


def test_nothing_is_sent_inside_a_transaction(committed_db, monkeypatch):
    seen = []
    monkeypatch.setattr(transports, "mailbox", lambda *_: seen.append(in_transaction()))
    write()
    jobs.deliver()
    assert seen == [False]


def test_a_refusal_for_now_is_tried_again_later_and_later(receiver):
    receiver.answers["RCPT"] = "451 later"
    write()
    assert [jobs.deliver(), jobs.deliver()] == [0, 0]
    first = the_message()
    assert (first.state, first.attempts, first.last_error) == ("due", 1, "recipient refused: 451")
    make_due()
    assert jobs.deliver() == 0
    second = the_message()
    with transaction() as session:
        wait = session.scalar(text("SELECT not_before - now() FROM messages"))
    assert timedelta(seconds=110) < wait <= timedelta(minutes=2)
    assert second.attempts == 2
    receiver.answers.clear()
    make_due()
    assert jobs.deliver() == 1


@pytest.mark.parametrize(("command", "reply"), [("RCPT", "550 unknown"), (".", "554 refused")])
def test_a_refusal_for_good_ends_it(receiver, command, reply):
    receiver.answers[command] = reply
    write()
    jobs.deliver()
    assert (the_message().state, the_message().params) == ("failed", {})


def test_the_last_attempt_ends_it(receiver):
    receiver.answers["MAIL"] = "451 later"
    write()
    for _ in range(service.MOST_ATTEMPTS):
        assert the_message().state == "due"
        make_due()
        jobs.deliver()
    assert the_message().state == "failed"


def test_a_mail_server_that_is_down_loses_nothing(receiver):
    write()
    receiver.stop()
    assert jobs.deliver() == 0
    assert (the_message().state, the_message().last_error) == ("due", "ConnectionRefusedError")


def test_who_dies_after_the_claim_has_lost_nothing(committed_db):
    write()
    with transaction():
        assert service.claim("email") is not None
        assert service.claim("email") is None
    assert jobs.deliver() == 0
    make_due()
    assert jobs.deliver() == 1


def test_one_broken_message_does_not_hold_up_the_others(committed_db):
    write()
    with transaction() as session:
        session.execute(text("UPDATE messages SET template = 'gone'"))
    write("jean@shop.example")
    assert jobs.deliver() == 1
    assert sorted(message.state for message in queries.newest()) == ["due", "sent"]


def test_a_message_left_lying_is_a_breach(committed_db):
    write()
    assert checks.nothing_is_left_lying() == []
    make_due()
    assert [breach.check for breach in checks.nothing_is_left_lying()] == ["notifications.waiting"]
