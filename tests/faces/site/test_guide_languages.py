"""The guide in the languages of its players, and a word in theirs on what is in English alone."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.core.web.languages import DRAFTS, LANGUAGES, SOURCE

GUIDE = ("/docs", "/docs/faq")
ENGLISH = ("/docs/platform", "/docs/technical", "/docs/utilities", "/docs/api")
SAID = {"fr": "Cette page n’existe qu’en anglais.", "ht": "Paj sa a an anglè sèlman."}
OTHERS = sorted(set(LANGUAGES) - {SOURCE, *DRAFTS})


def text_of(client: FlaskClient, path: str, accept: str = "") -> str:
    return client.get(path, headers={"Accept-Language": accept} if accept else {}).get_data(as_text=True)


def paragraphs(page: str) -> list[str]:
    """What is read in the body of a page, without links."""
    main = page[page.index("<main") : page.index("</main>")]
    found = [re.sub(r"<[^>]+>", "", part).strip() for part in re.findall(r"<(?:p|h2|h3|li)\b[^>]*>(.*?)</", main, re.S)]
    return [" ".join(part.split()) for part in found if len(part) > 30]


@pytest.mark.parametrize("path", GUIDE)
@pytest.mark.parametrize("language", OTHERS)
def test_nothing_of_the_guide_is_left_in_english(client: FlaskClient, path: str, language: str) -> None:
    page = text_of(client, f"{path}?lang={language}")
    assert f'<html lang="{language}"' in page
    mine, english = paragraphs(page), paragraphs(text_of(client, f"{path}?lang=en"))
    assert len(mine) > 15
    assert set(mine) & set(english) == set()
    assert not any(said in page for said in SAID.values())


@pytest.mark.parametrize("path", ENGLISH)
@pytest.mark.parametrize("language", OTHERS)
def test_what_is_in_english_alone_says_so(client: FlaskClient, path: str, language: str) -> None:
    for page in (text_of(client, f"{path}?lang={language}"), text_of(client, path, f"{language}-XX, en;q=0.5")):
        assert '<html lang="en"' in page
        assert f' lang="{language}">{SAID[language]}</p>' in page


@pytest.mark.parametrize("path", [*GUIDE, *ENGLISH])
@pytest.mark.parametrize("language", sorted(DRAFTS))
def test_a_draft_has_no_guide_yet(client: FlaskClient, path: str, language: str) -> None:
    assert '<html lang="en"' in text_of(client, f"{path}?lang={language}")


@pytest.mark.parametrize("path", ENGLISH)
def test_whoever_reads_english_is_told_nothing(client: FlaskClient, path: str) -> None:
    for page in (text_of(client, path), text_of(client, f"{path}?lang=en", "fr"), text_of(client, path, "de")):
        assert not any(said in page for said in SAID.values())
