"""The dictionary of dreams in the console: found as readers find it, written, removed."""

from __future__ import annotations

from typing import Final

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.content.tchala import queries, rules, service
from app.content.tchala.models import Dream
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.text.isolation import isolated
from app.core.text.names import composed
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.faces.admin.approving.proposing import decide
from app.faces.admin.content.forms import DreamForm
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, kept_words, refuse

from .texts import bp

PLACE: Final = "/admin/content/tchala"
ENDPOINTS: Final = tuple(
    f"{bp.name}.{name}"
    for name in ("dreams", "begin_dream", "add_dream", "dream", "change_dream", "ask_removal", "remove")
)


@bp.get("/content/tchala")
def dreams() -> Response:
    """All by their word, or those that a search finds."""
    asked, error = kept_words("q", queries.LONGEST_ASKED)
    after = composed(request.args.get("after", ""), queries.LONGEST_ASKED) or ""
    found = queries.find(asked) if asked else queries.listed(after, queries.PAGE + 1)
    return render(
        "faces/admin/content/tchala.html",
        "faces/admin/content/_tchala.html",
        found=found[: queries.PAGE],
        following=found[queries.PAGE - 1].folded if len(found) > queries.PAGE else None,
        asked=asked,
        error=error,
        total=queries.count(),
        own=rules.OWN,
    )


@bp.get("/content/tchala/new")
def begin_dream() -> Response:
    """An empty form."""
    return _page(None, DreamForm(formdata=None))


@bp.post("/content/tchala/new")
def add_dream() -> ResponseReturnValue:
    """Write a dream."""
    form = DreamForm()
    try:
        entry, source = _given(form)
        with transaction():
            service.add(entry, source, actor=operator_name())
    except DomainError as error:
        refuse(form, error)
        return _page(None, form, 422)
    flash(gettext("It is in the dictionary."), "ok")
    return redirect(PLACE, 303)


@bp.get("/content/tchala/<identifier>")
def dream(identifier: str) -> Response:
    """One dream, to be changed."""
    one = _dream(identifier)
    data = {"ht": one.ht, "fr": one.fr, "en": one.en, "numbers": " ".join(one.numbers), "source": one.source}
    return _page(one, DreamForm(formdata=None, data=data))


@bp.post("/content/tchala/<identifier>")
def change_dream(identifier: str) -> ResponseReturnValue:
    """Write it anew."""
    one, form = _dream(identifier), DreamForm()
    dream_id = one.id
    try:
        entry, source = _given(form)
        with transaction():
            service.change(dream_id, entry, source, actor=operator_name())
    except DomainError as error:
        if error.status == 404:
            raise
        refuse(form, error)
        return _page(_dream(identifier), form, 422)
    flash(gettext("Kept."), "ok")
    return redirect(PLACE, 303)


@bp.get("/content/tchala/<identifier>/remove")
def ask_removal(identifier: str) -> Response:
    """What will happen."""
    return ask(_removing(_dream(identifier)), ReasonForm(formdata=None))


@bp.post("/content/tchala/<identifier>/remove")
def remove(identifier: str) -> ResponseReturnValue:
    """Take it out of the dictionary."""
    one = _dream(identifier)
    question, dream_id = _removing(one), one.id

    def deed(reason: str) -> None:
        with transaction():
            service.remove(dream_id, reason, actor=operator_name())

    return decide(question, ReasonForm(), deed, gettext("Removed."), PLACE)


def _given(form: DreamForm) -> tuple[rules.Entry, str]:
    """Raises DomainError, as the rules say."""
    entry = rules.entry(form.ht.data or "", form.fr.data or "", form.en.data or "", form.numbers.data or "")
    return entry, rules.source(form.source.data or "")


def _dream(identifier: str) -> Dream:
    found = parse_id(identifier)
    if found is None:
        raise NotFound("dream_not_found")
    return queries.one(found)


def _page(one: Dream | None, form: DreamForm, status: int = 200) -> Response:
    template = "faces/admin/content/dream.html"
    return render(template, template, status, one=one, form=form)


def _removing(one: Dream) -> Question:
    return Question(
        asks=gettext("Remove this dream?"),
        then=(
            f"“{isolated(one.ht)}”: {', '.join(one.numbers)}",
            gettext("Readers find it no more. The audit log keeps what it was."),
        ),
        yes=gettext("Remove it"),
        no=gettext("Keep it"),
        action=f"{PLACE}/{one.id}/remove",
        back=f"{PLACE}/{one.id}",
    )
