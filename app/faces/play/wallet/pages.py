"""What a player has here: balances, what is drawn out and how far it has come, and every line of each wallet."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.text.amounts import written
from app.core.web.requests import render
from app.core.wire.error_messages import add_messages, message_for
from app.core.wire.paging import cut, number_place, place_of
from app.money.wallets import queries
from app.money.wallets.messages import MESSAGES
from app.money.wallets.rules import WALLET_CURRENCIES, Currency, check_currency
from app.money.wallets.statement import queries as statement
from app.money.wallets.withdrawals import queries as withdrawals
from app.money.wallets.withdrawals import service
from app.people.accounts.login.page_door import go, login_required
from app.people.players.profile.queries import profile_of

from .forms import LINES, STATES, WAYS, WithdrawalForm

bp = Blueprint("play_wallet", __name__, url_prefix="/play/wallet")
ENDPOINTS: Final = ("play_wallet.index", "play_wallet.draw")
_LINES: Final = 25
_FIELDS: Final = {"amountMinor": "amount", "amount": "amount", "account": "account", "method": "way"}


@bp.record_once
def _assemble(_state: object) -> None:
    add_messages(MESSAGES)


@bp.get("")
@login_required
def index() -> Response:
    """All of it; the address says which wallet's lines, and from where on."""
    return _page(WithdrawalForm(formdata=None))


@bp.post("")
@login_required
def draw() -> Response:
    """Ask for money of one's own."""
    form = WithdrawalForm()
    if form.validate_on_submit():
        try:
            method, currency, amount = form.wanted()
            with transaction():
                service.ask(current_user.id, currency, amount, method, form.account.data or "")
        except DomainError as error:
            field = getattr(form, _FIELDS.get(error.field or "", "amount"))
            field.errors = [message_for(error)]
        else:
            flash(
                gettext(
                    "%(amount)s are set aside and leave once we have looked at it.", amount=written(amount, currency)
                ),
                "ok",
            )
            return go(url_for("play_wallet.index"))
    return _page(form, 422)


def _page(form: WithdrawalForm, status: int = 200) -> Response:
    shown = _currency()
    after = place_of(request.args.get("after"), lambda text: number_place(text, 2**63 - 1), "after")
    lines, more = cut(statement.lines_of(current_user.id, shown, after, _LINES + 1), _LINES, lambda one: one.id)
    context = {
        "form": form,
        "wallets": queries.wallets_of(current_user.id),
        "withdrawals": withdrawals.of_player(current_user.id, limit=10),
        "shown": shown,
        "lines": lines,
        "more": more,
        "written": written,
        "ways": WAYS,
        "states": STATES,
        "kinds": LINES,
    }
    return render("faces/play/wallet.html", "faces/play/_wallet.html", status, **context)


def _currency() -> Currency:
    """Whose lines are shown. Raises NotFound."""
    asked = request.args.get("currency")
    if asked is None:
        usual = profile_of(current_user.id).currency
        return check_currency(usual) if usual in WALLET_CURRENCIES else WALLET_CURRENCIES[0]
    if asked not in WALLET_CURRENCIES:
        raise NotFound
    return check_currency(asked)
