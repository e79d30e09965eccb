"""Public records: where they are, and their JSON from the read model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.catalogue.windows import checkout
from app.catalogue.windows.links import RecordLinks
from app.core.money import Sats
from app.games.ticket_draw.draw.drawing import ALGORITHMS
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.queries import OrderView
from app.money.payouts.sent.debts import Debt
from app.outcomes.draws.models import Draw
from app.selling.windows import queries
from app.selling.windows.proof import witnessed
from app.selling.windows.proof.receipts import log_part
from app.selling.windows.proof.witnessed import Witnessed
from app.selling.windows.queries import PaymentView
from app.selling.windows.rounds.answers import address_fields, payout_record, round_fields
from app.selling.windows.rules import ticket_status

from .schemas import Order, Payment, PublicSlip, Receipt, RoundRecord, Slip

record_url = RecordLinks(
    {
        "rounds": "/rounds",
        "round": "/rounds/{}",
        "slip": "/slips/{}",
        "receipt": "/slips/{}/receipt.json",
        "paper": "/slips/{}/receipt.pdf",
    }
)
"""A slip is named by its order's id, or by a receipt's secret; a receipt by the secret alone."""


def payment_link(view: OrderView, amount: Sats) -> str:
    """A payment request that a wallet notes as this order's: the player by the name that everybody may read."""
    return checkout.payment_link(view, ROUNDS.title, view.order.player_public_identifier, amount)


def asked_sats(view: OrderView) -> Sats:
    """What is asked for where nobody says how many: one ticket or, where that is more, the least that is accepted. What
    is left over makes it no smaller: no payment may be below a ticket's price."""
    return max(view.order.player_ticket_price_sats, view.order.min_payment_sats)


def order_record(view: OrderView) -> Order:
    """An order, with a link that asks for one ticket."""
    order, address = view.order, view.address
    return Order(
        id=str(order.id),
        round_number=order.round_number,
        partner_name=view.site.name,
        player_public_identifier=order.player_public_identifier,
        deposit_address=address.address,
        bip21=payment_link(view, asked_sats(view)),
        **address_fields(address),
        base_ticket_price_sats=order.base_ticket_price_sats,
        player_ticket_price_sats=order.player_ticket_price_sats,
        min_payment_sats=order.min_payment_sats,
        house_edge=order.house_edge_percent / 100,  # division rounds once, so this prints as the two decimals it is
        payout_address=order.payout_address,
        status=view.state,
    )


def payment_record(view: PaymentView) -> Payment:
    """One payment."""
    return Payment.model_validate(view)


def receipt_record(view: OrderView) -> Receipt:
    """What the holder of an order's secret sees."""
    return Receipt(
        order=order_record(view),
        payments=[payment_record(payment) for payment in view.payments],
        slip=slip_record(view) if view.slip else None,
        payout=payout_record(view.win),
        log=log_part(view.order.id, view.order.player_private_identifier),
    )


def slip_record(view: OrderView) -> Slip:
    """An order's slip; the order must have one."""
    slip = view.slip
    assert slip is not None
    return Slip(
        identifier=str(slip.id),
        paid_sats=slip.paid_sats,
        ticket_count=slip.ticket_count,
        jackpot_contribution_sats=slip.jackpot_contribution_sats,
        ranges=[list(pair) for pair in view.ranges],
        first_block_height=slip.first_block_height,
        first_block_hash=slip.first_block_hash,
        status=ticket_status(slip.status, view.round.status),
    )


def public_record(view: OrderView) -> PublicSlip:
    """An order as everybody may see it: never the private identifier."""
    return PublicSlip(
        identifier=str(view.order.id),
        partner_name=view.site.name,
        player_public_identifier=view.order.player_public_identifier,
        ticket_count=view.slip.ticket_count if view.slip else 0,
        paid_sats=view.slip.paid_sats if view.slip else 0,
        ranges=[list(pair) for pair in view.ranges],
        deposit_address=view.address.address,
        **address_fields(view.address),
        payments=[payment_record(payment) for payment in view.payments],
        payout=payout_record(view.win),
    )


_NOTHING_DRAWN: Final = dict.fromkeys(("draw_digits", "draw_digests", "last_state", "checkpoints_root"))


def round_records(rounds: Sequence[Round]) -> list[RoundRecord]:
    """Rounds with their draws, and what became of their jackpots."""
    draws, owed = queries.draws_of(ROUNDS, rounds), queries.debts_of(ROUNDS, rounds)
    seen, numbers = witnessed.of_rounds(ROUNDS, rounds), [round_.round_number for round_ in rounds]
    return [
        _round_record(round_, draws.get(number), owed.get(number), seen[number])
        for number, round_ in zip(numbers, rounds, strict=True)
    ]


def _round_record(round_: Round, draw: Draw | None, debt: Debt | None, seen: Witnessed) -> RoundRecord:
    """A round with what is told of its draw."""
    told: dict[str, Any] = {**_NOTHING_DRAWN, **ALGORITHMS.in_round(round_, draw)}
    return RoundRecord(
        **round_fields(round_, seen),
        ticket_digits=round_.ticket_digits,
        ticket_supply=round_.ticket_supply,
        base_ticket_price_sats=round_.base_ticket_price_sats,
        house_fee_percent=round_.house_fee_percent,
        sold_tickets=round_.sold_tickets,
        hashes_per_digit=round_.hashes_per_digit,
        hashes=round_.hashes,
        winning_ticket=round_.winning_ticket,
        payout=payout_record(debt),
        **told,
    )
