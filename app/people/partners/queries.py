"""Reads of partner sites. `site_for` is the only door for people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, literal_column, or_, select, true

from app.core.database.session import db
from app.core.errors import DomainError, NotFound

from . import rules
from .models import NORMALIZED_NAME, PartnerSite, TeamMember

Right = Literal["read", "write", "own"]
Standing = Literal["owner", "manage", "read"]

_LOOK: Final = literal_column(NORMALIZED_NAME, Text)
_RIGHTS: dict[str, frozenset[str]] = {
    "owner": frozenset({"read", "write", "own"}),
    "manage": frozenset({"read", "write"}),
    "read": frozenset({"read"}),
}


class Person(Protocol):
    """Whoever asks: `flask_login.current_user`, or a user row."""

    @property
    def id(self) -> UUID: ...


def site_for(user: Person, name: str, right: Right) -> PartnerSite:
    """The site `name` if the user has that right on it.

    Its owner has every right. A teammate may `read`, and with access `manage` also `write`: settings, keys, webhooks.
    The team and the payout address are the owner's alone: `own`.

    Raises:
        NotFound: a stranger's site, as for none.
        DomainError: 403 `access_missing`, for a teammate whose access does not go that far.
    """
    site = site_by_name(name)
    standing = standing_of(user, site) if site is not None else None
    if site is None or standing is None:
        raise NotFound
    if right not in _RIGHTS[standing]:
        raise DomainError("access_missing", status=403)
    return site


def standing_of(user: Person, site: PartnerSite) -> Standing | None:
    """What somebody is to a site; None for a stranger."""
    if site.owner_user_id == user.id:
        return "owner"
    access = db.session.scalar(
        select(TeamMember.access).where(TeamMember.partner_site_id == site.id, TeamMember.user_id == user.id)
    )
    return _standing(site, user, access) if access is not None else None


def live_site(name: str) -> PartnerSite:
    """The site `name`, which takes orders.

    Raises NotFound if there is none, DomainError `site_not_live` (409) if it is a draft or paused.
    """
    site = site_by_name(name)
    if site is None:
        raise NotFound
    if site.status != "live":
        raise DomainError("site_not_live", status=409)
    return site


def site_by_name(name: str) -> PartnerSite | None:
    """The site `name`, whoever owns it and whatever its status."""
    if "\0" in name:
        return None
    return db.session.scalar(_BY_NAME, {"named": name})


_BY_NAME: Final = select(PartnerSite).where(PartnerSite.name == bindparam("named"))


def free_name(title: str, of_games: Collection[str]) -> str | None:
    """The nearest name to a title that may be a site's and looks like no other's; None: nothing is left of it."""
    allowed = [name for name in rules.names_for(title) if _may_be(name, of_games)]
    looks = [rules.look_alike(name) for name in allowed]
    taken = set(db.session.scalars(select(_LOOK).select_from(PartnerSite).where(_LOOK.in_(looks)))) if looks else set()
    return next((name for name, look in zip(allowed, looks, strict=True) if look not in taken), None)


def is_free(name: str) -> bool:
    """Whether no site has this name, nor one that looks like it."""
    alike = select(PartnerSite.id).where(_LOOK.in_([rules.look_alike(name)]))
    return db.session.scalar(alike) is None


def _may_be(name: str, of_games: Collection[str]) -> bool:
    try:
        rules.check_name(name, of_games)
    except DomainError:
        return False
    return True


def names_of(site_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these sites are called, by their ids; those that are no sites are left out."""
    rows = db.session.execute(select(PartnerSite.id, PartnerSite.name).where(PartnerSite.id.in_(site_ids)))
    return {row.id: row.name for row in rows}


def site_by_id(site_id: UUID) -> PartnerSite | None:
    return db.session.get(PartnerSite, site_id)


def sites_page(user: Person, after: UUID | None, limit: int) -> list[tuple[PartnerSite, Standing]]:
    """The user's own sites and those of their teams, in the order in which they were made, each with their standing."""
    rows = db.session.execute(
        select(PartnerSite, TeamMember.access)
        .outerjoin(TeamMember, (TeamMember.partner_site_id == PartnerSite.id) & (TeamMember.user_id == user.id))
        .where(_is_theirs(user), PartnerSite.id > after if after is not None else true())
        .order_by(PartnerSite.id)
        .limit(limit)
    )
    return [(site, _standing(site, user, access)) for site, access in rows]


def has_sites(user_id: UUID) -> bool:
    """Whether somebody has a site, or is of a site's team."""
    of_team = select(TeamMember.user_id).where(TeamMember.user_id == user_id)
    owned = select(PartnerSite.owner_user_id).where(PartnerSite.owner_user_id == user_id)
    return db.session.execute(of_team.union_all(owned).limit(1)).first() is not None


def _standing(site: PartnerSite, user: Person, access: str | None) -> Standing:
    if site.owner_user_id == user.id:
        return "owner"
    return "manage" if access == "manage" else "read"


def _is_theirs(user: Person) -> ColumnElement[bool]:
    teams = select(TeamMember.partner_site_id).where(TeamMember.user_id == user.id)
    return or_(PartnerSite.owner_user_id == user.id, PartnerSite.id.in_(teams))
