"""What players send to draw money out, and what the lines and states of a wallet are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from app.core.errors import DomainError
from app.core.text.amounts import parse_minor
from app.money.wallets.rules import METHODS, Method
from app.money.wallets.withdrawals.states import State

_REQUIRED: Final = _l("This is required.")
_UNKNOWN: Final = _l("Choose one of these.")

WAYS: Final[Mapping[Method, LazyString | str]] = {
    "moncash": "MonCash",
    "gcash": "GCash",
    "bank": _l("Bank account"),
    "paypal": "PayPal",
}
STATES: Final[Mapping[State, LazyString]] = {
    "held": _l("Waits to be looked at"),
    "approved": _l("Approved"),
    "sending": _l("Is being sent"),
    "sent": _l("Sent"),
    "paid": _l("Paid"),
    "refused": _l("Given back"),
    "unknown": _l("Sent, and not confirmed yet"),
    "returned": _l("Came back"),
}
LINES: Final[Mapping[str, LazyString]] = {
    "topup": _l("Paid in"),
    "refund": _l("Sent back to where it came from"),
    "refund_failed": _l("Could not be sent back"),
    "charged_back": _l("Taken back by the card’s bank"),
    "withdrawal": _l("Drawn out"),
    "withdrawal_returned": _l("Drawn out, and came back"),
    "adjustment": _l("Changed by us"),
    "exchange_sold": _l("Exchanged"),
    "exchange_bought": _l("Got by exchange"),
}

_CHOICES: Final = tuple(f"{name}:{currency}" for name, way in METHODS.items() for currency in way.currencies)


class WithdrawalForm(FlaskForm):
    way = SelectField(
        _l("How"),
        [InputRequired(_REQUIRED), AnyOf(list(_CHOICES), _UNKNOWN)],
        choices=lambda: [
            (f"{name}:{one}", f"{WAYS[name]}, {one}") for name, way in METHODS.items() for one in way.currencies
        ],
        validate_choice=False,
    )
    amount = StringField(_l("Amount"), [InputRequired(_REQUIRED), Length(max=40)])
    account = StringField(_l("Your account there"), [InputRequired(_REQUIRED), Length(max=254)])

    def wanted(self) -> tuple[str, str, int]:
        """Method, currency and amount. Raises DomainError `amount_unreadable` (field `amount`)."""
        method, _, currency = str(self.way.data).partition(":")
        amount = parse_minor(self.amount.data or "", currency)
        if amount is None:
            raise DomainError("amount_unreadable", field="amount")
        return method, currency, amount
