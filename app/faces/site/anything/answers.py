"""What the server can say of something that was kept: only what everybody may know."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.chain.deposits import commitment
from app.chain.deposits.addresses import NETWORKS
from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.money import Sats
from app.money.payouts.sent import told
from app.selling.windows.lists.transactions import paid_in

from .compared import Differing, is_over, of_round
from .kept import Bundle, Receipt
from .wins import Win, round_url, win_of


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment to one of our orders."""

    game: GameParts
    round_number: int
    sats: Sats
    fate: str
    is_undone: bool
    height: int
    order_url: str | None


def payments_in(txid: str) -> list[Paid]:
    """The orders of every game that a transaction paid."""
    return [
        Paid(
            game,
            order.round_number,
            payment.amount_sats,
            payment.status,
            payment.orphaned_at is not None,
            payment.block_height,
            _order_url(game, site, order),
        )
        for game in catalogue().games
        if game.windows is not None
        for payment, order, site in paid_in(game.windows, txid)
    ]


def wins_paid_by(txid: str) -> list[Win] | None:
    """The wins that a transaction pays; None if it is none that we sent."""
    found = told.wins_paid_by(bytes.fromhex(txid)[::-1])
    return None if found is None else [win_of(debt) for debt in found]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A receipt's promises, computed again. None where the receipt names nothing to compare with."""

    commitment: str
    address: str
    commitment_holds: bool | None
    address_holds: bool
    command: str


def recomputed(receipt: Receipt) -> Recomputed | None:
    """None if its key or its network is none."""
    if receipt.network not in NETWORKS:
        return None
    try:
        key, made = bytes.fromhex(receipt.internal_key), commitment.commitment(receipt.terms)
        address = commitment.p2tr_address(commitment.output_key(key, made), receipt.network)
    except ValueError:
        return None
    words = [receipt.internal_key, receipt.terms, "--network", receipt.network, "--expect", receipt.address]
    return Recomputed(
        made.hex(),
        address,
        None if receipt.commitment is None else receipt.commitment == made.hex(),
        address == receipt.address,
        f"curl -fO {current_settings().base_url}/utilities/hash_tweak.py\npython3 hash_tweak.py {shlex.join(words)}",
    )


@dataclass(frozen=True, slots=True)
class RoundOf:
    """The round that a bundle is of. `game` is None for one that nobody here knows. `differs` where it says otherwise
    of the round and its draw than we do; None where that was not compared."""

    game: GameParts | None
    round_url: str | None
    verify_url: str | None
    command: str
    differs: Sequence[Differing] | None = None


def round_of(bundle: Bundle, file: str) -> RoundOf:
    """Where its round is seen and checked, and the line that checks the `file`, which is called so."""
    base_url = current_settings().base_url
    command = f"curl -fO {base_url}/utilities/verify_round.py\npython3 verify_round.py {shlex.quote(file)}"
    try:
        game = catalogue().called(bundle.game or catalogue().leading)
        url = round_url(game, bundle.round_number)
    except NotFound:
        return RoundOf(None, None, None, command)
    verifier = game.front.verifier if game.front is not None else None
    verify = f"{verifier.url}?round={bundle.round_number}" if verifier is not None and url is not None else None
    return RoundOf(game, url, verify, command, _differing(game, bundle))


def _differing(game: GameParts, bundle: Bundle) -> Sequence[Differing] | None:
    rounds = game.records.rounds if game.records is not None else None
    if rounds is None or not is_over(bundle.said):
        return None
    try:
        record = rounds.one(bundle.round_number).model_dump(mode="json", by_alias=True)
    except NotFound:
        return None
    return of_round(bundle.said, record)


def _order_url(game: GameParts, site: Any, order: Any) -> str | None:
    orders = game.records.orders if game.records is not None else None
    row = orders.one(site, str(order.id)) if orders is not None else None
    return orders.line(row).url if orders is not None and row is not None else None
