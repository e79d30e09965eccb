"""A list of dreams, looked at before it is taken: each bad line is named, and nothing changes until it is confirmed."""

from __future__ import annotations

from typing import Final

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.content.tchala import importing, queries, rules, service
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.web.requests import render
from app.faces.admin.content.forms import ListForm, TakeForm
from app.faces.admin.door import operator_name
from app.faces.admin.forms import reason_of, refuse

from .tchala import PLACE
from .texts import bp

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("export", "ask_list", "look_at_list", "take_list"))
UPLOADS: Final = {f"{bp.name}.{name}": 2 * importing.MOST_BYTES for name in ("look_at_list", "take_list")}
_SAMPLE: Final = 20


@bp.get("/content/tchala/export")
def export() -> Response:
    """The dictionary as a file that can be imported again."""
    rows = ((one.numbers, one.ht, one.fr, one.en) for one in queries.whole())
    response = Response(importing.written(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="tchala.csv"'
    return response


@bp.get("/content/tchala/import")
@bp.get("/content/tchala/import/confirm")
def ask_list() -> Response:
    """The form for a file, for lines, or for our own list."""
    return _page(ListForm(formdata=None))


@bp.post("/content/tchala/import")
def look_at_list() -> ResponseReturnValue:
    """What the list would do, and which of its lines are wrong. Nothing is changed."""
    form = ListForm()
    is_own = "own" in request.form
    try:
        source = rules.OWN if is_own else rules.source(form.source.data or "")
        text = importing.own_list() if is_own else _given(form)
        found = importing.read(text)
    except DomainError as error:
        refuse(form, error)
        return _page(form, 422)
    return _preview(found, TakeForm(formdata=None, data={"source": source, "lines": text}))


@bp.post("/content/tchala/import/confirm")
def take_list() -> ResponseReturnValue:
    """Take the list, whole or not at all."""
    form = TakeForm()
    try:
        source = form.source.data or ""
        source = source if source == rules.OWN else rules.source(source)
        found = importing.read(importing.decoded((form.lines.data or "").encode("utf-8", "replace")))
    except DomainError:
        flash(gettext("The list did not come whole. Choose it again; nothing was changed."), "bad")
        return redirect(f"{PLACE}/import", 303)
    try:
        reason = reason_of(form)
        if found.bad:
            raise DomainError("csv_has_bad_rows")
        with transaction():
            taken = service.take(found.entries, source, reason, actor=operator_name())
    except DomainError as error:
        refuse(form, error)
        return _preview(found, form, 422)
    said = gettext(
        "Taken: %(made)s new, %(changed)s changed, %(same)s as they were.",
        made=taken.made,
        changed=taken.changed,
        same=taken.same,
    )
    flash(said, "ok")
    return redirect(PLACE, 303)


def _given(form: ListForm) -> str:
    """The file's text, else the lines that were pasted. Raises DomainError (field `file`)."""
    file = request.files.get("file")
    content = file.stream.read(importing.MOST_BYTES + 1) if file is not None else b""
    return importing.decoded(content or (form.lines.data or "").encode("utf-8", "replace"))


def _page(form: ListForm, status: int = 200) -> Response:
    template = "faces/admin/content/import.html"
    return render(template, template, status, form=form)


def _preview(found: importing.Read, form: TakeForm, status: int = 200) -> Response:
    template = "faces/admin/content/import_preview.html"
    return render(
        template,
        template,
        status,
        found=found,
        form=form,
        would=queries.would_take(found.entries),
        sample=found.entries[:_SAMPLE],
        own=rules.OWN,
    )
