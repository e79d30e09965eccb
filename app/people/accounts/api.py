"""JSON of signing in and out, over the same verbs as the pages. Document 001, "API route surfaces"."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.limits.limiter import limiter
from app.core.limits.requester import neighbourhood
from app.core.web.headers import no_store
from app.core.web.languages import readers
from app.core.web.origin import require_same_origin
from app.core.wire.http import json_response, read_json
from app.people.accounts.login.json_door import bearer_token, require_session
from app.people.accounts.login.limits import CONFIRMATIONS, confirmations_limit, confirmer, count_login_mail
from app.people.accounts.login.page_door import (
    asked_by_browser,
    asked_from,
    asked_text,
    carry,
    remember_asked,
    session_token,
)
from app.people.accounts.login.page_door import forget as forget_session
from app.people.accounts.tokens import carrying, signing_out

from . import queries, service
from .rules import ABSOLUTE_LIFETIME, LINK_LIFETIME, parse_code
from .schemas import LinkSent, LinkWanted, LoginProof, Nothing, Person, Session, SessionsEnded, SessionsToEnd
from .service import Asked, SignedIn

bp = Blueprint("accounts_api", __name__, url_prefix="/api/auth")


@bp.post("/magic-link")
def magic_link() -> Response:
    """Send a login link and code. The answer is the same for every address, known or not."""
    no_store()
    require_same_origin()
    wanted = read_json(LinkWanted)
    previous = None if wanted.bearer else asked_by_browser()
    asker = count_login_mail(wanted.email, has_cookies=not wanted.bearer)
    with transaction():
        asked = service.request_link(wanted.email, asker, next_path=wanted.next, locale=readers(), previous=previous)
    login = asked_text(asked) if wanted.bearer else None
    response = json_response(LinkSent(expires_in_seconds=int(LINK_LIFETIME.total_seconds()), login=login), 202)
    if not wanted.bearer:
        remember_asked(response, asked)
    return response


@bp.post("/verify")
@limiter.shared_limit(confirmations_limit, scope=CONFIRMATIONS, key_func=confirmer)
def verify() -> Response:
    """Sign in by the link's token or the mail's code, once, as whoever asked for the mail."""
    no_store()
    require_same_origin()
    proof = read_json(LoginProof)
    if (proof.token is None) is (proof.code is None):
        raise DomainError("token_or_code_needed")
    asked = asked_from(proof.login) if proof.login is not None else asked_by_browser()
    with transaction():
        signed_in = _confirm(proof, asked)
    if signed_in is None:
        raise DomainError("login_refused")
    with transaction():
        identity = queries.identity_of(signed_in.token)
    assert identity is not None
    by_cookie = proof.login is None
    response = json_response(
        Session(
            user=Person(id=identity.id, email=identity.email),
            next=signed_in.next_path,
            session_token=None if by_cookie else signed_in.token,
            expires_in_seconds=int(ABSOLUTE_LIFETIME.total_seconds()),
        )
    )
    if by_cookie:
        carry(response, signed_in)
    return response


@bp.post("/logout")
def logout() -> Response:
    """End the session in use. Without one there is nothing to do, and the answer is the same."""
    no_store()
    token = bearer_token()
    tokens = [token] if token is not None else []
    if token is None:
        require_same_origin()
        read_json(Nothing)
        tokens = [one for one in (session_token(request), carrying.access_token(request)) if one]
    with transaction():
        for one in tokens:
            signing_out.end(one)
        if token is None:
            signing_out.end_refreshed(carrying.refresh_token(request))
    response = Response(status=204)
    forget_session(response)
    carrying.forget(response)
    return response


@bp.post("/sessions/revoke")
def revoke() -> Response:
    """End one of one's own sessions, or all but the one in use."""
    identity = require_session()
    wanted = read_json(SessionsToEnd)
    with transaction():
        if wanted.session_id is None:
            ended = service.revoke_other_sessions(identity.id, keep=identity.session_id)
        else:
            service.revoke_session(identity.id, _session_id(wanted.session_id))
            ended = 1
    return json_response(SessionsEnded(ended=ended))


def _confirm(proof: LoginProof, asked: Asked | None) -> SignedIn | None:
    old = session_token(request) if proof.login is None else None
    agent, locale, network = request.user_agent.string, readers(), neighbourhood()
    if proof.token is not None:
        browser = asked.browser if asked else None
        return service.confirm_link(
            proof.token, browser=browser, agent=agent, locale=locale, network=network, old_session=old
        )
    if asked is None:
        return None
    code = parse_code(proof.code or "")
    return service.confirm_code(asked, code, agent=agent, locale=locale, network=network, old_session=old)


def _session_id(text: str) -> UUID:
    identifier = parse_id(text)
    if identifier is None:
        raise NotFound
    return identifier
