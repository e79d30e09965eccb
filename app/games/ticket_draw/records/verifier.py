"""The pages that check public records in the reader's browser."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue import cards
from app.catalogue.fronts import bundle_modules
from app.catalogue.games import catalogue
from app.catalogue.windows import pointed
from app.catalogue.windows.contexts import following
from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.limits.limiter import limiter
from app.core.web.headers import no_store
from app.core.web.requests import render, unchanged
from app.games.ticket_draw import queries
from app.games.ticket_draw.draw.drawing import ALGORITHMS
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import Round
from app.record.log.keys import queries as log_keys
from app.selling.bets.proof import scripts as bet_scripts
from app.selling.windows import queries as windows
from app.selling.windows.words.claims import claim_words
from app.selling.windows.words.receipts import receipt_words
from app.selling.windows.words.unknown import LOOKS_LIKE, unknown_words
from app.selling.windows.words.verifier import by_script, run_words

from . import recompute
from .pages import FRONT, bp

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("verify", "hash_draw", "hash_tweak"))


@bp.get("/verify")
def verify() -> AnyResponse:
    """A round, or a slip and its round, checked in the reader's browser: `?q=` a number, a slip or a link to either."""
    asked = recompute.Asked.read(request.args)
    context: dict[str, Any] = {"wanted": asked.text, "round": None, "error": None, "slip": None}
    status = 200
    try:
        if asked.secret:
            no_store()
            queries.receipt_of(asked.secret)
            return redirect(f"/slips/{asked.secret}", 303)
        if asked.digits:
            return redirect(f"/check?q={asked.digits}", 303)
        if elsewhere := _of_another_game(asked):
            no_store()
            return redirect(elsewhere, 303)
        if asked.is_elsewhere:
            context["error"] = str(LOOKS_LIKE["elsewhere"])
            status = 422
        elif asked.text:
            slip = queries.order_of(asked.slip) if asked.slip else None
            round_ = slip.round if slip else _round(asked.round_number)
            context |= {"round": round_, "slip": slip, **_draw_context(round_)}
            context |= following(round_, windows.debt_of(ROUNDS, round_))
    except NotFound:
        if card := cards.card_named(asked.text):
            no_store()
            return redirect(cards.page_for(card), 303)
        context["error"], status = _none_such(asked.text), 404
    if context["round"] and (nothing := unchanged(context["said"])):
        return nothing
    return _shown("verify", status, context | _around(context))


def _around(context: dict[str, Any]) -> dict[str, Any]:
    """The words and modules that the page needs for what it shows."""
    words = _draw_words() | (claim_words(ROUNDS.name) if context["round"] else claim_words())
    if context["round"] is None or context["slip"] is not None:
        # A round's own page checks no order and no receipt.
        words = _check_words() | unknown_words() | receipt_words() | words
        words |= {f"game_{game.name}": str(game.title) for game in catalogue().games}
    last = windows.last_settled(ROUNDS)
    fronts = [FRONT] if context["round"] else catalogue().fronts  # what somebody kept may be of any game
    return {
        "words": words,
        "base_url": _base_url(),
        "last": last,
        "modules": bundle_modules(fronts),
        "log_key": log_keys.current() if context["round"] is None else None,
        "bets": bet_scripts.patterns(),
    }


@bp.get("/hash-draw")
@limiter.limit("60 per minute")
def hash_draw() -> Response:
    """Any draw, from a block's hash: in the browser, or here if it is a small one."""
    form = recompute.DrawForm.read(request.args)
    last = windows.last_settled(ROUNDS, *ALGORITHMS.run_on_pages())
    if not request.args and last and last.closing_block_hash:
        form = recompute.DrawForm.of(last)
    result = form.result() if request.args else None
    context = {"form": form, "last": last, "result": result, "words": _draw_words(), "base_url": _base_url()}
    return _shown("hash_draw", 422 if form.errors else 200, context)


@bp.get("/hash-tweak")
@limiter.limit("60 per minute")
def hash_tweak() -> Response:
    """A deposit address, from its terms: in the browser, or here."""
    network, last = current_settings().bitcoin_network, windows.last_settled(ROUNDS)
    form = recompute.TweakForm.read(request.args, network)
    example = queries.slips_page(last.round_number, limit=1) if last and not request.args else []
    if example:
        form = recompute.TweakForm.of(example[0].address, network)
    context = {
        "form": form,
        "example": example[0] if example else None,
        "result": form.result(),
        "words": _tweak_words(),
        "base_url": _base_url(),
    }
    return _shown("hash_tweak", 422 if form.errors else 200, context)


def _none_such(text: str = "") -> str:
    """Of what is neither a round nor a slip, nor anything of bets, where those are sold."""
    if cards.resembles_code(text):
        return cards.no_such_code()
    if not bet_scripts.patterns():
        return str(gettext("There is no round or order with this number or link."))
    return str(gettext("There is no round, order, card or draw with this number, code or link."))


def _of_another_game(asked: recompute.Asked) -> str | None:
    """Where it is verified, if a link or an order's id is of another game, or a link to a page that verifies, or a
    round that is named with its game."""
    if asked.link:
        return pointed.verified_at(asked.link)
    order_id = parse_id(asked.slip) if asked.slip else None
    if order_id is not None:
        return pointed.order_verified_at(order_id, but=ROUNDS.name)
    return None if asked.round_number or asked.secret else pointed.named_at(asked.text)


def _shown(page: str, status: int, context: dict[str, Any]) -> Response:
    """A page of these, which has no fragment of its own."""
    template = f"games/ticket_draw/{page}.html"
    return render(template, template, status, **context)


def _round(number: int | None) -> Round:
    if number is None:
        raise NotFound("round_not_found")
    return windows.round_of(ROUNDS, number)


def _draw_context(round_: Round) -> dict[str, Any]:
    """The recorded draw, and whether its record is consistent in itself (the hashing is not repeated here)."""
    draw = windows.draw_of(ROUNDS, round_)
    if draw is None or draw.outcome is None or round_.status != "settled":
        return {"outcome": None, "draw_script": None}
    algorithm = ALGORITHMS.of_round(round_)
    return {
        "outcome": algorithm.read(draw.outcome),
        "form": recompute.DrawForm.of(round_) if algorithm.runs_on_pages else None,
        "is_consistent": algorithm.agrees(draw.outcome, draw.parameters),
        "runs_on_pages": algorithm.runs_on_pages,
        "draw_script": by_script(algorithm, draw),
    }


def _base_url() -> str:
    return str(current_settings().base_url)


def _draw_words() -> dict[str, str]:
    """For a draw that runs in the browser."""
    return {
        **run_words(),
        "matchesText": gettext("Your browser drew {number}, as recorded."),
        "differsText": gettext("Your browser drew {number}, but {expected} is claimed."),
        "stateDiffers": gettext("The hash after digit {place} is not the recorded one."),
        "drawnText": gettext("These inputs draw {number}. Enter the claimed ticket to compare."),
        "digits": gettext("Enter a whole number from 1 to 9."),
        "hashes": gettext("Enter a whole number from 1."),
        "drawnLabel": gettext("Drawn so far: {digits}"),
    }


def _tweak_words() -> dict[str, str]:
    """For an address recomputed in the browser."""
    return {
        "matches": gettext("Matches"),
        "matchesText": gettext("The address commits to exactly these terms."),
        "differs": gettext("Does not match"),
        "differsText": gettext("These terms give another address than the one you entered."),
        "contradicts": gettext("The terms say otherwise"),
        "contradictsText": gettext(
            "They name another internal key or network than was entered here, so this is not the address they are for."
        ),
        "computed": gettext("Computed"),
        "computedText": gettext("These terms give the address below. Enter yours to compare."),
        "key": gettext("An internal key has 64 hexadecimal digits and is a point on the curve."),
        "terms": gettext("Paste the exact text of the terms."),
        "network": gettext("Choose one of the networks."),
    }


def _check_words() -> dict[str, str]:
    """For the claims of one order, and for what was pasted and cannot be checked."""
    return {
        "values": gettext("Show the values"),
        "allHold": gettext("Every claim holds"),
        "allHoldText": gettext("Everything that can be recomputed from the record was recomputed here and agrees."),
        "allHoldNotAsked": gettext(
            "Everything that the file can show was checked here and agrees. What only you can know was not asked."
        ),
        "someOpen": gettext("What could be checked holds"),
        "someOpenText": gettext("Not everything could be checked here. The list says what, and why."),
        **_drawn_for_it(),
        "claim_commitment": gettext("The commitment is the hash of the terms"),
        "claim_address": gettext("The address is the key plus the commitment"),
        "claim_names": gettext("The terms name this order and this round"),
        "claim_tickets": gettext("The payments buy exactly these tickets"),
        "claim_result": gettext("The draw, for this order"),
        "notPublic": gettext("This order is not public: no payment of it has been confirmed."),
        "aboutFiles": gettext("Of the file: {names}"),
        "several": gettext("These are several things"),
        "severalText": gettext("Open them one after another, so that each has its own verdict."),
        "isBundle": gettext("a proof bundle of round {n}."),
        "isOrder": gettext("a receipt, or the record of an order."),
        "orderMovedOn": gettext("The order has moved on since this was kept."),
        "claim_state": gettext("It came to what the round’s draw says of its tickets or numbers"),
        "noneSuch": _none_such(),
        "unknownData": gettext("This is not something that can be checked here"),
        "unknownDataText": gettext(
            "Paste a proof bundle, a receipt file, or the record of an order, whole and as JSON; or a PSBT, or the id "
            "of a transaction."
        ),
    }


def _drawn_for_it() -> dict[str, str]:
    """What the draw means for an order, once it is computed, and until then."""
    return {
        "drawRuns": gettext("The draw is being computed"),
        "drawRunsText": gettext(
            "Whether this order won is said when your browser has repeated the draw; the list has what was checked."
        ),
        "slipUncomputed": gettext("The draw was not computed in your browser, so nothing is said of it here."),
        "slipRoundFails": gettext("The check of the round, below, found something that does not hold."),
        "stateByRecord": gettext(
            "The platform’s record of the round says the same. Whether the draw came to that is computed here, on the "
            "round’s page:"
        ),
        "slipWon": gettext("The drawn ticket is in this order"),
        "slipLost": gettext("The drawn ticket is not in this order"),
    }
