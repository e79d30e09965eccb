"""The cost of cheating stays on the careful side of the table of break-even jackpots, and moves the way it must."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.outcomes.draws import cheating

REWARD = 315_000_000
BITCOIN = 100_000_000
DELAYS = (0, 600, 3600, 3 * 3600, 6 * 3600)
# In bitcoin, for a reward of 3.15: hash share and winning share in permille, then one figure per delay.
TABLE = {
    (100, 10): (315, 795, 25_000, 12_000_000, None),
    (100, 250): (12.6, 37, 1_300, 640_000, None),
    (200, 500): (6.3, 22, 339, 14_000, 1_200_000),
    (200, 900): (3.5, 43, 898, 39_000, 3_500_000),
    (330, 100): (31.5, 70, 422, 2_600, 15_000),
    (330, 500): (6.3, 19, 132, 867, 5_400),
    (330, 900): (3.5, 33, 312, 2_300, 15_000),
}
ENTRIES = [
    (*shares, delay, figure)
    for shares, figures in TABLE.items()
    for delay, figure in zip(DELAYS, figures, strict=True)
    if figure is not None
]


@pytest.mark.parametrize(("hash_share", "unsold", "delay", "figure"), ENTRIES)
def test_never_above_the_table_and_of_its_order(hash_share, unsold, delay, figure):
    ours = cheating.break_even_jackpot_sats(REWARD, hash_share, unsold, delay)
    assert ours <= 1.15 * figure * BITCOIN
    assert ours >= figure * BITCOIN / 3


@pytest.mark.parametrize("unsold", [1, 10, 333, 500, 999, 1000])
def test_without_delay_it_is_the_reward_over_the_share(unsold):
    assert cheating.break_even_jackpot_sats(REWARD, 330, unsold, 0) == REWARD * 1000 // unsold


@settings(deadline=None)
@given(st.integers(1, 499), st.integers(1, 999), st.integers(0, 7200), st.integers(60, 7200))
def test_a_longer_delay_never_makes_cheating_cheaper(hash_share, unsold, delay, more):
    sooner = cheating.break_even_jackpot_sats(REWARD, hash_share, unsold, delay)
    later = cheating.break_even_jackpot_sats(REWARD, hash_share, unsold, delay + more)
    assert sooner <= later


@settings(deadline=None)
@given(st.integers(1, 480), st.integers(1, 999), st.integers(600, 7200))
def test_more_hashing_power_makes_it_cheaper(hash_share, unsold, delay):
    weak = cheating.break_even_jackpot_sats(REWARD, hash_share, unsold, delay)
    assert cheating.break_even_jackpot_sats(REWARD, hash_share + 19, unsold, delay) <= weak


def test_who_wins_nothing_or_everything_gains_nothing():
    assert cheating.break_even_jackpot_sats(REWARD, 330, 0, 0) == cheating.MAX_SATS
    assert cheating.break_even_jackpot_sats(REWARD, 330, 1000, 600) == cheating.MAX_SATS
    assert cheating.break_even_jackpot_sats(REWARD, 1, 500, 10**9) == cheating.MAX_SATS


@pytest.mark.parametrize(
    ("reward", "hash_share", "unsold", "delay"),
    [(1, 0, 1, 0), (1, 500, 1, 0), (1, 330, -1, 0), (1, 330, 1001, 0), (1, 330, 1, -1), (-1, 330, 1, 0)],
)
def test_shares_out_of_range(reward, hash_share, unsold, delay):
    with pytest.raises(ValueError):
        cheating.break_even_jackpot_sats(reward, hash_share, unsold, delay)


@pytest.mark.parametrize(("steps", "seconds"), [(0, 0), (2**30, 24), (2**34, 399), (2**37, 3196), (2**39, 12785)])
def test_the_delay_is_that_of_the_fastest_attacker(steps, seconds):
    assert cheating.delay_seconds(steps) == seconds


@pytest.mark.parametrize("steps", [0, 1, 2**30, 2**34, 2**37, 2**39])
def test_the_limit_is_half_of_the_least_cost(steps):
    limit = cheating.jackpot_limit_sats(steps, REWARD)
    costs = [cheating.cheating_cost_sats(steps, unsold, REWARD) for unsold in range(1, 1000)]
    assert isinstance(limit, int)
    assert 0 < limit <= 0.502 * min(costs)
    assert limit >= min(costs) // 2


def test_a_round_without_work_may_promise_half_a_reward():
    assert cheating.jackpot_limit_sats(1, REWARD) == REWARD * 1000 // 999 // 2
