"""Finds the demo's blocks: each when its time has come and those who must not be overtaken are ready for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from .clock import BlockClock
from .loops import say, tell
from .wallet import Wallet

CHECK_SECONDS = 0.25
LOGGED_SECONDS, TOLD_SECONDS, PATIENCE_SECONDS = 10.0, 60.0, 600.0
"""A wait is logged after so long, told on the terminal once in so long, and given up after so long."""

Waits = Callable[[int, str], str | None]
"""What the block after this height and hash has to wait for, in words; None: nothing."""


class Patience:
    """Waits for one thing after another: says what for, and gives up where nothing has moved for long."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._what: str | None = None
        self._since = self._told = 0.0
        self._is_logged = False

    def is_over(self, what: str) -> bool:
        """Whether `what` has been waited for long enough."""
        now = self._monotonic()
        if what != self._what:
            self._what, self._since, self._told = what, now, now
        waited = now - self._since
        if waited >= PATIENCE_SECONDS:
            tell("miner", f"has waited {waited:.0f} s for {what}, and goes on without it")
            self._what = None
            return True
        if waited >= LOGGED_SECONDS and not self._is_logged:
            say("miner", f"waits for {what}")
            self._is_logged = True
        if now - self._told >= TOLD_SECONDS:
            tell("miner", f"the demo waits for {what} since {waited:.0f} s; the log may say why")
            self._told = now
        return False

    def rest(self) -> None:
        """There is nothing to wait for."""
        if self._is_logged:
            say("miner", "goes on")
        self._what, self._is_logged = None, False


class Miner:
    """The only one who finds blocks: for the loop, in its rhythm, and for the page, when somebody asks."""

    def __init__(
        self, wallet: Wallet, clock: BlockClock, waits: Sequence[Waits], patience: Patience | None = None
    ) -> None:
        self.wallet, self.clock, self._waits = wallet, clock, waits
        self._patience = patience or Patience()
        self._lock = threading.Lock()

    def turn(self) -> float:
        """Find the next block, if it is due and nothing has to come before it; the seconds until the next try."""
        left = self.clock.seconds_left()
        if left > 0:
            return left
        with self._lock:
            what = self.missing()
            if what is not None and not self._patience.is_over(what):
                return CHECK_SECONDS
            if what is None:
                self._patience.rest()
            self._find()
        return self.clock.seconds_left()

    def find_now(self, seconds: float = 5.0) -> str | None:
        """Find a block ahead of its time; or what it has to wait for, where that takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            with self._lock:
                what = self.missing()
                if what is None:
                    self._find()
                    return None
            if time.monotonic() >= deadline:
                return what
            time.sleep(CHECK_SECONDS)

    def missing(self) -> str | None:
        """What the next block has to wait for."""
        tip, tip_hash = self.wallet.tip()
        return next((what for wait in self._waits if (what := wait(tip, tip_hash)) is not None), None)

    def _find(self) -> None:
        self.wallet.mine()
        self.clock.block_found()
