"""Why a round is void though it was sealed: its witnesses had not seen that in time, or a person decided. And what an
operator is told of such witnesses, and does next; in English, as all that operators read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_babel import gettext

from app.core.web.templating import utc
from app.selling.windows.lists.unseen import Missing, Unseen
from app.selling.windows.models import WindowRound
from app.selling.windows.proof import kept
from app.selling.windows.tables import AnyTables
from app.selling.windows.wording import Words

_ENOUGH: Final = 120
"""Seconds: a witness that answers is asked every two, one that just failed within a minute."""
_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


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


def facts(found: Unseen) -> dict[str, str | list[str]]:
    """What an alarm keeps of it: how things stood when it was raised."""
    return {
        "missing": _names(found.missing),
        "sealed": utc(found.sealed_at, seconds=True),
        "to_cosign": time_to_cosign(found),
        "witnesses": [f"{one.name} {since_then(found, one)}" for one in found.missing],
    }


def time_to_cosign(found: Unseen) -> str:
    """How long its witnesses had, from when to when."""
    until = f"its closing block, {_many(found.blocks_left, 'block')} after the seal"
    if found.signed_at is None or found.seconds_to_cosign <= 0:
        return f"none: our log had not signed over the seal before {until}"
    after = _lasted((found.signed_at - found.sealed_at).total_seconds())
    return f"{_lasted(found.seconds_to_cosign)}: from our log's signature, {after} after the seal was made, to {until}"


def since_then(found: Unseen, one: Missing) -> str:
    """What came of a witness that was missed."""
    heard = f"last heard of {utc(one.heard_at, seconds=True)}" if one.heard_at is not None else "never heard of"
    if one.at is None or one.kept_at is None:
        return f"has not cosigned the seal; {heard}"
    at_most = ", at the latest" if found.is_thinned else ""
    if one.at > found.closed_at:
        late = _lasted((one.at - found.closed_at).total_seconds())
        return f"cosigned the seal {late} after the closing block{at_most}; {heard}"
    late = _lasted((one.kept_at - found.applied_at).total_seconds())
    return f"cosigned the seal in time by its own clock, and that was here {late} after the closing block; {heard}"


def next_steps(found: Unseen) -> list[str]:
    """What fits now, by what is known now."""
    steps = []
    if found.seconds_to_cosign <= 0:
        steps.append(
            "Our own log was late: without its signature over the seal no witness can cosign. Look whether the clock "
            "runs, and for the alarm that entries wait for the public log."
        )
    if found.blocks_late:
        steps.append(
            f"The seal was made {_many(found.blocks_late, 'block')} later than it could have been. Look whether "
            "workers and clock kept up."
        )
    if found.silent:
        steps.append(_of_silent(found))
    if found.delayed:
        steps.append(
            f"{_names(found.delayed)}: cosigned in time, and its answer came too late. Look at the way to it, and "
            "whether a worker takes the queue for witnesses."
        )
    if found.late and found.seconds_to_cosign > 0:
        steps.append(_of_late(found))
    return steps or ["Its witnesses answer. Look at this page again in a minute."]


def _of_silent(found: Unseen) -> str:
    words = f"{_names(found.silent)}: silent now. Look at what was tried last, and write to who runs it."
    if not found.is_quorum_silent:
        return words
    return f"{words} While as many are silent, every further round that promises them is void like this one."


def _of_late(found: Unseen) -> str:
    """They answer: there was little time, or they were away then."""
    names, time = _names(found.late), _lasted(found.seconds_to_cosign)
    if found.seconds_to_cosign >= _ENOUGH:
        return (
            f"{names}: cosigned after all, and had had {time} for it. It answers again; ask who runs it what kept it "
            "then."
        )
    return (
        f"{names}: answers, and cosigned too late for this round. {time} between our log's signature and the closing "
        f"block is short. If blocks came that fast by chance, nothing is to do; if it happens again, raise "
        f"ROUND_GAP_BLOCKS: new rounds then have more than {_many(found.blocks_left + found.blocks_late, 'block')} "
        "between seal and close."
    )


def _names(witnesses: Iterable[Missing]) -> str:
    return ", ".join(one.name for one in witnesses)


def _lasted(seconds: float) -> str:
    """A length of time, to the second where it is short."""
    if seconds < 1:
        return "less than a second"
    for length, unit in _UNITS:
        if seconds >= 2 * length:
            return _many(round(seconds / length), unit)
    return _many(round(seconds), "second")


def _many(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
