"""Signing in as Flask sees it: cookies, the request's user, and the door of pages that need one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Final, ParamSpec
from uuid import UUID

import structlog
from flask import Flask, Request, Response, flash, g, redirect, render_template, request, session, url_for
from flask.sansio.app import App
from flask_babel import force_locale, gettext
from flask_login import LoginManager, current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.ids import parse_id
from app.core.ports import Port
from app.core.web import languages
from app.core.web.headers import no_store
from app.core.web.requests import wants_fragment
from app.core.web.surfaces import current_surface
from app.people.accounts import queries, service
from app.people.accounts.forms import LoginForm
from app.people.accounts.rules import ABSOLUTE_LIFETIME, LINK_LIFETIME, local_path, opens_partners_pages
from app.people.accounts.service import Asked, SignedIn

from .known_browser import LIFETIME as KNOWN_FOR
from .known_browser import known_cookie, token_for

log = structlog.get_logger()
P = ParamSpec("P")

_MAX_TOKEN_LENGTH = 64


class SessionTable(LoginManager):
    """Flask-Login over our own sessions alone: Flask's signed session and remember-me cookies have no say."""

    def _load_user(self) -> None:
        self._update_request_context_with_user()  # nobody, should the database be away: its error page asks again
        self._update_request_context_with_user(_identify(request))

    def _update_remember_cookie(self, response: Response) -> Response:
        return response  # there is none, and asking for it would read the form's cookie, which no frame may


manager = SessionTable()
PLAYERS_DOOR: Final = Port[tuple[str, str]]("under which path players are, and the page where they sign in", ("", ""))


def init_app(app: App) -> None:
    """Load the request's user from our own sessions."""
    manager.init_app(app)
    app.after_request(_renew_session)


def _identify(incoming: Request) -> queries.Identity | None:
    """Nobody is signed in inside a partner's frame: there no cookie is read, and none is set."""
    if current_surface().is_framed:
        return None
    token = session_token(incoming)
    return queries.identity_of(token) if token else None


def speak_as_accounts_wish(app: Flask) -> None:
    """Let pages be in the language of whoever is signed in."""
    languages.OF_ACCOUNT.fill(app, _language_of_account)


def _language_of_account() -> str | None:
    """The language that whoever is signed in has chosen; None of nobody. Without a session nothing is asked for."""
    if not current_user.is_authenticated:
        return None
    theirs: str = current_user.locale
    return theirs


def account_address() -> str:
    """Where the head leads whoever is signed in: partners to their account, players to their own pages, which are there
    in every language."""
    path, _ = PLAYERS_DOOR.get()
    return "/account" if opens_partners_pages(current_user.strength) or not path else path


def session_token(incoming: Request) -> str | None:
    """The request's session token, whether or not it opens anything."""
    token = incoming.cookies.get(session_cookie(), "")
    return token if 0 < len(token) <= _MAX_TOKEN_LENGTH and token.isascii() else None


def session_cookie() -> str:
    """The `__Host-` prefix binds a cookie to this host, this path and TLS; browsers refuse it without TLS."""
    return "__Host-tiraj" if _is_secure() else "tiraj_session"


def login_cookie() -> str:
    """The cookie of a browser that asked for a link and has not used it yet."""
    return "__Host-tiraj-login" if _is_secure() else "tiraj_login"


def remember_asked(response: AnyResponse, asked: Asked) -> None:
    """Bind the login to this browser."""
    _set_cookie(response, login_cookie(), asked_text(asked), LINK_LIFETIME)


def code_cookie() -> str:
    """The cookie of a browser that asked for a code and has not used it yet."""
    return "__Host-tiraj-code" if _is_secure() else "tiraj_code"


def remember_code(response: AnyResponse, asked: Asked) -> None:
    """Bind the code to this browser. Whoever is too late is told so, for an hour."""
    _set_cookie(response, code_cookie(), asked_text(asked), timedelta(hours=1))


def code_of_browser() -> Asked | None:
    """Which code this browser asked for, if any; its secret still has to be checked."""
    return asked_from(request.cookies.get(code_cookie(), ""))


def asked_text(asked: Asked) -> str:
    """What whoever asked keeps, as one text."""
    return f"{asked.link_id}.{asked.browser}"


def asked_by_browser() -> Asked | None:
    """What this browser asked for, if anything; its secret still has to be checked."""
    return asked_from(request.cookies.get(login_cookie(), ""))


def asked_from(text: str) -> Asked | None:
    """The contrary of `asked_text`; None for anything else."""
    link_id, _, browser = text.partition(".")
    identifier = parse_id(link_id)
    if identifier is None or not browser.isascii() or not 0 < len(browser) <= _MAX_TOKEN_LENGTH:
        return None
    return Asked(identifier, browser)


def sign_in(signed_in: SignedIn) -> AnyResponse:
    """The answer that carries a new session: a fresh token, and nothing of the form session before it."""
    response = go(signed_in.next_path)
    carry(response, signed_in)
    return response


def carry(response: AnyResponse, signed_in: SignedIn) -> None:
    """Put a new session into an answer's cookies."""
    session.clear()
    _set_cookie(response, session_cookie(), signed_in.token, ABSOLUTE_LIFETIME)
    remember_browser(response, signed_in.user_id)
    for name in (login_cookie(), code_cookie()):
        _drop_cookie(response, name)


def remember_browser(response: AnyResponse, user_id: UUID) -> None:
    """Keep in the browser that it has been signed in to this account."""
    _set_cookie(response, known_cookie(), token_for(queries.contacts_of(user_id)), KNOWN_FOR)


def sign_out(theirs: str) -> AnyResponse:
    """The answer that takes the session away, and says so in the language of whoever had it."""
    response = go(still_in(theirs, "/"))
    forget(response)
    with force_locale(theirs):
        flash(gettext("You are signed out."), "ok")
    return response


def still_in(language: str, path: str) -> str:
    """The address of a page that is to be in the account's language, once nobody is signed in who has chosen one."""
    return path if language == languages.best_known() else languages.in_language(path, language)


def forget(response: AnyResponse) -> None:
    """Take the session out of the browser."""
    session.clear()
    _drop_cookie(response, session_cookie())


def go(path: str) -> AnyResponse:
    """Send the browser to another page: by a redirect, or for htmx by a header that leaves the old page whole."""
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": path})
    return redirect(path, code=303)


def login_required(view: Callable[P, AnyResponse]) -> Callable[P, AnyResponse]:
    """The door: nobody is sent to the login, which leads back to the page they asked for. Answers are never stored."""

    @wraps(view)
    def door(*args: P.args, **kwargs: P.kwargs) -> AnyResponse:
        no_store()
        if current_user.is_authenticated:
            return view(*args, **kwargs)
        wanted = local_path(request.full_path.rstrip("?")) if request.method == "GET" else None
        path, theirs = PLAYERS_DOOR.get()
        is_players = bool(path) and f"{request.path}/".startswith(f"{path}/")
        return go(url_for(theirs if is_players else "accounts.login", next=wanted))

    return door


def link_required(view: Callable[P, AnyResponse]) -> Callable[P, AnyResponse]:
    """The door of pages from which partners' money is reached: who came in otherwise than by the link in a mail is told
    so, and offered the link."""

    @login_required
    @wraps(view)
    def door(*args: P.args, **kwargs: P.kwargs) -> AnyResponse:
        return view(*args, **kwargs) if opens_partners_pages(current_user.strength) else link_needed()

    return door


def link_needed() -> AnyResponse:
    """Why this page stays shut, and a form for the link that opens it."""
    no_store()
    wanted = local_path(request.full_path.rstrip("?") if request.method == "GET" else None)
    form = LoginForm(formdata=None, email=current_user.email, next=wanted)
    body = render_template("people/accounts/link_needed.html", form=form)
    return Response(body, status=403, mimetype="text/html")


def _renew_session(response: Response) -> Response:
    """Renew `last_seen_at`, at most once a minute, after the view has closed its own transaction."""
    identity = g.get("_login_user")
    if isinstance(identity, queries.Identity) and identity.is_stale:
        try:
            with transaction():
                service.touch(identity.session_id)
        except SQLAlchemyError:
            log.warning("session_not_renewed", exc_info=True)
    return response


def _set_cookie(response: AnyResponse, name: str, value: str, lifetime: timedelta) -> None:
    response.set_cookie(name, value, max_age=lifetime, path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def _drop_cookie(response: AnyResponse, name: str) -> None:
    response.delete_cookie(name, path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def _is_secure() -> bool:
    return bool(current_settings().base_url.startswith("https:"))
