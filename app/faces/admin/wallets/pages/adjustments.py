"""Changes of wallets by hand: every one there was, and another one proposed, with its reason and its receipt."""

from __future__ import annotations

from typing import Final

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.text.amounts import parse_minor, written
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.core.wire.paging import number_place, place_of
from app.faces.admin.approving.proposing import by_two, decide, id_of
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, reason_field
from app.faces.admin.wallets import asked
from app.money.wallets import postings
from app.money.wallets.operating import adjusting, decided
from app.money.wallets.rules import WALLET_CURRENCIES
from app.people.players.profile.queries import names_of

from .house import bp as bp  # one blueprint, whole with the routes of this module

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("adjustments", "ask_adjustment", "adjust"))
_PAGE: Final = 50
_PLACE: Final = "/admin/money/adjustments"


class AdjustmentForm(ReasonForm):
    """Whose wallet, which way, how much, and the paper that shows why."""

    person = StringField(
        _l("Player"),
        [DataRequired(_l("Write whose wallet it is.")), Length(max=254)],
        description=_l("A whole mail address, a whole phone number, or an id."),
    )
    way = SelectField(
        _l("What is done"),
        [InputRequired()],
        choices=[("give", _l("Give to the wallet")), ("take", _l("Take from the wallet"))],
    )
    currency = SelectField(_l("Currency"), [InputRequired()], choices=[(one, one) for one in WALLET_CURRENCIES])
    amount = StringField(_l("How much"), [DataRequired(_l("Write an amount like 12.50.")), Length(max=40)])
    receipt = StringField(
        _l("Receipt"),
        [DataRequired(_l("Name the paper that shows why.")), Length(max=120)],
        description=_l("A ticket’s number, a letter, a gateway’s own number: what shows why, for whoever asks later."),
    )
    reason = reason_field()


@bp.get("/money/adjustments")
def adjustments() -> Response:
    """Every wallet that was changed by hand, the newest first, with who wanted it and who confirmed it."""
    before = place_of(asked.text("before"), lambda text: number_place(text, 2**63 - 1), "before")
    found = decided.decided(postings.ADJUSTMENT, before, _PAGE + 1)
    owners = {one.id: _owner(one) for one in found}
    ids = {id_ for owner in owners.values() if (id_ := parse_id(owner)) is not None}
    return render(
        "faces/admin/wallets/adjustments.html",
        "faces/admin/wallets/_adjustments.html",
        found=found[:_PAGE],
        following=asked.following(found[_PAGE - 1].id) if len(found) > _PAGE else None,
        owners=owners,
        names={str(id_): name for id_, name in names_of(ids).items()},
        written=written,
    )


@bp.get("/money/adjustments/make")
def ask_adjustment() -> Response:
    """What will happen, with the fields for it; `person` is whose page it was asked from."""
    return ask(_question(), AdjustmentForm(person=request.args.get("person", "")[:254].replace("\0", "")))


@bp.post("/money/adjustments/make")
def adjust() -> ResponseReturnValue:
    """Propose it; a second operator confirms."""
    form = AdjustmentForm()

    def deed(reason: str) -> str | None:
        user_id = asked.person_of((form.person.data or "").strip())
        if user_id is None:
            raise DomainError("person_unknown", field="person")
        currency = form.currency.data or ""
        amount = parse_minor(form.amount.data or "", currency) if currency in WALLET_CURRENCIES else None
        if amount is None or form.way.data not in ("give", "take"):
            raise DomainError("amount_unreadable", field="amount")
        signed = amount if form.way.data == "give" else -amount
        with transaction():
            return id_of(
                adjusting.propose(user_id, currency, signed, form.receipt.data or "", reason, actor=operator_name())
            )

    return decide(_question(), form, deed, gettext("The wallet is changed."), _PLACE)


def _owner(one: decided.Decided) -> str:
    """Whose wallet it was."""
    return one.credit.owner if one.credit.kind == "wallet" else one.debit.owner


def _question() -> Question:
    return by_two(
        Question(
            asks=gettext("Change a wallet by hand?"),
            then=(
                gettext("The house bears what is given, and keeps what is taken."),
                gettext("No more is taken than the wallet has; what is on its way out stays untouched."),
                gettext("The player reads it in the statement, without your reason."),
            ),
            yes=gettext("Change it"),
            no=gettext("Leave it as it is"),
            action=f"{_PLACE}/make",
            back=_PLACE,
        )
    )
