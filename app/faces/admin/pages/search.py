"""One field for everything: straight to what it names, or a list of all that it could be."""

from __future__ import annotations

from flask import redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.web.requests import render
from app.faces.admin.door import modules_open, page_blueprint
from app.faces.admin.forms import kept_words
from app.faces.admin.watch import everywhere

bp = page_blueprint("search")


@bp.get("/search")
def search() -> ResponseReturnValue:
    """A round's number, a draw of bets, an order, a card, an address, a transaction, a partner, a player, a payout, a
    payment, somebody, a proposal, an alarm: whole, begun, or shortened; of what the operator may open."""
    words, refused = kept_words("q", everywhere.LONGEST)
    found = everywhere.find(words, modules_open()) if not refused else []
    if len(found) == 1:
        return redirect(found[0].href, 303)
    kinds = {
        "round": gettext("Rounds"),
        "draw": gettext("Draws of bets"),
        "payout": gettext("Payouts"),
        "payment": gettext("Payments"),
        "withdrawal": gettext("Withdrawals"),
        "order": gettext("Orders"),
        "ticket": gettext("Cards of bets"),
        "partner": gettext("Partners"),
        "person": gettext("People"),
        "approval": gettext("Proposals"),
        "alarm": gettext("Alarms"),
    }
    by_kind = [(kind, title, [hit for hit in found if hit.kind == kind]) for kind, title in kinds.items()]
    return render(
        "faces/admin/search.html",
        "faces/admin/_search.html",
        422 if refused else 200,
        words=words,
        refused=refused,
        count=len(found),
        most=everywhere.MOST,
        by_kind=[(kind, title, hits) for kind, title, hits in by_kind if hits],
    )
