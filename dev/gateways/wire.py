"""What all wires have in common: a gateway's parts, and calls that go wrong before, while or after they are served."""

from __future__ import annotations

import functools
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, ParamSpec

from flask import Response, current_app, request

from .clock import Act, Clock
from .misbehaviour import Misbehaviours
from .notices import Notices
from .shelves import Object, Shelves

P = ParamSpec("P")
SLOW: Final = 3.0
_BEFORE: Final = {"error": 500, "rate_limited": 429, "stale_token": 401, "key_in_use": 409}
_AMOUNTS: Final = frozenset(
    [
        "amount",
        "amount_received",
        "amount_total",
        "amount_subtotal",
        "amount_refunded",
        "cost",
        "value",
        "net",
        "net_amount",
        "gross_amount",
    ]
)


class Refusal(Exception):
    """What a provider answers when it does not do what was asked. `is_outcome`: it tried, and this is how it ended."""

    def __init__(self, status: int, body: Any, *, is_outcome: bool = False) -> None:
        super().__init__(status)
        self.status, self.body, self.is_outcome = status, body, is_outcome


class Keys:
    """Answers that are given again to the same key; a gateway without such keys has none."""

    def recall(self) -> Response | None:
        """What was answered to this request's key."""
        return None

    def keep(self, done: Response, shown: Response, *, is_outcome: bool) -> Response:
        """What is answered now. `done`: what came of it; `shown`: what the client would see."""
        return shown


@dataclass
class Gateway:
    """One provider: its clock, memory, faults and notices. Its lock is held while a call is served."""

    name: str
    url: str
    clock: Clock
    shelves: Shelves
    misbehaviours: Misbehaviours
    notices: Notices
    refuse: Callable[[int], Refusal]
    """Words a status as this provider does."""
    accounts: Any
    """Who may ask, and what signs: each provider's own."""
    keys: Keys = field(default_factory=Keys)
    hang_seconds: float = 60.0
    everyone: Mapping[str, str] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def later(self, seconds: float, act: Act, *, compressed: bool = True) -> None:
        """As Clock.later, with the lock held."""

        def locked() -> None:
            with self.lock:
                act()

        self.clock.later(seconds, locked, compressed=compressed)


def gateway() -> Gateway:
    found: Gateway = current_app.config["GATEWAY"]
    return found


def said(body: Any, status: int = 200, **headers: str) -> Response:
    answer = Response(json.dumps(body), status, content_type="application/json")
    answer.headers.update(headers)
    return answer


def new_id(prefix: str, letters: int = 24) -> str:
    return prefix + secrets.token_hex((letters + 1) // 2)[:letters]


def acts(view: Callable[P, Response]) -> Callable[P, Response]:
    """A call that changes something."""
    return _served("act", view)


def asks(view: Callable[P, Response]) -> Callable[P, Response]:
    """A call that asks."""
    return _served("ask", view)


def _served(kind: str, view: Callable[P, Response]) -> Callable[P, Response]:
    @functools.wraps(view)
    def served(*some: P.args, **named: P.kwargs) -> Response:
        held = gateway()
        struck = held.misbehaviours.strike("call", kind, path=request.path)
        if struck in ("cut", "hang"):
            return _hung_up(held.hang_seconds if struck == "hang" else 0)
        with held.lock:
            answer = _answered(held, struck, lambda: view(*some, **named))
        return _as_it_arrives(held, struck, answer)

    return served


def _answered(held: Gateway, struck: str, take: Callable[[], Response]) -> Response:
    """As the provider means it, and as it stores it for the same key."""
    if struck in _BEFORE:
        return refused(held.refuse(_BEFORE[struck]))
    is_outcome = True
    try:
        remembered = held.keys.recall()
        if remembered is not None:
            return remembered
        done = take()
    except Refusal as refusal:
        done, is_outcome = refused(refusal), refusal.is_outcome
    if struck == "hidden" and done.status_code == 200:
        return refused(held.refuse(404))
    if struck == "wrong_unit_told" and done.is_json:
        return said(scaled(json.loads(done.get_data())), done.status_code)
    shown = refused(held.refuse(500)) if struck == "error_with_effect" and is_outcome else done
    return held.keys.keep(done, shown, is_outcome=is_outcome)


def _as_it_arrives(held: Gateway, struck: str, answer: Response) -> Response:
    if struck == "slow":
        time.sleep(min(SLOW, held.hang_seconds))
    if struck == "html":
        return Response("<html><body><h1>Service</h1></body></html>", 200, content_type="text/html")
    if struck in ("lost_answer", "hang_with_effect"):
        return _hung_up(held.hang_seconds if struck == "hang_with_effect" else 0)
    return answer


def refused(refusal: Refusal) -> Response:
    return said(refusal.body, refusal.status)


def scaled(body: Any, key: str = "") -> Any:
    """The same with each amount a hundred times as high."""
    if isinstance(body, dict):
        return {name: scaled(value, name) for name, value in body.items()}
    if isinstance(body, list):
        return [scaled(value, key) for value in body]
    if key not in _AMOUNTS or isinstance(body, bool) or body is None:
        return body
    return str(Decimal(body) * 100) if isinstance(body, str) else body * 100


def public(value: Any) -> Any:
    """A copy without what the simulator notes for itself: names that begin with an underscore."""
    if isinstance(value, dict):
        return {name: public(inner) for name, inner in value.items() if not name.startswith("_")}
    return [public(one) for one in value] if isinstance(value, list) else value


def in_bytes(value: Object) -> bytes:
    """As it goes over the wire: its bytes are what is signed."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _hung_up(seconds: float) -> Response:
    """The connection ends without a word, after a while."""
    time.sleep(seconds)
    connection: socket.socket = request.environ["werkzeug.socket"]
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # who asked has gone already
        pass
    return Response(status=500)
