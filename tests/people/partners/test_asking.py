"""Before what cannot be undone a partner is asked, at the very address of the deed; asking changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.people.partners.keys import service as keys
from app.people.partners.models import ApiKey, PartnerSite, TeamMember
from app.webhooks import service as webhooks
from app.webhooks.models import WebhookEndpoint
from tests.factories.partners import make_site
from tests.personas import Persona

Told = tuple[str, str, Callable[[], object]]


@pytest.fixture
def deeds(app: Flask, owner: Persona, stranger: Persona) -> dict[str, Told]:
    """By name: where it is asked, what the safe answer leads to, and what the deed changes."""
    with transaction() as session:
        site = make_site(owner.id, name="lotto", status="live", display_name="Lotto")
        make_site(owner.id, name="bare", embed_origins=[])
        key = keys.issue(site, name="shop", access="write", actor="user:test").row.id
        endpoint = webhooks.create_endpoint(site, "https://hooks.example/x", ["order.paid"], actor="user:test").id
        session.add(TeamMember(partner_site_id=site.id, user_id=stranger.id, access="manage"))

    def read(query: object) -> Callable[[], object]:
        def look() -> object:
            with app.app_context():
                return db.session.execute(query).all()  # type: ignore[call-overload]

        return look

    hook = f"/partners/lotto/webhooks/{endpoint}"
    status = read(select(WebhookEndpoint.status))
    return {
        "revoke": (f"/partners/lotto/keys/{key}/revoke", "/partners/lotto/keys", read(select(ApiKey.revoked_at))),
        "disable": (f"{hook}/disable", hook, status),
        "remove": (f"{hook}/remove", hook, status),
        "pause": ("/partners/lotto/pause", "/partners/lotto/settings#status", read(select(PartnerSite.status))),
        "live": ("/partners/bare/live", "/partners/bare/settings#status", read(select(PartnerSite.status))),
        "teammate": (f"/partners/lotto/team/{stranger.id}", "/partners/lotto/team", read(select(TeamMember.user_id))),
    }


@pytest.mark.parametrize("deed", ["revoke", "disable", "remove", "pause", "live", "teammate"])
def test_the_page_says_what_will_happen_and_its_safe_answer_has_the_focus(
    owner: Persona, nobody: Persona, deeds: dict[str, Told], deed: str
) -> None:
    path, back, look = deeds[deed]
    before = look()
    page = owner.get(path)
    assert (page.status_code, page.text.count("<h1")) == (200, 1)
    assert "What will happen" in page.text
    safe = re.findall(r'<a class="button[^>]*href="([^"]+)"[^>]*autofocus', page.text)
    assert safe == [back]
    assert f'action="{path}"' in page.text
    assert nobody.get(path).status_code == 303
    assert look() == before, "asking changes nothing"
    fields = dict(re.findall(r'<input type="hidden" name="(access)" value="([^"]+)"', page.text))
    assert owner.post(path, fields).status_code == 303
    assert look() != before


def test_the_pages_lead_to_the_question(owner: Persona, deeds: dict[str, Told]) -> None:
    endpoint = deeds["disable"][1]
    for page, names in (
        ("/partners/lotto/keys", ("revoke",)),
        (endpoint, ("disable", "remove")),
        ("/partners/lotto/settings", ("pause",)),
        ("/partners/bare/settings", ("live",)),
        ("/partners/lotto/team", ("teammate",)),
    ):
        shown = owner.get(page).text
        for name in names:
            assert f'href="{deeds[name][0]}"' in shown
            assert f'action="{deeds[name][0]}"' not in shown or name == "teammate"


def test_who_goes_live_is_told_of_a_frame_that_no_page_may_show(owner: Persona, deeds: dict[str, Told]) -> None:
    told = "No page may show the frame yet"
    assert owner.get("/partners/bare/settings").text.count(told) == 1, "before it is live, and once"
    asked = owner.get("/partners/bare/live").text
    assert told in asked
    assert "never a draft again" in asked
    address = db.session.scalars(select(PartnerSite.payout_address).where(PartnerSite.name == "bare")).one()
    printed = re.search(r'paid to <code class="hash"\s+translate="no">(.*?)</code>\.', asked, re.S)
    assert printed, "in groups of four: Inter would draw an x between digits as a sign"
    assert re.sub("<[^>]+>", "", printed[1]) == address
    owner.post("/partners/bare/settings", {"section": "origins", "embed_origins": "https://cafe.example"})
    assert told not in owner.get("/partners/bare/settings").text
    assert told not in owner.get("/partners/bare/live").text
    assert owner.post("/partners/bare/live").status_code == 303
    assert 'href="/partners/bare/live"' not in owner.get("/partners/bare/settings").text, "it is live"


def test_a_teammate_is_asked_before_leaving_and_nobody_removes_an_owner(
    owner: Persona, stranger: Persona, deeds: dict[str, Told]
) -> None:
    assert "Only its owner can invite you again." in stranger.get("/partners/lotto/team/leave").text
    assert stranger.post("/partners/lotto/team/leave").status_code == 303
    assert stranger.get("/partners/lotto").status_code == 404
    assert owner.get(f"/partners/lotto/team/{owner.id}").status_code == 404


def test_addresses_that_take_a_form_can_be_opened(owner: Persona, deeds: dict[str, Told]) -> None:
    assert owner.post("/partners/lotto/pause").status_code == 303
    assert owner.post("/partners/lotto/pause").status_code == 303, "it is paused already: nothing changes"
    for path in (
        "/partners/lotto/team/transfer",
        f"{deeds['remove'][1]}/test",
        deeds["revoke"][0].replace("revoke", "roll"),
    ):
        assert owner.get(path).status_code == 200, "an address that takes a form can be opened"
