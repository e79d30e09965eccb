"""What operators have found out about a site's owner: unverified, verified, or rejected with a reason. It is public."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.ports import Port
from app.people.accounts.models import User
from app.people.accounts.queries import database_now
from app.people.partners import rules
from app.people.partners.models import PartnerSite
from app.record.audit.models import AuditEntry
from app.record.audit.service import note
from app.record.notifications.service import send_later

_ASKED: Final = "partner.verification_asked"
_DECIDED: Final = ("partner.verified", "partner.rejected")
_ENDED: Final = (*_DECIDED, "site.transferred")
"""After each of these nobody waits for an answer any more: a new owner asks anew, with papers of their own."""


@dataclass(frozen=True, slots=True)
class HowTo:
    """What an owner who wants to be verified is told: whom to ask, how long it takes, and what changes."""

    contact: str | None
    days: int
    most: int
    usual: int

    @property
    def is_mail(self) -> bool:
        return self.contact is not None and not self.contact.startswith("https://")


USUAL_CONTACT: Final = Port[Callable[[], str | None]]("whom owners ask where no other contact is set", lambda: None)


def how_to() -> HowTo:
    """As the settings say: who verifies, else who runs the house."""
    settings = current_settings()
    usual = settings.open_orders_per_site
    most = min(usual, settings.open_orders_per_unverified_site)
    return HowTo(settings.verification_contact or USUAL_CONTACT.get()(), settings.verification_days, most, usual)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step on the way to being verified. `state`: done, now, todo or bad."""

    name: str
    state: str


def waiting(site_ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    """Since when sites wait for an answer: their people said that they had written, and nobody has decided since,
    nor has another owner come."""
    subjects = {f"site:{site_id}": site_id for site_id in site_ids}
    said = (
        select(AuditEntry.subject, AuditEntry.action, AuditEntry.recorded_at)
        .where(AuditEntry.subject.in_(subjects), AuditEntry.action.in_((_ASKED, *_ENDED)))
        .order_by(AuditEntry.subject, AuditEntry.id.desc())
        .ext(distinct_on(AuditEntry.subject))
    )
    newest = db.session.execute(said)
    return {subjects[subject]: at for subject, action, at in newest if action == _ASKED}


def waits() -> ColumnElement[bool]:
    """Of a site in a query: that it waits for an answer. Its newest word alone is looked up, by its subject: most of
    the audit log is about something else."""
    said = AuditEntry.subject == func.concat("site:", PartnerSite.id), AuditEntry.action.in_((_ASKED, *_ENDED))
    newest = select(AuditEntry.action).where(*said).order_by(AuditEntry.id.desc()).limit(1)
    return and_(PartnerSite.verification_status != "verified", newest.scalar_subquery() == _ASKED)


def number_waiting(answered: Collection[str] = ()) -> int:
    """How many sites wait for an answer that nobody has proposed; `answered` are subjects of the audit log."""
    is_new = func.concat("site:", PartnerSite.id).not_in(answered)
    return db.session.scalar(select(func.count()).select_from(PartnerSite).where(waits(), is_new)) or 0


def decided_at(site: PartnerSite) -> datetime | None:
    """When it was last decided, either way."""
    decided = AuditEntry.subject == f"site:{site.id}", AuditEntry.action.in_(_DECIDED)
    return db.session.scalar(select(AuditEntry.recorded_at).where(*decided).order_by(AuditEntry.id.desc()).limit(1))


def ask(site: PartnerSite, *, actor: str) -> None:
    """Say that one has written to whoever verifies; said once, until it is decided."""
    db.session.refresh(site, with_for_update=TO_CHANGE)
    if site.verification_status != "verified" and site.id not in waiting([site.id]):
        note(actor, _ASKED, f"site:{site.id}", name=site.name)


def stages(site: PartnerSite, asked_at: datetime | None = None) -> tuple[Stage, ...]:
    """Where a site stands on that way: it asks, a person looks at it, it is verified. Who was refused may ask again."""
    if asked_at is not None:
        return (Stage("asked", "done"), Stage("looked_at", "now"), Stage("verified", "todo"))
    if site.verification_status == "verified":
        return (Stage("asked", "done"), Stage("looked_at", "done"), Stage("verified", "done"))
    if site.verification_status == "rejected":
        return (Stage("asked", "done"), Stage("looked_at", "done"), Stage("refused", "bad"))
    return (Stage("asked", "now"), Stage("looked_at", "todo"), Stage("verified", "todo"))


def verify(site: PartnerSite, *, actor: str, reason: str = "") -> bool:
    """Say that the site's owner is known. Whether that changed anything."""
    return _decide(site, "verified", "", actor, reason)


def reject(site: PartnerSite, reason: str, *, actor: str) -> bool:
    """Say that the owner could not be verified, and why; everybody may read the reason.

    Raises DomainError `reason_missing`, `reason_invalid`.
    """
    return _decide(site, "rejected", rules.check_reason(reason), actor, reason)


def end_with_owner(site: PartnerSite) -> bool:
    """Whoever is known was the former owner: the new one has to be looked at. Whether that changed anything; called by
    whoever holds the site's row."""
    if site.verification_status != "verified":
        return False
    site.verification_status, site.handed_over_at = "unverified", db.session.scalar(select(database_now()))
    return True


def _decide(site: PartnerSite, status: str, public_reason: str, actor: str, reason: str) -> bool:
    db.session.refresh(site, with_for_update=TO_CHANGE)
    before = [site.verification_status, site.verification_reason]
    if before == [status, public_reason]:
        return False
    site.verification_status, site.verification_reason = status, public_reason
    if status == "verified":
        site.handed_over_at = None
    db.session.flush()
    note(actor, f"partner.{status}", f"site:{site.id}", reason, name=site.name, before=before[0])
    _tell_owner(site)
    return True


def _tell_owner(site: PartnerSite) -> None:
    """Whether one is paid hangs on it: nobody has to look whether it was decided."""
    owner = db.session.get_one(User, site.owner_user_id)
    if owner.email:
        send_later(
            "email",
            owner.email,
            "site_verification",
            owner.locale,
            title=site.display_name,
            is_verified=site.verification_status == "verified",
            reason=site.verification_reason,
            link=f"{current_settings().base_url}/partners/{site.name}/verification",
        )
