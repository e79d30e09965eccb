"""Who a key speaks for."""

from __future__ import annotations

from app.core.ids import created_at
from app.people.partners.keys.operations import Call, Operations, Reply

from . import schemas

OPERATIONS = Operations()


@OPERATIONS.add("GET", "/site", "Site", answer=schemas.OwnSite)
def site(call: Call) -> Reply:
    """The site that your key belongs to."""
    row = call.site
    record = schemas.OwnSite(
        slug=row.name,
        site_title=row.display_name,
        status=row.status,  # type: ignore[arg-type]
        verification_status=row.verification_status,  # type: ignore[arg-type]
        verification_reason=row.verification_reason,
        house_edge=row.house_edge_percent / 100,
        payout_address=row.payout_address,
        payout_address_network=row.payout_address_network,
        embed_origins=list(row.embed_allowed_origins),
        created_at=created_at(row.id),
    )
    return Reply(record)
