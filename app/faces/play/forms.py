"""What players send to hold themselves back. The forms only gather; the rules are asked by the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from app.core.errors import NotFound
from app.core.money import CURRENCIES
from app.core.text import amounts
from app.people.players.rules import KINDS, WINDOWS, Kind, Period
from app.people.players.telling.words import PERIODS

from . import words

_REQUIRED: Final = _l("This is required.")
_UNKNOWN: Final = _l("Choose one of these.")
_DAYS: Final = (1, 2, 3, 7, 14, 30)
_MONTHS: Final = (6, 12, 24, 60)
_MINUTES: Final = (15, 30, 45, 60, 90, 120, 180, 240)


@dataclass(frozen=True, slots=True)
class Key:
    """Which limit is meant."""

    currency: str
    kind: Kind
    period: Period

    @classmethod
    def read(cls, given: MultiDict[str, str]) -> Key:
        """The one that a query or a form names. Raises NotFound."""
        currency, kind, period = (given.get(name, "") for name in ("currency", "kind", "period"))
        if currency not in CURRENCIES or kind not in KINDS or period not in WINDOWS:
            raise NotFound
        return cls(currency, kind, cast(Period, period))

    @property
    def fields(self) -> dict[str, str]:
        """The same as hidden fields have it."""
        return {"currency": self.currency, "kind": self.kind, "period": self.period}

    def address(self, endpoint: str) -> str:
        """The address of a page about it."""
        return url_for(endpoint, currency=self.currency, kind=self.kind, period=self.period)


class LimitForm(FlaskForm):
    kind = RadioField(
        _l("What is limited"),
        [InputRequired(_REQUIRED), AnyOf(list(KINDS), _UNKNOWN)],
        choices=lambda: [(kind, words.MEANT[kind]) for kind in KINDS],
        validate_choice=False,
    )
    period = RadioField(
        _l("For how long it counts"),
        [InputRequired(_REQUIRED), AnyOf(list(WINDOWS), _UNKNOWN)],
        choices=lambda: list(PERIODS.items()),
        validate_choice=False,
    )
    currency = SelectField(
        _l("Currency"),
        [InputRequired(_REQUIRED), AnyOf(list(CURRENCIES), _UNKNOWN)],
        choices=lambda: list(words.CURRENCIES.items()),
        validate_choice=False,
    )
    amount = StringField(_l("At most"), [InputRequired(_REQUIRED), Length(max=40)])

    def key(self) -> Key:
        """Which limit is meant, once the form is valid."""
        return Key(self.currency.data, cast(Kind, self.kind.data), cast(Period, self.period.data))

    def amount_minor(self) -> int:
        """What was typed. Raises DomainError: as `amounts.unread`."""
        text, currency = self.amount.data or "", self.currency.data
        found = amounts.parse_minor(text, currency)
        if found is None:
            raise amounts.unread(text, currency)
        return found


class TimeoutForm(FlaskForm):
    days = SelectField(
        _l("For how long"),
        choices=lambda: [(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in _DAYS],
        validate_choice=False,
    )


class ExclusionForm(FlaskForm):
    months = SelectField(
        _l("For how long"),
        choices=lambda: [(str(months), ngettext("%(num)s month", "%(num)s months", months)) for months in _MONTHS],
        validate_choice=False,
    )


class RealityForm(FlaskForm):
    minutes = SelectField(
        _l("Ask me"),
        choices=lambda: [
            ("", gettext("Never")),
            *((str(one), ngettext("after %(num)s minute", "after %(num)s minutes", one)) for one in _MINUTES),
        ],
        validate_choice=False,
    )

    def chosen(self) -> int | None:
        """The minutes; None: never. What is no number is out of range."""
        text = self.minutes.data or ""
        return None if not text else int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0


class ButtonForm(FlaskForm):
    """Nothing but the token that shows where it was pressed."""
