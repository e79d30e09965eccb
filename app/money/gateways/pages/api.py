"""JSON of payments, for whoever is signed in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, read_json
from app.money.gateways import asking, queries, service
from app.money.gateways.payers import own_number
from app.money.gateways.payers.held import with_held
from app.money.gateways.purchases import BEGIN_TOPUP
from app.money.gateways.queries import Seen
from app.money.gateways.service import Wanted
from app.people.accounts.login.json_door import require_session
from app.record.answers import service as answers
from app.record.answers.service import Attempt, Owner

from .messages import MESSAGES
from .schemas import PaymentAnswer, PaymentRecord, TopupWanted

bp = Blueprint("payments_api", __name__, url_prefix="/api/players")
ENDPOINTS: Final = ("payments_api.top_up", "payments_api.payment")
TOPUP: Final = "topup"


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.post("/wallets/<currency>/topups")
def top_up(currency: str) -> Response:
    """Begin to pay money in; with an Idempotency-Key the same request makes one payment, however often it comes."""
    person = require_session()
    asked = read_json(TopupWanted)
    tried = answers.attempt(Owner.player(person.id), asked)
    with transaction():
        known = answers.claim(tried) if tried is not None else None
        payment_id = UUID(known.text) if known is not None else _begun(person.id, currency, asked, tried)
    asking.begin(payment_id)
    return json_response(_answer(queries.payment(payment_id)), 201)


def _begun(user_id: UUID, currency: str, asked: TopupWanted, tried: Attempt | None) -> UUID:
    """A payment, which the request's key leads to when it comes again: its answer says how it stands then."""
    own_number.check(asked.gateway, user_id)
    try:
        topup_id = BEGIN_TOPUP.get()(user_id, currency, asked.amount_minor)
    except DomainError as error:
        raise with_held(error, user_id) from None
    wanted = Wanted(user_id, asked.gateway, currency, asked.amount_minor)
    payment_id = service.create(wanted, TOPUP, topup_id)
    if tried is not None:
        answers.keep(tried, 201, str(payment_id))
    return payment_id


@bp.get("/payments/<payment_id>")
def payment(payment_id: str) -> Response:
    """How one's payment stands."""
    person = require_session()
    identifier = parse_id(payment_id)
    if identifier is None:
        raise NotFound("payment_not_found")
    found = queries.payment(identifier)
    if found.user_id != person.id:
        raise NotFound("payment_not_found")
    return json_response(_answer(found))


def _answer(seen: Seen) -> PaymentAnswer:
    return PaymentAnswer(
        payment=PaymentRecord(
            id=seen.id,
            status=seen.state,
            gateway=seen.provider,
            currency=seen.currency,
            amount_minor=seen.amount_minor,
            url=seen.url,
            client_secret=seen.client_secret,
            page=f"{current_settings().base_url}/payments/{seen.id}",
            expires_at=seen.expires_at,
        )
    )
