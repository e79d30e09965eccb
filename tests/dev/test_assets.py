"""The icon sprite."""

from __future__ import annotations

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
