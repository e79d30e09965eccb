"""The verifier in the reader's browser says of every draw of bets what the script says, claim by claim."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.selling.bets.proof.words import draw_words
from tests.utilities.draws_in_browser import claims_of_draws, each_draw_in_browser
from tests.utilities.in_browser import TOP
from tests.utilities.swertres_draws import LOG, SALT, USER, Story, checked, honest, receipt, script
from tests.utilities.test_verify_swertres import FORGED, by_block, changed_anywhere, receipts_forged, receipts_open

TOLD = ("currency", "sales", "wentBack", "bets", "staked", "worst", "worstNumber", "worstEver", "worstEverNumber")
TOLD += ("number", "how", "wonBets", "won", "card", "status", "failing", "notLookedAt")
EVERY = 4  # of those that are changed in one place: their signatures take long


def _draws() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "honest", honest().bundle()
    yield "by block", by_block().bundle()
    yield "corrected", honest().correct("047").bundle()
    yield "selling", Story(state="selling").begin().sell().bundle()
    cancelled = Story(state="cancelled", returned=()).begin().sell()
    cancelled.say("bet.cancelled", {"because": "skipped: typhoon"})
    cancelled.give_back(1)
    yield "cancelled", cancelled.bundle()
    for number, (claim, forge) in enumerate(FORGED):
        yield f"{claim} {number}", forge()
    for number, (name, forged) in enumerate(changed_anywhere(honest().bundle())):
        if number % EVERY == 0:
            yield f"{name} {number}", forged


def _by_script(told: dict[str, Any]) -> dict[str, Any]:
    if told["status"] == 2:
        return {"status": 2}
    verdicts = {one["claim"]: (one["verdict"], len(one["details"])) for one in told["claims"]}
    return verdicts | {name: _text(told[name]) for name in TOLD}


def _by_browser(told: dict[str, Any]) -> dict[str, Any]:
    if "refused" in told:
        return {"status": 2}
    verdicts = {one["claim"]: (one["verdict"], len(one["details"])) for one in told["claims"]}
    return verdicts | {name: _text(told["conclusion"][name]) for name in TOLD}


def _text(value: object) -> object:
    """Amounts are texts there."""
    if isinstance(value, dict):
        return {name: _text(own) for name, own in value.items()}
    if isinstance(value, list):
        return [_text(one) for one in value]
    return value if value is None else str(value)


def test_the_two_lists_of_claims_are_one() -> None:
    assert claims_of_draws() == list(script.CLAIMS)


def test_a_claim_is_stated_once(app: Flask) -> None:
    """The page says in English what the script prints."""
    with app.test_request_context("/verify/bets?lang=en"):
        words = draw_words()
    claims = {**script.CLAIMS, **script.RECEIPT_CLAIMS}
    said = {name: words.get(f"claim_{script.GAME}-{name}", words.get(f"claim_{name}")) for name in claims}
    assert said == {name: claim.__doc__ for name, claim in claims.items()}


def test_whatever_a_check_can_say_has_words(app: Flask) -> None:
    with app.test_request_context("/verify/bets?lang=en"):
        words = draw_words()
    sources = "".join(file.read_text() for file in (TOP / "static/verify/bets").glob("*.js"))
    members = set(re.findall(r"(\w+):(?:text|int|hash|time|list|record|flag)\b", sources))
    said = set(re.findall(r'"([a-z]+[A-Z][A-Za-z]*)"', sources)) - members - {"badKeys"}  # the page does without those
    assert len(said) > 70
    assert {one for one in said if one not in words and f"why_{one}" not in words} == set()
    told = {name.removeprefix("why_") for name in words if name.startswith("why_")}
    assert {one for one in told if f'"{one}"' not in sources} == set()
    left = set(re.findall(r'/, "(\w+)"\]', (TOP / "static/verify/bets/left.js").read_text()))
    assert {f"left_{name}" for name in (*left, "unknown")} == {name for name in words if name.startswith("left_")}


def test_the_browser_says_what_the_script_says(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "verifies", cache(script.verifies))  # of the same signatures each time
    draws = list(_draws())
    told = each_draw_in_browser([{"text": json.dumps(one), "logKeys": [LOG.vkey]} for _, one in draws])
    wanted = [_by_script(checked(one, tmp_path, capsys)) for _, one in draws]
    differing = [
        (name, {key: (own, found.get(key)) for key, own in right.items() if found.get(key) != own})
        for (name, _), right, found in zip(draws, wanted, map(_by_browser, told), strict=True)
        if right != found
    ]
    assert differing == []
    assert {one["status"] for one in wanted} == {2, "0", "1", "3"}


def test_what_the_reader_knows_is_compared_as_by_the_script(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "verifies", cache(script.verifies))
    story, path = honest(), tmp_path / "receipt.json"
    own, other = receipt(story), receipt(by_block())
    unsalted = copy.deepcopy(own)
    unsalted["leaves"][0]["salt"] = None
    assert own["leaves"][0]["salt"] == SALT.hex()
    cases: list[dict[str, Any]] = [
        {"promise": story.hash, "number": "213"},
        {"promise": "ab" * 32, "number": "047"},
        {"receipt": own, "person": str(USER)},
        {"receipt": receipt(story, 4)},
        {"receipt": own, "person": "somebody else"},
        {"receipt": own | {"total": 1}},
        {"receipt": other},
        {"receipt": unsalted, "person": str(USER)},
        *({"receipt": one} for one in receipts_open()),
        *({"receipt": forged} for _, forged in receipts_forged()),
        *({"receipt": forged} for number, (_, forged) in enumerate(changed_anywhere(own)) if number % EVERY == 0),
    ]
    text, given, wanted = json.dumps(story.bundle()), [], []
    for case in cases:
        asked = {name: json.dumps(value) if name == "receipt" else value for name, value in case.items()}
        path.write_text(asked.get("receipt", ""))
        words = {"promise": "--expect-promise", "number": "--expect-number", "person": "--person"}
        more = [word for name, option in words.items() if name in asked for word in (option, asked[name])]
        more += ["--receipt", str(path)] if "receipt" in asked else []
        given.append({"text": text, "logKeys": [LOG.vkey], **asked})
        wanted.append(_by_script(checked(story.bundle(), tmp_path, capsys, *more)))
    assert [_by_browser(one) for one in each_draw_in_browser(given)] == wanted
    assert [one["status"] for one in wanted[:10]] == ["0", "1", "0", "0", "1", "1", "1", "3", "3", "3"]


def test_a_game_is_known_by_its_own_module_alone() -> None:
    given = [{"text": json.dumps(honest().bundle())}]
    assert each_draw_in_browser(given, ())[0]["refused"] == "this game is unknown to me"
