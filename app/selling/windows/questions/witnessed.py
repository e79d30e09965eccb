"""Whether as many witnesses as a round promised had seen its seal in the public log before its closing block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from app.core.ports import Port
from app.selling.windows.models import WindowRound
from app.selling.windows.proof import promise
from app.selling.windows.tables import AnyTables

SeenBy: TypeAlias = Callable[[AnyTables, WindowRound, int], bool]
"""Whether the quorum of a round had cosigned a checkpoint that covers the entry of its seal before that moment, in
seconds of unix time."""

QUORUM_HAD_SEEN: Final = Port[SeenBy]("who had cosigned the log over a round's seal")


def quorum_of(round_: WindowRound) -> int:
    """How many witnesses a round promised to wait for; none, if its promise names none."""
    named = promise.witnessed_of(round_.round_terms)
    return named.quorum if named is not None else 0


def is_met(game: AnyTables, round_: WindowRound, closing_time: int) -> bool:
    """`closing_time` is the closing block's own, as its header has it. Without a quorum nobody is waited for."""
    return quorum_of(round_) == 0 or QUORUM_HAD_SEEN.get()(game, round_, closing_time)
