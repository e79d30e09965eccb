"""What the pages of a site's webhooks share: how much is shown, and who asks."""

from __future__ import annotations

from typing import Final

from flask_login import current_user

from app.core.errors import DomainError
from app.people.partners.models import PartnerSite
from app.people.partners.queries import Right, site_for

SHOWN: Final = 25
"""Deliveries, or events, on one page."""


def may(site: PartnerSite, right: Right) -> bool:
    """Whether who asks has this right at the site."""
    try:
        site_for(current_user, site.name, right)
    except DomainError:
        return False
    return True


def actor() -> str:
    """Who asks, as the audit names him."""
    return f"user:{current_user.id}"
