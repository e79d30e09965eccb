"""What the people of a site are told of without having looked: a win of a player of theirs and how far its payment is,
earnings that were sent, refunds to pass on.

Each of them by mail, unless he chooses otherwise; on the site's own pages it stands in any case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.money import Sats
from app.core.text.isolation import isolated
from app.core.web.templating import sats
from app.people.partners import queries
from app.record.notifications.quoting import unlinked
from app.record.notifications.telling.kinds import NoticeKind
from app.record.notifications.telling.places import Place
from app.record.notifications.telling.ports import tell

from .service import people_of


@dataclass(frozen=True, slots=True)
class Win:
    """A win in a round of a game, which people call `game` in English, by an order.

    `player` is the name that others see, `account` the site's own. The house pays to `address`, which is the site's:
    it credits the player.
    """

    site_id: UUID
    game: str
    round_number: int
    order_id: UUID
    player: str
    account: str
    sats: Sats
    address: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Earnings of a site on their way to `address`; `payment` names them, whichever version of it is mined. The same
    transaction brings `wins` beside them: sats that players of the site have won."""

    site_id: UUID
    payment: UUID
    sats: Sats
    address: str
    txid: str
    wins: Sats


def won(win: Win, drawn: str) -> None:
    """A player of a site has won by what was `drawn`, in the transaction that says so; each of its people is told once,
    as of the two steps of its payment below."""
    _tell_win("site.win", win, drawn=drawn)


def win_sent(win: Win, txid: str) -> None:
    """A win is on its way; a dearer version of the transaction is no news."""
    _tell_win("site.win_sent", win, txid=txid)


def win_paid(win: Win, txid: str, height: int) -> None:
    """A win is paid for good, in the block at that height."""
    _tell_win("site.win_paid", win, txid=txid, block=height)


def sent(money: Sent) -> None:
    """What a site has earned is on its way, in the transaction that says so; a dearer version of it is no news."""
    told = {"sentSats": money.sats, "address": money.address, "txid": money.txid, "winsSats": money.wins}
    _tell("site.payout_sent", money.site_id, f"{money.site_id} {money.payment}", told)


def refunded(site_id: UUID, game: str, round_number: int, sats: Sats, once: str) -> None:
    """What players of a site paid for nothing in a round came to its balance, by the decision that `once` names."""
    told = {"game": game, "round": round_number, "refundedSats": sats}
    _tell("site.refunded", site_id, f"{game} {round_number} {once}", told)


def _tell_win(kind: str, win: Win, **step: str | int) -> None:
    told = {
        "game": win.game,
        "round": win.round_number,
        "order": str(win.order_id),
        "player": win.player,
        "account": win.account,
        "wonSats": win.sats,
        "address": win.address,
        **step,
    }
    _tell(kind, win.site_id, f"{win.game} {win.round_number}", told)


def _tell(kind: str, site_id: UUID, once: str, told: Mapping[str, Any]) -> None:
    site = queries.site_by_id(site_id)
    if site is None:
        return
    for user_id in sorted(people_of([site_id])):
        tell(user_id, kind, once=once, site=site.name, siteTitle=site.display_name, **told)


def _of_site(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"siteTitle": isolated(unlinked(told["siteTitle"]))}


def _of_win(told: Mapping[str, Any]) -> Mapping[str, Any]:
    names = {name: isolated(unlinked(told[name])) or "–" for name in ("player", "account")}
    return {**_of_round(told), **names}


def _of_round(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Games' titles are among the words of every language, by their English."""
    return {**_of_site(told), "game": gettext(str(told["game"]))}


def _of_sent(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the transaction brings beside the earnings, so that the sum is the one that the wallet shows."""
    wins = int(told["winsSats"])
    beside = gettext("The same transaction brings %(sats)s sats that your players have won.", sats=sats(wins))
    return {**_of_site(told), "beside": f"{beside} " if wins else ""}


_BY_MAIL: Final[frozenset[Place]] = frozenset({"mail"})

KINDS: Final = (
    NoticeKind(
        name="site.win",
        called=_l("A player of your site has won"),
        title=_l("%(siteTitle)s: a player has won %(wonSats)s sats"),
        text=_l(
            "%(player)s (your account %(account)s) has won in %(game)s, round %(round)s (drawn: %(drawn)s; order "
            "%(order)s). The house pays it to your payout address %(address)s; when it is there, credit the player in "
            "your own books."
        ),
        path="/partners/%(site)s/wins",
        places=_BY_MAIL,
        read=_of_win,
        concerns=queries.has_sites,
    ),
    NoticeKind(
        name="site.win_sent",
        called=_l("A win of a player of yours was sent to you"),
        title=_l("%(siteTitle)s: %(wonSats)s sats for a player were sent to you"),
        text=_l(
            "To your payout address %(address)s, by the transaction %(txid)s, for %(player)s (your account "
            "%(account)s), %(game)s, round %(round)s, order %(order)s. Once it is buried in the chain, credit the "
            "player in your own books."
        ),
        path="/partners/%(site)s/wins",
        places=_BY_MAIL,
        read=_of_win,
        concerns=queries.has_sites,
    ),
    NoticeKind(
        name="site.win_paid",
        called=_l("A win of a player of yours is paid: credit the player"),
        title=_l("%(siteTitle)s: credit a player with %(wonSats)s sats"),
        text=_l(
            "Credit %(player)s (your account %(account)s) in your own books: the win in %(game)s, round %(round)s, "
            "order %(order)s, was paid in block %(block)s to your payout address %(address)s, by the transaction "
            "%(txid)s."
        ),
        path="/partners/%(site)s/wins",
        places=_BY_MAIL,
        read=_of_win,
        concerns=queries.has_sites,
    ),
    NoticeKind(
        name="site.refunded",
        called=_l("Refunds for your players have come to your balance"),
        title=_l("%(siteTitle)s: %(refundedSats)s sats to pass on to players"),
        text=_l(
            "In %(game)s, round %(round)s, it bought nothing and came to your balance. It is no earning of yours: the "
            "lines of the balance name the players that it belongs to."
        ),
        path="/partners/%(site)s/balance",
        places=_BY_MAIL,
        read=_of_round,
        concerns=queries.has_sites,
    ),
    NoticeKind(
        name="site.payout_sent",
        called=_l("What your site has earned was sent"),
        title=_l("%(siteTitle)s: %(sentSats)s sats were sent to you"),
        text=_l(
            "To %(address)s, by the transaction %(txid)s. %(beside)sIt is final once it is buried in the chain; if its "
            "fee is raised meanwhile, its id changes, and the balance says which one it is."
        ),
        path="/partners/%(site)s/balance",
        places=_BY_MAIL,
        read=_of_sent,
        concerns=queries.has_sites,
    ),
)
