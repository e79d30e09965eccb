"""What the public log tells of rounds and orders, and what they move in the books, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.core.web.templating import sats, short_hash
from app.record.ledger.booked import Bookings
from app.record.log.kinds import LogKind

from .leaves import PAID, UNPAID

_FATES: Final[Mapping[str, object]] = {
    "credited": _l("counts"),
    "late": _l("came too late"),
    "sold_out": _l("found everything sold"),
    "below_minimum": _l("was below the minimum"),
    "void": _l("was for a void round"),
    "unallocated": _l("found nothing free any more"),
}
_CAUSES: Final[Mapping[str, object]] = {
    "orphaned": _l("A payment to an order counts no more: its block left the chain"),
    "void": _l("A payment to an order counts no more: its round is void"),
    "underfunded": _l("A payment to an order counts no more: the order was not paid in full"),
}


def _created(told: Mapping[str, Any]) -> str:
    return str(
        gettext(
            "Promised: its own sales from block %(opens)s, decided by block %(closing)s",
            opens=sats(told["detail"]["opens"]),
            closing=sats(told["detail"]["closing"]),
        )
    )


def _sealed(told: Mapping[str, Any]) -> str:
    count = ngettext("%(num)s payment", "%(num)s payments", told["detail"]["payments"])
    return str(
        gettext("Sealed at block %(height)s: %(payments)s", height=sats(told["detail"]["tipHeight"]), payments=count)
    )


def _witnessed(told: Mapping[str, Any]) -> str:
    if told["detail"]["hasQuorum"]:
        return str(gettext("Enough witnesses had seen the seal"))
    return str(gettext("Too few witnesses had seen the seal"))


def _drawing(told: Mapping[str, Any]) -> str:
    return str(gettext("The closing block was fixed: %(hash)s", hash=short_hash(told["detail"]["closingBlockHash"])))


def _settled(told: Mapping[str, Any]) -> str:
    drew = told["detail"]["drew"]
    if told["detail"]["sold"]:
        return str(gettext("Drawn: %(drew)s. A player has the jackpot", drew=drew))
    return str(gettext("Drawn: %(drew)s. Nobody has the jackpot", drew=drew))


def _paid(told: Mapping[str, Any]) -> str:
    """A payment and what became of it."""
    fate = _FATES.get(told["fate"])
    if fate is None:
        return str(gettext("A payment of %(sats)s sats to an order", sats=sats(told["amountSats"])))
    words = gettext("A payment of %(sats)s sats to an order %(fate)s", sats=sats(told["amountSats"]), fate=fate)
    return str(words)


def _unpaid(told: Mapping[str, Any]) -> str:
    return str(_CAUSES.get(told["cause"], ""))


LOG_KINDS: Final = (
    LogKind("round.created", _l("A round was promised"), _created),
    LogKind("round.sealed", _l("A round was sealed"), _sealed),
    LogKind("round.witnessed", _l("It was fixed who had seen a round's seal"), _witnessed),
    LogKind("round.drawing", _l("A round's closing block was fixed"), _drawing),
    LogKind("round.settled", _l("A round was drawn"), _settled),
    LogKind("round.halted", _l("A round was halted")),
    LogKind(PAID, _l("A payment to an order"), _paid),
    LogKind(UNPAID, _l("A payment to an order counts no more as it did"), _unpaid),
)

BOOKINGS: Final[Bookings] = {
    ("payment", "credit"): _l("%(sats)s sats of a payment were entered for what they bought"),
    ("payment", "suspended"): _l("%(sats)s sats of a payment that bought nothing were set aside"),
    ("payment", "void"): _l("%(sats)s sats of a payment that counts no more were set aside"),
    ("payment", "undo_void"): _l("%(sats)s sats that were set aside are so no more: their payment left the chain"),
    ("payment", "refund"): _l("%(sats)s sats that bought nothing became a partner's, to be given back"),
    ("payment", "undo"): _l("A payment of %(sats)s sats left the chain and was taken back"),
    ("payment", "undo_refund"): _l("%(sats)s sats were taken back: what was to be given back left the chain"),
    ("payment", "refund_lost"): _l("%(sats)s sats are our loss: what was given back left the chain"),
    ("payment", "regain"): _l("A loss of %(sats)s sats was made good: its payment is back in the chain"),
    ("payment", "undo_regain"): _l("%(sats)s sats that had come back left the chain again"),
    ("round", "settle"): _l("A drawn round's %(sats)s sats were shared between house and partners"),
}
