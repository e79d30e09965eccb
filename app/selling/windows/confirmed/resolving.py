"""Deciding about a halted round by two people: drawn after all, somebody wins; void, everything paid for it moves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.database.session import db
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.partners.team import service as team
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.selling.windows import queries
from app.selling.windows.games import AnyGame, game_called
from app.selling.windows.rounds import sealing

KIND: Final = "round.resolution"


def resolve(game: AnyGame, number: int, outcome: str, *, actor: str, reason: str) -> Approval | None:
    """Have a second person confirm it; None: one is enough, and it is done.

    Raises as `approvals.propose_or_do` and `sealing.resolve_halted`.
    """
    payload = {"game": game.name, "round": number, "outcome": outcome}
    return approvals.propose_or_do(KIND, game.subject(number), payload, reason, actor=actor)


def _describe(payload: Payload) -> Described:
    game, number = game_called(payload["game"]), payload["round"]
    which = gettext("%(game)s, round %(n)s", game=game.title, n=number)
    if payload["outcome"] == "void":
        words = gettext("%(which)s is never drawn; what was paid for it waits for the partners.", which=which)
    else:
        words = gettext("%(which)s is drawn after all, if its seal holds again.", which=which)
    round_ = queries.round_of(game, number)
    rows = ((gettext("Round"), which), (gettext("Closing block"), str(round_.closing_height)))
    return Described(words, rows, f"/admin/rounds/{game.name}/{number}")


def _still_valid(payload: Payload) -> str | None:
    status = queries.round_of(game_called(payload["game"]), payload["round"]).status
    return None if status == "halted" else str(gettext("The round is not halted any more."))


def _execute(payload: Payload, agreed: Agreed) -> None:
    game = game_called(payload["game"])
    sealing.resolve_halted(game, payload["round"], payload["outcome"], agreed.actor, agreed.why)


def _concerns(payload: Payload) -> Collection[UUID]:
    """Whoever sold in that round."""
    order = game_called(payload["game"]).order
    sites = select(order.partner_site_id).where(order.round_number == payload["round"]).distinct()
    return team.people_of(db.session.scalars(sites).all())


RESOLUTION: Final = ApprovalKind(
    name=KIND,
    module="rounds",
    title=_l("Decide about a halted round"),
    describe=_describe,
    still_valid=_still_valid,
    execute=_execute,
    concerns=_concerns,
)
