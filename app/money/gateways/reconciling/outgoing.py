"""What went out to people through a provider: a port, which whoever pays out fills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

from app.core.ports import Port

LEFT: Final = ("sent", "paid")
"""In these it has left by our books; in `refused` and `returned` it has not, and in all others nobody knows yet."""
STAYED: Final = ("refused", "returned")


class Payout(Protocol):
    """One of them; amounts in minor units. `reference` is what the provider knows it by."""

    @property
    def reference(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def state(self) -> str: ...


Outgoing = Callable[[str, datetime], Sequence[Payout]]
"""By the owner of the clearing account that it leaves, all since a moment."""


def _nothing(account: str, since: datetime) -> Sequence[Payout]:
    return ()


OUTGOING: Final = Port[Outgoing]("what went out through a provider", _nothing)
