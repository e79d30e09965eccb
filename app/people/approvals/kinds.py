"""The kinds of decisions that two people make: parts hand them over, nobody here knows any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.errors import DomainError
from app.core.ports import Port
from app.record.audit.approving import ApprovalKind

KINDS: Final = Port[Mapping[str, ApprovalKind]]("kinds of approvals", {})


def kind_of(name: str) -> ApprovalKind:
    """Raises DomainError `approval_kind_unknown`: whoever could do it is not in the product any more."""
    found = KINDS.get().get(name)
    if found is None:
        raise DomainError("approval_kind_unknown", status=409)
    return found
