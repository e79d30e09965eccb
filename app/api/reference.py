"""Who a key speaks for, and the rounds that everybody sees."""

from __future__ import annotations

from app.core.ids import created_at

from . import game_schemas, schemas
from .operations import Call, Reply, operation
from .orders import LISTS


@operation("GET", "/site", "Site", answer=schemas.OwnSite)
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


@operation(
    "GET", "/rounds", "Rounds", query=game_schemas.PagedOfGame, answer=game_schemas.RoundsList, is_public_record=True
)  # fmt: skip
def rounds(call: Call) -> Reply:
    """Rounds of one game, the newest first. The same for everybody."""
    records, following = LISTS[call.query.game].rounds(call.query)
    return Reply(game_schemas.RoundsList(rounds=records, next=following))


@operation(
    "GET", "/rounds/<round_number:number>", "Rounds", query=game_schemas.OfGame, answer=game_schemas.AnyRound,
    is_public_record=True, refusals={404: "round_not_found"},
)  # fmt: skip
def round_(call: Call) -> Reply:
    """One round."""
    return Reply(game_schemas.AnyRound(LISTS[call.query.game].round_(call.path["number"])))
