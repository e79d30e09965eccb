"""Giving what bought nothing to the partners' balances by two people: what is theirs once is not taken back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.core.web.templating import sats
from app.people.approvals import queries as proposals
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.partners import queries as partners
from app.people.partners.team import service as team
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.log.format.leaves import canonical
from app.selling.windows.games import AnyGame, game_called
from app.selling.windows.orders import refunds
from app.selling.windows.orders.refunds import Due

KIND: Final = "payments.refund"
_NAMED: Final = 20
"""So many partners are told by name."""

Chosen = tuple[AnyGame, int]


def propose(chosen: Sequence[Chosen], fate: str | None, *, actor: str, reason: str) -> Approval:
    """Ask a second person whether what is due in these rounds goes to the partners. Raises DomainError
    `nothing_due` (409); `refund_asked` (409): a part of it waits for a second person already; and as
    `approvals.propose`."""
    totals = ((game, number, refunds.totals(game, number, fate)) for game, number in chosen)
    rounds = [_line(game, number, found) for game, number, found in totals if found.payments]
    if not rounds:
        raise DomainError("nothing_due", status=409)
    _refuse_asked([(one["game"], one["round"]) for one in rounds], fate)
    payload = {"rounds": rounds, "fate": fate}
    return approvals.propose(KIND, _subject(rounds), payload, reason, actor=actor)


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits for a second person: by whom it was proposed, and of which rounds."""

    id: UUID
    by: str
    fate: str | None
    rounds: frozenset[tuple[str, int]]

    def covers(self, game: str, number: int, fate: str | None) -> bool:
        """Whether a part of what is due there, of this fate or of all, is in it."""
        return (game, number) in self.rounds and (fate is None or self.fate is None or fate == self.fate)


def asked() -> list[Asked]:
    """What waits for a second person and can still be confirmed. What is outdated keeps nothing out."""
    return [
        Asked(row.id, by, row.payload["fate"], frozenset((one["game"], one["round"]) for one in row.payload["rounds"]))
        for row, by in proposals.open_of_kind(KIND)
        if _still_valid(row.payload) is None
    ]


def _refuse_asked(rounds: Sequence[tuple[str, int]], fate: str | None) -> None:
    waiting = asked()
    for game, number in rounds:
        for one in waiting:
            if one.covers(game, number, fate):
                told = {"round": number, "game": game_called(game).title, "by": one.by, "approval": str(one.id)}
                raise DomainError("refund_asked", status=409, field=None, **told)


def _line(game: AnyGame, number: int, found: Due) -> dict[str, Any]:
    shares = {str(site): sats for site, sats in found.shares.items()}
    return {"game": game.name, "round": number, "payments": found.payments, "sats": found.sats, "shares": shares}


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
    rows, places = [], {}
    for game, number, one in _of(payload):
        name = str(gettext("%(game)s, round %(n)s", game=game.title, n=number))
        amount = gettext("%(sats)s sats of %(n)s", sats=sats(one["sats"]), n=_payments(one["payments"]))
        rows.append((name, str(amount)))
        places[name] = f"/admin/rounds/{game.name}/{number}"
    rows += _whose(payload)
    if payload["fate"] is not None:
        rows.append((str(gettext("Only those")), str(payload["fate"]).replace("_", " ")))
    return Described(
        gettext("%(sats)s sats of %(n)s go to partners' balances.", sats=sats(whole), n=_payments(payments)),
        tuple(rows),
        "/admin/suspended",
        places,
    )


def _whose(payload: Payload) -> list[tuple[str, str]]:
    """To whose balances it goes and how much to each, the largest first; of very many, how many more there are. What
    was proposed before this was told has no shares."""
    shares = Counter[UUID]()
    for one in payload["rounds"]:
        shares.update({UUID(site): amount for site, amount in one.get("shares", {}).items()})
    named = shares.most_common(_NAMED)
    names = partners.names_of([site for site, _ in named])
    rows = [
        (
            str(gettext("To the balance of %(partner)s", partner=names.get(site, str(site)))),
            str(gettext("%(sats)s sats", sats=sats(amount))),
        )
        for site, amount in named
    ]
    if len(shares) > len(named):
        left = sats(shares.total() - sum(amount for _, amount in named))
        more = ngettext("To %(num)s more partner", "To %(num)s more partners", len(shares) - len(named))
        rows.append((str(more), str(gettext("%(sats)s sats", sats=left))))
    return rows


def _payments(number: int) -> str:
    return str(ngettext("%(num)s payment", "%(num)s payments", number))


def _still_valid(payload: Payload) -> str | None:
    for game, number, one in _of(payload):
        found = refunds.totals(game, number, payload["fate"])
        told = one.get("shares")
        if (found.payments, found.sats) != (one["payments"], one["sats"]) or (
            told is not None and told != {str(site): amount for site, amount in found.shares.items()}
        ):
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
    sites = {site for game, number, _ in _of(payload) for site in refunds.totals(game, number, payload["fate"]).shares}
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
