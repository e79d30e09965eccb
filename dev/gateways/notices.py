"""What a gateway sends of its own accord: signed, bounded, tried again, and wrong where that was asked for."""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from .clock import Clock
from .misbehaviour import Misbehaviours, Refused

HERE: Final = ("127.0.0.1", "localhost")
_KEPT: Final = 1_000
_WAITING: Final = 10_000
_SECONDS: Final = 10
LATE: Final = 300
_ANEW: Final = 60
_HOUR: Final = 3_600

Sign = Callable[[bytes, int, bool], Mapping[str, str]]
"""Headers for a body, a moment in seconds, and whether the signature is to be wrong."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice before it is signed. By the names of misbehaviours: what is sent `instead`, and what `beside` it."""

    body: bytes
    content_type: str = "application/json"
    instead: Mapping[str, Letter] = field(default_factory=dict)
    beside: Mapping[str, Letter] = field(default_factory=dict)
    delivered: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A letter on its way to one target. `age`: how many seconds ago it claims to have been signed."""

    url: str
    letter: Letter
    age: int = 0
    is_wrong: bool = False
    tries: int = 0


def targets_of(urls: list[str]) -> list[str]:
    """Addresses on this machine: nothing that a simulator sends leaves it. Raises Refused."""
    if len(urls) > 8 or not all(urlsplit(url).hostname in HERE for url in urls):
        raise Refused("targets are up to eight addresses on this machine")
    return urls


class Notices:
    """Of one gateway, to its targets. One thread sends, in order; it never holds what a call would need."""

    def __init__(
        self, clock: Clock, misbehaviours: Misbehaviours, sign: Sign, targets: list[str], retries: tuple[float, ...]
    ) -> None:
        self.targets, self._sign, self._retries = targets, sign, retries
        self._clock, self._misbehaviours = clock, misbehaviours
        self._sent: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._outgoing: queue.Queue[_Outgoing] = queue.Queue(_WAITING)
        self._held: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._run, daemon=True).start()

    def send(self, letter: Letter) -> None:
        """Signed and on its way, or whatever goes wrong with it."""
        struck = self._misbehaviours.strike("notice")
        if struck == "reordered_notices":
            with self._lock:
                self._held.append(lambda: self._post(letter))
            self._clock.later(_ANEW, self._let_go)
            return
        if struck == "late_notice":
            self._clock.later(LATE, lambda: self._post(letter))
        elif struck in ("wrong_signature", "old_timestamp"):
            self._post(letter, age=_HOUR if struck == "old_timestamp" else 0, wrong=struck == "wrong_signature")
            self._clock.later(_ANEW, lambda: self._post(letter))
        elif struck != "lost_notice":
            self._post(letter.instead.get(struck, letter))
        if struck == "duplicate_notice":
            self._post(letter)
        elif struck in letter.beside:
            self._post(letter.beside[struck])
        self._let_go()

    def sent(self) -> list[dict[str, Any]]:
        """The newest last."""
        with self._lock:
            return [dict(one) for one in self._sent]

    def settle(self, seconds: float = 5.0) -> None:
        """Wait until nothing is on its way."""
        deadline = time.monotonic() + seconds
        while self._outgoing.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)

    def _let_go(self) -> None:
        with self._lock:
            held, self._held = self._held, []
        for post in held:
            post()

    def _post(self, letter: Letter, *, age: int = 0, wrong: bool = False) -> None:
        for url in self.targets or [""]:
            self._put(_Outgoing(url, letter, age, wrong))

    def _put(self, one: _Outgoing) -> None:
        try:
            self._outgoing.put_nowait(one)
        except queue.Full:  # nobody takes them: as good as lost
            pass

    def _run(self) -> None:
        while True:
            one = self._outgoing.get()
            try:
                self._deliver(one)
            except Exception:  # the next one is still to be sent
                traceback.print_exc()
            finally:
                self._outgoing.task_done()

    def _deliver(self, one: _Outgoing) -> None:
        """Signed when it leaves, each time anew."""
        body = one.letter.body
        signed = self._sign(body, int(time.time()) - one.age, one.is_wrong)
        headers = {"Content-Type": one.letter.content_type, **signed}
        row: dict[str, Any] = {"url": one.url, "headers": headers, "body": body.decode(), "status": None}
        with self._lock:
            self._sent.append(row)
        row["status"] = self._delivered(one.url, headers, body)
        if 200 <= (row["status"] or 0) < 300:
            one.letter.delivered()
        elif one.url and one.tries < len(self._retries):
            again = replace(one, tries=one.tries + 1)
            self._clock.later(self._retries[one.tries], lambda: self._put(again))

    def _delivered(self, url: str, headers: Mapping[str, str], body: bytes) -> int | None:
        """The status it was answered with; None when there was none."""
        if not url:
            return None
        try:
            answer = requests.post(url, data=body, headers=dict(headers), timeout=_SECONDS, allow_redirects=False)
        except requests.RequestException:
            return None
        return answer.status_code
