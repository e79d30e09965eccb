"""RQ entry points of the console: what it watches, whom it tells, and what operators asked for."""

from __future__ import annotations

from typing import Any

from app.chain.node import client as node
from app.chain.node import rpc
from app.core.config import current_settings
from app.core.database.session import transaction
from app.money.gateways.operating.words import why_in_words
from app.record.audit.kinds import kind_of
from app.record.audit.service import mark_told, untold_alarms
from app.record.notifications.channels.settings import MessageSettings
from app.record.notifications.service import send_later
from app.selling.windows.games import game_called
from app.selling.windows.rounds import settlement

from .commands import auditing, rerun
from .watch import watch


def watch_over() -> int:
    """Raise and close the alarms that follow from how things stand, then tell what nobody was told yet."""
    watch.look()
    return tell()


def tell() -> int:
    """Tell every alarm once to everybody who reads them, by mail and by SMS; how many alarms."""
    settings = current_settings()
    with transaction():
        alarms = untold_alarms()
        for alarm in alarms:
            kind, link = kind_of(alarm.code), f"{settings.base_url}/admin/alarms/{alarm.id}"
            short: dict[str, Any] = {"code": alarm.code, "subject": alarm.subject, "link": link}
            for reader in settings.alarm_readers:
                help_, told = kind.advice_for(alarm.detail).help, kind.in_words(alarm.detail)
                detail = {name: why_in_words(value) or value for name, value in told.items()}
                send_later("email", reader, "alarm", "en", detail=detail, help=help_, **short)
            for phone in settings.of(MessageSettings).alarm_phones:
                send_later("sms", phone, "alarm", "en", **short)
        mark_told(alarms)
    return len(alarms)


def audit_nightly() -> bool:
    """Check every invariant once a night, and alarm on a breach. Returns whether it was time."""
    with transaction():
        if not auditing.is_time():
            return False
    report = auditing.run()
    with transaction():
        auditing.keep(report)
    return True


def rerun_draw(game_name: str, number: int, actor: str) -> bool:
    """Hash a round's draw once more and write down whether it comes out the same."""
    game = game_called(game_name)
    with transaction():
        record, height = rerun.record_of(game, number), settlement.closing_height(game, number)
    found = rerun.outcome_of(record)
    try:
        closing = node.client().call("getblockhash", height)
    except rpc.NodeFailure:
        closing = None
    with transaction():
        return rerun.write(game, number, record, found, actor, closing)
