"""Texts in the console: listed by kind, written in each language, as they will read, with every version."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.content.texts import queries, rules, service
from app.content.texts.markdown import html_of
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.web.languages import LANGUAGES as NAMES
from app.core.web.requests import render
from app.faces.admin.content import words
from app.faces.admin.content.forms import PAGE_TITLES, PageTextForm, TextForm, words_of
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import choice, refuse, whole_number
from app.faces.admin.watch import history
from app.record.audit import queries as audit

bp: Final = page_blueprint("content")
PLACE: Final = "/admin/content"
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("list_texts", "begin", "create", "text", "write"))


@bp.get("/content")
def list_texts() -> Response:
    """Of one kind, in their order."""
    kind = choice("kind", *rules.KINDS)
    return render(
        "faces/admin/content/texts.html",
        "faces/admin/content/_texts.html",
        found=queries.listed(kind),
        kind=kind,
        kinds=words.KINDS,
        counts=queries.counts(),
        states=words.STATES,
        pages=PAGE_TITLES,
    )


@bp.get("/content/new")
def begin() -> Response:
    """An empty form of a kind."""
    kind = choice("kind", *rules.KINDS)
    return _form_page(kind, _form_of(kind)(formdata=None))


@bp.post("/content/new")
def create() -> ResponseReturnValue:
    """Keep a first version; nobody reads it yet."""
    kind = choice("kind", *rules.KINDS)
    form = _form_of(kind)()
    page = form.page.data if isinstance(form, PageTextForm) else None
    try:
        with transaction():
            text_id = service.create(kind, form.words(), place=form.number(), page=page, actor=operator_name())
    except DomainError as error:
        refuse(form, error)
        return _form_page(kind, form, 422)
    flash(gettext("Kept as a draft. Nobody reads it before it is published."), "ok")
    return redirect(f"{PLACE}/{text_id}", 303)


@bp.get("/content/<identifier>")
def text(identifier: str) -> Response:
    """One text: how it stands, how it reads, its form, its versions. `?from=` begins the form with an older one."""
    one, older = text_of(identifier), whole_number("from")
    given = one.words if older is None else queries.words_of(one.id, older)
    form = TextForm(formdata=None, data={"based_on": str(one.newest), "place": str(one.place), **words_of(given)})
    return _page(one, form)


@bp.post("/content/<identifier>")
def write(identifier: str) -> ResponseReturnValue:
    """Keep another version; readers keep the one that is published."""
    one, form = text_of(identifier), TextForm()
    based_on = form.based_on.data or ""
    try:
        with transaction():
            service.write(
                one.id,
                form.words(),
                based_on=int(based_on) if based_on.isascii() and based_on.isdigit() and len(based_on) < 9 else 0,
                place=form.number(),
                actor=operator_name(),
            )
    except DomainError as error:
        if error.status == 404:
            raise
        refuse(form, error)
        return _page(one, form, 422 if error.field else error.status, None if error.field else error)
    flash(gettext("Kept."), "ok")
    return redirect(f"{PLACE}/{one.id}", 303)


def text_of(identifier: str) -> queries.Kept:
    """The text of an address. Raises NotFound `text_not_found`."""
    found = parse_id(identifier)
    if found is None:
        raise NotFound("text_not_found")
    return queries.one(found)


def about(text_id: UUID) -> str:
    """What audit entries call it."""
    return f"text:{text_id}"


def _form_of(kind: str) -> type[TextForm]:
    return PageTextForm if kind == "page" else TextForm


def _form_page(kind: str, form: TextForm, status: int = 200) -> Response:
    template = "faces/admin/content/new.html"
    return render(template, template, status, kind=kind, kinds=words.KINDS, form=form, **_languages())


def _page(one: queries.Kept, form: TextForm, status: int = 200, error: DomainError | None = None) -> Response:
    template = "faces/admin/content/text.html"
    return render(
        template,
        template,
        status,
        one=one,
        form=form,
        error=error,
        kinds=words.KINDS,
        states=words.STATES,
        pages=PAGE_TITLES,
        **_languages(),
        reads={tag: html_of(one.words.get(tag, {}).get("body", ""), 4) for tag in rules.WRITTEN},
        versions=queries.versions(one.id),
        entries=history.told(audit.entries(about(one.id)), about(one.id)),
    )


def _languages() -> dict[str, Any]:
    """Those that a text is written in, by tag and name, and which of them it cannot lack."""
    return {"languages": [(tag, NAMES[tag]) for tag in rules.WRITTEN], "required": rules.LANGUAGES}
