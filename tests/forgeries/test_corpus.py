"""Every forgery before both verifiers, verify_round.py and the one in the reader's browser: what must name it names it,
nothing else is called false, and both say the same of each claim."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.utilities.in_browser import each_in_browser
from tests.utilities.in_browser import in_browser as in_browser_told

from .chain import Record
from .conftest import Case, Key, Script
from .corpus import FORGERIES, honest, write
from .forgery import BOTH, Forgery
from .script import SCRIPT
from .spoiled import spoiled

FORGED = [(game, forgery) for game in BOTH for forgery in FORGERIES if game in forgery.games]


def verdicts(told: Record, verdict: str) -> set[str]:
    return {claim["claim"] for claim in told["claims"] if claim["verdict"] == verdict}


@pytest.mark.parametrize("game", BOTH)
def test_of_an_honest_round_every_claim_holds(all_cases: dict[Key, Case], script: Script, game: str) -> None:
    told = script.of(all_cases[game, "honest", True])
    assert verdicts(told, "holds") == {claim["claim"] for claim in told["claims"]}
    assert (told["status"], told["notTold"], told["unfinished"]) == (0, [], [])
    untold = script.of(all_cases[game, "honest", False])
    assert untold["status"] == 0
    assert [line.rpartition("give ")[2] for line in untold["notTold"]] == [
        "--expect-promise",
        "--expect-seal",
        "--expect-closing",
        "--log-key",
        "--witness",
    ]


@pytest.mark.parametrize("way", ["by a sealed draw", "by two checkpoints"])
@pytest.mark.parametrize("game", BOTH)
def test_of_an_honest_sealed_draw_every_claim_holds(
    all_cases: dict[Key, Case], script: Script, game: str, way: str
) -> None:
    told = script.of(all_cases[game, f"honest {way}", True])
    assert verdicts(told, "holds") == {claim["claim"] for claim in told["claims"]}
    assert (told["status"], told["notTold"], told["unfinished"]) == (0, [], [])


@pytest.mark.parametrize(("game", "forgery"), FORGED, ids=lambda value: getattr(value, "name", value))
def test_a_forgery_is_named_and_nothing_else(
    all_cases: dict[Key, Case], script: Script, game: str, forgery: Forgery
) -> None:
    for is_told in (False, True)[: 1 + bool(forgery.seen)]:
        forged = all_cases[game, forgery.name, is_told]
        told = script.of(forged)
        failing, must = verdicts(told, "does not hold"), set(forged["claims"])
        assert must <= failing if forged["othersToo"] else must == failing
        assert set(forged["notTold"]) <= verdicts(told, "not told")
        assert told["status"] == forged["status"]
        assert len(told["unfinished"]) > 0 or told["status"] != 3
        assert len(told["notTold"]) == (0 if is_told else 5 if forged["bundle"]["log"] else 3)


def test_there_are_many_and_each_has_a_name_of_its_own(all_cases: dict[Key, Case]) -> None:
    for game in BOTH:
        names = [forgery.name for of_game, forgery in FORGED if of_game == game]
        assert len(names) == len(set(names)) >= 100
    seen_by_nobody_else = [forgery for forgery in FORGERIES if not forgery.claims]
    assert all(forgery.seen or forgery.status == 3 for forgery in seen_by_nobody_else)
    asked = {(game, forgery.name, told) for game, forgery in FORGED for told in (False, True)[: 1 + bool(forgery.seen)]}
    assert asked == {key for key in all_cases if not key[1].startswith("honest")}


def test_other_verifiers_get_the_same_as_json(all_cases: dict[Key, Case], tmp_path: Path) -> None:
    forged = [one for one in all_cases.values() if not one["name"].startswith("honest")]
    written = json.loads(write(forged, tmp_path / "forgeries.json").read_text())
    assert written == forged
    assert {"name", "game", "bundle", "expect", "claims", "othersToo", "notTold", "status"} == set(written[0])


@pytest.fixture(scope="module")
def in_browser(all_cases: dict[Key, Case]) -> dict[Key, dict[str, Any]]:
    """What the browser says of each."""
    asked = [
        (json.dumps(one["bundle"]), {f"expect{name.capitalize()}": text for name, text in one["expect"].items()})
        for one in all_cases.values()
    ]
    return dict(zip(all_cases, each_in_browser(asked), strict=True))


def each_claim(told: dict[str, Any]) -> dict[str, str | int]:
    """The verdict on each claim, and the exit status."""
    return {"status": told["status"], **{claim["claim"]: claim["verdict"] for claim in told["claims"]}}


def test_each_claim_gets_the_scripts_verdict(
    all_cases: dict[Key, Case], script: Script, in_browser: dict[Key, dict[str, Any]]
) -> None:
    assert {game for game, _, _ in all_cases} == set(BOTH)
    assert len(all_cases) > 200
    wrong = {}
    for key, one in all_cases.items():
        mine, theirs = each_claim(in_browser[key]), each_claim(script.of(one))
        mine["left"], theirs["left"] = (
            told[name] for told, name in ((in_browser[key], "unlooked"), (script.of(one), "notLookedAt"))
        )
        if mine != theirs:
            wrong[key] = {name: (theirs[name], mine.get(name)) for name in theirs if theirs[name] != mine.get(name)}
    assert wrong == {}


def test_what_must_be_named_is_named(all_cases: dict[Key, Case], in_browser: dict[Key, dict[str, Any]]) -> None:
    for key, one in all_cases.items():
        assert set(one["claims"]) <= verdicts(in_browser[key], "does not hold"), key
        assert in_browser[key]["status"] == one["status"], key


@pytest.mark.parametrize("game", BOTH)
def test_what_was_repeated_before_counts_as_it_came_out(all_cases: dict[Key, Case], game: str) -> None:
    """Where other threads of the browser went through a stretch, the check takes where they came to."""
    bundle = all_cases[game, "honest by a sealed draw", True]["bundle"]
    begin, end = bundle["checkpoints"]
    stretch = f"{begin}:{bundle['round']['hashes']}"
    for ends, is_right in ({stretch: end}, True), ({stretch: begin}, False), ({"another": begin}, True):
        told = in_browser_told([json.dumps(bundle)], ends=ends)[0]
        assert ("draw" in verdicts(told, "holds")) == is_right


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
        ended, printed = SCRIPT["main"]([*map(str, files), "--json"]), capsys.readouterr()
        script = {"status": 2, "claims": []} if ended == 2 else json.loads(printed.out)
        assert (ended == 2) == (len(printed.err.splitlines()) == 1), printed.err
        mine = each_claim({"claims": [], **told})
        if not status == script["status"] == told["status"] or mine != each_claim(script):
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
