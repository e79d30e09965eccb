"""A confirmation from outside: one transaction that does it, or none and another that says why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.people.approvals import service
from app.people.approvals.service import NotDone
from app.record.audit.service import raise_alarm

from .people import Decider

log = structlog.get_logger()


def confirm(approval_id: UUID, by: Decider, reason: str) -> None:
    """Confirm it and do it, once, whoever else does so at this moment; opens its own transactions.

    Raises as `service.confirm`; DomainError 409 `approval_failed`, with `why`: nothing of it was done.
    """
    with undone_is_told(approval_id, by, reason), transaction():
        service.confirm(approval_id, by, reason)


@contextmanager
def undone_is_told(approval_id: UUID, by: Decider, reason: str) -> Iterator[None]:
    """Around the transaction that confirms: where it is rolled back, another says why. Raises as `confirm`."""
    try:
        yield
    except NotDone as failure:
        log.exception("approval_failed", approval=str(approval_id))
        with transaction():
            service.fail(approval_id, by, reason, failure.error)
        raise DomainError("approval_failed", status=409, why=failure.error) from failure
    except DomainError as error:
        if error.code == "approval_altered":
            with transaction():
                raise_alarm("approval_altered", f"approval:{approval_id}")
        raise
