"""Letting withdrawals leave, or giving them back: of all that are ticked, asked first, with one reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.core.errors import DomainError, NotFound
from app.core.text.amounts import written
from app.core.web.asking import Question, ask
from app.core.wire.error_messages import message_for
from app.faces.admin.door import decider
from app.faces.admin.forms import ReasonForm, choice, chosen_ids, reason_of, refuse
from app.money.wallets.operating import listing
from app.money.wallets.operating.listing import Line
from app.money.wallets.withdrawals import deciding
from app.people.approvals.second.people import Decider
from app.people.approvals.settings import two_people

from .house import bp as bp  # one blueprint, whole with the routes of this module
from .withdrawals import listed

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("ask_decision", "decide_many"))
_PLACE: Final = "/admin/money/withdrawals"
_DEEDS: Final[dict[str, Callable[[UUID, Decider, str], None]]] = {
    "approve": deciding.approve,
    "refuse": deciding.refuse,
}
_NAMED: Final = 10


@bp.get("/money/withdrawals/decide")
def ask_decision() -> ResponseReturnValue:
    """Before money leaves, or does not: how much, whose, and what is done now."""
    act = choice("act", *_DEEDS)
    try:
        chosen = chosen_ids("withdrawal")
    except DomainError as error:
        return listed(422, error)
    if not (lines := listing.chosen(chosen)):
        raise NotFound("withdrawal_not_found")
    return ask(_question(act, lines), ReasonForm())


@bp.post("/money/withdrawals/decide")
def decide_many() -> ResponseReturnValue:
    """Each in transactions of its own: one that fails is named, and the others are done."""
    act, form, chosen = choice("act", *_DEEDS), ReasonForm(), chosen_ids("withdrawal")
    try:
        reason = reason_of(form)
    except DomainError as error:
        refuse(form, error)
        return ask(_question(act, listing.chosen(chosen)), form, 422)
    lines = {one.drawn.id: one for one in listing.chosen(chosen)}
    done, failed = list[UUID](), list[tuple[Line | None, str]]()
    for own in chosen:
        try:
            _DEEDS[act](own, decider(), reason)
        except DomainError as error:
            failed.append((lines.get(own), str(message_for(error))))
        else:
            done.append(own)
    _say(act, done, failed)
    return redirect(_back(chosen), 303)


def _say(act: str, done: Sequence[UUID], failed: Sequence[tuple[Line | None, str]]) -> None:
    for line, why in failed[:_NAMED]:
        amount = written(line.drawn.amount, line.drawn.currency) if line is not None else "–"
        flash(gettext("%(amount)s of %(name)s: %(why)s", amount=amount, name=_called(line), why=why), "bad")
    if len(failed) > _NAMED:
        flash(ngettext("%(num)s more failed.", "%(num)s more failed.", len(failed) - _NAMED), "bad")
    if done and act == "refuse":
        flash(ngettext("%(num)s withdrawal is refused.", "%(num)s withdrawals are refused.", len(done)), "ok")
        return
    waits = sum(1 for one in listing.chosen(done) if one.drawn.state == "held")
    if left := len(done) - waits:
        flash(ngettext("%(num)s withdrawal leaves.", "%(num)s withdrawals leave.", left), "ok")
    if waits:
        words = ngettext(
            "%(num)s withdrawal waits for a second operator.",
            "%(num)s withdrawals wait for a second operator.",
            waits,
        )
        flash(words, "ok")


def _question(act: str, lines: Sequence[Line]) -> Question:
    """What becomes of those that were ticked."""
    number = ngettext("%(num)s withdrawal", "%(num)s withdrawals", len(lines))
    ids = [one.drawn.id for one in lines]
    where = f"{_PLACE}/decide?" + urlencode([*_kept(), *_from(), ("act", act), *_ticks(ids)])
    if act == "refuse":
        return Question(
            asks=gettext("Refuse %(number)s?", number=number),
            then=(
                _much(lines),
                gettext("The money is in the wallets again, and can be played with and drawn out."),
                gettext("The players read the reason that you give."),
            ),
            yes=gettext("Refuse"),
            no=gettext("Not yet"),
            action=where,
            back=_back(ids, ticked=True),
        )
    return Question(
        asks=gettext("Let %(number)s leave?", number=number),
        then=(_much(lines), *_by_whom(lines)),
        yes=gettext("Say yes"),
        no=gettext("Not yet"),
        action=where,
        back=_back(ids, ticked=True),
    )


def _much(lines: Sequence[Line]) -> str:
    sums = defaultdict[str, int](int)
    for one in lines:
        sums[one.drawn.currency] += one.drawn.amount
    much = ", ".join(written(amount, currency) for currency, amount in sorted(sums.items())) or "–"
    whose = ", ".join(dict.fromkeys(_called(one) for one in lines[:_NAMED]))
    return str(gettext("%(much)s, of %(whose)s.", much=much, whose=whose))


def _by_whom(lines: Sequence[Line]) -> list[str]:
    """Whose yes it takes, and what it does."""
    said = [str(gettext("What leaves is sent at once where a way pays it, and cannot be called back."))]
    if hands := sum(1 for one in lines if not one.has_way):
        words = ngettext(
            "%(num)s of them no way pays by itself: after the yes somebody pays it by hand and enters that.",
            "%(num)s of them no way pays by itself: after the yes somebody pays them by hand and enters that.",
            hands,
        )
        said.append(str(words))
    second = sum(1 for one in lines if one.drawn.approval_id is not None)
    if two_people() and second < len(lines):
        said.append(
            str(gettext("What nobody has proposed yet is proposed, and leaves once another operator has said yes too."))
        )
    if second:
        words = ngettext(
            "%(num)s of them is proposed already: another operator’s yes lets it leave.",
            "%(num)s of them are proposed already: another operator’s yes lets them leave.",
            second,
        )
        said.append(str(words))
    return said


def _called(line: Line | None) -> str:
    return (line.name if line is not None else "") or str(gettext("somebody who is erased"))


def _kept() -> list[tuple[str, str]]:
    """How the list was narrowed."""
    return [(name, value) for name, value in request.args.items() if name not in (*_OWN, "withdrawal") and value]


_OWN: Final = ("act", "from")


def _from() -> list[tuple[str, str]]:
    """Whether it was asked from the page of a single one."""
    return [("from", "one")] if request.args.get("from") == "one" else []


def _ticks(ids: Iterable[UUID]) -> list[tuple[str, str]]:
    return [("withdrawal", str(one)) for one in ids]


def _back(ids: Sequence[UUID], *, ticked: bool = False) -> str:
    """To the page that it was asked from: that of a single one, or the list as it was narrowed."""
    if _from() and len(ids) == 1:
        return f"{_PLACE}/{ids[0]}"
    query = urlencode([*_kept(), *(_ticks(ids) if ticked else [])])
    return f"{_PLACE}?{query}" if query else _PLACE
