"""Wishing a payment back that was not played: asked first, held from then on, taken back while nobody has decided."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import flash, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.text.amounts import written
from app.core.web.asking import Question, ask
from app.core.wire.error_messages import message_for
from app.money.gateways.queries import Seen
from app.money.gateways.refunds import wishing
from app.people.accounts.login.page_door import go, login_required
from app.people.approvals.settings import lifetime

from .payment import LIMIT, own_payment
from .payment import bp as bp  # one blueprint, whole with the routes of this module

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("ask_sending_back", "send_back", "ask_keeping", "keep"))


@bp.get("/payments/<payment_id>/send-back")
@login_required
def ask_sending_back(payment_id: str) -> AnyResponse:
    """How much would go, and what becomes of it until it does."""
    seen = own_payment(payment_id)
    amount = wishing.most(seen.id)
    return ask(_sending(seen, amount)) if amount else _to(seen.id)


@bp.post("/payments/<payment_id>/send-back")
@login_required
@limiter.limit(LIMIT)
def send_back(payment_id: str) -> AnyResponse:
    """Set it aside, and ask us to send it back."""
    seen = own_payment(payment_id)
    try:
        with transaction():
            wishing.wish(seen.id, current_user.id)
    except DomainError as error:
        if error.code != "approval_waits":  # a second click: the page says that it waits
            flash(message_for(error), "warn")
    return _to(seen.id)


@bp.get("/payments/<payment_id>/keep")
@login_required
def ask_keeping(payment_id: str) -> AnyResponse:
    """Before the wish is taken back."""
    seen = own_payment(payment_id)
    wish = wishing.waiting(seen.id)
    return ask(_keeping(seen, wishing.amount_of(wish))) if wish is not None else _to(seen.id)


@bp.post("/payments/<payment_id>/keep")
@login_required
@limiter.limit(LIMIT)
def keep(payment_id: str) -> AnyResponse:
    """Have it in the wallet again."""
    seen = own_payment(payment_id)
    try:
        with transaction():
            wishing.take_back(seen.id, current_user.id)
    except DomainError as error:
        flash(message_for(error), "warn")
    return _to(seen.id)


def _to(payment_id: UUID) -> AnyResponse:
    return go(url_for("payments.page", payment_id=payment_id))


def _sending(seen: Seen, amount: int) -> Question:
    days = lifetime().days
    return Question(
        asks=gettext("Send %(amount)s back to where you paid from?", amount=written(amount, seen.currency)),
        then=(
            gettext(
                "It is all of this payment that does not count as played, as far as it is in your wallet. It is set "
                "aside at once, and cannot be played."
            ),
            gettext(
                "Of what you bet only a part counts: what does not come back on average. Where 45 of 100 come back, a "
                "bet of 100 plays 55."
            ),
            gettext("One of us looks at it. Then it goes back the way it came, which can take some days."),
            ngettext(
                "If nobody has decided within %(num)s day, it is in your wallet again.",
                "If nobody has decided within %(num)s days, it is in your wallet again.",
                days,
            ),
        ),
        yes=gettext("Send it back"),
        no=gettext("Keep it in the wallet"),
        action=url_for("payments.send_back", payment_id=seen.id),
        back=url_for("payments.page", payment_id=seen.id),
        is_grave=False,
    )


def _keeping(seen: Seen, amount: int) -> Question:
    return Question(
        asks=gettext("Keep %(amount)s in your wallet?", amount=written(amount, seen.currency)),
        then=(gettext("It is not sent back, and is in your wallet again at once."),),
        yes=gettext("Keep it in the wallet"),
        no=gettext("Send it back all the same"),
        action=url_for("payments.keep", payment_id=seen.id),
        back=url_for("payments.page", payment_id=seen.id),
        is_grave=False,
    )
