"""What players send to pay in, to draw out and to exchange. The forms only gather; the rules are asked by services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from app.core.errors import DomainError
from app.core.text.amounts import parse_minor
from app.money.wallets.rules import BY_HAND, WALLET_CURRENCIES, Currency, check_currency
from app.money.wallets.withdrawals.accounts import Known

from .once import KeyedForm

_REQUIRED: Final = _l("This is required.")
_UNKNOWN: Final = _l("Choose one of these.")
OTHER: Final = "other"


class AmountForm(KeyedForm):
    """So much of one currency, which the page's address has chosen."""

    currency = HiddenField(validators=[AnyOf(WALLET_CURRENCIES, _UNKNOWN)])
    amount = StringField(_l("Amount"), [InputRequired(_REQUIRED), Length(max=40)])

    def own_currency(self) -> Currency:
        """Raises DomainError `currency_unknown`."""
        return check_currency(self.currency.data or "")

    def amount_minor(self) -> int:
        """What was typed. Raises DomainError `amount_unreadable` (field `amount`)."""
        found = parse_minor(self.amount.data or "", self.own_currency())
        if found is None:
            raise DomainError("amount_unreadable", field="amount")
        return found


class TopUpForm(AmountForm):
    gateway = RadioField(_l("How"), [InputRequired(_REQUIRED)], validate_choice=False)


class DrawForm(AmountForm):
    to = RadioField(_l("To which account"), [InputRequired(_REQUIRED)], validate_choice=False)
    way = HiddenField(default=BY_HAND)
    account = StringField(_l("Your account there"), [Length(max=254)])

    def offer(self, known: Sequence[Known], *, another: bool) -> None:
        """The accounts to choose from, and whether another one may be named: that is one at a bank, for of all others
        we know already whose they are."""
        others = [(OTHER, _l("An account of mine at a bank"))] if another else []
        self.to.choices = [*((mark(one), "") for one in known), *others]

    def target(self, known: Sequence[Known]) -> tuple[str, str]:
        """Way and account. Raises DomainError `account_invalid` (field `account`)."""
        chosen = next((one for one in known if mark(one) == self.to.data), None)
        if chosen is not None:
            return chosen.method, chosen.account
        if not (self.account.data or "").strip():
            raise DomainError("account_invalid", field="account")
        return self.way.data or "", self.account.data or ""


class ExchangeForm(AmountForm):
    """What is given; what is got for it is the other currency of the pair."""


def mark(known: Known) -> str:
    """An account as a form names it."""
    return f"{known.method}:{known.account}"
