"""A receipt and its round's bundle, each fetched at some time: whatever two honest times give counts as no lie, and
what no two times give always does."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.games.luckotto.rules import STATES as LUCKOTTO_STATES
from app.games.ticket_draw.rules import STATES as TICKET_STATES
from tests.utilities.receipts import ORDER, PAID_TO, script, simple

HOLDS, FAILS, NOT_TOLD = "holds", "does not hold", "not told"
FINAL = ("won", "lost", "void")
UNDRAWN = ("scheduled", "unbacked", "open", "closed", "sealed", "drawing", "halted")
STATES = {"rounds": TICKET_STATES, "luckotto": LUCKOTTO_STATES}
DRAWN = {
    "won": {"winningTicket": 3, "winningNumbers": [1, 2, 3, 4, 5, 6]},
    "lost": {"winningTicket": 9, "winningNumbers": [7, 8, 9, 10, 11, 12]},
}
OWED = {"state": "owed", "amountSats": 5, "address": PAID_TO}


class At(NamedTuple):
    """A moment of an order's life: whether it holds anything, and what its receipt calls it."""

    holds: bool
    state: str


def life(game: str, end: str) -> list[At]:
    """Each moment of an order that comes to this, by all rows of its game's table."""
    before = [At(row.has_ticket, row.state) for row in STATES[game].rows if row.state not in FINAL]
    return [*before, At(True, end), *([At(False, end)] if end == "void" else [])]


def right(at: At, end: str, is_decided: bool) -> str:
    """The verdict on the state of an honest receipt beside an honest bundle, whichever is the older."""
    if at.state in FINAL:
        return HOLDS if is_decided else NOT_TOLD
    return NOT_TOLD if is_decided and (at.holds or end == "won") else HOLDS


def receipt_at(game: str, at: At) -> dict[str, Any]:
    story, receipt = simple(game)
    if not at.holds:
        status = "void" if at.state == "void" else "below_minimum"
        receipt = story.receipt(story.payment(status=status), held=None)
    if game == "rounds" and at.holds:
        receipt["slip"]["status"] = at.state if at.state in FINAL else "assigned"
    return receipt | {"status": at.state, "payout": OWED if at.state == "won" else None}


def bundle_at(game: str, phase: str, end: str) -> dict[str, Any]:
    """The round's bundle when the round is in this phase; `end`: what this order comes to."""
    is_drawn = phase == "settled"
    return {
        "bundleVersion": 2,
        "game": game,
        "round": {"roundNumber": 7, "status": phase, "jackpotSats": 5},
        "draw": DRAWN[end] if is_drawn else None,
        "win": {"identifier": ORDER if end == "won" else "another"} if is_drawn else None,
        "payout": None,
    }


class Told(NamedTuple):
    state: str
    payout: str
    said: str


@pytest.fixture
def judged(tmp_path: Path) -> Any:
    """The verdicts on state and payout of a receipt beside a bundle."""

    def run(receipt: dict[str, Any], bundle: dict[str, Any]) -> Told:
        file, claims = tmp_path / "bundle.json", script.Claims()
        file.write_text(json.dumps(bundle))
        read = script.read_receipt(json.dumps(receipt), None)
        of = script.read_round(str(file), read)
        script.judge_state(read, of, claims)
        script.judge_payout(read, of, claims)
        verdicts = {one["claim"]: one["verdict"] for one in claims.all}
        return Told(
            verdicts["state"], verdicts["payout"], " ".join(why for one in claims.all for why in one["details"])
        )

    return run


@pytest.mark.parametrize("end", FINAL)
@pytest.mark.parametrize("game", ["rounds", "luckotto"])
def test_no_two_honest_times_are_called_a_lie(judged: Any, game: str, end: str) -> None:
    last = "void" if end == "void" else "settled"
    assert {at.state for at in life(game, end)} == set(STATES[game].names) - set(FINAL) | {end}
    for at, phase in product(life(game, end), [*UNDRAWN, last]):
        told, is_decided = judged(receipt_at(game, at), bundle_at(game, phase, end)), phase == last
        assert (told.state, told.payout != FAILS) == (right(at, end, is_decided), True), (at, phase, told)
        again = "the bundle is from before the draw: fetch it again" if at.state in FINAL else "fetch the file again"
        assert told.state == HOLDS or again in told.said or "the file is from before: fetch it again" in told.said


@pytest.mark.parametrize("game", ["rounds", "luckotto"])
def test_what_no_two_times_explain_is_a_lie(judged: Any, game: str) -> None:
    for stated, end in product(FINAL, FINAL):
        bundle = bundle_at(game, "void" if end == "void" else "settled", end)
        told = judged(receipt_at(game, At(True, stated)), bundle)
        assert told.state == (HOLDS if stated == end else FAILS), (stated, end)
    for stated, phase in product(FINAL, UNDRAWN):
        nothing = receipt_at(game, At(False, stated)) | {"payments": [], "payout": None}
        assert judged(nothing, bundle_at(game, phase, "lost")).state == FAILS, "it holds nothing, and came to something"
    for stated in ("won", "lost"):
        nothing = receipt_at(game, At(False, stated)) | {"payout": None}
        assert judged(nothing, bundle_at(game, "settled", "lost")).state == FAILS


@pytest.mark.parametrize("game", ["rounds", "luckotto"])
def test_a_receipt_from_before_the_ticket_that_won(judged: Any, game: str) -> None:
    bundle = bundle_at(game, "settled", "won")
    early = receipt_at(game, At(False, "waiting")) | {"payments": []}
    assert judged(early, bundle).state == NOT_TOLD
    assert judged(early | {"status": "lost"}, bundle).state == FAILS
    assert judged(receipt_at(game, At(True, "won")), bundle | {"win": {"identifier": "another"}}).state == FAILS
