"""What states, lines and ways of money are called for the player whose money it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.core.text.amounts import written
from app.money.gateways.states import State as PaymentState
from app.money.wallets.messages import CALLED
from app.money.wallets.origins.wording import means
from app.money.wallets.rules import Method
from app.money.wallets.withdrawals import service
from app.money.wallets.withdrawals.accounts import How
from app.money.wallets.withdrawals.queries import Drawn
from app.money.wallets.withdrawals.states import State as WithdrawalState

Tone = Literal["live", "ok", "warn", "bad", "mute"]


@dataclass(frozen=True, slots=True)
class Said:
    """A state in a word or two, and what it means and what comes next."""

    tone: Tone
    name: LazyString | str
    text: LazyString | str = ""

    @property
    def notice_tone(self) -> str:
        """The tone of a notice that says it."""
        return {"live": "info", "mute": "info"}.get(self.tone, self.tone)


WITHDRAWALS: Final[Mapping[WithdrawalState, Said]] = {
    "held": Said(
        "live", _l("Waits to be looked at"), _l("Your money is set aside. We look at it, and then it is sent to you.")
    ),
    "approved": Said("live", _l("Approved"), _l("It is sent to you next. It cannot be taken back any more.")),
    "sending": Said("live", _l("Is being sent"), _l("We are handing it over.")),
    "sent": Said("live", _l("Sent"), _l("It has left. We keep asking until it has arrived.")),
    "unknown": Said(
        "warn",
        _l("Sent, and not confirmed yet"),
        _l("We have no answer yet, and keep asking. It is never sent twice, and it is not lost."),
    ),
    "paid": Said("ok", _l("Paid"), _l("It has arrived at your account.")),
    "refused": Said("mute", _l("Given back"), _l("It did not leave. The money is in your wallet again.")),
    "returned": Said(
        "warn", _l("Came back"), _l("It had left and was not taken there. The money is in your wallet again.")
    ),
}
_UNDER_REVIEW: Final = Said(
    "live", _l("Under review"), _l("One of us has looked at it and said yes. A second one looks at it now.")
)
PAYMENTS: Final[Mapping[PaymentState, Said]] = {
    "initiated": Said("live", _l("Is being prepared")),
    "pending": Said("live", _l("Waits for you to pay")),
    "unknown": Said("warn", _l("Not known yet")),
    "failed": Said("mute", _l("Failed")),
    "expired": Said("mute", _l("Not paid in time")),
    "canceled": Said("mute", _l("Cancelled")),
    "succeeded": Said("ok", _l("Arrived")),
    "refunding": Said("live", _l("On its way back")),
    "partly_refunded": Said("ok", _l("Some of it given back")),
    "refunded": Said("mute", _l("Given back")),
    "refund_failed": Said("warn", _l("Could not be sent back")),
    "disputed": Said("warn", _l("Asked back by a bank")),
    "dispute_won": Said("ok", _l("Arrived")),
    "dispute_lost": Said("mute", _l("Taken back by a bank")),
}
GATEWAYS: Final[Mapping[str, LazyString | str]] = {
    "moncash": "MonCash",
    "paymongo": "GCash",
    "paypal": "PayPal",
    "stripe": _l("Card"),
}
IN_SENTENCES: Final[Mapping[str, LazyString | str]] = {**GATEWAYS, "stripe": _l("card")}
"""The same in the midst of one."""
LINES: Final[Mapping[str, LazyString]] = {
    "topup": _l("Paid in"),
    "refund": _l("Sent back to where it came from"),
    "refund_failed": _l("Could not be sent back"),
    "charged_back": _l("Taken back by the card’s bank"),
    "withdrawal": _l("Drawn out"),
    "withdrawal_returned": _l("Drawn out, and came back"),
    "adjustment": _l("Changed by us"),
    "set_off": _l("Taken for what you owed"),
    "exchange_sold": _l("Exchanged"),
    "exchange_bought": _l("Got by exchange"),
    "bet_sold": _l("Bet"),
    "bet_given_back": _l("Bet given back"),
    "bet_take_back": _l("Bet given back, sent on the way you paid"),
    "bet_give_back": _l("Could not be sent back"),
    "bet_charged_back": _l("Taken back by the card’s bank"),
    "bet-win_paid": _l("Won"),
    "bet-win_taken_back": _l("Won by a result that was corrected"),
}
KNOWN: Final[Mapping[How, LazyString]] = {
    "phone": _l("It is yours: you signed in with it."),
    "payer": _l("It is yours: you paid from it."),
    "person": _l("You named it before; we compare its holder with your verified name."),
}


_WHY: Final[Mapping[str, LazyString]] = {
    "not_found": _l("It never got there."),
    "amount_not_whole": _l("This way pays whole amounts alone."),
    service.TAKEN_BACK: _l("You took it back yourself."),
}
_PAID_BY_HAND: Final = Said(
    "ok",
    _l("Paid"),
    _l("One of us has paid it to your account. Look there: if it has not arrived, tell us under “Something is wrong”."),
)
_PROCESSING: Final = Said("live", _l("Is being processed"))
_TAKEN_BACK: Final = Said("mute", _l("Taken back"), _l("You took it back yourself. The money is in your wallet again."))


def why(drawn: Drawn) -> str:
    """Why it did not arrive: our own codes in words, and what an operator or a provider wrote as it is. A code of the
    provider's says nothing to whoever is not an operator."""
    if drawn.reason in _WHY:
        return str(_WHY[drawn.reason])
    if drawn.sent_at is None or " " in drawn.reason:
        return drawn.reason
    return str(gettext("%(way)s did not take it.", way=CALLED[cast(Method, drawn.method)]))


def withdrawal(drawn: Drawn, *, was_seen: bool = True) -> Said:
    """A withdrawal's state. That one was paid may be what one of us entered, and nothing that was seen."""
    if drawn.state == "paid" and not was_seen:
        return _PAID_BY_HAND
    if drawn.state == "refused" and drawn.reason == service.TAKEN_BACK:
        return _TAKEN_BACK
    return _UNDER_REVIEW if drawn.approval_id is not None else WITHDRAWALS[drawn.state]


def payment(state: str, *, is_processing: bool = False) -> Said:
    """A payment's state as it is kept. `is_processing`: he has paid, and its provider has not decided yet."""
    if is_processing:
        return _PROCESSING
    return next(said for name, said in PAYMENTS.items() if name == state)


def wished_back(amount: int, currency: str) -> Said:
    """A payment that has arrived, and so much of which (minor units) waits for one of us to send it back."""
    return Said("live", gettext("You asked us to send %(amount)s back", amount=written(amount, currency)))


def gateway_text(provider: str, number: str | None) -> str:
    """How it is paid through a gateway, and what that means for the money; `number` is the verified one."""
    texts = {
        "moncash": gettext(
            "From your own verified number, %(number)s; what comes from another goes back.", number=number
        )
        if number
        else gettext("From your own verified number alone; what comes from another goes back."),
        "paymongo": gettext("From your GCash account, on its own page."),
        "paypal": gettext("From your PayPal account, on its own page."),
        "stripe": gettext(
            "On Stripe’s own page: we never see its number. What you do not play goes back to the card alone."
        ),
    }
    return f"{texts.get(provider, '')} {means(provider)}".strip()
