"""The configuration as operators change it: what pays more, or is sold longer, by two of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from flask_babel import lazy_gettext as _l

from app.catalogue.configured import Configured
from app.catalogue.console import Setting
from app.core.errors import DomainError
from app.games.swertres.models import SwertresConfiguration
from app.games.swertres.rules import SLOTS, At, Configuration, wrong
from app.outcomes.results import service as results

_TOLD: Final = 6
_TO_COME: Final = _l("Draws that are made keep theirs.")
_AT_ONCE: Final = _l("Of every card that is sold from now on.")


def _times(slots: Sequence[At]) -> str:
    """Those of a day, the first few where there are many."""
    told = ", ".join(f"{slot.at:%H:%M}" for slot in slots[:_TOLD])
    return told if len(slots) <= _TOLD else f"{told}, +{len(slots) - _TOLD}"


SETTINGS: Final = (
    Setting(
        name="slots",
        title=_l("Times of draws"),
        hint=_l("Draws that are made keep theirs. Times without an official draw are decided by a sealed one."),
        choices={name: _times(slots) for name, slots in SLOTS.items()},
        by_two=True,
    ),
    Setting(
        name="multiple",
        title=_l("What a straight number pays for 1"),
        hint=_l("In any order it is divided among the orders. Draws that are made keep theirs."),
        by_two=True,
    ),
    Setting(name="cutoff_minutes", title=_l("Minutes from cut-off to draw"), hint=_TO_COME, by_two=True),
    Setting(name="days_ahead", title=_l("Days ahead that are sold"), hint=_TO_COME),
    Setting(name="least_stake", title=_l("Smallest stake of a bet"), hint=_AT_ONCE, is_amount=True),
    Setting(name="most_stake", title=_l("Largest stake of a bet"), hint=_AT_ONCE, is_amount=True),
    Setting(name="most_lines", title=_l("Bets on a card"), hint=_AT_ONCE),
    Setting(
        name="most_total",
        title=_l("Most that a card may cost"),
        hint=_l("Of every card that is sold from now on; empty: no limit of its own."),
        is_amount=True,
        is_optional=True,
    ),
)


def _refused(wanted: Configuration) -> list[DomainError]:
    return [*wrong(wanted), *_not_drawn(wanted)]


def _not_drawn(wanted: Configuration) -> Iterator[DomainError]:
    """Times at which the official lottery holds no draw."""
    if not all(results.is_drawn(slot.lottery, slot.at) for slot in SLOTS.get(wanted.slots, ()) if slot.lottery):
        yield DomainError("config_invalid", field="slots")


CONFIGURED: Final = Configured(
    name="swertres",
    title="Swertres",
    currency="PHP",
    defaults=Configuration(),
    model=SwertresConfiguration,
    settings=SETTINGS,
    refused=_refused,
    sentence=_l("Swertres goes by another configuration: draws and cards to come."),
)
KIND: Final = CONFIGURED.kind(_l("Configuration of Swertres"))
