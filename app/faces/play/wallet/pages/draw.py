"""Drawing out: to which accounts how much may leave now, what waits and why; then each withdrawal to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, flash, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.text.amounts import written
from app.core.web.asking import Question, ask
from app.core.web.requests import render, status_of
from app.core.wire.error_messages import message_for
from app.faces.play.forms import ButtonForm
from app.faces.play.wallet import asked, words
from app.faces.play.wallet.forms import DrawForm, mark
from app.faces.play.wallet.once import once
from app.faces.play.wallet.tabs import with_tabs
from app.money.gateways import queries as gateways
from app.money.gateways.payers import queries as payers
from app.money.gateways.refunds import wishing
from app.money.wallets import queries
from app.money.wallets.exchange.rules import PAIRS
from app.money.wallets.messages import CALLED
from app.money.wallets.rules import WALLET_CURRENCIES, Currency, Method
from app.money.wallets.topups.service import PURCHASE_KIND
from app.money.wallets.ways import WAYS
from app.money.wallets.withdrawals import asked_back, by_hand, deciding, service
from app.money.wallets.withdrawals import queries as withdrawals
from app.money.wallets.withdrawals.accounts import MayLeave, may_leave, rooms
from app.money.wallets.withdrawals.queries import Drawn
from app.money.wallets.withdrawals.states import ENDED
from app.people.accounts.login.page_door import go, login_required
from app.people.approvals.models import Approval
from app.people.players.telling.words import PERIODS
from app.people.players.verification.queries import state_of
from app.selling.bets.sale.reserving.service import PURCHASE_KIND as BET

bp = with_tabs(Blueprint("play_draw", __name__, url_prefix="/play/wallet"))
ENDPOINTS: Final = ("play_draw.index", "play_draw.draw", "play_draw.one", "play_draw.ask_back", "play_draw.take_back")
_EXCHANGED: Final = frozenset(bought for _, bought in PAIRS)
"""No card is charged in these: what a card has paid of them came by an exchange."""
_FIELDS: Final = {"amountMinor": "amount", "amount": "amount", "account": "account"}


@bp.get("/draw")
@login_required
def index() -> Response:
    """The form, for one currency."""
    currency = asked.currency()
    return _page(DrawForm(formdata=None, currency=currency), may_leave(current_user.id, currency))


@bp.post("/draw")
@login_required
def draw() -> Response:
    """Ask for money of one's own, once however often the form is sent."""
    form = DrawForm()
    is_sent = form.is_sent()
    currency = form.own_currency() if not form.currency.errors else asked.usual(current_user.id)
    leaving = may_leave(current_user.id, currency)
    if is_sent:
        try:
            with transaction():
                withdrawal_id = once(form, current_user.id, lambda: _asked(form, leaving))
        except DomainError as error:
            form.refuse(error, _FIELDS)
        else:
            return go(url_for("play_draw.one", withdrawal_id=withdrawal_id))
    form.currency.data = currency
    return _page(form, leaving, 422)


@bp.get("/withdrawals/<withdrawal_id>")
@login_required
def one(withdrawal_id: str) -> Response:
    """How far one's withdrawal has come, until it has an end."""
    drawn = _own(withdrawal_id)
    is_over = drawn.state in ENDED
    context: dict[str, Any] = {
        "drawn": drawn,
        "said": words.withdrawal(drawn, was_seen=drawn.state != "paid" or by_hand.entered_by(drawn.id) is None),
        "why": words.why(drawn),
        "way": CALLED[cast(Method, drawn.method)],
        "follows": None if is_over else url_for("play_draw.one", withdrawal_id=drawn.id),
        "every": 5,
        "written": written,
    }
    pages = "faces/play/wallet/withdrawal.html", "faces/play/wallet/_withdrawal.html"
    return render(*pages, status_of(is_over), **context)


@bp.get("/withdrawals/<withdrawal_id>/cancel")
@login_required
def ask_back(withdrawal_id: str) -> Response:
    """Before it is taken back."""
    drawn = _own(withdrawal_id)
    if drawn.state != "held":
        return go(url_for("play_draw.one", withdrawal_id=drawn.id))
    return ask(_question(drawn), ButtonForm(formdata=None))


@bp.post("/withdrawals/<withdrawal_id>/cancel")
@login_required
def take_back(withdrawal_id: str) -> Response:
    """Have it in the wallet again, before it was approved."""
    form, drawn = ButtonForm(), _own(withdrawal_id)
    if not form.validate_on_submit():
        return ask(_question(drawn), form, 422)
    try:
        with transaction():
            deciding.take_back(drawn.id, current_user.id)
    except DomainError as error:
        flash(message_for(error), "warn")
    return go(url_for("play_draw.one", withdrawal_id=drawn.id))


def _own(withdrawal_id: str) -> Drawn:
    """One of theirs. Raises NotFound `withdrawal_not_found`."""
    identifier = parse_id(withdrawal_id)
    drawn = withdrawals.one(identifier) if identifier is not None else None
    if drawn is None or drawn.user_id != current_user.id:
        raise NotFound("withdrawal_not_found")
    return drawn


def _question(drawn: Drawn) -> Question:
    return Question(
        asks=gettext("Take %(amount)s back?", amount=written(drawn.amount, drawn.currency)),
        then=(
            gettext("It does not leave, and is in your wallet again at once."),
            gettext("You can draw it out again whenever you like. It is looked at anew then."),
        ),
        yes=gettext("Take it back"),
        action=url_for("play_draw.take_back", withdrawal_id=drawn.id),
        back=url_for("play_draw.one", withdrawal_id=drawn.id),
        is_grave=False,
    )


def _asked(form: DrawForm, leaving: MayLeave) -> str:
    method, account = form.target(leaving.accounts)
    return str(service.ask(current_user.id, form.own_currency(), form.amount_minor(), method, account).id)


def _page(form: DrawForm, leaving: MayLeave, status: int = 200) -> Response:
    currency, user_id = form.own_currency(), current_user.id
    is_verified = state_of(user_id) == "verified"
    refused = _refused(user_id)
    at_a_bank = bool(leaving.freely) and is_verified and refused is None
    form.offer([one for one in leaving.accounts if one.leavable and refused is None], another=at_a_bank)
    if form.to.data is None and form.to.choices:
        form.to.data = form.to.choices[0][0]
    payments = payers.behind(PURCHASE_KIND, [str(one.deposit_id) for one in leaving.bound])
    context = {
        "form": form,
        "currency": currency,
        "currencies": WALLET_CURRENCIES,
        "wallet": queries.wallet_of(user_id, currency),
        "leaving": leaving,
        "behind": _payment_of(leaving.waiting.deposit_id) if leaving.waiting else None,
        "refused": refused,
        "is_verified": is_verified,
        "at_a_bank": at_a_bank,
        "payments": payments,
        "is_exchanged": currency in _EXCHANGED,
        "disputed": payers.disputed_among(payments.values()),
        "wishable": {key: amount for key, own in payments.items() if (amount := wishing.most(own))},
        "wished": [(own, wishing.amount_of(one)) for own, one in _wished(user_id, currency).items()],
        "accounts": {mark(known): known for known in leaving.accounts},
        "rooms": [(PERIODS[one.period], one) for one in rooms(user_id, currency)],
        "ways": CALLED,
        "by_itself": WAYS.get(),
        "written": written,
        "words": words,
    }
    return render("faces/play/wallet/draw.html", "faces/play/wallet/_draw.html", status, **context)


def _payment_of(deposit_id: UUID) -> UUID | None:
    """The payment that a deposit came by, whether it topped a wallet up or was bet at once; None of one that was
    exchanged since."""
    found = (gateways.of_purchase(kind, deposit_id) for kind in (PURCHASE_KIND, BET))
    return next((one for one in found if one is not None), None)


def _refused(user_id: UUID) -> str | None:
    """Why nothing leaves at the moment, whatever it is and wherever it goes."""
    try:
        asked_back.check(user_id)
    except DomainError as error:
        return str(message_for(error))
    return None


def _wished(user_id: UUID, currency: Currency) -> Mapping[UUID, Approval]:
    """The payments that somebody has asked us to send back, while that waits."""
    return wishing.waiting_of([one.id for one in payers.page_of(user_id, currency=currency)])
