"""Pure decisions of payouts: sizes, fees, which coins, how change is split, which state may follow which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.core.errors import DomainError
from app.core.money import Sats

STATES: Final = (
    "draft",
    "signed",
    "broadcasting",
    "unknown",
    "broadcast",
    "confirmed",
    "cancelled",
    "replaced",
    "refused",
)
LIVE_STATES: Final = STATES[:-3]

# Which states an operator's verb may start from. Whether a coin or a chain forbids it all the same is asked besides.
ALLOWED_FROM: Final[Mapping[str, frozenset[str]]] = {
    "upload": frozenset({"draft", "signed"}),
    "broadcast": frozenset({"signed", "unknown"}),
    "bump": frozenset({"signed", "unknown", "broadcast"}),
    "cancel": frozenset({"draft", "signed", "unknown", "broadcasting", "broadcast"}),
}

PAYING: Final = ("obligation", "balance")
"""Kinds of outputs that pay somebody. All others are ours, or carry the public log's root and nothing else."""

SEQUENCE: Final = 0xFFFFFFFD  # may be replaced by a version with a higher fee (BIP 125)
MAX_INPUTS: Final = 300
MAX_BALANCES: Final = 1_000  # nodes pass on no transaction above 100,000 virtual bytes
MAX_VSIZE: Final = 100_000
MAX_CHANGE_COINS: Final = 3
ROOT_SCRIPT_BYTES: Final = 34
LEAST_CHANGE_COIN: Final[Sats] = 100_000  # below twice this, splitting only makes dust of tomorrow
LINE_SATS: Final[Sats] = 1_000  # what goes from anchor to anchor: three times dust, and never a loss
ADDRESS_REST: Final = timedelta(hours=72)

# Weight units. A key-path input: 41 bytes, then one item of 64 bytes with its two lengths as witness.
_INPUT_WEIGHT: Final = 41 * 4 + 66
_FIXED_WEIGHT: Final = (4 + 4) * 4 + 2
_DUST_RATE: Final = 3  # sat per virtual byte, Bitcoin Core's
_SPEND_WITNESS: Final = 67  # virtual bytes that spending a witness output takes, as Bitcoin Core reckons
_SPEND_LEGACY: Final = 148


@dataclass(frozen=True, slots=True)
class Candidate:
    """A coin that may be spent: confirmed, unsuspended, in nobody's plan."""

    coin_id: UUID
    txid: bytes
    vout: int
    sats: Sats
    is_reserve: bool

    @property
    def outpoint(self) -> tuple[bytes, int]:
        return (self.txid, self.vout)


@dataclass(frozen=True, slots=True)
class Selection:
    """What pays: the coins in their order, the fee, and the change as it is split."""

    coins: tuple[Candidate, ...]
    fee: Sats
    change: tuple[Sats, ...]
    vsize: int


def weight(inputs: int, scripts: Sequence[bytes]) -> int:
    """The weight of a transaction of so many key-path inputs and these outputs, exactly."""
    counts = _compact_size(inputs) + _compact_size(len(scripts))
    outputs = sum(8 + _compact_size(len(script)) + len(script) for script in scripts)
    return _FIXED_WEIGHT + counts * 4 + inputs * _INPUT_WEIGHT + outputs * 4


def vsize(inputs: int, scripts: Sequence[bytes]) -> int:
    """Virtual bytes, rounded up."""
    return -(-weight(inputs, scripts) // 4)


def fee_for(size: int, rate: int) -> Sats:
    """The fee of `size` virtual bytes at `rate` sat per 1,000 of them, rounded up."""
    return -(-size * rate // 1000)


def input_fee(rate: int) -> Sats:
    """What spending one more coin costs."""
    return -(-_INPUT_WEIGHT * rate // 4000)


def dust(script: bytes) -> Sats:
    """The least an output may be, or nodes do not pass the transaction on."""
    spend = _SPEND_WITNESS if script[:1] in (b"\x00", b"\x51") else _SPEND_LEGACY
    return _DUST_RATE * (8 + 1 + len(script) + spend)


def is_worth_spending(coin: Candidate, rate: int) -> bool:
    """The reserve's coins always; a deposit if it brings more than twice what it costs."""
    return coin.is_reserve or coin.sats > 2 * input_fee(rate)


def clamp_rate(rate: int, floor: int, cap: int) -> int:
    """A fee rate within the operator's limits; all three in sat per 1,000 virtual bytes."""
    return max(floor, min(rate, cap))


def rate_from(text: object) -> int:
    """A fee rate in sat per virtual byte, with at most three decimals, as sat per 1,000 virtual bytes.

    Raises DomainError `fee_rate_invalid` (field `feeRate`).
    """
    if isinstance(text, bool) or not isinstance(text, int | Decimal):
        raise DomainError("fee_rate_invalid", field="feeRate")
    exact = Decimal(text)
    if not exact.is_finite() or not 0 < exact <= 1_000_000 or (exact * 1000) % 1:
        raise DomainError("fee_rate_invalid", field="feeRate")
    return int(exact * 1000)


def select(
    candidates: Sequence[Candidate],
    forced: Sequence[Candidate],
    outputs: Sequence[tuple[bytes, Sats]],
    change_script: bytes,
    rate: int,
) -> Selection:
    """Choose coins for `outputs`: the forced ones, then the reserve's, then deposits; the largest of each first.

    Raises DomainError `payout_funds_missing` (409) with what is missing, or `payout_needs_too_many_coins` (409).
    """
    chosen = {coin.outpoint: coin for coin in forced}
    order = sorted(candidates, key=lambda coin: (not coin.is_reserve, -coin.sats, coin.outpoint))
    worth = [coin for coin in order if coin.outpoint not in chosen and is_worth_spending(coin, rate)]
    scripts = [script for script, _ in outputs]
    target = sum(sats for _, sats in outputs)
    have = sum(coin.sats for coin in chosen.values())
    for coin in [None, *worth]:
        if coin is not None:
            chosen[coin.outpoint] = coin
            have += coin.sats
        missing = target + fee_for(vsize(len(chosen), scripts), rate) - have
        if chosen and missing <= 0 and (scripts or len(chosen) > 0):
            return _with_change(tuple(chosen.values()), scripts, have - target, change_script, rate)
        if len(chosen) >= MAX_INPUTS:
            raise DomainError("payout_needs_too_many_coins", status=409, most=MAX_INPUTS, missing=missing)
    raise DomainError("payout_funds_missing", status=409, missing=missing, target=target, found=have)


def sweep(candidates: Sequence[Candidate], change_script: bytes, rate: int) -> Selection:
    """Gather deposits into the reserve: those worth more than twice their fee, the smallest first, at most 300.

    Raises DomainError `payout_nothing_to_sweep` (409).
    """
    worth = [coin for coin in candidates if not coin.is_reserve and is_worth_spending(coin, rate)]
    chosen = tuple(sorted(worth, key=lambda coin: (coin.sats, coin.outpoint))[:MAX_INPUTS])
    have = sum(coin.sats for coin in chosen)
    left = have - fee_for(vsize(len(chosen), [change_script]), rate)
    if len(chosen) < 2 or left < dust(change_script):
        raise DomainError("payout_nothing_to_sweep", status=409)
    return _with_change(chosen, [], have, change_script, rate)


def _with_change(
    coins: tuple[Candidate, ...],
    scripts: Sequence[bytes],
    left: Sats,
    change_script: bytes,
    rate: int,
    most: int = MAX_CHANGE_COINS,
) -> Selection:
    """Give what is left back in a few coins; what would be dust goes to the miner."""
    for parts in range(most, -1, -1):
        size = vsize(len(coins), [*scripts, *[change_script] * parts])
        fee = fee_for(size, rate)
        change = left - fee
        least = LEAST_CHANGE_COIN if parts > 1 else dust(change_script)
        if parts and change >= parts * least:
            return Selection(coins, fee, split(change, parts), size)
    return Selection(coins, left, (), size)


def root_script(root: bytes) -> bytes:
    """The output that carries a root of the public log: data that nobody can spend, 34 bytes."""
    return b"\x6a" + bytes([len(root)]) + root


def root_of(script: bytes) -> bytes | None:
    """The root in such an output; None in any other."""
    return script[2:] if len(script) == ROOT_SCRIPT_BYTES and script[:2] == b"\x6a\x20" else None


def carrying(
    selection: Selection,
    outputs: Sequence[tuple[bytes, Sats]],
    line: Sequence[Candidate],
    change_script: bytes,
    rate: int,
) -> Selection | None:
    """The same coins paying the same, and the root with its line besides, out of the change; None where that will not
    do: no payout fails or chooses other coins for its sake, and none becomes one whose fee a signer asks about.

    What the line's coins hold goes on, and comes last, so that no payout is known by one of them.
    """
    coins = (*selection.coins, *line)
    scripts = [*(script for script, _ in outputs), bytes(ROOT_SCRIPT_BYTES), change_script]
    have, paid = sum(coin.sats for coin in coins), sum(sats for _, sats in outputs)
    left = have - paid - LINE_SATS
    if len(coins) > MAX_INPUTS or left < fee_for(vsize(len(coins), scripts), rate):
        return None
    made = _with_change(coins, scripts, left, change_script, rate, most=max(len(selection.change), 1))
    if made.vsize > MAX_VSIZE or is_dear(made.fee, paid or have) > is_dear(selection.fee, paid or have):
        return None
    return made


def for_root(candidates: Sequence[Candidate], line: Sequence[Candidate], change_script: bytes, rate: int) -> Selection:
    """A transaction for the root alone, from the smallest coin that will do: large ones are for payouts.

    Raises DomainError `payout_funds_missing` (409).
    """
    least = dust(change_script)
    for coin in sorted(candidates, key=lambda coin: (not coin.is_reserve, coin.sats, coin.outpoint)):
        bare = Selection((coin,), 0, (coin.sats,), 0)
        made = carrying(bare, [], line, change_script, rate)
        if made is not None and made.change and made.change[0] >= least:
            return made
    scripts = [bytes(ROOT_SCRIPT_BYTES), change_script, change_script]
    needed = LINE_SATS + least + fee_for(vsize(1 + len(line), scripts), rate)
    found = max((coin.sats for coin in candidates), default=0)
    raise DomainError("payout_funds_missing", status=409, missing=max(needed - found, 1), target=needed, found=found)


def is_dear(fee: Sats, paid: Sats) -> bool:
    """Whether a signer is asked about the fee: it is above a tenth of what is paid, or gathered."""
    return fee * 10 > paid


def split(sats: Sats, parts: int) -> tuple[Sats, ...]:
    """`parts` nearly equal amounts; the first takes the rest."""
    share = sats // parts
    return (sats - share * (parts - 1), *[share] * (parts - 1))


def lower_change(change: Sequence[Sats], more_fee: Sats, least: Sats) -> tuple[Sats, ...]:
    """Take `more_fee` out of the change, the largest coin first; no coin vanishes or falls below `least`.

    Raises DomainError `payout_change_too_small` (409) with what is missing.
    """
    left = list(change)
    for at in sorted(range(len(left)), key=lambda at: -left[at]):
        taken = min(more_fee, max(left[at] - least, 0))
        left[at] -= taken
        more_fee -= taken
    if more_fee > 0:
        raise DomainError("payout_change_too_small", status=409, missing=more_fee)
    return tuple(left)


@dataclass(frozen=True, slots=True)
class Bumped:
    """A version with a higher fee: coins added, the change as it becomes, and change that was not there before."""

    coins: tuple[Candidate, ...]
    change: tuple[Sats, ...]
    new_change: Sats
    fee: Sats
    vsize: int


def bump(
    inputs: Sequence[Sats],
    paid: Sequence[tuple[bytes, Sats]],
    change: Sequence[Sats],
    change_script: bytes,
    rate: int,
    candidates: Sequence[Candidate],
) -> Bumped:
    """A version at a higher rate: out of the change, else with the smallest coin that will do, else with several.

    The reserve's coins come before deposits. Raises DomainError `payout_change_too_small` (409) with what is missing.
    """
    worth = [coin for coin in candidates if is_worth_spending(coin, rate)]
    smallest = sorted(worth, key=lambda coin: (not coin.is_reserve, coin.sats, coin.outpoint))
    largest = sorted(worth, key=lambda coin: (not coin.is_reserve, -coin.sats, coin.outpoint))
    room = MAX_INPUTS - len(inputs)
    ways = [(), *((coin,) for coin in smallest[: max(room, 0)]), *(largest[:n] for n in range(2, room + 1))]
    missing = 0
    for added in ways:
        try:
            return _bumped(sum(inputs), len(inputs), paid, change, change_script, rate, tuple(added))
        except DomainError as error:
            missing = missing or int(error.params["missing"])
        if len(added) >= len(worth):
            break
    raise DomainError("payout_change_too_small", status=409, missing=missing)


def _bumped(
    have: Sats,
    inputs: int,
    paid: Sequence[tuple[bytes, Sats]],
    change: Sequence[Sats],
    change_script: bytes,
    rate: int,
    added: tuple[Candidate, ...],
) -> Bumped:
    """With exactly these coins added. Where there was no change, what is left becomes some, or the miner's if dust."""
    scripts, count = [script for script, _ in paid], inputs + len(added)
    left = have + sum(coin.sats for coin in added) - sum(sats for _, sats in paid)
    size = vsize(count, [*scripts, *[change_script] * len(change)])
    fee = fee_for(size, rate)
    if change:
        more = sum(change) - (left - fee)
        changed = (change[0] - more, *change[1:]) if more <= 0 else lower_change(change, more, dust(change_script))
        return Bumped(added, changed, 0, fee, size)
    larger = vsize(count, [*scripts, change_script])
    new_change = left - fee_for(larger, rate)
    if added and new_change >= dust(change_script):
        return Bumped(added, (), new_change, left - new_change, larger)
    if left < fee:
        raise DomainError("payout_change_too_small", status=409, missing=fee - left)
    return Bumped(added, (), 0, left, size)


def address_has_rested(changed_at: datetime, made_at: datetime, moment: datetime) -> bool:
    """Whether a payout address is old enough for balances: whoever stole a session cannot empty one over a weekend.

    `made_at` is when its site was made: the address of that very moment is the first one, and nobody changed it.
    """
    return changed_at == made_at or moment - changed_at >= ADDRESS_REST


def _compact_size(number: int) -> int:
    return 1 if number < 0xFD else 3 if number <= 0xFFFF else 5
