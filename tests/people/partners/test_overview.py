"""The overview of a site: its first steps, the preview of its frame, its games, and lists that end."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask_babel import lazy_gettext
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.core.ports import places
from app.people.partners.models import PartnerSite
from app.people.partners.service import GAMES_OFFERED
from app.people.partners.site import preview
from app.webhooks import service as webhooks
from tests.factories.partners import make_site
from tests.personas import Persona

HTMX = {"HX-Request": "true"}


@pytest.fixture
def site(app: Flask, owner: Persona) -> str:
    with app.app_context(), transaction():
        return make_site(owner.id, name="lotto", display_name="Lotto").name


def steps(page: str) -> list[tuple[str, str]]:
    """State and label of each step, in order."""
    found = re.findall(r'<li class="step step-(\w+)".*?<span class="step-label">([^<]+)', page, re.S)
    return [(state, label.strip()) for state, label in found]


def test_first_steps_say_the_one_that_is_next(site: str, owner: Persona) -> None:
    states = lambda: [state for state, _ in steps(owner.get("/partners/lotto").text)]  # noqa: E731
    page = owner.get("/partners/lotto").text
    assert steps(page)[0] == ("done", "Make the site")
    assert states() == ["done", "now", "todo", "todo", "todo"]
    assert 'href="/partners/lotto/settings#origins">Add the origin of your page' in page
    owner.post("/partners/lotto/settings", {"section": "origins", "embed_origins": "https://shop.example"})
    assert states() == ["done", "done", "now", "todo", "todo"]
    owner.post("/partners/lotto", {"section": "status", "status": "live"})
    page = owner.get("/partners/lotto").text
    assert states() == ["done", "done", "done", "now", "todo"]
    assert 'href="/partners/lotto/settings#embed">Get the code' in page


def frame_of(page: str) -> str:
    found = re.search(r'<iframe[^>]+src="([^"]+)"', page)
    assert found
    return unescape(found[1])


def test_the_preview_shows_what_was_typed_and_keeps_nothing(app: Flask, site: str, owner: Persona) -> None:
    typed = {"section": "looks", "display_name": "Lucky <Corner>", "accent_color": "#0B7A53"}
    page = owner.post("/partners/lotto/preview", typed)
    assert page.status_code == 200
    assert 'value="#0B7A53"' in page.text
    assert "Nothing is kept yet." in page.text
    assert "style=" not in page.text.partition("<main")[2].replace("style=&#34;", "").replace('style=\\"', "")
    shown = owner.get(frame_of(page.text)).text
    assert "Lucky &lt;Corner&gt;" in shown
    assert "/embed/theme/0b7a53.css" in shown
    with app.app_context():
        kept = db.session.scalars(select(PartnerSite).where(PartnerSite.name == site)).one()
        assert (kept.display_name, kept.theme) == ("Lotto", {})


def test_a_colour_that_text_cannot_have_is_said_to_be_darkened(site: str, owner: Persona) -> None:
    looks = {"section": "looks", "display_name": "Lotto", "accent_color": "#ffee00"}
    kept = owner.post("/partners/lotto/settings", looks, headers=HTMX).text
    said = re.search(r'id="accent-darkened".*?</p>', kept, re.S)
    assert said
    assert re.findall(r"<code>(#[0-9a-f]{6})</code>", said[0])[0] == "#ffee00"
    assert "accent-darkened" not in owner.post("/partners/lotto/settings", looks | {"accent_color": "#0b7a53"}).text


def test_a_preview_of_what_is_refused_says_why(site: str, owner: Persona) -> None:
    page = owner.post("/partners/lotto/preview", {"display_name": "", "accent_color": "red"})
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') == 2


def test_nobody_else_makes_a_preview_say_what_they_like(app: Flask, site: str, owner: Persona) -> None:
    with app.app_context():
        token = preview.token(site, preview.Preview("Fine", "#000000"))
        assert preview.read(token, site) == preview.Preview("Fine", "#000000")
        assert preview.read(token, "another") is None
        assert preview.read(token[:-2] + "xx", site) is None
    query = parse_qs(urlsplit(frame_of(owner.get("/partners/lotto/settings").text)).query)
    assert set(query) == {"partner", "preview"}


TWO = tuple(
    SimpleNamespace(name=name, title=lazy_gettext(title))
    for name, title in (("rounds", "Rounds"), ("luckotto", "Luckotto"))
)


def test_games_are_chosen_where_there_is_a_choice(
    app: Flask, site: str, owner: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(places(app).held, GAMES_OFFERED, TWO[:1])
    assert "Games in your frame" not in owner.get("/partners/lotto/settings").text
    monkeypatch.setitem(places(app).held, GAMES_OFFERED, TWO)
    assert "Games in your frame" in owner.get("/partners/lotto/settings").text

    def choose(*names: str) -> tuple[int, list[str] | None]:
        status = owner.post("/partners/lotto", {"section": "games", "games": list(names)}).status_code
        with app.app_context():
            return status, db.session.scalars(select(PartnerSite.games).where(PartnerSite.name == site)).one()

    assert choose("luckotto") == (303, ["luckotto"])
    assert choose() == (422, ["luckotto"])
    assert choose("borlette") == (422, ["luckotto"])
    assert choose("luckotto", "rounds") == (303, None), "all of them: later games too"
    changed = owner.browser.patch("/api/partners/lotto", json={"games": ["rounds"]})
    assert (changed.status_code, changed.json["games"]) == (200, ["rounds"])
    assert owner.browser.patch("/api/partners/lotto", json={"games": [1]}).status_code == 422


def test_the_list_of_sites_comes_in_pages(app: Flask, owner: Persona) -> None:
    with app.app_context(), transaction():
        names = [make_site(owner.id).name for _ in range(30)]
    first = owner.get("/partners").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = owner.get(unescape(following[1])).text
    assert [name for name in names if f"<code>{name}</code>" in first] == names[:24]
    assert [name for name in names if f"<code>{name}</code>" in second] == names[24:]
    assert 'rel="next"' not in second


def test_buttons_that_send_are_limited(app: Flask, site: str, owner: Persona) -> None:
    with app.app_context(), transaction():
        found = db.session.scalars(select(PartnerSite).where(PartnerSite.name == site)).one()
        endpoint = webhooks.create_endpoint(found, "https://hooks.example/x", ["order.paid"], actor="user:test")
        path = f"/partners/lotto/webhooks/{endpoint.id}"
    answers = [owner.post(f"{path}/test").status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]
    assert owner.post(f"{path}/disable").status_code == 303, "the others are not"


def test_code_for_servers_names_this_site_and_no_key(site: str, owner: Persona) -> None:
    page = unescape(owner.get("/partners/lotto/settings").text)
    for line in (
        'data-partner="lotto"',
        "curl http://localhost/api/v1/orders",
        'os.environ["TIRAJ_KEY"]',
        "process.env.TIRAJ_KEY",
    ):
        assert line in page
    assert "tiraj_test_" not in page
