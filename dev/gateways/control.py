"""`/_control` of every port: what goes wrong next, how fast time passes, and what was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from .books import Books
from .hosted import TITLES
from .misbehaviour import Refused
from .notices import HERE, targets_of
from .wire import Gateway, gateway, refused, said

bp = Blueprint("control", __name__)
_MOST_BYTES: Final = 256 * 1024
_MOST_SECONDS: Final = 400 * 86_400
_POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
"""Without form-action: a payer's form ends in a redirect to the shop, whose address is the shop's own."""

Do = Callable[[Gateway, str, str], bool]
"""Lets something happen to a payment that there is: by name and the payment's number; False when it cannot."""
Tell = Callable[[Gateway], Books]
"""What it believes that it took and paid."""


def create(held: Gateway, blueprints: tuple[Blueprint, ...], do: Do, tell: Tell) -> Flask:
    """One provider as a WSGI application of its own."""
    made = Flask("dev.gateways")
    made.config.update(MAX_CONTENT_LENGTH=_MOST_BYTES, GATEWAY=held, DO=do, TELL=tell)
    made.before_request(_only_here)
    made.after_request(_harden)
    made.register_error_handler(HTTPException, _worded)
    for one in (bp, *blueprints):
        made.register_blueprint(one)
    return made


@bp.get("/")
def home() -> Response:
    """For a person: what can go wrong here, what comes next, what was sent last."""
    return _home()


@bp.get("/_control")
def shown() -> Response:
    """What can go wrong, what will, and how far things are."""
    held = gateway()
    return said(
        {
            "gateway": held.name,
            "misbehaviours": [
                {"name": one.name, "point": one.point, "sentence": one.sentence}
                for one in held.misbehaviours.known.values()
            ],
            "next": held.misbehaviours.coming(),
            "random": {"seed": held.misbehaviours.seed, "rate": held.misbehaviours.rate},
            "speed": held.clock.speed,
            "waiting": held.clock.waiting,
            "targets": held.notices.targets,
        }
    )


@bp.post("/_control")
def ordered() -> AnyResponse:
    """Any of `clear`, `next` (with `times`, `path`), `rate` (with `seed`), `speed`, `targets`, `secrets`, `do` (with
    `payment`), `advance`, in this order; JSON or a form."""
    given = request.get_json(silent=True) if request.is_json else request.form
    if not isinstance(given, Mapping):
        return said({"error": "an object is expected"}, 422)
    try:
        _obey(gateway(), given)
    except (Refused, TypeError, ValueError) as refusal:
        return _home(str(refusal)) if _is_browser() else said({"error": str(refusal)}, 422)
    return redirect("/", 303) if _is_browser() else shown()


@bp.get("/_control/notices")
def notices() -> Response:
    """What was sent, the newest last: `url`, `headers`, `body`, and the `status` that it was answered with."""
    gateway().notices.settle()
    return said(gateway().notices.sent())


@bp.get("/_control/books")
def books() -> Response:
    """What it believes that it took and paid: `entries`, and what it holds for the shop."""
    held, tell = gateway(), current_app.config["TELL"]
    with held.lock:
        return said(asdict(tell(held)))


def _home(error: str = "") -> Response:
    held = gateway()
    page = render_template("home.html", held=held, error=error, sent=held.notices.sent()[:-21:-1], titles=TITLES)
    return make_response(page, 422 if error else 200)


def _is_browser() -> bool:
    return bool(request.accept_mimetypes.best == "text/html")


def _obey(held: Gateway, given: Mapping[str, Any]) -> None:
    if given.get("clear"):
        held.misbehaviours.clear()
    if "next" in given:
        held.misbehaviours.ask_for(given)
    if "rate" in given:
        held.misbehaviours.set_random(str(given.get("seed", held.misbehaviours.seed)), float(given["rate"]))
    if "speed" in given:
        held.clock.speed = _number(given["speed"], 0.001, 1e6)
    if "targets" in given:
        urls = given["targets"] if isinstance(given["targets"], list) else [given["targets"]]
        held.notices.targets[:] = targets_of([str(url) for url in urls])
    if "secrets" in given:
        held.accounts.secrets[:] = [str(one) for one in given["secrets"]][:8]
    if "do" in given:
        with held.lock:
            if not _do()(held, str(given["do"]), str(given.get("payment", ""))):
                raise Refused("nothing of the kind can happen to that payment")
    if "advance" in given:
        held.clock.advance(_number(given["advance"], 0, _MOST_SECONDS))
        held.notices.settle()


def _do() -> Do:
    found: Do = current_app.config["DO"]
    return found


def _number(given: Any, least: float, most: float) -> float:
    value = float(given)
    if not least <= value <= most:
        raise Refused(f"a number from {least:g} to {most:g} is expected")
    return value


def _only_here() -> None:
    """No other site's scripts, forms and host names."""
    if urlsplit(f"//{request.host}").hostname not in HERE:
        abort(403)
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    elsewhere = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
    if foreign or (elsewhere and request.method != "GET"):
        abort(403)


def _worded(error: HTTPException) -> Response:
    """A path that there is not, as this provider says it."""
    return refused(gateway().refuse(error.code or 500))


def _harden(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _POLICY
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
