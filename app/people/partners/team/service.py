"""The verbs of a site's team: invite, accept, change, remove, leave. The owner alone decides who is in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError, NotFound
from app.core.ids import hash_secret, new_id, new_secret
from app.core.sealing.columns import MAIL, lookup, sealed
from app.people.accounts.models import User
from app.people.accounts.queries import database_now, find_by_email
from app.people.accounts.rules import normalise_email
from app.people.partners.models import PartnerSite, SiteTransfer, TeamInvitation, TeamMember
from app.record.audit.service import note
from app.record.notifications.service import send_later

TeamAccess = Literal["read", "manage"]

INVITATION_LIFETIME: Final = timedelta(days=7)
LARGEST_TEAM: Final = 50
_KEEP_INVITATIONS: Final = timedelta(days=30)
_MAX_TOKEN_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Teammate:
    """Somebody of the team as the others see them."""

    user_id: UUID
    email: str
    access: str


def invite(site: PartnerSite, email: str, access: str, *, by: UUID, locale: str = "en") -> TeamInvitation:
    """Send an invitation. An open one to the same address is replaced: its link stops working.

    Raises DomainError: `email_invalid`, `team_access_invalid` (422); `already_on_the_team`, `team_full` (409).
    """
    address = normalise_email(email)
    _check_access(access)
    db.session.refresh(site, with_for_update=TO_CHANGE)  # two at once are counted one after the other
    _refuse_known(site, address)
    if _size(site, besides=address) >= LARGEST_TEAM:
        raise DomainError("team_full", status=409, most=LARGEST_TEAM)
    row_id, token = new_id(), new_secret()
    values = {
        "access": access,
        "token_hash": hash_secret(token),
        "invited_by": by,
        "expires_at": database_now() + INVITATION_LIFETIME,
    }
    row = db.session.scalars(
        insert(TeamInvitation)
        .values(id=row_id, partner_site_id=site.id, **sealed(TeamInvitation, row_id, email=address), **values)
        .on_conflict_do_update(
            index_elements=["partner_site_id", "email_hash"],
            index_where=TeamInvitation.accepted_at.is_(None),
            set_=values,
        )
        .returning(TeamInvitation)
        .execution_options(populate_existing=True)
    ).one()
    note(f"user:{by}", "team.invited", f"site:{site.id}", invitation=str(row.id), access=access)
    _send(row, site, token, locale)
    return row


def _send(invitation: TeamInvitation, site: PartnerSite, token: str, locale: str) -> None:
    inviter = db.session.scalar(select(User.email).where(User.id == invitation.invited_by)) or ""
    send_later(
        "email",
        invitation.email,
        "team_invitation",
        locale,
        title=site.display_name,
        inviter=inviter,
        link=f"{current_settings().base_url}/invitations/{token}",
        manages=invitation.access == "manage",
        days=INVITATION_LIFETIME.days,
    )


def open_invitation(token: str) -> tuple[TeamInvitation, PartnerSite]:
    """The invitation that a link opens. Raises DomainError `invitation_gone` (410)."""
    row = None
    if 0 < len(token) <= _MAX_TOKEN_LENGTH and token.isascii():
        row = db.session.execute(
            select(TeamInvitation, PartnerSite)
            .join(PartnerSite, PartnerSite.id == TeamInvitation.partner_site_id)
            .where(TeamInvitation.token_hash == hash_secret(token), _is_open())
        ).one_or_none()
    if row is None:
        raise DomainError("invitation_gone", status=410)
    return row[0], row[1]


def accept(token: str, *, user_id: UUID, email: str) -> PartnerSite:
    """Join the team, once, as the person whom the mail was sent to.

    Raises DomainError: `invitation_gone` (410), `invitation_for_another` (403).
    """
    invitation, site = open_invitation(token)
    if invitation.email != email:
        raise DomainError("invitation_for_another", status=403)
    return _join(invitation, site, user_id)


def accept_own(invitation_id: UUID | None, *, user_id: UUID, email: str) -> PartnerSite:
    """The same without the mail's link, on one's own pages. Raises DomainError `invitation_gone` (410)."""
    return _join(*_own(invitation_id, email), user_id)


def decline(invitation_id: UUID | None, *, user_id: UUID, email: str) -> None:
    """Say no: its link stops working, and the owner may invite again. Raises DomainError `invitation_gone` (410)."""
    invitation, site = _own(invitation_id, email)
    note(f"user:{user_id}", "team.declined", f"site:{site.id}", access=invitation.access)
    db.session.delete(invitation)
    db.session.flush()


def invitations_to(email: str) -> list[tuple[TeamInvitation, PartnerSite]]:
    """Those to this address that are open, each with its site, the oldest first."""
    query = (
        select(TeamInvitation, PartnerSite)
        .join(PartnerSite, PartnerSite.id == TeamInvitation.partner_site_id)
        .where(TeamInvitation.email_hash == lookup(MAIL, email), _is_open())
        .order_by(TeamInvitation.id)
        .limit(LARGEST_TEAM)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _own(invitation_id: UUID | None, email: str) -> tuple[TeamInvitation, PartnerSite]:
    found = next((one for one in invitations_to(email) if one[0].id == invitation_id), None)
    if found is None:
        raise DomainError("invitation_gone", status=410)
    return found


def _join(invitation: TeamInvitation, site: PartnerSite, user_id: UUID) -> PartnerSite:
    taken = db.session.execute(
        update(TeamInvitation)
        .where(TeamInvitation.id == invitation.id, _is_open())
        .values(accepted_at=database_now())
        .returning(TeamInvitation.access)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        raise DomainError("invitation_gone", status=410)
    if site.owner_user_id != user_id:
        db.session.execute(
            insert(TeamMember)
            .values(partner_site_id=site.id, user_id=user_id, access=taken.access)
            .on_conflict_do_update(index_elements=["partner_site_id", "user_id"], set_={"access": taken.access})
        )
    note(f"user:{user_id}", "team.joined", f"site:{site.id}", access=taken.access)
    return site


def change_access(site: PartnerSite, user_id: UUID, access: str, *, by: UUID) -> None:
    """Give a teammate another access. Raises NotFound for who is none, DomainError `team_access_invalid`."""
    _check_access(access)
    member = _member(site, user_id)
    if member.access != access:
        note(f"user:{by}", "team.access_changed", f"site:{site.id}", user=str(user_id), access=[member.access, access])
        member.access = access
        db.session.flush()


def remove(site: PartnerSite, user_id: UUID, *, by: UUID) -> None:
    """Take a teammate out, or oneself. Raises NotFound for who is none, the owner among them."""
    db.session.delete(_member(site, user_id))
    db.session.flush()
    db.session.execute(
        delete(SiteTransfer).where(SiteTransfer.partner_site_id == site.id, SiteTransfer.to_user_id == user_id)
    )
    action = "team.left" if by == user_id else "team.removed"
    note(f"user:{by}", action, f"site:{site.id}", user=str(user_id))


def withdraw(site: PartnerSite, invitation_id: UUID | None, *, by: UUID) -> None:
    """Take an invitation back. Raises NotFound for one that is not open or another site's."""
    invitation = db.session.get(TeamInvitation, invitation_id, with_for_update=TO_CHANGE) if invitation_id else None
    if invitation is None or invitation.partner_site_id != site.id or invitation.accepted_at is not None:
        raise NotFound
    note(f"user:{by}", "team.invitation_withdrawn", f"site:{site.id}", invitation=str(invitation.id))
    db.session.delete(invitation)
    db.session.flush()


def people_of(site_ids: Collection[UUID]) -> set[UUID]:
    """Everybody who owns one of these sites, or is on its team."""
    owners = select(PartnerSite.owner_user_id).where(PartnerSite.id.in_(site_ids))
    members = select(TeamMember.user_id).where(TeamMember.partner_site_id.in_(site_ids))
    return set(db.session.scalars(owners.union(members)))


def members_of(site: PartnerSite) -> list[Teammate]:
    """The owner first, then the others by address."""
    owner = db.session.scalars(select(User).where(User.id == site.owner_user_id)).one()
    rows = db.session.execute(
        select(User.id, User.email, TeamMember.access)
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(TeamMember.partner_site_id == site.id)
    )
    others = sorted((Teammate(row.id, row.email or "", row.access) for row in rows), key=lambda one: one.email)
    return [Teammate(owner.id, owner.email or "", "owner"), *others]


def invitations_of(site: PartnerSite) -> Sequence[TeamInvitation]:
    """Those that are open, the oldest first."""
    return db.session.scalars(
        select(TeamInvitation)
        .where(TeamInvitation.partner_site_id == site.id, _is_open())
        .order_by(TeamInvitation.id)
        .limit(LARGEST_TEAM)
    ).all()


def purge() -> int:
    """Forget invitations that nobody can accept any more, and the addresses in them; how many. Repeats safely."""
    old = delete(TeamInvitation).where(TeamInvitation.expires_at < database_now() - _KEEP_INVITATIONS)
    result = db.session.execute(old)
    return result.rowcount if isinstance(result, CursorResult) else 0


def _is_open() -> ColumnElement[bool]:
    return TeamInvitation.accepted_at.is_(None) & (TeamInvitation.expires_at > database_now())


def _check_access(access: str) -> None:
    if access not in ("read", "manage"):
        raise DomainError("team_access_invalid", field="access")


def _member(site: PartnerSite, user_id: UUID) -> TeamMember:
    member = db.session.get(TeamMember, (site.id, user_id), with_for_update=TO_CHANGE, populate_existing=True)
    if member is None:
        raise NotFound
    return member


def _refuse_known(site: PartnerSite, address: str) -> None:
    user_id = find_by_email(address)
    if user_id is None:
        return
    if user_id == site.owner_user_id or db.session.get(TeamMember, (site.id, user_id)) is not None:
        raise DomainError("already_on_the_team", status=409, field="email")


def _size(site: PartnerSite, besides: str) -> int:
    members = select(func.count()).select_from(TeamMember).where(TeamMember.partner_site_id == site.id)
    invited = (
        select(func.count())
        .select_from(TeamInvitation)
        .where(
            TeamInvitation.partner_site_id == site.id, TeamInvitation.email_hash != lookup(MAIL, besides), _is_open()
        )
    )
    return (db.session.scalar(members) or 0) + (db.session.scalar(invited) or 0)
