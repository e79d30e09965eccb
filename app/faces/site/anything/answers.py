"""What the server can say of something that was kept: only what everybody may know."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.chain.deposits import commitment
from app.chain.deposits.addresses import NETWORKS, script_to_address
from app.chain.node.blocks import display
from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.money import Sats
from app.money.payouts.sent import told
from app.money.payouts.sent.debts import Debt
from app.selling.windows.lists.transactions import paid_in

from .kept import Bundle, Receipt, Spend


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


@dataclass(frozen=True, slots=True)
class Win:
    """A win that is owed or paid, and where its round is seen."""

    game: GameParts
    debt: Debt
    round_url: str | None


@dataclass(frozen=True, slots=True)
class Output:
    """Where a transaction sends how much. `wins` are those of ours that are or were owed to this address; `pays` those
    of this very amount that nothing else has paid: of several it is one, and nobody can say which."""

    address: str
    sats: Sats
    wins: Sequence[Win]
    pays: Sequence[Win]


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
    return None if found is None else [_win(debt) for debt in found]


def outputs_of(spend: Spend) -> list[Output]:
    """Everything that a transaction pays, beside what is public of the wins at those addresses; a win is paid once.

    Of one that we sent it is known which wins it pays. Of another only address and amount speak.
    """
    txid = display(spend.transaction.txid)
    outputs = [(_address(out.script), out.sats) for out in spend.transaction.outputs]
    wins = [_win(debt) for debt in told.wins_to({address for address, _ in outputs})]
    known = wins_paid_by(txid)
    payable = [win for win in (wins if known is None else known) if _may_pay(win.debt, txid)]
    asked = Counter(outputs)
    left = {output: [win for win in payable if (win.debt.address, win.debt.sats) == output] for output in asked}
    return [
        Output(*output, [win for win in wins if win.debt.address == output[0]], _one_of(left[output], asked[output]))
        for output in outputs
    ]


def _one_of(left: list[Win], outputs: int) -> Sequence[Win]:
    """What one of as many equal outputs pays: where there are no more wins than outputs, each has its own."""
    if len(left) > outputs:
        return left
    return [left.pop()] if left else []


def _address(script: bytes) -> str:
    """Where a script pays to; the script itself where it has no address."""
    try:
        return script_to_address(script, current_settings().bitcoin_network)
    except ValueError:
        return script.hex()


def _may_pay(debt: Debt, txid: str) -> bool:
    """Whether nothing else has paid it: it is owed, or sent by this very transaction."""
    return debt.sent is None or debt.sent.txid == txid


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
    words = [receipt.internal_key, "@terms.json", "--network", receipt.network, "--expect", receipt.address]
    return Recomputed(
        made.hex(),
        address,
        None if receipt.commitment is None else receipt.commitment == made.hex(),
        address == receipt.address,
        f"curl -O {current_settings().base_url}/utilities/hash_tweak.py\npython3 hash_tweak.py {shlex.join(words)}",
    )


@dataclass(frozen=True, slots=True)
class RoundOf:
    """The round that a bundle is of. `game` is None for one that nobody here knows."""

    game: GameParts | None
    round_url: str | None
    verify_url: str | None
    command: str


def round_of(bundle: Bundle) -> RoundOf:
    """Where its round is seen and checked, and the line that checks the file."""
    base_url = current_settings().base_url
    command = f"curl -O {base_url}/utilities/verify_round.py\npython3 verify_round.py bundle.json"
    try:
        game = catalogue().called(bundle.game or catalogue().leading)
        url = _round_url(game, bundle.round_number)
    except NotFound:
        return RoundOf(None, None, None, command)
    verifier = game.front.verifier if game.front is not None else None
    verify = f"{verifier.url}?round={bundle.round_number}" if verifier is not None and url is not None else None
    return RoundOf(game, url, verify, command)


def _win(debt: Debt) -> Win:
    game = catalogue().called(debt.source)
    return Win(game, debt, _round_url(game, debt.source_id))


def _round_url(game: GameParts, number: object) -> str | None:
    return game.records.round_url(number) if game.records is not None and game.records.round_url is not None else None


def _order_url(game: GameParts, site: Any, order: Any) -> str | None:
    orders = game.records.orders if game.records is not None else None
    row = orders.one(site, str(order.id)) if orders is not None else None
    return orders.line(row).url if orders is not None and row is not None else None
