"""A verified site's payout address: asked for by its owner, confirmed by an operator who is nobody of the site's."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, Final
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.people.accounts.service import user_with_email
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.operators import service as operators
from app.people.partners.confirmed import paying
from app.people.partners.models import PartnerSite, TeamMember
from app.people.partners.service import update_site
from app.people.partners.site import verification
from app.record.audit import queries as audit
from app.record.log import queries as public_log
from app.record.notifications.models import Message
from tests.faces.admin.test_approvals import browser_of, post
from tests.factories.partners import OTHER_ADDRESS, PAYOUT_ADDRESS, make_site
from tests.people.approvals.conftest import house  # noqa: F401  (fixtures)
from tests.people.approvals.people import acts, change, confirm, session_of, state_of
from tests.personas import Persona, signed_in

HOW: Final = {"actor": "operator:operator", "reason": "papers seen"}
NAME: Final = "lotto"
NEW: Final = {"section": "payout", "payout_address": OTHER_ADDRESS, "payout_address_acknowledged": "y"}
THIRD: Final = "bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry"
JSON: Final = f"/api/partners/{NAME}"


@pytest.fixture
def owner(house: Flask) -> Persona:  # noqa: F811
    """Whose site is verified, and was paid to its first address for long."""
    person = signed_in(house, "owner@example.org")
    with transaction():
        site = make_site(person.id, name=NAME, status="live")
        verification.verify(site, **HOW)
    change("UPDATE partner_sites SET payout_address_changed_at = now() - interval '99 days'")
    return person


def site() -> PartnerSite:
    db.session.rollback()
    found = db.session.scalars(select(PartnerSite)).one()
    db.session.rollback()
    return found


@contextmanager
def as_owner() -> Iterator[tuple[PartnerSite, str]]:
    with transaction():
        found = db.session.scalars(select(PartnerSite)).one()
        yield found, f"user:{found.owner_user_id}"


def asked(owner: Persona, **values: str) -> UUID:
    """The proposal that the owner's form makes."""
    answer = owner.post(f"/partners/{NAME}/settings", {**NEW, **values})
    assert answer.status_code == 303, answer.text
    found = db.session.scalars(select(Approval.id).where(Approval.state == "open")).one()
    db.session.rollback()
    return found


def refused(approval: UUID, name: str) -> tuple[str, str]:
    with pytest.raises(DomainError) as error:
        confirm(approval, session_of(name))
    return error.value.code, site().payout_address


def test_whoever_confirms_reads_whose_address_it_is_already(house: Flask, owner: Persona) -> None:  # noqa: F811
    approval, bea = asked(owner), browser_of(house, "bea")
    assert "Paid there already" not in bea.get(f"/admin/approvals/{approval}").text
    with transaction():
        for name, address in (("own", "owner@example.org"), ("stall", "stranger@example.org")):
            make_site(user_with_email(address), name=name, payout_address=OTHER_ADDRESS)
    assert "own, of the same owner, stall, of ANOTHER owner" in bea.get(f"/admin/approvals/{approval}").text


def test_the_owner_asks_and_an_operator_confirms(house: Flask, owner: Persona) -> None:  # noqa: F811
    approval, bea = asked(owner), browser_of(house, "bea")
    assert site().payout_address == PAYOUT_ADDRESS
    page = owner.get(f"/partners/{NAME}/settings").text
    assert "Asked for. The address stays what it is" in page
    assert "Take it back" in page
    assert OTHER_ADDRESS in page.replace("</span><span>", "")
    assert 'name="payout_address"' not in page
    assert "A new payout address waits" in owner.get(f"/partners/{NAME}").text
    told = bea.get(f"/admin/approvals/{approval}").text
    for said in (PAYOUT_ADDRESS, OTHER_ADDRESS, "owner@example.org", "(partner)", "Waits for a second person"):
        assert said in told, said
    assert "(partner)" in bea.get("/admin/approvals").text
    changed = select(Message.template).where(Message.template == "payout_address_changed")
    assert db.session.scalars(changed).all() == [], "nothing has changed yet"
    (warned,) = db.session.scalars(select(Message).where(Message.template == "payout_address_asked")).all()
    assert (warned.recipient, warned.params["address"]) == ("owner@example.org", OTHER_ADDRESS)
    db.session.rollback()
    assert post(bea, approval, "confirm").status_code == 303
    assert site().payout_address == OTHER_ADDRESS
    since = datetime.now(UTC) - site().payout_address_changed_at
    assert since < timedelta(minutes=1), "the 72 hours begin with the change, not with the asking"
    assert db.session.scalars(changed).all() == ["payout_address_changed"]
    leaves = [one for one in public_log.leaves_of_kinds(["decision"]) if one.subject == f"approval:{approval}"]
    assert len(leaves) == 2, "asked for and confirmed, each in the public log"
    assert acts(approval) == [(f"user:{owner.id}", "approval.proposed"), ("operator:bea", "approval.confirmed")]
    newest = audit.entries(f"site:{site().id}", limit=1)[0]
    assert (newest.actor, newest.action) == (f"user:{owner.id}", "partner.changed")
    assert 'name="payout_address"' in owner.get(f"/partners/{NAME}/settings").text


def test_the_owner_takes_it_back(owner: Persona) -> None:
    approval = asked(owner)
    again = owner.post(f"/partners/{NAME}/settings", {**NEW, "payout_address": THIRD})
    assert again.status_code == 409
    assert "Take it back first" in again.text
    assert owner.post(f"/partners/{NAME}/payout-address/withdraw").status_code == 303
    assert state_of(approval) == "withdrawn"
    assert refused(approval, "bea") == ("approval_decided", PAYOUT_ADDRESS)
    twice = owner.post(f"/partners/{NAME}/payout-address/withdraw", follow_redirects=True)
    assert "This is decided already." in twice.text
    assert asked(owner) != approval


def test_json_says_what_waits_and_takes_it_back(house: Flask, owner: Persona) -> None:  # noqa: F811
    changes: dict[str, Any] = {"payoutAddress": OTHER_ADDRESS, "payoutAddressAcknowledged": True}
    answer = owner.browser.patch(JSON, json={**changes, "houseEdge": 0.02})
    shown = answer.json
    assert answer.status_code == 200
    assert (shown["houseEdge"], shown["payoutAddress"]) == (0.02, PAYOUT_ADDRESS)
    assert shown["payoutAddressWaiting"]["payoutAddress"] == OTHER_ADDRESS
    assert owner.get("/api/partners").json["partners"] == [shown]
    again = owner.browser.patch(JSON, json={**changes, "payoutAddress": THIRD, "siteTitle": "Another"})
    assert (again.status_code, again.json["code"]) == (409, "payout_address_waits")
    assert owner.get(JSON).json == shown, "nothing of a refused change is kept"
    manager = signed_in(house, "manager@example.org")
    where = site().id
    with transaction():
        db.session.add(TeamMember(partner_site_id=where, user_id=manager.id, access="manage"))
    assert manager.get(JSON).json["payoutAddressWaiting"] == shown["payoutAddressWaiting"]
    page = manager.get(f"/partners/{NAME}/settings").text
    assert (OTHER_ADDRESS in page.replace("</span><span>", ""), "Take it back" in page) == (True, False)
    withdraw = f"{JSON}/payout-address/withdraw"
    assert [manager.browser.post(withdraw).status_code, house.test_client().post(withdraw).status_code] == [403, 401]
    taken = owner.browser.post(withdraw)
    assert (taken.status_code, taken.json["payoutAddressWaiting"]) == (200, None)
    assert owner.browser.post(withdraw).status_code == 409


@pytest.mark.parametrize("address", ["owner@example.org", "owner+bank@example.org", "teammate@example.org"])
def test_nobody_of_the_site_confirms_it(owner: Persona, address: str) -> None:
    """An operator who is the owner, who has the owner's mailbox, or who is of the team."""
    approval, bea, where = asked(owner), session_of("bea"), site().id
    with transaction():
        user_id = user_with_email(address)
        operators.link("bea", user_id, **HOW)
        if address.startswith("teammate"):
            db.session.add(TeamMember(partner_site_id=where, user_id=user_id, access="read"))
    expected = "approval_concerns_you" if address.startswith("teammate") else "approval_by_same_person"
    with pytest.raises(DomainError, match=expected):
        confirm(approval, bea)
    assert refused(approval, "bea") == (expected, PAYOUT_ADDRESS)
    confirm(approval, session_of("cid"))
    assert site().payout_address == OTHER_ADDRESS


BETWEEN: Final = {
    "site verified no more": ("verification_status = 'rejected', verification_reason = 'x'", "approval_outdated"),
    "changed and changed back": ("payout_address_changed_at = now() - interval '1 day'", "approval_outdated"),
    "another owner": ("owner_user_id = (SELECT id FROM users WHERE id <> owner_user_id)", "approval_proposer_gone"),
}


@pytest.mark.parametrize("between", BETWEEN)
def test_what_changed_in_between_is_not_confirmed(owner: Persona, between: str) -> None:
    approval, (changed, code) = asked(owner), BETWEEN[between]
    with transaction():
        user_with_email("other@example.org")
    change(f"UPDATE partner_sites SET {changed}")
    assert refused(approval, "bea") == (code, PAYOUT_ADDRESS)
    if code == "approval_outdated":
        page = owner.get(f"/partners/{NAME}/settings").text
        assert 'name="payout_address"' in page, "what nobody can confirm any more keeps nothing out"
        assert owner.post(f"/partners/{NAME}/settings", {**NEW, "payout_address": THIRD}).status_code == 303
        assert site().payout_address == (THIRD if between.startswith("site verified") else PAYOUT_ADDRESS)
        assert refused(approval, "bea")[0] in ("approval_outdated", "approval_decided")


def test_no_way_leads_around_it(owner: Persona) -> None:
    """Whoever calls the service without asking a second person is refused; an unverified site's owner decides alone."""
    values: Any = {"payout_address": OTHER_ADDRESS, "payout_address_acknowledged": True}
    with pytest.raises(DomainError, match="payout_address_by_two"), as_owner() as (found, actor):
        update_site(found, values, actor=actor)
    with transaction():
        stranger = user_with_email("stranger@example.org")
    with pytest.raises(DomainError, match="access_missing"), as_owner() as (found, _):
        paying.change(found, values, actor=f"user:{stranger}")
    change("UPDATE partner_sites SET verification_status = 'unverified'")
    assert owner.post(f"/partners/{NAME}/settings", dict(NEW)).status_code == 303
    assert site().payout_address == OTHER_ADDRESS


def test_handing_the_site_over_is_no_way_around_it(house: Flask, owner: Persona) -> None:  # noqa: F811
    """The new owner is not the one who was looked at, and changes the address no more easily."""
    receiver = signed_in(house, "receiver@example.org")
    with transaction():
        found = db.session.scalars(select(PartnerSite)).one()
        db.session.add(TeamMember(partner_site_id=found.id, user_id=receiver.id, access="manage"))
    assert (
        owner.post(f"/partners/{NAME}/team/transfer", {"user_id": str(receiver.id), "acknowledged": "y"}).status_code
        == 303
    )
    link = db.session.scalars(select(Message).where(Message.template == "site_transfer")).one().params["link"]
    db.session.rollback()
    assert owner.post(link.removeprefix("http://localhost")).status_code == 303
    assert (site().owner_user_id, site().verification_status) == (receiver.id, "unverified")
    told = db.session.scalars(select(Message).where(Message.template == "site_transferred")).all()
    assert [one.params["was_verified"] for one in told] == [True, True]
    db.session.rollback()
    assert "verified with its former owner" in receiver.get(f"/partners/{NAME}/settings").text
    approval = asked(receiver)
    assert site().payout_address == PAYOUT_ADDRESS
    assert receiver.post(f"/partners/{NAME}/payout-address/withdraw").status_code == 303
    with as_owner() as (found, _):
        verification.verify(found, **HOW)
    assert (state_of(approval), site().handed_over_at) == ("withdrawn", None)
    asked(receiver)
    assert site().payout_address == PAYOUT_ADDRESS, "as of any verified site"


def raced(house: Flask, deeds: list[Any]) -> list[str]:  # noqa: F811
    """What each deed comes to, all of them done at one moment."""
    start = Barrier(len(deeds))

    def attempt(deed: Any) -> str:
        with house.app_context():
            start.wait()
            try:
                deed()
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(attempt, deeds))


def ask_for(address: str) -> None:
    with as_owner() as (found, actor):
        paying.change(found, {"payout_address": address, "payout_address_acknowledged": True}, actor=actor)


def take_back() -> None:
    with as_owner() as (found, actor):
        paying.take_back(found, actor=actor)


def test_of_raced_proposals_one_waits(house: Flask, owner: Persona) -> None:  # noqa: F811
    deeds = [lambda address=address: ask_for(address) for address in (OTHER_ADDRESS, THIRD) * 3]
    assert sorted(raced(house, deeds)) == ["done", *["payout_address_waits"] * 5]
    assert db.session.scalar(select(func.count()).select_from(Approval)) == 1


def test_confirmed_and_taken_back_at_one_moment_it_is_one_of_both(house: Flask, owner: Persona) -> None:  # noqa: F811
    approval, bea = asked(owner), session_of("bea")
    codes = raced(house, [lambda: confirm(approval, bea), take_back] * 2)
    assert sorted(codes) == [*["approval_decided"] * 3, "done"]
    became = (state_of(approval), site().payout_address)
    assert became in [("confirmed", OTHER_ADDRESS), ("withdrawn", PAYOUT_ADDRESS)]


def test_an_address_that_changes_while_it_is_confirmed_stays_as_it_is(
    owner: Persona,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between the look at the proposal and its deed the site is refused; the deed looks again, with the row locked."""
    approval, bea = asked(owner), session_of("bea")
    decide = approvals._decide

    def late(*given: Any) -> None:
        with db.engine.begin() as other:
            other.exec_driver_sql("UPDATE partner_sites SET verification_status = 'rejected'")
        decide(*given)

    monkeypatch.setattr(approvals, "_decide", late)
    with pytest.raises(DomainError, match="approval_failed"):
        confirm(approval, bea)
    assert (state_of(approval), site().payout_address) == ("failed", PAYOUT_ADDRESS)
