"""What on the overview needs a person, in words, the worst first; nothing, if all is well."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import redis
from flask_babel import gettext, ngettext

from app.catalogue.games import catalogue
from app.chain import queries as chain
from app.chain.jobs import LED
from app.chain.node import client as node
from app.chain.node import rpc
from app.content.letters import queries as letters
from app.content.letters.rules import SOON
from app.core.database.leadership import leads_since
from app.core.database.session import db, end_reading
from app.core.jobs import lately, queue
from app.core.jobs.queue import QueueState
from app.core.web.templating import sats
from app.money.gateways.operating import differences
from app.money.payouts.drafts import under_way
from app.money.payouts.drafts.under_way import UnderWay
from app.money.wallets.operating import listing as withdrawals
from app.outcomes.results import queries as results
from app.outcomes.results.deciding import by_hand
from app.outcomes.results.sources.lotteries import BY_PEOPLE
from app.people.approvals import queries as approvals
from app.people.operators.rules import MODULES
from app.people.partners.confirmed import verifying
from app.people.partners.site import verification as sites
from app.people.players.verification import deciding
from app.people.players.verification import queries as people
from app.record.audit import queries as audit
from app.record.audit import switches
from app.record.audit.kinds import kind_of
from app.record.audit.models import Alarm, Switch

from . import standing, subjects
from .money import paying, suspense
from .money.suspense import Totals
from .standing import Backlog, Money

Tone = Literal["bad", "warn"]
_NAMED = 3
_LAG_AT_MOST = 1  # blocks, as for orders


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is not as it should be, where to go, and what to do there."""

    tone: Tone
    words: str
    href: str
    help: str


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
    has_led_lately: bool
    money: Money
    rounds: dict[str, dict[str, int]]
    suspended: Totals
    payouts: dict[str, int]
    under_way: Sequence[UnderWay]
    mail: Backlog
    hooks: Backlog
    queues: list[QueueState] | None
    alarms: Sequence[Alarm]
    stopped: Sequence[Switch]
    approvals: int
    sites_to_verify: int
    people_to_verify: int
    results: int
    letters: int
    letters_late: int
    withdrawals: int
    differences: int


def look(operator: str = "", modules: Collection[str] = MODULES) -> Look:
    """Ask the node and Redis first, then read the tables. Of proposals those count that this operator, with these
    privileges, may decide."""
    end_reading()
    height, trouble = _node_height()
    queues = _queues()
    has_led_lately = _has_led_lately()
    return Look(
        chain=Chain(height, chain.tip_height(), trouble),
        clock_since=leads_since(db.session, "clock"),
        scanner_since=leads_since(db.session, "scanner"),
        has_led_lately=has_led_lately,
        money=standing.money(),
        rounds={game: dict(states) for game, states in standing.rounds_by_status().items()},
        suspended=suspense.undecided(),
        payouts=dict(standing.payouts_by_state()),
        under_way=under_way.under_way(),
        mail=standing.mail(),
        hooks=standing.hooks(),
        queues=queues,
        alarms=audit.open_alarms(),
        stopped=switches.stopped(),
        approvals=approvals.waiting_for(operator, modules),
        sites_to_verify=sites.number_waiting(approvals.open_subjects(verifying.KIND)),
        people_to_verify=people.number_waiting(approvals.open_subjects(deciding.NAME)),
        letters=letters.waiting(),
        letters_late=letters.waiting(SOON),
        results=results.number_to_confirm(BY_PEOPLE, approvals.open_subjects(by_hand.ENTER)),
        withdrawals=withdrawals.waiting(),
        differences=differences.waiting(),
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


def _has_led_lately() -> bool:
    """Whether somebody followed the chain a moment ago: it is done by turns. True where nobody can know."""
    try:
        return lately.is_marked(LED)
    except redis.RedisError:
        return True


def concerns(seen: Look) -> list[Concern]:
    """The worst first."""
    found = [
        *_machines(seen),
        *_money(seen),
        *_work(seen),
        *_alarms(seen),
        *_results(seen),
        *_letters(seen),
        *_due(seen),
        *_payouts(seen),
    ]
    return sorted(found, key=lambda concern: concern.tone != "bad")


def _machines(seen: Look) -> Iterator[Concern]:
    if seen.chain.lag is None:
        help_ = gettext("Look whether it runs, and at BITCOIN_RPC_URL. What stands still goes on by itself.")
        yield Concern("bad", gettext("The Bitcoin node does not answer."), "/admin/system", help_)
    elif seen.chain.lag > _LAG_AT_MOST:
        words = ngettext(
            "The scanner is %(num)s block behind.", "The scanner is %(num)s blocks behind.", seen.chain.lag
        )
        help_ = gettext("It catches up by itself. If it does not, look at the clock and the worker for the chain.")
        yield Concern("bad", words, "/admin/system", help_)
    if seen.clock_since is None:
        help_ = gettext("Start flask clock, on one machine or on two.")
        yield Concern("bad", gettext("No clock leads: nothing periodic happens."), "/admin/system", help_)
    if seen.scanner_since is None and not seen.has_led_lately:
        help_ = gettext("It comes back with the next job of the clock; else look whether workers run.")
        yield Concern("warn", gettext("No scanner leads right now."), "/admin/system", help_)
    if seen.queues is None:
        help_ = gettext("Nothing is lost. Look whether it runs, and at REDIS_URL.")
        words = gettext("Redis does not answer; the clock runs the jobs itself.")
        yield Concern("bad", words, "/admin/system/jobs", help_)
    if idle := [one.name for one in seen.queues or () if not one.workers]:
        words = ngettext(
            "Nobody works the queue %(names)s.", "Nobody works the queues %(names)s.", len(idle), names=", ".join(idle)
        )
        help_ = ngettext("Start a worker for it.", "Start workers for them.", len(idle))
        yield Concern("bad", words, "/admin/system/jobs", help_)
    for switch in seen.stopped:
        help_ = gettext("Let it run again once the reason is gone.")
        yield Concern("warn", _stopped(switch.name), "/admin/system/switches", help_)


def _stopped(name: str) -> str:
    if name == "sales":
        return str(gettext("Sales are stopped."))
    if name == "settlement":
        return str(gettext("Settlement is stopped."))
    return str(gettext("Everything is read-only for partners and players."))


def _money(seen: Look) -> Iterator[Concern]:
    if seen.money.free < 0:
        help_ = gettext("Fund the reserve: flask chain reserve-address says where.")
        yield Concern("bad", gettext("We owe more than we could pay."), "/admin/payouts", help_)
    yield from _rounds(seen)
    if seen.payouts.get("unknown"):
        words = gettext("It is unknown whether a payout reached the network.")
        help_ = gettext("Broadcast it again: the same transaction cannot pay twice.")
        yield Concern("bad", words, "/admin/payouts?state=unknown", help_)


def _rounds(seen: Look) -> Iterator[Concern]:
    """By game: each number is one of a list that has as many rows."""
    for game, states in seen.rounds.items():
        title, place = catalogue().called(game).title, f"/admin/rounds?game={game}&state="
        if number := states.get("unbacked"):
            words = ngettext(
                "%(game)s: %(num)s round is not backed.", "%(game)s: %(num)s rounds are not backed.", number, game=title
            )
            help_ = gettext("It opens by itself when the reserve has coins for its jackpot.")
            yield Concern("warn", words, f"{place}unbacked", help_)
        if number := states.get("halted"):
            words = ngettext(
                "%(game)s: %(num)s round is halted.", "%(game)s: %(num)s rounds are halted.", number, game=title
            )
            help_ = gettext("Read its history, look at node and database, then resume it or make it void.")
            yield Concern("bad", words, f"{place}halted", help_)


def jobs_place(queue_name: str, registry: str) -> str:
    """The list of jobs of a queue that wait (`queued`) or `failed`, the newest first."""
    return f"/admin/rq/0/view/jobs/{queue_name}/{registry}/50/dsc/1"


def _work(seen: Look) -> Iterator[Concern]:
    for one in seen.queues or ():
        if not one.failed:
            continue
        help_ = gettext(
            "Whatever is due is asked for again by the clock, so that a failed job is history. Read its error, then "
            "delete it, or enqueue it once more."
        )
        words = ngettext(
            "%(num)s job of the queue %(name)s failed.",
            "%(num)s jobs of the queue %(name)s failed.",
            one.failed,
            name=one.name,
        )
        yield Concern("warn", words, jobs_place(one.name, "failed"), help_)
    if seen.mail.is_stuck:
        help_ = gettext("Look at the mail server and at SMTP_URL. Nothing is lost meanwhile.")
        words = gettext("Mail has been waiting for a quarter of an hour or more.")
        yield Concern("warn", words, "/admin/system/jobs", help_)
    if seen.hooks.is_stuck:
        help_ = gettext("Look whether a worker for webhooks runs. Each is sent once it does.")
        words = gettext("Webhooks have been waiting for more than a quarter of an hour.")
        yield Concern("warn", words, "/admin/system/jobs", help_)


def _alarms(seen: Look) -> Iterator[Concern]:
    if len(seen.alarms) == 1:
        (alarm,) = seen.alarms
        words = f"{kind_of(alarm.code).title}: {subjects.in_words(alarm.subject)}"
        yield Concern("bad", words, f"/admin/alarms/{alarm.id}", gettext("The alarm says what to do."))
    elif seen.alarms:
        titles = ", ".join(dict.fromkeys(kind_of(one.code).title for one in seen.alarms[:_NAMED]))
        words = ngettext("%(num)s alarm is open", "%(num)s alarms are open", len(seen.alarms))
        yield Concern("bad", f"{words}: {titles}", "/admin/alarms?state=open", gettext("Each says what to do."))


def _letters(seen: Look) -> Iterator[Concern]:
    if seen.letters:
        words = ngettext("%(num)s letter waits for an answer", "%(num)s letters wait for an answer", seen.letters)
        late = ngettext("%(num)s of them longer than a week", "%(num)s of them longer than a week", seen.letters_late)
        said = f"{words}, {late}." if seen.letters_late else f"{words}."
        help_ = gettext("Who wrote them was promised an answer by mail.")
        yield Concern("bad" if seen.letters_late else "warn", said, "/admin/letters", help_)


def _results(seen: Look) -> Iterator[Concern]:
    if number := seen.results:
        words = ngettext(
            "%(num)s official result waits for two people.", "%(num)s official results wait for two people.", number
        )
        help_ = gettext("Read what its sources say; once they have said it twice, propose it.")
        yield Concern("warn", words, "/admin/results?show=provisional", help_)


def _due(seen: Look) -> Iterator[Concern]:
    """Nothing is broken, and somebody waits until an operator acts."""
    if seen.approvals:
        words = ngettext(
            "%(num)s decision waits for you as the second person.",
            "%(num)s decisions wait for you as the second person.",
            seen.approvals,
        )
        help_ = gettext("Read what will happen and why, then confirm or refuse it.")
        yield Concern("warn", words, "/admin/approvals", help_)
    if number := seen.sites_to_verify:
        words = ngettext("%(num)s site asks to be verified.", "%(num)s sites ask to be verified.", number)
        help_ = gettext("Read what its owner has sent, then verify or reject it, with the reason.")
        yield Concern("warn", words, "/admin/partners?standing=waiting", help_)
    if number := seen.people_to_verify:
        words = ngettext("%(num)s person asks to be verified.", "%(num)s people ask to be verified.", number)
        help_ = gettext("Look at the papers that were handed in, then verify or reject, with the reason.")
        yield Concern("warn", words, "/admin/people?state=pending", help_)
    if number := seen.withdrawals:
        words = ngettext("%(num)s withdrawal waits for you.", "%(num)s withdrawals wait for you.", number)
        help_ = gettext("Two of you let it leave, or one refuses it; what no way pays is paid by hand.")
        yield Concern("warn", words, "/admin/money/withdrawals?state=open", help_)
    if number := seen.differences:
        words = ngettext(
            "%(num)s difference from a gateway's list is not explained.",
            "%(num)s differences from gateways' lists are not explained.",
            number,
        )
        help_ = gettext("Look at it in the gateway's own console, then say what it is.")
        yield Concern("warn", words, "/admin/money/reconciliation", help_)
    if jackpots := seen.money.owed["jackpot"]:
        words = gettext("Jackpots to pay: %(n)s sats.", n=sats(jackpots))
        yield Concern("warn", words, "/admin/payouts", gettext("Draft one payout for the rounds that owe."))
    if number := seen.suspended.due:
        words = ngettext(
            "%(num)s suspended payment waits for your decision.",
            "%(num)s suspended payments wait for your decision.",
            number,
        )
        yield Concern("warn", words, "/admin/suspended", gettext("Give what they paid to the partners' balances."))


def _payouts(seen: Look) -> Iterator[Concern]:
    """What was drafted is owed until the network has it."""
    if unsigned := under_way.waiting(seen.under_way, "draft"):
        help_ = gettext("Fetch it for the signer, and upload what was signed; or give it up.")
        yield Concern("warn", paying.unsigned(unsigned), _place_of(unsigned), help_)
    if unsent := under_way.waiting(seen.under_way, "signed"):
        yield Concern("warn", paying.unsent(unsent), _place_of(unsent), gettext("Broadcast it."))


def _place_of(payouts: Sequence[UnderWay]) -> str:
    return f"/admin/payouts/{payouts[0].payout.id}" if len(payouts) == 1 else "/admin/payouts#under-way"
