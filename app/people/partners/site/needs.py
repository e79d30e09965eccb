"""What of a site needs its people now, the worst first: told on the first screen, each with the one place to go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from app.core.ports import Port
from app.core.text.isolation import bdi
from app.people.partners.confirmed import paying
from app.people.partners.models import PartnerSite

from .verification import how_to, waiting

Tone = Literal["bad", "warn", "info", "waits", "new"]
_ORDER: Final[tuple[Tone, ...]] = ("bad", "warn", "info", "waits", "new")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing: what is so, what follows, and where it is mended, with the link's name. What is *new*, or *waits*
    for us, is good to know, and there is nothing to do."""

    tone: Tone
    title: str
    text: str | Markup
    href: str
    action: str


NEEDS: Final = Port[tuple[Callable[[PartnerSite], list[Need]], ...]]("what of a site needs its people", ())


def needs_of(site: PartnerSite) -> list[Need]:
    """Everything, also what other slices know of."""
    found = [*_own(site), *(need for ask in NEEDS.get() for need in ask(site))]
    return sorted(found, key=lambda need: _ORDER.index(need.tone))


def _own(site: PartnerSite) -> list[Need]:
    return [*_standing(site), *_verification(site), *_address(site)]


def _standing(site: PartnerSite) -> list[Need]:
    settings = url_for("site_settings.index", name=site.name)
    if site.stopped_reason:
        return [
            Need(
                "bad",
                gettext("We have paused this site"),
                bdi(site.stopped_reason),
                f"{settings}#status",
                gettext("What that means"),
            )
        ]
    if site.status == "paused":
        return [
            Need(
                "warn",
                gettext("This site is paused"),
                gettext("It takes no orders. Those that exist stay valid."),
                f"{settings}#status",
                gettext("Take it live again"),
            )
        ]
    if site.status == "live" and not site.embed_allowed_origins:
        return [
            Need(
                "warn",
                gettext("No page may show the frame yet"),
                gettext("Browsers show the frame on the origins that you list, and nowhere else."),
                f"{settings}#origins",
                gettext("Add the origin of your page"),
            )
        ]
    return []


def _verification(site: PartnerSite) -> list[Need]:
    if site.verification_status == "verified":
        return []
    own = url_for("site_settings.verification", name=site.name)
    if site.id in waiting([site.id]):
        text = ngettext("You are answered within %(num)s day.", "You are answered within %(num)s days.", how_to().days)
        return [Need("waits", gettext("To be verified: sent, and waits"), text, own, gettext("Where it stands"))]
    if site.verification_status == "rejected":
        return [
            Need(
                "bad",
                gettext("This site could not be verified"),
                bdi(site.verification_reason),
                own,
                gettext("What you can do"),
            )
        ]
    return [
        Need(
            "info",
            gettext("This site is not verified yet"),
            gettext("It sells all the same. Its earnings are kept for it and paid once it is verified."),
            own,
            gettext("How to be verified"),
        )
    ]


def _address(site: PartnerSite) -> list[Need]:
    if site.id not in paying.waiting([site]):
        return []
    return [
        Need(
            "waits",
            gettext("A new payout address waits"),
            gettext("One of us has to confirm it. Until then the address stays what it is."),
            url_for("site_settings.index", name=site.name) + "#payout",
            gettext("See the address"),
        )
    ]
