"""What can be tried without money is told in one place, which drafts, keys, webhooks and the documentation lead to."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.database.session import transaction
from app.people.partners.models import PartnerSite
from tests.factories.partners import make_site
from tests.personas import Persona

TOLD, ELSEWHERE = "/docs/platform#rehearse", "https://signet.lottery.example"
DASHBOARD = ("", "/settings", "/keys", "/webhooks")


@pytest.fixture
def site(owner: Persona) -> PartnerSite:
    with transaction():
        return make_site(owner.id, embed_origins=["https://shop.example"])


def on(app: Flask, monkeypatch: pytest.MonkeyPatch, network: str, url: str | None) -> None:
    """The server is on that network, and its operator named that other one."""
    changed = {"bitcoin_network": network, "rehearsal_url": url}
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=changed))


@pytest.mark.parametrize(
    ("network", "url", "says"),
    [
        ("main", ELSEWHERE, "There is a second server of ours"),
        ("main", None, "We name no server of ours on a test network."),
        ("signet", ELSEWHERE, "This server is on one, signet"),
    ],
)
def test_each_page_leads_to_where_money_is_not_needed(
    app: Flask, owner: Persona, site: PartnerSite, monkeypatch: pytest.MonkeyPatch, network: str, url: str, says: str
) -> None:
    on(app, monkeypatch, network, url)
    told = owner.get("/docs/platform").text
    assert 'id="rehearse"' in told
    assert says in told
    for page in (*(f"/partners/{site.name}{part}" for part in DASHBOARD), "/docs", "/docs/faq", "/docs/api"):
        assert f'href="{TOLD}"' in owner.get(page).text, page
    is_named = network == "main" and url is not None
    for page in ("/docs/platform", *(f"/partners/{site.name}{part}" for part in DASHBOARD)):
        assert (f'href="{ELSEWHERE}"' in owner.get(page).text) is is_named, page
    own, other = ("tiraj_live_", "tiraj_test_") if network == "main" else ("tiraj_test_", "tiraj_live_")
    keys = owner.get(f"/partners/{site.name}/keys").text
    assert f"Keys of this server begin with {own}" in keys
    assert other in keys


def test_a_site_that_sells_is_not_told_on_its_first_page(app: Flask, owner: Persona, site: PartnerSite) -> None:
    with transaction() as session:
        session.merge(site).status = "live"
    assert TOLD not in owner.get(f"/partners/{site.name}").text
