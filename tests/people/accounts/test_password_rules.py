"""What is a password, and which are refused."""

from __future__ import annotations

import time

import pytest
from zxcvbn.matching import RANKED_DICTIONARIES

from app.core.errors import DomainError
from app.people.accounts.passwords import rules

ADA = "ada.lovelace@example.com"
REFUSED = {
    "password_too_short": ["", "a b c d e", "ﬁﬁﬁ", "\u0301" * 9],
    "password_too_long": ["é" * 129, "x" * 257, "x" * 5_000, "\ud800" + "x" * 20, "\ufdfa" * 200],
    "password_is_email": [ADA, ADA.upper(), f" {ADA} ", "Ada.Lovelace", "example.com"],
    "password_guessed": [
        "password123",
        "P@ssw0rd1234",
        "1234567890",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "a" * 250,
        " " * 12,
        "iloveyou22",
        "abcabcabcabc",
        "lovelace12",
        "tirajtiraj",
        "tiraj202612",
    ],
}
TAKEN = [
    "correct horse battery staple",
    "sakpase ayiti 2026",
    "x9$Kq2!vBz",
    "Mwen renmen lanmè",
    "мой длинный пароль",
    "🦊🦉🐢🐋🦔🐝🦜🐙🦓🦥",
    "4@8({[<369&#!1|0$57+%2" * 3,
    "x" * 10 + "y" * 246,
]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts])
def test_what_is_refused_and_why(code: str, text: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.checked(text, ADA)
    assert (refused.value.code, refused.value.field) == (code, "password")


@pytest.mark.parametrize("text", TAKEN)
def test_no_kind_of_character_is_asked_for(text: str) -> None:
    assert rules.checked(text, ADA).decode() == text


def test_ones_own_words_are_no_elses() -> None:
    """What is known of one person is kept nowhere: another's password is judged without it."""
    with pytest.raises(DomainError):
        rules.checked("kolibrikofski7", "kolibrikofski@example.com")
    rules.checked("kolibrikofski7", ADA)
    assert "user_inputs" not in RANKED_DICTIONARIES


def test_the_same_bytes_however_it_is_typed() -> None:
    assert (
        rules.normalised("Ａｄａ ﬁnds cafe\u0301s") == rules.normalised("Ada finds cafés") == "Ada finds cafés".encode()
    )


def test_nothing_that_is_sent_takes_long_to_judge() -> None:
    """What the estimate takes seconds for is not asked of it."""
    signs = "4@8({[<369&#!1|0$57+%2"
    for text in (
        "4@3{9&1!0$57%2abcdefghijklmnopqrstuvwxyz",
        signs[::-1] * 2,
        signs * 11,
        "1" * 39 + "2",
        "l33t" * 10,
        "@(!$+" * 8,
    ):
        began = time.process_time()
        try:
            rules.checked(text, ADA)
        except DomainError:
            pass
        assert time.process_time() - began < 1, text
