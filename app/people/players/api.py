"""JSON of playing responsibly, for whoever is signed in: a session opens it, a site's API key does not."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from app.core.database.session import transaction
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, read_json
from app.people.accounts.login.json_door import require_session
from app.record.answers.service import Owner, once

from . import queries, service
from .messages import MESSAGES
from .queries import Limit
from .rules import Wish
from .schemas import ExclusionWanted, LimitRecord, Limits, LimitWanted, Raise, TimeoutWanted, Until

bp = Blueprint("players_api", __name__, url_prefix="/api/players")
ENDPOINTS: Final = tuple(f"players_api.{name}" for name in ("limits", "set_limit", "confirm", "timeout", "exclusion"))


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.get("/limits")
def limits() -> Response:
    """One's limits, what is left of each, and the break one is in."""
    person = require_session()
    breaks = queries.breaks_of(person.id)
    return json_response(
        Limits(
            limits=[_record(one) for one in queries.limits_of(person.id)],
            timed_out_until=breaks.timeout_until,
            excluded_until=breaks.excluded_until,
        )
    )


@bp.put("/limits")
def set_limit() -> Response:
    """Lower a limit at once, or ask to raise it."""
    person = require_session()
    wanted = read_json(LimitWanted)

    def act() -> LimitRecord:
        service.set_limit(person.id, wanted.currency, wanted.kind, wanted.period, wanted.amount_minor)
        return _limit(person.id, wanted)

    with transaction():
        return once(Owner.player(person.id), wanted, act)


@bp.post("/limits/confirm")
def confirm() -> Response:
    """Say the second yes to a raise that has waited for 24 hours."""
    person = require_session()
    wanted = read_json(LimitWanted)

    def act() -> LimitRecord:
        service.confirm_raise(person.id, wanted.currency, wanted.kind, wanted.period, wanted.amount_minor)
        return _limit(person.id, wanted)

    with transaction():
        return once(Owner.player(person.id), wanted, act)


@bp.post("/timeout")
def timeout() -> Response:
    """Take days off, from now on."""
    person = require_session()
    wanted = read_json(TimeoutWanted)
    with transaction():
        return once(Owner.player(person.id), wanted, lambda: Until(until=service.take_timeout(person.id, wanted.days)))


@bp.post("/exclusion")
def exclusion() -> Response:
    """Exclude oneself for months, from now on; nobody can lift that."""
    person = require_session()
    wanted = read_json(ExclusionWanted)
    with transaction():
        return once(Owner.player(person.id), wanted, lambda: Until(until=service.exclude(person.id, wanted.months)))


def _limit(person_id: UUID, wanted: LimitWanted) -> LimitRecord:
    """As it is now."""
    found = queries.limit_of(person_id, wanted.currency, wanted.kind, wanted.period)
    return _record(found) if found else _no_limit(wanted)


def _record(limit: Limit) -> LimitRecord:
    return LimitRecord(
        currency=limit.currency,
        kind=limit.kind,
        period=limit.period,
        amount_minor=limit.amount,
        since=limit.since,
        spent_minor=limit.spent,
        left_minor=limit.left,
        waiting=_raise(limit.wish) if limit.wish else None,
    )


def _raise(wish: Wish) -> Raise:
    return Raise(amount_minor=wish.amount, asked_at=wish.asked_at, opens_at=wish.opens_at, lapses_at=wish.lapses_at)


def _no_limit(wanted: LimitWanted) -> LimitRecord:
    """Where nothing is limited."""
    return LimitRecord(
        currency=wanted.currency,
        kind=wanted.kind,
        period=wanted.period,
        amount_minor=None,
        since=None,
        spent_minor=0,
        left_minor=None,
        waiting=None,
    )
