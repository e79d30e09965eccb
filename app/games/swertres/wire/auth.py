"""JSON of coming in by a code: who is new says who he is, and everybody gets tokens that are good for all routes."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.limits.requester import neighbourhood, requester
from app.core.web.headers import no_store
from app.core.web.languages import readers
from app.core.web.origin import require_same_origin
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json
from app.core.wire.schemas import Answer, Question
from app.games.swertres import joining
from app.games.swertres.joining import Said
from app.money.gateways.notices.api import receive
from app.people.accounts.codes import service
from app.people.accounts.codes.api import TOO_OFTEN, TRIES
from app.people.accounts.codes.coming_in import CameIn, come_in
from app.people.accounts.codes.contacts import contact_of
from app.people.accounts.codes.limits import asker_of, count_message, count_request, tries_limit
from app.people.accounts.codes.schemas import Code, CodeSent, CodeWanted, Email, Phone
from app.people.accounts.codes.service import Trier
from app.people.accounts.login.attempts import Asks
from app.people.accounts.rules import parse_code
from app.people.accounts.tokens import service as tokens
from app.people.players.profile import api as profile
from app.people.players.profile.schemas import BirthDate, Me, Name

bp: Final = Blueprint("swertres_auth_api", __name__, url_prefix="/api/swertres")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("register", "login", "verify_otp", "me", "stripe"))


class Joining(Question):
    """Who somebody is, and where his code goes: a phone, or a mail address."""

    phone: Phone | None = None
    email: Email | None = None
    name: Name
    date_of_birth: BirthDate


class OtpProof(Question):
    """The code, and where it went."""

    phone: Phone | None = None
    email: Email | None = None
    otp: Code


class TokensOfPlayer(Answer):
    """An access token for 15 minutes, and a refresh token for one use within 7 days (`/api/auth/refresh`)."""

    access_token: str
    refresh_token: str


@bp.post("/auth/register")
def register() -> Response:
    """Say who one is, and have a code sent. The answer is the same for every phone and address, known or not."""
    no_store()
    require_same_origin()
    wanted = read_json(Joining)
    return _send(wanted.phone, wanted.email, Said(wanted.name, wanted.date_of_birth))


@bp.post("/auth/login")
def login() -> Response:
    """Have a code sent."""
    no_store()
    require_same_origin()
    wanted = read_json(CodeWanted)
    return _send(wanted.phone, wanted.email, None)


@bp.post("/auth/verify-otp")
@limiter.shared_limit(tries_limit, scope=TRIES, key_func=requester)
def verify_otp() -> Response:
    """Come in by the code, once; who has said who he is, is registered. Who is too young is told so, and forgotten."""
    no_store()
    require_same_origin()
    proof = read_json(OtpProof)
    contact = contact_of(phone=proof.phone, email=proof.email)
    trier, agent = Trier(asker_of(contact).mark), request.user_agent.string
    with transaction():
        came = come_in(contact, parse_code(proof.otp), trier, Asks(agent, neighbourhood()), locale=readers())
        refusal = _registered(came) if came is not None else DomainError("code_refused")
        made = tokens.begin(came.user_id, agent=agent, strength=came.strength) if came and not refusal else None
    if made is None:
        raise refusal or DomainError("code_refused")
    return json_response(TokensOfPlayer(access_token=made.access, refresh_token=made.refresh))


@bp.get("/auth/me")
def me() -> Response:
    """Who one is, as far as one has said."""
    return profile.me()


@bp.post("/webhooks/stripe")
def stripe() -> Response:
    """What Stripe tells, as at its own address."""
    answer: Response = receive("stripe")
    return answer


def _send(phone: str | None, email: str | None, said: Said | None) -> Response:
    contact, asker = count_request("sign_in", phone=phone, email=email)
    count_message("sign_in", contact, asker)
    with transaction():
        if said is not None:
            joining.remember(contact, said)
        sent = service.ask(contact, asker, locale=readers())
    return json_response(CodeSent(resend_after_seconds=sent.resend_after), 202)


def _registered(came: CameIn) -> DomainError | None:
    said = joining.said_of(came.contact)
    if said is None or tokens.IS_REGISTERED.get()(came.user_id):
        return None
    return joining.register(came.user_id, said, readers())


_PLACE: Final = bp.url_prefix or ""
_OF: Final = "Swertres"
_CONTACT: Final = "phone_or_email_needed, email_invalid, phone_invalid, phone_gets_no_sms, phone_not_served"
_SENDING: Final = {403: "origin_refused", 422: _CONTACT, 429: TOO_OFTEN, 503: "sms_not_sent, sms_used_up"}
DESCRIBED: Final = (
    Described(
        f"{bp.name}.register",
        "POST",
        f"{_PLACE}/auth/register",
        _OF,
        "Say who one is, and have a code sent",
        CodeSent,
        body=Joining,
        status=202,
        refusals=_SENDING,
    ),
    Described(
        f"{bp.name}.login",
        "POST",
        f"{_PLACE}/auth/login",
        _OF,
        "Have a code sent",
        CodeSent,
        body=CodeWanted,
        status=202,
        refusals=_SENDING,
    ),
    Described(
        f"{bp.name}.verify_otp",
        "POST",
        f"{_PLACE}/auth/verify-otp",
        _OF,
        "Come in by a code",
        TokensOfPlayer,
        body=OtpProof,
        refusals={403: "origin_refused, player_excluded", 422: f"code_refused, too_young, {_CONTACT}"},
    ),
    Described(
        f"{bp.name}.me",
        "GET",
        f"{_PLACE}/auth/me",
        _OF,
        "Who one is",
        Me,
        by_session=True,
        refusals={401: "not_signed_in"},
    ),
)
