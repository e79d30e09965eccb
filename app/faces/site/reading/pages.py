"""What operators write for readers: announcements, and the dictionary of dreams."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from app.content.tchala import queries as tchala_queries
from app.content.tchala.rules import OWN
from app.content.texts import queries as texts
from app.core.text.names import composed
from app.core.web.languages import language, readers
from app.core.web.requests import render

bp = Blueprint("site_reading", __name__)
ENDPOINTS: Final = ("site_reading.news", "site_reading.tchala")


@bp.get("/news")
def news() -> Response:
    """Announcements, the latest first, and questions that came up."""
    template, wanted = "faces/site/reading/news.html", (readers(), language())
    return render(
        template,
        template,
        announcements=texts.shown("announcement", wanted),
        questions=texts.shown("question", wanted, level=4),
    )


@bp.get("/tchala")
def tchala() -> Response:
    """Numbers of a dream, or dreams of a number; what is typed is forgiven its accents and its spelling."""
    asked = composed(request.args.get("q", "").strip(), tchala_queries.LONGEST_ASKED)
    after = composed(request.args.get("after", ""), tchala_queries.LONGEST_ASKED) or ""
    page = tchala_queries.PAGE
    found = tchala_queries.find(asked) if asked else tchala_queries.listed(after, page + 1) if asked == "" else []
    return render(
        "faces/site/reading/tchala.html",
        "faces/site/reading/_tchala.html",
        422 if asked is None else 200,
        asked=asked,
        found=found[:page],
        following=found[page - 1].folded if len(found) > page else None,
        language=language(),
        own=OWN,
    )
