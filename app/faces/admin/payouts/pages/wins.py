"""Every win in the console: owed, sent or paid, with the payout that pays it."""

from __future__ import annotations

from typing import Final

from flask import Response, request, url_for

from app.core.web.requests import render
from app.faces.admin.forms import choice
from app.money.payouts.sent import debts
from app.money.payouts.sent.debts import STANDINGS

from .one import bp, names_of, payout_id_of

_PAGE: Final = 50


@bp.get("/payouts/wins")
def wins() -> Response:
    """The newest first; `standing` narrows them."""
    asked = choice("standing", "", *STANDINGS)
    standing = next((one for one in STANDINGS if one == asked), None)
    before = request.args.get("before", "")
    found = debts.wins(standing, payout_id_of(before) if before else None, _PAGE + 1)
    shown, counts = found[:_PAGE], debts.wins_by_standing()
    return render(
        "faces/admin/wins.html",
        "faces/admin/_wins.html",
        wins=shown,
        standing=asked,
        counts=counts,
        whole=sum(count for count, _ in counts.values()),
        names=names_of(one.site_id for one in shown),
        following=url_for("admin_payouts.wins", standing=asked or None, before=shown[-1].id)
        if len(found) > _PAGE
        else None,
    )
