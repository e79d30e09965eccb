"""Amounts of currencies: what people type is read exactly or not at all, and what they read is in their language."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.core.money import CURRENCIES, MOST_MINOR
from app.core.text.amounts import parse_minor, plain, unread, written
from app.core.wire import error_messages
from app.core.wire.error_messages import message_for


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.50", "USD", 1250),
        ("12,5", "HTG", 1250),
        (" 1 234 ", "PHP", 123_400),
        ("1\u202f234,05", "HTG", 123_405),
        ("0", "USD", 0),
        ("007", "sat", 7),
        ("21000000", "sat", 21_000_000),
    ],
)
def test_what_is_an_amount(text: str, currency: str, amount: int) -> None:
    assert parse_minor(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *((text, "USD") for text in ("", "-1", "+1", "1e3", ".5", "5.", "1.2.3", "1,234.50", "1.234", "٣", "1_0", "½")),
        *((text, "USD") for text in ("9" * 17, "NaN", "0x10", "1\n2x")),
        *((text, "sat") for text in ("1.0", "1,000", "0,5")),
    ],
)
def test_what_is_none(text: str, currency: str) -> None:
    assert parse_minor(text, currency) is None


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("en", "1,000", 100_000),
        ("en", "1,234,567.50", 123_456_750),
        ("fil", "1,000.5", 100_050),
        ("fr", "1\u202f000,50", 100_050),
        ("ht", "1\u00a0000", 100_000),
        *((language, "1.000", "amount_unclear") for language in ("en", "fr", "ht", "fil")),
        *(
            (language, text, "amount_unclear")
            for language in ("fr", "ht")
            for text in ("1,000", "1,000.50", "1.000,50")
        ),
        ("en", "1.000,50", "amount_unclear"),
        ("en", "0,500", "amount_unclear"),
        ("en", "9" * 20, "amount_too_long"),
        ("en", "ten", "amount_unreadable"),
    ],
)
def test_thousands_are_read_as_the_readers_language_has_them_and_else_asked_about(
    app: Flask, language: str, text: str, answer: int | str
) -> None:
    with app.test_request_context("/"), force_locale(language):
        read = parse_minor(text, "HTG")
        assert (unread(text, "HTG").code if read is None else read) == answer


@given(st.integers(0, MOST_MINOR), st.sampled_from(sorted(CURRENCIES)))
def test_what_a_field_shows_is_read_as_it_was(amount: int, currency: str) -> None:
    assert parse_minor(plain(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("language", "usd", "sats"),
    [
        ("en", "1,234.50\u00a0USD", "1,234,567\u00a0sats"),
        ("fr", "1\u202f234,50\u00a0USD", "1\u202f234\u202f567\u00a0sats"),
    ],
)
def test_amounts_are_written_as_the_language_does(app: Flask, language: str, usd: str, sats: str) -> None:
    with app.test_request_context("/"), force_locale(language):
        assert written(123_450, "USD") == usd
        assert written(1_234_567, "sat") == sats


def test_refusals_say_amounts_and_moments_for_people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(error_messages._MESSAGES, "test_amounts", "%(leftMinor)s from %(freesAt)s, %(plain)s")
    error = DomainError("test_amounts", currency="HTG", leftMinor=150_000, freesAt="2026-11-30T12:05:00Z", plain=7)
    with app.test_request_context("/"):
        assert message_for(error) == "1,500.00\u00a0HTG from 30 Nov 2026, 12:05 UTC, 7"
