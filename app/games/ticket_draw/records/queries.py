"""The public records as pages: rounds, one round, one slip. Both surfaces answer with these; the chrome differs."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import Response

from app.catalogue.frame import records
from app.chain import queries as chain
from app.core.config import current_settings
from app.core.ids import created_at
from app.core.web import headers
from app.core.web.requests import render
from app.games.ticket_draw import queries
from app.games.ticket_draw.draw import known
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.queries import OrderView
from app.games.ticket_draw.wording import order_words, payment_words, round_words
from app.selling.windows.models import FINAL_STATUSES
from app.selling.windows.words.verifier import by_script

from .links import payment_link, record_url
from .progress import cheating_view, draw_view

_PAYABLE = ("waiting", "seen", "partly_paid", "confirmed")


def answer_rounds(**context: Any) -> Response:
    """The list of rounds, the newest first; `?before=` a round number."""
    context |= records.rounds_context(queries.rounds_page, record_url)
    return render("games/ticket_draw/rounds.html", "games/ticket_draw/_rounds.html", **context)


def answer_round(number: int, **context: Any) -> Response:
    """One round; `?after=` the last slip of the page before. Raises NotFound."""
    round_ = queries.round_of(number)
    is_final = round_.status in FINAL_STATUSES
    context |= round_context(round_) | _slips_context(round_) | {"is_final": is_final}
    return render(
        "games/ticket_draw/round.html", "games/ticket_draw/_round.html", records.status_of(is_final), **context
    )


def answer_slip(identifier: str, **context: Any) -> Response:
    """One order by its public id, or with its private part by its receipt secret. Raises NotFound."""
    view = queries.order_of(identifier)
    is_final = view.round.status in FINAL_STATUSES and view.state != "seen"
    context |= slip_context(view, identifier) | {"is_final": is_final}
    status = records.status_of(is_final)
    return _keep_private(render("games/ticket_draw/slip.html", "games/ticket_draw/_slip.html", status, **context), view)


def receipt_file(secret: str) -> Response:
    """What the buyer keeps to prove what the address was promised. It names no secret. Raises NotFound."""
    view = queries.receipt_of(secret)
    response = Response(json.dumps(_receipt(view), indent=2, ensure_ascii=False) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{receipt_name(view)}"'
    return _keep_private(response, view)


def round_context(round_: Round) -> dict[str, Any]:
    """What the parts about a round itself need."""
    settings, draw, algorithm = current_settings(), queries.draw_of(round_), known.of_round(round_)
    return {
        **records.round_context(round_, round_words(round_), record_url),
        "draw": draw_view(round_, draw),
        "draw_before": algorithm.before(round_),
        "draw_script": by_script(algorithm, draw) if round_.status == "settled" else None,
        "closing_block_seen": chain.applied_block(round_.closing_height) is not None,
        "win": queries.win_of(round_),
        "cheating": cheating_view(round_, settings.block_subsidy_sats),
        "ticket_segments": _segments(round_.round_number),
    }


def slip_context(view: OrderView, identifier: str) -> dict[str, Any]:
    """What the page of an order needs. The private part only where the viewer came with the receipt secret."""
    round_ = view.round
    winning = round_.winning_ticket
    is_drawn_here = winning is not None and any(first <= winning <= last for first, last in view.ranges)
    mine = [{"first": first, "after": last + 1, "mine": True} for first, last in view.ranges]
    return {
        **round_context(round_),
        "view": view,
        "words": order_words(view),
        "identifier": identifier,
        "made_at": created_at(view.order.id),
        "payment_words": payment_words,
        "is_drawn_here": is_drawn_here,
        "ticket_segments": mine,
        "is_payable": view.is_private and view.state in _PAYABLE and round_.status in ("scheduled", "open", "unbacked"),
        "payment_link": payment_link(view.address.address, view.order.min_payment_sats, round_.round_number),
        "next_ticket_sats": view.order.player_ticket_price_sats - max(0, view.remainder_sats),
    }


def _slips_context(round_: Round) -> dict[str, Any]:
    number = round_.round_number
    found = records.orders_context(number, queries.slips_page, record_url, "slips")
    is_first = found["first_url"] is None
    return found | {"other_orders": queries.orders_without_tickets(number, records.ORDERS_A_PAGE) if is_first else []}


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


def receipt_name(view: OrderView) -> str:
    """What the receipt's file is called when it is saved."""
    return f"tiraj-receipt-{view.order.id}.json"


def _receipt(view: OrderView) -> dict[str, Any]:
    address, network = view.address, current_settings().bitcoin_network
    base_url, key = current_settings().base_url, address.internal_key.hex()
    return {
        "kind": "tiraj/order/1",
        "orderId": str(view.order.id),
        "roundNumber": view.order.round_number,
        "network": network,
        "depositAddress": address.address,
        "internalKey": key,
        "commitment": address.commitment.hex(),
        "terms": address.terms,
        "howToCheck": [
            f"python3 -c \"import json; print(json.load(open('{receipt_name(view)}'))['terms'], end='')\" > terms.json",
            f"curl -O {base_url}/utilities/hash_tweak.py",
            f"python3 hash_tweak.py {key} @terms.json --network {network} --expect {address.address}",
        ],
    }


def _keep_private(response: Response, view: OrderView) -> Response:
    """Nothing keeps a copy of a private page, and no other site learns its address."""
    if view.is_private:
        headers.no_store()
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
    return response
