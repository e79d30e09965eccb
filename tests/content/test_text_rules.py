"""Texts: what may be written and when readers get it; and Markdown that does nothing but read well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.content.texts import rules
from app.content.texts.markdown import html_of
from app.core.errors import DomainError
from app.core.web.languages import DRAFTS, LANGUAGES

NOW = datetime(2026, 11, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_texts_are_written_in_the_languages_of_the_pages() -> None:
    assert list(rules.LANGUAGES) == [tag for tag in LANGUAGES if tag not in DRAFTS]


@pytest.mark.parametrize(
    ("begins", "ends", "state"),
    [
        (None, None, "draft"),
        (NOW + HOUR, None, "waiting"),
        (NOW, None, "shown"),
        (NOW - HOUR, NOW + HOUR, "shown"),
        (NOW - HOUR, NOW, "over"),
    ],
)
def test_when_readers_get_it(begins: datetime | None, ends: datetime | None, state: str) -> None:
    assert rules.state_of(begins, ends, NOW) == state


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        (NOW + HOUR, NOW + HOUR, "until_before_from"),
        (NOW - 2 * HOUR, NOW - HOUR, "until_is_past"),
    ],
)
def test_schedules_that_show_nothing(begins: datetime, ends: datetime, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.require_schedule(begins, ends, NOW)
    assert (refused.value.code, refused.value.field) == (code, "until")


def _words(title: str, body: str = "x") -> dict[str, dict[str, str]]:
    return {"en": {"title": title, "body": body}}


@pytest.mark.parametrize(
    ("title", "body", "code"),
    [
        ("", "x", "title_missing"),
        ("a\0b", "x", "title_invalid"),
        ("x" * 121, "x", "title_invalid"),
        ("x", "a\u202eb", "body_invalid"),
        ("x", "x" * 20_001, "body_too_long"),
    ],
)
def test_words_that_are_refused(title: str, body: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.checked_words(_words(title, body))
    assert refused.value.code == code


def test_indents_and_empty_lines_mean_something() -> None:
    found = rules.checked_words(_words("x", "- a\r\n  - b\n\n\tc \n\n"))
    assert found["en"]["body"] == "- a\n  - b\n\n    c"


def test_what_is_published_is_there_in_every_language() -> None:
    whole = {tag: {"title": "x", "body": ""} for tag in rules.LANGUAGES}
    rules.require_whole("banner", whole)
    with pytest.raises(DomainError) as refused:
        rules.require_whole("question", whole)
    assert refused.value.code == "words_missing"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A *b*", "<h3>A <em>b</em></h3>"),
        ("###### deep", "<h3>deep</h3>"),
        ("[a](https://a.example)", '<a href="https://a.example" rel="noopener nofollow">a</a>'),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
    ],
)
def test_markdown_reads_well(text: str, html: str) -> None:
    assert html in html_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/x.png)",
        "[x](javascript:alert(1))",
        "[x](<data:text/html;base64,PHNjcmlwdD4=>)",
        "<javascript:alert(1)>",
        '[x](https://a.example "onmouseover=alert(1)")',
        "```html\n<iframe src=x>\n```",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_markdown_does_nothing(text: str) -> None:
    html = html_of(text)
    for bad in ("<script", "<img", "<iframe", 'href="javascript', 'href="data', "title=", "class="):
        assert bad not in html
