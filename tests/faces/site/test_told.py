"""What games tell in the documentation is asked for there, and a page lists what stands on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.faces.site.api import published
from app.wiring import GAMES

PAGES = ("docs", "faq", "platform", "technical", "utilities")
TEMPLATES = Path(__file__).parents[3] / "templates"
PARTS = {place: part for game in GAMES if game.front for place, part in game.front.docs.items()}


def asked() -> set[str]:
    """Every place that the pages have for games."""
    pages = [(TEMPLATES / "faces/site" / f"{page}.html").read_text() for page in PAGES]
    places = {place for page in pages for place in re.findall(r"\btold\('([^']+)'\) \}\}", page)}
    return places | {f"utilities/{script}" for script in published()}


def test_no_part_is_brought_where_nobody_asks() -> None:
    assert len(PARTS) > 10
    assert set(PARTS) <= asked()


def test_no_part_lies_about_that_nobody_brings() -> None:
    lying = {str(file.relative_to(TEMPLATES)) for file in TEMPLATES.glob("games/*/docs/**/*.html")}
    assert lying == {part for game in GAMES if game.front for part in game.front.docs.values()}


@pytest.mark.parametrize("page", ["", "/faq", "/platform", "/technical"])
def test_a_page_lists_the_headings_that_stand_on_it_in_their_order(client: FlaskClient, page: str) -> None:
    text = client.get(f"/docs{page}").get_data(as_text=True)
    listed = re.findall(r'<li><a href="#([a-z-]+)">', text.partition('class="card contents"')[2])
    standing = re.findall(r'<h2 id="([a-z-]+)">', text.partition('class="card contents"')[0])
    assert listed == standing
    assert len(standing) > 4
