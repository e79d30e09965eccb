"""Who is not signed in is told what a partner gets, what it costs and takes; every figure is a setting or a rule's."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from app.core.database.session import transaction
from tests.factories.partners import make_site
from tests.personas import Persona


def told(app: Flask, nobody: Persona, monkeypatch: pytest.MonkeyPatch, **settings: object) -> str:
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=settings))
    answer = nobody.get("/partners")
    assert answer.status_code == 200
    return unescape(answer.text)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_offer_says_what_it_costs(app: Flask, nobody: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    free = words(told(app, nobody, monkeypatch, house_fee_percent=0, verification_days=3))
    assert "What tickets cost before your edge is all for the jackpot." in free
    assert "A person answers it within 3 days." in free
    dear = words(told(app, nobody, monkeypatch, house_fee_percent=4))
    assert "we keep 4% of what tickets cost before your edge" in dear
    assert "all for the jackpot" not in dear


def test_prices_follow_the_price_of_a_ticket(app: Flask, nobody: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "10% 1,100 100 100,000" in words(told(app, nobody, monkeypatch, base_ticket_price_sats=1_000))
    assert "10% 2,750 250 250,000" in words(told(app, nobody, monkeypatch, base_ticket_price_sats=2_500))


def test_the_frame_is_the_demos_and_sells_nothing(app: Flask, nobody: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "<iframe" not in told(app, nobody, monkeypatch, demo_partner_name=None)
    with transaction():
        make_site(name="show", display_name="Show", status="live")
    page = told(app, nobody, monkeypatch, demo_partner_name="show")
    source = re.search(r'<iframe[^>]+src="([^"]+)"', page)
    assert source
    shown = nobody.get(source[1])
    assert "Nothing can be bought here." in shown.text
    assert "form_token" not in shown.text


def test_every_way_on_leads_somewhere(app: Flask, nobody: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    main = told(app, nobody, monkeypatch).partition("<main")[2].partition("</main>")[0]
    links = re.findall(r'href="(/[^"]*)"', main)
    assert len(links) >= 5
    for link in links:
        assert nobody.get(link).status_code in (200, 302, 303), link
