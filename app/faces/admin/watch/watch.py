"""What is watched all the time: each condition has an alarm that opens and closes with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from app.chain import queries as chain
from app.chain.deposits import service as deposits
from app.chain.node import client as node
from app.chain.node import rpc
from app.core.clock import now
from app.core.database.session import transaction
from app.core.errors import Unavailable
from app.record.audit import switches
from app.record.audit.service import close_alarm, raise_alarm
from app.record.log import queries as public_log
from app.record.log.anchors import queries as anchors
from app.record.log.settings import log_settings

from . import standing, witnesses

_LAG_AT_MOST: Final = 3  # blocks: orders stop at one, but two found together are nobody's trouble
_MOST_WEBHOOKS: Final = 50_000
_SEALED_WITHIN: Final = timedelta(minutes=15)
_SIGNED_WITHIN: Final = timedelta(minutes=1)


def look() -> None:
    """Ask the node how high the chain is, then compare everything with what it should be."""
    try:
        height: int | None = rpc.tip(node.client())[0]
    except rpc.NodeFailure:
        height = None  # the scanner's own alarm says so
    can_keep_terms = _can_keep_terms()
    with transaction():
        if height is not None:
            _scanner(height)
        _journal(can_keep_terms)
        for condition in (_settlement, _reserve, _webhooks, _mail, _carried, _seals, _log, _anchors, witnesses.look):
            condition()


def _scanner(node_height: int) -> None:
    behind = node_height - chain.tip_height()
    if behind > _LAG_AT_MOST:
        raise_alarm("scanner_behind", "chain", behind=behind)
    else:
        close_alarm("scanner_behind", "chain")


def _can_keep_terms() -> bool:
    try:
        deposits.check_journal()
    except Unavailable:
        return False
    return True


def _journal(can_keep_terms: bool) -> None:
    if not can_keep_terms:
        raise_alarm("journal_away", "platform")
    else:
        close_alarm("journal_away", "platform")


def _settlement() -> None:
    overdue = [game.subject(number) for game, number in standing.overdue_settlements()]
    if overdue and not switches.is_stopped("settlement"):
        raise_alarm("settlement_overdue", "platform", rounds=overdue[:20])
    else:
        close_alarm("settlement_overdue", "platform")


def _reserve() -> None:
    money = standing.money()
    if money.short:
        raise_alarm("reserve_short", "platform", short=money.short, promised=money.promised, free=money.free)
    else:
        close_alarm("reserve_short", "platform")


def _webhooks() -> None:
    hooks = standing.hooks()
    if hooks.is_stuck or hooks.due > _MOST_WEBHOOKS:
        raise_alarm("webhooks_waiting", "platform", due=hooks.due)
    else:
        close_alarm("webhooks_waiting", "platform")


def _mail() -> None:
    mail = standing.mail()
    if mail.is_stuck:
        raise_alarm("mail_waiting", "platform", due=mail.due)
    else:
        close_alarm("mail_waiting", "platform")


def _carried() -> None:
    messages = standing.carried()
    if messages.is_stuck:
        raise_alarm("messages_waiting", "platform", due=messages.due)
    else:
        close_alarm("messages_waiting", "platform")


def _seals() -> None:
    oldest = standing.oldest_unsealed()
    if oldest is not None and now() - oldest > _SEALED_WITHIN:
        raise_alarm("audit_unsealed", "platform", since=oldest.isoformat())
    else:
        close_alarm("audit_unsealed", "platform")


def _log() -> None:
    since = public_log.unsigned_since()
    if since is not None and now() - since > _SIGNED_WITHIN:
        raise_alarm("log_late", "platform", since=since.isoformat())
    else:
        close_alarm("log_late", "platform")


def _anchors() -> None:
    since = anchors.missing_since() if log_settings().log_anchors else None
    if since is not None:
        raise_alarm("log_anchor_late", "platform", since=since.isoformat())
    else:
        close_alarm("log_anchor_late", "platform")
