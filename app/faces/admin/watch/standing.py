"""How the platform stands: the numbers behind the overview, the metrics and the alarms. Only looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select, text

from app.chain import queries as chain
from app.core.clock import now
from app.core.config import current_settings
from app.core.database.session import db
from app.core.money import Sats
from app.money.payouts.models import Payout
from app.record.ledger import queries as ledger
from app.record.notifications.models import Message
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.rounds import backing
from app.webhooks.models import WebhookDelivery, WebhookEndpoint

_STUCK_AFTER: Final = timedelta(minutes=15)
_ARCHIVER: Final = (
    "SELECT current_setting('archive_mode') <> 'off' AS is_on, last_archived_time, last_failed_time "
    "FROM pg_stat_archiver"
)


@dataclass(frozen=True, slots=True)
class Archive:
    """Whether the database hands its log over to be kept, and when it last did, or failed to: by its own account."""

    is_on: bool
    kept_at: datetime | None
    failed_at: datetime | None


def archive() -> Archive:
    """What the database says; the copies themselves nobody here sees."""
    row = db.session.execute(text(_ARCHIVER)).one()
    return Archive(row.is_on, row.last_archived_time, row.last_failed_time)


@dataclass(frozen=True, slots=True)
class Money:
    """What we hold against what we owe and have promised, in satoshis."""

    ledger: ledger.Standing
    immature: Sats
    promised: Sats
    margin: Sats

    @property
    def coins(self) -> Sats:
        return self.ledger.held

    @property
    def owed(self) -> Mapping[str, Sats]:
        """By kind of account: what others have a claim on, whatever the next draws bring."""
        return self.ledger.claims

    @property
    def pools(self) -> Sats:
        return self.ledger.undrawn

    @property
    def free(self) -> Sats:
        """Coins that nobody has a claim on and that can be spent; the pools of undrawn rounds count, for they pay
        jackpots."""
        return self.ledger.free - self.immature

    @property
    def short(self) -> Sats:
        """How much is missing for every promised jackpot and the margin; 0 if nothing is."""
        return max(0, self.promised + self.margin - self.free)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be done: how much, and since when the oldest of it is due."""

    waiting: int
    due: int
    failed: int
    oldest_due: datetime | None

    @property
    def is_stuck(self) -> bool:
        return self.oldest_due is not None and now() - self.oldest_due > _STUCK_AFTER


def money() -> Money:
    """The house's money, from the ledger."""
    return Money(
        ledger=ledger.standing(),
        immature=backing.immature_coins(),
        promised=backing.promised_jackpots(),
        margin=current_settings().backing_margin_sats,
    )


def rounds_by_status() -> Mapping[str, Mapping[str, int]]:
    """How many rounds of each game are in each state."""
    found = {}
    for game in window_games():
        query = select(game.round.status, func.count()).group_by(game.round.status)
        found[game.name] = {str(status): int(count) for status, count in db.session.execute(query)}
    return found


def rounds_in(*statuses: str) -> list[tuple[AnyGame, int]]:
    """The rounds in one of these states, with their games."""
    return [
        (game, number)
        for game in window_games()
        for number in db.session.scalars(
            select(game.round.round_number).where(game.round.status.in_(statuses)).order_by(game.round.round_number)
        )
    ]


def overdue_settlements() -> list[tuple[AnyGame, int]]:
    """Rounds whose closing block is buried twice as deep as it has to be, and which are not settled."""
    tip = chain.tip_height()
    return [
        (game, number)
        for game in window_games()
        for number in db.session.scalars(
            select(game.round.round_number).where(
                game.round.status.in_(("sealed", "drawing")),
                game.round.closing_height + 2 * game.round.settlement_depth < tip,
            )
        )
    ]


def payments_by_status() -> Mapping[str, Mapping[str, int]]:
    """How many payments of each game had each fate: from the index of fates, in time that follows their number."""
    found = {}
    for game in window_games():
        query = select(game.payment.status, func.count()).group_by(game.payment.status)
        found[game.name] = {str(status): int(count) for status, count in db.session.execute(query)}
    return found


def suspended() -> tuple[int, Sats]:
    """Payments that bought nothing and wait for a decision, or until one may be made; and how much they are."""
    count = sats = 0
    for game in window_games():
        payment = game.payment
        row = db.session.execute(
            select(func.count(), func.coalesce(func.sum(payment.refundable_sats), 0)).where(
                payment.refundable_sats > 0, payment.refunded_at.is_(None), payment.orphaned_at.is_(None)
            )
        ).one()
        count, sats = count + int(row[0]), sats + int(row[1])
    return count, sats


def payouts_by_state() -> Mapping[str, int]:
    """How many payouts are in each state."""
    rows = db.session.execute(select(Payout.state, func.count()).group_by(Payout.state))
    return {str(state): int(count) for state, count in rows}


def mail() -> Backlog:
    """Mail to people."""
    return _messages(Message.channel == "email")


def carried() -> Backlog:
    """SMS and push to people."""
    return _messages(Message.channel != "email")


def _messages(which: ColumnElement[bool]) -> Backlog:
    row = db.session.execute(
        select(
            func.count().filter(Message.state == "due"),
            func.count().filter((Message.state == "due") & (Message.not_before <= func.now())),
            func.count().filter(Message.state == "failed"),
            func.min(Message.not_before).filter((Message.state == "due") & (Message.not_before <= func.now())),
        ).where(Message.state != "sent", which)
    ).one()
    return Backlog(*row)


def hooks() -> Backlog:
    """Webhooks to endpoints that are active and not resting."""
    delivery, endpoint = WebhookDelivery, WebhookEndpoint
    is_due = (
        (delivery.state == "pending")
        & (delivery.not_before <= func.now())
        & (endpoint.rests_until.is_(None) | (endpoint.rests_until <= func.now()))
    )
    row = db.session.execute(
        select(func.count(), func.count().filter(is_due), func.min(delivery.not_before).filter(is_due))
        .join(endpoint, endpoint.id == delivery.endpoint_id)
        .where(delivery.state == "pending", endpoint.status == "active")
    ).one()
    failed = db.session.scalar(
        select(func.count()).where(delivery.state == "failed", delivery.finished_at > func.now() - timedelta(days=1))
    )
    return Backlog(int(row[0]), int(row[1]), int(failed or 0), row[2])


def oldest_unsealed() -> datetime | None:
    """When the oldest audit entry without a seal was written."""
    oldest: datetime | None = db.session.scalar(
        text(
            "SELECT min(recorded_at) FROM audit_entries e "
            "WHERE NOT EXISTS (SELECT FROM audit_seals s WHERE s.entry_id = e.id)"
        )
    )
    return oldest
