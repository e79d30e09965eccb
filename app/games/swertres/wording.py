"""What states, reasons, times and amounts are for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from flask_babel import LazyString, format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.catalogue.badges import StateWord
from app.core.text.amounts import major
from app.core.web.templating import utc
from app.selling.bets.rules import Odds

from .game import SWERTRES, ZONE
from .reads.cards import Card
from .reads.draws import Game
from .reads.states import BetStatus

STATES: Final[Mapping[str, StateWord]] = {
    "betting_open": StateWord("live", _l("Open")),
    "betting_closed": StateWord("mute", _l("Closed")),
    "resulted": StateWord("ok", _l("Drawn")),
    "refunded": StateWord("mute", _l("Refunded")),
    "partially_refunded": StateWord("warn", _l("Partly refunded")),
    "fully_refunded": StateWord("mute", _l("Refunded")),
}

_BETS: Final[Mapping[BetStatus, LazyString]] = {
    "active": _l("Active"),
    "won": _l("Won"),
    "lost": _l("Did not win"),
    "paid": _l("Won, and paid"),
    "refunded": _l("Refunded"),
}

_REASONS: Final[Mapping[str, LazyString]] = {
    "betting_closed": _l("Bets on this draw are closed."),
    "number_not_a_number": _l("Choose three digits, 000 to 999."),
    "stake_too_small": _l("The smallest bet is %(amount)s."),
    "stake_too_large": _l("The largest bet is %(amount)s."),
    "exposure_full": _l("This number takes no more than %(amount)s now: more could not be paid for certain."),
    "too_many_bets": _l("A card has room for fewer bets."),
    "card_limit": _l("A card may cost at most %(amount)s."),
    "player_limit": _l("A limit of your own lets %(amount)s through now."),
    "excluded": _l("You have taken a break from playing."),
    "game_not_found": _l("There is no such draw."),
    "game_skipped": _l("This draw is not held."),
    "too_far_ahead": _l("Bets on this draw are not open yet."),
    "sales_inactive": _l("Nothing is sold at the moment."),
    "insufficient_balance": _l("Your wallet has %(amount)s. Top it up first."),
    "reservation_open": _l("Another card of yours waits for its payment. Pay it, or wait until it has run out."),
    "given_up": _l("This card was given up. Fill another one."),
    "no_bets": _l("Put a bet on the card first."),
    "not_registered": _l("Say who you are before you play."),
    "too_young": _l("You are too young to play."),
    "verification_needed": _l("Show your papers before you play for more."),
    "payment_minimum": _l("Paid so, a card has to cost %(amount)s at least."),
}


def reason(code: str, remaining: int | None = None) -> str:
    """Why a bet or a card is not taken."""
    words = _REASONS.get(code)
    if words is None:
        return str(gettext("This is not possible: %(code)s.", code=code.replace("_", " ")))
    told: str = str(words) % {"amount": peso(remaining or 0)}
    return told


def shut_because(game: Game) -> str:
    """Why a draw takes no bets."""
    return reason({"cancelled": "game_skipped", "scheduled": "too_far_ahead"}.get(game.status, "betting_closed"))


def bet_words(number: str, *, is_rumble: bool) -> str:
    """A bet in one line: its number, and how it wins."""
    return f"{number} {gettext('rumble') if is_rumble else gettext('straight')}"


def standing(status: BetStatus) -> str:
    """What has become of a bet."""
    return str(_BETS[status])


def stands(card: Card, *, is_taken: bool = True) -> str:
    """How a card stands, as the heading of its page. Not `is_taken`: it was paid when it could be no bet."""
    if card.status is None:
        if not is_taken:
            return str(gettext("Not taken: it is no bet"))
        return str(gettext("Not paid yet") if card.payment_status == "pending" else gettext("Not paid: it is no bet"))
    if card.won:
        return str(gettext("Won %(amount)s", amount=peso(card.won)))
    if card.waited_for:
        return str(ngettext("Waits for %(num)s draw", "Waits for %(num)s draws", len(card.waited_for)))
    return str(gettext("Given back") if card.status == "fully_refunded" else gettext("Did not win"))


def for_one(odds: Odds) -> str:
    """What a bet pays for one that is staked."""
    paid = format_decimal(Decimal(odds.numerator) / odds.denominator, format="#,##0.###")
    return str(gettext("%(n)s for 1", n=paid))


def peso(amount: int) -> str:
    """Centavos as people read them."""
    return f"₱{format_decimal(major(amount, SWERTRES.currency), format='#,##0.00')}"


def manila(moment: datetime) -> str:
    """A moment by the clock of where draws are held."""
    return utc(moment.astimezone(ZONE).replace(tzinfo=UTC)).removesuffix(" UTC")
