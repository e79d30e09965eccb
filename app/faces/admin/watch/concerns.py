"""What on the overview needs a person, in words, the worst first; nothing, if all is well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import redis
from flask_babel import gettext, ngettext

from app.chain import queries as chain
from app.chain.node import client as node
from app.chain.node import rpc
from app.core.database.leadership import leads_since
from app.core.database.session import db, end_reading
from app.core.jobs import queue
from app.core.jobs.queue import QueueState
from app.record.audit import queries as audit
from app.record.audit import switches
from app.record.audit.models import Alarm, Switch

from . import standing
from .standing import Backlog, Money

Tone = Literal["bad", "warn"]
_LAG_AT_MOST = 1  # blocks, as for orders


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is not as it should be, and where to go."""

    tone: Tone
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Where node and scanner are. `node_height` is None while the node is away."""

    node_height: int | None
    scanned: int
    trouble: str = ""

    @property
    def lag(self) -> int | None:
        return None if self.node_height is None else max(0, self.node_height - self.scanned)


@dataclass(frozen=True, slots=True)
class Look:
    """Everything the overview shows, read in one go."""

    chain: Chain
    clock_since: datetime | None
    scanner_since: datetime | None
    money: Money
    rounds: dict[str, dict[str, int]]
    unbacked: int
    halted: int
    suspended: tuple[int, int]
    payouts: dict[str, int]
    mail: Backlog
    hooks: Backlog
    queues: list[QueueState] | None
    alarms: Sequence[Alarm]
    stopped: Sequence[Switch]


def look() -> Look:
    """Ask the node and Redis first, then read the tables."""
    end_reading()
    height, trouble = _node_height()
    queues = _queues()
    return Look(
        chain=Chain(height, chain.tip_height(), trouble),
        clock_since=leads_since(db.session, "clock"),
        scanner_since=leads_since(db.session, "scanner"),
        money=standing.money(),
        rounds={game: dict(states) for game, states in standing.rounds_by_status().items()},
        unbacked=len(standing.rounds_in("unbacked")),
        halted=len(standing.rounds_in("halted")),
        suspended=standing.suspended(),
        payouts=dict(standing.payouts_by_state()),
        mail=standing.mail(),
        hooks=standing.hooks(),
        queues=queues,
        alarms=audit.open_alarms(),
        stopped=switches.stopped(),
    )


def _node_height() -> tuple[int | None, str]:
    try:
        return rpc.tip(node.client())[0], ""
    except rpc.NodeFailure as error:
        return None, type(error).__name__


def _queues() -> list[QueueState] | None:
    try:
        return queue.states()
    except redis.RedisError:
        return None


def concerns(seen: Look) -> list[Concern]:
    """The worst first."""
    found = [*_machines(seen), *_money(seen), *_work(seen), *_alarms(seen)]
    return sorted(found, key=lambda concern: concern.tone != "bad")


def _machines(seen: Look) -> Iterator[Concern]:
    if seen.chain.lag is None:
        yield Concern("bad", gettext("The Bitcoin node does not answer."), "/admin/system")
    elif seen.chain.lag > _LAG_AT_MOST:
        words = ngettext(
            "The scanner is %(num)s block behind.", "The scanner is %(num)s blocks behind.", seen.chain.lag
        )
        yield Concern("bad", words, "/admin/system")
    if seen.clock_since is None:
        yield Concern("bad", gettext("No clock leads: nothing periodic happens."), "/admin/system")
    if seen.scanner_since is None:
        yield Concern("warn", gettext("No scanner leads right now."), "/admin/system")
    if seen.queues is None:
        yield Concern("bad", gettext("Redis does not answer; the clock runs the jobs itself."), "/admin/system")
    for one in seen.queues or ():
        if not one.workers:
            yield Concern("bad", gettext("Nobody works the queue %(name)s.", name=one.name), "/admin/rq/")
    for switch in seen.stopped:
        yield Concern("warn", _stopped(switch.name), "/admin/system")


def _stopped(name: str) -> str:
    if name == "sales":
        return str(gettext("Sales are stopped."))
    if name == "settlement":
        return str(gettext("Settlement is stopped."))
    return str(gettext("Everything is read-only for partners and players."))


def _money(seen: Look) -> Iterator[Concern]:
    if seen.money.free < 0:
        yield Concern("bad", gettext("We owe more than we could pay."), "/admin/payouts")
    if seen.unbacked:
        words = ngettext("%(num)s round is not backed.", "%(num)s rounds are not backed.", seen.unbacked)
        yield Concern("warn", words, "/admin/rounds?state=unbacked")
    if seen.halted:
        words = ngettext("%(num)s round is halted.", "%(num)s rounds are halted.", seen.halted)
        yield Concern("bad", words, "/admin/rounds?state=halted")
    if seen.payouts.get("unknown"):
        yield Concern(
            "bad", gettext("It is unknown whether a payout reached the network."), "/admin/payouts?state=unknown"
        )


def _work(seen: Look) -> Iterator[Concern]:
    failed = sum(one.failed for one in seen.queues or ())
    if failed:
        yield Concern("warn", ngettext("%(num)s job failed.", "%(num)s jobs failed.", failed), "/admin/rq/")
    if seen.mail.is_stuck:
        yield Concern("warn", gettext("Mail has been waiting for a quarter of an hour or more."), "/admin/system")
    if seen.hooks.is_stuck:
        yield Concern(
            "warn", gettext("Webhooks have been waiting for more than a quarter of an hour."), "/admin/system"
        )


def _alarms(seen: Look) -> Iterator[Concern]:
    if seen.alarms:
        words = ngettext("%(num)s alarm is open.", "%(num)s alarms are open.", len(seen.alarms))
        yield Concern("bad", words, "/admin/alarms")
