"""Words of the dictionary: forgiven their accents and spelling; numbers: two digits each, or refused."""

from __future__ import annotations

import pytest

from app.content.tchala import importing, rules
from app.core.errors import DomainError


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Lanmò", "lanmo"),
        ("  MÈT-kay  la ", "met kay la"),
        ("l’œil", "l oeil"),
        ("Zaf\u0301è", "zafe"),
        ("\0;--", ""),
    ],
)
def test_accents_case_and_signs_are_forgiven(text: str, folded: str) -> None:
    assert rules.fold(text) == folded


@pytest.mark.parametrize(
    ("asked", "words", "near"),
    [
        ("chen", ("chen", "chien", "dog"), True),
        ("che", ("chen", "chien", "dog"), True),  # somebody is still typing
        ("tranbleman te", ("tranblemanntè", "", ""), True),
        ("koulev", ("koulèv", "", ""), True),
        ("kulev", ("koulèv", "", ""), True),
        ("bebe", ("ti bebe", "", ""), True),
        ("dog", ("chat", "chat", "cat"), False),
        ("x", ("chen", "", ""), False),
    ],
)
def test_what_is_near(asked: str, words: tuple[str, ...], near: bool) -> None:
    assert (rules.nearness(asked, words) > 0) is near


def test_the_word_itself_is_nearer_than_what_begins_with_it_and_that_than_what_is_like_it() -> None:
    near = [rules.nearness("chat", (word,)) for word in ("Chat", "chatiman", "chata", "cha")]
    assert near[0] > near[1] == near[2] > near[3] > 0


@pytest.mark.parametrize("numbers", ["", "7", "007", "07 07", "١٢", "00 01 02 03 04 05 06", "7-8", "ab"])
def test_numbers_that_are_none(numbers: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.entry("chen", "", "", numbers)
    assert (refused.value.code, refused.value.field) == ("dream_numbers_invalid", "numbers")


@pytest.mark.parametrize("word", ["a\0b", "\u202echen", "x" * 81, "--"])
def test_words_that_are_none(word: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.entry(word, "", "", "07")
    assert (refused.value.code, refused.value.field) == ("dream_word_invalid", "ht")


def test_our_own_list_is_whole() -> None:
    found = importing.read(importing.own_list())
    assert found.bad == ()
    assert len(found.entries) > 100
    assert all(one.ht and one.fr and one.en for one in found.entries)
    assert {number for one in found.entries for number in one.numbers} == {f"{n:02}" for n in range(100)}


def test_each_bad_line_is_named_and_the_others_are_read() -> None:
    text = 'ht;numbers;en;fr\nchen;07 17;dog;chien\nchat;7;cat;chat\n\nCHÈN;08;;\nrat;09\n;10;;\n"dlo;11;;\n'
    found = importing.read(text)
    assert [(one.ht, one.fr, one.numbers) for one in found.entries] == [("chen", "chien", ("07", "17"))]
    assert [(row.line, row.error.code) for row in found.bad] == [
        (3, "dream_numbers_invalid"),
        (5, "dream_twice"),
        (6, "row_columns"),
        (7, "dream_word_missing"),
        (8, "csv_not_read"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "csv_columns"),
        ("ht,fr,en\nchen,,\n", "csv_columns"),
        ("numbers,ht,fr,en\n", "csv_empty"),
        ("numbers,ht,fr,en\n" + "07,chen,,\n" * 3_001, "csv_too_long"),
    ],
)
def test_files_that_are_no_list(text: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        importing.read(text)
    assert (refused.value.code, refused.value.field) == (code, "file")


@pytest.mark.parametrize(
    ("content", "code"), [(b"\xff\xfe", "csv_not_text"), (b" \n", "csv_missing"), (b"x" * 400_001, "csv_too_long")]
)
def test_files_that_are_no_text(content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        importing.decoded(content)
    assert refused.value.code == code
