"""The page on which everything arrives: SMS, push, and the mail of the platform's mailbox among them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import requests
from flask import Blueprint, Flask, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from .carrying import Providers, providers, said
from .faults import KINDS, WIRES, Fault, FaultRefused
from .push import bp as push
from .sms import bp as sms

bp = Blueprint("page", __name__)
_MAILBOX_SECONDS = 5
_HERE = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Arrived:
    """One line of the page, and one of the JSON."""

    channel: str
    to: str
    text: str
    at: str


def create(held: Providers) -> Flask:
    """The simulator as a WSGI application of its own."""
    made = Flask(__name__)
    made.config.update(MAX_CONTENT_LENGTH=64 * 1024, PROVIDERS=held)
    made.before_request(_only_here)
    made.after_request(_harden)
    for one in (bp, sms, push):
        made.register_blueprint(one)
    return made


def _only_here() -> None:
    """Codes are read here: no other site's scripts, forms and host names."""
    if urlsplit(f"//{request.host}").hostname not in _HERE:
        abort(403)
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    elsewhere = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
    if foreign or (elsewhere and request.method != "GET"):
        abort(403)


def _harden(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; form-action 'self'"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/")
def home() -> Response | str:
    """The newest first; with `Accept: application/json` a list."""
    arrived, mail_is_away = _arrived()
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return said([asdict(one) for one in arrived])
    return _shown(arrived, mail_is_away=mail_is_away)


@bp.post("/faults")
def add_fault() -> AnyResponse | tuple[str, int]:
    """What goes wrong next: a form, or JSON of `wire`, `kind`, `seconds`, `status`, `times`."""
    given = request.get_json(silent=True) if request.is_json else request.form
    try:
        fault = Fault.read(given if given is not None and hasattr(given, "get") else {})
    except FaultRefused as refusal:
        if request.is_json:
            return said({"error": str(refusal)}, 422)
        arrived, mail_is_away = _arrived()
        return _shown(arrived, mail_is_away=mail_is_away, error=str(refusal)), 422
    providers().faults.add(fault)
    return said(asdict(fault), 201) if request.is_json else redirect("/", 303)


@bp.post("/faults/clear")
def clear_faults() -> AnyResponse:
    providers().faults.clear()
    return said({}) if request.is_json else redirect("/", 303)


def _shown(arrived: list[Arrived], *, mail_is_away: bool, error: str = "") -> str:
    return render_template(
        "messages.html",
        arrived=arrived,
        mail_is_away=mail_is_away,
        coming=providers().faults.coming(),
        wires=WIRES,
        kinds=KINDS,
        form=request.form,
        error=error,
    )


def _arrived() -> tuple[list[Arrived], bool]:
    phones = [Arrived(one.channel, one.to, one.text, one.at) for one in providers().postbox.arrived()]
    mail = _mail()
    everything = [*phones, *(mail or [])]
    return sorted(everything, key=lambda one: one.at, reverse=True)[:200], mail is None


def _mail() -> list[Arrived] | None:
    """None while the platform does not answer."""
    url = providers().mailbox_url
    if not url:
        return []
    try:
        answer = requests.get(url, headers={"Accept": "application/json"}, timeout=_MAILBOX_SECONDS)
        return [Arrived(**one) for one in answer.json()] if answer.status_code == 200 else None
    except (requests.RequestException, TypeError, ValueError):
        return None
