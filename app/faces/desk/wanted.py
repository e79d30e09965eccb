"""What a partner's list is narrowed to, as its address says it. The export reads the same address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from flask_babel import gettext

from app.catalogue.records import Narrowing
from app.core.text.names import composed

_LONGEST_SEARCH: Final = 200
_LARGEST_ROUND: Final = 999_999_999
_EARLIEST: Final = date(2009, 1, 3)  # of the first block
FIELDS: Final = ("game", "q", "state", "passed", "round", "since", "until")
_PASSED: Final = {"yes": True, "no": False}  # "waits" is neither


@dataclass(frozen=True, slots=True)
class Wanted:
    """Search text, state, round, and days: from `since` to `until`, both included (UTC). None or "": all.
    `passed_on`: whether the site has noted that its player has it; `waits`: only what one of us is to decide about.

    `given` is what was asked for, word for word; `errors` are sentences by field, and then nothing is listed.
    """

    search: str = ""
    state: str | None = None
    round_number: int | None = None
    since: date | None = None
    until: date | None = None
    given: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    passed_on: bool | None = None
    waits: bool = False

    @property
    def narrowing(self) -> Narrowing:
        """The same as records are narrowed by."""
        return Narrowing(
            search=self.search,
            round_number=self.round_number,
            state=self.state,
            as_shown=True,
            passed_on=self.passed_on,
            waits=self.waits,
            since=_begin_of(self.since) if self.since else None,
            until=_begin_of(self.until + timedelta(days=1)) if self.until else None,
        )


def wanted_of(
    args: Mapping[str, str], states: tuple[str, ...], others: frozenset[str], *, ways: Collection[str]
) -> Wanted:
    """What an address asks for. A state that only other games have (`others`) asks for nothing, and so does how far
    what came for players is, where nothing can be passed on: where there are no `ways` of it."""
    # What is given back to be mended may hold no NUL: HTML has none.
    given = {name: args[name].strip().replace("\0", "\ufffd") for name in FIELDS if args.get(name, "").strip()}
    errors: dict[str, str] = {}
    search = composed(args.get("q", "").strip(), _LONGEST_SEARCH)
    if search is None:
        errors["q"] = str(gettext("At most %(most)s characters, all of them visible.", most=_LONGEST_SEARCH))
    if given.get("state") in others:
        del given["state"]
    if not ways:
        given.pop("passed", None)
    state = given.get("state")
    if state is not None and state not in states:
        errors["state"] = str(gettext("There is no such state."))
    passed = given.get("passed")
    if passed is not None and passed not in ways:
        errors["passed"] = str(gettext("Whether it is passed on is one of: %(ways)s.", ways=", ".join(ways)))
    number = given.get("round")
    if number is not None and not _is_round(number):
        errors["round"] = str(gettext("A round is a whole number from 1 on."))
    since, until = _days(given, errors)
    if errors or search is None:
        return Wanted(since=since, until=until, given=given, errors=errors)
    round_number = int(number) if number else None
    return Wanted(
        search,
        state,
        round_number,
        since,
        until,
        given,
        passed_on=_PASSED.get(passed or ""),
        waits=passed == "waits",
    )


def _days(given: Mapping[str, str], errors: dict[str, str]) -> tuple[date | None, date | None]:
    """From when to when; what is wrong with them goes to the errors."""
    days = {name: day_of(given[name]) for name in ("since", "until") if name in given}
    errors |= {name: str(gettext("Write the day as 2031-05-06.")) for name, day in days.items() if day is None}
    since, until = days.get("since"), days.get("until")
    if since is not None and until is not None and since > until:
        errors["since"] = str(gettext("“From” lies after “To”, so no day is between them: exchange the two."))
    return since, until


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _is_round(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= _LARGEST_ROUND


def day_of(text: str) -> date | None:
    """A day as an address writes it, since there is a chain; None for anything else."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found is not None and _EARLIEST <= found < date(9999, 1, 1) else None
