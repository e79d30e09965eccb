"""What all wires have in common: faults come first, then what a provider does with a good request."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app, jsonify, request

from .faults import Faults
from .postbox import Postbox


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who may send: what the platform's settings name."""

    semaphore_key: str = ""
    twilio_sid: str = ""
    twilio_token: str = field(default="", repr=False)
    fcm_file: str = ""


@dataclass(frozen=True, slots=True)
class Providers:
    """All that the simulator knows."""

    accounts: Accounts
    postbox: Postbox
    faults: Faults
    mailbox_url: str = ""
    tokens: set[str] = field(default_factory=set)


def providers() -> Providers:
    found: Providers = current_app.config["PROVIDERS"]
    return found


def said(body: Any, status: int = 200, **headers: str) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    answer.headers.update(headers)
    return answer


def carried(wire: str, refusal: Callable[[int], Any], take: Callable[[int], Response]) -> Response:
    """What comes back, if anything does. `refusal` words a status as this provider does; `take` does what was asked,
    so many times over."""
    fault = providers().faults.take(wire)
    if fault is None:
        return take(1)
    if fault.kind == "status":
        headers = {"Retry-After": f"{fault.seconds:.0f}"} if fault.status == 429 else {}
        return said(refusal(fault.status), fault.status, **headers)
    if fault.kind == "hang":
        time.sleep(fault.seconds)
    if fault.kind in ("hang", "lose"):
        return _hung_up()
    answer = take(2 if fault.kind == "duplicate" else 1)
    if fault.kind == "delay":
        time.sleep(fault.seconds)
    return _hung_up() if fault.kind == "drop" else answer


def _hung_up() -> Response:
    """The connection ends without a word."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # who asked has gone already
        pass
    return Response(status=500)
