"""`sealed-draw-1`: golden vectors, both engines, a second implementation, resuming, and no choice likelier."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.games.luckotto.draw.sealed import numbers_of
from app.games.ticket_draw.draw.sealed import ticket_of
from app.outcomes.draws import hash_chain, sealed_draw
from app.outcomes.draws.sealed_draw import Reached, Tree, choices, first_state, root_over, wait

from . import sealed_reference as reference

GOLDEN = json.loads((Path(__file__).parents[2] / "vectors" / "sealed_draw_1.json").read_text())["vectors"]
SHORT = [vector for vector in GOLDEN if vector["hashes"] < 2**20]
LONG = next(vector for vector in GOLDEN if vector["hashes"] == 2**24 + 1)
FIRST = bytes(range(32))
HASHES = st.binary(min_size=32, max_size=32).filter(any).map(bytes.hex)


def begun(vector: dict[str, Any]) -> bytes:
    return first_state(vector["promise"], vector["sealRoot"], vector["closingBlockHash"])


@pytest.mark.parametrize("engine", ["native", "portable"])
@pytest.mark.parametrize("vector", SHORT, ids=lambda vector: str(vector["hashes"]))
def test_golden_draws(vector: dict[str, Any], engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine == "portable":
        monkeypatch.setattr(hash_chain, "engine", lambda: ("hashlib", hash_chain.portable))
    delay = wait(begun(vector), vector["hashes"])
    assert (delay.last_state, delay.root) == (vector["lastState"], vector["checkpointsRoot"])
    assert (delay.kept[0], [state.hex() for state in delay.kept[1]]) == (0, vector["checkpoints"])


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda vector: str(vector["hashes"]))
def test_golden_choices_and_roots(vector: dict[str, Any]) -> None:
    states = [bytes.fromhex(state) for state in vector["checkpoints"]]
    assert states[0] == begun(vector)
    assert len(states) == sealed_draw.checkpoints_of(vector["hashes"])
    assert root_over(states, vector["hashes"]).hex() == vector["checkpointsRoot"]
    for one in vector["tickets"]:
        assert ticket_of(vector["lastState"], one["supply"]) == one["winningTicket"]
    for one in vector["numbers"]:
        assert numbers_of(vector["lastState"], one["poolSize"]) == one["drawnNumbers"]


def test_a_golden_draw_of_more_than_one_stretch() -> None:
    if hash_chain.engine()[0] != "c":
        pytest.skip("sixteen million hashes are for the C engine")
    delay = wait(begun(LONG), LONG["hashes"])
    assert (delay.last_state, delay.root) == (LONG["lastState"], LONG["checkpointsRoot"])


@settings(deadline=None)
@given(HASHES, HASHES, HASHES, st.integers(1, 60), st.integers(1, 9), st.integers(6, 63))
def test_the_descriptions_words_taken_literally(
    promise: str, seal_root: str, closing: str, hashes: int, every: int, pool: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed_draw, "EVERY", every)
        delay = wait(first_state(promise, seal_root, closing), hashes)
    states, root = reference.delay(promise, seal_root, closing, hashes, every)
    assert (list(delay.kept[1]), delay.root, delay.last_state) == (states, root, states[-1].hex())
    assert numbers_of(delay.last_state, pool) == reference.six(states[-1], pool)
    assert ticket_of(delay.last_state, pool) == next(reference.chosen(states[-1], pool))


@pytest.mark.parametrize("hashes", [1, 9, 10, 11, 30])
def test_a_delay_goes_on_from_every_checkpoint_to_the_same_end(hashes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hash_chain, "SLICE_STEPS", 4)
    monkeypatch.setattr(sealed_draw, "EVERY", 10)
    seen: list[Reached] = []
    whole = wait(FIRST, hashes, tell=seen.append)
    assert seen[-1].done == hashes
    for at in seen:
        assert (at.states()[0], len(at.states()[1])) == (0, at.tree.count)
        resumed = wait(FIRST, hashes, Reached.from_json(json.loads(json.dumps(at.to_json()))))
        assert (resumed.last_state, resumed.root) == (whole.last_state, whole.root)
        first, states = resumed.kept
        assert (first, [*whole.kept[1][:first], *states]) == (at.tree.count, list(whole.kept[1]))


@pytest.mark.parametrize(
    "change",
    [
        {"first": "11" * 32},
        {"hashes": 29},
        {"stepsDone": 31},
        {"stepsDone": -1},
        {"stepsDone": 0},
        {"stepsDone": 8},
        {"checkpoints": 4},
        {"peaks": []},
        {"state": "xyz"},
        {"state": None},
        {"more": 1, "first": 3},
    ],
)
def test_another_draws_checkpoint_is_refused(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hash_chain, "SLICE_STEPS", 4)
    monkeypatch.setattr(sealed_draw, "EVERY", 10)
    seen: list[Reached] = []
    wait(FIRST, 30, tell=seen.append)
    record = {**next(at for at in seen if at.done == 14).to_json(), **change}
    with pytest.raises(ValueError, match="checkpoint"):
        wait(FIRST, 30, Reached.from_json(record))


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("wrong", ["", "0" * 64, "AB" * 32, "ab" * 31, "ab" * 33, None])
def test_what_is_no_hash_begins_nothing(place: int, wrong: Any) -> None:
    given: list[Any] = ["ab" * 32] * 3
    given[place] = wrong
    with pytest.raises(ValueError, match="not a hash"):
        first_state(*given)


@pytest.mark.parametrize("hashes", [0, -1, 2**40 + 1])
def test_a_delay_has_its_bounds(hashes: int) -> None:
    with pytest.raises(ValueError, match="a delay has"):
        wait(FIRST, hashes)


def test_every_part_of_the_seed_and_of_the_tree_counts() -> None:
    one, two = "aa" * 32, "bb" * 32
    seeds = {first_state(*parts) for parts in ((one, one, two), (one, two, one), (two, one, one), (one, one, one))}
    assert len(seeds) == 4
    states = [bytes([n]) * 32 for n in range(1, 6)]
    roots = {root_over(states[:count], hashes) for count in range(1, 6) for hashes in (7, 8)}
    swapped = root_over([states[1], states[0], *states[2:]], 7)
    assert len({*roots, swapped}) == 11


@pytest.mark.parametrize("among", [1, 2, 3, 5, 7, 10, 100, 255, 256])
def test_no_choice_is_likelier_where_all_values_are_tried(among: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All 256 values of a hash of one byte: what is not refused falls on every number equally often."""
    monkeypatch.setattr(sealed_draw, "_VALUES", 256)
    monkeypatch.setattr(sealed_draw, "_value", lambda state, i: (state[0] + i) % 256)
    usable = 256 - 256 % among
    assert Counter(islice(choices(b"\0", among), usable)) == dict.fromkeys(range(among), usable // among)
    for value in range(256):  # what is refused is passed over for the next value that is not
        assert next(choices(bytes([value]), among)) == (value % among if value < usable else 0)


def test_numbers_are_drawn_as_often_as_each_other() -> None:
    draws = 4_000
    seen = Counter(n for at in range(draws) for n in numbers_of(hashlib.sha256(at.to_bytes(4, "big")).hexdigest(), 49))
    expected = draws * 6 / 49
    assert sum((seen[n] - expected) ** 2 / expected for n in range(1, 50)) < 95  # 48 degrees: one in ten thousand


def test_a_tree_grows_as_it_would_be_built_whole() -> None:
    leaves = [bytes([n]) * 32 for n in range(1, 40)]
    grown = Tree()
    for count, leaf in enumerate(leaves, 1):
        grown = grown.grown(leaf)
        top = reference.tree([reference.tagged("tiraj/sealed-draw/leaf/1", one) for one in leaves[:count]])
        numbers = (5).to_bytes(8, "big") + count.to_bytes(8, "big")
        assert grown.root(5) == reference.tagged("tiraj/sealed-draw/root/1", numbers + top)
