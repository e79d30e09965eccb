"""Being verified: documents are handed in, shown to oneself, taken back; and the picture somebody shows himself by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.files.sending import send
from app.core.files.store import FileLost
from app.core.ids import parse_id
from app.core.web.requests import render
from app.core.wire.error_messages import message_for
from app.faces.play import words
from app.faces.play.forms import ButtonForm
from app.faces.play.profile_forms import DocumentForm, PictureForm
from app.faces.play.refusing import by_its_status
from app.people.accounts.login.page_door import go, login_required
from app.people.players.matches.queries import is_held
from app.people.players.profile.limits import count_upload
from app.people.players.profile.queries import is_doubted, profile_of
from app.people.players.profile.standing import require_registered
from app.people.players.verification import queries, reading, service
from app.people.players.verification.rules import MOST_BYTES, MOST_FILES, OPEN

from .profile import show_profile

bp = Blueprint("play_verification", __name__, url_prefix="/play")
_VIEWS: Final = ("index", "add", "document", "remove", "submit", "withdraw", "picture", "show", "hide")
ENDPOINTS: Final = tuple(f"play_verification.{name}" for name in _VIEWS)
UPLOADS: Final = {f"play_verification.{name}": MOST_BYTES + 64 * 1024 for name in ("add", "show")}


@bp.get("/verification")
@login_required
def index() -> AnyResponse:
    """How far it is, and what was handed in."""
    return _page(DocumentForm(formdata=None))


@bp.post("/verification")
@login_required
def add() -> AnyResponse:
    """Hand in a document."""
    form = DocumentForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        require_registered(current_user.id)
        count_upload(current_user.id)
        read = reading.document(form.content())
        with transaction():
            service.add_document(current_user.id, form.kind.data, read)
    except DomainError as error:
        form.refuse(error)
        return by_its_status(lambda status: _page(form, status), error)
    flash(gettext("The document is added. Nobody looks at it before you hand everything in."), "ok")
    return _back()


@bp.get("/documents/<identifier>")
@login_required
def document(identifier: str) -> AnyResponse:
    """One's own document."""
    return _sent(identifier)


@bp.post("/documents/<identifier>/remove")
@login_required
def remove(identifier: str) -> AnyResponse:
    """Take a document back."""
    found = parse_id(identifier)
    if found is None:
        raise NotFound
    return _do(lambda: service.remove_document(current_user.id, found), gettext("The document is removed."))


@bp.post("/verification/submit")
@login_required
def submit() -> AnyResponse:
    """Hand everything in."""
    return _do(lambda: service.submit(current_user.id), gettext("Your documents wait to be looked at."))


@bp.post("/verification/withdraw")
@login_required
def withdraw() -> AnyResponse:
    """Take the request back."""
    return _do(lambda: service.withdraw(current_user.id), gettext("Nobody looks at your documents now."))


@bp.get("/picture")
@login_required
def picture() -> AnyResponse:
    """One's own picture."""
    found = queries.picture_of(current_user.id)
    if found is None:
        raise NotFound
    return _sent(str(found.id))


@bp.post("/profile/picture")
@login_required
def show() -> AnyResponse:
    """Put a picture in the place of the one before."""
    form = PictureForm()
    if not form.validate_on_submit():
        return show_profile(form, 422)
    try:
        require_registered(current_user.id)
        count_upload(current_user.id)
        read = reading.picture(form.content())
        with transaction():
            service.show_picture(current_user.id, read)
    except DomainError as error:
        form.refuse(error)
        return by_its_status(lambda status: show_profile(form, status), error)
    flash(gettext("Your picture is changed."), "ok")
    return go(url_for("play_profile.index"))


@bp.post("/picture/remove")
@login_required
def hide() -> AnyResponse:
    """Remove it."""
    return _do(
        lambda: service.hide_picture(current_user.id),
        gettext("Your picture is removed."),
        url_for("play_profile.index"),
    )


def _page(form: DocumentForm, status: int = 200) -> Response:
    user_id = current_user.id
    verification = queries.verification_of(user_id)
    context: dict[str, object] = {
        "profile": profile_of(user_id),
        "verification": verification,
        "documents": queries.documents_of(user_id),
        "is_open": verification.state in OPEN,
        "papers_first": is_held(user_id),
        "doubted": is_doubted(user_id),
        "may_reopen": service.may_reopen(user_id),
        "most": MOST_FILES,
        "form": form,
        "button": ButtonForm(formdata=None),
        "words": words,
    }
    return render("faces/play/verification.html", "faces/play/_verification.html", status, **context)


def _do(deed: Callable[[], object], said: str, back: str | None = None) -> AnyResponse:
    """What a button does, and where it leads."""
    if ButtonForm().validate_on_submit():
        try:
            with transaction():
                deed()
        except DomainError as error:
            if isinstance(error, NotFound):
                raise
            flash(str(message_for(error)), "bad")
        else:
            flash(said, "ok")
    return go(back or url_for("play_verification.index"))


def _back() -> AnyResponse:
    return go(url_for("play_verification.index"))


def _sent(identifier: str) -> AnyResponse:
    found = parse_id(identifier)
    if found is None:
        raise NotFound
    try:
        told, content = queries.content_of(current_user.id, found)
    except FileLost:
        raise NotFound from None
    return send(told.media_type, told.kind, content)
