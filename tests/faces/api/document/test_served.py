"""Against a real server: the quick starts as they are pasted, and whatever a fuzzer makes of the document."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from playwright.sync_api import Browser
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.people.partners.models import PartnerSite
from tests.architecture.sources import TOP
from tests.journeys.conftest import Served, served  # noqa: F401  (fixtures)
from tests.settings import EXPLORE

from ..conftest import PLAYER, Server, issue, server_of

EXAMPLES = TOP / "docs" / "examples"
CHECKS = [
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
"""A 500 is in no operation's answers, so it is a breach of the last."""

ANY_BODY = ("/api/auth/logout",)
"""Under a bearer token its body is not read: whoever wants to leave is let go."""

TOO_LARGE = 413
"""Refused unread, as a text of a certain length is. The library takes it for no refusal of what is written there."""


@pytest.fixture
def shop(served: Served) -> PartnerSite:  # noqa: F811
    return served.world.site()


@pytest.mark.parametrize(("command", "file"), [(sys.executable, "quickstart.py"), ("node", "quickstart.mjs")])
def test_a_quick_start_runs_as_pasted(served: Served, shop: PartnerSite, command: str, file: str) -> None:  # noqa: F811
    environment = {**os.environ, "TIRAJ_URL": served.url, "TIRAJ_KEY": issue(shop)}
    done = subprocess.run(
        [command, str(EXAMPLES / file)], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Pay to: bitcoin:" in done.stdout
    assert "Status: waiting" in done.stdout
    assert "Orders of this player: 1" in done.stdout


def test_a_quick_start_says_what_was_refused(served: Served) -> None:  # noqa: F811
    environment = {**os.environ, "TIRAJ_URL": served.url, "TIRAJ_KEY": "tiraj_test_nonsense"}
    for command, file in ((sys.executable, "quickstart.py"), ("node", "quickstart.mjs")):
        done = subprocess.run(
            [command, str(EXAMPLES / file)], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode != 0
        assert "401 api_key_invalid" in done.stderr


@pytest.mark.parametrize("file", ["quickstart.py", "quickstart.mjs"])
def test_the_page_of_quick_starts_holds_what_is_run(file: str) -> None:
    assert (EXAMPLES / file).read_text() in (TOP / "docs" / "quickstart.md").read_text()


def _operations(url: str) -> Iterator[Any]:
    schema = schemathesis.openapi.from_url(f"{url}/api/openapi.json")
    for result in schema.get_all_operations():
        yield result.ok()


TRIES = (
    {"another partner": 4, "nobody": 3, "partner": 8} if EXPLORE else {"another partner": 1, "nobody": 1, "partner": 3}
)
"""How many of the cases of an operation each asks; whoever is refused at the door, few. The partner asks last."""


@dataclass
class Caller:
    """Who asks, and what was answered."""

    headers: dict[str, str]
    tries: int
    seen: list[int] = field(default_factory=list)


@pytest.mark.slow
def test_what_is_served_is_what_is_told(served: Served, shop: PartnerSite) -> None:  # noqa: F811
    """Each case is thought up once, which takes longer than to answer it, and asked by everybody."""
    mine = server_of(served.world, shop)
    mine.client = served.app.test_client()
    order = mine.post("/orders", PLAYER).get_json()["order"]["id"]
    hook = mine.post("/webhook-endpoints", {"url": "https://shop.example/h", "events": ["order.paid"]}).get_json()["id"]
    keys = {"partner": mine.key, "nobody": None, "another partner": issue(served.world.site())}
    callers = {
        name: Caller({"Authorization": f"Bearer {keys[name]}"} if keys[name] else {}, tries)
        for name, tries in TRIES.items()
    }
    for operation in _operations(served.url):
        known = order if "orders" in operation.path else hook
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _try(operation, mode, known, list(callers.values()))
    for name, caller in callers.items():
        assert len(caller.seen) > 35 * caller.tries, name
        assert set(caller.seen) & ({401} if name == "nobody" else {200, 201, 422}), name
    assert server_sees(mine, order)


def _try(operation: Any, mode: GenerationMode, known: str, callers: list[Caller]) -> None:
    turns = count()

    @settings(
        max_examples=max(TRIES.values()),
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and "identifier" in case.path_parameters:
            case.path_parameters["identifier"] = known
        # What was wrong about the key, or its want, is ours instead.
        replaced = "Authorization" in (case.headers or {}) or case.meta.is_negative_at(ParameterLocation.HEADER)
        lenient = [negative_data_rejection] if replaced or operation.path in ANY_BODY else []
        turn = next(turns)
        for caller in callers:
            if turn < caller.tries:
                response = case.call(headers=caller.headers, timeout=30)
                caller.seen.append(response.status_code)
                unread = [negative_data_rejection] if response.status_code == TOO_LARGE else []
                case.validate_response(response, checks=CHECKS, excluded_checks=[*lenient, *unread])

    with suppress(Unsatisfiable):  # nothing about it can be wrong
        check()


def server_sees(mine: Server, order: str) -> bool:
    return mine.get(f"/orders/{order}").status_code == 200


@pytest.mark.browser
def test_operations_are_tried_from_the_page(served: Served, shop: PartnerSite, chrome: Browser) -> None:  # noqa: F811
    key = issue(shop)
    page = chrome.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.goto(f"{served.url}/docs/api")
    page.locator("#rounds_api_rounds > summary").click()
    page.locator("#rounds_api_rounds button", has_text="Send").click()
    page.locator("#rounds_api_rounds pre", has_text="200 OK").wait_for()
    page.locator("#site > summary").click()
    page.locator("#site button", has_text="Send").click()
    page.locator("#site pre", has_text="Enter a key first").wait_for()
    page.fill("#api-key", key)
    page.locator("#site button", has_text="Send").click()
    page.locator("#site pre", has_text='"slug"').wait_for()
    page.locator("#create_order > summary").click()
    assert key not in page.content()
    assert "$TIRAJ_KEY" in page.locator("#create_order pre").first.inner_text()
    page.locator("#create_order button", has_text="Send").click()
    page.locator("#create_order pre", has_text="201").wait_for()
    assert key not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    page.reload()
    assert page.input_value("#api-key") == ""
    page.close()
    assert troubles == []
