"""One page that takes whatever somebody kept, says what it is, and what is known of it; it needs no scripts."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.core.limits.limiter import limiter
from app.core.web.headers import no_store
from app.core.web.requests import render
from app.selling.windows.words.labels import label_words, state_words

from . import answers, bets, hashes, spends
from .kept import BetDraw, BetTicket, Bundle, Kept, Receipt, Spend, Txid, Unknown, read
from .logged import logged
from .ordered import ordered
from .pointers import pointer

bp = Blueprint("site_anything", __name__)
ENDPOINTS: Final = ("site_anything.asked", "site_anything.given")


@bp.get("/check")
@limiter.limit("60 per minute")
def asked() -> Response:
    """The form; with `?q=` a transaction's id, what of ours it is."""
    text = request.args.get("q", "").strip()
    return _answer(text.encode(), text)


@bp.post("/check")
@limiter.limit("60 per minute")
def given() -> AnyResponse:
    """What a file or a pasted text is. Nothing is kept of it. A link of ours, or a name, leads where it says."""
    text = request.form.get("text", "")
    file = next((one for one in request.files.getlist("files") if one.filename), None)
    no_store()
    if file is not None and not text.strip():
        return _answer(file.read(), text, PurePath(file.filename or "").name)
    asked = read(text.encode()) if text.strip() else None
    to = pointer(text.encode()).goes_to if isinstance(asked, Unknown) else None
    return redirect(to, 303) if to is not None else _answer(text.encode(), text)


def _answer(raw: bytes, text: str, file: str = "") -> Response:
    """`file`: what it is called, where it was one."""
    kept = read(raw) if raw.strip() else None
    is_refused = isinstance(kept, Unknown) or (kept is None and request.method == "POST")
    pointed_at = pointer(raw) if is_refused else None
    context = {
        "kept": kept,
        "pointer": pointed_at,
        "kind": type(kept).__name__,
        "text": text,
        "is_refused": is_refused,
        **_context(kept, file),
    }
    page, part = "faces/site/anything/page.html", "faces/site/anything/_answer.html"
    return render(page, part, 422 if is_refused else 200, **context)


def _context(kept: Kept | None, file: str) -> dict[str, Any]:
    match kept:
        case Txid():
            payments, wins = answers.payments_in(kept.txid), answers.wins_paid_by(kept.txid)
            return {"payments": payments, "wins": wins, "places": hashes.places_of(kept.txid)}
        case Spend():
            return {"spent": spends.spent(kept)}
        case Receipt():
            made = answers.recomputed(kept)
            return {
                "made": made,
                "logged": logged(kept, file or "receipt.json"),
                "order": ordered(kept),
                "labels": _labels(),
            }
        case Bundle():
            return {"of": answers.round_of(kept, file or "bundle.json"), "labels": _labels()}
        case BetDraw():
            return {"draw": bets.draw_told(kept, file or "draw.json")}
        case BetTicket():
            return {"ticket": bets.ticket_told(kept, file or "receipt.json")}
    return {}


def _labels() -> dict[str, str]:
    """What members of records are called, and states."""
    return {**label_words(), **state_words()}
