"""Whatever an operator can paste or type, found wherever it is: rounds, orders, payouts, partners, people, proposals,
alarms; whole, begun, or shortened as lists show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from flask_babel import gettext
from sqlalchemy import LargeBinary, and_, literal_column, or_, select

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.text.amounts import written
from app.core.text.isolation import isolated
from app.core.web.templating import sats, short_hash
from app.faces.admin import pasted
from app.faces.admin.bets import standing
from app.faces.admin.pasted import Pasted
from app.money.gateways.models import GatewayPayment
from app.money.gateways.operating import payments
from app.money.gateways.operating import words as of_payments
from app.money.payouts.models import Payout, PayoutOutput
from app.money.wallets.models import Withdrawal
from app.money.wallets.operating import listing as withdrawals
from app.money.wallets.operating import words as of_withdrawals
from app.people.accounts import queries as accounts
from app.people.approvals import queries as approvals
from app.people.approvals.models import Approval
from app.people.partners.models import PartnerSite, TeamMember
from app.people.players.models import PlayerProfile
from app.people.players.operating import finding
from app.record.audit.kinds import kind_of
from app.record.audit.models import Alarm
from app.selling.bets.games import GAMES
from app.selling.bets.models import BetTicket
from app.selling.windows.games import AnyGame
from app.selling.windows.models import COMMITMENT

from . import searching, subjects
from .searching import Filters

MOST: Final = 20
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_CODE: Final = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4})+")
LONGEST: Final = searching.LONGEST
_WORDS: Final = 8


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
    looks = [look for module, look in _LOOKS.items() if module in may and wanted.text]
    proposals = _proposals(wanted, may) if wanted.text else ()
    return [*(hit for look in looks for hit in islice(look(wanted), MOST)), *proposals]


def _rounds(wanted: Pasted) -> Iterator[Hit]:
    """By the number alone, or with the game's name in any order: "round 3", "3 ticket draw"; by a hash of its own."""
    for game in catalogue().games:
        number = _number(wanted.text, game)
        status = _status_of(game, number) if number else None
        if status is not None:
            yield _round(game, number, status)
        if game.windows is not None:
            yield from _by_hash(game, game.windows, wanted)


def _number(words: str, game: GameParts) -> int:
    """The number among these words, where all others name this game or none; else 0."""
    said = words.lower().replace(",", " ").replace("#", " ").split()
    numbers = [word for word in said if _NUMBER.fullmatch(word)]
    names = {"round", game.name, *str(game.title).lower().split()}
    means_it = len(numbers) == 1 and names.issuperset(word for word in said if word not in numbers)
    return int(numbers[0]) if means_it else 0


def _status_of(game: GameParts, number: int) -> str | None:
    """How a round stands; None where there is none of that number."""
    if game.windows is not None:
        rounds = game.windows.round
        found: str | None = db.session.scalar(select(rounds.status).where(rounds.round_number == number))
        return found
    if game.records is None or game.records.rounds is None:
        return None
    try:
        return str(getattr(game.records.rounds.one(number), "status", ""))
    except NotFound:
        return None


def _by_hash(game: GameParts, windows: AnyGame, wanted: Pasted) -> Iterator[Hit]:
    """Each hash by its own index."""
    rounds = windows.round
    kinds = (
        (rounds.seal_root, gettext("by its seal")),
        (rounds.closing_block_hash, gettext("by its closing hash")),
        (literal_column(COMMITMENT, LargeBinary), gettext("by its commitment")),
    )
    for column, how in kinds:
        condition = wanted.digest(column)
        if condition is None:
            return
        query = select(rounds.round_number, rounds.status).where(condition)
        for number, status in db.session.execute(query.order_by(rounds.round_number.desc()).limit(MOST)):
            yield _round(game, number, f"{status}, {how}")


def _round(game: GameParts, number: int, detail: str) -> Hit:
    title = gettext("%(game)s, round %(n)s", game=game.title, n=number)
    return Hit("round", title, f"/admin/rounds/{game.name}/{number}", detail)


def _tickets(wanted: Pasted) -> Iterator[Hit]:
    """A ticket of bets by the code on its receipt, or by its id."""
    ids, code = pasted.ids_of(BetTicket.id, wanted, MOST), wanted.text.upper()
    if not ids and not _CODE.fullmatch(code):
        return
    which = BetTicket.id.in_(ids) if ids else BetTicket.code == code
    for one in db.session.scalars(select(BetTicket).where(which).order_by(BetTicket.id.desc()).limit(MOST)):
        amount = written(one.total_minor, one.currency)
        yield Hit("ticket", gettext("Card %(code)s", code=one.code), f"/admin/{one.game}/cards/{one.id}", amount)


def _draws(wanted: Pasted) -> Iterator[Hit]:
    """A draw of bets by its name, by its day, or by its day and time, as lists call it."""
    for game in GAMES.get().values():
        for line in standing.called(game, wanted.text):
            title = gettext("%(game)s, draw %(draw)s", game=game.title, draw=line.draw.name)
            detail = gettext("%(time)s, where it is held", time=f"{line.at:%Y-%m-%d %H:%M}")
            yield Hit("draw", title, f"/admin/{game.name}/games/{line.draw.name}", detail)


def _rounds_and_tickets(wanted: Pasted) -> Iterator[Hit]:
    yield from _rounds(wanted)
    yield from _draws(wanted)
    yield from _tickets(wanted)


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
    """By parts of their names, by the whole mail address of whoever may see them, by where they are paid."""
    words, lower = wanted.text, wanted.text.lower()
    person = accounts.find_by_email(words)
    is_paid, span = wanted.address(PartnerSite.payout_address), wanted.ids()
    which = [
        PartnerSite.name.contains(lower, autoescape=True),
        and_(*(PartnerSite.display_name.icontains(word, autoescape=True) for word in words.split()[:_WORDS])),
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


def _money(wanted: Pasted) -> Iterator[Hit]:
    """Payments and withdrawals, by our numbers, begun or shortened too, and by those of gateways, whole."""
    whole = wanted.head if not wanted.is_shortened else ""
    paid = [*pasted.ids_of(GatewayPayment.id, wanted, MOST), *(payments.named(whole) if whole else ())]
    for one in payments.found(payments.Filters(ids=paid), None, MOST) if paid else ():
        title = gettext("Payment of %(amount)s", amount=written(one.amount, one.currency))
        yield Hit("payment", title, f"/admin/money/payments/{one.id}", str(of_payments.of_state(one.state).title))
    drawn = withdrawals.chosen(pasted.ids_of(Withdrawal.id, wanted, MOST))
    for line in drawn or (withdrawals.named(whole) if whole else ()):
        title = gettext("Withdrawal of %(amount)s", amount=written(line.drawn.amount, line.drawn.currency))
        state = str(of_withdrawals.of_state(line.drawn.state).title)
        yield Hit("withdrawal", title, f"/admin/money/withdrawals/{line.drawn.id}", state)


def _people(wanted: Pasted) -> Iterator[Hit]:
    """Who is registered: by a whole mail address or phone number, by how the name begins, or by the id."""
    for person in finding.called(wanted.text, pasted.ids_of(PlayerProfile.id, wanted, MOST), MOST):
        yield Hit("person", person.name, f"/admin/people/{person.id}", person.jurisdiction)


def _proposals(wanted: Pasted, may: Collection[str]) -> Iterator[Hit]:
    """What a second person decides or decided, of the modules that an operator may open."""
    for approval_id in pasted.ids_of(Approval.id, wanted, MOST):
        try:
            found = approvals.one(approval_id, may)
        except DomainError:
            continue  # it is of a module that is not his
        title = gettext("Proposal: %(title)s", title=found.title)
        yield Hit("approval", title, f"/admin/approvals/{approval_id}", subjects.in_words(found.row.subject))


_LOOKS: Final[Mapping[str, Callable[[Pasted], Iterator[Hit]]]] = {
    "rounds": _rounds_and_tickets,
    "payouts": _payouts,
    "wallets": _money,
    "orders": _orders,
    "partners": _partners,
    "people": _people,
    "alarms": _alarms,
}
"""By the module of the console that shows what it finds."""
