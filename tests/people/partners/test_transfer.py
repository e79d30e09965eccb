"""A site changes hands: offered on the dashboard, confirmed from the owner's mailbox, told to both and audited."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.people.accounts.queries import database_now
from app.people.partners.confirmed import verifying
from app.people.partners.models import PartnerSite, SiteTransfer, TeamMember
from app.people.partners.site import verification
from app.record.audit.approving import Agreed
from app.record.audit.models import AuditEntry
from app.record.notifications.models import Message
from app.record.notifications.rendering import render
from tests.factories.partners import make_site
from tests.personas import Persona, signed_in


@pytest.fixture
def site(app: Flask, owner: Persona) -> str:
    with app.app_context(), transaction():
        return make_site(owner.id, name="lotto", display_name="Lotto").name


def joined(app: Flask, email: str, access: str) -> Persona:
    person = signed_in(app, email)
    with app.app_context(), transaction():
        found = db.session.scalars(select(PartnerSite).where(PartnerSite.name == "lotto")).one()
        db.session.add(TeamMember(partner_site_id=found.id, user_id=person.id, access=access))
    return person


@pytest.fixture
def manager(app: Flask, session: Any, site: str) -> Persona:
    return joined(app, "manager@example.com", "manage")


def ask(owner: Persona, to: Persona, **more: str) -> int:
    data = {"user_id": str(to.id), "acknowledged": "y", **more}
    return owner.post("/partners/lotto/team/transfer", data).status_code


def mails(app: Flask, template: str) -> list[Message]:
    with app.app_context():
        query = select(Message).where(Message.template == template).order_by(Message.id)
        return list(db.session.scalars(query))


def link_of(app: Flask) -> str:
    found = mails(app, "site_transfer")[-1]
    assert found.recipient == "owner@example.com"
    path: str = found.params["link"]
    return path.removeprefix("http://localhost")


def standing(app: Flask) -> tuple[object, dict[object, str]]:
    with app.app_context():
        found = db.session.scalars(select(PartnerSite).where(PartnerSite.name == "lotto")).one()
        rows = db.session.scalars(select(TeamMember).where(TeamMember.partner_site_id == found.id))
        return found.owner_user_id, {row.user_id: row.access for row in rows}


def test_from_the_offer_to_the_new_owner(app: Flask, owner: Persona, manager: Persona) -> None:
    assert ask(owner, manager) == 303
    assert standing(app)[0] == owner.id, "asking gives nothing away"
    assert "manager@example.com" in owner.get("/partners/lotto/team").text
    link = link_of(app)
    assert "Hand Lotto over to manager@example.com?" in owner.get(link).text
    assert standing(app)[0] == owner.id, "nor does looking"
    assert owner.post(link).status_code == 303
    assert standing(app) == (manager.id, {owner.id: "manage"})
    told = mails(app, "site_transferred")
    assert {(mail.recipient, mail.params["is_yours"]) for mail in told} == {
        ("owner@example.com", False),
        ("manager@example.com", True),
    }
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("site.transfer%"))).all()
    assert sorted(entries) == ["site.transfer_offered", "site.transferred"]
    assert owner.post(link).status_code == 410, "once"
    assert ask(owner, manager) == 403
    assert ask(manager, owner) == 303, "and back again"


def test_the_link_is_the_owners_alone(app: Flask, owner: Persona, manager: Persona, stranger: Persona) -> None:
    ask(owner, manager)
    link = link_of(app)
    for person in (manager, stranger):
        assert person.get(link).status_code == 410
        assert person.post(link).status_code == 410
    assert owner.browser.post(link).status_code == 400, "without the form's token"
    assert standing(app)[0] == owner.id


@pytest.mark.parametrize("way", ["withdrawn", "old", "replaced", "demoted", "removed"])
def test_a_link_that_is_over_hands_nothing_over(app: Flask, owner: Persona, manager: Persona, way: str) -> None:
    ask(owner, manager)
    link, status = link_of(app), 410
    if way == "withdrawn":
        owner.post("/partners/lotto/team/transfer/withdraw")
    elif way == "replaced":
        ask(owner, manager)
    elif way == "old":
        with app.app_context(), transaction():
            db.session.execute(update(SiteTransfer).values(expires_at=database_now()))
    else:
        access = "none" if way == "removed" else "read"
        owner.post(f"/partners/lotto/team/{manager.id}", {"access": access})
        status = 410 if way == "removed" else 409
    assert owner.post(link).status_code == status
    assert standing(app)[0] == owner.id


def test_only_a_manager_gets_it_and_only_with_open_eyes(app: Flask, owner: Persona, manager: Persona) -> None:
    reader = joined(app, "reader@example.com", "read")
    assert ask(owner, reader) == 409
    assert ask(owner, owner) == 409
    assert owner.post("/partners/lotto/team/transfer", {"user_id": "x", "acknowledged": "y"}).status_code == 409
    refused = owner.post("/partners/lotto/team/transfer", {"user_id": str(manager.id)})
    assert refused.status_code == 422
    assert "Confirm that you know what you give away." in refused.text
    assert mails(app, "site_transfer") == []


def test_a_request_to_be_verified_ends_with_the_hand_over(app: Flask, owner: Persona, manager: Persona) -> None:
    said = "the new owner has to be verified anew"
    assert owner.post("/partners/lotto/verification").status_code == 303
    assert said in " ".join(owner.get("/partners/lotto/team").text.split())
    ask(owner, manager)
    link = link_of(app)
    assert said in owner.get(link).text
    mail = mails(app, "site_transfer")[-1]
    with app.app_context():
        told = " ".join(render("email", mail.template, mail.locale, mail.params).text.split())
        assert said in told
        assert verification.number_waiting() == 1
    owner.post(link)
    with app.app_context():
        assert verification.number_waiting() == 0
    assert "I have sent it" in manager.get("/partners/lotto/verification").text, "and asks anew"
    assert manager.post("/partners/lotto/verification").status_code == 303
    with app.app_context():
        assert verification.number_waiting() == 1


def test_what_was_proposed_of_the_former_owner_verifies_no_other(app: Flask, owner: Persona, manager: Persona) -> None:
    with app.app_context():
        found = db.session.scalars(select(PartnerSite).where(PartnerSite.name == "lotto")).one()
        payload = {"site": str(found.id), "owner": str(owner.id), "before": found.verification_status}
    ask(owner, manager)
    owner.post(link_of(app))
    agreed = Agreed(new_id(), "operator:ada", "bea", "papers seen")
    with app.app_context():
        assert verifying.VERIFICATION.still_valid(payload) == "The site has another owner by now."
        with pytest.raises(DomainError, match="approval_outdated"), transaction():
            verifying.VERIFICATION.execute(payload, agreed)
        found = db.session.scalars(select(PartnerSite).where(PartnerSite.name == "lotto")).one()
        assert found.verification_status == "unverified"
