"""Nothing of a receipt is passed over in silence: whatever is changed in it, either a verdict changes, or its path is
named as not looked at. The same in script and browser: the fixture asks both."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.utilities.receipts import ORDER, PAID_TO, Story, script, simple

from .test_verify_receipt import Verify, browser, verify  # noqa: F401

SLIP = {"slip": {"identifier": ORDER, "ranges": [[0, 4]], "status": "won", "firstBlockHeight": 100}}


def full() -> tuple[Story, dict[str, Any]]:
    """A receipt as the platform hands it out: a payment, one that was undone, and one that no block has; an anchor."""
    story, _ = simple()
    story.leaves = [story.paid(1), story.unpaid(1), story.paid()]
    lost = story.payment(1, status="orphaned", creditedSats=0, orphanedAt="2030-01-01T00:00:00Z")
    seen = story.payment(7, status="seen")
    moments = {"creditedRoundNumber": 7, "orphanedAt": None, "refundedAt": None, "txIndex": 3}
    receipt = story.receipt(story.payment(**moments), lost, seen, held=[[0, 4]]) | copy.deepcopy(SLIP)
    receipt |= {
        "kind": "tiraj/order/1",
        "howToCheck": ["curl -O it"],
        "payout": {"state": "owed", "amountSats": 5, "address": PAID_TO},
    }
    receipt["log"] |= {
        "witnessed": receipt["log"]["proof"],
        "anchor": story.anchor(7, leaves=[*story.hashes, b"x" * 32]),
    }
    return story, receipt


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield from leaves(one, (*path, name))
    if not isinstance(value, dict | list):
        yield path


def others(value: Any) -> Iterator[Any]:
    """Other values in the place of one: of a text with lines each line changed, the last character of it but one."""
    if isinstance(value, bool | int):
        yield value + 1
    elif value is None:
        yield "2031-01-01T00:00:00Z"
    else:
        lines = value.split("\n")
        for at, line in enumerate(lines):
            if line:
                other = line[:-3] + ("A" if line[-3:-2] != "A" else "B") + line[-2:] if len(line) > 2 else line + "x"
                yield "\n".join([*lines[:at], other, *lines[at + 1 :]])


def named(path: tuple[str | int, ...], told: dict[str, Any]) -> bool:
    whole = re.sub(r"\.?\[\]", "[]", ".".join("[]" if isinstance(one, int) else one for one in path))
    return any(
        whole == one or whole.startswith((one + ".", one + "[")) or one.startswith(whole + ".")
        for one in told["notLookedAt"]
    )


def test_whatever_is_changed_is_judged_or_named(verify: Verify) -> None:  # noqa: F811
    story, receipt = full()
    before = verify(story, receipt)
    assert (before["status"], before["failing"]) == (0, []), before["failing"]
    assert {"payments[].refundedAt", "payments[].txIndex", "log.anchor.proof.blockHeight", "log.anchor.size"} <= set(
        before["notLookedAt"]
    )
    silent, count = [], 0
    for path in leaves(receipt):
        for value in others(_at(receipt, path)):
            forged = copy.deepcopy(receipt)
            _at(forged, path[:-1])[path[-1]] = value
            told, count = verify(story, forged), count + 1
            if told["status"] == 0 and not named(path, told):
                silent.append((path, value))
    assert count > 100
    assert silent == []


def test_members_that_nobody_knows_are_named(verify: Verify) -> None:  # noqa: F811
    story, receipt = full()
    places = {"": receipt, "payments[].": receipt["payments"][0], "log.": receipt["log"], "slip.": receipt["slip"]}
    places |= {"log.others[].": receipt["log"]["others"][0], "log.anchor.": receipt["log"]["anchor"]}
    places |= {"log.anchor.proof.": receipt["log"]["anchor"]["proof"]}
    for one in places.values():
        one["guarantee"] = "double"
    told = verify(story, receipt)
    assert {f"{path}guarantee" for path in places} <= set(told["notLookedAt"])


def test_a_payment_counts_for_the_round_of_its_order(verify: Verify) -> None:  # noqa: F811
    story, receipt = full()
    receipt["payments"][0]["creditedRoundNumber"] = 8
    assert verify(story, receipt)["named"] == {"facts"}


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


# whether it won


@pytest.mark.parametrize("ticket", [3, 9])
def test_a_state_is_held_against_the_rounds_draw(verify: Verify, tmp_path: Path, ticket: int) -> None:  # noqa: F811
    story, receipt = full()
    right, wrong = ("won", "lost") if ticket < 5 else ("lost", "won")
    bundle = {"bundleVersion": 2, "round": {"roundNumber": 7, "status": "settled"}, "draw": {"winningTicket": ticket}}
    receipt["payout"] = receipt["payout"] if right == "won" else None
    bundle["win"] = {"identifier": ORDER if right == "won" else "another"}
    file = tmp_path / "bundle.json"
    for state, status, left in ((right, 0, False), (wrong, 1, False), ("assigned", 3, False)):
        receipt["slip"]["status"] = state
        without = _script(story, receipt, tmp_path)
        if (state, right) == ("lost", "won"):
            assert without["status"] == 1, "it lost, and is paid a win"
            continue
        assert without["status"] == 0
        assert without["says"] == "all that was looked at holds", "the state was not"
        assert "slip.status" in without["notLookedAt"]
        file.write_text(json.dumps(bundle))
        told = _script(story, receipt, tmp_path, "--bundle", str(file))
        assert (told["status"], "slip.status" in told["notLookedAt"]) == (status, left), (state, told)
    file.write_text(json.dumps(bundle | {"win": None if right == "won" else {"identifier": ORDER}}))
    receipt["slip"]["status"] = right
    assert _script(story, receipt, tmp_path, "--bundle", str(file))["status"] == 1, "draw and win disagree"


def test_the_last_line_says_that_the_state_was_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story, receipt = full()
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt))
    assert script.main([str(file), "--log-key", story.signer.vkey]) == 0
    said = capsys.readouterr().out
    assert "everything holds" not in said
    assert "nothing here says whether it won" in said.strip().splitlines()[-1]


@pytest.mark.parametrize("game", ["rounds", "luckotto"])
def test_a_payout_is_held_against_the_bundles(tmp_path: Path, capsys: pytest.CaptureFixture[str], game: str) -> None:
    story, receipt = simple(game)
    lost = {"bundleVersion": 2, "game": game, "round": {"roundNumber": 7, "status": "settled", "jackpotSats": 5}}
    lost |= {"draw": {"winningTicket": 9, "winningNumbers": [7, 8, 9, 10, 11, 12]}, "win": {"identifier": "another"}}
    draw = {"winningTicket": 3, "winningNumbers": [1, 2, 3, 4, 5, 6]}
    won: dict[str, Any] = lost | {"draw": draw, "win": {"identifier": ORDER}, "payout": None}
    sent = {"txid": "ab" * 32, "vout": 0, "amountSats": 5}
    paid = won | {"payout": sent | {"proof": {"blockHeight": 130}}}
    owed = {"state": "owed", "amountSats": 5, "address": PAID_TO, "txid": None, "vout": None, "blockHeight": None}
    told = owed | sent | {"state": "confirmed", "blockHeight": 130, "sentAt": "2030-01-01T00:00:00Z"}
    file = tmp_path / "bundle.json"
    for bundle, payout, status in (
        (lost, None, 0),
        (lost, told, 1),
        (lost, told | {"txid": "00" * 32}, 1),
        (won, owed, 0),
        (won, owed | {"amountSats": 6}, 1),
        (won, told, 3),
        (paid, told, 0),
        (paid, owed, 3),
        (paid, None, 3),
        *(
            (paid, told | other, 1)
            for other in ({"txid": "00" * 32}, {"vout": 1}, {"blockHeight": 9}, {"amountSats": 6})
        ),
    ):
        file.write_text(json.dumps(bundle))
        said = _script(story, receipt | {"payout": payout}, tmp_path, "--bundle", str(file))
        assert said["status"] == status, (bundle, payout, said)
        assert "payout" not in said["notLookedAt"]
        assert ("payout.sentAt" in said["notLookedAt"]) == (
            bundle is not lost and payout is not None and "sentAt" in payout
        )
    words = [str(tmp_path / "receipt.json"), "--log-key", story.signer.vkey, "--bundle", str(file)]
    assert script.main(words) == 1
    said_last = capsys.readouterr().out
    assert "nothing here says whether it won" not in said_last
    assert "check with verify_round.py" in said_last.strip().splitlines()[-1]


def _script(story: Story, receipt: dict[str, Any], folder: Path, *words: str) -> dict[str, Any]:
    file = folder / "receipt.json"
    file.write_text(json.dumps(receipt))
    with contextlib.redirect_stdout(io.StringIO()) as said:
        script.main([str(file), "--json", "--log-key", story.signer.vkey, *words])
    told: dict[str, Any] = json.loads(said.getvalue())
    return told
