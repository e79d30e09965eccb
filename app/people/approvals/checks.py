"""What always holds of decisions that two people make."""

from __future__ import annotations

from sqlalchemy import select

from app.core.checks import Breach, disagreements
from app.core.database.session import db

from . import service
from .models import Approval

_BY_TWO = """
SELECT a.id AS what, count(e.id) AS found, 1 AS expected
FROM approvals a LEFT JOIN audit_entries e
  ON e.subject = 'approval:' || a.id AND e.action = 'approval.' || a.state
WHERE a.state <> 'open' GROUP BY a.id
"""
"""Whatever became of a proposal was told to the audit log once."""


def proposals_are_what_they_were() -> list[Breach]:
    """Each has the payload that was proposed; one that may still be confirmed bears our mark."""
    return [
        Breach("approvals.altered", f"approval {one.id} ({one.kind}) is not what was proposed")
        for one in db.session.scalars(select(Approval).order_by(Approval.id))
        if not (service.holds(one) if one.state == "open" else service.is_whole(one))
    ]


def what_became_of_them_is_told() -> list[Breach]:
    """No decision was made beside the audit log."""
    return disagreements("approvals", {"told": _BY_TWO})


CHECKS = (proposals_are_what_they_were, what_became_of_them_is_told)
