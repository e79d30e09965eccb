"""Which coins, which fee, which change: decided without a database, for every shape of purse."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.core.errors import DomainError
from app.money.payouts import rules
from app.money.payouts.rules import Candidate
from app.money.payouts.signed import psbt

P2TR = b"\x51\x20" + bytes(32)
P2WPKH = b"\x00\x14" + bytes(20)
P2PKH = b"\x76\xa9\x14" + bytes(20) + b"\x88\xac"
P2SH = b"\xa9\x14" + bytes(20) + b"\x87"


def coin(number: int, sats: int, *, reserve: bool = False) -> Candidate:
    return Candidate(UUID(int=number), number.to_bytes(32, "big"), number % 7, sats, reserve)


def test_sizes_are_exact() -> None:
    for inputs in (1, 2, 252, 253, 300):
        for scripts in ([P2TR], [P2WPKH, P2PKH, P2SH, P2TR], [P2TR] * 260):
            puts = tuple(psbt.TxIn(bytes(32), at, 0, signature=bytes(64)) for at in range(inputs))
            made = psbt.Transaction(puts, tuple(psbt.TxOut(1, script) for script in scripts))
            weight = len(made.unsigned) * 3 + len(made.signed)
            assert rules.weight(inputs, scripts) == weight
            assert rules.vsize(inputs, scripts) == -(-weight // 4)


def test_dust_is_what_bitcoin_core_says() -> None:
    assert [rules.dust(script) for script in (P2PKH, P2SH, P2WPKH, P2TR)] == [546, 540, 294, 330]


def test_reserve_first_then_deposits_worth_their_fee() -> None:
    purse = [coin(1, 900_000), coin(2, 50_000, reserve=True), coin(3, 100), coin(4, 40_000, reserve=True)]
    only = rules.select(purse, [], [(P2TR, 30_000)], P2TR, 2_000)
    assert [one.coin_id.int for one in only.coins] == [2]
    more = rules.select(purse, [], [(P2TR, 100_000)], P2TR, 2_000)
    assert [one.coin_id.int for one in more.coins] == [2, 4, 1]
    with pytest.raises(DomainError) as missing:
        rules.select(purse, [], [(P2TR, 2_000_000)], P2TR, 2_000)
    assert missing.value.code == "payout_funds_missing"
    fee = rules.fee_for(rules.vsize(3, [P2TR]), 2_000)  # the coin of 100 sats is not worth its own
    assert missing.value.params == {"missing": 2_000_000 + fee - 990_000, "target": 2_000_000, "found": 990_000}


def test_forced_coins_are_spent_and_come_first() -> None:
    chosen = rules.select([coin(1, 900_000, reserve=True)], [coin(9, 1_000)], [(P2TR, 50_000)], P2TR, 1_000)
    assert [one.coin_id.int for one in chosen.coins] == [9, 1]


def test_at_most_three_hundred_coins() -> None:
    purse = [coin(number, 1_000) for number in range(1, 500)]
    enough = rules.select(purse, [], [(P2TR, 200_000)], P2TR, 1_000)
    assert len(enough.coins) <= 300
    with pytest.raises(DomainError) as refused:
        rules.select(purse, [], [(P2TR, 400_000)], P2TR, 1_000)
    assert refused.value.code == "payout_needs_too_many_coins"
    swept = rules.sweep(purse, P2TR, 1_000)
    assert len(swept.coins) == 300
    assert sum(swept.change) + swept.fee == 300_000


def test_a_sweep_leaves_the_reserve_and_what_costs_too_much() -> None:
    purse = [coin(1, 900_000, reserve=True), coin(2, 115), coin(3, 50_000), coin(4, 60_000)]
    assert {one.coin_id.int for one in rules.sweep(purse, P2TR, 1_000).coins} == {3, 4}
    for poor in ([], purse[:3]):
        with pytest.raises(DomainError, match="payout_nothing_to_sweep"):
            rules.sweep(poor, P2TR, 1_000)


@given(
    some.lists(some.integers(1, 5_000_000), min_size=1, max_size=12),
    some.integers(330, 20_000_000),
    some.integers(1_000, 200_000),
)
def test_nothing_is_lost_and_no_output_is_dust(purse: list[int], target: int, rate: int) -> None:
    coins = [coin(number, sats, reserve=number % 2 == 0) for number, sats in enumerate(purse, start=1)]
    try:
        found = rules.select(coins, [], [(P2TR, target)], P2TR, rate)
    except DomainError:
        worth = sum(one.sats for one in coins if rules.is_worth_spending(one, rate))
        assert worth < target + rules.fee_for(rules.vsize(len(coins), [P2TR]), rate)
        return
    have = sum(one.sats for one in found.coins)
    assert have == target + found.fee + sum(found.change)
    assert all(part >= 330 for part in found.change)
    scripts = [P2TR] * (1 + len(found.change))
    least = rules.fee_for(rules.vsize(len(found.coins), scripts), rate)
    assert least <= found.fee <= least + 330 + rules.fee_for(43, rate) + 1  # never more than what would be dust
    assert found.vsize == rules.vsize(len(found.coins), scripts)


def test_change_is_split_while_its_parts_are_worth_it() -> None:
    for sats, parts in ((500_000_000, 3), (250_000, 2), (150_000, 1), (200, 0)):
        have = 10_000 + rules.fee_for(rules.vsize(1, [P2TR] * (parts + 1)), 1_000) + sats
        assert len(rules.select([coin(1, have)], [], [(P2TR, 10_000)], P2TR, 1_000).change) == parts


@given(some.lists(some.integers(330, 10**6), max_size=4), some.integers(0, 10**6))
def test_a_bump_takes_from_change_alone(change: list[int], more: int) -> None:
    try:
        lowered = rules.lower_change(change, more, 330)
    except DomainError:
        assert sum(change) - 330 * len(change) < more
        return
    assert sum(change) - sum(lowered) == more
    assert all(part >= 330 for part in lowered)


@given(
    some.lists(some.integers(330, 10**6), max_size=3),
    some.lists(some.integers(1, 5 * 10**6), max_size=6),
    some.integers(1_000, 50_000),
    some.integers(1_000, 100_000),
)
def test_a_bump_pays_more_loses_nothing_and_adds_no_coin_without_need(
    change: list[int], purse: list[int], before: int, more: int
) -> None:
    """Nodes take it in the place of the version before: it pays for itself on top of what that one paid."""
    paid, rate = [(P2TR, 50_000)], before + more
    old_size = rules.vsize(1, [P2TR] * (1 + len(change)))
    old_fee = rules.fee_for(old_size, before)
    have = 50_000 + old_fee + sum(change)
    coins = [coin(number, sats, reserve=number % 2 == 0) for number, sats in enumerate(purse, start=2)]
    try:
        found = rules.bump([have], paid, change, P2TR, rate, coins)
    except DomainError:
        worth = [one for one in coins if rules.is_worth_spending(one, rate)]
        size = rules.vsize(1 + len(worth), [P2TR] * (1 + len(change)))
        left = have + sum(one.sats for one in worth) - 50_000 - rules.fee_for(size, rate)
        assert left < 330 * len(change) or left < 0
        return
    assert have + sum(one.sats for one in found.coins) == 50_000 + sum(found.change) + found.new_change + found.fee
    assert len(found.change) == len(change)
    assert all(part >= 330 for part in (*found.change, *([found.new_change] if found.new_change else [])))
    assert found.vsize == rules.vsize(1 + len(found.coins), [P2TR] * (1 + len(change) + bool(found.new_change)))
    least = rules.fee_for(found.vsize, rate)
    assert least <= found.fee <= least + 330 + rules.fee_for(43, rate) + 1
    assert found.fee >= old_fee + found.vsize
    if found.coins:
        needed = rules.fee_for(old_size, rate) - old_fee
        assert sum(change) - 330 * len(change) < needed


def test_fee_rates_as_people_write_them() -> None:
    assert rules.rate_from(Decimal("1.5")) == 1_500
    assert rules.rate_from(20) == 20_000
    for bad in (0, -1, Decimal("0.0001"), Decimal("NaN"), Decimal("Infinity"), True, "5", None, 10**9):
        with pytest.raises(DomainError, match="fee_rate_invalid"):
            rules.rate_from(bad)


@given(some.binary(max_size=200))
def test_no_bytes_make_the_reader_fall(raw: bytes) -> None:
    for given_ in (raw, psbt.MAGIC + raw):
        try:
            psbt.decode(given_)
        except psbt.PsbtRefused:
            pass


@given(
    coins=some.lists(some.integers(400, 3_000_000), min_size=1, max_size=6),
    line=some.lists(some.just(rules.LINE_SATS), max_size=2),
    paid=some.lists(some.integers(330, 500_000), max_size=3),
    rate=some.sampled_from((1_000, 2_000, 50_000, 200_000)),
)
def test_a_root_changes_nothing_but_the_change(coins: list[int], line: list[int], paid: list[int], rate: int) -> None:
    """Same coins, same payments, nothing made of nothing, no dust, a whole fee, and no fee that a signer asks about."""
    purse = [coin(number, sats, reserve=True) for number, sats in enumerate(coins)]
    lines = [coin(100 + number, sats, reserve=True) for number, sats in enumerate(line)]
    outputs = [(P2TR, sats) for sats in paid]
    try:
        bare = rules.select(purse, [], outputs, P2TR, rate)
    except DomainError:
        return
    made = rules.carrying(bare, outputs, lines, P2TR, rate)
    if made is None:
        return
    assert made.coins == (*bare.coins, *lines)
    assert made.coins[0] == bare.coins[0]  # what it is known by when it is given up
    assert sum(one.sats for one in made.coins) == sum(paid) + rules.LINE_SATS + sum(made.change) + made.fee
    scripts = [P2TR] * len(paid) + [rules.root_script(bytes(32)), P2TR] + [P2TR] * len(made.change)
    assert made.vsize == rules.vsize(len(made.coins), scripts)
    assert made.fee >= rules.fee_for(made.vsize, rate)
    assert all(sats >= rules.dust(P2TR) for sats in made.change)
    assert rules.dust(P2TR) <= rules.LINE_SATS
    gathered = sum(paid) or sum(one.sats for one in made.coins)
    assert made.fee * 10 <= gathered or bare.fee * 10 > gathered


def test_a_root_by_itself_leaves_large_coins_to_payouts() -> None:
    purse = [coin(1, 5_000_000, reserve=True), coin(2, 900, reserve=True), coin(3, 40_000, reserve=True)]
    made = rules.for_root(purse, [coin(9, 1_000, reserve=True)], P2TR, 1_000)
    assert [one.coin_id.int for one in made.coins] == [3, 9]
    assert len(made.change) == 1
    with pytest.raises(DomainError) as missing:
        rules.for_root([coin(2, 900, reserve=True)], [], P2TR, 1_000)
    assert missing.value.code == "payout_funds_missing"


def test_a_root_is_told_by_its_script() -> None:
    root = bytes(range(32))
    assert rules.root_script(root).hex() == "6a20" + root.hex()
    assert rules.root_of(rules.root_script(root)) == root
    assert [rules.root_of(one) for one in (P2TR, b"\x6a\x1f" + bytes(31), b"\x6a\x20" + bytes(31))] == [None] * 3
