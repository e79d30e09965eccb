"""The dashboard of webhooks: who may see and do what, how a refusal looks, what is shown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.core.database.session import db, transaction
from app.people.partners.models import PartnerSite, TeamMember
from app.record.events.service import Fact, record_many
from app.record.notifications import queries as mailbox
from app.record.notifications.rendering import render
from app.webhooks import service
from app.webhooks.delivery import lanes
from app.webhooks.delivery.sending import Outcome
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.factories.partners import make_site
from tests.personas import Persona, signed_in
from tests.settings import EXPLORE
from tests.webhooks.test_rules import BAD_URLS

HTMX = {"HX-Request": "true"}
NEW = {"url": "https://shop.example/hook", "events": ["order.paid", "win.created"]}


@dataclass
class Shop:
    """The owner's site with an endpoint and a delivery that was refused."""

    site: UUID
    endpoint: UUID
    delivery: UUID

    def path(self, rest: str = "") -> str:
        return f"/partners/lotto/webhooks/{self.endpoint}{rest}"


@pytest.fixture
def shop(app: Flask, owner: Persona) -> Iterator[Shop]:
    with app.app_context():
        with transaction():
            site = make_site(owner.id, name="lotto", display_name="Lotto & Söhne")
            endpoint = service.create_endpoint(site, NEW["url"], NEW["events"], actor="test")
            ids = site.id, endpoint.id
            record_many([Fact("order.paid", "rounds", "order:1", {"word": "<b>bold</b>"}, site.id)])
        with transaction():
            lanes.fan_out()
        with transaction():
            claimed = lanes.claim(ids[1])
        assert claimed is not None
        with transaction() as session:
            lanes.mark(claimed, Outcome(404, "http_404", "<script>alert(1)</script>"))
            session.get_one(WebhookDelivery, claimed.delivery_id).state = "failed"
        yield Shop(*ids, claimed.delivery_id)


@pytest.fixture
def reader(app: Flask, shop: Shop) -> Persona:
    return _teammate(app, shop, "read")


@pytest.fixture
def manager(app: Flask, shop: Shop) -> Persona:
    return _teammate(app, shop, "manage")


def _teammate(app: Flask, shop: Shop, access: str) -> Persona:
    person = signed_in(app, f"{access}@example.com")
    with app.app_context(), transaction() as session:
        session.add(TeamMember(partner_site_id=shop.site, user_id=person.id, access=access))
    return person


def kept(app: Flask) -> dict[str, Any]:
    """Everything that the routes could change."""
    with app.app_context():
        columns = list(WebhookEndpoint.__table__.c) + list(WebhookDelivery.__table__.c)
        query = select(*columns).join(WebhookDelivery, WebhookDelivery.endpoint_id == WebhookEndpoint.id)
        count = db.session.scalar(select(func.count()).select_from(WebhookEndpoint))
        return {"count": count, "rows": [tuple(row) for row in db.session.execute(query)]}


GETS = ["/partners/lotto/webhooks", "{endpoint}", "/partners/lotto/events", "/partners/lotto/events?type=order.paid"]
POSTS: list[tuple[str, dict[str, Any]]] = [
    ("/partners/lotto/webhooks", NEW),
    ("{endpoint}", {"url": "https://other.example/", "events": ["order.seen"]}),
    ("{endpoint}/test", {}),
    ("{endpoint}/roll", {}),
    ("{endpoint}/disable", {}),
    ("{endpoint}/remove", {}),
    ("{endpoint}/deliveries/{delivery}", {}),
]


def built(path: str, shop: Shop) -> str:
    return path.format(endpoint=shop.path(), delivery=shop.delivery)


@pytest.mark.parametrize("path", GETS)
def test_reading_is_for_the_owner_and_the_team(
    shop: Shop, owner: Persona, reader: Persona, manager: Persona, stranger: Persona, nobody: Persona, path: str
) -> None:
    path = built(path, shop)
    for person in (owner, reader, manager):
        answer = person.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert ("whsec_" in answer.text) == (path == shop.path() and person is not reader), "secrets are for writers"
    assert stranger.get(path).status_code == 404
    assert nobody.get(path).headers["Location"].partition("?")[0] == "/login"


@pytest.mark.parametrize(("path", "data"), POSTS)
def test_writing_is_for_the_owner_and_who_manages(
    app: Flask,
    shop: Shop,
    owner: Persona,
    reader: Persona,
    manager: Persona,
    stranger: Persona,
    nobody: Persona,
    path: str,
    data: dict[str, Any],
) -> None:
    path = built(path, shop)
    before = kept(app)
    assert stranger.post(path, data).status_code == 404
    assert reader.post(path, data).status_code == 403
    assert nobody.post(path, data).headers["Location"] == "/login"
    assert owner.browser.post(path, data=data).status_code == 400, "without the form's token"
    assert kept(app) == before
    assert manager.post(path, data).status_code == 303
    assert kept(app) != before


def test_the_owner_is_told_where_events_go(app: Flask, shop: Shop, owner: Persona, manager: Persona) -> None:
    def told() -> list[str]:
        with app.app_context():
            found = [one for one in mailbox.newest() if (one.params or {}).get("kind") == "site.endpoint_made"]
            assert {one.recipient for one in found} == {owner.email}
            texts = [render(one.channel, one.template, one.locale, one.params or {}).text for one in found]
            return [" ".join(text.split()) for text in texts]

    assert len(told()) == 1, "of the one that the shop has"
    manager.post("/partners/lotto/webhooks", {"url": "https://evil.example/x", "events": ["order.paid"]})
    newest, _ = told()
    assert "https: / / evil. example/ x is told from now on what happens at your site" in newest
    assert f"set up by {manager.email}." in newest
    assert "/partners/lotto/webhooks" in newest
    manager.post(shop.path(), {"url": NEW["url"], "events": ["order.seen"]})
    assert len(told()) == 2, "other events to the same address are no news"
    manager.post(shop.path(), {"url": "https://other.example/", "events": ["order.seen"]})
    assert "other. example/" in told()[0]


def test_another_partners_endpoint_is_nobodys(app: Flask, shop: Shop, stranger: Persona) -> None:
    """Through one's own site one reaches no endpoint of others, and through one's endpoint no delivery of others."""
    with app.app_context(), transaction():
        site = make_site(stranger.id, name="strange-shop")
        own = service.create_endpoint(site, "https://strange.example/", ["order.paid"], actor="test").id
    before = kept(app)
    theirs = f"/partners/strange-shop/webhooks/{shop.endpoint}"
    mine = f"/partners/strange-shop/webhooks/{own}"
    assert stranger.get(mine).status_code == 200
    assert stranger.get(theirs).status_code == 404
    for path in (theirs, f"{theirs}/test", f"{theirs}/roll", f"{theirs}/deliveries/{shop.delivery}"):
        assert stranger.post(path, NEW).status_code == 404
    assert stranger.post(f"{mine}/deliveries/{shop.delivery}").status_code == 404
    assert kept(app) == before
    assert "order:1" not in stranger.get("/partners/strange-shop/events").text


@pytest.mark.parametrize("wrong", ["x", "%00", "0", "01a1f86b-5e91-7755-b47b-88909eb123b7", "{upper}"])
def test_an_id_that_is_none(shop: Shop, owner: Persona, wrong: str) -> None:
    wrong = wrong.format(upper=str(shop.endpoint).upper())
    assert owner.get(f"/partners/lotto/webhooks/{wrong}").status_code == 404
    assert owner.post(f"/partners/lotto/webhooks/{wrong}/test").status_code == 404
    assert owner.post(shop.path("/nonsense")).status_code == 404
    assert owner.post(shop.path(f"/deliveries/{wrong}")).status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["whole", "htmx"])
@pytest.mark.parametrize("again", [False, True], ids=["new", "changed"])
def test_a_bad_address_is_told_beside_its_field_and_makes_nothing(
    app: Flask, shop: Shop, owner: Persona, headers: dict[str, str], again: bool
) -> None:
    """By form and kind of answer all bad addresses, one after the other; each with one of these unless exploring."""
    before = kept(app)
    bad = [url for url in BAD_URLS if "\r" not in url]
    turn = 2 * again + bool(headers)
    for url in bad if EXPLORE else bad[turn::4]:
        path = shop.path() if again else "/partners/lotto/webhooks"
        answer = owner.post(path, {"url": url, "events": ["order.paid"]}, headers=headers)
        assert answer.status_code == 422, url
        assert 'id="url-error"' in answer.text, url
        assert html.escape(url, quote=True) in answer.text or not url.strip(), "what was typed is kept"
    assert kept(app) == before


@pytest.mark.parametrize("chosen", [[], ["order.lost"], ["coin.spent_unplanned"], ["order.paid", "<b>"], ["\0"]])
def test_bad_events_are_told_beside_their_field(app: Flask, shop: Shop, owner: Persona, chosen: list[str]) -> None:
    before = kept(app)
    for path in ("/partners/lotto/webhooks", shop.path()):
        answer = owner.post(path, {"url": NEW["url"], "events": chosen}, headers=HTMX)
        assert answer.status_code == 422
        assert 'id="events-error"' in answer.text
        assert "<html" not in answer.text
    assert kept(app) == before


def test_all_events_are_chosen_by_one_box_and_stay_chosen_where_the_form_is_refused(
    app: Flask, shop: Shop, owner: Persona
) -> None:
    with app.app_context():
        known = sorted(service.catalogue())
    refused = owner.post(shop.path(), {"url": "nowhere", "every": "y", "events": ["order.paid"]})
    boxes = re.findall(r'<input type="checkbox" class="tick"[^>]*>', refused.text)
    assert (refused.status_code, len(boxes)) == (422, len(known))
    assert all(" checked" in box for box in boxes)
    assert owner.post(shop.path(), {"url": NEW["url"], "every": "y", "events": ["order.paid"]}).status_code == 303
    with app.app_context():
        assert sorted(db.session.scalars(select(WebhookEndpoint)).one().event_types) == known
    page = owner.get(shop.path()).text
    assert not re.search(r'name="every"[^>]* checked', page), "a box that is taken out below would count for nothing"
    owner.post(shop.path(), {"url": NEW["url"], "events": known[1:]})
    with app.app_context():
        assert sorted(db.session.scalars(select(WebhookEndpoint)).one().event_types) == known[1:]


def test_an_endpoint_is_made_and_its_secret_shown(app: Flask, owner: Persona) -> None:
    with app.app_context(), transaction():
        make_site(owner.id, name="lotto")
    assert "No endpoint yet." in owner.get("/partners/lotto/webhooks").text
    answer = owner.post("/partners/lotto/webhooks", NEW)
    assert answer.status_code == 303
    with app.app_context():
        made = db.session.scalars(select(WebhookEndpoint)).one()
        secrets = service.secrets_of(made, service.moment())
    assert answer.headers["Location"] == f"/partners/lotto/webhooks/{made.id}"
    assert (made.url, made.event_types, made.status) == (NEW["url"], NEW["events"], "active")
    page = html.unescape(owner.get(answer.headers["Location"]).text)
    assert page.count("<h1>") == 1
    assert secrets[0] in page
    assert "Nothing was sent yet." in page
    owner.post(f"{answer.headers['Location']}/roll")
    page = html.unescape(owner.get(answer.headers["Location"]).text)
    assert secrets[0] in page, "the former one still signs"
    assert page.count("whsec_") > 2


def test_the_eleventh_endpoint_is_a_conflict(app: Flask, shop: Shop, owner: Persona) -> None:
    for _ in range(9):
        assert owner.post("/partners/lotto/webhooks", NEW).status_code == 303
    answer = owner.post("/partners/lotto/webhooks", NEW, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#new-endpoint")
    assert "at most 10 endpoints" in answer.text


def test_a_delivery_shows_its_tries_and_their_answers(shop: Shop, owner: Persona) -> None:
    page = owner.get(shop.path()).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert ">404<" in page
    assert "Send again" in page
    part = owner.get(shop.path(), headers=HTMX).text
    assert "<h1>" not in part
    assert "Send again" in part


def test_deliveries_are_narrowed_and_say_what_comes_next(shop: Shop, owner: Persona) -> None:
    assert f'id="delivery-{shop.delivery}"' in owner.get(shop.path("?state=failed")).text
    assert f'id="delivery-{shop.delivery}"' not in owner.get(shop.path("?state=pending")).text
    assert "No delivery is like that." in owner.get(shop.path("?state=pending")).text
    for query, is_found in (
        ("type=order.paid", True),
        ("type=win.created", False),
        ("q=1", True),
        ("q=order:1&type=order.paid&state=failed", True),
        ("q=2", False),
        ("q=%25", False),
    ):
        shown = owner.get(shop.path(f"?{query}")).text
        assert (f'id="delivery-{shop.delivery}"' in shown) is is_found, query
        assert 'id="deliveries-filter"' in shown
    assert '<span class="small">order 1</span>' in owner.get(shop.path()).text, "which order, without a look inside"
    with transaction() as session:
        session.get_one(WebhookDelivery, shop.delivery).state = "pending"
    page = re.sub(r"<[^>]+>|\s+", " ", owner.get(shop.path("?state=pending")).text)
    assert re.search(r"Failed, tried again .*404 .*next try +([0-9]{2}:){2}[0-9]{2} UTC", page), "to the second"
    assert f'id="delivery-{shop.delivery}"' in owner.get(shop.path("?state=retried")).text


def test_what_was_refused_before_an_endpoint_was_mended_is_sent_now(
    app: Flask, shop: Shop, owner: Persona, reader: Persona
) -> None:
    with transaction():
        record_many([Fact("order.paid", "rounds", f"order:{n}", {}, shop.site) for n in (2, 2, 3)])
    with transaction() as session:
        lanes.fan_out()
        later = service.moment() + timedelta(hours=6)
        session.execute(update(WebhookDelivery).values(attempts=4, not_before=later))
        session.execute(update(WebhookEndpoint).values(failures=0, rests_until=None))
    page = owner.get(shop.path()).text
    assert "It fails" not in page, "it has taken another one since"
    assert "The next try is at" in page
    assert 'action="' + shop.path("/try") in page
    assert "Try now" not in reader.get(shop.path()).text
    assert owner.post(shop.path("/try")).status_code == 303
    with app.app_context():
        pending = select(WebhookDelivery.not_before < later).where(WebhookDelivery.state == "pending")
        times = db.session.scalars(pending.order_by(WebhookDelivery.seq)).all()
        assert times == [True, False, True], "all but what waits for the one before it"
    assert "The next try is at" not in owner.get(shop.path()).text


def test_a_resting_lane_says_until_when_what_waits_and_is_tried_at_once(
    app: Flask, shop: Shop, owner: Persona, reader: Persona
) -> None:
    with transaction() as session:
        endpoint = session.get_one(WebhookEndpoint, shop.endpoint)
        endpoint.failures, endpoint.rests_until = 9, service.moment() + timedelta(minutes=4)
        record_many([Fact("order.paid", "rounds", f"order:{n}", {}, shop.site) for n in (2, 2, 3)])
        session.flush()
    with transaction():
        lanes.fan_out()
    page = " ".join(re.sub(r"<[^>]+>", " ", owner.get(shop.path()).text).split())
    until = r"(\d+ \w+( \d{4})?, )?([0-9]{2}:){2}[0-9]{2}"  # shortly before midnight the day is told too
    assert re.search(rf"It fails: 9 failures in a row Resting until {until} UTC ; 3 deliveries wait", page)
    assert page.count("waits for the endpoint") == 2
    assert page.count("waits for the one before it") == 1
    assert "Try now" in page
    part = owner.get(shop.path("?part=lane"), headers=HTMX).text
    assert ("Try now" in part, "<h1>" in part, "delivery-" in part) == (True, False, False)
    assert "Try now" not in reader.get(shop.path()).text

    assert owner.post(shop.path("/try")).status_code == 303
    assert "Resting until" not in owner.get(shop.path()).text
    with transaction():
        claimed, another = lanes.claim(shop.endpoint), lanes.claim(shop.endpoint)
    assert (claimed is not None, another) == (True, None), "one try"
    assert claimed is not None
    with transaction():
        lanes.mark(claimed, Outcome(500, "http_500"))
    assert "Resting until" in owner.get(shop.path()).text, "and if it fails too, the lane rests as before"
    with transaction() as session:
        session.execute(update(WebhookDelivery).values(state="failed", finished_at=service.moment()))
    owner.post(shop.path("/try"))
    assert "Nothing waits to be sent." in owner.get(shop.path()).text


def test_forms_are_folded_beside_what_a_page_is_for(shop: Shop, owner: Persona) -> None:
    """A refused one is open."""
    listed = owner.get("/partners/lotto/webhooks").text
    assert '<details class="fold" id="new-endpoint">' in listed
    refused = owner.post("/partners/lotto/webhooks", NEW | {"url": "nonsense"}).text
    assert '<details class="fold" id="new-endpoint" open>' in refused
    assert '<details class="fold" id="settings">' in owner.get(shop.path()).text
    assert '<details class="fold" id="settings" open>' in owner.post(shop.path(), NEW | {"url": "no"}).text


def test_the_buttons_do_what_they_say(app: Flask, shop: Shop, owner: Persona) -> None:
    assert owner.post(shop.path("/test")).status_code == 303
    assert "endpoint.test" in owner.get(shop.path()).text
    owner.post(shop.path("/disable"))
    page = owner.get(shop.path()).text
    assert "Nothing is sent to this endpoint" in page
    assert "It was disabled here." in page
    owner.post(shop.path("/test"))
    assert "Enable it first." in html.unescape(owner.get(shop.path()).text)
    owner.post(shop.path("/enable"))
    assert "Nothing is sent" not in owner.get(shop.path()).text
    owner.post(shop.path(f"/deliveries/{shop.delivery}"))
    owner.post(shop.path(f"/deliveries/{shop.delivery}"))
    assert "still being tried" in owner.get(shop.path()).text
    assert owner.post(shop.path("/remove")).headers["Location"] == "/partners/lotto/webhooks"
    assert owner.get(shop.path()).status_code == 404
    assert str(shop.endpoint) not in owner.get("/partners/lotto/webhooks").text


def test_what_a_server_has_is_sent_again_only_after_asking(app: Flask, shop: Shop, owner: Persona) -> None:
    again = shop.path(f"/deliveries/{shop.delivery}")

    def state() -> str:
        with app.app_context():
            return db.session.get_one(WebhookDelivery, shop.delivery).state

    refused = owner.get(again).text
    assert "order.paid goes to https://shop.example/hook once more." in refused
    assert "twice" not in refused
    assert f'action="{again}"' in owner.get(shop.path()).text, "what was refused is one press"
    with app.app_context(), transaction() as session:
        found = session.get_one(WebhookDelivery, shop.delivery)
        found.state, event_id = "delivered", found.event_id
    page = owner.get(shop.path()).text
    assert f'action="{again}"' not in page
    assert f'href="{again}"' in page
    asked = html.unescape(owner.get(again).text)
    assert "https://shop.example/hook has answered that it has this event, order.paid." in asked
    assert f"under the same id, {event_id}." in asked
    assert "does what it says twice" in asked
    assert state() == "delivered", "asking does nothing"
    assert owner.post(again).status_code == 303
    assert state() == "pending"


def test_an_event_says_to_whom_it_was_sent(app: Flask, shop: Shop, owner: Persona, reader: Persona) -> None:
    again = shop.path(f"/deliveries/{shop.delivery}")
    with app.app_context(), transaction() as session:
        site = session.get_one(PartnerSite, shop.site)
        record_many([Fact("order.seen", "rounds", "order:2", {}, site.id)])
    page = owner.get("/partners/lotto/events").text
    seen, paid = page.split('<li id="event-')[1:]
    assert "No endpoint has asked for it." in seen
    assert f'href="{shop.path()}#delivery-{shop.delivery}">https://shop.example/hook</a>' in paid
    assert f'href="{again}"' in paid
    shown = reader.get("/partners/lotto/events").text
    assert "https://shop.example/hook</a>" in shown
    assert again not in shown


def test_an_events_line_leads_to_what_it_is_about(app: Flask, shop: Shop, owner: Persona) -> None:
    order = "01a227ce-d66b-7153-83c7-b0fdfd01965e"
    with app.app_context(), transaction() as session:
        site = session.get_one(PartnerSite, shop.site)
        record_many(
            [
                Fact("order.seen", "luckotto", f"order:{order}", {}, site.id),
                Fact("round.settled", "rounds", "round:7", {}),
                Fact("round.settled", "luckotto", "luckotto-round:5", {}),
                Fact("order.seen", "gone", f"order:{order}", {}, site.id),
            ]
        )
    lines = owner.get("/partners/lotto/events").text.split('<li id="event-')[1:5]
    assert "<summary" in lines[0]
    assert "<a " not in lines[0].partition("</summary>")[0], "a game that is gone has no page"
    assert '<a href="/luckotto/rounds/5">The round</a>' in lines[1]
    assert '<a href="/rounds/7">The round</a>' in lines[2]
    assert f'<a href="/partners/lotto/orders/{order}">The order</a>' in lines[3]


def test_the_feed_shows_what_a_webhook_would_say(app: Flask, shop: Shop, owner: Persona) -> None:
    with app.app_context(), transaction() as session:
        site = session.get_one(PartnerSite, shop.site)
        record_many(
            [
                Fact("round.settled", "rounds", "round:7", {}),
                Fact("coin.spent_unplanned", "chain", "coin:secret", {}),
                *(Fact("order.seen", "rounds", f"order:seen-{n}", {}, site.id) for n in range(30)),
            ]
        )
    page = owner.get("/partners/lotto/events").text
    assert "order:seen-29" in page
    assert "coin:secret" not in page
    assert "order:1<" not in page, "on the next page"
    assert '<optgroup label="Orders">' in page
    assert re.search(r'<option value="order.paid">\s*order.paid – [^<]+</option>', page), "with what it means"
    settled = owner.get("/partners/lotto/events?type=round.settled").text
    assert "round:7" in settled
    assert "order:seen" not in settled
    with app.app_context():
        middle = service.readable_until() - 20
    older = owner.get(f"/partners/lotto/events?before={middle}").text
    assert "order:seen-29" not in older
    assert "order:1<" in older
    for bad in ("type=order.lost", "type=coin.spent_unplanned", "type=%00"):
        assert owner.get(f"/partners/lotto/events?{bad}").status_code == 404
    for odd in ("before=x", "before=-1", "before=1e3", "before=" + "9" * 30, "before=٣"):
        assert owner.get(f"/partners/lotto/events?{odd}").status_code == 200
