"""What people call themselves and their things: every script's words, one spelling each, and nothing that is hidden."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import names
from app.core.text.names import private_name, public_name, title
from tests.properties.profile import searched
from tests.settings import EXPLORE

REAL = [
    "राम",
    "नेपाली क्\u200dषे",
    "Ọ̀ṣun",
    "مُحَمَّد",
    "می\u200cخواهم",
    "שָׁלוֹם",
    "བསྟན་འཛིན",
    "မြို့",
    "ភ្នំពេញ",
    "Gal·la",
    "O'Brien",
    "d’Arc",
    "'t Hooft",
    "Jean-Luc",
    "Zoë",
    "漢字 かな",
    "Nguyễn Thị",
    "தமிழ்",
    "ഡിസൈൻ",
    "র\u200d্যাচেল",
    "ರ\u200d್ಯಾಂಕ್",
    "בן־גוריון",
    "Տէր֊Պետրոսեան",
    "José.da_Silva-3",
    "\u0663\u0664",
]


@pytest.mark.parametrize("name", REAL)
def test_names_of_every_script(name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    assert public_name(name) == private_name(name) == composed
    assert public_name(unicodedata.normalize("NFD", name)) == composed, "two spellings of one name are one name"


@pytest.mark.parametrize(
    ("given_", "tidy"),
    [
        ("ada", "ada"),
        ("  ada  ", "ada"),
        ("ada   lovelace", "ada lovelace"),
        ("A.d_a-1", "A.d_a-1"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u0130stanbul", "\u0130stanbul"),
        ("x" * 120, "x" * 120),
        ("___", "___"),
        (".", "."),
    ],
)
def test_one_spelling(given_: str, tidy: str) -> None:
    assert public_name(given_) == tidy


HIDDEN = [
    "a\u200bb",
    "a\u200db",
    "a\u200cb",
    "\ufeffada",
    "a\u00adb",
    "a\u034fb",
    "a\ufe0fb",
    "a\U000e0100b",
    "\u3164",
    "a\u115fb",
    "\uffa0",
    "a\u17b4b",
    "a\u180bb",
    "a\u2060b",
    "a\U000e0061b",
    "a\u061cb",
    "a\u202eb",
    "\u2066a\u2069",
    "\u200fada",
    "a\u200eb",
    "a\x00b",
    "a\nb",
    "a\x7fb",
    "a\u0085b",
    "a\u2028b",
    "ada\ud800",
    "\ue000",
    "a\U000e1000",
    "\u094d\u200d\u094d\u200d",
    "a\U00016fe4b",
    "a\U00013441b",
    "\U0001d159",
    "র\u200d্",
    "ক\u200d্ষ",
]


@pytest.mark.parametrize("text", HIDDEN, ids=ascii)
def test_nothing_hidden_in_any_name(text: str) -> None:
    assert public_name(text) is None
    assert private_name(text) is None
    drawn = text.replace("\ufe0f", "")  # how a picture is drawn is forgotten, and nothing else
    assert names.title(text, 80) in (None, drawn if drawn != text else None)
    assert names.words(text, 200) in (None, text.replace("\ufe0f", "") if drawn != text or "\n" in text else None)


_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]")
_VAST = regex.compile(r"[[\p{Cn}\p{Co}\p{Cs}]--\p{Default_Ignorable_Code_Point}]+", regex.V1)
_EVERY = 1 if EXPLORE else 251


def hidden_code_points() -> list[str]:
    """Each one; of a stretch that nobody has named, that is private or half a code, both ends and some within."""
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    stretches = [everything[one.start() : one.end()] for one in _VAST.finditer(everything)]
    chosen = {char for one in stretches for char in (*one[::_EVERY], one[-1])}
    assert sum(map(len, stretches)) > 900_000
    assert len(stretches) > 600
    return sorted(chosen.union(_UNSEEN.findall(_VAST.sub("", everything))))


def test_no_code_point_that_unicode_hides_is_in_any_name() -> None:
    """Between two letters, one by one."""
    hidden = hidden_code_points()
    assert len(hidden) > 4_000 + 600
    forgotten = {"\ufe0e", "\ufe0f"}
    let_in = [hex(ord(char)) for char in hidden if public_name(f"a{char}b") or private_name(f"a{char}b")]
    assert let_in == []
    assert {char for char in hidden if names.title(f"a{char}b", 80)} == forgotten


@pytest.mark.parametrize(
    "text",
    [
        "\u0301a",
        "a \u0301",
        "ada\u0301\u0301",
        "x\u0301\u0302\u0303\u0300\u0304\u0305",
        "x\u0331\u0331",
        "e" + "\u0489" * 20,
        "a\U0001d165\U0001d16e\U0001d16f\U0001d170\U0001d171",
        "a\U0001d165\U0001d165",
        "क्\u200d्\u200d्",
        "a\u20dd",
    ],
    ids=ascii,
)
def test_marks_stay_on_a_letter_and_do_not_stack(text: str) -> None:
    assert public_name(text) is None
    assert private_name(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "   ",
        "x" * 121,
        "x" * 100_000,
        "a\tb",
        "a\u00a0b",
        "a\u3000b",
        "<b>ada</b>",
        "ada&amp;",
        '"ada"',
        "../ada",
        "a/b",
        "a\\b",
        "=cmd()",
        "+1",
        "@ada",
        "a,b",
        "a;b",
        "50%",
        "a:b",
        "\U0001f600",
        "\u2160\u00b2",
        "auth0|x",
        "user#1",
        "ada@example.com",
    ],
    ids=ascii,
)
def test_what_no_public_name_has(text: str) -> None:
    assert public_name(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "auth0|5f7c8ec7c33c6c004bbafe82",
        "user#1",
        "ada@example.com",
        "urn:x:player/7",
        "google-oauth2|1",
        "a+b=c",
        "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}",
        "00042",
        "=1+1",
        "50%",
        "a,b;c",
        "!",
    ],
)
def test_what_partners_use_as_ids_is_a_private_name(text: str) -> None:
    assert private_name(text) == text


@pytest.mark.parametrize("text", ["<b>", 'a"b', "a\\b", "a`b", "", "a\u00a0b", "\U0001f600", "x" * 121], ids=ascii)
def test_what_no_private_name_has(text: str) -> None:
    assert private_name(text) is None


@searched(250)
@given(st.text(max_size=130))
def test_a_tidy_name_is_tidy_already(text: str) -> None:
    tidy = public_name(text)
    if tidy is None:
        return
    assert public_name(tidy) == private_name(tidy) == tidy == unicodedata.normalize("NFC", tidy)
    assert 1 <= len(tidy) <= 120
    assert tidy == tidy.strip()
    assert "  " not in tidy
    assert not regex.search(r"\p{Default_Ignorable_Code_Point}", tidy.replace("\u200c", "").replace("\u200d", ""))


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("Boutik Chans 🍀", "Boutik Chans 🍀"),
        ("❤\ufe0f Lotto", "❤ Lotto"),
        ("👨\u200d👩\u200d👧", None),
        ("👨\u200d👩\u200d👧 Lotto", "👨\u200d👩\u200d👧 Lotto"),
        ("Loterie «\u00a0Étoile\u00a0»", "Loterie « Étoile »"),
        ("राम & Sons", "राम & Sons"),
        ("a\u200db", None),
        ("---", None),
        ("a\nb", None),
        ("x" * 81, None),
        ("Z\u0331\u0302\u0303\u0300\u0304\u0305algo", None),
    ],
)
def test_titles(given_: str, kept: str | None) -> None:
    assert names.title(given_, 80) == kept


def test_words_have_lines() -> None:
    assert names.words("one\r\n\n two\tthree ", 100) == "one\ntwo three"
    assert names.words("a\u202eb", 100) is None
    assert names.words("", 100) == ""
    assert names.words("x\n" * 60, 100) is None


def test_a_search_is_spelled_as_names_are() -> None:
    assert names.composed("Zoe\u0308", 10) == "Zo\u00eb"
    assert names.composed("می\u200cخواهم", 20) == "می\u200cخواهم"
    assert names.composed("", 10) == ""
    assert names.composed("東京\u3000くじ ❤\ufe0f", 20) == "東京 くじ ❤", "as titles are"
    assert names.composed("a\u202eb", 10) is None
    assert names.composed("x" * 11, 10) is None


@pytest.mark.parametrize("name", [public_name, private_name, lambda text: title(text, 50)])
def test_ascii_alone_is_held_against_the_same_rules(name: Callable[[str], str | None]) -> None:
    """The short way for it leaves out marks, joiners and what hides: it has none."""
    for code in range(128):
        short, long = name(f"a{chr(code)}b"), name(f"a{chr(code)}bé")
        assert (short is None) == (long is None), hex(code)
        assert short is None or long == f"{short}é"
