"""What judges every page of the run sees what was wrong once, and takes what is right; a template asks nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.database.session import db
from tests import rendering
from tests.html_pages import Kept, faults

PAGE = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Page</title></head>'
    '<body><main><h1>Page</h1><form hx-post="/x" hx-swap="none">{}<button type="submit">Go</button></form></main>'
    "</body></html>\n"
)
RIGHT = '<label><input type="file" name="files" multiple> Files</label>'


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ('<label><input type="checkbox" name="n" value="1" autocomplete="off"> One</label>', "valid-autocomplete"),
        ('<label><input type="file" name="files" multiple="True"> Files</label>', "attribute-allowed-values"),
        ('<label><input type="file" name="files" value=""> Files</label>', "file-value"),
        ('<label for="a">A</label>', "no-missing-references"),
    ],
)
def test_the_judge_sees(tmp_path: Path, wrong: str, rule: str) -> None:
    kept = Kept(tmp_path)
    kept.keep("right", PAGE.format(RIGHT))
    kept.keep("wrong", PAGE.format(wrong))
    said = faults(tmp_path)
    assert [line.partition(":")[0] for line in said] == [rule], said
    assert "wrong." in said[0]


def test_a_statement_is_seen_where_a_template_asks(client: FlaskClient, app: Flask) -> None:
    asks = app.jinja_env.from_string("{% set n = 1 %}\n<p>{{ ask() }}</p>\n")
    with app.test_request_context():
        assert asks.render(ask=lambda: db.session.scalar(text("SELECT 7"))) == "<p>7</p>"
    assert [said.partition(": ")[2] for said in rendering.found] == ["SELECT 7"]
    rendering.found.clear()
    with app.test_request_context():
        seven = db.session.scalar(text("SELECT 7"))
        assert asks.render(ask=lambda: seven) == "<p>7</p>"
    assert rendering.found == []
