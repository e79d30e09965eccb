"""Who a key speaks for, and the rounds that everybody sees."""

from __future__ import annotations

from app.core.ids import created_at
from app.rounds import answers, queries
from app.rounds.schemas import RoundRecord

from . import schemas
from .cursors import cut, number_cursor
from .operations import Call, Reply, operation


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
    "GET", "/rounds", "Rounds", query=schemas.Paged, answer=schemas.RoundsList, is_public_record=True
)  # fmt: skip
def rounds(call: Call) -> Reply:
    """Rounds, the newest first. The same for everybody."""
    page = queries.rounds_page(number_cursor(call.query.cursor), call.query.limit + 1)
    shown, following = cut(page, call.query.limit, lambda round_: round_.round_number)
    draws = queries.draws_of(shown)
    records = [answers.round_record(round_, draws.get(round_.round_number)) for round_ in shown]
    return Reply(schemas.RoundsList(rounds=records, next=following))


@operation(
    "GET", "/rounds/<round_number:number>", "Rounds", answer=RoundRecord, is_public_record=True,
    refusals={404: "round_not_found"},
)  # fmt: skip
def round_(call: Call) -> Reply:
    """One round."""
    found = queries.round_of(call.path["number"])
    return Reply(answers.round_record(found, queries.draw_of(found)))
