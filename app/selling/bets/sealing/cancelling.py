"""A sealed draw whose official lottery has cancelled its own: two people give all of it back, and everybody may read on
what evidence. Nothing else takes a sealed draw back but a rule."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.text.names import words
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload

from ..calendar.making import subject_of
from ..calendar.official import is_known
from ..calendar.queries import draw_named
from ..calendar.service import cancel, locked
from ..games import game_named
from ..models import BetDraw

NAME: Final = "bet.cancel"
MODULE: Final = "wallets"
CANCELLED: Final = "official_draw_cancelled"
_LONGEST: Final = 300


def propose(game: str, name: str, evidence: str, why: str, *, actor: str) -> Approval | None:
    """Ask a second operator to cancel a sealed draw, since there was no official one; None where one is enough.
    `evidence` is public: where the lottery says so.

    Raises:
        NotFound: `draw_not_found`.
        DomainError: 422 `evidence_missing`; 409 `draw_has_result`: not sealed, without a lottery, or its result is
            known; as `approvals.propose`.
    """
    draw = draw_named(game, name)
    _check(draw)
    told = words(evidence, _LONGEST)
    if not told:
        raise DomainError("evidence_missing", field="evidence", most=_LONGEST)
    payload: Payload = {"drawId": str(draw.id), "game": game, "name": name, "evidence": told}
    return approvals.propose_or_do(NAME, subject_of(game, name), payload, why, actor=actor)


def _check(draw: BetDraw) -> None:
    if draw.state != "sealed" or not draw.lottery or is_known(draw):
        raise DomainError("draw_has_result", status=409)


def _execute(payload: Payload, agreed: Agreed) -> None:
    draw = locked(UUID(payload["drawId"]))
    _check(draw)
    cancel(draw, f"{CANCELLED}: {payload['evidence']}", actor=agreed.actor, why=agreed.why)


def _still_valid(payload: Payload) -> str | None:
    try:
        _check(db.session.get_one(BetDraw, UUID(payload["drawId"]), populate_existing=True))
    except DomainError:
        return str(gettext("This draw is not sealed any more, or its result is known."))
    return None


def _describe(payload: Payload) -> Described:
    title = game_named(payload["game"]).title
    sentence = gettext("The draw %(name)s of %(game)s is cancelled.", name=payload["name"], game=title)
    rows = ((gettext("Evidence"), payload["evidence"]), (gettext("Everything staked"), gettext("goes back")))
    return Described(sentence, rows)


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Draw without an official one"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
)
