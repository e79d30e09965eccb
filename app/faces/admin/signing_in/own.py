"""An operator's own page: what they may, where they are signed in, and one-time codes beside their password."""

from __future__ import annotations

from typing import Final

from flask import Response, flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.web.requests import render
from app.faces.admin.door import decider, modules_open, page_blueprint
from app.faces.admin.forms import refuse
from app.people.operators import queries, totp
from app.people.operators.rules import MODULES

bp: Final = page_blueprint("own")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("own", "begin", "enrol"))
_PLACE: Final = "/admin/me"


class CodeForm(FlaskForm):
    code = StringField(_l("Code of your phone"), [InputRequired(_l("Write the six digits that your phone shows."))])


@bp.get("/me")
def own() -> Response:
    """Who one is here."""
    return _page(CodeForm())


@bp.post("/me/codes/begin")
def begin() -> ResponseReturnValue:
    """Make the secret that one's phone then reads. Nothing changes at signing in before a code was right."""
    _require_session()
    with transaction():
        totp.begin(g.operator)
    return redirect(f"{_PLACE}#codes", 303)


@bp.post("/me/codes")
def enrol() -> ResponseReturnValue:
    """Show that the phone has it."""
    _require_session()
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        with transaction():
            totp.enrol(g.operator, form.code.data or "")
    except DomainError as error:
        if error.field is None:
            raise
        refuse(form, error)
        return _page(form, 422)
    flash(gettext("From now on signing in asks for a code of your phone."), "ok")
    return redirect(_PLACE, 303)


def _require_session() -> None:
    """Raises DomainError 403 `confirmation_needs_session`: a password that a browser sends along sets up nothing."""
    if decider().session_id is None:
        raise DomainError("confirmation_needs_session", status=403)


def _page(form: CodeForm, status: int = 200) -> Response:
    secret, is_in_force = queries.codes_of(g.operator)
    shown = secret if decider().session_id is not None and not is_in_force else None
    return render(
        "faces/admin/own.html",
        "faces/admin/own.html",
        status,
        form=form,
        has_codes=is_in_force,
        has_session=decider().session_id is not None,
        secret=shown,
        uri=totp.uri_of(g.operator, shown) if shown else None,
        privileges=[name for name in MODULES if name in modules_open()],
        sessions=queries.sessions_of(g.operator),
        this=decider().session_id,
    )
