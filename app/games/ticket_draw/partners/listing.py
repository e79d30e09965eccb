"""The main game's records, as a partner's server and its dashboard list them: with their private part."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from app.catalogue.records import OwnCell
from app.catalogue.windows import listing
from app.catalogue.windows.console import rounds_told
from app.catalogue.windows.listing import received_sats
from app.catalogue.windows.placed import Ask
from app.catalogue.windows.reconciling import PaymentOfOrder, Reconciling, WinOfRound
from app.core.ids import created_at
from app.core.web.templating import sats
from app.core.wire.parameters import UuidText
from app.core.wire.schemas import Answer, Sats
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import PAYMENT_STATUSES, Round, TicketSlip
from app.games.ticket_draw.models import PartnerWin as Win
from app.games.ticket_draw.queries import OrderView, views
from app.games.ticket_draw.records import answers
from app.games.ticket_draw.records.answers import record_url
from app.games.ticket_draw.records.schemas import Order, Payment, RoundRecord, Slip, Ticket
from app.games.ticket_draw.rules import STATES
from app.selling.windows.lists.conditions import StatesInSql, Tickets
from app.selling.windows.proof.receipts import LogPart, log_part
from app.selling.windows.rounds.answers import payout_record
from app.selling.windows.rounds.schemas import PassedOnAt, Payout


class PartnerOrder(Order):
    """An order as its own partner sees it: with the private identifier."""

    player_private_identifier: str
    created_at: datetime


class PartnerReceipt(Answer):
    """An order with everything that belongs to it."""

    order: PartnerOrder
    payments: list[Payment]
    slip: Slip | None
    payout: Payout


class PartnerLoggedReceipt(PartnerReceipt):
    """The same, with what the public log says of it."""

    log: LogPart | None


class PartnerPayment(Payment):
    """A confirmed payment, and whose it is."""

    id: UuidText
    order_id: UuidText
    player_public_identifier: str
    player_private_identifier: str
    created_at: datetime
    passed_on_at: PassedOnAt


class PartnerWin(Answer):
    """A winning ticket of one of your players: you are paid the jackpot, and credit the player."""

    id: UuidText
    round_number: int
    slip_identifier: UuidText
    winning_ticket: Ticket
    jackpot_sats: Sats
    payout_address: str
    player_public_identifier: str | None
    player_private_identifier: str | None
    payout: Payout
    passed_on_at: PassedOnAt


OWN: Final = Reconciling(
    StatesInSql(ROUNDS, STATES, Tickets(TicketSlip.id, TicketSlip.status), ROUNDS.sale.has_room),
    Win,
    Win.slip_id,
    ("player_public_identifier", "player_private_identifier"),
    partial(views, is_private=True),
)


def order_record(view: OrderView) -> PartnerOrder:
    """An order with its private part."""
    return PartnerOrder(
        **dict(answers.order_record(view)),
        player_private_identifier=view.order.player_private_identifier,
        created_at=created_at(view.order.id),
    )


def _receipt_record(view: OrderView) -> PartnerReceipt:
    return PartnerReceipt(
        order=order_record(view),
        payments=[answers.payment_record(payment) for payment in view.payments],
        slip=answers.slip_record(view) if view.slip else None,
        payout=payout_record(view.win),
    )


def _logged_record(view: OrderView) -> PartnerLoggedReceipt:
    log = log_part(view.order.id, view.order.player_private_identifier)
    return PartnerLoggedReceipt(**dict(_receipt_record(view)), log=log)


def _payment_record(row: PaymentOfOrder) -> PartnerPayment:
    return PartnerPayment(**OWN.payment_fields(row), credited_round_number=row[0].credited_round_number)


def _win_record(row: WinOfRound) -> PartnerWin:
    win: Win = row.win
    return PartnerWin(**OWN.win_fields(row), slip_identifier=str(win.slip_id), winning_ticket=win.winning_ticket_number)


def _winning_ticket(row: WinOfRound) -> str:
    """As it is printed everywhere, with its leading zeros."""
    return f"{row.win.winning_ticket_number:0{row.round.ticket_digits}d}"


def _tickets(view: OrderView) -> int:
    return view.slip.ticket_count if view.slip else 0


def _tickets_that_count(view: OrderView) -> int:
    """Those of a void round are in no draw: what was paid for them bought nothing."""
    return 0 if view.slip is not None and view.slip.status == "void" else _tickets(view)


def _numbers(view: OrderView) -> str:
    """Which tickets, as they are printed everywhere."""
    digits = view.round.ticket_digits
    return ", ".join(f"{first:0{digits}d} – {last:0{digits}d}" for first, last in view.ranges)


def _has_confirmed_payment(view: OrderView) -> bool:
    return any(payment.status != "seen" for payment in view.payments)


def _what_is_asked_for(view: OrderView) -> str:
    price = sats(view.order.player_ticket_price_sats)
    return str(gettext("or more: the least that counts; a ticket costs %(sats)s sats", sats=price))


ROUNDS_RECORDS = listing.game_records(
    OWN,
    listing.orders(
        OWN,
        STATES.names,
        {"receivedSats": received_sats, "tickets": _tickets},
        OwnCell(_l("Tickets"), is_amount=True),
        lambda view: format_decimal(_tickets_that_count(view)),
        partial(record_url, "slip"),
        _receipt_record,
        PartnerReceipt,
        _logged_record,
        PartnerLoggedReceipt,
        Ask(answers.asked_sats, _what_is_asked_for, answers.payment_link),
        _has_confirmed_payment,
        _numbers,
    ),
    listing.payments(OWN, PAYMENT_STATUSES, _payment_record, PartnerPayment),
    listing.wins(
        OWN,
        "slipIdentifier",
        {"winningTicket": _winning_ticket},
        OwnCell(_l("Ticket"), is_amount=True),
        _winning_ticket,
        _win_record,
        PartnerWin,
    ),
    listing.rounds(OWN, answers.round_records, RoundRecord),
    partial(record_url, "round"),
)


def _sold(round_: Round) -> str:
    return f"{sats(round_.sold_tickets)} / {sats(round_.ticket_supply)}"


ROUNDS_TOLD: Final = rounds_told(OWN, _sold)
