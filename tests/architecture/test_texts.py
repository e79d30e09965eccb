"""Everything a person reads goes through gettext: no bare words in templates, no bare sentences from code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from tests.architecture.sources import PRODUCT, TOP, name_of, python_files, tree

TEMPLATES = TOP / "templates"
_DEVELOPMENT_ONLY = {"dev"}
_TRANSLATORS = {"_", "gettext", "ngettext", "pgettext", "npgettext", "lazy_gettext", "lazy_ngettext"}
_MARK = "\N{OBJECT REPLACEMENT CHARACTER}"
_WORD = re.compile(rf"(?<![-\w{_MARK}])[^\W\d_]{{3,}}")
_NAMES = {
    "Tiraj",
    "Bitcoin",
    "BTC",
    "sat",
    "sats",
    "SHA",
    "UTC",
    "QR",
    "JSON",
    "Python",
    "TapTweak",
    "bech",
    "AGPL",
    "txid",
    "vout",
    "BIP",
    "mod",
    "int",
    "hash",
    "sha",
}
"""Names, units and symbols are the same in every language."""
_SPOKEN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "data-copied", "content"}
_SILENT_ELEMENTS = {"script", "style", "code", "pre", "kbd", "samp", "svg"}
_METADATA = re.compile(r"^(width=|noindex|strict-|\{|light|dark|#|telephone)")


def _templates() -> list[str]:
    found = (path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt", ".svg"))
    return sorted(str(path) for path in found if path.parts[0] not in _DEVELOPMENT_ONLY)


def _bare_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word not in _NAMES]


class _Reader(HTMLParser):
    """Collects what a reader would meet in the literal parts of a template."""

    def __init__(self) -> None:
        super().__init__()
        self.silent: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT_ELEMENTS:
            self.silent.append(tag)
        for name, value in attrs:
            if name in _SPOKEN_ATTRIBUTES and value and not _METADATA.match(value):
                self.found += _bare_words(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            self.silent.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found += _bare_words(data)


def _literal_text(template: nodes.Template) -> str:
    """What stands outside of expressions; each expression leaves a mark that is no word."""
    values = {
        id(output)
        for node in template.find_all((nodes.AssignBlock, nodes.Block))
        if not isinstance(node, nodes.Block) or node.name.endswith(("class", "width"))
        for output in node.find_all(nodes.Output)
    }
    return "".join(
        part.data if isinstance(part, nodes.TemplateData) else _MARK
        for output in template.find_all(nodes.Output)
        if id(output) not in values
        for part in output.nodes
    )


def _sentences(node: nodes.Node) -> Iterator[str]:
    """String constants that look like sentences and are not handed to a translator."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in _TRANSLATORS:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and _is_sentence(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _sentences(child)


def _is_sentence(text: str) -> bool:
    return bool(re.match(r"[A-Z][a-z]+[ ,.]", text)) and len(_bare_words(text)) > 1


def bare_texts(app: Flask, source: str, *, is_html: bool = True) -> list[str]:
    template = app.jinja_env.parse(source)
    found = list(_sentences(template))
    literal = _literal_text(template)
    if not is_html:
        return found + _bare_words(re.sub(r"\{[^}]*\}", "", literal))
    reader = _Reader()
    reader.feed(literal)
    reader.close()
    return found + reader.found


@pytest.mark.parametrize("name", _templates())
def test_a_template_speaks_through_gettext(app: Flask, name: str) -> None:
    source = (TEMPLATES / name).read_text()
    assert bare_texts(app, source, is_html=not name.endswith(".txt")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Buy a ticket</p>", ["Buy", "ticket"]),
        ("<p>{{ _('Buy a ticket') }}</p>", []),
        ("<p>{% trans %}Buy a ticket{% endtrans %}</p>", []),
        ("{% if sold %}<p>Sold {{ n }}</p>{% endif %}", ["Sold"]),
        ("<input placeholder='Your name'>", ["Your", "name"]),
        ("<input placeholder='{{ _('Your name') }}' class='wide field'>", []),
        ("{{ notice('Nobody has paid yet') }}", ["Nobody has paid yet"]),
        ("<code>taptweak example</code> <b>{{ n }} sat</b>", []),
    ],
)
def test_bare_words_are_found(app: Flask, source: str, found: list[str]) -> None:
    assert bare_texts(app, source) == found


def _untranslated(file: Path) -> Iterator[str]:
    """`flash("…")`, `ValidationError("…")`: sentences for people that no translator saw."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[0]
            spoken = node.func.id in {"flash", "ValidationError", "StopValidation"}
            if spoken and isinstance(first, ast.Constant | ast.JoinedStr):
                yield f"{name_of(file)}:{node.lineno}"
            raised = node.func.id in {"DomainError", "NotFound", "Unavailable"}
            if raised and isinstance(first, ast.Constant) and not re.fullmatch(r"[a-z0-9_]+", str(first.value)):
                yield f"{name_of(file)}:{node.lineno}"


def test_code_speaks_through_gettext_and_refuses_in_codes() -> None:
    assert [place for file in python_files(*PRODUCT) for place in _untranslated(file)] == []
