"""JSON of operators: what official sources said of draws, and a result that people enter where sources make none."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import Blueprint, Response
from pydantic import Field

from app.core.database.session import transaction
from app.core.errors import NotFound
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json, read_query
from app.core.wire.schemas import Answer, Question
from app.games.swertres.game import SWERTRES
from app.games.swertres.reads import draws
from app.games.swertres.wire.schemas import GameId
from app.outcomes.results import queries
from app.outcomes.results.deciding import by_hand
from app.outcomes.results.queries import Look

from .door import actor, privileged
from .schemas import Proposed

bp: Final = Blueprint("swertres_results_api", __name__, url_prefix="/api/swertres/admin/results")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("logs", "manual"))
_MODULE: Final = by_hand.MODULE


class LogsAsked(Question):
    """Of which draw."""

    game_id: GameId


class LookRecord(Answer):
    """One look at a source: the number that it said, or why none; and the hash of what came, byte by byte."""

    source: str
    host: str
    parser: str
    asked_at: datetime | None
    answered_at: datetime | None
    http_status: int | None
    winning_number: str | None
    reason: str
    sha256: str | None


class Logs(Answer):
    """Every look at every source for a draw, the oldest first. `provisional` is what they say and nobody pays on."""

    game_id: str
    state: str | None
    provisional: str | None
    items: list[LookRecord]


class ByHand(Question):
    """The number as it was broadcast, and why it is entered."""

    winning_number: str = Field(min_length=1, max_length=20)
    reason: str = Field(min_length=1, max_length=500)


@bp.get("/logs")
@privileged(_MODULE)
def logs() -> Response:
    """What sources said of a draw."""
    game = draws.named(read_query(LogsAsked).game_id)
    found = queries.of(SWERTRES.name, game.id)
    looks = queries.looks_at(found.id) if found is not None else []
    answer = Logs(
        game_id=game.id,
        state=found.state if found is not None else None,
        provisional=found.provisional if found is not None else None,
        items=[_look(one) for one in looks],
    )
    return json_response(answer)


@bp.post("/<game_id>/manual")
@privileged(_MODULE)
def manual(game_id: str) -> Response:
    """Propose a number; what was attached in the console goes with it, and a second operator decides."""
    wanted, game = read_json(ByHand), draws.named(game_id)
    with transaction():
        found = queries.of(SWERTRES.name, game.id)
        if found is None:
            raise NotFound("result_not_found")
        made = by_hand.propose(found.id, wanted.winning_number, wanted.reason, actor=actor())
        return json_response(Proposed(approval_id=str(made.id) if made is not None else None), 202)


def _look(one: Look) -> LookRecord:
    return LookRecord(
        source=one.source,
        host=one.host,
        parser=one.parser,
        asked_at=one.asked_at,
        answered_at=one.answered_at,
        http_status=one.status,
        winning_number=one.numbers,
        reason=one.reason,
        sha256=one.sha256,
    )


_UNKNOWN: Final = {401: "operator_unknown", 403: "operator_not_privileged", 404: "game_not_found"}
_PLACE: Final = bp.url_prefix or ""
DESCRIBED: Final = (
    Described(
        f"{bp.name}.logs",
        "GET",
        f"{_PLACE}/logs",
        "Swertres",
        "What sources said of a draw",
        Logs,
        query=LogsAsked,
        by_operator=True,
        refusals=_UNKNOWN,
    ),
    Described(
        f"{bp.name}.manual",
        "POST",
        f"{_PLACE}/{{game_id}}/manual",
        "Swertres",
        "Propose a result that sources do not make",
        Proposed,
        body=ByHand,
        status=202,
        by_operator=True,
        refusals={
            **_UNKNOWN,
            404: "game_not_found, result_not_found",
            409: "result_too_early, result_dismissed",
            422: "numbers_invalid, numbers_the_same, paper_missing",
        },
    ),
)
