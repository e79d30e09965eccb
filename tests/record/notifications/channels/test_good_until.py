"""A code that has expired is sent no more, and one that was refused is tried again while it is good."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import timedelta

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from app.core.database.session import transaction
from app.core.sealing import resealing
from app.core.sealing.columns import DEVICE, MAIL, PHONE, lookup
from app.record.notifications import jobs as mail
from app.record.notifications import service
from app.record.notifications.channels import jobs
from app.record.notifications.channels.ways import way_of
from tests.factories.carriers import Simulator
from tests.servers import TOP

from .conftest import make_due, the, write

CODE = timedelta(minutes=5)


def let_pass(time: str) -> None:
    """As if so much of what messages are good for had passed."""
    with transaction() as session:
        session.execute(text(f"UPDATE messages SET good_until = good_until - interval '{time}'"))


@pytest.mark.parametrize(("channel", "deliver"), [("sms", jobs.deliver_sms), ("email", mail.deliver)])
def test_what_is_late_is_not_sent_and_its_words_are_forgotten(
    set_up: object, simulator: Simulator, phone: str, channel: str, deliver: Callable[[], int]
) -> None:
    to = phone if channel == "sms" else "marie@shop.example"
    late, in_time = write(channel, to, "11:00", good_for=CODE), write(channel, to, "12:00")
    let_pass("301 seconds")
    assert deliver() == 1
    assert (the(late).state, the(late).params, the(late).attempts) == ("late", {}, 0)
    assert the(in_time).state == "sent"
    assert service.claim(channel, late) is None


def test_it_is_not_handed_over_once_it_is_late(set_up: object, phone: str) -> None:
    write("sms", phone, good_for=CODE)
    message = jobs.claimed("sms")
    assert message is not None
    let_pass("301 seconds")
    assert not jobs.send(message)
    kept = the(message.id)
    assert (kept.state, kept.handed_at) == ("due", None)
    assert jobs.deliver_sms() == 0
    assert the(message.id).state == "late"


def test_it_is_tried_again_within_seconds_of_a_refusal_and_other_messages_are_not(
    simulator: Simulator, set_up: Callable[..., None], phone: str
) -> None:
    set_up(sms_provider="twilio")
    waits = []
    for good_for in (CODE, None):
        simulator.fault("twilio", "status", status=401)
        message = write("sms", phone, good_for=good_for)
        jobs.deliver_sms()
        with transaction() as session:
            query = text("SELECT extract(epoch FROM not_before - now()) FROM messages WHERE id = :id")
            waits.append(session.scalar(query, {"id": message}))
    assert 2 < waits[0] <= 6
    assert waits[1] > 50


def test_whoever_was_overtaken_does_not_hasten_the_next_attempt(set_up: object, phone: str) -> None:
    write("sms", phone, good_for=CODE)
    first = jobs.claimed("sms")
    make_due()
    second = jobs.claimed("sms")
    assert first is not None
    assert second is not None
    with transaction():
        service.mark_failed(first.id, "late answer", attempt=first.attempts, for_good=True)
    assert (the(first.id).not_before, the(first.id).state) == (second.not_before, "due")


def test_recipients_are_found_by_what_they_are(set_up: object, phone: str) -> None:
    assert way_of("push") is not None
    written = {"email": ("a@b.example", MAIL), "sms": (phone, PHONE), "push": ("+12-a-token", DEVICE)}
    rows = {channel: write(channel, to) for channel, (to, _) in written.items()}
    for channel, (to, kind) in written.items():
        assert the(rows[channel]).recipient_hash == lookup(kind, to)
    assert resealing.rehash(transaction) == 0


def test_the_migration_makes_the_hashes_anew_and_takes_that_back(set_up: object, phone: str) -> None:
    (file,) = TOP.glob("migrations/versions/*_good_until.py")
    spec = importlib.util.spec_from_file_location("good_until", file)
    assert spec is not None
    assert spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    message = write("sms", phone)
    for kinds, kind in (({"sms": b"mail"}, MAIL), (migration.KINDS, PHONE)):
        with transaction() as session, Operations.context(MigrationContext.configure(session.connection())):
            migration._rehash(kinds)
        assert the(message).recipient_hash == lookup(kind, phone)
