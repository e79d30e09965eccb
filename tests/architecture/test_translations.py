"""What players read is there in every language, says the same, and fits where it is put."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from jinja2 import Environment, nodes

from app.core.web.languages import DRAFTS, LANGUAGES, SOURCE
from dev import translations
from tests.architecture.sources import TOP

_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
OTHERS = sorted(set(LANGUAGES) - {SOURCE})


@pytest.fixture(scope="module")
def source() -> Catalog:
    return translations.extract()


@pytest.fixture(scope="module", params=OTHERS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def catalogue(language: str) -> Catalog:
    return translations.read(language)


def _ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, list | tuple) else [str(message.id)]


def _said(message: Message) -> bool:
    """Whether there are words for it: a draft may lack some, and these stay English."""
    return bool(message.id) and all(translations.forms(message))


def test_a_draft_has_most_of_its_words() -> None:
    """Of the pages that it is offered on; there a sentence may be English, but not the page."""
    for language in sorted(DRAFTS):
        messages = [message for message in translations.read(language) if message.id]
        assert sum(_said(message) for message in messages) > 0.75 * len(messages), language


def test_every_language_has_its_catalogue() -> None:
    assert translations.languages() == OTHERS


def test_nothing_is_missing_unsure_or_left_over(source: Catalog, catalogue: Catalog) -> None:
    """`make translations` shows what to do. A draft may lack words; what it has is of its pages, and not left over."""
    if str(catalogue.locale) in DRAFTS:
        kept = {message.id for message in source if translations.is_wanted(message, str(catalogue.locale))}
        assert {message.id for message in catalogue} == kept
        return
    wanted, there = {message.id for message in source if message.id}, {message.id for message in catalogue}
    assert [one for one in wanted if one not in there] == []
    assert [one for one in there if one and one not in wanted] == []
    assert [message.id for message in catalogue if message.id and not all(translations.forms(message))] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert not catalogue.obsolete


def test_the_same_is_put_into_every_translation(catalogue: Catalog) -> None:
    wrong = []
    for message in catalogue:
        wanted = set(_PLACE.findall(_ids(message)[-1]))
        found = [set(_PLACE.findall(form)) for form in translations.forms(message)]
        if _said(message) and (found[-1] != wanted or any(not one <= wanted for one in found)):
            wrong.append(message.id)
    assert wrong == []


def test_placeholders_are_spelled_so_that_they_work(catalogue: Catalog) -> None:
    for message in catalogue:
        if _said(message) and "%(" in _ids(message)[-1]:
            values = dict.fromkeys(re.findall(r"%\((\w+)\)", _ids(message)[-1]), 7)
            assert all("%(" not in form % values for form in translations.forms(message)), message.id


def test_plurals_have_the_forms_of_their_language(catalogue: Catalog, language: str) -> None:
    for message in catalogue:
        if message.id and message.pluralizable:
            assert len(translations.forms(message)) == catalogue.num_plurals, message.id
    assert catalogue.locale is not None
    assert str(catalogue.locale) == language


def test_a_name_is_never_translated(catalogue: Catalog) -> None:
    names = ("Tiraj", "Luckotto", "Bitcoin", "SHA-256", "BTC")
    for message in catalogue:
        for form in translations.forms(message) if _said(message) else []:
            assert all(name.lower() in form.lower() for name in names if name in _ids(message)[-1]), message.id


def _needs(environment: Environment, file: Path) -> set[str]:
    """The templates that a template is made of."""
    found = environment.parse(file.read_text()).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport))
    names = [node.template for node in found if isinstance(node.template, nodes.Const)]  # type: ignore[attr-defined]
    return {str(name.value) for name in names}


def test_what_a_translated_page_is_made_of_is_translated_too() -> None:
    listed = re.findall(r"^\[jinja2: (.+)\]$", translations.MAPPING.read_text(), flags=re.MULTILINE)
    files = {file for pattern in listed for file in TOP.glob(pattern.replace("**.html", "**/*.html"))}
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    parts = {TOP / "templates" / name for file in files for name in _needs(environment, file)}
    assert sorted(str(part.relative_to(TOP)) for part in parts - files) == []


def test_french_keeps_a_space_that_does_not_break_before_its_signs() -> None:
    """Before : ; ? ! and », and after «: else one of them begins a line, or sticks to its word."""
    wrong = re.compile(r"(?<![\xa0\u202f\d:])[:;?!»](?=\s|$)|«(?![\xa0\u202f])")
    forms = [form for message in translations.read("fr") if message.id for form in translations.forms(message)]
    assert [form for form in forms if wrong.search(re.sub(r"https?://\S*", "", form))] == []
