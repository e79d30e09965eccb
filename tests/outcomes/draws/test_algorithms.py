"""Every draw algorithm of the product, each one object: what it was begun with, what it drew, what is kept of that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.games.luckotto.game import LUCKOTTO
from app.games.ticket_draw.game import ROUNDS
from app.outcomes.draws.algorithms import Algorithm, Recorded

HASH = "ab" * 32
SEALED = {"promise": "cd" * 32, "sealRoot": "ef" * 32, "hashes": 21}
ALGORITHMS: dict[str, Algorithm[Recorded]] = {
    f"{game.name} {name}": algorithm for game in (ROUNDS, LUCKOTTO) for name, algorithm in game.draw.algorithms.items()
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "rounds hash-draw-1": {"digits": 3, "hashesPerDigit": 7},
    "rounds sealed-draw-1": {**SEALED, "supply": 1_000},
    "luckotto luckotto-draw-1": {"poolSize": 30, "hashWork": 21},
    "luckotto sealed-draw-1": {**SEALED, "poolSize": 30},
}
EACH = pytest.mark.parametrize("name", sorted(ALGORITHMS))


def drawn(name: str) -> dict[str, Any]:
    return ALGORITHMS[name].run(HASH, PARAMETERS[name], None, lambda _: None).to_json()


def test_each_game_keeps_its_own_by_their_ids() -> None:
    assert ROUNDS.draw.algorithms.keys() & LUCKOTTO.draw.algorithms.keys() == {"sealed-draw-1"}
    assert all(name.endswith(f" {one.id}") for name, one in ALGORITHMS.items())
    assert PARAMETERS.keys() == ALGORITHMS.keys()


@settings(max_examples=20)
@given(st.sampled_from(sorted(ALGORITHMS)), st.integers(1, 60))
def test_it_runs_from_its_parameters_and_goes_on_from_what_it_told(name: str, hashes: int) -> None:
    found = ALGORITHMS[name]
    parameters = {key: hashes if "ash" in key else value for key, value in PARAMETERS[name].items()}
    told: list[Recorded] = []
    recorded = found.run(HASH, parameters, None, told.append).to_json()
    again = found.run(HASH, parameters, told[0].to_json(), told.append).to_json()
    assert json.loads(json.dumps(recorded)) == recorded == again


@EACH
def test_a_record_is_read_back_as_what_was_drawn(name: str) -> None:
    record = drawn(name)
    assert ALGORITHMS[name].read(json.loads(json.dumps(record))).to_json() == record
    assert ALGORITHMS[name].agrees(record, PARAMETERS[name])


@EACH
@pytest.mark.parametrize("member", [0, 1, 2])
@pytest.mark.parametrize("value", [None, "", [], {}, "7", [None], 7.0, True, -1, ["ab"]])
def test_a_record_that_is_another_does_not_agree(name: str, member: int, value: object) -> None:
    record = drawn(name)
    key = sorted(record)[member]
    assert not ALGORITHMS[name].agrees({**record, key: value}, PARAMETERS[name])
    assert not ALGORITHMS[name].agrees({k: v for k, v in record.items() if k != key}, PARAMETERS[name])
    assert not ALGORITHMS[name].agrees({**record, "besides": value}, PARAMETERS[name])


@EACH
def test_no_algorithm_takes_the_record_of_another(name: str) -> None:
    for other in ALGORITHMS.keys() - {name}:
        with pytest.raises(ValueError, match="not an outcome of this algorithm"):
            ALGORITHMS[name].read(drawn(other))
        assert not ALGORITHMS[name].agrees(drawn(other), PARAMETERS[name])


@EACH
@pytest.mark.parametrize("value", [None, 0, -1, "3", 3.0, True, [3]])
def test_parameters_that_are_none_draw_nothing(name: str, value: object) -> None:
    for key in PARAMETERS[name]:
        with pytest.raises(ValueError, match="validation error"):
            ALGORITHMS[name].run(HASH, {**PARAMETERS[name], key: value}, None, lambda _: None)
    with pytest.raises(ValueError, match="validation error"):
        ALGORITHMS[name].run(HASH, {**PARAMETERS[name], "besides": 1}, None, lambda _: None)


@EACH
def test_everybody_is_told_all_but_the_evidence(name: str) -> None:
    found = ALGORITHMS[name]
    outcome = found.run(HASH, PARAMETERS[name], None, lambda _: None)
    assert found.for_the_audit < outcome.to_json().keys()
    assert found.told(outcome).keys() == outcome.to_json().keys() - found.for_the_audit


def test_a_round_of_an_algorithm_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="unknown"):
        ROUNDS.draw.algorithm(ROUNDS.round(winner_algorithm="hash-draw-9"))
