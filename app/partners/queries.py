"""Reads of partner sites. `site_for` is the only door for people."""

from __future__ import annotations

from typing import Literal, Protocol
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.core.errors import DomainError, NotFound

from .models import PartnerSite

Right = Literal["read", "write"]


class Person(Protocol):
    """Whoever asks: `flask_login.current_user`, or a user row."""

    @property
    def id(self) -> UUID: ...


def site_for(user: Person, name: str, right: Right) -> PartnerSite:
    """The site `name` if the user has that right on it. An owner has every right; nobody else has any.

    Raises NotFound for a stranger's site as for none.
    """
    site = site_by_name(name)
    if site is None or site.owner_user_id != user.id:
        raise NotFound
    return site


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
    return db.session.scalar(select(PartnerSite).where(PartnerSite.name == name))


def site_by_id(site_id: UUID) -> PartnerSite | None:
    return db.session.get(PartnerSite, site_id)


def sites_of(user: Person) -> list[PartnerSite]:
    """The user's own sites, by title."""
    rows = db.session.scalars(
        select(PartnerSite)
        .where(PartnerSite.owner_user_id == user.id)
        .order_by(PartnerSite.display_name, PartnerSite.name)
    )
    return list(rows)
