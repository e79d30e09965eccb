"""The verifier in the reader's browser on every forgery: it says of each claim what the script says."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from typing import Any

import pytest

from dev.node.process import NodeProcess
from tests.utilities.in_browser import each_in_browser

from .corpus import cases, honest, known_before
from .forgery import BOTH
from .genuine import genuine_bundles
from .script import SCRIPT

Case = dict[str, Any]


@pytest.fixture(scope="module")
def all_cases(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Case]:
    """Each game's honest round, then every forgery: to a reader who was told what to expect, and to one who was not."""
    genuines = genuine_bundles(app_settings, fresh_database, node, tmp_path_factory.mktemp("genuine"))
    true = {game: honest(genuine) for game, genuine in genuines.items()}
    genuine_cases = [
        {"name": "honest", "game": game, "bundle": bundle, "expect": expect, "claims": [], "status": 0}
        for game, bundle in true.items()
        for expect in (known_before(bundle), {})
    ]
    return genuine_cases + list(cases(genuines))


@pytest.fixture(scope="module")
def in_browser(all_cases: list[Case]) -> list[dict[str, Any]]:
    """What the browser says of each."""
    return each_in_browser(
        [
            (json.dumps(one["bundle"]), {f"expect{name.capitalize()}": text for name, text in one["expect"].items()})
            for one in all_cases
        ]
    )


def by_script(one: Case) -> dict[str, str | int]:
    """The script's verdict on each claim, and its exit status."""
    bundle = SCRIPT["strict_json"](json.dumps(one["bundle"]))
    SCRIPT["check_bundle"](bundle)
    evidence = SCRIPT["GAMES"][bundle["game"]](bundle)
    options = Namespace(skip_draw=False, **{f"expect_{name}": text for name, text in one["expect"].items()})
    claims = SCRIPT["judge"](evidence, options)
    status = SCRIPT["summary"](bundle, claims, evidence)["status"]
    return {"status": status, **{claim["claim"]: claim["verdict"] for claim in claims}}


def verdicts(told: dict[str, Any]) -> dict[str, str | int]:
    """What the browser says, in the same shape."""
    return {"status": told["status"], **{claim["claim"]: claim["verdict"] for claim in told["claims"]}}


def test_each_claim_gets_the_scripts_verdict(all_cases: list[Case], in_browser: list[dict[str, Any]]) -> None:
    assert {one["game"] for one in all_cases} == set(BOTH)
    assert len(all_cases) > 200
    wrong = {}
    for one, told in zip(all_cases, in_browser, strict=True):
        mine, theirs = verdicts(told), by_script(one)
        if mine != theirs:
            key = (one["game"], one["name"], bool(one["expect"]))
            wrong[key] = {name: (theirs[name], mine.get(name)) for name in theirs if theirs[name] != mine.get(name)}
    assert wrong == {}


def test_what_must_be_named_is_named(all_cases: list[Case], in_browser: list[dict[str, Any]]) -> None:
    for one, told in zip(all_cases, in_browser, strict=True):
        failing = {claim["claim"] for claim in told["claims"] if claim["verdict"] == "does not hold"}
        assert set(one["claims"]) <= failing, one["name"]
        assert told["status"] == one["status"], one["name"]
