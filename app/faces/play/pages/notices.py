"""The pane of notices: what one was told, what of it is new, and where one wants to be told of what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.database.session import transaction
from app.core.ids import parse_id
from app.core.web.requests import render
from app.faces.play.forms import ButtonForm
from app.faces.play.wallet.asked import usual
from app.people.accounts.login.page_door import go, login_required
from app.people.notices import queries, service
from app.people.notices.rules import Choice
from app.record.notifications.telling.kinds import KINDS, NoticeKind
from app.record.notifications.telling.places import PLACES, Place

bp = Blueprint("play_notices", __name__, url_prefix="/play/notices")
ENDPOINTS: Final = tuple(f"play_notices.{name}" for name in ("index", "read", "count", "choices", "choose"))
_A_PAGE: Final = 20
_CALLED: Final[Mapping[Place, LazyString]] = {
    "app": _l("Here"),
    "mail": _l("Mail"),
    "sms": _l("SMS"),
    "push": _l("Push"),
}


@bp.get("")
@login_required
def index() -> AnyResponse:
    """The newest notices, or those before one."""
    return _pane()


@bp.post("/read")
@login_required
def read() -> AnyResponse:
    """Mark all as read up to the newest that was shown: what came since stays new."""
    newest = parse_id(request.form.get("up_to", ""))
    if ButtonForm().validate_on_submit() and newest is not None:
        with transaction():
            service.read_up_to(current_user.id, newest)
    return go(url_for("play_notices.index"))


@bp.get("/count")
@login_required
def count() -> AnyResponse:
    """How many are new, for the head of a page that is left open."""
    return render("faces/play/count.html", "faces/play/_bell.html", unread_notices=queries.unread(current_user.id))


@bp.get("/choices")
@login_required
def choices() -> AnyResponse:
    """Where one is told of what."""
    whom = queries.addressee(current_user.id)
    assert whom is not None
    rows = [(kind, _row(kind, queries.choices_of(whom, kind))) for kind in _kinds()]
    grouped = {title: [row for row in rows if _group(row[0]) == title] for title in (*_GROUPS.values(), _OTHERS)}
    groups = [(title, found) for title, found in grouped.items() if found]
    ways = {"mail": whom.email, "sms": whom.phone, "push": True, "app": True}
    missing = [_CALLED[place] for place in PLACES if not ways[place]]
    context: dict[str, object] = {"groups": groups, "places": _CALLED, "missing": missing}
    button = ButtonForm(formdata=None)
    return render("faces/play/choices.html", "faces/play/_choices.html", 200, button=button, **context)


@bp.post("/choices")
@login_required
def choose() -> AnyResponse:
    """Keep it. A box that is not ticked is not sent, so that every box counts."""
    if ButtonForm().validate_on_submit():
        ticked = set(request.form.getlist("on"))
        named = [kind.name for kind in _kinds()]
        wanted = {(kind, place): f"{kind} {place}" in ticked for kind in named for place in PLACES}
        with transaction():
            service.choose(current_user.id, wanted)
        flash(gettext("Your choices are kept."), "ok")
    return go(url_for("play_notices.choices"))


_GROUPS: Final[Mapping[str, LazyString]] = {
    "site": _l("Your sites"),
    "payment": _l("Payments"),
    "withdrawal": _l("Draw out"),
    "player": _l("Limits, breaks and verification"),
    "account": _l("Sign-in"),
}
"""What kinds of notices are about, by how their names begin."""
_OTHERS: Final = _l("Other")


def _kinds() -> list[NoticeKind]:
    """Those that somebody may ever be told of."""
    return [kind for kind in KINDS.get().values() if kind.concerns(current_user.id)]


def _group(kind: NoticeKind) -> LazyString:
    return _GROUPS.get(kind.name.partition(".")[0], _OTHERS)


def _row(kind: NoticeKind, found: Mapping[Place, Choice]) -> list[tuple[Place, str, Choice]]:
    return [(place, f"{kind.name} {place}", found[place]) for place in PLACES]


def _pane() -> Response:
    before = parse_id(request.args.get("before", ""))
    found = queries.page_of(current_user.id, _A_PAGE + 1, before)
    shown = found[:_A_PAGE]
    context: dict[str, object] = {
        "notices": shown,
        "older": url_for("play_notices.index", before=shown[-1].id) if len(found) > _A_PAGE else None,
        "newest": url_for("play_notices.index") if before is not None else None,
        "unread": queries.unread(current_user.id),
        "button": ButtonForm(formdata=None),
        "currency": usual(current_user.id),
    }
    return render("faces/play/notices.html", "faces/play/_notices.html", 200, **context)
