"""What others have written stands apart from our words in every template: by `bdi`, or in attributes by `isolated`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import nodes

from tests.architecture.sources import TOP

TEMPLATES = TOP / "templates"
CHOSEN = {
    "display_name",
    "player_public_identifier",
    "player_private_identifier",
    "player_identifier",
    "player_uname",
    "verification_reason",
    "stopped_reason",
}
"""Attributes that hold texts of others, whatever the record is called."""
CHOSEN_OF = {
    ("embed", "title"),
    ("win", "player"),
    ("win", "site"),
    ("player", "public"),
    ("one", "player"),
    ("found", "player"),
    ("entry", "reason"),
    ("entry", "detail"),
    ("payout", "reason"),
    ("key", "name"),
    ("event", "payload"),
}
FIELDS_OF = {"looks"}  # forms have fields of the same names
KEPT_APART = {"bdi", "isolated", "urlencode"}
TEMPLATE_NAMES = sorted(
    str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if path.parent.name not in ("dev", "email")
)


def _is_chosen(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Filter) and node.name == "attr":
        return any(found.attr == "players" for found in node.find_all(nodes.Getattr))
    if not isinstance(node, nodes.Getattr):
        return False
    owner = getattr(node.node, "name", getattr(node.node, "attr", ""))
    if owner.endswith("form") or owner in FIELDS_OF:
        return False
    return node.attr in CHOSEN or (owner, node.attr) in CHOSEN_OF


def _loose(node: nodes.Node) -> Iterator[nodes.Node]:
    """Texts of others that are shown as they are; what is only asked about is not shown."""
    if isinstance(node, nodes.Filter) and node.name in KEPT_APART:
        return
    if _is_chosen(node):
        yield node
        return
    asked = {id(node.test)} if isinstance(node, nodes.If | nodes.CondExpr) else set()
    for child in node.iter_child_nodes():
        if id(child) not in asked and not isinstance(child, nodes.Compare):
            yield from _loose(child)


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_texts_of_others_stand_apart(app: Flask, name: str) -> None:
    parsed = app.jinja_env.parse((TEMPLATES / name).read_text(encoding="utf-8"))
    assert [f"{name}:{node.lineno} {node}" for node in _loose(parsed)] == []


def test_the_check_sees_what_is_loose(app: Flask) -> None:
    seen = lambda text: len(list(_loose(app.jinja_env.parse(text))))  # noqa: E731
    assert seen("{{ site.display_name }}") == seen("{{ _('at %(x)s', x=site.display_name) }}") == 1
    assert seen("{% set x = embed.title %}") == seen("{{ order|attr(records.players[0]) or '–' }}") == 1
    assert seen("{{ site.display_name|bdi }}{% if site.display_name %}{% endif %}") == 0
