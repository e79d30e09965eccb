"""Filipino is a draft: offered where it has words, said to be one, and English elsewhere."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database.session import transaction
from app.core.web.languages import DRAFTS
from app.people.accounts import service as accounts
from app.record.notifications.rendering import render
from app.record.notifications.telling.ports import tell
from tests.personas import Persona

_CHOICE = re.compile(r'<a href="([^"]+)" lang="fil"')


def page(who: FlaskClient, path: str, prefers: str = "") -> str:
    answer = who.get(path, headers={"Accept-Language": prefers})
    assert answer.status_code == 200
    return unescape(answer.text)


def lang(text: str) -> str:
    found = re.search(r'<html lang="([a-z]+)"', text)
    assert found is not None
    return found[1]


def test_pages_of_players_are_offered_in_it_and_say_that_it_is_a_draft(owner: Persona) -> None:
    english = page(owner.browser, "/play/limits")
    offered = _CHOICE.search(english)
    assert offered is not None
    filipino = page(owner.browser, offered[1])
    assert lang(filipino) == "fil"
    assert "Magtakda ng limitasyon" in filipino
    assert "Borador ang saling ito" in filipino
    assert "draft" not in english
    assert "Borador" not in page(owner.browser, "/play/limits?lang=fr")
    assert 'href="/play/breaks?lang=fil"' in filipino, "its links keep it"


def test_signing_in_is_in_it_for_who_prefers_it(client: FlaskClient) -> None:
    assert "Mag-sign in para maglaro" in page(client, "/play/sign-in", "fil-PH, en;q=0.5")


@pytest.mark.parametrize("path", ["/", "/docs/faq", "/house/playing", "/rounds"])
def test_other_pages_are_english_for_it_and_do_not_offer_it(client: FlaskClient, path: str) -> None:
    for text in (page(client, f"{path}?lang=fil"), page(client, path, "fil"), page(client, path, "fil, en")):
        assert lang(text) == "en"
        assert _CHOICE.search(text) is None
    assert lang(page(client, path, "fil, fr;q=0.5")) == "fr"
    assert "lang=fil" in page(client, f"{path}?lang=fil"), "who goes back finds it again"


def test_what_is_written_to_its_readers_is_in_it(app: Flask, session: object) -> None:
    with app.app_context(), transaction():
        maria = accounts.user_with_email("maria@example.com", locale="fil")
        assert tell(maria, "player.timed_out", endsAt="2027-01-02T03:04:05Z")
        told = {"kind": "player.timed_out", "told": {"endsAt": "2027-01-02T03:04:05Z"}, "link": "x", "choices": "y"}
        assert render("email", "notice", "fil", told).subject == "Nagpapahinga ka"
        assert "ang iyong code sa Tiraj" in render("sms", "login_code", "fil", {"code": "123456", "minutes": 5}).text
    assert {"fil"} == DRAFTS


def test_an_address_of_players_that_leads_nowhere_keeps_it(client: FlaskClient) -> None:
    for path, shown in (("/play/nothing", "fil"), ("/nothing", "en")):
        answer = client.get(f"{path}?lang=fil")
        assert (answer.status_code, lang(answer.text)) == (404, shown)
