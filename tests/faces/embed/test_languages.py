"""Players read in their own language: by the address, else by the browser; and the choice stays with them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from tests.factories.world import World

from .conftest import Player, heading_on

HAITIAN = {"Accept-Language": "ht-HT, fr;q=0.8, en;q=0.5"}


def _lang(html: str) -> str:
    found = re.search(r'<html lang="([^"]+)"', html)
    assert found
    return found[1]


def _pages_linked(html: str) -> list[str]:
    links = re.findall(r'(?:<(?:a|form)\b[^>]*?\s(?:href|action)|\shx-(?:get|post))="([^"]*)"', html)
    return [unescape(link) for link in links if link.startswith("/") and not link.startswith(("/api/", "/static/"))]


def _chosen(link: str) -> list[str]:
    return parse_qs(urlsplit(link).query).get("lang", [])


def test_the_address_chooses_before_the_browser_and_english_is_the_rest(player: Player) -> None:
    french, haitian = player.page("/embed", lang="fr"), player.get("/embed", headers=HAITIAN).text
    assert (_lang(french), _lang(haitian), _lang(player.page("/embed"))) == ("fr", "ht", "en")
    assert "Acheter des tickets" in french
    assert "Achte tikè" in haitian
    assert "1\u202f100" in french
    for asked, got in (("ht", "ht"), ("FR-ca", "fr"), ("xx", "ht"), ("", "ht")):
        assert _lang(player.get("/embed", headers=HAITIAN, lang=asked).text) == got
    assert _lang(player.get("/embed", headers={"Accept-Language": "de"}).text) == "en"
    answer = player.get("/embed", lang="ht")
    assert "Accept-Language" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
    _links_are_plain_without_a_choice(player)


def test_every_link_and_form_keeps_the_choice(player: Player, world: World) -> None:
    order = player.get("/embed", lang="ht")
    form = player.form()
    answer = player.browser.post(
        player.url("/embed/orders", lang="ht"),
        data=form | {"tickets": "2"},
        headers={"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
    )
    assert _chosen(answer.headers["Location"]) == ["ht"]
    made = player.browser.get(answer.headers["Location"])
    assert heading_on(made.text) == "N ap tann peman ou"
    assert '<input type="hidden" name="lang" value="ht">' in made.text
    fragment = player.get("/embed/rounds", headers={"HX-Request": "true"}, lang="ht").text
    rounds = world.app.test_client().get("/rounds?lang=ht").text
    verify = world.app.test_client().get("/verify?lang=ht").text
    assert verify.count('<input type="hidden" name="lang" value="ht">') == verify.count('method="get"')
    for html in (order.text, made.text, fragment, rounds, verify):
        switch = re.sub(r'<nav class="languages".*?</nav>', "", html, flags=re.S)
        assert [link for link in _pages_linked(switch) if _chosen(link) != ["ht"]] == []
        assert _pages_linked(switch)


def _links_are_plain_without_a_choice(player: Player) -> None:
    html = re.sub(r'<nav class="languages".*?</nav>', "", player.get("/embed", headers=HAITIAN).text, flags=re.S)
    assert [link for link in _pages_linked(html) if "lang=" in link] == []


def test_the_switch_leads_to_the_same_page(player: Player) -> None:
    html = player.page("/embed", lang="fr", tickets=3)
    found = re.search(r'<nav class="languages".*?</nav>', html, re.S)
    assert found
    links = re.findall(r'<a href="([^"]+)" lang="(\w+)"[^>]*?( aria-current="true")?>([^<]+)<', found[0])
    assert {tuple(parse_qs(urlsplit(unescape(href)).query)["tickets"]) for href, *_ in links} == {("3",)}
    assert [(lang, bool(shown), name) for _, lang, shown, name in links] == [
        ("en", False, "English"),
        ("fr", True, "Français"),
        ("ht", False, "Kreyòl"),
    ]
    for link, lang, *_ in links:
        query = parse_qs(urlsplit(unescape(link)).query)
        assert (query["lang"], query["tickets"], query["partner"]) == ([lang], ["3"], [player.partner])
    _refusals_are_told_in_the_players_language(player)


def _refusals_are_told_in_the_players_language(player: Player) -> None:
    missing = player.browser.get("/embed?partner=nobody&lang=fr")
    assert missing.status_code == 404
    assert "Ce site partenaire n’existe pas" in missing.text
    assert _lang(missing.text) == "fr"
    assert "Pa gen won ak nimewo sa a" in player.get("/embed/rounds/999", lang="ht").text
    assert "Il n’y a rien ici" in player.browser.get("/nothing?lang=fr").text


def test_public_pages_speak_every_language_and_the_rest_of_the_website_english(player: Player) -> None:
    for path in ("/", "/rounds", "/luckotto", "/verify", "/luckotto/verify", "/hash-draw", "/hash-tweak"):
        pages = [player.browser.get(path, query_string={"lang": lang}) for lang in ("en", "fr", "ht")]
        assert [(page.status_code, _lang(page.text)) for page in pages] == [(200, "en"), (200, "fr"), (200, "ht")]
        assert len({heading_on(page.text) for page in pages}) == (1 if path == "/luckotto" else 3)
    for path in ("/docs/platform", "/docs/technical", "/login"):
        page = player.browser.get(path, headers=HAITIAN, query_string={"lang": "fr"}).text
        assert _lang(page) == "en"
        head = re.search(r'<header class="site-head" lang="fr">.*?</header>', page, re.S)
        assert head, "the way back is in the reader's language"
        assert "Vérifier" in head[0]
        menu = re.search(r'<nav class="languages".*?</nav>', page, re.S)
        assert menu
        assert re.findall(r'href="([^"]*)"', menu[0]) == [f"{path}?lang={lang}" for lang in ("en", "fr", "ht")]
        assert "hreflang" not in menu[0], "there is no such page in them"
    plain, asked = (player.browser.get("/api/rounds/999", headers=headers) for headers in ({}, HAITIAN))
    assert plain.get_json() == asked.get_json()


def test_what_is_not_there_keeps_the_language_and_its_menu(player: Player) -> None:
    """Also for a reader who comes to it by a link: the frame is known, and only its own words are repeated."""
    answer = player.get("/embed/slips/0123456789abcdefghijklmnopqrstuv", lang="fr", odd="secret-of-somebody")
    assert answer.status_code == 404
    assert heading_on(answer.text) == "Introuvable"
    menu = re.search(r'<nav class="languages".*?</nav>', answer.text, re.DOTALL)
    assert menu
    links = [unescape(link) for link in re.findall(r'href="([^"]*)"', menu[0])]
    assert [_chosen(link) for link in links] == [["en"], ["fr"], ["ht"]]
    assert all("partner=" in link for link in links)
    assert "secret-of-somebody" not in menu[0]
    assert heading_on(player.browser.get(links[2]).text) != "Introuvable"
