"""`luckotto-draw-1`: golden vectors, a second implementation, resuming from anywhere, and no number more likely."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.games.luckotto.draw import six_numbers
from app.games.luckotto.draw.six_numbers import WorkDone, draw, numbers_from
from app.outcomes.draws import hash_chain

GOLDEN = json.loads((Path(__file__).parents[2] / "vectors" / "luckotto_draw_1.json").read_text())["vectors"]
HASH = GOLDEN[0]["closingBlockHash"]


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda v: f"{v['poolSize']}x{v['hashWork']}")
def test_golden_draws(vector):
    result = draw(vector["closingBlockHash"], vector["poolSize"], vector["hashWork"])
    recorded = result.to_json()
    assert recorded == {key: vector[key] for key in ("drawnNumbers", "drawDigests", "winningNumbers")}
    assert six_numbers.is_consistent(recorded, vector["poolSize"])


def test_some_golden_draw_uses_up_a_states_bytes():
    assert {len(vector["drawDigests"]) for vector in GOLDEN} == {1, 2, 3}


def _as_documented(block_hash, pool_size, hash_work):
    state = hashlib.sha256(f"luckotto-draw-1:{block_hash}".encode()).digest()
    for _ in range(hash_work):
        state = hashlib.sha256(state).digest()
    stream = list(state)
    drawn = []
    while len(drawn) < 6:
        if not stream:
            state = hashlib.sha256(state).digest()
            stream = list(state)
        byte = stream.pop(0)
        if byte >= 256 - (256 % pool_size) or byte % pool_size + 1 in drawn:
            continue
        drawn.append(byte % pool_size + 1)
    return drawn


@given(st.binary(min_size=32, max_size=32).filter(any), st.integers(6, 256), st.integers(1, 40))
def test_the_documentations_words_taken_literally(block, pool_size, hash_work):
    result = draw(block.hex(), pool_size, hash_work)
    assert result.drawn == _as_documented(block.hex(), pool_size, hash_work)
    assert len(set(result.winning)) == 6
    assert 1 <= result.winning[0] < result.winning[-1] <= pool_size


def test_every_number_is_drawn_as_often_as_any_other():
    draws = 6000
    seen = Counter(
        number
        for at in range(draws)
        for number in numbers_from(hashlib.sha256(at.to_bytes(4, "big")).hexdigest(), 49).drawn
    )
    expected = draws * 6 / 49
    chi_square = sum((seen[number] - expected) ** 2 / expected for number in range(1, 50))
    assert chi_square < 95  # 48 degrees of freedom: one in ten thousand lies above


def test_a_draw_goes_on_from_every_checkpoint_to_the_same_result(monkeypatch):
    monkeypatch.setattr(hash_chain, "SLICE_STEPS", 7)
    seen = []
    whole = draw(HASH, 49, 30, on_work=seen.append)
    assert [work.steps_done for work in seen] == [7, 14, 21, 28, 30]
    for work in seen:
        stored = json.loads(json.dumps(work.to_json()))
        assert draw(HASH, 49, 30, WorkDone.from_json(stored)) == whole


@pytest.mark.parametrize(
    "change",
    [
        {"closing_hash": "1" * 64},
        {"hash_work": 31},
        {"steps_done": 31},
        {"steps_done": -1},
        {"steps_done": 0},
        {"state": "x" * 64},
        {"state": "00"},
    ],
)
def test_a_checkpoint_of_another_draw_is_refused(change):
    at = WorkDone(HASH, 30, 7, "ab" * 32)
    with pytest.raises(ValueError, match="another draw"):
        draw(HASH, 49, 30, WorkDone(**{**at.to_json(), **change}))


@pytest.mark.parametrize("record", [{}, {"state": "x"}, {**WorkDone(HASH, 1, 0, HASH).to_json(), "more": 1}])
def test_what_is_no_checkpoint(record):
    with pytest.raises(ValueError, match="not a checkpoint"):
        WorkDone.from_json(record)


@pytest.mark.parametrize(
    "arguments",
    [
        ("0" * 64, 49, 1),
        (HASH[:-1], 49, 1),
        (HASH.replace("d", "D"), 49, 1),
        (None, 49, 1),
        (HASH, 5, 1),
        (HASH, 257, 1),
        (HASH, 49, 0),
    ],
)
def test_what_cannot_be_drawn_from(arguments):
    with pytest.raises(ValueError):
        draw(*arguments)


@pytest.mark.parametrize(
    "change",
    [
        {"drawnNumbers": [1, 2, 3, 4, 5, 6]},
        {"winningNumbers": [1, 2, 3, 4, 5, 6]},
        {"drawDigests": []},
        {"drawDigests": ["zz"]},
        {"more": 1},
    ],
)
def test_an_outcome_that_contradicts_itself(change):
    outcome = {key: GOLDEN[0][key] for key in ("drawnNumbers", "drawDigests", "winningNumbers")}
    assert six_numbers.is_consistent(outcome, GOLDEN[0]["poolSize"])
    assert not six_numbers.is_consistent({**outcome, **change}, GOLDEN[0]["poolSize"])
