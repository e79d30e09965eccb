"""Why a round is void though it was sealed: its witnesses had not seen that in time, or a person decided."""

from __future__ import annotations

from flask_babel import gettext

from app.selling.windows.models import WindowRound
from app.selling.windows.proof import kept
from app.selling.windows.tables import AnyTables
from app.selling.windows.wording import Words


def though_sealed(game: AnyTables, round_: WindowRound) -> Words | None:
    """None for a round that is not void, or was never sealed: what is said of these is said without a look."""
    if round_.status != "void" or round_.seal_root is None:
        return None
    if kept.voided_for(game, round_) == kept.NOT_COSIGNED:
        text = gettext(
            "Too few of its witnesses had cosigned the log over its seal before the closing block was found. By rule "
            "such a round has no draw, whatever its result would have been. Everything paid for it is refunded through "
            "the partners."
        )
    else:
        text = gettext(
            "It was halted, and a person decided that it has no draw. Everything paid for it is refunded through the "
            "partners."
        )
    return Words("bad", gettext("This round is void"), text)
