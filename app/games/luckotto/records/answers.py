"""Public records: where they are, and their JSON from the read model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.catalogue.windows import checkout
from app.catalogue.windows.links import RecordLinks
from app.core.ids import created_at
from app.games.luckotto import rules
from app.games.luckotto.draw.drawing import ALGORITHMS
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import LuckottoRound, LuckottoWin
from app.games.luckotto.queries import OrderView
from app.games.luckotto.service import Quote
from app.money.payouts.sent.debts import Debt
from app.outcomes.draws.models import Draw
from app.selling.windows import queries
from app.selling.windows.proof import witnessed
from app.selling.windows.proof.receipts import log_part
from app.selling.windows.proof.witnessed import Witnessed
from app.selling.windows.queries import PaymentView
from app.selling.windows.rounds.answers import address_fields, payout_record, round_fields

from . import schemas

luckotto_url = RecordLinks(
    {
        "rounds": "/luckotto",
        "round": "/luckotto/rounds/{}",
        "order": "/luckotto/orders/{}",
        "receipt": "/luckotto/orders/{}/receipt.json",
        "paper": "/luckotto/orders/{}/receipt.pdf",
    }
)


def quote_record(found: Quote) -> schemas.LuckottoQuote:
    """A priced request."""
    return schemas.LuckottoQuote(
        round_number=found.round.round_number,
        requested_numbers=list(found.numbers),
        combinations=found.price.combinations,
        base_sats=found.price.base,
        fee_sats=found.price.fee,
        total_sats=found.price.total,
        odds=odds_record(found.odds),
        free=found.is_free,
    )


def odds_record(odds: rules.Odds) -> schemas.Odds:
    """A chance; `oneIn` is rounded down, whoever needs it exactly has the two numbers."""
    return schemas.Odds(
        combinations=odds.combinations, possible=odds.possible, one_in=odds.possible // odds.combinations
    )


def payment_link(view: OrderView) -> str:
    """A payment request for what is missing, which a wallet notes as this order's."""
    return checkout.payment_link(view, LUCKOTTO.title, view.order.player_uname, view.asked_sats)


def payment_record(view: PaymentView) -> schemas.LuckottoPayment:
    """One payment."""
    return schemas.LuckottoPayment.model_validate(view)


def order_record(view: OrderView) -> schemas.LuckottoOrder:
    """An order as everybody may see it."""
    order, address = view.order, view.address
    allocated = view.allocated_numbers
    return schemas.LuckottoOrder(
        id=str(order.id),
        round_number=order.round_number,
        partner_id=str(view.site.id),
        partner_name=view.site.name,
        player_uname=order.player_uname,
        player_identifier=order.player_identifier,
        requested_numbers=list(view.requested_numbers),
        allocated_numbers=list(allocated) if allocated is not None else None,
        combinations=rules.combinations(len(view.requested_numbers)),
        deposit_address=address.address,
        bip21=payment_link(view),
        **address_fields(address),
        base_sats=order.base_sats,
        fee_sats=order.fee_sats,
        total_sats=order.total_sats,
        min_payment_sats=order.min_payment_sats,
        paid_sats=view.paid_sats,
        payout_address=order.payout_address,
        odds=odds_record(view.odds),
        payments=[payment_record(payment) for payment in view.payments],
        status=view.state,
        payout=payout_record(view.win),
        created_at=created_at(order.id),
    )


def receipt_record(view: OrderView) -> schemas.LuckottoReceipt:
    """An order with what the public log says of it, as everybody may see it."""
    return schemas.LuckottoReceipt(**dict(order_record(view)), log=log_part(view.order.id, None))


def receipt_of_new(view: OrderView) -> schemas.LuckottoReceipt:
    """The same of an order that was made just now: nothing is said of it yet, and nobody asks."""
    return schemas.LuckottoReceipt(**dict(order_record(view)), log=None)


_NOTHING_DRAWN: Final = dict.fromkeys(("drawn_numbers", "draw_digests", "last_state", "checkpoints_root"))


def round_records(rounds: Sequence[LuckottoRound]) -> list[schemas.LuckottoRound]:
    """Rounds with their draws and winners, and what became of their jackpots."""
    draws, wins = queries.draws_of(LUCKOTTO, rounds), queries.wins_of(LuckottoWin, rounds)
    owed, seen = queries.debts_of(LUCKOTTO, rounds), witnessed.of_rounds(LUCKOTTO, rounds)
    numbers = [round_.round_number for round_ in rounds]
    return [
        _round_record(round_, draws.get(number), wins.get(number), owed.get(number), seen[number])
        for number, round_ in zip(numbers, rounds, strict=True)
    ]


def _round_record(
    round_: LuckottoRound, draw: Draw | None, win: LuckottoWin | None, debt: Debt | None, seen: Witnessed
) -> schemas.LuckottoRound:
    """A round with what is told of its draw."""
    told: dict[str, Any] = {**_NOTHING_DRAWN, **ALGORITHMS.in_round(round_, draw)}
    return schemas.LuckottoRound(
        **round_fields(round_, seen),
        pool_size=round_.pool_size,
        base_combination_price_sats=round_.base_combination_price_sats,
        possible_combinations=round_.possible_combinations,
        hash_work=round_.hash_work,
        hashes=round_.hashes,
        sold_tickets=round_.sold_tickets,
        sold_combinations=round_.sold_combinations,
        winning_numbers=list(rules.numbers_of(round_.winning_numbers)) if round_.winning_numbers else None,
        winning_order_id=str(win.ticket_id) if win is not None else None,
        payout=payout_record(debt),
        **told,
    )
