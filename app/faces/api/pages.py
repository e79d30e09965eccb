"""The API's own page: every operation, tried from the reader's browser or with curl, and quick starts to paste."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response
from flask_babel import gettext

from app.core.config import current_settings
from app.core.web.requests import render

from .listing import Group, Section, sections
from .openapi import Document

ENDPOINTS: Final = ("api_pages.docs",)

_EXAMPLES: Final = Path(__file__).parents[3] / "docs" / "examples"
_QUICK_STARTS: Final = (("Python", "python", "quickstart.py"), ("JavaScript", "js", "quickstart.mjs"))


def pages_of(document: Document) -> Blueprint:
    """The page of this document's operations."""
    bp = Blueprint("api_pages", __name__)

    @cache
    def operations() -> dict[Section, tuple[Group, ...]]:
        return sections(document.told(_base_url()))

    @bp.get("/docs/api")
    def docs() -> Response:
        """How a partner's server uses the API."""
        quick_starts = [{"language": name, "kind": kind, "code": _code(file)} for name, kind, file in _QUICK_STARTS]
        return render(
            "faces/api/docs.html",
            "faces/api/docs.html",
            quick_starts=quick_starts,
            base_url=_base_url(),
            sections=operations(),
            words=_words(),
        )

    return bp


def _code(file: str) -> str:
    return (_EXAMPLES / file).read_text(encoding="utf-8").rstrip("\n")


def _base_url() -> str:
    return str(current_settings().base_url)


def _words() -> dict[str, str]:
    """What the page's script says."""
    return {
        "body": gettext("Body"),
        "send": gettext("Send"),
        "sending": gettext("Sending…"),
        "copyCurl": gettext("Copy as curl"),
        "answer": gettext("Answer"),
        "optional": gettext("optional"),
        "keyMissing": gettext("Enter a key first. It stays in this page's memory."),
        "unreachable": gettext("No answer. Try again."),
        "unloadable": gettext("The description could not be loaded. Reload the page."),
    }
