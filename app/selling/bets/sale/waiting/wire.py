"""Tickets that wait, and what came of them, as texts that pass through Redis. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple, cast
from uuid import UUID

from app.record.answers.service import Attempt, Owner, OwnerKind
from app.selling.bets.sale.ticket import Accepted, Line, Refusal, RefusedSale, Said, Wanted

ALIVE: Final = "bets:acceptor"
WAITING: Final = "bets:waiting"
ANSWERS: Final = "bets:answer:"

ASK: Final = """
    if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
    redis.call('RPUSH', KEYS[2], ARGV[1])
    redis.call('EXPIRE', KEYS[2], ARGV[2])
    return 1
"""
"""Somebody has to be there (the first key), or nothing waits in the second; so many seconds."""
ANSWER: Final = """
    for at, place in ipairs(KEYS) do
        redis.call('RPUSH', place, ARGV[at + 1])
        redis.call('EXPIRE', place, ARGV[1])
    end
"""
"""Each answer to where it is looked for, for so many seconds: one trip for a whole batch."""


class Waiting(NamedTuple):
    """A ticket that somebody waits for, and where its answer is looked for."""

    wanted: Wanted
    place: str


def written(one: Waiting) -> str:
    """As it waits."""
    wanted = one.wanted
    lines = [[str(line.draw_id), line.kind, line.selection, line.stake] for line in wanted.lines]
    until = None if wanted.until is None else wanted.until.timestamp()
    ids = (str(wanted.ticket_id), str(wanted.user_id))
    told = [one.place, *ids, wanted.game, wanted.payment, lines, until, _attempt_written(wanted.attempt)]
    return json.dumps(told, separators=(",", ":"))


def read(text: bytes | str) -> Waiting:
    """Raises ValueError, TypeError: nobody here has written it."""
    place, ticket_id, user_id, game, payment, lines, until, attempt = json.loads(text)
    bought = tuple(Line(UUID(draw_id), kind, selection, stake) for draw_id, kind, selection, stake in lines)
    moment = None if until is None else datetime.fromtimestamp(until, UTC)
    ids = UUID(ticket_id), UUID(user_id)
    return Waiting(Wanted(*ids, game, bought, payment, moment, _attempt_read(ids[0], attempt)), place)


def _attempt_written(attempt: Attempt | None) -> list[str] | None:
    if attempt is None:
        return None
    owner = attempt.owner
    return [owner.kind, owner.name, attempt.key, attempt.method, attempt.path, attempt.request_hash.hex()]


def _attempt_read(ticket_id: UUID, told: list[str] | None) -> Attempt | None:
    """A ticket's id is its request's: what was done under a key is found by it."""
    if told is None:
        return None
    kind, name, key, method, path, request_hash = told
    return Attempt(ticket_id, Owner(cast(OwnerKind, kind), name), key, method, path, bytes.fromhex(request_hash))


def answer_written(answer: Accepted | RefusedSale) -> str:
    """As it is answered."""
    told: Mapping[str, object]
    if isinstance(answer, RefusedSale):
        told = {"ticket": str(answer.ticket_id), "refusals": answer.refusals}
    else:
        numbers = {str(draw_id): number for draw_id, number in answer.numbers.items()}
        told = {
            "ticket": str(answer.ticket_id),
            "sold": [answer.code, answer.total, answer.state, numbers],
            "at": None if answer.at is None else answer.at.isoformat(),
            "said": [[one.text, one.salt.hex()] for one in answer.said],
        }
    return json.dumps(told, separators=(",", ":"))


def answer_read(text: bytes | str) -> Accepted | RefusedSale:
    """Raises ValueError, TypeError, KeyError: nobody here has written it."""
    told = json.loads(text)
    ticket_id = UUID(told["ticket"])
    if "refusals" in told:
        return RefusedSale(ticket_id, tuple(Refusal(*one) for one in told["refusals"]))
    code, total, state, numbers = told["sold"]
    return Accepted(
        ticket_id,
        code,
        total,
        state,
        {UUID(draw_id): number for draw_id, number in numbers.items()},
        datetime.fromisoformat(at) if (at := told.get("at")) else None,
        tuple(Said(said, bytes.fromhex(salt)) for said, salt in told.get("said", ())),
    )
