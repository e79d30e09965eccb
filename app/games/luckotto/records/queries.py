"""Luckotto's public records as pages: rounds, one round, one order. Both surfaces answer with these."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.catalogue.frame import buying, records
from app.chain import queries as chain
from app.core.config import current_settings
from app.core.ids import created_at
from app.core.money import Sats
from app.core.web.requests import render
from app.games.luckotto import queries
from app.games.luckotto.draw import known
from app.games.luckotto.models import LuckottoRound
from app.games.luckotto.queries import OrderView
from app.games.luckotto.rules import numbers_of
from app.games.luckotto.wording import order_words, payment_words, round_words
from app.selling.windows.models import FINAL_STATUSES
from app.selling.windows.rounds.pace import seconds_per_block
from app.selling.windows.words.verifier import by_script

from .answers import payment_link
from .links import luckotto_url
from .progress import changes_of, cheating_view, draw_view, received_sats, ticket_sizes

_PAYABLE = ("waiting", "partly_paid")


def answer_rounds(**context: Any) -> Response:
    """The list of rounds, the newest first; `?before=` a round number."""
    context |= records.rounds_context(queries.rounds_page, luckotto_url)
    context["wins"] = queries.wins_of(context["rounds"])
    return render("games/luckotto/rounds.html", "games/luckotto/_rounds.html", **context)


def answer_round(number: int, **context: Any) -> Response:
    """One round; `?after=` the last order of the page before. Raises NotFound."""
    round_ = queries.round_of(number)
    is_final = round_.status in FINAL_STATUSES
    context |= round_context(round_) | _orders_context(round_.round_number) | {"is_final": is_final}
    return render("games/luckotto/round.html", "games/luckotto/_round.html", records.status_of(is_final), **context)


def answer_order(identifier: str, **context: Any) -> Response:
    """One order by its id. Raises NotFound."""
    view = queries.order_of(identifier)
    is_final = view.round.status in FINAL_STATUSES and view.state != "seen"
    context |= order_context(view) | {"is_final": is_final}
    return render("games/luckotto/order.html", "games/luckotto/_order.html", records.status_of(is_final), **context)


def round_context(round_: LuckottoRound) -> dict[str, Any]:
    """What the parts about a round itself need."""
    settings, draw, algorithm = current_settings(), queries.draw_of(round_), known.of_round(round_)
    return {
        **records.round_context(round_, round_words(round_), luckotto_url),
        "draw": draw_view(round_, draw),
        "draw_before": algorithm.before(round_),
        "draw_script": by_script(algorithm, draw) if round_.status == "settled" else None,
        "win": queries.win_of(round_),
        "drawn_numbers": list(numbers_of(round_.winning_numbers)) if round_.winning_numbers else [],
        "cheating": cheating_view(round_, settings.block_subsidy_sats),
        "parts": ticket_sizes(round_.round_number),
    }


def order_context(view: OrderView) -> dict[str, Any]:
    """What the page of an order needs."""
    context, tip = round_context(view.round), chain.tip_height()
    left = max(0, view.round.sales_end_height - 1 - tip)
    return {
        **context,
        "view": view,
        "words": order_words(view),
        "made_at": created_at(view.order.id),
        "payment_words": payment_words,
        "changes": changes_of(view),
        "received": received_sats(view),
        "due": view.asked_sats,
        "due_link": payment_link(view),
        "blocks_left": left,
        "seconds_left": left * seconds_per_block(),
        "is_payable": view.state in _PAYABLE and left > 0,
        "is_short_of_time": left <= current_settings().order_stop_blocks,
        "remainder": _remainder(view),
        "shown_before": buying.shown_before(view.order.round_number),
    }


def _remainder(view: OrderView) -> Sats:
    """What was paid beyond the price of a ticket that exists."""
    return max(0, view.paid_sats - view.order.total_sats) if view.ticket is not None else 0


def _orders_context(number: int) -> dict[str, Any]:
    return records.orders_context(number, queries.round_orders_page, luckotto_url, "orders")
