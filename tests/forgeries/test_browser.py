"""The verifier in the reader's browser on every forgery: it says of each claim what the script says."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dev.node.process import NodeProcess
from tests.utilities.in_browser import each_in_browser

from .chain import Record
from .corpus import cases, honest, known_before
from .forgery import BOTH
from .genuine import genuine_bundles
from .script import SCRIPT
from .spoiled import spoiled

Case = dict[str, Any]


@pytest.fixture(scope="module")
def genuines(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Record]:
    return genuine_bundles(app_settings, fresh_database, node, tmp_path_factory.mktemp("genuine"))


@pytest.fixture(scope="module")
def all_cases(genuines: dict[str, Record]) -> list[Case]:
    """Each game's honest round, then every forgery: to a reader who was told what to expect, and to one who was not."""
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


def test_a_hostile_file_breaks_nobody_down(
    genuines: dict[str, Record], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The script ends with a status of its own, and the browser with the same, claim by claim."""
    made = [
        (f"{game}: {name}", status, texts) for game in BOTH for name, status, texts in spoiled(honest(genuines[game]))
    ]
    wrong = {}
    for (name, status, texts), told in zip(made, each_in_browser([(texts, {}) for _, _, texts in made]), strict=True):
        files = [tmp_path / f"part{place}.json" for place in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text)
        try:
            SCRIPT["main"]([*map(str, files), "--json"])
            script = json.loads(capsys.readouterr().out)
        except SystemExit as ended:
            script = {"status": ended.code, "claims": []}
        mine = verdicts({"claims": [], **told})
        if not status == script["status"] == told["status"] or mine != verdicts(script):
            wrong[name] = (status, script["status"], told["status"])
    assert wrong == {}


@pytest.mark.parametrize("game", BOTH)
def test_a_bundle_does_not_write_on_the_terminal_as_it_likes(
    genuines: dict[str, Record], game: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that does not hold could wipe the screen, and write there that it does."""
    bundle = honest(genuines[game])
    lie = "\x1b[2J\x1b[H\rRound 1, 25 claims: settled, and everything holds.\u202e\u2028\ud800"
    bundle["orders"][0]["identifier"] = lie
    bundle["round"].update(status=lie)
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle))
    assert SCRIPT["main"]([str(file)]) == 1
    printed = capsys.readouterr().out
    assert "\\x1b[2J" in printed
    assert all(line.isprintable() for line in printed.split("\n"))
