"""JSON as bitcoind writes it: amounts with eight decimals, integers whole, parsed amounts exact."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring_ascii
from typing import Any

from dev.node.policy import MAX_MONEY


class Amount(int):
    """Sats, written as bitcoins."""


def dumps(value: Any) -> str:
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts)


def _write(value: Any, put: Any) -> None:
    if isinstance(value, str):
        put(encode_basestring_ascii(value))
    elif value is None or isinstance(value, bool):
        put({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, Amount):
        whole, rest = divmod(abs(value), 100_000_000)
        put(f"{'-' if value < 0 else ''}{whole}.{rest:08d}")
    elif isinstance(value, int):
        put(str(value))
    elif isinstance(value, float | Decimal):
        put(f"{value:.16g}")  # bitcoind's precision
    elif isinstance(value, dict):
        for i, (key, item) in enumerate(value.items()):
            put(("," if i else "{") + encode_basestring_ascii(str(key)) + ":")
            _write(item, put)
        put("}" if value else "{}")
    else:
        for i, item in enumerate(value):
            put("," if i else "[")
            _write(item, put)
        put("]" if value else "[]")


def loads(body: bytes) -> Any:
    """ValueError for anything that is not one JSON value."""
    return json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse)


def _refuse(name: str) -> Any:
    raise ValueError(name)


def parse_amount(value: Any) -> int:
    """Sats of an amount given as number or string; ValueError with bitcoind's message."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("Amount is not a number or string")
    try:
        sats = Decimal(value) * 100_000_000
        whole = int(sats)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise ValueError("Invalid amount") from error
    if sats != whole:
        raise ValueError("Invalid amount")
    if not 0 <= whole <= MAX_MONEY:
        raise ValueError("Amount out of range")
    return whole
