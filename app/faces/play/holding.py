"""What stands in the way of an erasure, each thing by itself, with where it is mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from app.core.text.amounts import written
from app.core.web.templating import utc
from app.money.gateways.payers import queries as payers
from app.money.gateways.queries import Seen
from app.money.gateways.states import OPEN
from app.money.wallets.queries import wallets_of
from app.money.wallets.withdrawals import queries as withdrawals
from app.money.wallets.withdrawals.states import ENDED, STATES
from app.people.players.leaving.rows import holders


@dataclass(frozen=True, slots=True)
class Held:
    """One thing in a sentence; where it is mended, and what the link there says."""

    text: str
    href: str
    link: str


def of(user_id: UUID) -> list[Held]:
    """All of it; nothing where nothing stands in the way. What has no sentence of its own is told by a general one."""
    found: dict[str, Held] = {}
    for holder in holders(user_id):
        for one in _SAID.get(holder, _otherwise)(user_id):
            found.setdefault(one.text, one)
    return list(found.values())


def _in_wallets(user_id: UUID) -> list[Held]:
    found: list[Held] = []
    for one in wallets_of(user_id):
        if one.spendable > 0:
            there = url_for("play_draw.index", currency=one.currency)
            text = gettext("%(amount)s are in your wallet.", amount=written(one.spendable, one.currency))
            found.append(Held(text, there, gettext("Draw out")))
        if one.owed:
            text = gettext("You owe %(amount)s.", amount=written(one.owed, one.currency))
            found.append(Held(text, _COMPLAINTS, gettext("Write to us")))
    for drawn in withdrawals.of_player(user_id, states=_UNDER_WAY):
        text = gettext("%(amount)s are on their way out.", amount=written(drawn.amount, drawn.currency))
        found.append(Held(text, url_for("play_draw.one", withdrawal_id=drawn.id), gettext("How far it has come")))
    return found or _in_payments(user_id)


def _in_payments(user_id: UUID) -> list[Held]:
    waiting = payers.page_of(user_id, states=OPEN)
    if not waiting:
        text = gettext("A payment of yours has no end yet.")
        return [Held(text, url_for("play_money.payments"), gettext("Your payments"))]
    return [_unpaid(one) for one in waiting]


def _unpaid(one: Seen) -> Held:
    there, amount = url_for("payments.page", payment_id=one.id), written(one.amount_minor, one.currency)
    if one.is_processing:
        text = gettext(
            "A payment of %(amount)s is being processed: your account can be erased once that is decided.",
            amount=amount,
        )
        return Held(text, there, gettext("Look at it"))
    text = gettext(
        "A payment of %(amount)s is not paid: it ends by itself at %(until)s, or a few minutes later.",
        amount=amount,
        until=utc(one.expires_at),
    )
    return Held(text, there, gettext("Look at it or cancel it"))


def _of_sites(_user_id: UUID) -> list[Held]:
    text = gettext("You have a site, or have had one, or are of a site’s team: hand it over or leave it first.")
    return [Held(text, "/partners", gettext("Your sites"))]


def _of_operators(_user_id: UUID) -> list[Held]:
    text = gettext("You are an operator. Another operator has to end that first.")
    return [Held(text, _COMPLAINTS, gettext("Write to us"))]


def _otherwise(_user_id: UUID) -> list[Held]:
    text = gettext("Something that you have done here for others still needs your account.")
    return [Held(text, _COMPLAINTS, gettext("Write to us"))]


_COMPLAINTS: Final = "/house/complaints"
_UNDER_WAY: Final = tuple(state for state in STATES if state not in ENDED)
_SAID: Final[Mapping[str, Callable[[UUID], list[Held]]]] = {
    "app.money.wallets": _in_wallets,
    "app.money.gateways": _in_payments,
    "partner_sites": _of_sites,
    "team_members": _of_sites,
    "operators": _of_operators,
}
"""By what `holders` calls them."""
