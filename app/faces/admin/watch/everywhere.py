"""Whatever an operator can paste or type, found wherever it is: rounds, orders, payouts, partners, alarms; whole,
begun, or shortened as lists show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext
from sqlalchemy import or_, select

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.core.database.session import db
from app.core.errors import NotFound
from app.core.text.isolation import isolated
from app.core.web.templating import sats, short_hash
from app.faces.admin import pasted
from app.faces.admin.pasted import Pasted
from app.money.payouts.models import Payout, PayoutOutput
from app.people.accounts import queries as accounts
from app.people.partners.models import PartnerSite, TeamMember
from app.record.audit.kinds import kind_of
from app.record.audit.models import Alarm

from . import searching, subjects
from .searching import Filters

MOST: Final = 20
_NUMBER: Final = re.compile(r"(?P<said>.*?)#?(?P<number>[1-9][0-9]{0,8})")
LONGEST: Final = searching.LONGEST


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: of which kind, what it is called, where it is, and what tells it from others."""

    kind: str
    title: str
    href: str
    detail: str = ""


def find(words: str, may: Collection[str]) -> list[Hit]:
    """What these words name, by kind, each kind the newest first; at most twenty of a kind, and only of the modules of
    the console that an operator may open."""
    wanted = pasted.read(words)
    return [hit for module, look in _LOOKS.items() if module in may for hit in look(wanted)] if wanted.text else []


def _rounds(wanted: Pasted) -> Iterator[Hit]:
    """By the number alone, or as pages call a round: "round 3", "Ticket draw, round 3"."""
    match = _NUMBER.fullmatch(wanted.text)
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


def _payouts(wanted: Pasted) -> Iterator[Hit]:
    """By their ids, their transactions, and where they pay."""
    found = set(pasted.ids_of(Payout.id, wanted, MOST))
    of_txid, of_address = wanted.txid(Payout.txid), wanted.address(PayoutOutput.address)
    if of_txid is not None:
        found.update(db.session.scalars(select(Payout.id).where(of_txid).limit(MOST)))
    if of_address is not None:
        paying = select(PayoutOutput.payout_id).where(of_address).order_by(PayoutOutput.payout_id.desc())
        found.update(db.session.scalars(paying.limit(MOST)))
    query = select(Payout).where(Payout.id.in_(found)).order_by(Payout.id.desc()).limit(MOST)
    for payout in db.session.scalars(query) if found else ():
        yield Hit("payout", gettext("Payout %(id)s", id=str(payout.id)), f"/admin/payouts/{payout.id}", payout.state)


def _orders(wanted: Pasted) -> Iterator[Hit]:
    for line in searching.orders(wanted.text, Filters(), MOST, whole_first=True):
        title = gettext("%(player)s, order %(id)s", player=isolated(line.player), id=short_hash(str(line.id), 8, 4))
        where = gettext(
            "%(game)s, round %(n)s, at %(site)s, %(sats)s sats",
            game=line.game.title,
            n=line.number,
            site=line.site.name,
            sats=sats(line.paid_sats),
        )
        yield Hit("order", title, f"/admin/orders/{line.game.name}/{line.id}", str(where))


def _partners(wanted: Pasted) -> Iterator[Hit]:
    """By a part of their names, by the whole mail address of whoever may see them, by where they are paid."""
    words, lower = wanted.text, wanted.text.lower()
    person = accounts.find_by_email(words)
    is_paid, span = wanted.address(PartnerSite.payout_address), wanted.ids()
    which = [
        PartnerSite.name.contains(lower, autoescape=True),
        PartnerSite.display_name.icontains(words, autoescape=True),
        PartnerSite.owner_user_id == person,
        PartnerSite.id.in_(select(TeamMember.partner_site_id).where(TeamMember.user_id == person)),
        *([is_paid] if is_paid is not None else []),
        *([PartnerSite.id.between(*span)] if span and not wanted.is_shortened else []),
    ]
    query = select(PartnerSite).where(or_(*which)).order_by(PartnerSite.name != lower, PartnerSite.name).limit(MOST)
    for site in db.session.scalars(query):
        yield Hit("partner", site.name, f"/admin/partners/{site.name}", site.display_name)


def _alarms(wanted: Pasted) -> Iterator[Hit]:
    for alarm_id in pasted.ids_of(Alarm.id, wanted, MOST):
        found = db.session.get_one(Alarm, alarm_id)
        yield Hit("alarm", kind_of(found.code).title, f"/admin/alarms/{found.id}", subjects.in_words(found.subject))


_LOOKS: Final[Mapping[str, Callable[[Pasted], Iterator[Hit]]]] = {
    "rounds": _rounds,
    "payouts": _payouts,
    "orders": _orders,
    "partners": _partners,
    "alarms": _alarms,
}
"""By the module of the console that shows what it finds."""
