"""Sites for tests, made by the service that people's requests reach."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from uuid import UUID

from app.people.accounts.service import user_with_email
from app.people.partners.models import PartnerSite
from app.people.partners.service import SiteValues, create_site, update_site

PAYOUT_ADDRESS = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
OTHER_ADDRESS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"

_numbers = count(1)


def make_site(
    owner_user_id: UUID | None = None, *, status: str = "draft", edge_percent: int = 10, **values: object
) -> PartnerSite:
    """A site with a name of its own. Writes into the caller's transaction."""
    number = next(_numbers)
    settings: SiteValues = {
        "name": f"lucky-shop-{number}-x",
        "display_name": f"Lucky Shop {number}",
        "house_edge": Decimal(edge_percent) / 100,
        "payout_address": PAYOUT_ADDRESS,
        "payout_address_acknowledged": True,
        **values,  # type: ignore[typeddict-item]
    }
    site = create_site(owner_user_id or user_with_email(f"owner-of-{number}@example.com"), settings)
    if status != "draft":
        update_site(site, {"status": "live"})
    if status == "paused":
        update_site(site, {"status": "paused"})
    return site
