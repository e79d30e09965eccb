"""The documentation: how it works, questions, the partners' contract, the technical side, and the verifier scripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.games import catalogue
from app.chain.node.blocks import display
from app.core.config import current_settings
from app.core.text.names import LONGEST_IDENTIFIER
from app.core.web.requests import render
from app.people.partners import rules as partner_rules
from app.people.partners.site.embed_code import snippet
from app.record.log.anchors import queries as anchors
from app.record.log.keys import queries as log_keys
from app.selling.windows import rules

from . import faults
from .api import FOLDER, published
from .snippets import base_url, example, site_name
from .told import Told

bp = Blueprint("site_docs", __name__)
ENDPOINTS: Final = tuple(
    f"site_docs.{name}" for name in ("docs", "faq", "platform", "technical", "utilities", "utilities_folder")
)
FOR_PLAYERS: Final = ("site_docs.docs", "site_docs.faq")
"""In every language; the others are for partners and for who reads code."""


@bp.get("/docs")
def docs() -> Response:
    """How it works, from the order to the jackpot."""
    return _page("docs")


@bp.get("/docs/faq")
def faq() -> Response:
    """What people ask, players first."""
    return _page("faq")


@bp.get("/docs/platform")
def platform() -> Response:
    """What a partner puts on its page, and who is responsible for what."""
    return _page(
        "platform",
        plain_frame=snippet(base_url(), site_name()),
        most_edge=partner_rules.MAX_EDGE_PERCENT,
        most_identifier=LONGEST_IDENTIFIER,
    )


@bp.get("/docs/technical")
def technical() -> Response:
    """Who could cheat on what, how each claim is checked, and the formulas."""
    floor = rules.min_payment_floor(current_settings().planning_fee_rate)
    return _page("technical", floor=floor, most_identifier=LONGEST_IDENTIFIER)


@bp.get("/utilities/", strict_slashes=False)
def utilities_folder() -> AnyResponse:
    """Who types the folder of the scripts finds their list."""
    return redirect("/docs/utilities", 303)


@bp.get("/docs/utilities")
def utilities() -> Response:
    """The verifier scripts, as they are published, in the order in which to read them: the shortest first."""
    scripts: list[dict[str, Any]] = [
        {"name": file.name, "about": _first_line(file), "lines": len(file.read_text(encoding="utf-8").splitlines())}
        for file in (FOLDER / name for name in published())
    ]
    scripts.sort(key=lambda script: script["lines"])
    anchor = anchors.newest()
    known = {"log_key": log_keys.current(), "anchor": display(anchor.txid) if anchor is not None else "TXID"}
    return _page("utilities", scripts=scripts, claims=faults.claims(), faults=faults.faults(), **known)


def _page(name: str, **context: Any) -> Response:
    settings = current_settings()
    context |= {"settings": settings, "base_url": base_url(), "example": example}
    context |= Told(name, catalogue().fronts, context).for_pages
    template = f"faces/site/{name}.html"
    return render(template, template, **context)


def _first_line(script: Path) -> str:
    """What a script says it is: the first line of its own documentation."""
    found = re.search(r'"""(.+)', script.read_text(encoding="utf-8"))
    return found.group(1).strip().rstrip('"') if found else script.name
