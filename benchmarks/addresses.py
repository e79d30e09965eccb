"""Deposit addresses: terms written canonically, hashed, tweaked into the internal key, written as bech32m."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from coincurve import PublicKeyXOnly

from app.chain.deposits import commitment

from .measuring import Row, alternate, goal, rates
from .stage import Stage

GOAL = 8_000
Thing = TypeVar("Thing")
_KEY = bytes.fromhex("187791b6f712a8ea41c8ecdd0ee77fab3e85263b37e1ec18a3651926b3a6cf27")


def run(stage: Stage) -> Iterator[Row]:
    """Ours against the bare tweak of libsecp256k1, and against bitcoinlib with its own curve arithmetic."""
    count = stage.scale.addresses
    terms = [_terms(number) for number in range(count)]
    roots = [commitment.commitment(commitment.canonical_terms(one)) for one in terms]
    slow = max(1, count // 20)
    assert _by_bitcoinlib(roots[0]) == _ours(terms[0])
    seconds = alternate(
        stage.scale.repeats,
        {
            "ours": lambda: _each(_ours, terms),
            "tweak": lambda: _each(_tweak, roots),
            "bitcoinlib": lambda: _each(_by_bitcoinlib, roots[:slow]),
        },
    )
    found = rates(count, seconds)
    unit = "addresses/s"
    note = goal(found["ours"], GOAL, unit)
    yield Row("deposit address", unit, found["ours"], found["tweak"], "coincurve's tweak alone", note)
    yield Row("deposit address", unit, found["ours"], slow / seconds["bitcoinlib"], "bitcoinlib alone")


def _each(make: Callable[[Thing], object], things: Sequence[Thing]) -> None:
    for thing in things:
        make(thing)


def _terms(number: int) -> dict[str, str | int]:
    return {
        "baseTicketPriceSats": 1000,
        "closingHeight": 1163,
        "game": "rounds",
        "houseEdgePercent": 10,
        "internalKey": _KEY.hex(),
        "minPaymentSats": 1100,
        "network": "regtest",
        "orderId": f"01930000-0001-7000-8000-{number:012x}",
        "partnerName": "lucky-shop",
        "payoutAddress": "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
        "playerPublicIdentifier": f"player-{number}",
        "playerTicketPriceSats": 1100,
        "roundNumber": 1,
        "salesEndHeight": 1145,
        "version": 1,
    }


def _ours(terms: dict[str, str | int]) -> str:
    committed = commitment.commitment(commitment.canonical_terms(terms))
    return commitment.p2tr_address(commitment.output_key(_KEY, committed), "regtest")


def _tweak(root: bytes) -> None:
    PublicKeyXOnly(_KEY).tweak_add(root)


def _by_bitcoinlib(root: bytes) -> str:
    """The same address by bitcoinlib: its hash, square root, point arithmetic and bech32m."""
    from bitcoinlib import encoding, keys

    tag = encoding.sha256(b"TapTweak")
    tweak = int.from_bytes(encoding.sha256(tag + tag + _KEY + root), "big")
    x = int.from_bytes(_KEY, "big")
    y = keys.mod_sqrt((x**3 + 7) % keys.secp256k1_p)
    if y % 2:
        y = keys.secp256k1_p - y
    point = keys.ec_point(tweak) + keys.ec_point_multiplication((x, y), 1, return_point=True)
    out = point.x() if callable(point.x) else point.x
    return str(encoding.pubkeyhash_to_addr_bech32(out.to_bytes(32, "big"), "bcrt", 1))
