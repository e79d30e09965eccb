"""What the people of a site are told of without having looked: a win of a player of theirs, money that was sent.

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
from app.people.partners import queries
from app.record.notifications.quoting import unlinked
from app.record.notifications.telling.kinds import NoticeKind
from app.record.notifications.telling.places import Place
from app.record.notifications.telling.ports import tell

from .service import people_of


@dataclass(frozen=True, slots=True)
class Win:
    """A win in a `round` of a game, which people call `game` in English; `player` as the site names him."""

    site_id: UUID
    game: str
    round_number: int
    player: str
    sats: Sats


@dataclass(frozen=True, slots=True)
class Sent:
    """Earnings of a site on their way to `address`; `payment` names them, whichever version of it is mined."""

    site_id: UUID
    payment: UUID
    sats: Sats
    address: str
    txid: str


def won(win: Win) -> None:
    """A player of a site has won, in the transaction that says so; each of its people is told once."""
    told = {"game": win.game, "round": win.round_number, "player": win.player, "wonSats": win.sats}
    _tell("site.win", win.site_id, f"{win.game} {win.round_number}", told)


def sent(money: Sent) -> None:
    """What a site has earned is on its way, in the transaction that says so; a dearer version of it is no news."""
    told = {"sentSats": money.sats, "address": money.address, "txid": money.txid}
    _tell("site.payout_sent", money.site_id, f"{money.site_id} {money.payment}", told)


def _tell(kind: str, site_id: UUID, once: str, told: Mapping[str, Any]) -> None:
    site = queries.site_by_id(site_id)
    if site is None:
        return
    for user_id in sorted(people_of([site_id])):
        tell(user_id, kind, once=once, site=site.name, siteTitle=site.display_name, **told)


def _of_site(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"siteTitle": isolated(unlinked(told["siteTitle"]))}


def _of_win(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Games' titles are among the words of every language, by their English."""
    player, title = isolated(unlinked(told["player"])) or "–", str(told["game"])
    return {**_of_site(told), "player": player, "game": gettext(title)}


_BY_MAIL: Final[frozenset[Place]] = frozenset({"mail"})

KINDS: Final = (
    NoticeKind(
        name="site.win",
        called=_l("A player of your site has won"),
        title=_l("%(siteTitle)s: a player has won %(wonSats)s sats"),
        text=_l(
            "%(player)s, %(game)s, round %(round)s. The house owes the win and pays it to the order’s payout address. "
            "There is nothing that you have to do for it."
        ),
        path="/partners/%(site)s/wins",
        places=_BY_MAIL,
        read=_of_win,
        concerns=queries.has_sites,
    ),
    NoticeKind(
        name="site.payout_sent",
        called=_l("What your site has earned was sent"),
        title=_l("%(siteTitle)s: %(sentSats)s sats were sent to you"),
        text=_l(
            "To %(address)s, by the transaction %(txid)s. It is final once it is buried in the chain; if its fee is "
            "raised meanwhile, its id changes, and the balance says which one it is."
        ),
        path="/partners/%(site)s/balance",
        places=_BY_MAIL,
        read=_of_site,
        concerns=queries.has_sites,
    ),
)
