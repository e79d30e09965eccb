"""What somebody pasted or dropped: which of the things that can be checked it is. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from app.core.text.pdf.attached import MARK, attached
from app.money.payouts.signed import psbt
from app.money.payouts.signed.pasted import text_of
from app.money.payouts.signed.psbt import Transaction

_TXID: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Txid:
    """The id of a transaction, as explorers print it."""

    txid: str


@dataclass(frozen=True, slots=True)
class Spend:
    """A PSBT, or a signed transaction."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Receipt:
    """An order with its terms: a receipt file, or the document with one inside, the record of a slip, or what the API
    says of either. `leaves`: hashes of the log's entries that it has. `is_whole`: it is a receipt, which says more
    than its terms; `said` are all its members."""

    internal_key: str
    terms: str
    network: str
    address: str
    commitment: str | None
    order_id: str | None
    leaves: tuple[str, ...]
    is_whole: bool
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A round's proof, or a part of it. `game` is None in those from before there were several. `said`: what it says of
    the round, its seal and its draw, as the round's record names it."""

    game: str | None
    round_number: int
    status: str
    said: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class BetDraw:
    """A draw of bets with its evidence."""

    game: str
    name: str


@dataclass(frozen=True, slots=True)
class BetTicket:
    """A receipt of bets. `leaves`: hashes of the log's entries that it has, `draws`: those that it has bets on."""

    game: str
    code: str
    leaves: tuple[str, ...]
    draws: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """None of these."""


Kept: TypeAlias = Txid | Spend | Receipt | Bundle | BetDraw | BetTicket | Unknown


def read(given: bytes) -> Kept:
    """Which it is, from its bytes alone."""
    if given.startswith(MARK):
        given = attached(given) or b""
    text = (text_of(given) or "").strip()
    if _TXID.fullmatch(text.lower()):
        return Txid(text.lower())
    data = _json(text)
    if isinstance(data, dict):
        found = _bundle(data) or _receipt(data) or _bet_draw(data) or _bet_ticket(data)
        if found is not None:
            return found
    try:
        return Spend(psbt.decode(given))
    except psbt.PsbtRefused:
        return Unknown()


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text.startswith("{") else None
    except (ValueError, RecursionError):
        return None


def _bundle(data: Mapping[str, Any]) -> Bundle | None:
    round_ = data.get("round")
    if "bundleVersion" not in data or not isinstance(round_, dict):
        return None
    number, game, status = round_.get("roundNumber"), data.get("game", round_.get("game")), round_.get("status")
    if type(number) is not int or not 0 < number < 10**9:
        return None
    seal, draw = (part if isinstance(part := data.get(name), dict) else {} for name in ("seal", "draw"))
    said = {**round_, **({"sealRoot": seal["root"]} if "root" in seal else {}), **draw}
    return Bundle(game if isinstance(game, str) else None, number, status if isinstance(status, str) else "", said)


def _receipt(data: Mapping[str, Any]) -> Receipt | None:
    order = data.get("order", data)
    terms = order.get("terms") if isinstance(order, dict) else None
    if not isinstance(terms, str):
        return None
    promised = _json(terms)
    network = order.get("network") or (promised.get("network") if isinstance(promised, dict) else None)
    key, address = order.get("internalKey"), order.get("depositAddress") or order.get("address")
    if not (isinstance(key, str) and isinstance(network, str) and isinstance(address, str)):
        return None
    order_id = promised.get("orderId") if isinstance(promised, dict) else None
    return Receipt(
        key,
        terms,
        network,
        address,
        _text(order.get("commitment")),
        _text(order_id),
        tuple(_leaves(data.get("log"))),
        "log" in data,
        {**order, **data},
    )


def _bet_draw(data: Mapping[str, Any]) -> BetDraw | None:
    game, name = data.get("game"), data.get("name")
    if "betBundleVersion" not in data or not (isinstance(game, str) and isinstance(name, str)):
        return None
    return BetDraw(game, name)


def _bet_ticket(data: Mapping[str, Any]) -> BetTicket | None:
    game, code, leaves = data.get("game"), data.get("code"), data.get("leaves")
    if "ticket" not in data or not (isinstance(game, str) and isinstance(code, str) and isinstance(leaves, list)):
        return None
    own = [one for one in leaves if isinstance(one, dict)]
    told = [_json(one["text"]) for one in own if isinstance(one.get("text"), str)]
    draws = [one["draw"] for one in told if isinstance(one, dict) and isinstance(one.get("draw"), str)]
    hashes = [one["leaf"] for one in own if isinstance(one.get("leaf"), str)]
    return BetTicket(game, code, tuple(hashes), tuple(dict.fromkeys(draws)))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _leaves(log: object) -> Iterator[str]:
    if not isinstance(log, dict):
        return
    others = log.get("others")
    for one in [log, *(others if isinstance(others, list) else [])]:
        leaf = one.get("leaf") if isinstance(one, dict) else None
        if isinstance(leaf, str):
            yield leaf
