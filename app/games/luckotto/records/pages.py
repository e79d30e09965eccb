"""Luckotto's public records as pages: rounds, one round, one order; and what the website's first page shows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext, ngettext

from app.catalogue.frame import buying
from app.catalogue.fronts import GameFront, Link, Live, Verifier, parts_in
from app.catalogue.windows import contexts
from app.catalogue.windows.checkout import Checkout, checkout, progress
from app.catalogue.windows.pages import RecordPages
from app.chain import queries as chain
from app.core.config import current_settings
from app.core.ids import created_at
from app.core.money import Sats
from app.games.luckotto import queries
from app.games.luckotto.draw.drawing import ALGORITHMS
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import LuckottoRound, LuckottoWin
from app.games.luckotto.queries import OrderView
from app.games.luckotto.rules import numbers_of
from app.games.luckotto.wording import listed, order_words, payment_words, round_words
from app.selling.windows import queries as windows
from app.selling.windows.proof.receipts import leaves_of
from app.selling.windows.rules import Phase, blocks_to_pay

from .answers import luckotto_url, payment_link
from .paper import paper, receipt

bp = Blueprint("luckotto", __name__)

SHARED_ENDPOINTS: Final = (
    "luckotto.rounds",
    "luckotto.round_page",
    "luckotto.order",
    "luckotto.receipt",
    "luckotto.paper",
)

_PATH: Final = "/luckotto"
_PAYABLE = ("waiting", "partly_paid")


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(luckotto_url=luckotto_url)
    state.app.jinja_env.filters.update(listed=listed, numbers_of=numbers_of)


def _round_context(round_: LuckottoRound) -> dict[str, Any]:
    """What the parts about a round itself need."""
    return {
        **contexts.round_context(LUCKOTTO, round_, round_words(round_), luckotto_url),
        **contexts.draw_context(LUCKOTTO, ALGORITHMS, round_, round_.sold_combinations, round_.possible_combinations),
        "win": windows.win_of(LuckottoWin, round_),
        "drawn_numbers": list(numbers_of(round_.winning_numbers)) if round_.winning_numbers else [],
        "parts": queries.ticket_sizes(round_.round_number),
    }


def _order_context(view: OrderView, _: str) -> dict[str, Any]:
    """What the page of an order needs."""
    context, tip = _round_context(view.round), chain.tip_height()
    left = blocks_to_pay(view.round.window, tip)
    return {
        **context,
        **contexts.order_milestone(view.round),
        "view": view,
        "words": order_words(view),
        "made_at": created_at(view.order.id),
        "payment_words": payment_words,
        "changes": view.changes,
        "received": view.received_sats,
        "checkout": _checkout(view, tip) if _is_payable(view, left) else None,
        "blocks_left": left,
        "progress": progress(tip),
        "is_short_of_time": left <= current_settings().order_stop_blocks,
        "remainder": _remainder(view),
        "logged": leaves_of(view.order.id),
        "shown_before": buying.shown_before(view.order.round_number),
    }


def _is_payable(view: OrderView, blocks: int) -> bool:
    """Whether a payment sent now may still get numbers."""
    return view.state in _PAYABLE and blocks > 0 and not view.is_sold_out


def _checkout(view: OrderView, tip: int) -> Checkout:
    """What the order's page asks for: all that is missing of its price."""
    what = ngettext("%(num)s number", "%(num)s numbers", len(view.requested_numbers))
    is_rest = view.state == "partly_paid" and view.missing_sats < view.order.total_sats
    return checkout(view, view.asked_sats, payment_link(view), what, tip, is_rest=is_rest)


def _remainder(view: OrderView) -> Sats:
    """What was paid beyond the price of a ticket that exists."""
    return max(0, view.paid_sats - view.order.total_sats) if view.ticket is not None else 0


def _orders_context(round_: LuckottoRound) -> dict[str, Any]:
    def page(number: int, after: UUID | None, limit: int) -> list[OrderView]:
        return queries.views(windows.paid_orders(LUCKOTTO, number, after, limit))

    return contexts.orders_context(round_.round_number, page, luckotto_url, "orders")


PAGES: Final = RecordPages(
    game=LUCKOTTO,
    links=luckotto_url,
    templates="games/luckotto",
    order="order",
    winners=partial(windows.wins_of, LuckottoWin),
    round_context=_round_context,
    orders_context=_orders_context,
    find=queries.order_of,
    order_context=_order_context,
)
PAGES.serve(bp, "round_page")
PAGES.serve_orders(bp)
bp.add_url_rule(luckotto_url.rule("receipt"), "receipt", receipt)
bp.add_url_rule(luckotto_url.rule("paper"), "paper", paper)


def _live() -> Live:
    current, last = windows.current_round(LUCKOTTO), windows.last_settled(LUCKOTTO)
    sells = windows.round_for_orders(LUCKOTTO, current_settings().order_stop_blocks)
    return Live.of(
        "games/luckotto/_live.html",
        Link(f"{_PATH}/rounds/{sells.round_number}", sells.round_number, sells.status == Phase.OPEN) if sells else None,
        Link(f"{_PATH}/verify?round={last.round_number}", last.round_number) if last else None,
        round=current,
        last=last,
        tip=chain.tip_height(),
    )


def _examples() -> Mapping[str, Any]:
    return {
        "lottery_last": windows.last_settled(LUCKOTTO, *ALGORITHMS.run_on_pages()),
        "lottery_newest": windows.last_settled(LUCKOTTO),
    }


_DOCS: Final = parts_in(
    "games/luckotto/docs",
    "docs",
    "faq",
    "platform",
    "technical",
    "utilities/luckotto_allocate.py",
    "utilities/luckotto_draw.py",
    "utilities/verify_round.py",
)

FRONT = GameFront(
    LUCKOTTO.title,
    LUCKOTTO.title,
    _PATH,
    _live,
    _examples,
    lazy_gettext("Choose 6 to 25 numbers. The one ticket that holds all six that are drawn takes the jackpot."),
    docs=_DOCS,
    verifier=Verifier(
        f"{_PATH}/verify", lazy_gettext("Verify a round of Luckotto"), f"{_PATH}/verify", "games/luckotto/bundle.js"
    ),
)
