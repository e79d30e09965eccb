"""The first screen says what needs a site's people, the worst first, and says so when nothing does."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask

from app.core.clock import now
from app.core.database.session import db, transaction
from app.people.partners.models import PartnerSite
from app.people.partners.service import update_site
from app.people.partners.site import stopping, verification
from app.webhooks import service as webhooks
from tests.factories.partners import OTHER_ADDRESS, make_site
from tests.personas import Persona


def told(owner: Persona, name: str) -> list[tuple[str, str]]:
    """Title and where it is mended, in order."""
    page = owner.get(f"/partners/{name}").text
    card = re.search(r'id="needs".*?</section>', page, re.S)
    assert card
    return re.findall(r'<strong>([^<]+)</strong>.*?href="([^"]+)"', card[0], re.S)


def test_what_needs_somebody_comes_first(app: Flask, owner: Persona) -> None:
    with transaction():
        site = make_site(owner.id, name="lotto", status="live", embed_origins=["https://shop.example"])
        verification.verify(site, actor="operator:test")
    assert told(owner, "lotto") == []
    with transaction():
        found = db.session.merge(site)
        endpoint = webhooks.create_endpoint(found, "https://hooks.example/x", ["order.paid"], actor="user:test")
        update_site(found, {"payout_address": OTHER_ADDRESS, "payout_address_acknowledged": True})
    assert told(owner, "lotto") == [("The payout address is new", "/partners/lotto/settings#payout")]
    with transaction():
        webhooks.disable(db.session.merge(endpoint), "failing", actor="system")
        stopping.stop(db.session.merge(site), "<asked>", actor="operator:test")
    assert told(owner, "lotto") == [
        ("We have paused this site", "/partners/lotto/settings#status"),
        ("A webhook is disabled", "/partners/lotto/webhooks"),
        ("The payout address is new", "/partners/lotto/settings#payout"),
    ]
    assert "&lt;asked&gt;" in owner.get("/partners/lotto").text


def test_an_address_that_has_rested_needs_nobody(app: Flask, owner: Persona) -> None:
    with transaction():
        site = make_site(owner.id, name="lotto", status="live", embed_origins=["https://shop.example"])
        db.session.get_one(PartnerSite, site.id).payout_address_changed_at = now() - timedelta(hours=73)
    assert told(owner, "lotto") == [("This site is not verified yet", "/partners/lotto/verification")]
