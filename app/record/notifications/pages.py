"""The development mailbox: what would have been mailed. It does not exist in production."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
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
    return Response(render_template("record/notifications/mailbox.html", letters=letters))


def _letter(message: Message) -> Letter:
    if not message.params and message.state != "due":
        return Letter(message, None, [])
    words = render(message.channel, message.template, message.locale, message.params)
    return Letter(message, words, [linked(part.strip()) for part in words.text.split("\n\n") if part.strip()])
