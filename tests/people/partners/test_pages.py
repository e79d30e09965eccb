"""The dashboard: who may see and do what, and how a refusal looks."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.core.ports import places
from app.people.partners.models import PartnerSite
from app.people.partners.pages import PANELS
from tests.cases import by_field
from tests.factories.partners import OTHER_ADDRESS, PAYOUT_ADDRESS, make_site
from tests.personas import Persona
from tests.settings import EXPLORE

from .test_rules import BAD_NAMES, BAD_ORIGINS, BAD_TITLES, RESERVED
from .test_service import BAD_ADDRESSES

HTMX = {"HX-Request": "true"}
NEW = {
    "name": "lotto",
    "display_name": "Lotto",
    "house_edge": "10",
    "payout_address": PAYOUT_ADDRESS,
    "payout_address_acknowledged": "y",
}


@pytest.fixture
def site(app: Flask, owner: Persona) -> str:
    """The name of the owner's site."""
    with app.app_context(), transaction():
        return make_site(owner.id, name="lotto", display_name="Lotto & Söhne").name


def kept(app: Flask, name: str = "lotto") -> PartnerSite:
    with app.app_context():
        found = db.session.scalars(select(PartnerSite).where(PartnerSite.name == name)).one()
        db.session.expunge(found)
        return found


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(func.count()).select_from(PartnerSite)).one()


def wrong_fields(page: str) -> list[str]:
    return re.findall(r'<(?:input|textarea|select)(?=[^>]*aria-invalid="true")[^>]*?\bname="([^"]+)"', page)


GETS = [
    "/partners",
    "/partners/new",
    "/partners/price-example?house_edge=7",
    "/partners/lotto",
    "/partners/lotto/settings",
    "/partners/lotto/preview",
    "/partners/lotto/verification",
]
POSTS: list[tuple[str, dict[str, str]]] = [
    ("/partners/new", NEW | {"name": "another"}),
    ("/partners/lotto", {"section": "looks", "display_name": "Mine"}),
    ("/partners/lotto", {"section": "edge", "house_edge": "1"}),
    (
        "/partners/lotto",
        {"section": "payout", "payout_address": OTHER_ADDRESS, "payout_address_acknowledged": "y"},
    ),
    ("/partners/lotto", {"section": "looks", "accent_color": "#000000"}),
    ("/partners/lotto", {"section": "origins", "embed_origins": "https://evil.example"}),
    ("/partners/lotto", {"section": "status", "status": "live"}),
    ("/partners/lotto/settings", {"section": "edge", "house_edge": "1"}),
]


@pytest.mark.parametrize("path", GETS)
def test_reading_is_for_the_owner(site: str, owner: Persona, stranger: Persona, nobody: Persona, path: str) -> None:
    assert owner.get(path).status_code == 200
    assert stranger.get(path).status_code == (404 if "/lotto" in path else 200)
    answer = nobody.get(path)
    if path == "/partners":
        assert "What you earn" in answer.text, "the offer"
    else:
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/login")
    for person in (owner, stranger, nobody):
        assert person.get(path).headers["Cache-Control"] == "no-store"
    assert "Söhne" not in stranger.get("/partners").text


@pytest.mark.parametrize(("path", "data"), POSTS)
def test_writing_is_for_the_owner(
    app: Flask, site: str, owner: Persona, stranger: Persona, nobody: Persona, path: str, data: dict[str, str]
) -> None:
    before = vars(kept(app))
    if "/lotto" in path:
        assert stranger.post(path, data).status_code == 404
    refused = nobody.post(path, data)
    assert (refused.status_code, refused.headers["Location"]) == (303, "/login")
    assert owner.browser.post(path, data=data).status_code == 400, "without the form's token"
    after = vars(kept(app))
    assert {key: before[key] for key in before if key[0] != "_"} == {key: after[key] for key in after if key[0] != "_"}
    assert count(app) == 1
    assert owner.post(path, data).status_code == (200 if path.endswith("/new") else 303)


def test_a_strangers_site_and_none_look_the_same(site: str, stranger: Persona) -> None:
    for method in (stranger.get, lambda path: stranger.post(path, {"section": "edge", "house_edge": "1"})):
        theirs, none = method("/partners/lotto"), method("/partners/nothing")
        assert theirs.status_code == none.status_code == 404
        assert theirs.text == none.text


@pytest.mark.parametrize("name", ["LOTTO", "%00", "lo%0atto", "..%2flotto", "a" * 300, "é"])
def test_a_name_that_is_none(site: str, owner: Persona, name: str) -> None:
    assert owner.get(f"/partners/{name}").status_code == 404


def test_who_is_not_signed_in_is_told_the_offer(nobody: Persona) -> None:
    page = nobody.get("/partners").text
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert page.count("<h1") == 1
    assert "5% 1,050 50 50,000" in words
    assert "from 0% to 15%" in words
    assert 'href="/login?next=/partners/new"' in page
    assert 'href="/login?next=/partners"' in page


def test_an_empty_list_says_what_to_do(owner: Persona) -> None:
    page = owner.get("/partners").text
    assert "You have no site yet." in page
    assert 'href="/partners/new"' in page


def test_a_new_site_is_made_and_shown(app: Flask, owner: Persona) -> None:
    answer = owner.post("/partners/new", NEW)
    assert answer.status_code == 200
    assert 'href="/partners/lotto"' in answer.text
    made = kept(app)
    assert (made.owner_user_id, made.house_edge_percent, made.status) == (owner.id, 10, "draft")
    assert "Lotto" in owner.get("/partners").text


def test_the_page_of_a_site(site: str, owner: Persona) -> None:
    page = html.unescape(owner.get("/partners/lotto/settings").text)
    assert page.count("<h1") == 1
    assert "Lotto & Söhne" in page
    assert (
        'src="http://localhost/embed?partner=lotto&playerPublicIdentifier=PUBLIC_PLAYER_ID'
        '&playerPrivateIdentifier=PRIVATE_ACCOUNT_ID"'
    ) in page
    assert "1,100 sats" in page
    assert 'href="/embed?partner=lotto' in page


def test_other_slices_have_their_place(app: Flask, site: str, owner: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    panels = [lambda found: Markup("<p>Balance of {}</p>").format(found.display_name)]
    monkeypatch.setitem(places(app).held, PANELS, panels)
    assert "<p>Balance of Lotto &amp; Söhne</p>" in owner.get("/partners/lotto").text


BAD_NEW: list[tuple[str, str]] = [
    *(("name", name) for name in [*BAD_NAMES, *RESERVED]),
    *(("display_name", title) for title in BAD_TITLES),
    *(("house_edge", edge) for edge in ["", "0.155", "-0.0", "-0", "16", "1e-9", "null", "٣", "1_0", " 7", "1.0"]),
    *(("payout_address", address) for address in BAD_ADDRESSES),
]


@pytest.mark.parametrize(("field", "values"), by_field(BAD_NEW))
def test_bad_input_is_told_beside_its_field_and_makes_nothing(
    app: Flask, owner: Persona, field: str, values: list[str]
) -> None:
    for value in values:
        answer = owner.post("/partners/new", NEW | {field: value})
        assert answer.status_code == 422, value
        assert wrong_fields(answer.text) == [field], value
        assert f'id="{field}-error"' in answer.text, value
        assert count(app) == 0, value


def test_a_refused_form_stands_at_an_address_that_opens(site: str, owner: Persona) -> None:
    for path in ("/partners/lotto/settings", "/partners/lotto/preview", "/partners/lotto"):
        refused = owner.post(path, {"section": "looks", "display_name": "", "accent_color": "red"})
        assert (refused.status_code, wrong_fields(refused.text)) == (422, ["display_name", "accent_color"])
        assert owner.get(path).status_code == 200


def test_one_save_keeps_title_colour_and_games(app: Flask, site: str, owner: Persona) -> None:
    looks = {"section": "looks", "display_name": "New", "accent_color": "#0b7a53", "has_games": "1"}
    assert wrong_fields(owner.post("/partners/lotto/settings", looks).text) == ["games"]
    assert kept(app).display_name == "Lotto & Söhne", "nothing of it is kept"
    assert owner.post("/partners/lotto/settings", looks | {"games": "luckotto"}).status_code == 303
    assert (kept(app).display_name, kept(app).games) == ("New", ["luckotto"])
    assert owner.post("/partners/lotto/settings", {"section": "looks", "display_name": "Other"}).status_code == 303
    assert (kept(app).theme, kept(app).games) == ({"accentColor": "#0b7a53"}, ["luckotto"]), "not sent: as it was"


def settings_form(page: str, section: str) -> dict[str, str]:
    """What a section's form was opened with."""
    card = page[page.index(f'<section class="card" id="{section}"') :]
    seen = re.search(r'name="seen" value="([0-9a-f]{16})"', card)
    assert seen is not None
    return {"section": section, "seen": seen[1]}


def test_an_outdated_tab_overwrites_nothing_unseen(app: Flask, site: str, owner: Persona) -> None:
    path = "/partners/lotto/settings"
    opened = owner.get(path).text
    edge, looks = (settings_form(opened, one) for one in ("edge", "looks"))
    assert owner.post(path, edge | {"house_edge": "7"}).status_code == 303
    assert owner.post(path, edge | {"house_edge": "7"}).status_code == 303, "sent twice, it is one change"
    late = owner.post(path, edge | {"house_edge": "3"})
    assert (late.status_code, kept(app).house_edge_percent) == (409, 7)
    assert "Somebody has changed this since you opened it" in late.text
    assert re.search(r"Now it is: 7%: players pay [\d,]+ sats", late.text)
    assert owner.post(path, settings_form(late.text, "edge") | {"house_edge": "3"}).status_code == 303, "seen now"
    assert kept(app).house_edge_percent == 3
    renamed = looks | {"display_name": "Renamed", "accent_color": "", "has_games": "1", "games": "luckotto"}
    assert owner.post(path, renamed).status_code == 303, "another section's change is nobody's conflict"
    other = looks | {"display_name": "Lotto & Söhne", "accent_color": "#0b7a53", "has_games": "1", "games": "luckotto"}
    fragment = owner.post(path, other, headers=HTMX)
    assert (fragment.status_code, fragment.headers["HX-Retarget"]) == (409, "#looks")
    assert wrong_fields(fragment.text) == ["display_name", "accent_color"]
    assert "Now it is: Renamed" in fragment.text
    assert kept(app).display_name == "Renamed"


def test_a_blank_name_is_suggested_from_the_title_and_not_taken(app: Flask, owner: Persona, stranger: Persona) -> None:
    blank = NEW | {"name": " ", "display_name": "L’Ücky  Shop!"}
    answer = owner.post("/partners/new", blank)
    assert (answer.status_code, wrong_fields(answer.text)) == (422, ["name"])
    assert 'value="lucky-shop"' in answer.text
    assert "We suggest this name" in answer.text
    assert count(app) == 0
    assert owner.post("/partners/new", blank | {"name": "lucky-shop"}).status_code == 200
    both = stranger.post("/partners/new", NEW | {"name": "lucky-shop", "display_name": " ", "payout_address": "x"})
    assert (both.status_code, wrong_fields(both.text)) == (422, ["display_name", "name", "payout_address"])
    assert "is in use" in both.text, "told with what else is wrong, and not when that is mended"
    assert 'value="lucky-shop-2"' in stranger.post("/partners/new", blank).text
    assert "We suggest" not in stranger.post("/partners/new", blank | {"display_name": "彩票"}).text


def test_usual_edges_say_what_they_cost_and_bring(site: str, owner: Persona) -> None:
    for path in ("/partners/new", "/partners/lotto/settings"):
        page = " ".join(re.sub(r"<[^>]+>", " ", owner.get(path).text).split())
        assert "5%: players pay 1,050 sats, 50 of them yours" in page
        assert re.search(r"10% a ticket costs 1,100 sats ?, 100 are yours", page)


def test_what_was_typed_is_kept(owner: Persona) -> None:
    answer = owner.post("/partners/new", NEW | {"name": "My Shop", "display_name": 'A "title"'})
    assert answer.status_code == 422
    assert 'value="My Shop"' in answer.text
    assert 'value="A &#34;title&#34;"' in answer.text
    assert re.search(r'<option selected value="10"', answer.text)
    assert "such as my-shop" in answer.text
    assert answer.text.count("autofocus") == 1


def test_an_unacknowledged_address_is_told_beside_the_box(app: Flask, owner: Persona) -> None:
    answer = owner.post("/partners/new", {key: NEW[key] for key in NEW if key != "payout_address_acknowledged"})
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == ["payout_address_acknowledged"]
    assert count(app) == 0


def test_a_look_alike_is_a_conflict(app: Flask, site: str, stranger: Persona) -> None:
    answer = stranger.post("/partners/new", NEW | {"name": "l0tto"})
    assert answer.status_code == 409
    assert wrong_fields(answer.text) == ["name"]
    fragment = stranger.post("/partners/new", NEW | {"name": "l0tto"}, headers=HTMX)
    assert (fragment.status_code, fragment.headers["HX-Retarget"]) == (409, "this")
    assert count(app) == 1


def test_htmx_gets_the_form_alone(owner: Persona) -> None:
    answer = owner.post("/partners/new", NEW | {"name": "x"}, headers=HTMX)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith("<form")
    made = owner.post("/partners/new", NEW, headers=HTMX)
    assert made.status_code == 200
    assert made.text.lstrip().startswith("<header")  # the page's head follows its step
    assert "<section" in made.text
    assert "<html" not in made.text


BAD_CHANGES: list[tuple[str, str, str]] = [
    *(("looks", "display_name", title) for title in BAD_TITLES),
    *(("edge", "house_edge", edge) for edge in ["", "16", "0.1", "-1"]),
    *(("looks", "accent_color", accent) for accent in ["red", "#abc", "red;}</style>", "url(x)", "#1234567"]),
    *(("origins", "embed_origins", origin) for origin in BAD_ORIGINS if not origin.endswith(("\n", "\r"))),
    ("origins", "embed_origins", "\n".join(f"https://s{number}.example" for number in range(1000))),
    ("payout", "payout_address", "x"),
]


@pytest.mark.parametrize(("field", "values"), by_field((field, value) for _, field, value in BAD_CHANGES))
def test_a_bad_change_is_told_beside_its_field_and_changes_nothing(
    app: Flask, site: str, owner: Persona, field: str, values: list[str]
) -> None:
    """Each asked for by htmx; a page of its own, which says the same around it, by the first of a field."""
    before = kept(app)
    section = next(of for of, name, _ in BAD_CHANGES if name == field)
    for value in values:
        data = {"section": section, field: value, "payout_address_acknowledged": "y"}
        for headers in (HTMX, {}) if value == values[0] or EXPLORE else (HTMX,):
            answer = owner.post("/partners/lotto", data, headers=headers)
            assert answer.status_code == 422, value
            assert wrong_fields(answer.text) == [field], value
            assert ("<html" in answer.text) is not bool(headers), value
            assert "</style>" not in answer.text, value
    after = kept(app)
    for column in ("display_name", "house_edge_percent", "theme", "embed_allowed_origins", "payout_address"):
        assert getattr(before, column) == getattr(after, column)


def test_a_section_is_saved_for_htmx_and_without(app: Flask, site: str, owner: Persona) -> None:
    data = {"section": "origins", "embed_origins": "https://Shop.example\r\n\r\nhttp://localhost:3000 "}
    answer = owner.post("/partners/lotto", data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/partners/lotto/settings#origins")
    assert kept(app).embed_allowed_origins == ["https://shop.example", "http://localhost:3000"]
    fragment = owner.post("/partners/lotto", {"section": "edge", "house_edge": "3"}, headers=HTMX)
    assert fragment.status_code == 200
    assert fragment.text.lstrip().startswith('<section class="card" id="edge"')
    assert "data-announce=" in fragment.text
    assert "1,030 sats" in fragment.text
    assert kept(app).house_edge_percent == 3


def test_a_theme_is_saved_and_taken_back(app: Flask, site: str, owner: Persona) -> None:
    owner.post("/partners/lotto", {"section": "looks", "accent_color": "#ABCDEF"})
    assert kept(app).theme == {"accentColor": "#abcdef"}
    owner.post("/partners/lotto", {"section": "looks", "accent_color": ""})
    assert kept(app).theme == {}


def test_a_changed_address_needs_its_acknowledgement(app: Flask, site: str, owner: Persona) -> None:
    data = {"section": "payout", "payout_address": OTHER_ADDRESS}
    answer = owner.post("/partners/lotto", data)
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == ["payout_address_acknowledged"]
    assert OTHER_ADDRESS in answer.text
    assert kept(app).payout_address == PAYOUT_ADDRESS
    assert owner.post("/partners/lotto", data | {"payout_address_acknowledged": "y"}).status_code == 303
    assert kept(app).payout_address == OTHER_ADDRESS


def test_the_status_has_a_switch(app: Flask, site: str, owner: Persona) -> None:
    for status in ("live", "paused", "live"):
        assert owner.post("/partners/lotto", {"section": "status", "status": status}).status_code == 303
        assert kept(app).status == status
        assert f"This site is {status}" in owner.get("/partners/lotto/settings").text
    for status in ("draft", "deleted", ""):
        assert owner.post("/partners/lotto", {"section": "status", "status": status}).status_code == 409
    assert kept(app).status == "live"


def test_a_name_sent_along_is_ignored(app: Flask, site: str, owner: Persona) -> None:
    owner.post("/partners/lotto", {"section": "looks", "display_name": "Lotto", "name": "other", "status": "live"})
    assert (kept(app).name, kept(app).status) == ("lotto", "draft")


@pytest.mark.parametrize("section", ["", "none", "name", "__class__"])
def test_a_section_that_is_none(site: str, owner: Persona, section: str) -> None:
    assert owner.post("/partners/lotto", {"section": section}).status_code == 400


@pytest.mark.parametrize("edge", ["", "16", "x", "0.1"])
def test_there_is_no_example_of_no_price(owner: Persona, edge: str) -> None:
    assert owner.get(f"/partners/price-example?house_edge={edge}").status_code == 400


@pytest.mark.parametrize(("edge", "price"), [(0, "1,000"), (7, "1,070"), (15, "1,150")])
def test_the_example_of_a_price(owner: Persona, edge: int, price: str) -> None:
    answer = owner.get(f"/partners/price-example?house_edge={edge}")
    assert f"{price} sats" in answer.text
    assert "<html" not in answer.text


def test_markup_in_a_title_stays_text(app: Flask, owner: Persona) -> None:
    owner.post("/partners/new", NEW | {"display_name": "<script>alert(1)</script>"})
    for path in ("/partners", "/partners/lotto", "/partners/lotto/settings"):
        assert "<script>alert" not in owner.get(path).text


def test_a_list_costs_the_same_however_long_it_is(app: Flask, owner: Persona, session: Any) -> None:
    from sqlalchemy import event

    statements: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    costs = []
    event.listen(session.get_bind(), "before_cursor_execute", listen)
    try:
        for _ in range(2):
            with app.app_context(), transaction():
                for _ in range(5):
                    make_site(owner.id)
            statements.clear()
            owner.get("/partners")
            costs.append(len(statements))
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", listen)
    assert costs[0] == costs[1] > 0
