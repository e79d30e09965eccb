"""JSON of codes: sent to a phone or a mailbox, and what a right one opens."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.limits.requester import neighbourhood, requester
from app.core.web.headers import no_store
from app.core.web.languages import readers
from app.core.web.origin import require_same_origin
from app.core.wire.described import Described
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, read_json
from app.people.accounts.login.attempts import Asks
from app.people.accounts.login.page_door import remember_browser
from app.people.accounts.rules import parse_code
from app.people.accounts.tokens import service as tokens
from app.people.accounts.tokens.answering import answer
from app.people.accounts.tokens.schemas import TokensIssued

from . import service
from .coming_in import come_in
from .contacts import contact_of
from .limits import asker_of, count_message, count_request, tries_limit
from .messages import MESSAGES
from .schemas import CodeProof, CodeSent, CodeWanted
from .service import Trier

bp = Blueprint("codes_api", __name__, url_prefix="/api/players/codes")
ENDPOINTS: Final = ("codes_api.send", "codes_api.verify")
TRIES: Final = "code-tries"


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.post("")
def send() -> Response:
    """Send a code. The answer is the same for every phone and address, known or not."""
    no_store()
    require_same_origin()
    wanted = read_json(CodeWanted)
    contact, asker = count_request("sign_in", phone=wanted.phone, email=wanted.email)
    count_message("sign_in", contact, asker)
    with transaction():
        sent = service.ask(contact, asker, locale=readers())
    return json_response(CodeSent(resend_after_seconds=sent.resend_after), 202)


@bp.post("/verify")
@limiter.shared_limit(tries_limit, scope=TRIES, key_func=requester)
def verify() -> Response:
    """Sign in by the code, once; the account is made by the first time."""
    no_store()
    require_same_origin()
    proof = read_json(CodeProof)
    contact = contact_of(phone=proof.phone, email=proof.email)
    trier, agent = Trier(asker_of(contact).mark), request.user_agent.string
    with transaction():
        came = come_in(contact, parse_code(proof.code), trier, Asks(agent, neighbourhood()), locale=readers())
        made = tokens.begin(came.user_id, agent=agent, strength=came.strength) if came else None
    if made is None or came is None:
        raise DomainError("code_refused")
    response = answer(made, in_cookies=proof.in_cookies)
    if proof.in_cookies:
        remember_browser(response, came.user_id)
    return response


_CONTACT_REFUSED: Final = "phone_or_email_needed, email_invalid, phone_invalid, phone_gets_no_sms, phone_not_served"
TOO_OFTEN: Final = "codes_sent_too_often, codes_sent_too_often_today"

DESCRIBED: Final = (
    Described(
        "codes_api.send",
        "POST",
        "/api/players/codes",
        "Sessions",
        "Ask for a code by SMS or mail",
        CodeSent,
        body=CodeWanted,
        status=202,
        refusals={403: "origin_refused", 422: _CONTACT_REFUSED, 429: TOO_OFTEN, 503: "sms_not_sent, sms_used_up"},
    ),
    Described(
        "codes_api.verify",
        "POST",
        "/api/players/codes/verify",
        "Sessions",
        "Sign in by a code",
        TokensIssued,
        body=CodeProof,
        refusals={403: "origin_refused", 422: f"code_refused, {_CONTACT_REFUSED}"},
    ),
)
