"""What runs in the background for gateways. Each may run at any time, any number of times."""

from __future__ import annotations

from uuid import UUID

import structlog
from sqlalchemy.exc import DataError

from app.core.database.session import db, end_reading, transaction
from app.record.audit.service import close_alarms
from app.record.ledger import queries as ledger

from . import asking, service
from .clients.all_of_them import client_of
from .clients.interface import Hint
from .notices import service as notices
from .payers import leaving
from .reconciling import comparing

log = structlog.get_logger()


def ask() -> None:
    """Ask about payments that are open, and refunds that are on their way; what is at zero again alarms no more."""
    asking.run()
    with transaction():
        close_alarms("gateway_below_zero", ledger.is_covered)


def understand() -> None:
    """Look at notices that have come, and have asked about what they name."""
    found = [(one.id, one.provider, one.body) for one in notices.waiting()]
    end_reading()
    for notice_id, provider, body in found:
        payments: list[UUID] = []
        try:
            payments, charge_id = _named(provider, body)
            with transaction():
                notices.hint_all(payments, charge_id)
        except (ValueError, DataError):  # a name that no table can have: what waits behind it is looked at too
            db.session.rollback()
        with transaction():
            notices.understood(notice_id, payments[0] if len(payments) == 1 else None)
    if found:
        service.ring()


def reconcile() -> None:
    """Compare what providers say of the last days with our books."""
    comparing.compare_all()


def compare(provider: str) -> None:
    """The same of one gateway."""
    comparing.compare(provider)


def purge() -> None:
    """Forget notices of long ago, and who paid late of whom nothing is kept any more."""
    with transaction():
        notices.purge()
        leaving.forget_late()


def _named(provider: str, body: bytes) -> tuple[list[UUID], str]:
    """Payments that a notice is about: the one it names, or else the newest that are open; and its money's number."""
    client = client_of(provider)
    if client is None:
        return [], ""
    try:
        hint = client.hint(body)
    except (ValueError, RecursionError, AttributeError):
        return [], ""
    found = notices.meant(provider, hint)
    end_reading()
    if found is None and hint.transaction:
        reference = client.reference_of(hint.transaction)
        found = notices.meant(provider, Hint(reference)) if reference else None
        if found is None and reference is None:
            return notices.perhaps(provider), ""
    return ([] if found is None else [found]), hint.charge_id
