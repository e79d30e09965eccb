"""Numbers, hashes and times read the same on every page, and copy exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, IntegerField, RadioField, SelectField, StringField, validators

from app.catalogue.games import assemble
from app.core.errors import DomainError, InvalidInput, NotFound
from app.core.web import templating
from app.wiring import PRODUCT


class Settings(Form):
    title = StringField(
        "Title", [validators.InputRequired(message="Give it a title.")], description="Players see this."
    )
    edge = IntegerField("Edge", [validators.Optional()])
    agreed = BooleanField("Agreed", [validators.InputRequired(message="Please agree.")])
    mode = RadioField("Mode", choices=[("draft", "Draft"), ("live", "Live")])


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Flask]:
    """A bare application with the product's templates and its own static folder."""
    bare = Flask(
        "pages", static_folder=str(tmp_path), static_url_path="/static", template_folder=str(ROOT / "templates")
    )
    Babel(bare)
    templating.register(bare)
    assemble(bare, PRODUCT.games)  # the navigation leads to every game
    with bare.test_request_context():
        yield bare


def render(app: Flask, source: str, **values: object) -> str:
    return app.jinja_env.from_string(source).render(**values)


def test_amounts_have_thousands_and_no_exponent(pages: Flask) -> None:
    assert render(pages, "{{ n|sats }}", n=2_100_000_000_000_000) == "2,100,000,000,000,000"
    assert render(pages, "{{ n|btc }}", n=1) == "0.00000001"
    assert render(pages, "{{ n|btc }}", n=2_100_000_000_000_000) == "21000000.00000000"
    assert render(pages, "{{ n|btc }}", n=-150_000_000) == "-1.50000000"


@pytest.mark.parametrize("text", ["", "abc", "abcd", "bcrt1p" + "q" * 58, "0f" * 32])
def test_groups_join_to_the_same_text(text: str) -> None:
    assert "".join(templating.groups4(text)) == text


def test_a_hash_is_copied_without_spaces(pages: Flask) -> None:
    value = "00ff" * 16
    page = render(pages, "{% from 'shared/_hash.html' import hash %}{{ hash(v) }}", v=value)
    assert re.sub(r"<[^>]*>", "", page).strip() == value


def test_short_hash_keeps_short_texts_whole() -> None:
    assert templating.short_hash("abcdef") == "abcdef"
    assert templating.short_hash("0123456789abcdef0123456789abcdef") == "01234567…89abcdef"


def test_tickets_keep_their_leading_zeros() -> None:
    assert templating.ticket(42, 6) == "000042"


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 10, "0%"), (10, 10, "100%"), (1, 3, "33.333333%"), (20, 10, "100%"), (-1, 10, "0%"), (1, 0, "0%")],
)
def test_shares_stay_within_the_picture(part: int, whole: int, expected: str) -> None:
    assert templating.share(part, whole) == expected


def test_times_are_utc_and_say_so(pages: Flask) -> None:
    moment = datetime(2031, 5, 6, 7, 8, 9, tzinfo=timezone(timedelta(hours=-5)))
    assert render(pages, "{{ t|utc }}", t=moment) == "6 May 2031, 12:08 UTC"
    assert templating.iso(moment) == "2031-05-06T12:08:09Z"
    assert templating.iso(datetime(2031, 5, 6, tzinfo=UTC)) == "2031-05-06T00:00:00Z"


def test_rates_and_durations(pages: Flask) -> None:
    assert render(pages, "{{ 0.1|percent }} {{ 0.015|percent(1) }}") == "10% 1.5%"
    assert render(pages, "{{ 1200|duration }}") == "20 minutes"
    assert render(pages, "{{ 10|duration }}") == "less than a minute"


def test_an_asset_changes_its_address_with_its_content(pages: Flask, tmp_path: Path) -> None:
    asset = tmp_path / "a.css"
    asset.write_text("a{}")
    first = templating.asset_url("a.css")
    asset.write_text("a{b:c}")
    assert re.fullmatch(r"/static/a\.css\?v=[0-9a-f]{12}", first)
    assert templating.asset_url("a.css") != first
    assert templating.asset_url("missing.css") == "/static/missing.css"


@pytest.mark.parametrize(
    ("accent", "ink"), [("ffffff", "#000000"), ("000000", "#ffffff"), ("2543c4", "#ffffff"), ("00ff00", "#000000")]
)
def test_words_on_an_accent_can_be_read(accent: str, ink: str) -> None:
    assert templating.accent_ink(accent) == ink


def test_every_shade_of_accent_finds_an_ink() -> None:
    for shade in range(256):
        accent = f"{shade:02x}" * 3
        luminance = templating._linear(shade / 255)
        ink = 1.0 if templating.accent_ink(accent) == "#ffffff" else 0.0
        assert (max(luminance, ink) + 0.05) / (min(luminance, ink) + 0.05) >= 4.5


def test_a_qr_code_carries_no_style(pages: Flask) -> None:
    svg = str(templating.qr_svg("bitcoin:bcrt1qexample?amount=0.00000100"))
    assert svg.startswith("<svg ")
    assert "viewBox" in svg
    assert not re.search("style|script", svg)


def test_no_template_carries_inline_style_or_script() -> None:
    """The content security policy forbids them. Mail is no page: its base has one style element."""
    for file in sorted((ROOT / "templates").rglob("*.html")):
        if "email" in file.parts:
            continue
        text = file.read_text()
        assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", text), file
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), file


def test_a_wrong_field_keeps_its_value_and_is_tied_to_its_error(pages: Flask) -> None:
    form = Settings(MultiDict({"title": "", "edge": "ten", "mode": "draft"}))
    assert not form.validate()
    source = (
        "{% from 'shared/_forms.html' import field as f %}{% for x in form %}{{ f(x, inputmode='text') }}{% endfor %}"
    )
    page = render(pages, source, form=form)
    assert re.search(r'<input[^>]*aria-describedby="title-error title-hint"[^>]*aria-invalid="true"', page)
    assert 'id="title-error"' in page
    assert 'id="title-hint"' in page
    assert 'value="ten"' in page
    assert "(optional)" in page
    assert re.search(r'<input[^>]*aria-describedby="agreed-error"[^>]*type="checkbox"', page)
    assert page.count('type="radio"') == 2
    assert 'inputmode="text"' in page
    assert page.count("autofocus") == 1, "of three wrong fields the first"


def test_a_choice_that_is_always_made_is_not_required(pages: Flask) -> None:
    """HTML wants an empty first option of a required one, and there is no empty choice."""

    class Edge(Form):
        percent = SelectField("Edge", [validators.InputRequired()], choices=[("10", "10 %"), ("5", "5 %")])

    page = render(pages, "{% from 'shared/_forms.html' import field %}{{ field(form.percent) }}", form=Edge())
    assert "<select" in page
    assert "required" not in page
    assert "(optional)" not in page


def test_every_part_renders_in_both_chromes(pages: Flask) -> None:
    frame = {
        "title": "A <b>partner</b>",
        "accent": "ff9900",
        "parent_origins": ["https://a.example", "https://b.example"],
    }
    for surface in ("website", "shared website", "embed", "shared embed"):
        template = pages.jinja_env.get_template("dev/style.html")
        page = template.render(surface=surface, now=datetime(2031, 5, 6, tzinfo=UTC), embed=frame, config=pages.config)
        assert page.count("<h1") == 1
        assert "/embed/theme/ff9900.css" in page
        assert "<b>partner" not in page
        framed = "embed" in surface
        assert ('data-parent-origins="https://a.example https://b.example"' in page) == framed
        assert ("embed-head" in page) == framed


def test_a_refusal_is_told_in_words(pages: Flask) -> None:
    refusals = InvalidInput([DomainError("input_missing", field="title"), DomainError("input_int_type", field="edge")])
    page = pages.jinja_env.get_template("shared/_error.html").render(error=refusals)
    assert 'data-problem="invalid_input"' in page
    assert page.count("<li>") == 2
    page = pages.jinja_env.get_template("shared/error.html").render(
        error=NotFound(), surface="website", layout="base.html", config=pages.config
    )
    assert "There is nothing here." in page
