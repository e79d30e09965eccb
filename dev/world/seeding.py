"""The partners of the demo. Whatever is there already stays as its owner has set it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from flask import Flask

from app.core.database.session import transaction
from app.people.accounts.service import user_with_email
from app.people.partners import queries
from app.people.partners.models import PartnerSite
from app.people.partners.service import SiteValues, create_site, update_site
from app.people.partners.site.verification import verify

from .loops import say
from .settings import WorldSettings
from .wallet import Wallet

SECOND_PARTNER = "harbor"
ACTOR = "demo"


@dataclass(frozen=True)
class SiteSeed:
    """A partner as it is first made."""

    name: str
    title: str
    owner: str
    edge_percent: int
    accent: str
    site_id: UUID | None = None


def seeds(world: WorldSettings) -> tuple[SiteSeed, ...]:
    return (
        SiteSeed(world.partner_name, "Demo Casino", "owner@demo.example", 10, "#0f766e", world.partner_id),
        SiteSeed(SECOND_PARTNER, "Harbor Lounge", "owner@harbor.example", 5, "#b4532a"),
    )


def _origins(world: WorldSettings) -> list[str]:
    """The partner's own page, and the platform's /demo."""
    return [*world.page_origins, world.base_url]


def seed(app: Flask, world: WorldSettings, wallet: Wallet) -> None:
    """Make what is missing. The partners are paid into the node's own wallet, so that its coins come round again."""
    for one in seeds(world):
        with app.app_context():
            known = _refresh(one, world)
        if not known:
            address = wallet.new_address()
            with app.app_context():
                _create(one, world, address)


def _refresh(one: SiteSeed, world: WorldSettings) -> bool:
    """Whether the site exists; if so it is brought to where the page is now, which may have another port."""
    with transaction():
        site = queries.site_by_name(one.name)
        if site is None:
            return False
        changes: SiteValues = {}
        missing = [origin for origin in _origins(world) if origin not in site.embed_allowed_origins]
        if missing:
            changes["embed_origins"] = [*site.embed_allowed_origins, *missing][-40:]
        if site.status == "draft":
            changes["status"] = "live"
        if site.verification_status == "unverified":
            verify(site, actor=ACTOR)
        if changes:
            update_site(site, changes)
            say("seeding", f"partner {one.name}: {', '.join(changes)} brought up to date")
        return True


def _create(one: SiteSeed, world: WorldSettings, payout_address: str) -> PartnerSite:
    values: SiteValues = {
        "name": one.name,
        "display_name": one.title,
        "house_edge": Decimal(one.edge_percent) / 100,
        "payout_address": payout_address,
        "payout_address_acknowledged": True,
        "theme": {"accentColor": one.accent},
        "embed_origins": _origins(world),
    }
    with transaction():
        site = create_site(user_with_email(one.owner), values, site_id=one.site_id)
        update_site(site, {"status": "live"})
        verify(site, actor=ACTOR)
    say("seeding", f"partner {one.name}: house edge {one.edge_percent} %, owner {one.owner}")
    return site
