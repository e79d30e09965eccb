"""Whoever checks a draw finds what is wrong with it, under its own name, and is told what was not looked at."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.utilities.swertres_draws import (
    DRAWS,
    LOG,
    PROMISED_AT,
    SALT,
    USER,
    Story,
    canonical,
    checked,
    checkpoint,
    honest,
    promise_of,
    proof_below,
    receipt,
    script,
    terms,
)
from tests.utilities.witness.log import Signer

ALL = {*script.CLAIMS}


def failing(told: dict[str, Any]) -> list[str]:
    return told["failing"]


def test_an_honest_draw_holds_and_is_told_in_plain_words(tmp_path: Path, capsys: Any) -> None:
    story = honest()
    story_bundle = story.bundle()
    told = checked(story_bundle, tmp_path, capsys, "--expect-number", "213", "--expect-promise", story.hash)
    assert {one["claim"]: one["verdict"] for one in told["claims"]} == dict.fromkeys(ALL, "holds"), told["claims"]
    assert (told["status"], told["number"], told["wonBets"]) == (0, "213", 2)
    assert told["won"] == 10_00 * 450 // 6 + 8_33_33 * 450
    assert (told["worst"], told["worstNumber"]) == (told["won"], "213")
    assert told["worstEver"] == told["won"] + 40_00 * 450, "what went back weighed on it until then"
    assert script.main([str(tmp_path / "draw.json")]) == 0
    said = capsys.readouterr().out
    assert "Drawn: 213, as sources said it." in said
    assert "Won: 2 bets, 375,748.50 PHP together." in said
    assert "Not asked: whose log it is" in said


def by_block() -> Story:
    promised = terms(hashes=1000, source="sealed_draw", lottery="", sources={})
    return Story(promised=promised).begin().sell().seal().draw().settle()


def test_what_no_lottery_decides_is_drawn_again(tmp_path: Path, capsys: Any) -> None:
    told = checked(by_block().bundle(), tmp_path, capsys)
    assert (told["status"], told["failing"], told["unfinished"]) == (0, [], [])
    assert "bet.drawn.closingBlock" in told["notLookedAt"]
    for member, value in {"closingBlock": "6" * 64, "lastState": "0" * 64, "outcome": 1}.items():
        forged = _changed(by_block(), "bet.drawn", **{member: value}).bundle()
        assert "result" in failing(checked(forged, tmp_path, capsys)), member


def test_a_draw_on_its_way_is_not_finished(tmp_path: Path, capsys: Any) -> None:
    story = Story(state="selling").begin().sell()
    told = checked(story.bundle(), tmp_path, capsys)
    assert (told["status"], told["failing"]) == (3, [])
    assert {line.partition(":")[0] for line in told["unfinished"]} == {
        *("seal", "worst-case", "witnesses", "result", "evidence", "settlement")
    }


def test_a_cancelled_draw_has_given_all_of_it_back(tmp_path: Path, capsys: Any) -> None:
    story = Story(state="cancelled", returned=()).begin().sell()
    story.say("bet.cancelled", {"because": "skipped: typhoon"})
    for number in (1, 2, 3):
        story.give_back(number)
    told = checked(story.bundle(), tmp_path, capsys)
    assert (told["status"], told["unfinished"]) == (3, ["refunds: 1 sales are still to go back"])
    story.give_back(4)
    assert checked(story.bundle(), tmp_path, capsys)["status"] == 0


def test_a_corrected_result_is_settled_anew(tmp_path: Path, capsys: Any) -> None:
    story = honest().correct("047")
    told = checked(story.bundle(), tmp_path, capsys)
    assert (told["status"], told["number"], told["won"]) == (0, "047", 50_00 * 450), told
    wrong = copy.deepcopy(story)
    wrong.entries[-1] = canonical(json.loads(wrong.entries[-1]) | {"isBorne": True})
    wrong.order[-1] = wrong.entries[-1]
    assert failing(checked(wrong.bundle(), tmp_path, capsys)) == ["settlement"]


def test_a_receipt_is_in_and_whose_it_is_can_be_seen(tmp_path: Path, capsys: Any) -> None:
    story, path = honest(), tmp_path / "receipt.json"
    bundle = story.bundle()

    def told(ticket: dict[str, Any], person: str = str(USER)) -> dict[str, Any]:
        path.write_text(json.dumps(ticket))
        return checked(bundle, tmp_path, capsys, "--receipt", str(path), "--person", person)

    for number in (1, 4):
        assert told(receipt(story, number))["status"] == 0, "sold; sold and given back"
    assert failing(told(receipt(story), "somebody else")) == ["receipt"]
    assert failing(told(receipt(story) | {"total": 1})) == ["receipt"]
    other = Story(promised=terms(cosignedBy=DRAWS - timedelta(minutes=6))).begin().sell()
    assert failing(told(receipt(other))) == ["receipt"], "of a chain that is not this one"


def test_what_is_on_a_card_is_said(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "receipt.json"

    def said(story: Story, number: int = 1) -> list[str]:
        path.write_text(json.dumps(receipt(story, number)))
        (tmp_path / "draw.json").write_text(json.dumps(story.bundle()))
        script.main([str(tmp_path / "draw.json"), "--receipt", str(path)])
        lines: list[str] = capsys.readouterr().out.split("\n\n")[1].splitlines()
        return [line for line in lines if line.startswith(("On the card", "  "))]

    assert said(honest())[:3] == [
        "On the card AAAA-BBBB-CCCC for this draw: 2 bets, 843.33 PHP together.",
        "  123 rumble, 10.00 PHP at 450 / 6: won 750.00 PHP.",
        "  213 straight, 833.33 PHP at 450 / 1: won 374,998.50 PHP.",
    ]
    assert said(honest(), 2)[1] == "  047 straight, 50.00 PHP at 450 / 1: lost."
    assert said(honest(), 4)[1].endswith(": went back.")
    assert said(Story(state="selling").begin().sell())[1].endswith(": waits for the draw.")


def receipts_forged() -> Iterator[tuple[str, dict[str, Any]]]:
    """What is wrong with a genuine ticket's receipt, by the claim that is to say it."""
    story, other = honest(), Signer(LOG.name, b"x" * 32)
    genuine = receipt(story)
    hashes = [bytes.fromhex(one["leaf"]) for one in receipt(story)["leaves"]]
    at, tree = genuine["leaves"][0]["number"], [script.leaf_hash(text) for text in story.order]

    def forged(**members: Any) -> dict[str, Any]:
        return genuine | {"leaves": [genuine["leaves"][0] | members]}

    def proven(note: str, size: int = at + 1) -> dict[str, Any]:
        return forged(proof=proof_below(at, tree[:size], note))

    yield "promised", forged(promise="x")
    yield "promised", forged(promise=promise_of(tree[0]))
    yield "promised", forged(promise=promise_of(hashes[0], signer=other))
    yield "promised", forged(promise=promise_of(hashes[0], signer=Signer("other.example", b"x" * 32)))
    elsewhere = json.loads(genuine["leaves"][0]["text"]) | {"draw": "x", "subject": "bet-draw:swertres:x"}
    away = {"text": canonical(elsewhere), "leaf": script.leaf_hash(canonical(elsewhere)).hex(), "promise": "x"}
    yield "promised", genuine | {"leaves": [*genuine["leaves"], genuine["leaves"][0] | away | {"proof": None}]}
    yield "logged", forged(promise=promise_of(hashes[0], when=32_503_680_000))
    yield "logged", forged(proof="garbage")
    yield "logged", forged(number=at + 1)
    yield "logged", forged(proof=receipt(story, 2)["leaves"][0]["proof"])
    yield "logged", proven(checkpoint(tree[: at + 1], PROMISED_AT + 61))
    yield "logged", proven(checkpoint(tree[: at + 1], PROMISED_AT - 121))
    yield "logged", proven(checkpoint(tree[: at + 1], PROMISED_AT, other))
    twin = [*tree[:-1], tree[0]]  # as large as the bundle's, and another
    yield "logged", forged(proof=proof_below(at, twin, checkpoint(twin, PROMISED_AT + 9)))


def receipts_open() -> Iterator[dict[str, Any]]:
    """Genuine, of which something cannot be told."""
    genuine = receipt(honest())
    [sold] = genuine["leaves"]
    yield genuine | {"leaves": [sold | {"proof": None}]}
    soon = promise_of(bytes.fromhex(sold["leaf"]), when=int(time.time()) + 30)
    yield genuine | {"leaves": [sold | {"promise": soon, "number": None, "proof": None}]}


def test_what_the_log_promised_of_a_ticket_is_looked_at(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "verifies", cache(script.verifies))
    bundle, path = honest().bundle(), tmp_path / "receipt.json"

    def told(ticket: dict[str, Any]) -> dict[str, Any]:
        path.write_text(json.dumps(ticket))
        return checked(bundle, tmp_path, capsys, "--receipt", str(path))

    for claim, ticket in receipts_forged():
        assert failing(told(ticket))[-1] == claim, ticket["leaves"]
    verdicts = [told(ticket)["claims"][-1] for ticket in receipts_open()]
    assert [one["verdict"] for one in verdicts] == ["not told", "not yet"]
    assert script.main([str(tmp_path / "draw.json"), "--receipt", str(path), "--json"]) == 3
    claims = {one["claim"]: one["verdict"] for one in json.loads(capsys.readouterr().out)["claims"]}
    assert (claims["promised"], claims["logged"]) == ("not told", "not yet"), "nobody named the log"


def _changed(story: Story, kind: str, at: int = 0, **members: Any) -> Story:
    """An operator who says it otherwise, and signs that."""
    for where in (story.entries, story.results):
        found = [place for place, text in enumerate(where) if json.loads(text)["type"] == kind]
        if found:
            old = where[found[at]]
            where[found[at]] = canonical(json.loads(old) | members)
            story.order[story.order.index(old)] = where[found[at]]
    return story


def _told(kind: str, **members: Any) -> Callable[[], dict[str, Any]]:
    return lambda: _changed(honest(), kind, **members).bundle()


def _reads(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Callable[[], dict[str, Any]]:
    def forge() -> dict[str, Any]:
        story = honest()
        evidence = json.loads(story.results[-1])["evidence"]
        return _changed(story, "result.confirmed", evidence={**evidence, "reads": change(evidence["reads"])}).bundle()

    return forge


def _sold(nth: int, **members: Any) -> Callable[[], dict[str, Any]]:
    """A sale that never was so, with everything after it made to fit as far as a chain can: only its own text."""
    return lambda: _changed(honest(), "bet.sold", nth - 1, **members).bundle()


def _without_second_sale() -> dict[str, Any]:
    story = honest()
    del story.entries[2]
    return story.bundle()


def _late() -> dict[str, Any]:
    return Story().begin().sell(late=timedelta(days=1, minutes=-15)).seal().settle().bundle()


def _moved() -> dict[str, Any]:
    return Story(promised=terms(closesAt=DRAWS + timedelta(minutes=1))).begin().sell().seal().settle().bundle()


def _unwitnessed() -> dict[str, Any]:
    story = honest()
    story.entries = [text for text in story.entries if '"bet.witnessed"' not in text]
    bundle = Story.bundle(story)
    sealed = next(one for one in bundle["entries"] if '"bet.sealed"' in one["text"])
    sealed["witnessed"] = "\n".join(sealed["witnessed"].splitlines()[:-1]) + "\n"
    return bundle


def _twice_back() -> dict[str, Any]:
    story = Story().begin().sell()
    story.give_back(4)
    return story.seal().settle().bundle()


def _back_when_lost() -> dict[str, Any]:
    story = honest()
    story.give_back(3)
    return story.bundle() | {"settlement": honest().bundle()["settlement"]}


FORGED: list[tuple[str, Callable[[], dict[str, Any]]]] = [
    ("promise", _told("bet.promised", promise=terms(slot=1))),
    ("times", _moved),
    ("sales", _without_second_sale),
    ("sales", _sold(2, previous="0" * 64)),
    ("sales", _sold(3, number=5)),
    ("cut-off", _late),
    ("odds", _sold(2, lines=[["straight", "047", 50_00, 900, 1]])),
    ("odds", _sold(2, lines=[["rumble", "047", 50_00, 450, 3]])),
    ("odds", _sold(2, lines=[["anyhow", "047", 50_00, 450, 1]])),
    ("seal", _told("bet.sealed", sealRoot="0" * 64)),
    ("seal", _told("bet.sealed", staked=1)),
    ("seal", _told("bet.sealed", sales=4)),
    ("worst-case", _told("bet.sealed", worst=1)),
    ("worst-case", _told("bet.sealed", worst=10**9)),
    ("witnesses", _unwitnessed),
    ("witnesses", _told("bet.witnessed", quorum=0)),
    ("refunds", _twice_back),
    ("refunds", _back_when_lost),
    ("refunds", _told("bet.refunded", stake=1)),
    ("result", _told("result.confirmed", numbers="047")),
    ("result", _told("result.confirmed", confirmedAt=(DRAWS - timedelta(minutes=1)).isoformat())),
    ("result", _told("result.expected", promise="0" * 64)),
    ("evidence", _reads(lambda reads: reads[:4])),
    ("evidence", _reads(lambda reads: reads[::2])),
    ("evidence", _reads(lambda reads: [{**one, "numbers": "047"} if at == 1 else one for at, one in enumerate(reads)])),
    ("evidence", _reads(lambda reads: [{**one, "host": "https://pcso.example"} for one in reads])),
    ("evidence", _told("result.confirmed", how="by_hand", evidence={"approval": "a", "papers": {}})),
    ("evidence", _told("result.confirmed", how="by guess")),
    ("settlement", _told("bet.resulted", winners=1)),
    ("settlement", _told("bet.resulted", won=1)),
    ("settlement", _told("bet.resulted", staked=1)),
    ("settlement", lambda: {**honest().bundle(), "settlement": None}),
]


@pytest.mark.parametrize(("claim", "forge"), FORGED)
def test_what_is_forged_is_refused_by_its_claim(
    claim: str, forge: Callable[[], dict[str, Any]], tmp_path: Path, capsys: Any
) -> None:
    told = checked(forge(), tmp_path, capsys)
    assert claim in failing(told), told


def _members(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every member of the bundle that is neither list nor record, and whatever stands in texts that are JSON."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(each, dict | list):
            yield from _members(each, (*path, key))
        else:
            yield (*path, key), each


def _others(value: Any, shown: str) -> Iterator[tuple[Any, str]]:
    """Other values of a member, each with the name by which it may be said that nobody looked at it."""
    if value is None or isinstance(value, bool) or not isinstance(value, str):
        yield "x" if value is None else value + 1, shown
    elif "\n" in value:
        lines = value.split("\n")  # each line of a proof by itself
        for at, line in enumerate(lines):
            if line:
                yield "\n".join([*lines[:at], _turned(line), *lines[at + 1 :]]), "proof.signatures"
    elif value.startswith("{"):
        yield _turned(value), shown
        told = json.loads(value)
        yield canonical(told | {"note": 1}), f"{told.get('type')}.note"
        for name, own in told.items():
            other = own[1:] if isinstance(own, list) else {} if isinstance(own, dict) else next(_others(own, ""))[0]
            yield canonical(told | {name: other}), f"{told.get('type')}.{name}"
    else:
        for other in (_turned(value), "", value + "x"):
            yield other, shown


def _turned(text: str) -> str:
    """With another character in its middle."""
    at = len(text) // 2
    return text[:at] + ("b" if text[at] != "b" else "c") + text[at + 1 :]


def changed_anywhere(bundle: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The bundle with one member changed, each after the other, and by which name that may be said to be unseen."""
    for path, value in _members(bundle):
        shown = ".".join("[]" if isinstance(step, int) else step for step in path).replace(".[]", "[]")
        for other, name in _others(value, shown):
            forged = copy.deepcopy(bundle)
            place = forged
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = other
            yield name, forged


def test_whatever_is_changed_is_refused_or_named(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every member, also of texts and of each line of a proof; and whatever is added to a text."""
    monkeypatch.setattr(script, "verifies", cache(script.verifies))  # of the same signatures each time
    unseen = []
    for name, forged in changed_anywhere(honest().bundle()):
        told = checked(forged, tmp_path, capsys)
        is_named = told["status"] == 0 and name in told["notLookedAt"]
        if told["status"] not in (1, 2) and not is_named:
            unseen.append((name, told["status"]))
    assert unseen == []


def test_whatever_is_changed_of_a_receipt_is_refused_or_named(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "verifies", cache(script.verifies))
    bundle, path, unseen = honest().bundle(), tmp_path / "receipt.json", []
    genuine = receipt(honest())
    added = genuine | {"leaves": [one | {"note": "mine"} for one in genuine["leaves"]]}
    for name, forged in (*changed_anywhere(genuine), ("leaves[].note", added), ("note", genuine | {"note": "mine"})):
        path.write_text(json.dumps(forged))
        told = checked(bundle, tmp_path, capsys, "--receipt", str(path), "--person", str(USER))
        is_named = told["status"] == 0 and f"receipt.{name}" in told["notLookedAt"]
        if told["status"] not in (1, 2, 3) and not is_named:
            unseen.append((name, told["status"]))
    assert unseen == []


@pytest.mark.parametrize("where", [(), ("settlement",), ("entries", 1), ("results", 0)])
def test_what_nobody_knows_is_named(where: tuple[Any, ...], tmp_path: Path, capsys: Any) -> None:
    bundle = honest().bundle()
    place = bundle
    for step in where:
        place = place[step]
    place["note"] = "mine"
    told = checked(bundle, tmp_path, capsys)
    assert any(one.endswith("note") for one in told["notLookedAt"])
    assert told["says"] == "all that was looked at holds"


def test_who_has_no_salt_is_told_nothing_of_whom(tmp_path: Path, capsys: Any) -> None:
    story, path = honest(), tmp_path / "receipt.json"
    ticket = receipt(story)
    assert ticket["leaves"][0]["salt"] == SALT.hex()
    ticket["leaves"][0]["salt"] = None
    path.write_text(json.dumps(ticket))
    told = checked(story.bundle(), tmp_path, capsys, "--receipt", str(path), "--person", str(USER))
    assert (told["status"], failing(told)) == (3, [])
