"""Where money may leave, by where it came from. Pure.

A deposit keeps its origin. What of it was not played goes back only there. A stake counts as played by the part of it
that cannot come back: stake x (1 - return), so that whoever covers every number has played nothing. What was played,
and what it won, leaves another way; while a card's deposit may still be disputed, nothing that was played with does.
docs/decisions/0054-where-money-may-leave.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Origin:
    """One deposit: by which provider and payer, what of it (minor units) was not played yet, and what was.

    `payer` is the hash of the payer's account, None where nobody tells it.
    """

    id: UUID
    currency: str
    provider: str
    payer: bytes | None
    is_card: bool
    has_3ds: bool
    paid_at: datetime
    unplayed: int
    played: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """An account that money is wanted at: the provider whose payments come from such accounts ("": none), its hash."""

    provider: str
    account: bytes

    def is_home_of(self, origin: Origin) -> bool:
        """Whether the deposit came from there."""
        return (
            not origin.is_card
            and origin.payer is not None
            and (origin.provider, origin.payer) == (self.provider, self.account)
        )


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a card's deposit may be disputed, with 3-D Secure and without."""

    with_3ds: timedelta
    without: timedelta

    def is_over(self, origin: Origin, now: datetime) -> bool:
        """Whether money of this deposit may leave another way."""
        return not origin.is_card or now >= self.end(origin)

    def end(self, origin: Origin) -> datetime:
        """From when on a card's may."""
        return origin.paid_at + (self.with_3ds if origin.has_3ds else self.without)


def leavable(
    spendable: int, currency: str, origins: Sequence[Origin], target: Target, waits: Waits, now: datetime
) -> int:
    """How much of what can be spent (minor units) and may leave at all may leave for an account.

    `origins` are the person's deposits in every currency: an exchange is no way around a card's wait.
    """
    own = [one for one in origins if one.currency == currency]
    at_home = sum(one.unplayed for one in own if target.is_home_of(one))
    free = 0 if waits_until(origins, waits, now) else max(0, spendable - sum(one.unplayed for one in own))
    return max(0, min(spendable, at_home + free))


def waits_until(origins: Sequence[Origin], waits: Waits, now: datetime) -> datetime | None:
    """Until when nothing leaves that was played with, or won; None: it may leave now."""
    last = waits_for(origins, waits, now)
    return waits.end(last) if last is not None else None


def waits_for(origins: Sequence[Origin], waits: Waits, now: datetime) -> Origin | None:
    """The card's deposit that it waits for the longest."""
    played = (one for one in origins if one.played > 0 and not waits.is_over(one, now))
    return max(played, key=lambda one: (waits.end(one), one.id), default=None)


def would_wait_until(origins: Sequence[Origin], currency: str, waits: Waits, now: datetime) -> datetime | None:
    """Until when nothing would leave, once all that there is of a currency was played with."""
    played = [replace(one, played=one.played + one.unplayed) if one.currency == currency else one for one in origins]
    return waits_until(played, waits, now)


def waiting(spendable: int, currency: str, origins: Sequence[Origin]) -> int:
    """How much was played with, or won, and so waits if anything does."""
    return max(0, spendable - sum(one.unplayed for one in origins if one.currency == currency))


def not_final(spendable: int, won: Mapping[datetime, int]) -> dict[datetime, int]:
    """How much of it stays until which moment, the earliest first; `won`: by the moments when results are final. What
    is spent already is missing from what is final first."""
    found = {}
    for moment in sorted(won, reverse=True):
        found[moment] = min(max(spendable, 0), won[moment])
        spendable -= found[moment]
    return {moment: found[moment] for moment in sorted(found) if found[moment]}


def drawn(origins: Sequence[Origin], target: Target, amount: int) -> list[tuple[UUID, int]]:
    """What of which deposits goes back where it came from, when so much leaves for an account; the oldest first."""
    return _from([one for one in origins if target.is_home_of(one)], amount)


def played_through(stake: int, return_percent: int) -> int:
    """What of unplayed deposits a stake plays through, if so much of all stakes comes back on average.

    Raises:
        ValueError: nothing is staked, or it is no percentage.
    """
    if stake <= 0 or not 0 <= return_percent <= 100:
        raise ValueError(f"{stake} at {return_percent} %")
    return stake * (100 - return_percent) // 100


def lost(origins: Sequence[Origin], left: int) -> list[tuple[UUID, int]]:
    """What of which deposits is gone, if no more than `left` of them is in the wallet or in play; the oldest first."""
    return _from(origins, sum(one.unplayed for one in origins) - max(left, 0))


def given_back(origins: Sequence[Origin], stake: int, return_percent: int) -> list[tuple[UUID, int]]:
    """What of which deposits is not played after all, if a stake goes back, a part of which was; the newest first.

    Raises:
        ValueError: nothing is staked, or it is no percentage.
    """
    if stake <= 0 or not 0 <= return_percent <= 100:
        raise ValueError(f"{stake} at {return_percent} %")
    amount, parts = stake * (100 - return_percent) // 100, []
    for one in sorted(origins, key=lambda one: (one.paid_at, one.id), reverse=True):
        part = min(one.played, amount)
        if part > 0:
            parts.append((one.id, part))
            amount -= part
    return parts


def exchanged(origins: Sequence[Origin], sold: int, bought: int) -> list[tuple[Origin, int, int]]:
    """Which deposits change their currency when so much is sold, how much of each, and how much that
    is of the other one, rounded up. What was not played goes first, the oldest before the others, so that an exchange
    frees nothing.
    """
    parts = dict(_from(origins, sold))
    return [(one, parts[one.id], -(-parts[one.id] * bought // sold)) for one in origins if one.id in parts]


def _from(origins: Sequence[Origin], amount: int) -> list[tuple[UUID, int]]:
    parts: list[tuple[UUID, int]] = []
    for one in sorted(origins, key=lambda one: (one.paid_at, one.id)):
        part = min(one.unplayed, amount)
        if part > 0:
            parts.append((one.id, part))
            amount -= part
    return parts
