"""Who bears a refund that was made at a gateway by nobody here: proposed by one, done by a second's yes."""

from __future__ import annotations

from typing import Final

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.text.amounts import written
from app.core.web.asking import Question, ask
from app.faces.admin.approving.proposing import by_two, decide, id_of
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, reason_field
from app.money.gateways import queries
from app.money.gateways.models import GatewayRefund
from app.money.gateways.refunds import bearing, unasked

from .payments import bp as bp  # one blueprint, whole with the routes of this module
from .payments import payment_id

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("ask_bearer", "bear"))


class BearerForm(ReasonForm):
    """Who bears it."""

    bearer = SelectField(
        _l("Who bears it"),
        [InputRequired(_l("Say who bears it."))],
        choices=[
            ("wallet", _l("The player: it is taken from the wallet, as far as it goes")),
            ("house", _l("The house")),
        ],
    )
    reason = reason_field()


@bp.get("/money/payments/<identifier>/refunds/<refund>/bear")
def ask_bearer(identifier: str, refund: str) -> Response:
    """What was given back, what there is to take, and what each answer does."""
    found = _waiting(identifier, refund)
    return ask(_question(found), BearerForm(bearer="wallet" if unasked.within_reach(found) else "house"))


@bp.post("/money/payments/<identifier>/refunds/<refund>/bear")
def bear(identifier: str, refund: str) -> ResponseReturnValue:
    """Propose it; a second operator confirms."""
    found, form = _waiting(identifier, refund), BearerForm()
    own, question = found.id, _question(found)

    def deed(reason: str) -> str | None:
        bearer = next((one for one in unasked.BEARERS if one == form.bearer.data), None)
        if bearer is None:
            raise DomainError("choice_unknown", field="bearer")
        with transaction():
            return id_of(bearing.propose(own, bearer, reason, actor=operator_name()))

    return decide(question, form, deed, gettext("Done, and told to the audit log."), question.back)


def _waiting(identifier: str, refund: str) -> GatewayRefund:
    """One of this payment's. Raises NotFound `refund_not_found`; DomainError 409 `refund_borne`."""
    own, its = parse_id(refund), payment_id(identifier)
    found = unasked.undecided(own) if own is not None else None
    if found is None or found.payment_id != its:
        raise NotFound("refund_not_found")
    return found


def _question(found: GatewayRefund) -> Question:
    place = f"/admin/money/payments/{found.payment_id}"
    currency = queries.payment(found.payment_id).currency
    amount, there = written(found.amount_minor, currency), unasked.within_reach(found)
    return by_two(
        Question(
            asks=gettext("Who bears the %(amount)s that the gateway gave back?", amount=amount),
            then=(
                gettext("The payer has it, or will: nothing is sent by this."),
                gettext(
                    "In the wallet there are %(there)s of it to take; what is spent of it the house bears.",
                    there=written(there, currency),
                )
                if there
                else gettext("There is nothing in the wallet to take: the house bears it."),
                gettext("Whoever it is taken from is told that it went back."),
            ),
            yes=gettext("Do it"),
            no=gettext("Not yet"),
            action=f"{place}/refunds/{found.id}/bear",
            back=place,
            is_grave=False,
        )
    )
