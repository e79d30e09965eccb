"""Operators sign in by a form, and out again. Browsers that are asked for basic credentials need neither."""

from __future__ import annotations

import posixpath
from typing import Final
from urllib.parse import unquote

from flask import Blueprint, redirect, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from app.core.database.session import transaction
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.core.web.requests import render
from app.faces.admin import door
from app.people.accounts.rules import local_path
from app.people.operators import service

from . import session

bp: Final = Blueprint("admin_door", __name__, url_prefix="/admin")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("login", "enter", "leave"))
_DOORS: Final = ("/admin/login", "/admin/logout")  # nowhere to go on to


@bp.before_request
def _from_our_pages() -> None:
    """Raises DomainError 403 `origin_refused`: another site's page signs nobody in or out, whatever token it has."""
    if request.method == "POST":
        require_same_origin()


class OperatorForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(_l("Enter your operator's name."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])
    code = StringField(_l("One-time code, if you have set these up"))
    next = HiddenField()


@bp.get("/login")
def login() -> Response:
    """The form; who is in goes on."""
    no_store()
    back = _back(request.args.get("next"))
    return redirect(back, 303) if session.entered() else _page(OperatorForm(next=back), 200)


@bp.post("/login")
def enter() -> Response:
    """Open a session. A wrong name and a wrong password get the same answer, after the same time."""
    no_store()
    form = OperatorForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    operator = door.admitted(form.name.data or "", form.password.data or "", anew=True, code=form.code.data or "")
    token = None
    if operator is not None:
        with transaction():
            token = service.open_session(operator, agent=request.user_agent.string)
    if token is None:
        form.code.data = ""
        form.password.errors = [gettext("No operator has this name and password."), _with_codes()]
        return _page(form, 422)
    answer = redirect(_back(form.next.data), 303)
    session.carry(answer, token)
    return answer


@bp.post("/logout")
def leave() -> Response:
    """End the session of this browser, if it has one."""
    no_store()
    found = session.entered()
    if found is not None:
        with transaction():
            service.end_session(found.session_id, name=found.operator.name)
    answer = redirect("/admin/login", 303)
    session.forget(answer)
    return answer


def _with_codes() -> str:
    """Said to everybody, so that it tells nobody who has set up codes."""
    return str(gettext("Whoever has set up codes writes the next one too."))


def _page(form: OperatorForm, status: int) -> Response:
    form.next.data = _back(form.next.data)
    return render("faces/admin/login.html", "faces/admin/_login.html", status=status, form=form)


def _back(text: str | None) -> str:
    """A page of the console, and no other place."""
    path = local_path(text)
    inside = posixpath.normpath(unquote(path.partition("?")[0].partition("#")[0]))
    return path if inside == "/admin" or (inside.startswith("/admin/") and inside not in _DOORS) else "/admin"
