"""Strict JSON: what two readers could read in two ways is refused, and what would cost much is refused early."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from flask import Flask
from pydantic import BaseModel, ConfigDict

from app.core.errors import DomainError, InvalidInput
from app.core.wire.http import MAX_JSON_DEPTH, parse_json, read_json


class Wanted(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    count: int
    name: str = ""


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"a": 1} x',
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b'[{"a": 1, "\\u0061": 2}]',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1e400",
        b"[1e-400]",
        b"[" + b"9" * 400 + b"]",
        b"[0." + b"1" * 400 + b"]",
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"[" * 60_000,
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": "\\udc00\\ud800"}',
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 01}',
        b'{"a": "\n"}',
    ],
)
def test_what_is_not_strict_json_is_refused(raw: bytes) -> None:
    with pytest.raises(DomainError) as refused:
        parse_json(raw)
    assert (refused.value.code, refused.value.status) == ("json_invalid", 400)


def test_ten_megabytes_are_refused_at_once() -> None:
    raw = b'"' + b"a" * 10_000_000 + b'"'
    began = time.monotonic()
    with pytest.raises(DomainError) as refused:
        parse_json(raw)
    assert (refused.value.code, refused.value.status) == ("body_too_large", 413)
    assert time.monotonic() - began < 10


def test_what_json_is_stays_as_it_is() -> None:
    assert parse_json(b'{"a": [1, -2, 0.10, 1e3, true, null, "\\ud83c\\udfb0 \\u00e9", ""]}') == {
        "a": [1, -2, Decimal("0.10"), Decimal("1000"), True, None, "\N{SLOT MACHINE} é", ""]
    }
    brackets_in_text = b'"' + b"[{" * 1_000 + b'"'
    assert parse_json(brackets_in_text) == "[{" * 1_000
    deep = b"[" * MAX_JSON_DEPTH + b"]" * MAX_JSON_DEPTH
    assert parse_json(deep) != []


def test_rates_are_exact() -> None:
    """A rate that went through a float would be 0.07000000000000000666…"""
    assert parse_json(b"0.07") * 100 == 7


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
def test_only_json_is_read_as_json(app: Flask, kind: str) -> None:
    with (
        app.test_request_context("/", method="POST", data=b'{"count": 1}', content_type=kind),
        pytest.raises(DomainError) as refused,
    ):
        read_json(Wanted)
    assert (refused.value.code, refused.value.status) == ("content_type_not_json", 415)


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        (b"{}", ["count"]),
        (b'{"count": "1"}', ["count"]),
        (b'{"count": true}', ["count"]),
        (b'{"count": 1.5}', ["count"]),
        (b'{"count": 1, "name": 2, "more": 3}', ["name", "more"]),
    ],
)
def test_every_field_at_fault_is_named(app: Flask, raw: bytes, fields: list[str]) -> None:
    with (
        app.test_request_context("/", method="POST", data=raw, content_type="application/json; charset=utf-8"),
        pytest.raises(InvalidInput) as refused,
    ):
        read_json(Wanted)
    assert [error.field for error in refused.value.errors] == fields


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b'"text"'])
def test_a_body_of_another_shape_is_refused(app: Flask, raw: bytes) -> None:
    with (
        app.test_request_context("/", method="POST", data=raw, content_type="application/json"),
        pytest.raises(InvalidInput),
    ):
        read_json(Wanted)
