"""Which language an answer is in, and how values are written in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from app.core.web import languages, templating


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ht", "ht"),
        ("ht-HT, fr;q=0.8", "ht"),
        ("fr-CA, en;q=0.9", "fr"),
        ("de, fr;q=0.3, en;q=0.5", "en"),
        ("fr;q=0, ht;q=0.1", "ht"),
        ("*", "en"),
        ("de", "en"),
        ("", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_the_browsers_first_choice_that_there_is(app: Flask, header: str, language: str) -> None:
    with app.test_request_context("/rounds", headers={"Accept-Language": header}):
        assert languages.language() == language


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("/rounds", "/rounds?lang=ht"),
        ("/rounds?before=4#end", "/rounds?before=4&lang=ht#end"),
        ("/rounds?lang=fr", "/rounds?lang=fr"),
        ("/rounds?slang=fr", "/rounds?slang=fr&lang=ht"),
        ("http://localhost/slips/a", "http://localhost/slips/a?lang=ht"),
        ("https://elsewhere.example/rounds", "https://elsewhere.example/rounds"),
        ("//elsewhere.example/rounds", "//elsewhere.example/rounds"),
        ("/api/rounds/1/bundle", "/api/rounds/1/bundle"),
        ("/static/shared/site.js", "/static/shared/site.js"),
        ("bitcoin:bc1q?amount=1", "bitcoin:bc1q?amount=1"),
        ("#main", "#main"),
        ("", ""),
    ],
)
def test_only_our_own_pages_are_asked_for_in_a_language(app: Flask, url: str, kept: str) -> None:
    with app.app_context():
        assert languages.in_language(url, "ht") == kept


@pytest.mark.parametrize(
    ("language", "moment", "length", "number", "rate"),
    [
        ("en", "6 May 2031, 12:08 UTC", "20 minutes", "1,234,567", "12.5%"),
        ("fr", "6 mai 2031, 12:08 UTC", "20 minutes", "1\u202f234\u202f567", "12,5\xa0%"),
        ("ht", "6 me 2031, 12:08 UTC", "20 minit", "1\xa0234\xa0567", "12,5\xa0%"),
    ],
)
def test_values_are_written_as_the_language_writes_them(
    app: Flask, language: str, moment: str, length: str, number: str, rate: str
) -> None:
    with app.test_request_context("/"), force_locale(language):
        assert templating.utc(datetime(2031, 5, 6, 12, 8, tzinfo=UTC)) == moment
        assert templating.duration(1200) == length
        assert templating.sats(1_234_567) == number
        assert templating.percent(0.125, 1) == rate
        assert templating.btc(123_456) == "0.00123456"
        assert templating.btc_read(123_456) == ("0.00123456" if language == "en" else "0,00123456")
        assert languages.colon("Contact") == ("Contact\xa0:" if language == "fr" else "Contact:")
        blocks = app.jinja_env.from_string("{{ ngettext('%(num)s', '%(num)s', 1234567) }}")
        assert blocks.render() == number


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (10, "less than a minute"),
        (50, "1 minute"),
        (60, "1 minute"),
        (150, "2 minutes"),
        (3600, "60 minutes"),
        (7200, "2 hours"),
        (86_400, "24 hours"),
        (200_000, "2 days"),
        (30 * 86_400, "4 weeks"),
    ],
)
def test_a_length_of_time_in_its_largest_fitting_unit(app: Flask, seconds: int, told: str) -> None:
    with app.test_request_context("/"):
        assert templating.duration(seconds) == told


def test_what_a_catalogue_lacks_stays_english(app: Flask) -> None:
    with app.test_request_context("/rounds?lang=fr"):
        assert gettext("Never translated") == "Never translated"
        assert gettext("Jackpot") == "Jackpot"
    assert languages.translations("xx").gettext("Jackpot") == "Jackpot"
