"""The development mailbox: what would have been mailed. It does not exist in production.

The page of SMS and push asks for it as JSON (`Accept: application/json`), and shows its mail among them.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.web.headers import no_store

from . import queries
from .models import Message
from .rendering import Rendered, linked, render

blueprint = Blueprint("mailbox", __name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as the page shows it; `words` is None where they are no longer kept."""

    message: Message
    words: Rendered | None
    paragraphs: list[list[tuple[str, bool]]]


@blueprint.before_request
def _only_in_development() -> ResponseReturnValue | None:
    if not current_settings().is_development:
        raise NotFound
    return None


@blueprint.get("/dev/mailbox")
def index() -> Response:
    """The newest messages, their links to be followed from here."""
    no_store()
    letters = [_letter(message) for message in queries.newest()]
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify([told for letter in letters if (told := _told(letter))])
    return Response(render_template("record/notifications/mailbox.html", letters=letters))


def _told(letter: Letter) -> dict[str, str] | None:
    """As it has arrived; None before, and where its words are no longer kept."""
    message, words = letter.message, letter.words
    if message.sent_at is None or words is None:
        return None
    at = message.sent_at.isoformat(timespec="milliseconds")
    return {"channel": "mail", "to": message.recipient, "text": f"{words.subject}\n\n{words.text}", "at": at}


def _letter(message: Message) -> Letter:
    if not message.params and message.state != "due":
        return Letter(message, None, [])
    words = render(message.channel, message.template, message.locale, message.params)
    return Letter(message, words, [linked(part.strip()) for part in words.text.split("\n\n") if part.strip()])
