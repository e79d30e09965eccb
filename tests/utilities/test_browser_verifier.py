"""The verifier in the reader's browser says of every bundle what the script says, claim by claim."""

from __future__ import annotations

import copy
import json
import re
import runpy
from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.selling.windows.words.claims import claim_words
from app.selling.windows.words.receipts import receipt_words
from dev.node.process import NodeProcess
from tests.factories.played import following_app, played_round
from tests.forgeries import values_luckotto, values_rounds
from tests.games.luckotto.conftest import Lottery
from tests.utilities import test_verify_luckotto as luckotto

from .in_browser import MODULES, TOP, claim_keys, each_in_browser, in_browser

SCRIPT = runpy.run_path(str(TOP / "utilities/bin/verify_round.py"), run_name="verifier")
SCRIPT["verify"].__globals__["multiples_of_g"] = cache(SCRIPT["multiples_of_g"])  # the same for every bundle

Bundle = dict[str, Any]
_SAID = r'(?:why: |new Problem\(|return |\? |: )"([a-z]+[A-Z][A-Za-z]*|twice|missing|malformed|unreadable)"'


def by_script(text: str, **options: object) -> dict[str, str | int]:
    """The script's verdict on each claim and its exit status, which is all where the bundle is unusable."""
    try:
        bundle = SCRIPT["strict_json"](text)
        SCRIPT["check_bundle"](bundle)
        evidence = SCRIPT["GAMES"][bundle["game"]](bundle)
        claims = SCRIPT["judge"](evidence, Namespace(**{"skip_draw": False, **options}))
    except (ValueError, RecursionError, SCRIPT["BadInput"]):
        return {"status": 2}
    status = SCRIPT["summary"](bundle, claims, evidence)["status"]
    return {"status": status, **{claim["claim"]: claim["verdict"] for claim in claims}}


def verdicts(told: dict[str, Any]) -> dict[str, str | int]:
    """What the browser says, in the same shape."""
    claims = {claim["claim"]: claim["verdict"] for claim in told.get("claims", ())}
    return {"status": told["status"], **claims}


@pytest.fixture(scope="module")
def genuine(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Bundle]]:
    """A settled round of the main game, and two of Luckotto: one that was won, one that was crowded."""
    made: dict[str, Bundle] = {}
    with played_round(app_settings, fresh_database, node, tmp_path_factory.mktemp("played")) as played:
        made["rounds"] = json.loads(played.client.get(f"/api/rounds/{played.number}/bundle").text)
    with following_app(app_settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("luckotto")) as app:
        doubter = luckotto.Doubter(Lottery(app, node).begin())
        for name in ("won", "crowded"):
            made[name] = doubter.lottery.get(f"/rounds/{getattr(doubter, name)}/bundle")
    return made


def outcome(bundle: Bundle, *, doubt: bool) -> dict[str, str | bool | None]:
    """What the script says was drawn, and to which address the jackpot is owed."""
    told = SCRIPT["outcome"](bundle)
    drawn, owed = told["drawn"], told["owed"]
    text = ", ".join(map(str, drawn)) if isinstance(drawn, list) else drawn
    told = {"drawn": text, "win": owed and owed["payoutAddress"], "doubt": doubt, "computed": None if doubt else text}
    return told | {"paid": None, "isOpen": owed is not None and bundle["payout"] is None}


def changed(bundle: Bundle, change: Callable[[Bundle], object]) -> str:
    copied = copy.deepcopy(bundle)
    change(copied)
    return json.dumps(copied)


def test_the_two_lists_of_claims_are_one() -> None:
    names = {
        game: [claim.__name__.replace("_", "-") for claim in made.claims] for game, made in SCRIPT["GAMES"].items()
    }
    assert {game: list(keys) for game, keys in claim_keys().items()} == names


def test_a_claim_is_stated_once(app: Flask) -> None:
    """The page says in English what the script prints."""
    with app.test_request_context("/verify?lang=en"):
        words = claim_words()
    for game, keys in claim_keys().items():
        said = {claim.__name__.replace("_", "-"): claim.__doc__ for claim in SCRIPT["GAMES"][game].claims}
        assert {claim: words[f"claim_{key}"] for claim, key in keys.items()} == said


def test_whatever_a_check_can_say_has_words(app: Flask) -> None:
    with app.test_request_context("/verify?lang=en"):
        words = claim_words()
    files = [*(TOP / "static/verify/bundle").glob("*.js"), *map(Path, MODULES)]
    sources = "".join(file.read_text() for file in files)
    keys = set(re.findall(_SAID, sources))
    others = {"blockHeight", "depositAddress", "ticketSupply", "drawDigests", "sealedDraw", "brokenData"}  # fields
    others |= {"requestedNumbers", "allocatedNumbers", "playerUname", "playerPublicIdentifier", "playerIdentifier"}
    assert len(keys) > 50
    assert {key for key in keys - others if f"why_{key}" not in words} == set()


def test_whatever_a_check_of_a_receipt_can_say_has_words(app: Flask) -> None:
    with app.test_request_context("/verify?lang=en"):
        words = claim_words() | receipt_words()
    sources = "".join(file.read_text() for file in (TOP / "static/verify/receipt").glob("*.js"))
    said = set(re.findall(r'(?:named|Malformed|differs)\("([a-z-]+)"', sources))
    claimed = set(re.findall(r'(?:claim: |judged\(|say\()"([a-z-]+)"', sources))
    refused = set(re.findall(r'BadInput\([^)]*, "(\w+)"', sources))
    assert len(said) > 20
    assert len(claimed) > 8
    refused -= {"unknownData", "badKeys"}  # of the page's own, and of what the page then does without
    assert {f"said_{one}" for one in said} | {f"claim_receipt-{one}" for one in claimed} | refused <= set(words)


def test_a_genuine_round_gets_the_scripts_verdicts(genuine: dict[str, Bundle]) -> None:
    texts = {name: json.dumps(bundle) for name, bundle in genuine.items()}
    for skip in (False, True):
        told = in_browser(list(texts.values()), skipDraw=skip)
        for name, found in zip(texts, told, strict=True):
            assert verdicts(found) == by_script(texts[name], skip_draw=skip), name
            assert "does not hold" not in verdicts(found).values()
            assert found["outcome"] == outcome(genuine[name], doubt=skip), name


def test_what_a_forged_draw_says_is_told_apart_from_what_was_computed(genuine: dict[str, Bundle]) -> None:
    for name, member in (("rounds", "winningTicket"), ("won", "winningNumbers")):
        right = genuine[name]["draw"][member]
        forged = [1, 2, 3, 4, 5, 6] if isinstance(right, list) else (right + 1) % 10
        text = changed(
            genuine[name], lambda bundle, member=member, forged=forged: bundle["draw"].update({member: forged})
        )
        told, unrepeated = (in_browser([text], skipDraw=skip)[0]["outcome"] for skip in (False, True))
        genuinely = in_browser([json.dumps(genuine[name])])[0]["outcome"]["drawn"]
        assert (told["doubt"], told["computed"], unrepeated["computed"]) == (True, genuinely, None)
        assert told["drawn"] != genuinely


def test_a_game_is_known_by_its_own_module_alone(genuine: dict[str, Bundle]) -> None:
    """What all games share knows none: a bundle is refused where nobody named the module of its game."""
    asked: list[tuple[str, dict[str, object]]] = [(json.dumps(genuine[name]), {}) for name in ("rounds", "won")]
    whole = each_in_browser(asked)
    for module in MODULES:
        told = each_in_browser(asked, [module])
        assert [one["refused"] for one in told if "refused" in one] == ["this game is unknown to me"]
        assert [one for one in told if one in whole] == [one for one in told if "refused" not in one] != []
    assert {one["status"] for one in each_in_browser(asked, [])} == {2}


def test_what_the_reader_knows_is_compared_as_by_the_script(genuine: dict[str, Bundle]) -> None:
    bundle = genuine["rounds"]
    text, other = json.dumps(bundle), "ab" * 32
    closing = f"{bundle['draw']['closingBlockHash']}@{bundle['round']['closingHeight']}"
    for known in (
        {
            "seal": bundle["seal"]["root"],
            "closing": closing,
            "promise": bundle["round"].get("roundCommitment") or other,
        },
        {"seal": other, "closing": closing[:-1], "promise": other},
    ):
        told = in_browser([text], **{f"expect{name.capitalize()}": value for name, value in known.items()})[0]
        assert verdicts(told) == by_script(text, **{f"expect_{name}": value for name, value in known.items()})


def test_whatever_is_changed_gets_the_scripts_verdicts(genuine: dict[str, Bundle]) -> None:
    tables = {"rounds": values_rounds.TABLE, "won": values_luckotto.TABLE, "crowded": luckotto.CROWDED}
    texts = {
        (name, what): changed(genuine[name], change)
        for name, table in tables.items()
        for what, (_, change) in table.items()
    }
    wanted = {case: by_script(text) for case, text in texts.items()}
    assert {case for case, found in wanted.items() if found["status"] not in (1, 2)} == set()
    told = dict(zip(texts, map(verdicts, in_browser(list(texts.values()))), strict=True))
    assert {case: found for case, found in told.items() if found != wanted[case]} == {}


SPOILED: dict[str, Callable[[str], str]] = {
    "nothing": lambda text: "",
    "a list": lambda text: "[]",
    "null": lambda text: "null",
    "cut": lambda text: text[:-1],
    "more": lambda text: text + "1",
    "deep": lambda text: "[" * 100_000,
    **{
        f"digits {value}": lambda text, value=value: text.replace('"ticketDigits": 3', f'"ticketDigits": {value}')  # type: ignore[misc]
        for value in ("3.0", "true", "-3", "NaN", "1e400", "null", '"3"', '3, "ticketDigits": 3', "03", "9" * 5000)
    },
    "version": lambda text: re.sub('"bundleVersion": [12]', '"bundleVersion": 9', text),
    "network": lambda text: text.replace('"regtest"', '"litecoin"', 1),
    "network of an object": lambda text: text.replace('"regtest"', '"constructor"', 1),
    "prototype": lambda text: text.replace('"network": "regtest"', '"__proto__": {"network": "regtest"}', 1),
    "a comma too many": lambda text: text.replace('"next": null', '"next": null,'),
    "a tab in a text": lambda text: text.replace('"regtest"', '"reg\ttest"', 1),
    "a mark of byte order": lambda text: "\ufeff" + text,
}


def test_what_the_script_cannot_read_the_browser_refuses(genuine: dict[str, Bundle]) -> None:
    text = json.dumps(genuine["rounds"])
    texts = {what: spoil(text) for what, spoil in SPOILED.items()}
    assert all(spoiled != text and by_script(spoiled) == {"status": 2} for spoiled in texts.values())
    told = dict(zip(texts, map(verdicts, in_browser(list(texts.values()))), strict=True))
    assert {what for what, found in told.items() if found != {"status": 2}} == set()
