"""Luckotto's records, as a partner's server and its dashboard list them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final, Literal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.catalogue.records import OwnCell
from app.catalogue.windows import listing
from app.catalogue.windows.console import rounds_told
from app.catalogue.windows.listing import received_sats
from app.catalogue.windows.placed import Ask
from app.catalogue.windows.reconciling import PaymentOfOrder, Reconciling, WinOfRound
from app.core.web.templating import sats
from app.core.wire.parameters import UuidText
from app.core.wire.schemas import Answer, Sats
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import PAYMENT_STATUSES, LuckottoTicket, LuckottoWin
from app.games.luckotto.models import LuckottoRound as RoundRow
from app.games.luckotto.queries import OrderView, views
from app.games.luckotto.records import answers
from app.games.luckotto.records.answers import luckotto_url
from app.games.luckotto.records.schemas import LuckottoOrder, LuckottoPayment, LuckottoRound, Six
from app.games.luckotto.rules import STATES, numbers_of
from app.selling.windows.lists.conditions import StatesInSql, Tickets
from app.selling.windows.proof.receipts import LogPart, log_part
from app.selling.windows.rounds.schemas import PassedOnAt, Payout


class LuckottoPartnerOrder(LuckottoOrder):
    """A Luckotto order of yours, which is public as it stands."""

    game: Literal["luckotto"] = "luckotto"


class LuckottoPartnerReceipt(LuckottoPartnerOrder):
    """The same, with what the public log says of it."""

    log: LogPart | None


class LuckottoPartnerPayment(LuckottoPayment):
    """A confirmed payment to a Luckotto order of yours."""

    game: Literal["luckotto"] = "luckotto"
    id: UuidText
    order_id: UuidText
    round_number: int
    player_uname: str
    player_identifier: str
    created_at: datetime
    passed_on_at: PassedOnAt


class LuckottoPartnerWin(Answer):
    """A ticket that holds all six drawn numbers: you are paid the jackpot, and credit the player."""

    game: Literal["luckotto"] = "luckotto"
    id: UuidText
    round_number: int
    order_id: UuidText
    winning_numbers: Six
    jackpot_sats: Sats
    payout_address: str
    player_uname: str
    player_identifier: str
    payout: Payout
    passed_on_at: PassedOnAt


OWN: Final = Reconciling(
    StatesInSql(LUCKOTTO, STATES, Tickets(LuckottoTicket.id, LuckottoTicket.status), LUCKOTTO.sale.has_room),
    LuckottoWin,
    LuckottoWin.ticket_id,
    ("player_uname", "player_identifier"),
    views,
)


def _order_record(view: OrderView) -> LuckottoPartnerOrder:
    return LuckottoPartnerOrder(**dict(answers.order_record(view)))


def _logged_record(view: OrderView) -> LuckottoPartnerReceipt:
    log = log_part(view.order.id, view.order.player_identifier)
    return LuckottoPartnerReceipt(**dict(_order_record(view)), log=log)


def _payment_record(row: PaymentOfOrder) -> LuckottoPartnerPayment:
    payment, order, _ = row
    return LuckottoPartnerPayment(
        **OWN.payment_fields(row),
        round_number=order.round_number,
        tx_index=payment.tx_index,
        refunded_at=payment.refunded_at,
    )


def _win_record(row: WinOfRound) -> LuckottoPartnerWin:
    win: LuckottoWin = row.win
    return LuckottoPartnerWin(
        **OWN.win_fields(row), order_id=str(win.ticket_id), winning_numbers=list(numbers_of(win.winning_numbers))
    )


def _spaced(numbers: Sequence[int] | None) -> str:
    return " ".join(map(str, numbers or ()))


def _what_is_asked_for(view: OrderView) -> str:
    if view.paid_sats:
        return str(gettext("what is missing of %(sats)s sats for these numbers", sats=sats(view.order.total_sats)))
    return str(gettext("these numbers, in one payment or several"))


LUCKOTTO_RECORDS = listing.game_records(
    OWN,
    listing.orders(
        OWN,
        STATES.names,
        {
            "requestedNumbers": lambda view: _spaced(view.requested_numbers),
            "allocatedNumbers": lambda view: _spaced(view.allocated_numbers),
            "totalSats": lambda view: view.order.total_sats,
            "receivedSats": received_sats,
        },
        OwnCell(_l("Numbers")),
        lambda view: ", ".join(map(str, view.allocated_numbers or view.requested_numbers)),
        partial(luckotto_url, "order"),
        _order_record,
        LuckottoPartnerOrder,
        _logged_record,
        LuckottoPartnerReceipt,
        Ask(lambda view: view.asked_sats, _what_is_asked_for, lambda view, amount: answers.payment_link(view)),
        numbers=lambda view: ", ".join(map(str, view.allocated_numbers or ())),
    ),
    listing.payments(OWN, PAYMENT_STATUSES, _payment_record, LuckottoPartnerPayment),
    listing.wins(
        OWN,
        "orderId",
        {"winningNumbers": lambda row: _spaced(numbers_of(row.win.winning_numbers))},
        OwnCell(_l("Numbers")),
        lambda row: ", ".join(map(str, numbers_of(row.win.winning_numbers))),
        _win_record,
        LuckottoPartnerWin,
    ),
    listing.rounds(OWN, answers.round_records, LuckottoRound),
    partial(luckotto_url, "round"),
)


def _sold(round_: RoundRow) -> str:
    return f"{sats(round_.sold_combinations)} / {sats(round_.possible_combinations)}"


LUCKOTTO_TOLD: Final = rounds_told(OWN, _sold)
