"""JSON of adding a phone or a mail address to one's account."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.limits.requester import requester
from app.core.web.languages import readers
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json
from app.people.accounts.codes import own
from app.people.accounts.codes.api import TOO_OFTEN, TRIES
from app.people.accounts.codes.contacts import contact_of
from app.people.accounts.codes.limits import count_message, count_request, tries_limit
from app.people.accounts.codes.schemas import CodeSent, CodeWanted, ProofSent, ProofWanted, WayAdded, WayProof
from app.people.accounts.login.json_door import require_session
from app.people.accounts.rules import parse_code

from . import service

bp = Blueprint("ways_api", __name__, url_prefix="/api/players/ways")
ENDPOINTS: Final = ("ways_api.send", "ways_api.prove", "ways_api.verify")


@bp.post("")
def send() -> Response:
    """Send a code to a phone or an address that is to be one's own as well."""
    person = require_session()
    wanted = read_json(CodeWanted)
    contact, _ = count_request("joining", phone=wanted.phone, email=wanted.email)
    asker = service.asks(person.id, person.strength, contact)
    count_message("joining", contact, asker, of=person.id)
    with transaction():
        sent = service.ask(person.id, person.strength, contact, locale=readers())
    return json_response(CodeSent(resend_after_seconds=sent.resend_after), 202)


@bp.post("/proof")
def prove() -> Response:
    """Send a code to the strongest way that the account has: whoever adds one shows whose account it is."""
    person = require_session()
    read_json(ProofWanted)
    there = own.strongest_way(person.id)
    assert there is not None, "whoever is signed in is reached somehow"
    is_mail = there.channel == "email"
    count_request("proof", phone=None if is_mail else there.text, email=there.text if is_mail else None)
    count_message("proof", there, own.asks(person.id, "way"), of=person.id)
    with transaction():
        sent = service.ask_proof(person.id, there, locale=readers())
    return json_response(ProofSent(resend_after_seconds=sent.resend_after, way=own.masked(there)), 202)


@bp.post("/verify")
@limiter.shared_limit(tries_limit, scope=TRIES, key_func=requester)
def verify() -> Response:
    """Add it, by the code that came there and, unless the session was just opened by that way, by the proof."""
    person = require_session()
    proof = read_json(WayProof)
    contact = contact_of(phone=proof.phone, email=proof.email)
    with transaction():
        own_code = parse_code(proof.proof) if proof.proof is not None else None
        right = service.join(person, contact, parse_code(proof.code), own_code)
    if not right.both:
        raise DomainError("code_refused", field="code" if right.own else "proof")
    after = require_session()
    return json_response(WayAdded(phone=after.phone or None, email=after.email or None))


_REFUSED: Final = {
    401: "not_signed_in",
    403: "origin_refused, phone_needs_mail",
    409: "email_there",
    422: "contact_same, phone_or_email_needed, email_invalid, phone_invalid, phone_gets_no_sms, phone_not_served",
}

DESCRIBED: Final = (
    Described(
        "ways_api.send",
        "POST",
        "/api/players/ways",
        "Sessions",
        "Ask for a code to a phone or address to be added to one's account",
        CodeSent,
        body=CodeWanted,
        status=202,
        by_session=True,
        refusals={**_REFUSED, 429: TOO_OFTEN, 503: "sms_not_sent, sms_used_up"},
    ),
    Described(
        "ways_api.prove",
        "POST",
        "/api/players/ways/proof",
        "Sessions",
        "Ask for a code to the strongest way one's account has, to add another one",
        ProofSent,
        body=ProofWanted,
        status=202,
        by_session=True,
        refusals={401: "not_signed_in", 403: "origin_refused", 429: TOO_OFTEN, 503: "sms_not_sent, sms_used_up"},
    ),
    Described(
        "ways_api.verify",
        "POST",
        "/api/players/ways/verify",
        "Sessions",
        "Add a phone or address by its code",
        WayAdded,
        body=WayProof,
        by_session=True,
        refusals={
            **_REFUSED,
            403: f"{_REFUSED[403]}, proof_needed",
            409: "email_there, contact_taken",
            422: f"code_refused, {_REFUSED[422]}",
        },
    ),
)
