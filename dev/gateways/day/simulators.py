"""The simulated gateways, as whoever plays a day with them reaches them: what goes wrong, their pages, their books."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests

from dev.gateways.books import Books, Entry
from dev.merchant import PROVIDERS

_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Simulators:
    """By the names of the demo's env file."""

    environ: Mapping[str, str]

    def url(self, provider: str, path: str = "") -> str:
        return self.environ[f"DEMO_{provider.upper()}_URL"] + path

    def control(self, provider: str, **order: Any) -> bool:
        """Whether it did what was ordered: dev/gateways/control.py says what there is."""
        return requests.post(self.url(provider, "/_control"), json=order, timeout=_SECONDS).status_code == 200

    def everywhere(self, **order: Any) -> None:
        for provider in PROVIDERS:
            assert self.control(provider, **order), order

    def advance(self, seconds: float) -> None:
        """Their time passes; they share one clock."""
        self.control(PROVIDERS[0], advance=seconds)

    def notices_go_to(self, base_url: str) -> None:
        for provider in PROVIDERS:
            self.control(provider, targets=[f"{base_url}/api/webhooks/{provider}"])

    def notices(self, provider: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(self.url(provider, "/_control/notices"), timeout=_SECONDS).json()
        return found

    def books(self, provider: str) -> Books:
        told = requests.get(self.url(provider, "/_control/books"), timeout=_SECONDS).json()
        return Books([Entry(**one) for one in told["entries"]], told["balances"], told["prefund"])

    def press(self, page: str, act: str, payer: str) -> None:
        """What a payer's browser does on a hosted page, and on the bank's that it may lead to."""
        answer = requests.post(page, data={"act": act, "payer": payer}, timeout=_SECONDS, allow_redirects=False)
        challenge = re.search(r"/challenge/[\w-]+", answer.headers.get("Location", ""))
        if challenge:
            bank = self.url("stripe", challenge[0])
            requests.post(bank, data={"act": "confirm"}, timeout=_SECONDS, allow_redirects=False)
