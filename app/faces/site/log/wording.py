"""What entries of the log are called for people: each kind of them, and one entry in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext, lazy_gettext, ngettext

from app.core.web.templating import sats, short_hash
from app.record.audit.acts import act_of
from app.record.log.models import Entry

from .booked import booked

KINDS: Final[Mapping[str, object]] = {
    "round.created": lazy_gettext("A round was promised"),
    "round.sealed": lazy_gettext("A round was sealed"),
    "round.witnessed": lazy_gettext("It was fixed who had seen a round's seal"),
    "round.drawing": lazy_gettext("A round's closing block was fixed"),
    "round.settled": lazy_gettext("A round was drawn"),
    "round.halted": lazy_gettext("A round was halted"),
    "order.paid": lazy_gettext("A payment to an order"),
    "order.unpaid": lazy_gettext("A payment to an order counts no more as it did"),
    "payout.generated": lazy_gettext("A payout was drafted"),
    "payout.signed": lazy_gettext("A payout was signed"),
    "payout.broadcasting": lazy_gettext("A payout was sent"),
    "payout.mined": lazy_gettext("A payout is in a block"),
    "payout.confirmed": lazy_gettext("A payout is buried in the chain"),
    "payout.unconfirmed": lazy_gettext("A payout's block left the chain"),
    "payout.replaced": lazy_gettext("A payout was replaced by one with a higher fee"),
    "payout.overtaken": lazy_gettext("Another version of a payout is in a block"),
    "payout.revived": lazy_gettext("A payout that was given up is in a block"),
    "payout.cancelled": lazy_gettext("A payout was given up"),
    "payout.refused_by_node": lazy_gettext("A payout was refused by the node"),
    "ledger": lazy_gettext("Money moved in our books"),
    "decision": lazy_gettext("A person decided"),
    "log.key": lazy_gettext("Another key took over"),
}
"""In the order in which people look for them."""
_PART: Final = ".part"
_FATES: Final[Mapping[str, object]] = {
    "credited": lazy_gettext("counts"),
    "late": lazy_gettext("came too late"),
    "sold_out": lazy_gettext("found everything sold"),
    "below_minimum": lazy_gettext("was below the minimum"),
    "void": lazy_gettext("was for a void round"),
    "unallocated": lazy_gettext("found nothing free any more"),
}
_CAUSES: Final[Mapping[str, object]] = {
    "orphaned": lazy_gettext("A payment to an order counts no more: its block left the chain"),
    "void": lazy_gettext("A payment to an order counts no more: its round is void"),
    "underfunded": lazy_gettext("A payment to an order counts no more: the order was not paid in full"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """An entry in a sentence. What a person decided has no words but English ones: `english` goes on with them."""

    words: str
    english: str = ""


def kind_words(kind: str) -> str:
    """What entries of a kind tell. One of a later version has its own name."""
    return str(KINDS.get(kind.removesuffix(_PART), kind))


def said(entry: Entry) -> Said:
    """What an entry tells. Of a long text that fills several, each says which part it is."""
    told = json.loads(entry.data)
    if entry.kind.endswith(_PART):
        words = gettext(
            "%(what)s (part %(part)s of %(of)s)", what=kind_words(entry.kind), part=told["part"] + 1, of=told["of"]
        )
        return Said(str(words))
    if entry.kind == "decision":
        return Said(f"{kind_words(entry.kind)}:", act_of(str(told.get("action"))).words)
    rule = _SENTENCES.get(entry.kind)
    return Said((rule(told) if rule is not None else "") or kind_words(entry.kind))


def _paid(told: Mapping[str, Any]) -> str:
    """A payment and what became of it."""
    fate = _FATES.get(told["fate"])
    if fate is None:
        return str(gettext("A payment of %(sats)s sats to an order", sats=sats(told["amountSats"])))
    words = gettext("A payment of %(sats)s sats to an order %(fate)s", sats=sats(told["amountSats"]), fate=fate)
    return str(words)


def _unpaid(told: Mapping[str, Any]) -> str:
    return str(_CAUSES.get(told["cause"], ""))


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


def _generated(told: Mapping[str, Any]) -> str:
    outputs = [sats_ for kind, sats_ in told["detail"]["outputs"] if kind in ("obligation", "balance")]
    count = ngettext("%(num)s recipient", "%(num)s recipients", len(outputs))
    return str(gettext("A payout was drafted: %(count)s, %(sats)s sats", count=count, sats=sats(sum(outputs))))


def _mined(told: Mapping[str, Any]) -> str:
    return str(gettext("A payout is in block %(height)s", height=sats(told["detail"]["height"])))


def _forgiving(rule: Callable[[Mapping[str, Any]], str]) -> Callable[[Mapping[str, Any]], str]:
    """A sentence of an entry of this version; of an older or later one, which lacks what it needs, none."""

    def told(entry: Mapping[str, Any]) -> str:
        try:
            return rule(entry)
        except (KeyError, TypeError, ValueError):
            return ""

    return told


_SENTENCES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    kind: _forgiving(rule)
    for kind, rule in {
        "ledger": booked,
        "order.paid": _paid,
        "order.unpaid": _unpaid,
        "round.created": _created,
        "round.sealed": _sealed,
        "round.witnessed": _witnessed,
        "round.drawing": _drawing,
        "round.settled": _settled,
        "payout.generated": _generated,
        "payout.mined": _mined,
    }.items()
}
