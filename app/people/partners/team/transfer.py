"""A site changes hands: its owner offers it to a teammate who manages it, and confirms that from the mailbox.

Whoever only got hold of the owner's session cannot give the site away. The former owner stays as a manager. It was the
former owner who was verified, so the site is not any more; its payout address stays as it is, and the new owner changes
it no more easily than the former one could.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError, NotFound
from app.core.ids import hash_secret, new_secret
from app.people.accounts.models import User
from app.people.accounts.queries import database_now
from app.people.partners.models import PartnerSite, SiteTransfer, TeamMember
from app.people.partners.site import verification
from app.record.audit.service import note
from app.record.notifications.service import send_later

LIFETIME: Final = timedelta(hours=24)
_MAX_TOKEN_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Offer:
    """A site on its way to `email`."""

    email: str
    expires_at: datetime


def offer(site: PartnerSite, to: UUID, *, by: UUID, acknowledged: bool) -> None:
    """Send the owner a link that hands the site to a teammate. An earlier one stops working.

    Raises DomainError: `transfer_not_confirmed` (field `acknowledged`), `transfer_to_manager` (field `user_id`).
    """
    if not acknowledged:
        raise DomainError("transfer_not_confirmed", field="acknowledged")
    db.session.refresh(site, with_for_update=TO_CHANGE)
    if site.owner_user_id != by:
        raise NotFound
    receiver = _manager(site, to)
    token = new_secret()
    values = {
        "from_user_id": by,
        "to_user_id": to,
        "token_hash": hash_secret(token),
        "expires_at": database_now() + LIFETIME,
    }
    db.session.execute(
        insert(SiteTransfer)
        .values(partner_site_id=site.id, **values)
        .on_conflict_do_update(index_elements=["partner_site_id"], set_=values)
    )
    note(f"user:{by}", "site.transfer_offered", f"site:{site.id}", user=str(to))
    owner = db.session.get_one(User, by)
    if owner.email:
        send_later(
            "email",
            owner.email,
            "site_transfer",
            owner.locale,
            title=site.display_name,
            receiver=receiver.email or "",
            link=f"{_base_url()}/transfers/{token}",
            hours=int(LIFETIME.total_seconds() // 3600),
        )


def withdraw(site: PartnerSite, *, by: UUID) -> None:
    """Take the offer back: its link stops working. No-op where there is none."""
    gone = db.session.execute(
        delete(SiteTransfer).where(SiteTransfer.partner_site_id == site.id).returning(SiteTransfer.to_user_id)
    ).one_or_none()
    if gone is not None:
        note(f"user:{by}", "site.transfer_withdrawn", f"site:{site.id}", user=str(gone.to_user_id))


def offer_of(site: PartnerSite) -> Offer | None:
    """The offer that waits for its confirmation."""
    row = db.session.execute(
        select(User.email, SiteTransfer.expires_at)
        .join(User, User.id == SiteTransfer.to_user_id)
        .where(SiteTransfer.partner_site_id == site.id, SiteTransfer.expires_at > database_now())
    ).one_or_none()
    return Offer(row.email or "", row.expires_at) if row else None


def opened(token: str, *, by: UUID) -> tuple[PartnerSite, User]:
    """The site and its receiver that a link names, for its owner alone.

    Raises DomainError `transfer_gone` (410), also for anybody else's link.
    """
    site, row = _opened(token, by)
    return site, _manager(site, row.to_user_id)


def confirm(token: str, *, by: UUID) -> PartnerSite:
    """Hand the site over, once. Both hear of it.

    Raises DomainError `transfer_gone` (410), or `transfer_to_manager` if the receiver is no manager any more.
    """
    site, _ = _opened(token, by)
    db.session.refresh(site, with_for_update=TO_CHANGE)
    site, row = _opened(token, by)  # as it is now that nobody else can change it
    receiver, giver = _manager(site, row.to_user_id), db.session.get_one(User, by)
    db.session.execute(delete(SiteTransfer).where(SiteTransfer.partner_site_id == site.id))
    db.session.execute(
        delete(TeamMember).where(TeamMember.partner_site_id == site.id, TeamMember.user_id == receiver.id)
    )
    db.session.add(TeamMember(partner_site_id=site.id, user_id=by, access="manage"))
    site.owner_user_id = receiver.id
    was_verified = verification.end_with_owner(site)
    db.session.flush()
    owners = [str(by), str(receiver.id)]
    note(f"user:{by}", "site.transferred", f"site:{site.id}", owner=owners, was_verified=was_verified)
    for person in (giver, receiver):
        if person.email:
            send_later(
                "email",
                person.email,
                "site_transferred",
                person.locale,
                title=site.display_name,
                giver=giver.email or "",
                receiver=receiver.email or "",
                is_yours=person.id == receiver.id,
                was_verified=was_verified,
                link=f"{_base_url()}/partners/{site.name}",
            )
    return site


def _opened(token: str, by: UUID) -> tuple[PartnerSite, SiteTransfer]:
    row = None
    if 0 < len(token) <= _MAX_TOKEN_LENGTH and token.isascii():
        row = db.session.execute(
            select(PartnerSite, SiteTransfer)
            .join(PartnerSite, PartnerSite.id == SiteTransfer.partner_site_id)
            .where(
                SiteTransfer.token_hash == hash_secret(token),
                SiteTransfer.expires_at > database_now(),
                SiteTransfer.from_user_id == by,
                PartnerSite.owner_user_id == by,
            )
        ).one_or_none()
    if row is None:
        raise DomainError("transfer_gone", status=410)
    return row[0], row[1]


def _manager(site: PartnerSite, user_id: UUID) -> User:
    member = db.session.get(TeamMember, (site.id, user_id), populate_existing=True)
    if member is None or member.access != "manage":
        raise DomainError("transfer_to_manager", status=409, field="user_id")
    return db.session.get_one(User, user_id)


def _base_url() -> str:
    url: str = current_settings().base_url
    return url
