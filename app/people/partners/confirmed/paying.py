"""Another payout address of a verified site, by two people: its owner, and an operator who is nobody of the site's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError, NotFound
from app.core.ids import created_at
from app.people.accounts import queries as accounts
from app.people.accounts.models import User
from app.people.approvals import queries as proposals
from app.people.approvals import service as approvals
from app.people.partners import service
from app.people.partners.models import PartnerSite
from app.people.partners.service import SiteValues
from app.people.partners.team import service as team
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload, Personal
from app.record.notifications.service import send_later

KIND: Final = "partner.payout_address"
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """A new address that an operator has not decided about yet."""

    id: UUID
    address: str
    asked_at: datetime
    expires_at: datetime


def change(site: PartnerSite, changes: SiteValues, *, actor: str) -> PartnerSite:
    """Change settings; where two people decide about the payout address, a new one is proposed and the rest changed.

    Raises as `service.update_site`; DomainError 409 `payout_address_waits`: another one is proposed already.
    """
    return service.update_site(site, changes, actor=actor, propose=_proposing(actor))


def waiting(sites: Collection[PartnerSite]) -> Mapping[UUID, Waiting]:
    """What waits of these sites, of what could still be done."""
    by_subject = {_subject(site): site for site in sites}
    return {
        by_subject[subject].id: Waiting(row.id, row.payload["after"], created_at(row.id), row.expires_at)
        for subject, row in proposals.open_about_each(KIND, by_subject).items()
        if _outdated(by_subject[subject], row.payload) is None
    }


def take_back(site: PartnerSite, *, actor: str) -> None:
    """End what waits. Raises DomainError 409 `approval_decided` if nothing does; as `approvals.withdraw`."""
    found = proposals.open_of(KIND, _subject(site))
    if found is None:
        raise DomainError("approval_decided", status=409)
    approvals.withdraw(found.id, actor=actor, reason="")


def _proposing(actor: str) -> service.ProposeAddress:
    def propose(site: PartnerSite, address: str) -> None:
        if site.id in waiting([site]):  # looked at, not locked: whoever confirms it waits for the site's row
            raise DomainError("payout_address_waits", status=409, field="payout_address")
        try:
            approvals.propose(KIND, _subject(site), _payload(site, address), "", actor=actor)
        except DomainError as error:
            if error.code != "approval_waits":
                raise
            raise DomainError("payout_address_waits", status=409, field="payout_address") from None
        _tell_owner(site, address)

    return propose


def _tell_owner(site: PartnerSite, address: str) -> None:
    """Before an operator is asked by whoever may be a thief, the owner knows of it."""
    owner = db.session.get_one(User, site.owner_user_id)
    if owner.email:
        send_later(
            "email",
            owner.email,
            "payout_address_asked",
            owner.locale,
            title=site.display_name,
            address=address,
            before=site.payout_address,
            link=f"{current_settings().base_url}/partners/{site.name}/settings",
        )


def _subject(site: PartnerSite) -> str:
    return f"site:{site.id}"


def _payload(site: PartnerSite, address: str) -> Payload:
    return {
        "site": str(site.id),
        "owner": str(site.owner_user_id),
        "before": site.payout_address,
        "beforeSince": _moment(site.payout_address_changed_at),
        "after": address,
    }


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()


def _site(payload: Payload) -> PartnerSite | None:
    return db.session.get(PartnerSite, UUID(payload["site"]), populate_existing=True)


def _describe(payload: Payload) -> Described:
    site, owner = _site(payload), UUID(payload["owner"])
    name = site.name if site is not None else payload["site"]
    return Described(
        gettext("%(site)s is paid to another address: its earnings, and what its players win.", site=name),
        (
            (gettext("Site"), name),
            (gettext("Owner"), Personal(accounts.emails_of([owner]).get(owner, "–"))),
            (gettext("Address until now"), payload["before"]),
            (gettext("Then"), payload["after"]),
            *_also_of(payload),
        ),
        f"/admin/partners/{name}" if site is not None else "",
    )


def _also_of(payload: Payload) -> list[tuple[str, str]]:
    """Other sites that are paid at the new address: of one owner that is usual, of another it is to be asked about."""
    sites = select(PartnerSite.name, PartnerSite.owner_user_id).where(
        PartnerSite.payout_address == payload["after"], PartnerSite.id != UUID(payload["site"])
    )
    found = db.session.execute(sites.order_by(PartnerSite.name).limit(_NAMED)).all()
    told = (
        gettext("%(name)s, of the same owner", name=row.name)
        if str(row.owner_user_id) == payload["owner"]
        else gettext("%(name)s, of ANOTHER owner", name=row.name)
        for row in found
    )
    return [(gettext("Paid there already"), ", ".join(told))] if found else []


def _still_valid(payload: Payload) -> str | None:
    return _outdated(_site(payload), payload)


def _outdated(site: PartnerSite | None, payload: Payload) -> str | None:
    """Why it makes no sense any more. An address that was another one meanwhile is not what it was."""
    if site is None:
        return str(gettext("There is no such site."))
    if str(site.owner_user_id) != payload["owner"]:
        return str(gettext("The site has another owner by now."))
    if [site.payout_address, _moment(site.payout_address_changed_at)] != [payload["before"], payload["beforeSince"]]:
        return str(gettext("The address has been changed meanwhile."))
    if not service.address_is_guarded(site):
        return str(gettext("The site is not verified any more: its owner changes the address alone."))
    return None


def _execute(payload: Payload, agreed: Agreed) -> None:
    site = _site(payload)
    if site is None:
        raise NotFound
    db.session.refresh(site, with_for_update=TO_CHANGE)
    if (why := _outdated(site, payload)) is not None:  # by who had the row before us
        raise DomainError("approval_outdated", status=409, why=why)
    service.set_payout_address(site, payload["after"], actor=agreed.actor)


def _proposers(payload: Payload) -> Collection[UUID]:
    site = _site(payload)
    return () if site is None else (site.owner_user_id,)


def _concerns(payload: Payload) -> Collection[UUID]:
    return {UUID(payload["owner"]), *team.people_of([UUID(payload["site"])])}


PAYOUT_ADDRESS: Final = ApprovalKind(
    name=KIND,
    module="partners",
    title=_l("Change a verified site's payout address"),
    describe=_describe,
    still_valid=_still_valid,
    execute=_execute,
    concerns=_concerns,
    proposers=_proposers,
)
