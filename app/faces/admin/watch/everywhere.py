"""Whatever an operator can paste or type, found wherever it is: rounds, orders, payouts, partners, alarms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext
from sqlalchemy import or_, select

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.web.templating import sats
from app.money.payouts.models import Payout, PayoutOutput
from app.people.accounts import queries as accounts
from app.people.partners.models import PartnerSite
from app.record.audit.kinds import kind_of
from app.record.audit.models import Alarm

from . import searching
from .searching import Filters

_MOST: Final = 20
_NUMBER: Final = re.compile(r"(?P<said>.*?)#?(?P<number>[1-9][0-9]{0,8})")
_TXID: Final = re.compile(r"[0-9a-fA-F]{64}")
LONGEST: Final = searching.LONGEST


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: of which kind, what it is called, where it is, and what tells it from others."""

    kind: str
    title: str
    href: str
    detail: str = ""


def find(words: str) -> list[Hit]:
    """What these words name, by kind, each kind the newest first; at most twenty of a kind."""
    words = words.strip()
    if _TXID.fullmatch(words):
        words = words.lower()
    return [hit for look in _LOOKS for hit in look(words)] if words else []


def _rounds(words: str) -> Iterator[Hit]:
    """By the number alone, or as pages call a round: "round 3", "Ticket draw, round 3"."""
    match = _NUMBER.fullmatch(words)
    for game in catalogue().games if match else ():
        if not match or not _means(match["said"], game):
            continue
        number, status = int(match["number"]), None
        if game.windows is not None:
            rounds = game.windows.round
            status = db.session.scalar(select(rounds.status).where(rounds.round_number == number))
        elif game.records is not None and game.records.rounds is not None:
            try:
                status = str(getattr(game.records.rounds.one(number), "status", ""))
            except NotFound:
                continue
        if status is not None:
            title = gettext("%(game)s, round %(n)s", game=game.title, n=number)
            yield Hit("round", title, f"/admin/rounds/{game.name}/{number}", status)


def _means(said: str, game: GameParts) -> bool:
    """Whether what stands before a number names this game, or none."""
    said = said.strip(" ,").lower().removesuffix("round").strip(" ,")
    return said in {"", game.name, str(game.title).lower()}


def _payouts(words: str) -> Iterator[Hit]:
    query = select(Payout).order_by(Payout.id.desc()).limit(_MOST)
    payout_id = parse_id(words)
    if payout_id is not None:
        query = query.where(Payout.id == payout_id)
    elif _TXID.fullmatch(words):
        query = query.where(Payout.txid == bytes.fromhex(words)[::-1])
    elif len(words) > 25 and words.isalnum():  # an address
        query = query.where(Payout.id.in_(select(PayoutOutput.payout_id).where(PayoutOutput.address == words)))
    else:
        return
    for payout in db.session.scalars(query):
        yield Hit("payout", gettext("Payout %(id)s", id=str(payout.id)), f"/admin/payouts/{payout.id}", payout.state)


def _orders(words: str) -> Iterator[Hit]:
    for line in searching.orders(words, Filters(), _MOST):
        title = gettext("%(game)s, round %(n)s", game=line.game.title, n=line.number)
        who = gettext(
            "%(player)s at %(site)s, %(sats)s sats", player=line.player, site=line.site.name, sats=sats(line.paid_sats)
        )
        yield Hit("order", title, f"/admin/orders/{line.game.name}/{line.id}", str(who))


def _partners(words: str) -> Iterator[Hit]:
    lower, site_id = words.lower(), parse_id(words)
    which = [
        PartnerSite.name.contains(lower, autoescape=True),
        PartnerSite.display_name.icontains(words, autoescape=True),
        PartnerSite.payout_address == words,
        PartnerSite.owner_user_id == accounts.find_by_email(words),
        *([PartnerSite.id == site_id] if site_id is not None else []),
    ]
    query = select(PartnerSite).where(or_(*which)).order_by(PartnerSite.name != lower, PartnerSite.name).limit(_MOST)
    for site in db.session.scalars(query):
        yield Hit("partner", site.name, f"/admin/partners/{site.name}", site.display_name)


def _alarms(words: str) -> Iterator[Hit]:
    alarm_id = parse_id(words)
    found = db.session.get(Alarm, alarm_id) if alarm_id is not None else None
    if found is not None:
        yield Hit("alarm", kind_of(found.code).title, f"/admin/alarms/{found.id}", found.subject)


_LOOKS: Final[tuple[Callable[[str], Iterator[Hit]], ...]] = (_rounds, _payouts, _orders, _partners, _alarms)
