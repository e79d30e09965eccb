"""Events become deliveries, in order for each subject, tried for three days, and no lane holds up another."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.record.notifications.models import Message
from app.webhooks import jobs, queries, rules, service
from app.webhooks.delivery import lanes, sending, signing
from app.webhooks.delivery.sending import Outcome
from app.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tests.webhooks import receiver as servers
from tests.webhooks.conftest import Hooks
from tests.webhooks.receiver import OK, Received, Receiver, answer

FINE = Outcome(200, "")
WRONG = Outcome(500, "http_500")


def test_an_event_arrives_signed_and_names_its_game(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver() as shop:
        endpoint = hooks.endpoint(site, shop.url)
        (event_id,) = hooks.happen(site, "order:1")
        assert hooks.deliver() == 1
        assert hooks.deliver() == 0
    (got,) = shop.received
    assert list(got.told) == ["id", "type", "createdAt", "game", "subject", "data"]
    assert (got.told["id"], got.told["type"], got.told["game"]) == (event_id, "order.paid", "rounds")
    assert (got.told["subject"], got.told["data"]) == ("order:1", {"n": 0})
    assert got.head["webhook-id"] == event_id
    timestamp = int(got.head["webhook-timestamp"])
    assert abs(timestamp - time.time()) < 60
    key = hooks.app.config["SETTINGS"].secret_key.get_secret_value()
    expected = signing.sign(signing.secret(key, endpoint, 1), event_id, timestamp, got.body)
    assert got.head["webhook-signature"] == expected
    (tried,) = hooks.attempts()
    assert (tried.status, tried.error, tried.answer) == (200, "", "thank you")


def test_only_what_was_chosen_happens_at_the_site_or_to_everybody_and_comes_after(hooks: Hooks) -> None:
    site, other = hooks.site(), hooks.site()
    hooks.happen(site, "order:before")
    with Receiver() as shop:
        hooks.endpoint(site, shop.url, ["order.paid", "round.settled"])
        hooks.happen(other, "order:theirs")
        hooks.happen(site, "order:seen", type_="order.seen")
        hooks.happen(None, "round:1", type_="round.settled")
        hooks.happen(None, "coin:1", type_="coin.spent_unplanned")
        hooks.happen(site, "order:mine")
        hooks.deliver()
    assert sorted(got.told["subject"] for got in shop.received) == ["order:mine", "round:1"]  # lanes of their own


def test_events_of_one_order_wait_for_their_turn_and_others_do_not(hooks: Hooks) -> None:
    refused = threading.Event()
    refused.set()

    def moody(talk: servers._Conversation, request: Received) -> None:
        bad = request.told["subject"] == "order:1" and refused.is_set()
        (answer(500) if bad else OK)(talk, request)

    site = hooks.site()
    with Receiver(moody) as shop:
        hooks.endpoint(site, shop.url)
        ids = hooks.happen(site, "order:1", "order:1", "order:2", "order:2", "order:1")
        hooks.deliver()
        assert [got.head["webhook-id"] for got in shop.received if got.told["subject"] == "order:2"] == ids[2:4]
        assert {got.head["webhook-id"] for got in shop.received if got.told["subject"] == "order:1"} == {ids[0]}
        assert hooks.states() == ["pending", "pending", "delivered", "delivered", "pending"]
        refused.clear()
        first = next(got.body for got in shop.received if got.head["webhook-id"] == ids[0])
        hooks.later(minutes=5)
        hooks.deliver()
        ones = [got for got in shop.received if got.told["subject"] == "order:1"]
        assert [got.head["webhook-id"] for got in ones] == [ids[0], ids[0], ids[1], ids[4]]
        assert ones[1].body == first, "the same bytes, try after try"


def test_what_failed_for_good_stands_in_nobodys_way(hooks: Hooks, frozen: Callable[..., datetime]) -> None:
    site = hooks.site()
    hooks.endpoint(site, "http://127.0.0.1:1/")
    hooks.happen(site, "order:1", "order:1")
    tried = _all_tries(frozen)
    assert len(tried) == rules.MOST_ATTEMPTS
    assert hooks.states() == ["failed", "pending"]


def _all_tries(frozen: Callable[..., datetime]) -> list[datetime]:
    """The moments at which the first delivery is tried and refused until it has failed for good."""
    tried = []
    with transaction():
        lanes.fan_out()
        first, endpoint = db.session.execute(
            select(WebhookDelivery.id, WebhookDelivery.endpoint_id).order_by(WebhookDelivery.seq).limit(1)
        ).one()
    while True:
        with transaction():
            claimed = lanes.claim(endpoint)
        if claimed is not None:
            tried.append(claimed.at)
            assert claimed.delivery_id == first
            with transaction() as session:
                assert lanes.mark(claimed, WRONG)
                session.execute(text("UPDATE webhook_endpoints SET failing_since = NULL"))
        with transaction() as session:
            delivery = session.get_one(WebhookDelivery, first, populate_existing=True)
            if delivery.state != "pending":
                return tried
            wait = delivery.not_before - frozen()
            rests = session.get_one(WebhookEndpoint, endpoint).rests_until
        frozen(seconds=max(wait.total_seconds(), (rests - frozen()).total_seconds() if rests else 0))


def test_the_times_of_twelve_tries(
    hooks: Hooks, frozen: Callable[..., datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.5)
    site = hooks.site()
    hooks.endpoint(site, "http://127.0.0.1:1/")
    hooks.happen(site, "order:1")
    tried = _all_tries(frozen)
    assert [later - earlier for earlier, later in itertools.pairwise(tried)] == list(rules.DELAYS)
    assert tried[-1] - tried[0] == pytest.approx(timedelta(days=3), rel=0.02)


@pytest.mark.parametrize(("status", "rests"), [(429, True), (503, True), (500, False)])
def test_retry_after_is_honoured(hooks: Hooks, frozen: Callable[..., datetime], status: int, rests: bool) -> None:
    site = hooks.site()
    endpoint = hooks.endpoint(site, "http://127.0.0.1:1/")
    hooks.happen(site, "order:1", "order:2")
    with transaction():
        lanes.fan_out()
    with transaction():
        claimed = lanes.claim(endpoint)
    assert claimed is not None
    with transaction():
        assert lanes.mark(claimed, Outcome(status, f"http_{status}", retry_after="3600"))
    frozen(minutes=59)
    with transaction():
        assert (lanes.claim(endpoint) is None) == rests, "the whole lane rests, the other order too"
    frozen(minutes=1)
    with transaction():
        assert len(lanes.due()) == 1


def test_a_mark_that_comes_after_the_lease_is_refused(hooks: Hooks, frozen: Callable[..., datetime]) -> None:
    site = hooks.site()
    endpoint = hooks.endpoint(site, "http://127.0.0.1:1/")
    hooks.happen(site, "order:1")
    with transaction():
        lanes.fan_out()
    with transaction():
        slow = lanes.claim(endpoint)
    with transaction():
        assert lanes.claim(endpoint) is None, "it is lent"
    frozen(seconds=31)
    with transaction():
        quick = lanes.claim(endpoint)
    assert slow
    assert quick
    assert slow.delivery_id == quick.delivery_id
    assert (slow.event_id, slow.body) == (quick.event_id, quick.body)
    with transaction():
        assert not lanes.mark(slow, WRONG)
    with transaction():
        assert lanes.mark(quick, FINE)
    with transaction():
        assert not lanes.mark(slow, WRONG)
    assert hooks.states() == ["delivered"]
    assert len(hooks.attempts()) == 1


def test_two_claims_at_once_take_two_deliveries(hooks: Hooks) -> None:
    site = hooks.site()
    endpoint = hooks.endpoint(site, "http://127.0.0.1:1/")
    hooks.happen(site, *(f"order:{n}" for n in range(20)))
    with transaction():
        lanes.fan_out()
    taken: list[object] = []

    def take() -> None:
        with hooks.app.app_context(), transaction():
            claimed = lanes.claim(endpoint)
        taken.append(claimed and claimed.delivery_id)

    threads = [threading.Thread(target=take) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    mine = [one for one in taken if one is not None]
    assert len(mine) == len(set(mine)) == rules.BREADTH, "as many as one endpoint gets at once, none twice"


def test_two_that_fan_out_at_once_make_each_delivery_once(hooks: Hooks) -> None:
    site = hooks.site()
    hooks.endpoint(site, "http://127.0.0.1:1/")
    hooks.endpoint(site, "http://127.0.0.1:1/")
    hooks.happen(site, *(f"order:{n}" for n in range(120)))

    def make() -> None:
        for _ in range(8):
            with hooks.app.app_context(), transaction():
                lanes.fan_out()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hooks.states()) == 240


def test_gone_is_gone_and_the_owner_hears_of_it(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver(answer(410)) as shop:
        endpoint = hooks.endpoint(site, shop.url)
        hooks.happen(site, "order:1", "order:2")
        hooks.deliver()
        kept = hooks.kept(endpoint)
        assert (kept.status, kept.disabled_because) == ("disabled", "gone")
        assert hooks.deliver() == 0
        _one_mail("410 Gone", shop.url)
        shop.behaviour = OK
        hooks.happen(site, "order:3")
        with transaction() as session:
            service.enable(session.get_one(WebhookEndpoint, endpoint), actor="test")
        hooks.later(minutes=5)
        before = len(shop.received)
        hooks.deliver()
        subjects = sorted(got.told["subject"] for got in shop.received[before:])
    assert subjects == ["order:1", "order:2", "order:3"], "what happened meanwhile too"


def _one_mail(*words: str) -> None:
    from app.record.notifications import jobs as mail
    from app.record.notifications.quoting import unlinked
    from app.record.notifications.rendering import render

    rows = list(db.session.scalars(select(Message).where(Message.template == "webhook_disabled")))
    assert len(rows) == 1
    rendered = render("email", "webhook_disabled", "en", rows[0].params)
    told = [unlinked(word) for word in words]  # whoever of the team wrote the address: no mail links to it
    assert all(word in rendered.text and word in (rendered.html or "") for word in told)
    db.session.rollback()
    mail.deliver()


def test_days_of_nothing_but_failures_disable_with_a_mail(hooks: Hooks, frozen: Callable[..., datetime]) -> None:
    site = hooks.site()
    endpoint = hooks.endpoint(site, "http://127.0.0.1:1/")
    hooks.happen(site, *(f"order:{n}" for n in range(40)))
    with transaction():
        lanes.fan_out()
    begin = frozen()
    while hooks.kept(endpoint).status == "active":
        with transaction():
            claimed = lanes.claim(endpoint)
        if claimed is not None:
            with transaction():
                lanes.mark(claimed, WRONG)
        frozen(hours=1)
        assert frozen() - begin < timedelta(days=4)
    assert frozen() - begin >= timedelta(days=3)
    assert hooks.kept(endpoint).disabled_because == "failing"
    _one_mail("three days", "http://127.0.0.1:1/")


def test_its_owner_is_told_within_minutes_and_once(hooks: Hooks) -> None:
    endpoint = hooks.endpoint(hooks.site(), "http://127.0.0.1:1/")
    hooks.happen(hooks.kept(endpoint).partner_site_id, "order:1")
    query = select(Message.params).where(Message.template == "webhook_failing")
    told = []
    for wait in (0, 6, 40, 150, 800):
        hooks.later(seconds=wait)
        hooks.deliver()
        told.append(len(db.session.scalars(query).all()))
        db.session.rollback()
    assert told == [0, 0, 0, 1, 1], "not for a restart, and no second time for as long as it fails"
    assert hooks.kept(endpoint).failures == 5


def test_one_success_forgets_the_failures(hooks: Hooks, frozen: Callable[..., datetime]) -> None:
    site = hooks.site()
    endpoint = hooks.endpoint(site, "http://127.0.0.1:1/")
    hooks.happen(site, *(f"order:{n}" for n in range(200)))
    for hour in range(100):
        with transaction():
            lanes.fan_out()
        with transaction():
            claimed = lanes.claim(endpoint)
        if claimed is not None:
            with transaction():
                lanes.mark(claimed, FINE if hour % 50 == 49 else WRONG)
        frozen(hours=1)
    assert hooks.kept(endpoint).status == "active"


def test_both_secrets_sign_for_a_day(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver() as shop:
        endpoint = hooks.endpoint(site, shop.url)
        with transaction() as session:
            service.roll_secret(session.get_one(WebhookEndpoint, endpoint), actor="test")
        hooks.happen(site, "order:1")
        hooks.deliver()
        with transaction() as session:
            session.execute(text("UPDATE webhook_endpoints SET previous_valid_until = now()"))
        hooks.happen(site, "order:2")
        hooks.deliver()
    assert [len(got.head["webhook-signature"].split()) for got in shop.received] == [2, 1]
    key = hooks.app.config["SETTINGS"].secret_key.get_secret_value()
    for got, generations in zip(shop.received, ([2, 1], [2]), strict=True):
        timestamp, told_id = int(got.head["webhook-timestamp"]), got.head["webhook-id"]
        secrets = [signing.secret(key, endpoint, generation) for generation in generations]
        assert got.head["webhook-signature"].split() == [
            signing.sign(secret, told_id, timestamp, got.body) for secret in secrets
        ]


def test_a_test_event_is_tried_once_and_says_nothing_of_the_lane(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver(answer(500)) as shop:
        endpoint = hooks.endpoint(site, shop.url)
        for behaviour in (answer(500), OK):
            shop.behaviour = behaviour
            with transaction() as session:
                service.send_test(session.get_one(WebhookEndpoint, endpoint), "lucky")
            hooks.deliver()
            assert hooks.kept(endpoint).failures == 0
    assert shop.told() == ["endpoint.test", "endpoint.test"]
    assert shop.received[0].told["game"] == "platform"
    assert sorted(hooks.states()) == ["delivered", "failed"]


def test_a_test_event_waits_for_no_backlog_and_no_rest(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver(answer(500)) as shop:
        endpoint = hooks.endpoint(site, shop.url)
        hooks.happen(site, "order:1", "order:2", "order:3")
        hooks.deliver()
        before = len(shop.received)
        assert hooks.kept(endpoint).rests_until is not None
        hooks.deliver()
        assert len(shop.received) == before, "it rests"
        with transaction() as session:
            lanes.claim(endpoint)
            service.send_test(session.get_one(WebhookEndpoint, endpoint), "lucky")
        hooks.deliver()
        assert shop.told()[before:] == ["endpoint.test"]
        hooks.later(minutes=5)
        with transaction() as session:
            service.send_test(session.get_one(WebhookEndpoint, endpoint), "lucky")
            first = lanes.claim(endpoint)
        assert first is not None
        assert b"endpoint.test" in first.body, "before all that is due"


def test_sending_again_repeats_the_same_bytes_under_the_same_id(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver() as shop:
        endpoint = hooks.endpoint(site, shop.url)
        hooks.happen(site, "order:1")
        with transaction():
            lanes.fan_out()
        with pytest.raises(DomainError, match="webhook_still_pending"):
            _send_again(endpoint)
        hooks.deliver()
        _send_again(endpoint)
        hooks.deliver()
        assert [got.head["webhook-id"] for got in shop.received] == [shop.received[0].told["id"]] * 2
        assert shop.received[0].body == shop.received[1].body
        assert hooks.states() == ["delivered"]
        assert len(hooks.attempts()) == 2
        with transaction() as session:
            service.disable(session.get_one(WebhookEndpoint, endpoint), "by_hand", actor="test")
        with pytest.raises(DomainError, match="webhook_endpoint_disabled"):
            _send_again(endpoint)


def _send_again(endpoint: object) -> None:
    with transaction() as session:
        delivery = session.scalars(select(WebhookDelivery)).one()
        service.send_again(session.get_one(WebhookEndpoint, endpoint), delivery)


def test_the_log_is_shortened_and_what_is_pending_stays(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver() as shop:
        endpoint = hooks.endpoint(site, shop.url)
        hooks.happen(site, "order:1", "order:2")
        hooks.deliver()
    hooks.happen(site, "order:3")
    with transaction():
        lanes.fan_out()
    assert jobs.purge() == 0
    hooks.later(days=31)
    assert jobs.purge() == 2
    assert hooks.states() == ["pending"]
    assert hooks.attempts() == []
    assert hooks.kept(endpoint).status == "active"


def test_hostile_endpoints_delay_nobody(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hangs, one drips, one redirects, one answers a gigabyte, one is not there: the good one never waits."""
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 4.0)
    site = hooks.site()
    with ExitStack() as stack:
        good = stack.enter_context(Receiver())
        inside = stack.enter_context(Receiver())
        bad = [
            stack.enter_context(Receiver(behaviour))
            for behaviour in (
                servers.hang,
                servers.drip,
                servers.flood,
                answer(302, b"", f"Location: {inside.url}"),
                answer(500),
            )
        ]
        for shop in (*bad, good):
            hooks.endpoint(site, shop.url)
        hooks.endpoint(site, "http://127.0.0.1:1/")
        hooks.happen(site, *(f"order:{n}" for n in range(12)))
        begin = time.monotonic()
        jobs.deliver(seconds=3)
        took = [got.at - begin for got in good.received]
    assert len(took) == 12
    assert max(took) < 3
    assert inside.connections == 0
    assert all(shop.connections >= 1 for shop in bad)
    assert bad[0].connections <= rules.BREADTH


def test_bodies_keep_every_character(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver() as shop:
        hooks.endpoint(site, shop.url)
        hooks.happen(site, 'order:"é\u202e</script>\n')
        hooks.deliver()
    (got,) = shop.received
    assert json.loads(got.body)["subject"] == 'order:"é\u202e</script>\n'


def test_a_site_has_ten_endpoints_at_most(hooks: Hooks) -> None:
    site = hooks.site()
    made = [hooks.endpoint(site, f"https://shop.example/{n}") for n in range(rules.MOST_ENDPOINTS)]
    with pytest.raises(DomainError, match="webhook_endpoints_too_many"):
        hooks.endpoint(site, "https://shop.example/more")
    with transaction() as session:
        service.remove(session.get_one(WebhookEndpoint, made[0]), actor="test")
    hooks.endpoint(site, "https://shop.example/more")


def test_what_a_removed_endpoint_was_to_be_told_is_over(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver(answer(500)) as shop:
        endpoint = hooks.endpoint(site, shop.url)
        hooks.happen(site, "order:1", "order:2")
        hooks.deliver()
        with transaction() as session:
            service.remove(session.get_one(WebhookEndpoint, endpoint), actor="test")
        assert hooks.states() == ["failed", "failed"]
        hooks.later(days=31)
        assert jobs.purge() == 2
    assert hooks.attempts() == []


def test_a_delivery_sent_again_and_again_shows_its_last_tries(hooks: Hooks) -> None:
    site = hooks.site()
    endpoint = hooks.endpoint(site, "https://shop.example/")
    hooks.happen(site, "order:1")
    with transaction():
        lanes.fan_out()
    with transaction() as session:
        delivery = session.scalars(select(WebhookDelivery.id).where(WebhookDelivery.endpoint_id == endpoint)).one()
        tries = [
            WebhookAttempt(id=new_id(), delivery_id=delivery, started_at=service.moment(), duration_ms=n, status=500)
            for n in range(queries.SHOWN_ATTEMPTS + 5)
        ]
        session.add_all(tries)
    with transaction():
        shown = queries.attempts_of([delivery])[delivery]
    assert [one.duration_ms for one in shown] == list(range(5, queries.SHOWN_ATTEMPTS + 5))
