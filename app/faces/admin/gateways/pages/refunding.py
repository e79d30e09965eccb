"""Giving a payment back: asked first, proposed by one operator, done by a second one's yes."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.text.amounts import parse_minor, plain, written
from app.core.web.asking import Question, ask
from app.faces.admin.approving.proposing import by_two, decide, id_of
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, reason_field
from app.money.gateways import service
from app.money.gateways.operating import story
from app.money.gateways.operating.story import Story
from app.money.gateways.refunds import deciding

from .payments import bp as bp  # one blueprint, whole with the routes of this module
from .payments import payment_id

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("ask_refund", "refund"))
_PLACE: Final = "/admin/money/payments"


class RefundForm(ReasonForm):
    """How much goes back; the whole rest of it, unless somebody writes less."""

    amount = StringField(_l("How much"), [DataRequired(_l("Write an amount like 12.50.")), Length(max=40)])
    reason = reason_field()


@bp.get("/money/payments/<identifier>/refund")
def ask_refund(identifier: str) -> Response:
    """What will happen, with all that is left of it written into the field."""
    found = story.story_of(payment_id(identifier))
    form = RefundForm(amount=plain(max(found.left, 0), found.payment.currency))
    return ask(_question(found), form)


@bp.post("/money/payments/<identifier>/refund")
def refund(identifier: str) -> ResponseReturnValue:
    """Propose it, or give it back at once where one operator is enough."""
    own, form = payment_id(identifier), RefundForm()
    found = story.story_of(own)
    question, currency = _question(found), found.payment.currency

    def deed(reason: str) -> str | None:
        amount = parse_minor(form.amount.data or "", currency)
        if amount is None:
            raise DomainError("amount_unreadable", field="amount")
        return propose(own, amount, reason)

    return decide(question, form, deed, gettext("It is on its way back."), f"{_PLACE}/{own}")


def propose(own: UUID, amount: int, reason: str) -> str | None:
    """The proposal's id; None: it is on its way."""
    with transaction():
        made = id_of(deciding.propose(own, amount, reason, actor=operator_name()))
    if made is None:
        service.ring()
    return made


def _question(one: Story) -> Question:
    row, place = one.payment, f"{_PLACE}/{one.payment.id}"
    left = written(max(one.left, 0), row.currency)
    question = Question(
        asks=gettext("Give this payment back?"),
        then=(
            gettext(
                "Of %(paid)s that came in, %(left)s can go back.", paid=written(one.amount, row.currency), left=left
            ),
            gettext("What it bought is taken back first: it must not be spent yet."),
            gettext("It goes back the way it came, and cannot be called back. Fees of the gateway stay the house’s."),
        ),
        yes=gettext("Give it back"),
        no=gettext("Keep it"),
        action=f"{place}/refund",
        back=place,
    )
    return by_two(question) if deciding.needs_second(row) else question
