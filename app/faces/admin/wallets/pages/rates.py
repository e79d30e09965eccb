"""Rates of exchange in the console: the one in force, every one before it, and another one said by two people."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.database.session import transaction
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.faces.admin.approving.proposing import by_two, decide, id_of
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, reason_field
from app.faces.admin.wallets import asked
from app.money.wallets.exchange import saying
from app.money.wallets.exchange.queries import newest
from app.money.wallets.exchange.rules import PAIRS
from app.money.wallets.operating import decided
from app.money.wallets.settings import wallet_settings
from app.people.players.queries import read_now

from .house import bp as bp  # one blueprint, whole with the routes of this module

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("rates", "ask_rate", "say_rate"))
_PAGE: Final = 50
_PLACE: Final = "/admin/money/rates"
_NAMES: Final = tuple(f"{sold}-{bought}" for sold, bought in sorted(PAIRS))


class RateForm(ReasonForm):
    """So many units of what is got for one of what is given."""

    pair = SelectField(
        _l("Given and got"),
        [InputRequired()],
        choices=[(name, name.replace("-", " → ")) for name in _NAMES],
    )
    rate = StringField(
        _l("Rate"),
        [DataRequired(_l("Write the rate in digits, such as 131.25.")), Length(max=20)],
        description=_l("Units of what is got for one unit of what is given."),
    )
    again = StringField(
        _l("The rate once more"),
        [Length(max=20)],
        description=_l("Only where it is far from the last one."),
    )
    reason = reason_field()


@bp.get("/money/rates")
def rates() -> Response:
    """Which rate holds until when, and all that were said, the newest first."""
    found = decided.rates(asked.place(), _PAGE + 1)
    hours = wallet_settings().exchange_rate_hours
    now = read_now()
    newest = {f"{one.sold}-{one.bought}": one for one in reversed(decided.rates(limit=_PAGE))}
    return render(
        "faces/admin/wallets/rates.html",
        "faces/admin/wallets/_rates.html",
        found=found[:_PAGE],
        following=asked.following(found[_PAGE - 1].id) if len(found) > _PAGE else None,
        pairs=[(name, newest.get(name)) for name in _NAMES],
        holds_until=lambda one: one.said_at + timedelta(hours=hours),
        is_over=lambda one: one.said_at + timedelta(hours=hours) < now,
        hours=hours,
    )


@bp.get("/money/rates/say")
def ask_rate() -> Response:
    """What will happen, with the fields for it."""
    return ask(_question(), RateForm())


@bp.post("/money/rates/say")
def say_rate() -> ResponseReturnValue:
    """Propose it; a second operator confirms."""
    form = RateForm()

    def deed(reason: str) -> str | None:
        sold, _, bought = (form.pair.data or "").partition("-")
        rate, again = ((one.data or "").strip().replace(",", ".") for one in (form.rate, form.again))
        with transaction():
            return id_of(saying.propose(sold, bought, rate, reason, actor=operator_name(), again=again))

    return decide(_question(), form, deed, gettext("Players exchange by this rate from now on."), _PLACE)


def _in_force() -> list[str]:
    """The last rate of each pair, and from which change on another one is asked for twice."""
    last = [one for pair in sorted(PAIRS) if (one := newest(*pair)) is not None]
    said = [
        gettext(
            "The last rate: 1 %(sold)s = %(rate)s %(bought)s.",
            sold=one.sold,
            rate=f"{one.rate.normalize():f}",
            bought=one.bought,
        )
        for one in last
    ]
    if last:
        most = wallet_settings().exchange_rate_step_percent
        said.append(gettext("One that differs by more than %(most)s %% has to be written twice.", most=most))
    return said


def _question() -> Question:
    hours = wallet_settings().exchange_rate_hours
    return by_two(
        Question(
            asks=gettext("Say another rate of exchange?"),
            then=(
                *_in_force(),
                gettext(
                    "Players exchange by it for %(hours)s hours, then by none until somebody says one anew.",
                    hours=hours,
                ),
                gettext("Quotes that were made keep their rate for ten minutes."),
                gettext("What it costs or gains is the house’s."),
            ),
            yes=gettext("Say it"),
            no=gettext("Back"),
            action=f"{_PLACE}/say",
            back=_PLACE,
            is_grave=False,
        )
    )
