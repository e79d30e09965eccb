"""JSON of mail and password: set by a code, used to sign in, changed and removed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from app.core.database.session import transaction
from app.core.errors import DomainError, Unauthorised
from app.core.limits.limiter import limiter
from app.core.limits.requester import neighbourhood, requester
from app.core.web.headers import no_store
from app.core.web.languages import readers
from app.core.web.origin import require_same_origin
from app.core.wire.described import Described
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, read_json
from app.people.accounts.codes import service as codes
from app.people.accounts.codes.api import TOO_OFTEN, TRIES
from app.people.accounts.codes.contacts import contact_of
from app.people.accounts.codes.limits import asker_of, count_message, count_request, tries_limit
from app.people.accounts.codes.schemas import CodeSent
from app.people.accounts.codes.service import Trier
from app.people.accounts.login.attempts import Asks
from app.people.accounts.login.json_door import require_session
from app.people.accounts.login.page_door import remember_browser
from app.people.accounts.rules import parse_code
from app.people.accounts.tokens import service as tokens
from app.people.accounts.tokens.answering import answer
from app.people.accounts.tokens.schemas import TokensIssued
from app.people.accounts.tokens.service import Tokens

from . import hashing, limits, proving, queries, rules, service
from .messages import MESSAGES
from .proving import Proof
from .schemas import PasswordChange, PasswordLogin, PasswordRegistration, PasswordRemoval

bp = Blueprint("passwords_api", __name__, url_prefix="/api/auth")
ENDPOINTS: Final = tuple(f"passwords_api.{name}" for name in ("register", "login", "change", "remove"))


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.post("/register")
def register() -> Response:
    """Send a code, or set the password by it. The answer is the same for every address, known or not."""
    no_store()
    require_same_origin()
    wanted = read_json(PasswordRegistration)
    return _send(wanted) if wanted.code is None else _set(wanted, wanted.code)


@bp.post("/login")
def login() -> Response:
    """Sign in by mail and password. As long for an address that nobody has as for a wrong password."""
    no_store()
    require_same_origin()
    wanted = read_json(PasswordLogin)
    contact = contact_of(phone=None, email=wanted.email)
    limits.count_try(contact)
    proof = proving.of_account(contact.is_users, wanted.password)
    agent = request.user_agent.string
    with transaction():
        came = service.come_in(contact, proof, Asks(agent, neighbourhood()))
        made = tokens.begin(came.user_id, agent=agent, strength=came.strength) if came else None
    if made is None or came is None:
        raise Unauthorised("password_refused")
    limits.was_right()
    return _handed_over(made, came.user_id, in_cookies=wanted.in_cookies)


@bp.post("/password")
def change() -> Response:
    """Put another password in the place of one's own; every other session ends."""
    person = require_session()
    wanted = read_json(PasswordChange)
    _refuse_without(person.id)
    password = rules.checked(wanted.password, person.email)
    proof = _proof(person.id, wanted.current_password)
    hashed = hashing.hashed(password) if proof.hash is not None else ""
    with transaction():
        is_changed = service.change(person.id, proof, hashed, keep=person.session_id)
    return _done(is_changed)


@bp.post("/password/remove")
def remove() -> Response:
    """Do without a password again; every other session ends."""
    person = require_session()
    wanted = read_json(PasswordRemoval)
    _refuse_without(person.id)
    proof = _proof(person.id, wanted.current_password)
    with transaction():
        is_removed = service.give_up(person.id, proof, keep=person.session_id)
    return _done(is_removed)


def _send(wanted: PasswordRegistration) -> Response:
    contact, asker = count_request("password", phone=None, email=wanted.email)
    rules.checked(wanted.password, wanted.email)
    count_message("password", contact, asker)
    with transaction():
        sent = codes.ask(contact, asker, locale=readers(), sets_password=True)
    return json_response(CodeSent(resend_after_seconds=sent.resend_after), 202)


def _set(wanted: PasswordRegistration, code: str) -> Response:
    """Hashed before the code is looked at: a code that is used up has then set the password for sure."""
    _count_code_try()
    contact = contact_of(phone=None, email=wanted.email)
    hashed = hashing.hashed(rules.checked(wanted.password, contact.text))
    trier, agent = Trier(asker_of(contact).mark), request.user_agent.string
    asks = Asks(agent, neighbourhood())
    with transaction():
        came = service.set_by_code(contact, parse_code(code), trier, asks, hashed, locale=readers())
        made = tokens.begin(came.user_id, agent=agent, strength=came.strength) if came else None
    if made is None or came is None:
        raise DomainError("code_refused")
    return _handed_over(made, came.user_id, in_cookies=wanted.in_cookies)


def _handed_over(made: Tokens, user_id: UUID, *, in_cookies: bool) -> Response:
    response = answer(made, in_cookies=in_cookies)
    if in_cookies:
        remember_browser(response, user_id)
    return response


@limiter.shared_limit(tries_limit, scope=TRIES, key_func=requester)
def _count_code_try() -> None:
    """Raises RateLimitExceeded."""


def _refuse_without(user_id: UUID) -> None:
    if queries.set_at(user_id) is None:
        raise DomainError("password_not_set", status=409)


def _proof(user_id: UUID, text: str) -> Proof:
    limits.count_own_try(user_id)
    return proving.of_person(user_id, text)


def _done(is_done: bool) -> Response:
    if not is_done:
        raise DomainError("password_wrong", field="currentPassword")
    limits.was_right()
    return Response(status=204)


_REFUSED: Final = "password_too_short, password_too_long, password_is_email, password_guessed"
_SIGNED_OUT: Final = {401: "not_signed_in", 403: "origin_refused", 409: "password_not_set"}
_BUSY: Final = {429: "password_tried_too_often", 503: "passwords_busy"}

DESCRIBED: Final = (
    Described(
        "passwords_api.register",
        "POST",
        "/api/auth/register",
        "Sessions",
        "Ask for a code that sets a password, or set it by that code",
        TokensIssued,
        body=PasswordRegistration,
        accepted=CodeSent,
        refusals={
            403: "origin_refused",
            422: f"email_invalid, code_refused, {_REFUSED}",
            429: TOO_OFTEN,
            503: "passwords_busy",
        },
    ),
    Described(
        "passwords_api.login",
        "POST",
        "/api/auth/login",
        "Sessions",
        "Sign in by mail and password",
        TokensIssued,
        body=PasswordLogin,
        refusals={401: "password_refused", 403: "origin_refused", 422: "email_invalid", **_BUSY},
    ),
    Described(
        "passwords_api.change",
        "POST",
        "/api/auth/password",
        "Sessions",
        "Put another password in the place of one's own, which ends one's other sessions",
        None,
        body=PasswordChange,
        status=204,
        by_session=True,
        refusals={**_SIGNED_OUT, 422: f"password_wrong, {_REFUSED}", **_BUSY},
    ),
    Described(
        "passwords_api.remove",
        "POST",
        "/api/auth/password/remove",
        "Sessions",
        "Remove one's password, which ends one's other sessions",
        None,
        body=PasswordRemoval,
        status=204,
        by_session=True,
        refusals={**_SIGNED_OUT, 422: "password_wrong", **_BUSY},
    ),
)
