"""Giving what bought nothing to the partners' balances by two people: what is theirs once is not taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.core.web.templating import sats
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.partners.team import service as team
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.log.format.leaves import canonical
from app.selling.windows.games import AnyGame, game_called
from app.selling.windows.orders import refunds
from app.selling.windows.orders.refunds import Due

KIND: Final = "payments.refund"

Chosen = tuple[AnyGame, int]


def propose(chosen: Sequence[Chosen], fate: str | None, *, actor: str, reason: str) -> Approval:
    """Ask a second person whether what is due in these rounds goes to the partners. Raises DomainError
    `nothing_due` (409), and as `approvals.propose`."""
    totals = ((game, number, refunds.totals(game, number, fate)) for game, number in chosen)
    rounds = [_line(game, number, found) for game, number, found in totals if found.payments]
    if not rounds:
        raise DomainError("nothing_due", status=409)
    payload = {"rounds": rounds, "fate": fate}
    return approvals.propose(KIND, _subject(rounds), payload, reason, actor=actor)


def _line(game: AnyGame, number: int, found: Due) -> dict[str, Any]:
    return {"game": game.name, "round": number, "payments": found.payments, "sats": found.sats}


def _subject(rounds: Sequence[dict[str, Any]]) -> str:
    """The round that it is about; of several, a name that those alone have."""
    if len(rounds) == 1:
        return game_called(rounds[0]["game"]).subject(rounds[0]["round"])
    names = sorted(f"{one['game']}:{one['round']}" for one in rounds)
    return f"payments:{hashlib.sha256(canonical(names).encode()).hexdigest()[:16]}"


def _of(payload: Payload) -> Iterator[tuple[AnyGame, int, dict[str, Any]]]:
    for one in payload["rounds"]:
        yield game_called(one["game"]), one["round"], one


def _describe(payload: Payload) -> Described:
    whole, payments = sum(one["sats"] for one in payload["rounds"]), sum(one["payments"] for one in payload["rounds"])
    rows = [
        (
            str(gettext("%(game)s, round %(n)s", game=game.title, n=number)),
            str(gettext("%(sats)s sats of %(n)s", sats=sats(one["sats"]), n=_payments(one["payments"]))),
        )
        for game, number, one in _of(payload)
    ]
    if payload["fate"] is not None:
        rows.append((str(gettext("Only those")), str(payload["fate"]).replace("_", " ")))
    return Described(
        gettext("%(sats)s sats of %(n)s go to partners' balances.", sats=sats(whole), n=_payments(payments)),
        tuple(rows),
        "/admin/suspended",
    )


def _payments(number: int) -> str:
    return str(ngettext("%(num)s payment", "%(num)s payments", number))


def _still_valid(payload: Payload) -> str | None:
    for game, number, one in _of(payload):
        found = refunds.totals(game, number, payload["fate"])
        if (found.payments, found.sats) != (one["payments"], one["sats"]):
            return str(gettext("What is due in these rounds is not what it was. Propose it anew."))
    return None


def _execute(payload: Payload, agreed: Agreed) -> None:
    for game, number, one in _of(payload):
        given = 0
        while batch := refunds.decide(game, agreed.actor, agreed.why, number, fate=payload["fate"]):
            given += batch
        if given != one["payments"]:
            raise DomainError("nothing_due", status=409)


def _concerns(payload: Payload) -> Collection[UUID]:
    """Whoever gets it."""
    sites = {site for game, number, _ in _of(payload) for site in refunds.totals(game, number, payload["fate"]).sites}
    return team.people_of(sites)


REFUND: Final = ApprovalKind(
    name=KIND,
    module="refunds",
    title=_l("Give suspended money to partners"),
    describe=_describe,
    still_valid=_still_valid,
    execute=_execute,
    concerns=_concerns,
)
