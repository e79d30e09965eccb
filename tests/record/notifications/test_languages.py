"""What is sent is in one language as a whole, and says in which."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.core.web.languages import LANGUAGES
from app.record.notifications.rendering import TRANSLATED, render
from dev.translations import MAPPING, TOP

PARAMS = {
    "code": "123456",
    "minutes": 5,
    "link": "https://example.org/x",
    "title": "Shop",
    "address": "ada@example.org",
    "number": "4711",
    "days": 5,
    "words": "It is on its way.",
}
FOOT = "You receive this because"


@pytest.mark.parametrize("template", [*sorted(TRANSLATED - {"marketing", "notice"}), "payout_address_changed"])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_mail_says_in_which_language_it_is(app: Flask, template: str, locale: str) -> None:
    """Sent by a job: without a request there is nobody else's language to fall back on."""
    with app.app_context():
        html = render("email", template, locale, PARAMS).html or ""
    spoken = locale if template in TRANSLATED else "en"
    assert re.search('<html lang="([a-z]+)">', html)[1] == spoken  # type: ignore[index]
    assert (FOOT in html) == (spoken == "en"), "one language from head to foot"


def test_which_templates_are_translated_says_babel() -> None:
    """News come in the recipient's language by themselves."""
    named = re.findall(r"^\[jinja2: templates/(?:email|sms|push)/(\w+)\.", MAPPING.read_text(), re.MULTILINE)
    assert {*named, "marketing"} - {"base"} == TRANSLATED
    assert all(list((TOP / "templates").glob(f"*/{one}.*")) for one in TRANSLATED)
