"""What a public page says of itself to those who have not opened it: search engines, and whoever is sent a link."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from dev.node.process import NodeProcess
from tests.factories.played import Played, following_app, play

_ABOUT = re.compile(r'<meta name="description" content="([^"]*)">')
_LINK = re.compile(r'href="(/[^"#]*)')
NOT_PAGES = ("/api/", "/static/", "/utilities/", "/embed")
TRANSLATED = re.compile(r"/(luckotto/)?(rounds|slips|orders|verify)\b|/hash-|/luckotto")


@pytest.fixture(scope="module")
def played(
    fresh_database: Any,
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    folder = tmp_path_factory.mktemp("descriptions")
    with following_app(app_settings, fresh_database(), node.rpc_url, folder) as app:
        yield play(app, node)


def _crawled(client: FlaskClient, language: str) -> dict[str, str]:
    """Every page that a stranger reaches from the first one, by its path: what it says of itself."""
    todo, found = ["/"], {}
    while todo:
        path = todo.pop()
        if path in found or path.startswith(NOT_PAGES):
            continue
        answer = client.get(path, headers={"Accept-Language": language})
        if answer.status_code != 200 or answer.mimetype != "text/html":
            found[path] = ""
            continue
        text = answer.get_data(as_text=True)
        about = _ABOUT.search(text)
        found[path] = unescape(about[1]) if about else "(none)"
        todo += [unescape(link).split("?")[0] for link in _LINK.findall(text)]
    return {path: about for path, about in found.items() if about}


def test_every_public_page_says_what_it_is_about(played: Played) -> None:
    found = _crawled(played.client, "en")
    assert {"/", "/rounds", "/luckotto", "/verify", "/docs", "/docs/api", "/login"} <= set(found), sorted(found)
    assert any(re.fullmatch(r"/rounds/\d+", path) for path in found)
    assert any(path.startswith("/slips/") for path in found)
    assert [path for path, about in found.items() if not 20 <= len(about) <= 320] == []
    same = [path for path, about in found.items() if list(found.values()).count(about) > 1]
    assert same == [], "two pages that say the same of themselves"
    for language in ("fr", "ht"):
        other = _crawled(played.client, language)
        assert set(other) == set(found)
        for path, about in other.items():
            assert about != "(none)"
            if TRANSLATED.match(path) and not path.startswith(("/slips/", "/luckotto/orders/")):
                assert about != found[path], f"{path} in {language}"
