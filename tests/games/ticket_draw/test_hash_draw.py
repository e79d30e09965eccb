"""The draw: golden vectors, resuming from anywhere, and hashes that are none."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.games.ticket_draw.draw.hash_draw import Checkpoint
from app.games.ticket_draw.draw.hash_draw import hash_draw_1 as draw
from app.outcomes.draws import hash_chain

GOLDEN = json.loads((Path(__file__).parents[2] / "vectors" / "draw_1.json").read_text())["vectors"]
HASH = GOLDEN[0]["closingBlockHash"]


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda v: f"{v['ticketDigits']}x{v['hashesPerDigit']}")
def test_golden_draws(vector):
    result = draw(vector["closingBlockHash"], vector["ticketDigits"], vector["hashesPerDigit"])
    assert result.draw_digits == vector["drawDigits"]
    assert result.digests == vector["drawDigests"]
    assert result.winning_ticket == vector["winningTicket"]


def test_the_documents_words_taken_literally():
    state, drawn = bytes.fromhex(HASH), ""
    for _ in range(5):
        for _ in range(12):
            state = hashlib.sha256(state).digest()
        drawn = str(int(state.hex(), 16) % 10) + drawn
    result = draw(HASH, 5, 12)
    assert (result.draw_digits, result.winning_ticket) == (drawn, int(drawn))


def test_a_draw_goes_on_from_every_checkpoint_to_the_same_result(monkeypatch):
    monkeypatch.setattr(hash_chain, "SLICE_STEPS", 7)
    seen: list[Checkpoint] = []
    whole = draw(HASH, 4, 30, on_checkpoint=seen.append)
    assert len(seen) == 4 * 5  # 7, 14, 21, 28 and 30 of each digit
    for checkpoint in seen:
        stored = json.loads(json.dumps(checkpoint.to_json()))
        assert draw(HASH, 4, 30, resume=Checkpoint.from_json(stored)) == whole


def test_a_draw_can_be_stopped_and_taken_up_again(monkeypatch):
    monkeypatch.setattr(hash_chain, "SLICE_STEPS", 10)
    whole = draw(HASH, 3, 25)

    class Stop(Exception):
        pass

    kept: list[Checkpoint] = []

    def stop_each_time(checkpoint):
        kept.append(checkpoint)
        raise Stop

    result, stops = None, 0
    while result is None:
        try:
            result = draw(HASH, 3, 25, kept[-1] if kept else None, stop_each_time)
        except Stop:
            stops += 1
    assert result == whole
    assert stops == 9


def damaged_checkpoints():
    kept: list[Checkpoint] = []
    draw(HASH, 3, 5, on_checkpoint=kept.append)
    good = kept[1].to_json()
    other = "ab" * 32
    return {
        "another block": {**good, "closing_hash": other},
        "another work": {**good, "hashes_per_digit": 6},
        "another digit": {**good, "draw_digits": "55" if good["draw_digits"] != "55" else "44"},
        "digit missing": {**good, "draw_digits": good["draw_digits"][1:]},
        "digest missing": {**good, "digests": good["digests"][1:]},
        "another digest": {**good, "digests": [good["digests"][0], other]},
        "no digest": {**good, "digests": ["x", "y"]},
        "another state": {**good, "state": other},
        "no state": {**good, "state": ""},
        "too many digits": {**good, "digit_index": 4},
        "work beyond": {**good, "steps_done": 5},
        "negative work": {**good, "steps_done": -1},
    }


@pytest.mark.parametrize(("why", "record"), damaged_checkpoints().items(), ids=damaged_checkpoints().keys())
def test_a_checkpoint_of_another_draw_is_refused(why, record):
    with pytest.raises(ValueError):
        draw(HASH, 3, 5, Checkpoint.from_json(record))


@pytest.mark.parametrize("record", [{}, {"digests": None}, {"digests": [], "x": 1}])
def test_what_is_no_checkpoint(record):
    with pytest.raises(ValueError):
        Checkpoint.from_json(record)


@pytest.mark.parametrize(
    "text",
    ["", "0" * 64, "00", "g" * 64, HASH + "00", HASH[:-1], " " + HASH[1:], HASH + "\n", "٣" * 64, "A" * 64, None],
)
def test_what_is_no_hash_draws_nothing(text):
    with pytest.raises(ValueError):
        draw(text, 3, 5)


@pytest.mark.parametrize(("digits", "hashes"), [(0, 1), (-1, 1), (10, 1), (1, 0), (1, -1)])
def test_numbers_out_of_range(digits, hashes):
    with pytest.raises(ValueError):
        draw(HASH, digits, hashes)


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=32, max_size=32).filter(any), st.integers(1, 9), st.integers(1, 40))
def test_digits_and_ticket_always_fit(seed, digits, hashes):
    result = draw(seed.hex(), digits, hashes)
    assert len(result.draw_digits) == len(result.digests) == digits
    assert 0 <= result.winning_ticket < 10**digits
    assert int(result.draw_digits) == result.winning_ticket
    for place, digest in enumerate(result.digests):
        assert result.draw_digits[-1 - place] == str(int(digest, 16) % 10)
