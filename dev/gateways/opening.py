"""How a provider's gateway is put together: what all are given, and what each adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .clock import Clock
from .misbehaviour import Misbehaviours
from .notices import Notices, Sign, targets_of
from .shelves import Shelves
from .wire import Gateway, Keys, Refusal


@dataclass(frozen=True, slots=True)
class Options:
    """Of the whole process."""

    clock: Clock
    keep: Path | None = None
    seed: str = ""
    rate: float = 0.0
    hang_seconds: float = 60.0
    everyone: Mapping[str, str] = field(default_factory=dict)
    """Where each provider's own page is."""


def opened(
    name: str,
    url: str,
    options: Options,
    *,
    accounts: Any,
    refuse: Callable[[int], Refusal],
    sign: Sign,
    targets: list[str],
    misbehaviours: Iterable[str],
    retries: tuple[float, ...] = (),
    keys: Keys | None = None,
) -> Gateway:
    """Each provider has its own random numbers, made of the seed and its name."""
    wrongs = Misbehaviours(misbehaviours, f"{options.seed}:{name}", options.rate)
    return Gateway(
        name=name,
        url=url.rstrip("/"),
        clock=options.clock,
        shelves=Shelves(options.keep / f"{name}.jsonl" if options.keep else None),
        misbehaviours=wrongs,
        notices=Notices(options.clock, wrongs, sign, targets_of(targets), retries),
        refuse=refuse,
        accounts=accounts,
        keys=keys or Keys(),
        hang_seconds=options.hang_seconds,
        everyone=options.everyone,
    )


def port_of(url: str) -> int:
    return urlsplit(url).port or 0
