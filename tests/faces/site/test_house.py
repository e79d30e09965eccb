"""The pages that a house must have, in every language of its players; and the help lines as data."""

from __future__ import annotations

import re
import tomllib
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.config import ConfigError, current_settings
from app.core.web.languages import DRAFTS, LANGUAGES
from app.faces.site.house.help_lines import ALWAYS, COUNTRIES, FILE, HelpLine, by_country, help_lines
from app.faces.site.house.settings import HouseSettings
from app.record.log.format.notes import SigningKey
from app.wiring import PRODUCT
from tests.core.test_config import PRODUCTION as CORE
from tests.settings import SEALING_IN_PRODUCTION

PAGES = ("/house", "/house/terms", "/house/privacy", "/house/playing", "/house/complaints", "/house/contact")
LOG = {
    "LOG_KEY": SigningKey("tiraj.example.org/log", bytes(32)).text,
    "LOG_JOURNAL_PATH": "/journal/log",
    "FILES_DIR": "/var/lib/tiraj/files",
    "BITCOIN_NETWORK": "signet",  # of the tests' account key
    **SEALING_IN_PRODUCTION,
}
WHO = {
    "HOUSE_NAME": "Example House",
    "HOUSE_ADDRESS": "1 Example Street, Example Town",
    "HOUSE_CONTACT": "house@tiraj.example.org",
}


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def told(app: Flask, monkeypatch: pytest.MonkeyPatch, **values: object) -> FlaskClient:
    """A visitor of an installation that was told this of its house."""
    with app.app_context():
        settings = current_settings().model_copy(update=values)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return app.test_client()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - DRAFTS))
def test_each_page_stands_in_each_language(client: FlaskClient, path: str, language: str) -> None:
    page = text_of(client, f"{path}?lang={language}")
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert 'aria-current="true"' in page  # the language, among those to choose from
    assert all(f'href="{other}' in page for other in PAGES)


def test_headings_are_in_the_readers_language(client: FlaskClient) -> None:
    headings = {
        language: re.findall(r"<h[12][^>]*>\s*([^<]+)", text_of(client, f"/house/terms?lang={language}"))
        for language in LANGUAGES
    }
    assert len({len(found) for found in headings.values()}) == 1
    assert not set(headings["en"]) & set(headings["fr"])
    assert not set(headings["en"]) & set(headings["ht"])


@pytest.mark.parametrize("path", ["/", "/docs", "/login", "/nothing-here"])
def test_every_page_of_the_website_leads_there(client: FlaskClient, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    foot = page[page.index("<footer") :]
    assert all(f'href="{house}"' in foot for house in PAGES)


def test_what_was_not_set_is_said_to_be_so(client: FlaskClient) -> None:
    page = text_of(client, "/house")
    assert "Nobody is named here yet" in page
    assert page.count("not set") >= 3
    assert "18 years" in page


def test_what_was_set_is_shown(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = told(
        app,
        monkeypatch,
        house_name="Example & Sons",
        house_address="1 Example Street, Example Town",
        house_contact="house@example.org",
        house_licence="Licence 7 of the Example Board",
        house_answer_days=9,
        minimum_age=21,
    )
    page = text_of(client, "/house")
    assert "Nobody is named here yet" not in page
    assert "not set" not in page
    assert "Example &amp; Sons" in page
    assert re.search(r"1 Example Street<br>\s*Example Town", page)
    assert 'href="mailto:house@example.org"' in page
    assert "21 years" in text_of(client, "/house/playing")
    complaints = text_of(client, "/house/complaints")
    assert "within 9 days" in complaints
    assert "Licence 7 of the Example Board" in complaints


def test_nobody_is_let_in_younger_than_is_said() -> None:
    kind, checks = PRODUCT.settings, PRODUCT.settings_checks
    fits = {**CORE, **LOG, **WHO, "MINIMUM_AGE": "20", "AGE_LIMITS": "HT=20,PH=21", "DEFAULT_JURISDICTION": "HT"}
    assert kind.from_env(fits, checks).of(HouseSettings).minimum_age == 20
    with pytest.raises(ConfigError, match="AGE_LIMITS: HT=20 is below MINIMUM_AGE=21"):
        kind.from_env({**fits, "MINIMUM_AGE": "21"}, checks)


def test_an_address_of_the_web_is_a_contact_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = told(app, monkeypatch, house_contact="https://example.org/write")
    assert 'href="https://example.org/write"' in text_of(client, "/house/complaints")


def test_production_does_not_start_without_saying_who_runs_it() -> None:
    kind, checks = PRODUCT.settings, PRODUCT.settings_checks
    assert kind.from_env({**CORE, **LOG, **WHO}, checks).of(HouseSettings).house_name == "Example House"
    for name in WHO:
        with pytest.raises(ConfigError, match=f"{name}: players are told who runs this"):
            kind.from_env({**CORE, **LOG, **WHO, name: " "}, checks)


def test_a_contact_can_be_reached() -> None:
    with pytest.raises(ConfigError, match="HOUSE_CONTACT: one mail address"):
        PRODUCT.settings.from_env({**CORE, **LOG, **WHO, "HOUSE_CONTACT": "ask around"}, PRODUCT.settings_checks)


def _is_web(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme == "https" and "." in parts.netloc


@pytest.mark.parametrize("line", help_lines(), ids=lambda line: line.name)
def test_a_help_line_has_all_that_one_needs_to_call_it(line: HelpLine) -> None:
    assert line.country in COUNTRIES
    assert line.name.strip() == line.name != ""
    assert re.fullmatch(r"[0-9][0-9 -]{5,18}[0-9]", line.telephone)
    assert re.fullmatch(r"tel:[0-9]{7,15}", line.telephone_url)
    assert _is_web(line.address)
    assert _is_web(line.source)
    assert line.hours == ALWAYS or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", line.hours)


def test_no_country_is_twice_or_both_with_and_without() -> None:
    data = tomllib.loads(FILE.read_text())
    listed = list(dict.fromkeys(one["country"] for one in data["lines"]))
    assert len(by_country()) == len(listed)
    assert not set(listed) & set(data["without"])
    assert {*listed, *data["without"]} == set(COUNTRIES)


@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - DRAFTS))
def test_every_line_is_shown_and_can_be_called(client: FlaskClient, language: str) -> None:
    page = text_of(client, f"/house/playing?lang={language}")
    assert all(f'href="{line.telephone_url}"' in page for line in help_lines())
    assert {"en": "Haiti", "fr": "Haïti", "ht": "Ayiti"}[language] in page
