"""Player identifiers: one spelling each, and nothing in them that a page, a file or a spreadsheet could act upon."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.windows.rules import identifier
from tests.properties.profile import searched


@pytest.mark.parametrize(("given_", "tidy"), [
    ("ada", "ada"),
    ("  ada  ", "ada"),
    ("ada   lovelace", "ada lovelace"),
    ("A.d_a-1", "A.d_a-1"),
    ("Zoe\u0308", "Zo\u00eb"),  # two spellings of one name are one name
    ("\u0130stanbul", "\u0130stanbul"),
    ("漢字 かな", "漢字 かな"),
    ("\u0663\u0664", "\u0663\u0664"),  # decimal digits of any script
    ("x" * 120, "x" * 120),
])  # fmt: skip
def test_accepted(given_: str, tidy: str) -> None:
    assert identifier(given_) == tidy


@pytest.mark.parametrize("given_", [
    "", " ", "   ", "x" * 121, "x" * 100_000,
    "a\u200bb", "a\u200db", "\ufeffada", "a\u00adb",  # nothing that cannot be seen
    "a\u202eb", "\u2066a\u2069", "\u200fada",  # nothing that turns the line around
    "a\x00b", "a\nb", "a\tb", "a\x7fb", "a\u0085b", "a\u2028b",
    "a\u00a0b", "a\u3000b",  # a space is a space
    "<b>ada</b>", "ada&amp;", "\"ada\"", "'ada'", "../ada", "a/b", "a\\b",
    "=cmd()", "+1", "@ada", "a,b", "a;b", "50%", "a:b",
    "ada\ud800", "\U0001f600", "x\u0301\u0302\u0303",  # no marks that stay apart from their letter
    "\u2160\u00b2", "\ue000",
])  # fmt: skip
def test_refused(given_: str) -> None:
    assert identifier(given_) is None


@searched(500)
@given(st.text(max_size=130))
def test_a_tidy_identifier_is_tidy_already(text: str) -> None:
    tidy = identifier(text)
    if tidy is None:
        return
    assert identifier(tidy) == tidy == unicodedata.normalize("NFC", tidy)
    assert 1 <= len(tidy) <= 120
    assert tidy == tidy.strip()
    assert "  " not in tidy
    assert all(char in " ._-" or char.isalpha() or char.isdecimal() for char in tidy)
