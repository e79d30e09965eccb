"""What audit entries and alarms are about, as people call it, and where that is in the console."""

from __future__ import annotations

import re
from typing import Final

from flask_babel import gettext

from app.catalogue.games import catalogue
from app.core.operators import is_name
from app.core.web.templating import sats, short_hash
from app.selling.bets.games import GAMES as BET_GAMES


def in_words(subject: str) -> str:
    """`round:9` is "Ticket draw, round 9"; what has no words stays as it is."""
    kind, _, name = subject.partition(":")
    title = _titles().get(kind)
    if title is not None:
        return str(gettext("%(game)s, round %(n)s", game=title[1], n=name))
    if kind in _OF_BETS and name:
        return _of_bets(kind, *name.partition(":")[::2])
    words: dict[str, str] = {
        "payout": gettext("Payout %(id)s", id=short_hash(name, 8, 4)),
        "order": gettext("Order %(id)s", id=short_hash(name, 8, 4)),
        "block": gettext("Block %(height)s", height=sats(int(name)) if name.isdecimal() else name),
        "operator": gettext("Operator %(name)s", name=name),
        "approval": gettext("Proposal %(id)s", id=short_hash(name, 8, 4)),
        "payment": gettext("Payment %(id)s", id=short_hash(name, 8, 4)),
        "withdrawal": gettext("Withdrawal %(id)s", id=short_hash(name, 8, 4)),
        "gateway": gettext("Gateway %(name)s", name=name),
        "payments": gettext("Several payments"),
        "rate": gettext("The rate of %(pair)s", pair=name.replace("-", " – ")),
        "result": gettext("Official result %(id)s", id=short_hash(name, 8, 4)),
        "source": gettext("Source %(name)s", name=name),
        "text": gettext("Text %(id)s", id=short_hash(name, 8, 4)),
        "dream": gettext("Dream %(id)s", id=short_hash(name, 8, 4)),
        "tchala": gettext("The Tchala"),
        "ticket": gettext("Ticket of bets %(id)s", id=short_hash(name, 8, 4)),
        "clearing": gettext("Money with %(name)s", name=name.replace(":", ", ")),
        "platform": gettext("The platform"),
        "chain": gettext("The chain"),
        "queues": gettext("The queues"),
        "games": gettext("The games"),
        "login": gettext("Signing in"),
        "witness": _witness(name),
        "sms": gettext("SMS to every country") if name == "all" else gettext("SMS to %(country)s", country=name),
        **{one.name: str(one.title) for one in catalogue().games},
    }
    return words.get(kind if name else subject, subject)


def kinds() -> dict[str, str]:
    """What entries may be about, by how they begin."""
    return {
        **{kind: str(gettext("Round of %(game)s", game=title)) for kind, (_, title) in _titles().items()},
        "order": gettext("Order"),
        "payout": gettext("Payout"),
        "payment": gettext("Payment through a gateway"),
        "withdrawal": gettext("Withdrawal from a wallet"),
        "gateway": gettext("Gateway"),
        "result": gettext("Official result"),
        "source": gettext("Source of results"),
        "text": gettext("Text for readers"),
        "dream": gettext("Dream of the Tchala"),
        "bet-draw": gettext("Draw of bets"),
        "bet-game": gettext("Game that sells bets"),
        "bankroll": gettext("Bankroll"),
        "ticket": gettext("Ticket of bets"),
        "block": gettext("Block"),
        "site": gettext("Site"),
        "user": gettext("Account"),
        "key": gettext("API key"),
        "webhook": gettext("Webhook endpoint"),
        "operator": gettext("Operator"),
        "approval": gettext("Decision of two people"),
        "platform": gettext("The platform"),
        "chain": gettext("The chain"),
        "queues": gettext("The queues"),
        "log": gettext("The public log"),
    }


def place_of(subject: str) -> str | None:
    """The page about it, if it has one."""
    kind, _, name = subject.partition(":")
    title = _titles().get(kind)
    if title is not None:
        return f"/admin/rounds/{title[0]}/{name}" if name.isdigit() else None
    if kind in _OF_BETS:
        return _place_of_bets(kind, *name.partition(":")[::2])
    if kind in _PLACES:
        return f"{_PLACES[kind]}{name}"
    if kind == "operator" and is_name(name):
        return f"/admin/system/operators/{name}"
    if kind in _LISTS:
        return _LISTS[kind]
    if kind == "witness":
        return f"/admin/system/log#{anchor_of(name)}"
    return f"/admin/search?q={name}" if kind == "order" else None


_PLACES: Final = {
    "payout": "/admin/payouts/",
    "approval": "/admin/approvals/",
    "payment": "/admin/money/payments/",
    "withdrawal": "/admin/money/withdrawals/",
    "gateway": "/admin/money/reconciliation?gateway=",
    "result": "/admin/results/",
    "source": "/admin/results/sources/",
    "text": "/admin/content/",
    "dream": "/admin/content/tchala/",
}
_OF_BETS: Final = {"bet-draw": "/games/", "bet-game": "/config", "bankroll": "/finance"}
"""What is about a game that sells bets, by the game's name, with where that is below it."""


def _place_of_bets(kind: str, game: str, draw: str) -> str | None:
    return f"/admin/{game}{_OF_BETS[kind]}{draw}" if game in BET_GAMES.get() else None


def _of_bets(kind: str, game: str, draw: str) -> str:
    found = BET_GAMES.get().get(game)
    title = str(found.title) if found is not None else game
    if kind == "bet-draw":
        return str(gettext("%(game)s, draw %(draw)s", game=title, draw=draw))
    return str(gettext("The bankroll of %(game)s", game=title)) if kind == "bankroll" else title


_LISTS: Final = {"coin": "/admin/payouts", "clearing": "/admin/money", "tchala": "/admin/content/tchala"}


def _witness(name: str) -> str:
    if name == "unknown":
        return str(gettext("Somebody whom we do not know"))
    return str(gettext("Witness %(name)s", name=name.rpartition("+")[0] or name))


def anchor_of(witness: str) -> str:
    """Where a witness's card is on its page; also by its whole verifier key, whose beginning alarms call it by."""
    name, _, rest = witness.partition("+")
    return "witness-" + re.sub(r"[^a-z0-9]+", "-", f"{name}-{rest.partition('+')[0]}".lower())


def _titles() -> dict[str, tuple[str, str]]:
    """By what audit, alarms and events call its rounds: a game's name and title."""
    found = {}
    for one in catalogue().games:
        kind = one.windows.round_kind if one.windows is not None else one.records.round_kind if one.records else None
        found[kind or one.name] = (one.name, str(one.title))
    return found
