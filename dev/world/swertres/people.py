"""Who bets in the demo: accounts of the platform, and what they do there by its public JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import requests
from flask import Flask

from app.core.database.session import transaction
from app.games.swertres.game import SWERTRES
from app.people.accounts import service as accounts
from app.people.accounts.tokens import service as tokens
from app.people.players.profile import service as profiles
from app.people.players.profile.rules import Proposed

from ..loops import NotNow
from ..players import ANSWER_SECONDS

_NAMES: Final = (
    *("Amihan Reyes", "Bayani Santos", "Corazon Cruz", "Dalisay Bautista", "Efren Ocampo"),
    *("Fely Mendoza", "Gregorio Villanueva", "Hiraya Aquino", "Isagani Torres", "Jasmin Del Rosario"),
)
_BORN: Final = date(1960, 1, 1)
_APART: Final = timedelta(days=97)
_SPAN: Final = 10_000
"""Days in which people here are born."""


class Refused(NotNow):
    """The platform does not do it just now; `reasons` are the codes it gives."""

    def __init__(self, status: int, reasons: tuple[str, ...]) -> None:
        super().__init__(f"{status} {', '.join(reasons)}".strip())
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who will have an account. `phone` is a mobile number of the Philippines, with +63."""

    name: str
    phone: str
    born: date


def everybody() -> Iterator[Person]:
    """One after the other, for ever; always the same, and no two alike by name and birth date."""
    place = 0
    while True:
        born = _BORN + _APART * place % timedelta(days=_SPAN)
        yield Person(_NAMES[place % len(_NAMES)], f"+6391755{place:05}", born)
        place += 1


class Visit:
    """Somebody who is signed in, until the access token ends."""

    def __init__(
        self, app: Flask, base_url: str, person: Person, send: Callable[..., requests.Response] = requests.request
    ) -> None:
        self._app, self._base, self.person, self._send = app, base_url, person, send
        self._token = ""

    def ask(self, path: str) -> Any:
        """What a GET answers. Raises Refused; requests.RequestException."""
        return self._call("GET", path, None)

    def do(self, path: str, body: dict[str, Any]) -> Any:
        """What a POST answers that is done once. Raises Refused; requests.RequestException."""
        return self._call("POST", path, body)

    def pay(self, page: str) -> None:
        """Press the button on a gateway's page, from one's own phone. Raises requests.RequestException."""
        form = {"act": "pay", "payer": self.person.phone}
        requests.post(page, data=form, timeout=ANSWER_SECONDS, allow_redirects=False).raise_for_status()

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        key = {"Idempotency-Key": str(uuid4())} if body is not None else {}
        answer = self._sent(method, path, body, key)
        if answer.status_code == 401:
            self._token = ""
            answer = self._sent(method, path, body, key)
        if answer.status_code >= 400:
            raise Refused(answer.status_code, _reasons(answer))
        return answer.json()

    def _sent(self, method: str, path: str, body: dict[str, Any] | None, key: dict[str, str]) -> requests.Response:
        self._token = self._token or sign_in(self._app, self.person)
        headers = {"Authorization": f"Bearer {self._token}", "Origin": self._base, "Accept": "application/json", **key}
        return self._send(method, self._base + path, json=body, headers=headers, timeout=ANSWER_SECONDS)


def sign_in(app: Flask, person: Person) -> str:
    """An access token; the account is made where it is missing. A code by SMS for each of them at each start would bury
    those that the demo's visitor waits for."""
    with app.app_context(), transaction():
        user_id: UUID = accounts.user_with_phone(person.phone)
        if not tokens.IS_REGISTERED.get()(user_id):
            wanted = Proposed(person.name, person.born.isoformat(), "PH", SWERTRES.currency)
            refusal = profiles.register(user_id, wanted, "en")
            assert refusal is None, refusal
        return tokens.begin(user_id, agent="the demo's bettors", strength="sms").access


def _reasons(answer: requests.Response) -> tuple[str, ...]:
    """The problem's code, and what it says bet by bet."""
    try:
        problem: Any = answer.json()
    except ValueError:
        return ()
    if not isinstance(problem, dict):
        return ()
    return tuple(str(one) for one in (problem.get("code", ""), *(r["reason"] for r in problem.get("refusals", ()))))
