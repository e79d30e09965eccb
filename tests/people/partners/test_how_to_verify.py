"""An owner whose site is not verified is told what that means, what to send, whom to ask and when an answer comes."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.config import ConfigError, Settings
from app.core.database.session import db, transaction
from app.people.partners.models import PartnerSite
from app.people.partners.site import verification
from app.record.notifications.models import Message
from app.record.notifications.rendering import render
from tests.factories.partners import make_site
from tests.personas import Persona


@pytest.fixture
def site(owner: Persona) -> PartnerSite:
    with transaction():
        return make_site(owner.id)


def page(app: Flask, owner: Persona, site: PartnerSite, monkeypatch: pytest.MonkeyPatch, **settings: object) -> str:
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=settings))
    return owner.get(f"/partners/{site.name}/verification").text


def test_an_unverified_site_says_how(
    app: Flask, owner: Persona, site: PartnerSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = page(
        app,
        owner,
        site,
        monkeypatch,
        verification_contact="verify@operator.example",
        verification_days=3,
        open_orders_per_site=5_000,
        open_orders_per_unverified_site=500,
    )
    assert f'href="mailto:verify@operator.example?subject=Verify%20{site.name}&amp;body=Site%20at%20Tiraj' in told
    assert "You are answered within 3 days." in told
    assert re.search(r"Unpaid orders at a time.*?>500<.*?>5,000<", told, re.S)
    assert f"the name of this site at Tiraj: {site.name}" in told


def test_the_contact_may_be_a_page_or_not_be_said_yet(
    app: Flask, owner: Persona, site: PartnerSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'href="https://operator.example/verify"' in page(
        app, owner, site, monkeypatch, verification_contact="https://operator.example/verify"
    )
    nobody = {"verification_contact": None, "house_contact": None}
    assert "They have not said yet where." in page(app, owner, site, monkeypatch, **nobody)
    house = {"verification_contact": None, "house_contact": "house@operator.example"}
    assert "mailto:house@operator.example?" in page(app, owner, site, monkeypatch, **house), "who runs the house"


def test_a_rejected_site_is_told_too_and_a_verified_one_is_not(
    app: Flask, owner: Persona, site: PartnerSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        verification.reject(session.merge(site), "no answer", actor="operator:test")
    assert "If that has changed, tell us again" in page(app, owner, site, monkeypatch)
    with transaction() as session:
        verification.verify(session.merge(site), actor="operator:test")
    assert "tell us" not in page(app, owner, site, monkeypatch)


@pytest.mark.parametrize(
    "contact", ["verify", "http://operator.example", "javascript:alert(1)", "a@b.example, c@d.example"]
)
def test_a_contact_that_is_none_is_refused_at_start(app_settings: dict[str, str], contact: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_env({**app_settings, "VERIFICATION_CONTACT": contact})
    assert "VERIFICATION_CONTACT" in str(refused.value)


def test_what_was_sent_waits_until_it_is_decided(app: Flask, owner: Persona, site: PartnerSite) -> None:
    own = f"/partners/{site.name}/verification"
    before = owner.get(own).text
    assert "I have sent it" in before
    for _ in range(2):  # said once, however often it is sent
        assert owner.post(own).status_code == 303
    waits = owner.get(own).text
    assert "Sent, waits for an answer" in waits
    assert "I have sent it" not in waits
    assert re.search(r"step-now.*?A person looks at it", waits, re.S)
    assert "To be verified: sent, and waits" in owner.get(f"/partners/{site.name}").text
    with transaction() as session:
        assert len(verification.waiting([site.id])) == 1
        assert verification.number_waiting() == 1
        verification.reject(session.merge(site), "no answer", actor="operator:test")
    refused = owner.get(own).text
    assert "This site could not be verified" in refused
    assert "I have sent it" in refused, "who was refused may ask again"
    assert owner.post(own).status_code == 303
    with transaction() as session:
        assert verification.number_waiting() == 1
        verification.verify(session.merge(site), actor="operator:test")
        assert verification.waiting([site.id]) == {}
        assert verification.number_waiting() == 0
    verified = owner.get(own).text
    assert "This site is verified" in verified
    assert "Decided:" in verified


def test_the_owner_hears_of_the_decision_by_mail(app: Flask, owner: Persona, site: PartnerSite) -> None:
    with transaction() as session:
        kept = session.merge(site)
        verification.reject(kept, "No papers yet.", actor="operator:test")
        verification.reject(kept, "No papers yet.", actor="operator:test")  # decided once, told once
        verification.verify(kept, actor="operator:test")
    sent = db.session.scalars(select(Message).where(Message.template == "site_verification").order_by(Message.id)).all()
    assert [one.recipient for one in sent] == [owner.email] * 2
    refused, verified = (render("email", one.template, one.locale, one.params) for one in sent)
    assert "could not be verified" in refused.subject
    assert "No papers yet" in refused.text
    assert verified.subject.endswith("is verified")
    assert f"/partners/{site.name}/verification" in verified.text
