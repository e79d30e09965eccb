"""Tickets that wait, and what came of them, as texts that pass through Redis. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from app.selling.bets.sale.ticket import Accepted, Line, Refusal, RefusedSale, Wanted

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
    return json.dumps([one.place, *ids, wanted.game, wanted.payment, lines, until], separators=(",", ":"))


def read(text: bytes | str) -> Waiting:
    """Raises ValueError, TypeError: nobody here has written it."""
    place, ticket_id, user_id, game, payment, lines, until = json.loads(text)
    bought = tuple(Line(UUID(draw_id), kind, selection, stake) for draw_id, kind, selection, stake in lines)
    moment = None if until is None else datetime.fromtimestamp(until, UTC)
    return Waiting(Wanted(UUID(ticket_id), UUID(user_id), game, bought, payment, moment), place)


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
        }
    return json.dumps(told, separators=(",", ":"))


def answer_read(text: bytes | str) -> Accepted | RefusedSale:
    """Raises ValueError, TypeError, KeyError: nobody here has written it."""
    told = json.loads(text)
    ticket_id = UUID(told["ticket"])
    if "refusals" in told:
        return RefusedSale(ticket_id, tuple(Refusal(*one) for one in told["refusals"]))
    code, total, state, numbers = told["sold"]
    return Accepted(ticket_id, code, total, state, {UUID(draw_id): number for draw_id, number in numbers.items()})
