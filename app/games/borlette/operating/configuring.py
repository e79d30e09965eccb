"""The configuration as operators change it. A table of odds is refused that would return more than its limit, with the
selection that breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.catalogue.configured import Configured
from app.catalogue.console import Setting
from app.core.errors import DomainError
from app.games.borlette.engine.kinds import Kind
from app.games.borlette.engine.odds import Priced
from app.games.borlette.engine.returns import classes
from app.games.borlette.models import BorletteConfiguration
from app.games.borlette.rules import SESSIONS, Configuration, wrong
from app.outcomes.results import service as results

_TO_COME: Final = _l("Draws that are made keep theirs.")
_AT_ONCE: Final = _l("Of every ticket that is sold from now on.")
_FOLLOWS: Final = _l("Empty: as a borlette. Draws that are made keep theirs.")
_LOTTERIES: Final = {"us-ny": "New York", "us-fl": "Florida", "us-ga": "Georgia"}


def _chosen(name: str) -> str:
    """The lotteries of a choice, with their times."""
    return ", ".join(f"{_LOTTERIES[one.lottery]} {one.at:%H:%M}" for one in SESSIONS[name]) or "none"


SETTINGS: Final = (
    Setting(
        name="sessions",
        title=_l("Official draws that bets are taken on"),
        hint=_l("New York's time. Draws that are made are held."),
        choices={name: _chosen(name) for name in SESSIONS},
        by_two=True,
    ),
    Setting(
        name="profile",
        title=_l("How the seven digits are read"),
        hint=_TO_COME,
        choices={
            "seed_v1": "seed_v1: 472 8316 → 47, 28, 31",
            "haiti_classic": "haiti_classic: 472 8316 → 72, 83, 16",
        },
        by_two=True,
    ),
    Setting(
        name="greatest_return",
        title=_l("Most that a bet returns on average, in per cent"),
        hint=_l("A bet whose chance is too good pays less than its multiple. Draws that are made keep theirs."),
        by_two=True,
    ),
    Setting(name="pair_1", title=_l("Borlette, first position: pays for 1"), hint=_TO_COME, by_two=True),
    Setting(name="pair_2", title=_l("Borlette, second position: pays for 1"), hint=_TO_COME, by_two=True),
    Setting(name="pair_3", title=_l("Borlette, third position: pays for 1"), hint=_TO_COME, by_two=True),
    Setting(name="marriage", title=_l("Marriage: pays for 1"), hint=_TO_COME, by_two=True),
    Setting(name="loto3", title=_l("Loto 3: pays for 1"), hint=_TO_COME, by_two=True),
    Setting(name="loto4", title=_l("Loto 4: pays for 1"), hint=_TO_COME, by_two=True),
    Setting(name="loto5", title=_l("Loto 5: pays for 1"), hint=_TO_COME, by_two=True),
    Setting(name="grap_1", title=_l("Grap, first position: pays for 1"), hint=_FOLLOWS, is_optional=True, by_two=True),
    Setting(name="grap_2", title=_l("Grap, second position: pays for 1"), hint=_FOLLOWS, is_optional=True, by_two=True),
    Setting(name="grap_3", title=_l("Grap, third position: pays for 1"), hint=_FOLLOWS, is_optional=True, by_two=True),
    Setting(
        name="grap_pe_l3",
        title=_l("Grap of three: pays for 1"),
        hint=_l("Empty: as a loto 3. Draws that are made keep theirs."),
        is_optional=True,
        by_two=True,
    ),
    Setting(name="cutoff_minutes", title=_l("Minutes from cut-off to draw"), hint=_TO_COME, by_two=True),
    Setting(name="days_ahead", title=_l("Days ahead that are sold"), hint=_TO_COME),
    Setting(name="least_stake", title=_l("Smallest stake of a bet"), hint=_AT_ONCE, is_amount=True),
    Setting(name="most_stake", title=_l("Largest stake of a bet"), hint=_AT_ONCE, is_amount=True),
    Setting(name="most_lines", title=_l("Bets on a ticket"), hint=_AT_ONCE),
    Setting(
        name="most_total",
        title=_l("Most that a ticket may cost"),
        hint=_l("Of every ticket that is sold from now on; empty: no limit of its own."),
        is_amount=True,
        is_optional=True,
    ),
    Setting(
        name="most_on_number",
        title=_l("Most that all together may stake on one number of a draw"),
        hint=_l("Of every ticket that is sold from now on; empty: as much as the bankroll can pay."),
        is_amount=True,
        is_optional=True,
    ),
)


def _refused(wanted: Configuration) -> list[DomainError]:
    return [*wrong(wanted), *_not_drawn(wanted)]


def _not_drawn(wanted: Configuration) -> Iterator[DomainError]:
    """Times at which the official lottery holds no draw."""
    if not all(results.is_drawn(one.lottery, one.at) for one in SESSIONS.get(wanted.sessions, ())):
        yield DomainError("config_invalid", field="sessions")


def _returns(wanted: Configuration) -> list[tuple[str, str]]:
    """What each kind would pay, and return on average of what is staked, from its worst bet to its best."""
    by_kind: dict[Kind, list[Priced]] = {}
    for one in classes(wanted.table):
        by_kind.setdefault(one.kind, []).append(one.priced)
    return [(gettext("Returns: %(kind)s", kind=kind), _returned(found)) for kind, found in by_kind.items()]


def _returned(found: Sequence[Priced]) -> str:
    pays = dict.fromkeys(" / ".join(f"{odds.numerator:,}" for odds in one.tiers) for one in found)
    tenths = [round(one.returns * 1000) for one in (found[0], found[-1])]
    returns = " – ".join(dict.fromkeys(f"{one // 10}.{one % 10} %" for one in tenths))
    return str(gettext("%(returns)s, at %(pays)s for 1", returns=returns, pays=", ".join(pays)))


CONFIGURED: Final = Configured(
    name="borlette",
    title="Borlette",
    currency="HTG",
    defaults=Configuration(),
    model=BorletteConfiguration,
    settings=SETTINGS,
    refused=_refused,
    sentence=_l("Borlette goes by another configuration: draws and tickets to come."),
    follows=_returns,
)
MESSAGES: Final[Mapping[str, LazyString]] = {
    "return_too_high": _l(
        "%(selection)s would return %(returns)s %% of what is staked on it; at most %(most)s %% may be."
    ),
    "multiples_rise": _l("A position pays no more than the one before it."),
    "multiples_count": _l("A grap pays by three positions: say all of them, or none."),
}
KIND: Final = CONFIGURED.kind(_l("Configuration of Borlette"))
