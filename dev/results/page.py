"""The page at `/` on which a person reads what is drawn, and says what will be: of any draw that is told to come."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from .drawn import DIGITS, WITHHELD, Drawn, Refused

_SHOWN: Final = 12
_TITLES: Final = {"pcso.3d": "PCSO 3D Lotto", "us-ny": "New York", "us-fl": "Florida", "us-ga": "Georgia"}
_HERE: Final = ("127.0.0.1", "localhost")


def blueprint(drawn: Drawn) -> Blueprint:
    """The page over these draws."""
    bp = Blueprint("page", __name__)

    @bp.get("/")
    def home() -> str:
        return _shown(drawn)

    @bp.post("/")
    def wish() -> Response | tuple[str, int]:
        """`draw` is its lottery, day and time; `act` the button: draw the `numbers`, or say nothing."""
        _only_here()
        lottery, day, slot = (*request.form.get("draw", "").split(" "), "", "", "")[:3]
        wanted = WITHHELD if request.form.get("act") == "withhold" else request.form.get("numbers", "").strip()
        try:
            drawn.wish({"lottery": lottery, "day": day, "slot": slot, "wish": wanted})
        except Refused as refused:
            return _shown(drawn, str(refused)), 422
        return redirect("/", 303)

    return bp


def _shown(drawn: Drawn, error: str = "") -> str:
    rows = drawn.of(*DIGITS)
    return render_template(
        "home.html",
        coming=[(one, drawn.wished(one)) for one in reversed(rows) if not one.numbers][-_SHOWN:],
        over=[one for one in rows if one.numbers][:_SHOWN],
        titles=_TITLES,
        withheld=WITHHELD,
        form=request.form,
        error=error,
    )


def _only_here() -> None:
    """Who wins is said here: no other site's forms and host names."""
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and urlsplit(origin).netloc != request.host
    elsewhere = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
    if is_foreign or elsewhere or urlsplit(f"//{request.host}").hostname not in _HERE:
        abort(403)
