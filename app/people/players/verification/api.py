"""JSON of being verified, and of one's picture: files are the body itself, and are what they are, whatever they are
called. The services are the pages' own."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request

from app.core.database.session import transaction
from app.core.errors import NotFound
from app.core.files.sending import send
from app.core.files.store import FileLost
from app.core.ids import parse_id
from app.core.wire.http import json_response, read_query
from app.people.accounts.login.json_door import require_session
from app.people.players.profile.limits import count_upload
from app.people.players.profile.standing import require_registered
from app.record.answers.service import Owner, once

from . import queries, reading, service
from .queries import Document
from .rules import MOST_BYTES, MOST_FILES
from .schemas import DocumentParameters, DocumentRecord, Documents, Sent

bp: Final = Blueprint("players_documents_api", __name__, url_prefix="/api/players/me")
_VIEWS: Final = ("documents", "add", "document", "remove", "submit", "withdraw", "picture", "show", "hide")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in _VIEWS)
UPLOADS: Final = {f"{bp.name}.{name}": MOST_BYTES + 64 * 1024 for name in ("add", "show")}
"""A little more than is taken, so that who sends too much is told how much may be sent."""


@bp.get("/documents")
def documents() -> Response:
    """How far it is, and what was handed in."""
    return json_response(_all(require_session().id))


@bp.post("/documents")
def add() -> Response:
    """Hand in a document: the body is the file."""
    person, wanted = require_session(), read_query(DocumentParameters)
    require_registered(person.id)
    count_upload(person.id)
    data = request.get_data(cache=False)
    sent = Sent(kind=wanted.kind, sha256=hashlib.sha256(data).hexdigest())
    read = reading.document(data)

    def act() -> DocumentRecord:
        made = service.add_document(person.id, wanted.kind, read)
        return next(_record(one) for one in queries.documents_of(person.id) if one.id == made)

    with transaction():
        return once(Owner.player(person.id), sent, act, 201)


@bp.get("/documents/<identifier>")
def document(identifier: str) -> Response:
    """One's own document, as it is kept."""
    return _file(require_session().id, _id(identifier))


@bp.delete("/documents/<identifier>")
def remove(identifier: str) -> Response:
    """Take a document back."""
    person = require_session()
    with transaction():
        service.remove_document(person.id, _id(identifier))
    return Response(status=204)


@bp.post("/verification/submit")
def submit() -> Response:
    """Hand everything in."""
    person = require_session()
    with transaction():
        service.submit(person.id)
    return json_response(_all(person.id))


@bp.post("/verification/withdraw")
def withdraw() -> Response:
    """Take the request back, to change what was handed in."""
    person = require_session()
    with transaction():
        service.withdraw(person.id)
    return json_response(_all(person.id))


@bp.get("/picture")
def picture() -> Response:
    """One's own picture."""
    person = require_session()
    found = queries.picture_of(person.id)
    if found is None:
        raise NotFound
    return _file(person.id, found.id)


@bp.put("/picture")
def show() -> Response:
    """Put a picture in the place of the one before: the body is the file."""
    person = require_session()
    require_registered(person.id)
    count_upload(person.id)
    read = reading.picture(request.get_data(cache=False))
    with transaction():
        service.show_picture(person.id, read)
        found = queries.picture_of(person.id)
    if found is None:  # another request took it away since
        raise NotFound
    return json_response(_record(found))


@bp.delete("/picture")
def hide() -> Response:
    """Remove it, if there is one."""
    person = require_session()
    with transaction():
        service.hide_picture(person.id)
    return Response(status=204)


def _all(user_id: UUID) -> Documents:
    verification = queries.verification_of(user_id)
    return Documents(
        state=verification.state,
        reason=verification.reason or None,
        documents=[_record(one) for one in queries.documents_of(user_id)],
        most_documents=MOST_FILES,
    )


def _record(one: Document) -> DocumentRecord:
    return DocumentRecord(id=one.id, kind=one.kind, media_type=one.media_type, size=one.size, added_at=one.at)


def _id(text: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise NotFound
    return found


def _file(user_id: UUID, file_id: UUID) -> Response:
    try:
        told, content = queries.content_of(user_id, file_id)
    except FileLost:
        raise NotFound from None
    return send(told.media_type, told.kind, content)
