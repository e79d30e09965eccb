"""What wallets are told by who sells from them: which money buys anything, what is in play, and what was won and may
still be another's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from app.core.ports import Port


def _nothing_of_many(user_ids: Collection[UUID], currency: str) -> Mapping[UUID, int]:
    return {}


def _nothing(user_id: UUID, currency: str) -> Mapping[datetime, int]:
    return {}


def _nothing_void(user_id: UUID, currency: str, amount: int, since: datetime) -> None:
    return None


PLAYED: Final = Port[Callable[[], Collection[str]]]("currencies that games take now", frozenset)

IN_PLAY: Final = Port[Callable[[Collection[UUID], str], Mapping[UUID, int]]](
    "what players have staked and nobody has drawn, and what they won and have not got", _nothing_of_many
)
"""In minor units; who has nothing of it may be left out."""

NOT_FINAL: Final = Port[Callable[[UUID, str], Mapping[datetime, int]]](
    "what somebody won by results that are not final", _nothing
)
"""What of it was paid into the wallet, in minor units, by the moments from which on results are final. It can be played
with; so much of the wallet does not leave before that."""

VOID: Final = Port[Callable[[UUID, str, int, datetime], None]](
    "voids what somebody bought with money that a bank takes back", _nothing_void
)
"""What was bought since a moment and may still be void, the newest first, until so much (minor units) is in the wallet
again. Nothing of the ledger is locked before."""
