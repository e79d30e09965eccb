"""The public records as pages: rounds, one round, one slip; the file that a buyer keeps; what the first page shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext

from app.catalogue.fronts import GameFront, Link, Live, Verifier, parts_in
from app.catalogue.windows import contexts
from app.catalogue.windows.pages import RecordPages
from app.chain import queries as chain
from app.core.config import current_settings
from app.core.ids import created_at, parse_id
from app.core.limits.limiter import limiter
from app.games.ticket_draw import queries, rules
from app.games.ticket_draw.draw.drawing import ALGORITHMS
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import PartnerWin, Round
from app.games.ticket_draw.queries import OrderView
from app.games.ticket_draw.wording import added, adding_over, order_words, payment_words, round_words
from app.selling.windows import queries as windows
from app.selling.windows.proof.receipts import leaves_of
from app.selling.windows.rules import Phase, min_payment_floor

from .answers import record_url
from .paying import paying
from .receipts import RECEIPTS_LIMIT, keep_private, receipt_file, receipt_paper

bp = Blueprint("rounds", __name__)

SHARED_ENDPOINTS: Final = tuple(f"rounds.{name}" for name in ("rounds", "round_page", "slip", "receipt", "paper"))

_PATH: Final = "/rounds"
_SAMPLE_EDGE: Final = 10


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(record_url=record_url, adding_over=adding_over)


@bp.get("/slips/<identifier>")
def slip(identifier: str) -> Response:
    """An order: the public part by its id, all of it by its receipt secret."""
    return keep_private(PAGES.answer_order(identifier), is_private=parse_id(identifier) is None)


@bp.get("/slips/<secret>/receipt.json")
def receipt(secret: str) -> Response:
    """The receipt file."""
    return receipt_file(secret)


@bp.get("/slips/<secret>/receipt.pdf")
@limiter.limit(RECEIPTS_LIMIT)
def paper(secret: str) -> Response:
    """The receipt as a document, with that file inside."""
    return receipt_paper(secret)


def _round_context(round_: Round) -> dict[str, Any]:
    """What the parts about a round itself need."""
    return {
        **contexts.round_context(ROUNDS, round_, round_words(round_), record_url),
        **contexts.draw_context(ROUNDS, ALGORITHMS, round_, round_.sold_tickets, round_.ticket_supply),
        "closing_block_seen": chain.applied_block(round_.closing_height) is not None,
        "win": windows.win_of(PartnerWin, round_),
        "ticket_segments": _segments(round_.round_number),
    }


def _slip_context(view: OrderView, identifier: str) -> dict[str, Any]:
    """What the page of an order needs. The private part only where the viewer came with the receipt secret."""
    round_ = view.round
    winning = round_.winning_ticket
    is_drawn_here = winning is not None and any(first <= winning <= last for first, last in view.ranges)
    asked = paying(view, chain.tip_height())
    mine = [{"first": first, "after": last + 1, "mine": True} for first, last in view.ranges]
    return {
        **_round_context(round_),
        **contexts.order_milestone(view.round),
        "view": view,
        "words": order_words(view),
        "added": added(view),
        "identifier": identifier,
        "made_at": created_at(view.order.id),
        "payment_words": payment_words,
        "is_drawn_here": is_drawn_here,
        "ticket_segments": mine,
        "asked": asked,
        "checkout": asked.checkout,
        "payable": asked.is_payable,
        "order_url": record_url("slip", identifier),
        "logged": leaves_of(view.order.id),
    }


def _slips_context(round_: Round) -> dict[str, Any]:
    number = round_.round_number
    found = contexts.orders_context(number, queries.slips_page, record_url, "slips")
    is_first = found["first_url"] is None
    return found | {"other_orders": queries.orders_without_tickets(number, contexts.ORDERS_A_PAGE) if is_first else []}


def _segments(number: int) -> list[dict[str, int]]:
    """The ticket line's parts; neighbouring ranges of one slip are one part."""
    parts: list[dict[str, int]] = []
    holder: UUID | None = None
    for first, after, slip in queries.ticket_line(number):
        if parts and slip == holder and parts[-1]["after"] == first:
            parts[-1]["after"] = after
        else:
            parts.append({"first": first, "after": after})
        holder = slip
    return parts


PAGES: Final = RecordPages(
    game=ROUNDS,
    links=record_url,
    templates="games/ticket_draw",
    order="slip",
    winners=queries.win_lines,
    round_context=_round_context,
    orders_context=_slips_context,
    find=queries.order_of,
    order_context=_slip_context,
)
PAGES.serve(bp, "round_page")


def _live() -> Live:
    current, last = windows.current_round(ROUNDS), windows.last_settled(ROUNDS)
    sells = windows.round_for_orders(ROUNDS, current_settings().order_stop_blocks)
    context = _round_context(current) if current else {"round": None}
    return Live.of(
        "games/ticket_draw/_live.html",
        Link(f"{_PATH}/{sells.round_number}", sells.round_number, sells.status == Phase.OPEN) if sells else None,
        Link(f"/verify?round={last.round_number}", last.round_number) if last else None,
        last=last,
        **context,
    )


def _examples() -> Mapping[str, Any]:
    """The last drawn round, and what a ticket costs a player at a usual edge."""
    settings = current_settings()
    floor = min_payment_floor(settings.planning_fee_rate)
    return {
        "last": windows.last_settled(ROUNDS, *ALGORITHMS.run_on_pages()),
        "sample": rules.price(settings.base_ticket_price_sats, _SAMPLE_EDGE, floor),
        "sample_edge": _SAMPLE_EDGE,
    }


_DOCS: Final = parts_in(
    "games/ticket_draw/docs",
    "docs/rounds",
    "docs/payments",
    "docs/draw",
    "docs/check",
    "faq/buying",
    "faq/paying",
    "faq/winning",
    "platform/prices",
    "technical/given",
    "technical/draw",
    "technical/prices",
    "utilities/hash_draw.py",
    "utilities/hash_tweak.py",
    "utilities/sealed_draw.py",
    "utilities/verify_round.py",
)

FRONT = GameFront(
    ROUNDS.title,
    lazy_gettext("Rounds"),
    _PATH,
    _live,
    _examples,
    lazy_gettext("Tickets with a number each. The digits of a block’s hash decide which one takes the jackpot."),
    docs=_DOCS,
    verifier=Verifier("/verify", lazy_gettext("Verify"), "/hash-draw", "games/ticket_draw/bundle.js"),
)
