"""Where one is signed in, who tried to, and the devices that push reaches."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.web.requests import render
from app.faces.play.forms import ButtonForm
from app.people.accounts import queries as accounts
from app.people.accounts.login import attempts
from app.people.accounts.login.page_door import go, login_required
from app.people.accounts.rules import describe_agent
from app.people.notices import devices
from app.people.players.profile.queries import profile_of

bp = Blueprint("play_devices", __name__, url_prefix="/play/devices")
ENDPOINTS: Final = ("play_devices.index", "play_devices.drop")


@bp.get("")
@login_required
def index() -> Response:
    """All of them: devices, sessions, and the newest attempts."""
    found = accounts.sessions_of(current_user.id)
    context: dict[str, object] = {
        "currency": profile_of(current_user.id).currency,
        "devices": devices.of_user(current_user.id),
        "sessions": [(one, *describe_agent(one.user_agent)) for one in found],
        "attempts": [(one, *describe_agent(one.user_agent)) for one in attempts.of_user(current_user.id)],
        "form": ButtonForm(formdata=None),
    }
    return render("faces/play/devices.html", "faces/play/_devices.html", 200, **context)


@bp.post("/<device_id>/drop")
@login_required
def drop(device_id: str) -> Response:
    """Let push reach a device no more."""
    found = parse_id(device_id)
    if found is None:
        raise NotFound
    if ButtonForm().validate_on_submit():
        with transaction():
            devices.drop(current_user.id, found)
        flash(gettext("The device gets no push any more."), "ok")
    return go(url_for("play_devices.index"))
