"""The icon sprite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dev import assets


def test_comments_and_repeats_are_no_names():
    assert assets.icon_names("# a list\ncheck\n\ncopy # for addresses\ncheck\n") == ["check", "copy"]


def test_an_icon_becomes_a_symbol():
    svg = '<!-- a licence -->\n<svg\n  class="x"\n>\n  <path d="M1 1" />\n</svg>\n'
    assert assets.symbol("check", svg) == '<symbol id="check" viewBox="0 0 24 24"><path d="M1 1" /></symbol>'


def test_an_unknown_icon_is_named(tmp_path: Path):
    with pytest.raises(ValueError, match="no-such-icon"):
        assets.sprite(["no-such-icon"], tmp_path)


def test_the_sprite_has_what_pages_use_and_no_more():
    """Every page loads it."""
    listed = assets.icon_names((assets.TOP / "static" / "icons.txt").read_text())
    files = [file for name in ("templates", "app") for file in (assets.TOP / name).rglob("*") if file.is_file()]
    sources = "".join(file.read_text() for file in files if file.suffix in (".html", ".py"))
    assert [name for name in re.findall(r"\bicon\('([a-z0-9-]+)'", sources) if name not in listed] == []
    assert [name for name in listed if not re.search(rf"['\"]{name}['\"]", sources)] == []
