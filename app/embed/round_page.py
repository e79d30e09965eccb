"""The main game inside the frame: the round on sale, what its price is made of, and a player's tickets."""

from __future__ import annotations

from flask import Response, request
from flask_babel import lazy_gettext

from app.audit import switches
from app.chain import queries as chain
from app.core.web import render, wants_fragment
from app.rounds import queries
from app.rounds.models import Round
from app.rounds.rules import Price
from app.rounds.service import quoted_price
from app.windows import pace

from .forms import issue_token
from .frame import Frame, order_stop_blocks
from .games import Place
from .order_page import choice_of, parse_tickets


def menu(frame: Frame) -> list[Place]:
    """The main game's pages."""
    own = frame.tickets_url
    return [
        Place(frame.round_url, lazy_gettext("Round")),
        *([Place(own, lazy_gettext("My tickets"))] if own else []),
        Place(frame.rounds_url, lazy_gettext("All rounds")),
        Place(frame.verify_url, lazy_gettext("Verify"), is_outside=True),
    ]


def answer_entry(frame: Frame) -> Response:
    """The round on sale with its form; to htmx the figures that change."""
    round_ = queries.round_for_orders(order_stop_blocks()) or queries.current_round()
    refusal = _why_not(frame, round_)
    price = quoted_price(round_, frame.site) if round_ else None
    shown = _shown(round_, price, refusal)
    player = frame.player
    response = render(
        "embed/round.html",
        "embed/_round.html",
        embed=frame,
        round=round_,
        price=price,
        refusal=refusal,
        shown=shown,
        tip=chain.tip_height(),
        seconds_per_block=pace.seconds_per_block(),
        choice=choice_of(round_, price) if round_ and price else None,
        tickets=parse_tickets(request.args.get("tickets")),
        form_token=issue_token(frame, player) if player and refusal is None else None,
        last_drawn=queries.last_settled(),
    )
    if wants_fragment() and request.args.get("shown", shown) != shown:
        response.headers["HX-Refresh"] = "true"  # another round, price or rule: the whole page has to say so
    return response


def answer_house_edge(frame: Frame) -> Response:
    """What the price is made of, in sats and percent."""
    round_ = queries.round_for_orders(order_stop_blocks()) or queries.current_round()
    price = quoted_price(round_, frame.site) if round_ else None
    return render("embed/house_edge.html", "embed/_house_edge.html", embed=frame, round=round_, price=price)


def answer_player_round(frame: Frame, public_identifier: str, number: int) -> Response:
    """A player's paid orders at this partner in one round. Raises NotFound for a round that does not exist."""
    round_ = queries.round_of(number)
    everything = queries.player_orders(frame.site, public_identifier)
    return render(
        "embed/tickets.html",
        "embed/_tickets.html",
        embed=frame,
        player=public_identifier,
        is_own=public_identifier == frame.public,
        round=round_,
        orders=queries.player_orders(frame.site, public_identifier, number),
        others=sorted({view.round.round_number for view in everything} - {number}, reverse=True),
    )


def _why_not(frame: Frame, round_: Round | None) -> str | None:
    """Why nothing can be bought here, the most lasting reason first; None if it can."""
    if frame.is_preview:
        return "draft"
    if frame.site.status != "live":
        return "paused"
    if frame.identifiers_refused:
        return "identifier_invalid"
    if frame.player is None:
        return "identifiers_missing"
    if round_ is None:
        return "no_round"
    if any(switch.name in ("sales", "writes") for switch in switches.stopped()):
        return "stopped"
    return "unbacked" if round_.status == "unbacked" else None


def _shown(round_: Round | None, price: Price | None, refusal: str | None) -> str:
    """What the still part of the page rests on, in one word."""
    number, amount = (round_.round_number, price.player) if round_ and price else (0, 0)
    return f"{number}-{amount}-{refusal or 'open'}"
