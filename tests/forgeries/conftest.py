"""The rounds that are forged, every forgery of them, and what the script says of each: once for a file of tests."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from dev.node.process import NodeProcess

from .chain import Record
from .corpus import cases, honest, honest_by_sealed_draw, honest_by_two, known_before
from .genuine import genuine_bundles
from .script import SCRIPT

FLAGS = {"log": "--log-key", "witness": "--witness"}
Case = dict[str, Any]
Key = tuple[str, str, bool]


@pytest.fixture(scope="module")
def genuines(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Record]:
    return genuine_bundles(app_settings, fresh_database, node, tmp_path_factory.mktemp("genuine"))


def key_of(one: Case) -> Key:
    """Of which game and forgery it is, and whether its reader was told what to expect."""
    return one["game"], one["name"], bool(one["expect"])


@pytest.fixture(scope="module")
def all_cases(genuines: dict[str, Record]) -> dict[Key, Case]:
    """Each game's honest round, then every forgery: to a reader who was told what to expect, and to one who was not."""
    true = {game: honest(genuine) for game, genuine in genuines.items()}
    genuine_cases = [
        {"name": "honest", "game": game, "bundle": bundle, "expect": expect, "claims": [], "status": 0}
        for game, bundle in true.items()
        for expect in (known_before(bundle), {})
    ]
    ways = {"honest by a sealed draw": honest_by_sealed_draw, "honest by two checkpoints": honest_by_two}
    for game, genuine in genuines.items():
        for name, tell in ways.items():
            bundle = tell(genuine)
            told = {"game": game, "bundle": bundle, "expect": known_before(bundle), "claims": [], "status": 0}
            genuine_cases.append({"name": name, **told})
    return {key_of(one): one for one in [*genuine_cases, *cases(genuines)]}


class Script:
    """verify_round.py, asked once about each case."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._told: dict[Key, Record] = {}

    def of(self, one: Case) -> Record:
        if key_of(one) not in self._told:
            self._told[key_of(one)] = self._asked(one["bundle"], one["expect"])
        return self._told[key_of(one)]

    def _asked(self, bundle: Record, expect: Mapping[str, str]) -> Record:
        self._file.write_text(json.dumps(bundle))
        flags = [part for name, value in expect.items() for part in (FLAGS.get(name, f"--expect-{name}"), value)]
        with redirect_stdout(io.StringIO()) as said:
            status = SCRIPT["main"]([str(self._file), "--json", *flags])
        told: Record = json.loads(said.getvalue())
        assert told["status"] == status
        return told


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Script:
    return Script(tmp_path_factory.mktemp("script") / "bundle.json")
