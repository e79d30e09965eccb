"""The people of a day: what each has, and how they pay, over the platform's own HTTP."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Flask

from app.core.database.session import transaction
from app.people.accounts import service as accounts
from app.people.players.profile import service as profiles
from app.people.players.profile.rules import Proposed

from .simulators import Simulators

CURRENCIES: Final = {"stripe": ("USD", "PHP"), "moncash": ("HTG",), "paypal": ("USD", "PHP"), "paymongo": ("PHP",)}
AMOUNTS: Final = {"USD": (5_00, 40_00), "HTG": (100_00, 2_000_00), "PHP": (100_00, 2_000_00)}
WAYS: Final = {"HTG": "moncash", "PHP": "gcash", "USD": "paypal"}
_FIRST_BORN: Final = date(1950, 1, 1)
_ACTS: Final = {"pay": 16, "challenge": 1, "decline": 2, "expire": 1, "leave": 1}
_CARDS: Final = ("4242 4242 4242 4242", "5555 5555 5555 4444", "4000 0025 0000 3155", "4000 0000 0000 0002")


@dataclass(slots=True)
class Person:
    """Somebody with accounts of their own everywhere. `begun`: payments that are still to be paid, by gateway."""

    id: UUID
    token: str
    phone: str
    gcash: str
    mail: str
    begun: list[tuple[str, str]] = field(default_factory=list)


def born(app: Flask, number: int) -> Person:
    """Registered, like nobody else by name and birth date, and signed in."""
    phone, born_on = f"+50934{number:06}", date.fromordinal(_FIRST_BORN.toordinal() + number).isoformat()
    with app.app_context(), transaction():
        user_id = accounts.user_with_phone(phone)
        profiles.register(user_id, Proposed("Marie Jean", born_on, "HT", "HTG"), "en")
        token = accounts.open_session(user_id, agent="a day")
    return Person(user_id, token, phone, f"0917{number:07}", f"player{number}@demo.example")


class Crowd:
    """All of them. `said`: how often the platform answered what."""

    def __init__(self, app: Flask, simulators: Simulators, chance: random.Random, size: int) -> None:
        self._app, self._simulators, self._chance = app, simulators, chance
        self.people = [born(app, number) for number in range(1, size + 1)]
        self.said: Counter[str] = Counter()

    def anybody(self) -> Person:
        return self._chance.choice(self.people)

    def top_up(self, person: Person) -> None:
        """Begin to pay in; whether the answer comes or not, the payment is remembered."""
        gateway = self._chance.choice(list(CURRENCIES))
        currency = self._chance.choice(CURRENCIES[gateway])
        least, most = AMOUNTS[currency]
        amount = self._chance.randint(least // 100, most // 100) * 100
        wanted = {"amountMinor": amount, "gateway": gateway}
        told = self._post(person, f"/api/players/wallets/{currency}/topups", wanted)
        if "payment" in told:
            person.begun.append((gateway, told["payment"]["id"]))

    def pay(self, person: Person) -> None:
        """Look at one payment, and pay it if it can be paid; then perhaps come back from there."""
        if not person.begun:
            return
        gateway, payment = self._chance.choice(person.begun[-2:])
        told = self._get(person, f"/api/players/payments/{payment}")["payment"]
        if told["url"] is None:
            if told["status"] not in ("initiated", "pending", "unknown"):
                person.begun.remove((gateway, payment))
            return
        act = self._chance.choices(list(_ACTS), list(_ACTS.values()))[0]
        self._simulators.press(told["url"], act, self._payer(person, gateway))
        if self._chance.random() < 0.5:
            with self._app.app_context():
                self._app.test_client().get(f"/payments/{payment}/return")

    def draw_out(self, person: Person) -> None:
        wallets = self._get(person, "/api/players/wallets")["wallets"]
        one = self._chance.choice(wallets)
        amount = self._chance.randint(0, one["spendableMinor"] // 100) * 100
        if amount:
            way = WAYS[one["currency"]]
            account = {"moncash": person.phone, "gcash": f"+63{person.gcash[1:]}", "paypal": person.mail}[way]
            wanted = {"amountMinor": amount, "method": way, "account": account}
            self._post(person, f"/api/players/wallets/{one['currency']}/withdrawals", wanted)

    def exchange(self, person: Person) -> None:
        amount = self._chance.randint(1_00, 10_00)
        told = self._post(person, "/api/players/wallets/USD/quotes", {"amountMinor": amount, "into": "HTG"})
        if "quote" in told:
            self._post(person, f"/api/players/quotes/{told['quote']['id']}/accept", None)

    def _payer(self, person: Person, gateway: str) -> str:
        is_another = self._chance.random() < 0.08
        if gateway == "moncash":
            return "50937007294" if is_another else person.phone.removeprefix("+")
        if gateway == "paypal":
            return f"declined-{person.mail}" if is_another else person.mail
        return person.gcash if gateway == "paymongo" else self._chance.choice(_CARDS)

    def _post(self, person: Person, path: str, wanted: object) -> dict[str, Any]:
        with self._app.app_context():
            answer = self._app.test_client().post(path, json=wanted, headers=_bearer(person))
        told: dict[str, Any] = answer.json or {}
        self.said[f"{path.rpartition('/')[2]} {answer.status_code} {told.get('code', '')}".strip()] += 1
        assert answer.status_code < 500, answer.text
        return told

    def _get(self, person: Person, path: str) -> dict[str, Any]:
        with self._app.app_context():
            answer = self._app.test_client().get(path, headers=_bearer(person))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json or {}
        return found


def _bearer(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.token}"}
