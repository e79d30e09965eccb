"""Teams: invited by mail, accepted by whom the mail was sent to, and changed by the owner alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.sealing.columns import MAIL, lookup
from app.people.partners.models import PartnerSite, TeamInvitation, TeamMember
from app.people.partners.team import jobs
from app.people.partners.team import service as team
from app.record.audit.models import AuditEntry
from app.record.notifications.models import Message
from tests.factories.partners import OTHER_ADDRESS, PAYOUT_ADDRESS, make_site
from tests.people.accounts.mail import to
from tests.people.accounts.test_rules import BAD_EMAILS
from tests.personas import Persona, signed_in


@pytest.fixture
def site(app: Flask, owner: Persona) -> str:
    with app.app_context(), transaction():
        return make_site(owner.id, name="lotto", display_name="Lotto").name


@pytest.fixture
def mate(app: Flask, session: Any) -> Persona:
    return signed_in(app, "mate@example.com")


def link_to(app: Flask, address: str) -> str:
    """The path of the newest invitation to an address."""
    with app.app_context():
        params = db.session.scalars(
            select(Message.params).where(to(address), Message.template == "team_invitation").order_by(Message.id.desc())
        ).first()
    assert params is not None
    link: str = params["link"]
    return link.removeprefix("http://localhost")


def invite(owner: Persona, address: str = "mate@example.com", access: str = "read") -> None:
    assert owner.post("/partners/lotto/team", {"email": address, "access": access}).status_code == 303


def members(app: Flask) -> dict[str, str]:
    with app.app_context():
        found = db.session.scalars(select(PartnerSite).where(PartnerSite.name == "lotto")).one()
        return {one.email: one.access for one in team.members_of(found)}


def test_from_the_invitation_to_the_site(app: Flask, site: str, owner: Persona, mate: Persona) -> None:
    assert mate.get("/partners/lotto").status_code == 404
    invite(owner)
    assert "mate@example.com" in owner.get("/partners/lotto/team").text
    path = link_to(app, "mate@example.com")
    assert mate.get("/partners/lotto").status_code == 404, "an invitation is not yet a membership"
    page = mate.get(path)
    assert page.status_code == 200
    assert "Join the team of <bdi>Lotto</bdi>" in page.text
    assert mate.get("/partners/lotto").status_code == 404, "looking accepts nothing"
    answer = mate.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/partners/lotto")
    assert mate.get("/partners/lotto").status_code == 200
    assert "Lotto" in mate.get("/partners").text
    assert members(app) == {"owner@example.com": "owner", "mate@example.com": "read"}
    assert mate.post(path).status_code == 410, "once"
    with app.app_context():
        actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("team.%"))).all()
        details = str(db.session.scalars(select(AuditEntry.detail)).all())
    assert actions == ["team.invited", "team.joined"]
    assert "mate@example.com" not in details, "the audit log is for good; addresses are not"


def test_an_invitation_stands_on_the_page_of_ones_sites_and_is_answered_there(
    app: Flask, site: str, owner: Persona, mate: Persona, stranger: Persona
) -> None:
    invite(owner, access="manage")
    with app.app_context():
        own = f"/invitations/{db.session.scalars(select(TeamInvitation.id)).one()}"
    page = mate.get("/partners").text
    assert "You are invited to the team of <bdi>Lotto</bdi>" in page
    assert "You are invited" not in stranger.get("/partners").text
    for answer in ("accept", "decline"):
        assert f'action="{own}/{answer}"' in page
        assert stranger.post(f"{own}/{answer}").status_code == 410, "nobody answers for another"
    assert mate.post(f"{own}/decline").headers["Location"] == "/partners"
    assert "You are invited" not in mate.get("/partners").text
    assert mate.post(link_to(app, "mate@example.com")).status_code == 410, "nor does the mail's link open it then"
    assert members(app) == {"owner@example.com": "owner"}

    invite(owner, access="manage")
    with app.app_context():
        own = f"/invitations/{db.session.scalars(select(TeamInvitation.id)).one()}"
    assert mate.post(f"{own}/accept").headers["Location"] == "/partners/lotto"
    assert members(app)["mate@example.com"] == "manage"
    assert mate.post(f"{own}/accept").status_code == 410, "once"


def test_who_is_not_signed_in_comes_back_to_the_invitation(
    app: Flask, site: str, owner: Persona, nobody: Persona
) -> None:
    invite(owner)
    path = link_to(app, "mate@example.com")
    answer = nobody.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login?next=/invitations/")


def test_a_forwarded_invitation_opens_nothing(app: Flask, site: str, owner: Persona, stranger: Persona) -> None:
    invite(owner)
    path = link_to(app, "mate@example.com")
    for answer in (stranger.get(path), stranger.post(path)):
        assert answer.status_code == 403
        assert "mate@example.com" not in answer.text
    assert members(app) == {"owner@example.com": "owner"}


def test_withdrawn_replaced_and_old_invitations_open_nothing(
    app: Flask, site: str, owner: Persona, mate: Persona
) -> None:
    invite(owner)
    first = link_to(app, "mate@example.com")
    invite(owner, access="manage")
    second = link_to(app, "mate@example.com")
    assert mate.get(first).status_code == 410
    with app.app_context():
        invitation = db.session.scalars(select(TeamInvitation.id)).one()
    assert owner.post(f"/partners/lotto/team/invitations/{invitation}/withdraw").status_code == 303
    assert mate.post(second).status_code == 410
    invite(owner)
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE team_invitations SET expires_at = now() - interval '1 second'"))
    assert mate.post(link_to(app, "mate@example.com")).status_code == 410
    assert "mate@example.com" not in owner.get("/partners/lotto/team").text
    invite(owner)
    assert mate.post(link_to(app, "mate@example.com")).status_code == 303


@pytest.mark.parametrize("token", ["x", "é", "%00", "a" * 500, "..%2f"])
def test_no_such_invitation(site: str, mate: Persona, token: str) -> None:
    assert mate.get(f"/invitations/{token}").status_code in (404, 410)
    assert mate.post(f"/invitations/{token}").status_code in (404, 410)


def join(app: Flask, owner: Persona, mate: Persona, access: str) -> None:
    invite(owner, access=access)
    assert mate.post(link_to(app, "mate@example.com")).status_code == 303


def test_a_reader_sees_and_changes_nothing(app: Flask, site: str, owner: Persona, mate: Persona) -> None:
    join(app, owner, mate, "read")
    for path in ("/partners/lotto", "/partners/lotto/keys"):
        page = mate.get(path).text
        main = page[page.index("<main") : page.index("</main>")]
        assert "<form" not in main
        assert "<input" not in main
    page = mate.get("/partners/lotto/team").text.split("<main")[1]
    assert re.findall(r'action="([^"]+)"', page) == []
    assert re.findall(r'href="(/partners/lotto/team/[^"]+)"', page) == ["/partners/lotto/team/leave"]
    for data in ({"section": "edge", "house_edge": "1"}, {"section": "status", "status": "live"}):
        assert mate.post("/partners/lotto", data).status_code == 403


def test_a_manager_changes_settings_and_keys_but_no_address(
    app: Flask, site: str, owner: Persona, mate: Persona
) -> None:
    join(app, owner, mate, "manage")
    assert mate.post("/partners/lotto", {"section": "edge", "house_edge": "1"}).status_code == 303
    assert mate.post("/partners/lotto/keys", {"name": "x", "access": "read"}).status_code == 200
    data = {"section": "payout", "payout_address": OTHER_ADDRESS, "payout_address_acknowledged": "y"}
    assert mate.post("/partners/lotto", data).status_code == 403
    assert 'name="payout_address"' not in mate.get("/partners/lotto").text
    assert mate.post("/partners/lotto/team", {"email": "x@example.com", "access": "manage"}).status_code == 403
    with app.app_context():
        found = db.session.scalars(select(PartnerSite)).one()
        changed = db.session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "partner.changed")).one()
        assert (found.payout_address, found.house_edge_percent) == (PAYOUT_ADDRESS, 1)
    assert changed == f"user:{mate.id}", "the audit log names who did it, not the owner"


def test_access_changes_and_ends(app: Flask, site: str, owner: Persona, mate: Persona) -> None:
    join(app, owner, mate, "read")
    assert owner.post(f"/partners/lotto/team/{mate.id}", {"access": "manage"}).status_code == 303
    assert members(app)["mate@example.com"] == "manage"
    for access in ("owner", "", "admin"):
        assert owner.post(f"/partners/lotto/team/{mate.id}", {"access": access}).status_code == 422
    assert owner.post(f"/partners/lotto/team/{mate.id}", {"access": "none"}).status_code == 303
    assert mate.get("/partners/lotto").status_code == 404
    assert owner.post(f"/partners/lotto/team/{mate.id}", {"access": "read"}).status_code == 404
    assert owner.post(f"/partners/lotto/team/{owner.id}", {"access": "none"}).status_code == 404


def test_leaving(app: Flask, site: str, owner: Persona, mate: Persona) -> None:
    join(app, owner, mate, "manage")
    assert mate.post("/partners/lotto/team/leave").status_code == 303
    assert mate.get("/partners/lotto").status_code == 404
    assert owner.post("/partners/lotto/team/leave").status_code == 404
    assert owner.get("/partners/lotto").status_code == 200


@pytest.mark.parametrize("email", [*BAD_EMAILS[:8], "owner@example.com"])
def test_whom_nobody_can_invite(app: Flask, site: str, owner: Persona, email: str) -> None:
    answer = owner.post("/partners/lotto/team", {"email": email, "access": "read"})
    assert answer.status_code in (409, 422)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(TeamInvitation)) == 0


def test_a_team_has_an_end(app: Flask, site: str, owner: Persona) -> None:
    assert owner.id is not None
    with app.app_context(), transaction():
        found = db.session.scalars(select(PartnerSite)).one()
        for number in range(team.LARGEST_TEAM):
            team.invite(found, f"m{number}@example.com", "read", by=owner.id)
        team.invite(found, "m0@example.com", "manage", by=owner.id)
        with pytest.raises(DomainError, match="team_full"):
            team.invite(found, "one-more@example.com", "read", by=owner.id)


def test_two_who_accept_at_once_join_once(committed_db: Flask) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from app.people.accounts.service import user_with_email

    with transaction():
        made = make_site()
        user_id = user_with_email("mate@example.com")
        team.invite(made, "mate@example.com", "read", by=made.owner_user_id)
    path = link_to(committed_db, "mate@example.com")
    barrier = Barrier(4)

    def accept(_: int) -> bool:
        with committed_db.app_context():
            barrier.wait()
            try:
                with transaction():
                    team.accept(path.rpartition("/")[2], user_id=user_id, email="mate@example.com")
            except DomainError:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(accept, range(4))) == [False, False, False, True]
    assert db.session.scalar(select(func.count()).select_from(TeamMember)) == 1


def test_old_invitations_are_forgotten(app: Flask, site: str, owner: Persona) -> None:
    invite(owner)
    invite(owner, "other@example.com")
    with app.app_context(), transaction() as session:
        session.execute(
            text("UPDATE team_invitations SET expires_at = now() - interval '31 days' WHERE email_hash = :mate"),
            {"mate": lookup(MAIL, "mate@example.com")},
        )
    with app.app_context():
        for _ in range(2):
            jobs.purge()
        assert db.session.scalars(select(TeamInvitation.email)).all() == ["other@example.com"]
