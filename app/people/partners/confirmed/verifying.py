"""Verifying a site's owner by two people: full limits, and earnings that are paid, are what an impostor would want."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError, NotFound
from app.people.accounts import queries as accounts
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.partners.models import PartnerSite
from app.people.partners.site import verification
from app.people.partners.team import service as team
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload, Personal

KIND: Final = "partner.verification"


def verify(site: PartnerSite, *, actor: str, reason: str) -> Approval | None:
    """Have a second person confirm it; None: one is enough, and it is done. Raises as `approvals.propose_or_do`."""
    payload = {"site": str(site.id), "owner": str(site.owner_user_id), "before": site.verification_status}
    return approvals.propose_or_do(KIND, f"site:{site.id}", payload, reason, actor=actor)


def _site(payload: Payload) -> PartnerSite | None:
    return db.session.get(PartnerSite, UUID(payload["site"]), populate_existing=True)


def _describe(payload: Payload) -> Described:
    site, owner = _site(payload), UUID(payload["owner"])
    name = site.name if site is not None else payload["site"]
    address = Personal(accounts.emails_of([owner]).get(owner, "–"))
    return Described(
        gettext("The owner of %(site)s counts as known: full limits, and earnings that are paid.", site=name),
        ((gettext("Site"), name), (gettext("Owner"), address), (gettext("Until now"), payload["before"])),
        f"/admin/partners/{name}" if site is not None else "",
    )


def _still_valid(payload: Payload) -> str | None:
    site = _site(payload)
    if site is None:
        return str(gettext("There is no such site."))
    if str(site.owner_user_id) != payload["owner"]:
        return str(gettext("The site has another owner by now."))
    if site.verification_status == "verified" and payload["before"] != "verified":
        return str(gettext("The site is verified already."))
    return None


def _execute(payload: Payload, agreed: Agreed) -> None:
    site = _site(payload)
    if site is None:
        raise NotFound
    db.session.refresh(site, with_for_update=TO_CHANGE)
    if (why := _still_valid(payload)) is not None:  # a hand-over came since the look before the lock
        raise DomainError("approval_outdated", status=409, why=why)
    verification.verify(site, actor=agreed.actor, reason=agreed.why)


def _concerns(payload: Payload) -> Collection[UUID]:
    return {UUID(payload["owner"]), *team.people_of([UUID(payload["site"])])}


VERIFICATION: Final = ApprovalKind(
    name=KIND,
    module="partners",
    title=_l("Verify a site's owner"),
    describe=_describe,
    still_valid=_still_valid,
    execute=_execute,
    concerns=_concerns,
)
