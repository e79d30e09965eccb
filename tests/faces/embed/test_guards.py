"""What the frame refuses, and what every one of its answers says about who may frame it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.games.ticket_draw.models import TicketOrder
from app.people.partners.service import update_site
from app.people.partners.site import preview
from dev.node.process import NodeProcess
from tests.factories.partners import make_site
from tests.factories.played import begun_world
from tests.factories.world import World
from tests.personas import Persona

from .conftest import SHOP, Player, player_at_shop

FRAMED = f"frame-ancestors {SHOP}"
NOBODY = "frame-ancestors 'none'"


@pytest.fixture(scope="module")
def world(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    with begun_world(app_settings, fresh_database, node, tmp_path_factory.mktemp("guards")) as begun:
        yield begun


@pytest.fixture(scope="module")
def player(world: World) -> Player:
    """At one shop, for what is refused changes nothing."""
    return player_at_shop(world)


def orders() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(TicketOrder)) or 0


def test_every_answer_names_the_partners_origins_and_no_cookie(player: Player, world: World) -> None:
    player.browser.set_cookie("tiraj_form", "anything")
    order = player.buy()
    number = world.round(1).round_number
    gets = (
        "/embed",
        "/embed/house-edge",
        "/embed/orders",
        order,
        f"{order}/receipt.json",
        f"{order}/receipt.pdf",
        "/embed/rounds",
        f"/embed/rounds/{number}",
        f"/embed/players/ada/rounds/{number}",
    )
    wrong = ("/embed/rounds/0", "/embed/rounds/99999999", "/embed/slips/x", "/embed/nothing")
    for path in (*gets, *wrong):
        for headers in ({}, {"HX-Request": "true"}):
            answer = player.get(path, headers=headers)
            assert (answer.status_code < 300) == (path in gets), path
            assert FRAMED in answer.headers["Content-Security-Policy"], path
            assert answer.headers["Referrer-Policy"] in ("strict-origin", "no-referrer"), path
            assert "X-Frame-Options" not in answer.headers
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")
    refused = player.post({})
    assert refused.status_code == 400
    assert FRAMED in refused.headers["Content-Security-Policy"]


def test_nobody_frames_an_unknown_partner_or_a_site_without_origins(player: Player, world: World) -> None:
    for partner in ("unknown", "", "lucky-shop\0", "../admin"):
        answer = Player(player.browser, partner).get("/embed")
        assert answer.status_code == 404
        assert NOBODY in answer.headers["Content-Security-Policy"]
    assert NOBODY in player.browser.get("/embed").headers["Content-Security-Policy"]
    bare = world.site()
    answer = Player(player.browser, bare.name).get("/embed")
    assert answer.status_code == 200
    assert NOBODY in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["partner", "playerPublicIdentifier", "playerPrivateIdentifier"])
def test_a_parameter_given_twice_is_refused(player: Player, name: str) -> None:
    answer = player.browser.get(player.url("/embed") + f"&{name}=other")
    assert answer.status_code == 400
    assert f"gives {name} more than once" in answer.text


def test_foreign_pages_cannot_order(player: Player) -> None:
    form, before = player.form(), orders()
    ours, hidden = "must come from our own page", "whose sandbox lacks allow-same-origin"
    for headers, words in (
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, ours),
        ({"Origin": "null"}, hidden),
        ({"Origin": SHOP, "Sec-Fetch-Site": "cross-site"}, ours),
        ({"Sec-Fetch-Site": "same-site"}, ours),
    ):
        answer = player.post(form, **headers)
        assert answer.status_code == 403
        assert words in answer.text
    assert orders() == before


def test_a_form_needs_its_own_players_fresh_token(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    form, before = player.form(), orders()
    other = Player(player.browser, player.partner, "bob", "account-8")
    spoiled = form["form_token"][:-1] + ("A" if form["form_token"][-1] != "A" else "B")
    for data in ({}, {"form_token": ""}, {"form_token": "x" * 5000}, form | {"form_token": "." + spoiled}):
        assert player.post(data).status_code == 400
    answer = other.post(form)
    assert answer.status_code == 400
    assert "This form has expired" in answer.text
    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 7 * 3600)
    assert player.post(form).status_code == 400
    assert orders() == before


@pytest.mark.parametrize(
    "text",
    ["x" * 121, "a‮b", "a​b", "a\0b", "=cmd()", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "../x"],
)
def test_identifiers_that_cannot_be_one_turn_buying_off_and_stay_inert(player: Player, text: str) -> None:
    odd, before = Player(player.browser, player.partner, text, "account-7"), orders()
    page = odd.get("/embed")
    assert page.status_code == 200
    assert "sent a player identifier that cannot be used" in page.text
    assert "<code>playerPublicIdentifier</code>" in page.text
    assert "form_token" not in page.text
    assert "<script>alert" not in page.text
    assert "onerror=alert(1)>" not in page.text
    refused = odd.post({"form_token": "x"})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    assert orders() == before


def test_without_both_identifiers_the_round_is_shown_and_buying_is_off(player: Player) -> None:
    for public, private in ((None, None), ("ada", None), (None, "account-7"), ("  ", "account-7")):
        page = Player(player.browser, player.partner, public, private).page("/embed")
        assert "Sign in at <bdi>Lucky Shop</bdi> to buy tickets." in page
        assert "Round " in page
        assert "form_token" not in page


def test_a_paused_site_shows_its_rounds_and_sells_nothing(player: Player, world: World) -> None:
    form = player.form()
    order = player.buy()
    with transaction():
        update_site(db.session.merge(_site(player.partner)), {"status": "paused"})
    page = player.page("/embed")
    assert "is not selling tickets right now" in page
    assert "form_token" not in page
    assert player.post(form).status_code == 409
    assert player.get(order).status_code == 200
    with transaction():  # other tests buy here
        update_site(db.session.merge(_site(player.partner)), {"status": "live"})


def test_a_draft_opens_only_by_its_owners_link(world: World) -> None:
    with transaction():
        name = make_site(embed_origins=[SHOP]).name
    browser = world.app.test_client()
    visitor = Player(browser, name)
    for more in ({}, {"preview": "x"}, {"preview": preview.token("another")}):
        answer = visitor.get("/embed", **more)
        assert answer.status_code == 404
        assert NOBODY in answer.headers["Content-Security-Policy"]
    answer = visitor.get("/embed", preview=preview.token(name))
    assert answer.status_code == 200
    assert "Preview of a draft" in answer.text
    assert "form_token" not in answer.text
    assert answer.text.count("preview=") > 3


def test_a_drafts_owner_is_given_that_link(app: Flask, owner: Persona, nobody: Persona) -> None:
    with transaction():
        name = make_site(owner.id).name
    page = unescape(owner.get(f"/partners/{name}").text)
    link = re.search(r'href="(/embed\?partner=[^"]+preview=[^"]+)"', page)
    assert link
    shown = nobody.get(link[1]).text
    assert "Preview of a draft" in shown
    assert f'href="/partners/{name}" target="_top">Back to the dashboard</a>' in shown
    settings = unescape(owner.get(f"/partners/{name}/settings").text)
    link = re.search(r'href="(/embed\?partner=[^"]+preview=[^"]+)"', settings)
    assert link
    assert f'href="/partners/{name}/settings" target="_top">' in nobody.get(link[1]).text
    with transaction():
        update_site(_site(name), {"status": "live"})
    page = unescape(owner.get(f"/partners/{name}").text)
    link = re.search(r'href="(/embed\?partner=[^"]+preview=[^"]+)">See the frame', page)
    assert link
    seen = nobody.get(link[1]).text
    assert f'href="/partners/{name}" target="_top">Back to the dashboard</a>' in seen
    assert "form_token" not in seen, "nothing can be bought by it"
    page = unescape(owner.get(f"/partners/{name}/settings").text)
    frame = re.search(r'<iframe[^>]+src="(/embed\?partner=[^"]+preview=[^"]+)"', page)
    assert frame
    shown = nobody.get(frame[1])
    assert "Back to the dashboard" not in shown.text, "it stands on it"
    assert "Nothing can be bought here." in shown.text
    assert "form_token" not in shown.text
    assert shown.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")


def test_a_receipt_opens_in_its_own_partners_frame_only(player: Player, world: World) -> None:
    order = player.buy()
    other = Player(player.browser, world.site().name)
    answers = [other.get(order), player.get("/embed/slips/" + "A" * 32), player.get("/embed/slips/short")]
    assert {answer.status_code for answer in answers} == {404}
    assert other.get(f"{order}/receipt.json").status_code == 404


def test_the_theme_is_a_colour_and_nothing_else(world: World) -> None:
    browser = world.app.test_client()
    answer = browser.get("/embed/theme/2543c4.css")
    assert answer.text.strip() == ":root{--accent:#2543c4;--accent-ink:#ffffff}"
    assert answer.mimetype == "text/css"
    assert NOBODY in answer.headers["Content-Security-Policy"]
    for odd in ("red", "2543C4", "2543c4ff", "red;}</style>", "url()"):
        assert browser.get(f"/embed/theme/{odd}.css").status_code == 404


def test_an_unknown_game_is_not_found(player: Player) -> None:
    assert player.get("/embed", game="rounds").status_code == 200
    assert player.get("/embed", game="roulette").status_code == 404


def _site(name: str):  # type: ignore[no-untyped-def]
    from app.people.partners.queries import site_by_name

    return site_by_name(name)


def test_nothing_is_on_sale_before_the_chain_is_followed(committed_db: Flask) -> None:
    with transaction():
        name = make_site(status="live").name
    page = Player(committed_db.test_client(), name).page("/embed")
    assert "No round is on sale yet." in page
