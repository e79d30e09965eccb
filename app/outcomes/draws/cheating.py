"""What it would cost to bend a draw from a block hash: the jackpot at which throwing a block away begins to pay.

The attacker finds the closing block, has the share `a` of all hashing power and wins with the share `p` of outcomes.
He keeps the block to himself for the D seconds until he knows its draw. Meanwhile the others find
n ~ Poisson((1-a)D/600) blocks and he finds m ~ Poisson(aD/600) on top of his own. R is a block's reward, J the jackpot.

- Publishing at once: he earns (1 + E[m])·R and the jackpot by chance, p·J.
- Keeping it: if the draw is his (chance p) he publishes 1 + m blocks against n. He is ahead with q = 1 if 1 + m > n,
  else catches up with q = (a/(1-a))^(n-m), for he needs n-m blocks more to lead; then he has (1 + m)·R + J.
  If he loses that race, or the draw is not his and he gives up (1 + m)·R by throwing it away, another block closes the
  round, and p·J is left.

Both are equal at J = R·(1 + E[m] - p·E[q·(1+m)]) / (p·(1-p)·E[q]), and with no delay that is R/p. He pays nothing here
for the time he spends catching up and may go on for ever: real costs are higher, which is the side to err on.

The delay that counts is that of the whole draw. The first digits are known earlier, but they are the low ones, while
unsold tickets are the tail of the sequence: whether a number lies there is told by the high digits, which come last.

Floats stay inside the model; what goes in and comes out are whole satoshis, permille and seconds.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, floor, lgamma, log, sqrt

ATTACKER_HASHES_PER_SECOND = 43_000_000  # SHA instructions at the highest clock in sight; a chain has no second lane
ATTACKER_HASH_SHARE_PERMILLE = 330
BLOCK_SECONDS = 600
LONGEST_DELAY_SECONDS = 24 * 3600  # counting more would only raise the cost
MAX_SATS = 2_100_000_000_000_000
UNSOLD_GRID_PERMILLE = (1, *range(10, 1000, 10), 999)


def break_even_jackpot_sats(
    reward_sats: int, hash_share_permille: int, unsold_share_permille: int, delay_seconds: int
) -> int:
    """The jackpot from which keeping the closing block pays, never more than all bitcoin there can be.

    Someone who wins nothing (0) or everything (1000, after a delay) gains nothing by it: that costs the maximum.
    Raises ValueError outside 0 < hash share < 500, 0 ≤ unsold share ≤ 1000, or for a negative delay or reward.
    """
    if not 0 < hash_share_permille < 500 or not 0 <= unsold_share_permille <= 1000:
        raise ValueError("shares are permille, and a majority of hashing power needs no model")
    if delay_seconds < 0 or reward_sats < 0:
        raise ValueError("delay and reward are not negative")
    if unsold_share_permille == 0:
        return MAX_SATS
    if delay_seconds == 0:
        return min(MAX_SATS, reward_sats * 1000 // unsold_share_permille)
    if unsold_share_permille == 1000:
        return MAX_SATS
    p = unsold_share_permille / 1000
    mined, success, kept = _race(hash_share_permille, min(delay_seconds, LONGEST_DELAY_SECONDS))
    cost = reward_sats * (1 + mined - p * kept)
    gain = p * (1 - p) * success
    return floor(cost / gain) if cost < gain * MAX_SATS else MAX_SATS


@lru_cache(maxsize=256)
def _race(hash_share_permille: int, delay_seconds: int) -> tuple[float, float, float]:
    """(E[m], E[q], E[q·(1+m)]) of the model."""
    a = hash_share_permille / 1000
    own, others = a * delay_seconds / BLOCK_SECONDS, (1 - a) * delay_seconds / BLOCK_SECONDS
    catch_up = a / (1 - a)
    success = kept = 0.0
    honest = _poisson(others)
    for m, chance in enumerate(_poisson(own)):
        q = sum(p_n * (1.0 if m + 1 > n else catch_up ** (n - m)) for n, p_n in enumerate(honest))
        success += chance * q
        kept += chance * q * (1 + m)
    return own, success, kept


def _poisson(mean: float) -> list[float]:
    """P(k) for k from 0 to where nothing is left that a float could show."""
    return [exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(int(mean + 12 * sqrt(mean) + 40))]


def delay_seconds(total_steps: int) -> int:
    """How long the attacker waits for a draw of that many hashes, rounded down."""
    if total_steps < 0:
        raise ValueError("steps are not negative")
    return total_steps // ATTACKER_HASHES_PER_SECOND


def cheating_cost_sats(total_steps: int, unsold_share_permille: int, reward_sats: int) -> int:
    """What the page shows: the jackpot from which a house with a third of all hashing power would gain by cheating."""
    return break_even_jackpot_sats(
        reward_sats, ATTACKER_HASH_SHARE_PERMILLE, unsold_share_permille, delay_seconds(total_steps)
    )


def jackpot_limit_sats(total_steps: int, reward_sats: int) -> int:
    """The largest jackpot a round may promise: half of the least cheating cost over all shares that may stay unsold.

    How much stays unsold is not known when a round is created, so the worst case counts.
    """
    return min(cheating_cost_sats(total_steps, unsold, reward_sats) for unsold in UNSOLD_GRID_PERMILLE) // 2
