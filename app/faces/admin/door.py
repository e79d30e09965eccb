"""The operators' door, before anything else is looked at: a session that the form opened, or HTTP basic credentials
against argon2 hashes; then the privilege for the module that is asked for.

Every blueprint of the console is made here, so that none can be without it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from functools import cache
from typing import Final
from urllib.parse import urlencode

import structlog
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Blueprint, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFProtect

from app.core.config import current_settings
from app.core.database.session import end_reading, transaction
from app.core.errors import DomainError, Unauthorised
from app.core.limits.limiter import begin_anew, limiter
from app.core.limits.requester import requester
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.people.accounts.login.page_door import go
from app.people.approvals.second.people import Decider
from app.people.operators import queries as operators
from app.people.operators import tokens, totp
from app.people.operators.queries import Entered, Known
from app.record.audit.service import note
from app.selling.bets.games import GAMES

from .modules import BETS, EVERYBODYS, OF_SECTIONS, first_of_bets, module_at, module_of
from .signing_in import session

log = structlog.get_logger()

CHALLENGE: Final = 'Basic realm="Tiraj operators", charset="UTF-8"'
API_PREFIX: Final = "/api/admin"
LAYOUT: Final = "faces/admin/base.html"
SECTIONS: Final = (
    ("/admin", _l("Overview")),
    ("/admin/approvals", _l("Approvals")),
    ("/admin/rounds", _l("Rounds")),
    (BETS, _l("Bets")),
    ("/admin/results", _l("Results")),
    ("/admin/orders", _l("Orders")),
    ("/admin/suspended", _l("Suspended")),
    ("/admin/payouts", _l("Payouts")),
    ("/admin/money", _l("Money")),
    ("/admin/partners", _l("Partners")),
    ("/admin/people", _l("People")),
    ("/admin/letters", _l("Letters")),
    ("/admin/content", _l("Content")),
    ("/admin/alarms", _l("Alarms")),
    ("/admin/audit", _l("Audit")),
    ("/admin/rq/", _l("Jobs")),
    ("/admin/system", _l("System")),
)
"""The console's navigation; every page lies below one of them, those of a game that sells bets below its own name."""

_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_LONGEST: Final = 256
_TRIES: Final = "operator-tries"
_NAMES_TRIED: Final = 10  # by one requester, as often each as one name may be tried
_MOST_KNOWN: Final = 256
# Who was let in since this process began, and from where: verifying takes tens of milliseconds, and pages ask every few
# seconds. The address belongs to it: an answer from here is not counted, so whoever guesses elsewhere must not get one.
_known: OrderedDict[bytes, None] = OrderedDict()
_known_key: Final = secrets.token_bytes(32)
_hasher: Final = PasswordHasher()


def page_blueprint(name: str) -> Blueprint:
    """A blueprint of pages under /admin, for operators alone. Its forms carry the usual CSRF token.

    It belongs to `WITHOUT_CSRF_COOKIE` all the same: the token is asked for here, after the credentials.
    """
    blueprint = Blueprint(f"admin_{name}", __name__, url_prefix="/admin")
    blueprint.before_request(_operator_or_login)
    blueprint.before_request(_require_form_token)
    return blueprint


def json_blueprint(name: str) -> Blueprint:
    """A blueprint of JSON routes under /api/admin, for operators alone.

    It belongs to `WITHOUT_CSRF_COOKIE`: what changes something takes JSON of our own pages or of a program that is no
    browser, or else the CSRF token in the header `X-CSRFToken`.
    """
    blueprint = Blueprint(f"admin_api_{name}", __name__, url_prefix=API_PREFIX)
    blueprint.before_request(require_operator)
    blueprint.before_request(_require_own_json)
    return blueprint


def operator_name() -> str:
    """The operator of the request at hand as audit rows name one: `operator:<name>`."""
    return f"operator:{g.operator}"


def decider() -> Decider:
    """Who is in, to whatever two people decide: by a session of the form, or by credentials that confirm nothing."""
    entered = g.get("operator_session")
    return Decider(str(g.operator), entered.session_id if isinstance(entered, Entered) else None)


def modules_open() -> frozenset[str]:
    """The modules of the console that who is in may open."""
    may: frozenset[str] = frozenset(g.get("operator_may", ()))
    return may


def sections() -> list[tuple[str, LazyString]]:
    """The navigation of who is in: what they may open. Each game that sells bets stands there by its name."""
    may, found = modules_open(), list[tuple[str, LazyString]]()
    for href, text in SECTIONS:
        if href == BETS:
            games = ((first_of_bets(one.name, may), one.title) for one in GAMES.get().values())
            found += [(page, title) for page, title in games if page is not None]
        elif OF_SECTIONS[href] in (EVERYBODYS, *may):
            found.append((href, text))
    return found


def may_open(address: str) -> bool:
    """Whether who is in may open this address of the console."""
    return module_at(address) in (EVERYBODYS, *modules_open())


def require_operator() -> None:
    """Let operators in, each where they may be, and nobody else; the answer is kept by no cache.

    Raises:
        Unauthorised: 401 `operator_unknown`.
        DomainError: 403 `operator_not_privileged`.
        RateLimitExceeded: too many failures from this network within an hour.
    """
    no_store()
    entered = session.entered() or _by_token()
    operator = entered.operator if entered else _by_credentials()
    end_reading()  # what follows may ask the network
    if operator is None:
        raise Unauthorised("operator_unknown", challenge=CHALLENGE)
    g.operator, g.operator_may, g.operator_session = operator.name, operator.privileges, entered
    module = module_of(request.endpoint or "")
    if module not in (EVERYBODYS, *operator.privileges):
        raise DomainError("operator_not_privileged", status=403, module=module)


def _operator_or_login() -> ResponseReturnValue | None:
    """A browser whose session is over signs in again and is led back, in production everybody who is not in; a program,
    and whoever never signed in by the form, is asked for credentials."""
    try:
        require_operator()
    except Unauthorised:
        is_asked = request.authorization is not None or not session.has_cookie()
        if request.method not in _SAFE or (is_asked and not session.counts_alone()):
            raise
        return go("/admin/login?" + urlencode({"next": request.full_path.rstrip("?")}))
    return None


def _by_token() -> Entered | None:
    """Whose access token a program sends. Raises DomainError 403 `token_for_others`: a player's."""
    given = request.authorization
    return tokens.entered_by(given.token) if given is not None and given.type == "bearer" and given.token else None


def _by_credentials() -> Known | None:
    given = request.authorization
    if given is None or given.type != "basic" or given.username is None or given.password is None:
        return None
    if session.counts_alone():
        return None
    return admitted(given.username, given.password)


def admitted(name: str, password: str, *, anew: bool = False, code: str = "") -> Known | None:
    """The operator of that name and password, and of that one-time code where they have set these up. As long for a
    name that nobody has as for one with a wrong password.

    `anew`: it is verified and counted whoever was let in a moment ago.
    """
    if len(name) > _LONGEST or len(password) > _LONGEST:
        return None
    operator = operators.known(name)
    hashed = operator.password_hash if operator else None
    seen = f"{name}\0{password}\0{hashed}\0{requester()}"
    mark = hmac.new(_known_key, seen.encode(), hashlib.sha256).digest()
    has_totp = operator is not None and operator.has_totp
    if hashed is not None and mark in _known and not (anew or has_totp):
        return operator
    g.operator_tried = name
    end_reading()
    _count_try()
    if not _verified(hashed, password) or (has_totp and not _uses(name, code)):
        _tell(name if hashed else "unknown", "operator.refused")
        return None
    begin_anew(_TRIES)
    _known[mark] = None
    while len(_known) > _MOST_KNOWN:
        _known.popitem(last=False)
    _tell(name, "operator.admitted")
    return operator


def _uses(name: str, code: str) -> bool:
    """Whether a one-time code is right; it is used up, whatever becomes of the request."""
    with transaction():
        return totp.use(name, code)


def _verified(hashed: str | None, password: str) -> bool:
    somebodys = next(iter(current_settings().operator_hashes.values()))
    try:
        verified = _hasher.verify(hashed or _nobodys_hash(somebodys), password)
    except (VerificationError, InvalidHashError):
        return False
    return verified and hashed is not None


@cache
def _nobodys_hash(like: str) -> str:
    """The hash of a password that nobody knows, as dear to check as the operators' own."""
    return PasswordHasher.from_parameters(extract_parameters(like)).hash(secrets.token_hex(16))


def _tries_limit() -> str:
    return f"{current_settings().operator_failures_per_hour} per hour"


def _all_tries_limit() -> str:
    return f"{current_settings().operator_failures_per_hour * _NAMES_TRIED} per hour"


def _requester_and_name() -> str:
    """Nobody's tries are another's: neither those of another network, nor those for another name."""
    return f"{requester()} {hashlib.sha256(str(g.operator_tried).encode()).hexdigest()[:32]}"


@limiter.shared_limit(_all_tries_limit, scope="operator-tries-of-all-names")
@limiter.shared_limit(_tries_limit, scope=_TRIES, key_func=_requester_and_name)
def _count_try() -> None:
    """Raises RateLimitExceeded, which is answered 429. Whoever is let in afterwards begins to count anew."""


def _tell(name: str, action: str) -> None:
    """Both are told to the audit log: who came in, and who tried. A name that is none might be a password."""
    log.info(action.replace(".", "_"), operator=name)
    with transaction():
        note(f"operator:{name}" if action == "operator.admitted" else "nobody", action, f"operator:{name}")


def _require_own_json() -> None:
    """Browsers send an operator's credentials along with another site's request; this is what tells them apart."""
    if request.method in _SAFE:
        return
    require_same_origin()
    if request.mimetype == "application/json":
        return
    if not request.headers.get("X-CSRFToken"):
        raise DomainError("content_type_not_json", status=415)
    _require_form_token()


def _require_form_token() -> None:
    """The token of Flask-WTF in a form or header. Raises CSRFError, which is answered 400."""
    csrf: CSRFProtect = current_app.extensions["csrf"]
    csrf.protect()
