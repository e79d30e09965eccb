"""Worlds that were played once and are gone on with from a copy, as a pytest plugin.

Most of what a test on a chain costs is what comes before its question: a round that was sold, sealed, drawn and won is
a dozen blocks. Who asks for `worlds` gets a world that begins when it is first asked for something. If that is a story
known by name (`World.recalled`), and the worker has played it before, database, chain, wallet and journal are put
where they stood at its end. Everything else is the test's own: its application, its database, its journal.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Hashable
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask

from app.core.database.session import db
from dev.node.process import NodeProcess

Answer = TypeVar("Answer")
_OF_ONE_TEST = {"database_url", "terms_journal_path", "log_journal_path", "bitcoin_rpc_url", "bcl_data_dir"}


@dataclass(frozen=True)
class Kept:
    """How a world stood at the end of a story, and what the story answered."""

    database: str
    node: str
    journal: Path
    miner: str
    answer: Any


class Worlds:
    """What this worker has played. Stories are told apart by name, kind of world, node and settings."""

    def __init__(self, make_database: Callable[..., str], folder: Path) -> None:
        self._make, self._folder = make_database, folder
        self._kept: dict[Hashable, Kept] = {}
        self._numbers = count()

    def open(self, app: Flask) -> None:
        """The database of an application that has none yet."""
        self._make(name=_database_of(app))

    def key(self, app: Flask, node: NodeProcess, kind: type, story: Hashable) -> Hashable:
        return story, kind, node.rpc_port, str(app.config["SETTINGS"].model_dump(exclude=_OF_ONE_TEST))

    def find(self, key: Hashable) -> Kept | None:
        return self._kept.get(key)

    def keep(self, key: Hashable, app: Flask, node: NodeProcess, miner: str, answer: object) -> None:
        db.session.remove()
        db.engine.dispose()
        number = next(self._numbers)
        journal = self._folder / str(number)
        journal.mkdir()
        _copy_journal(_journal_of(app), journal)
        database = f"{_database_of(app)}_{number}"
        self._make(_database_of(app), name=database)
        node.call("keepnode", str(number))
        self._kept[key] = Kept(database, str(number), journal, miner, deepcopy(answer))

    def restore(self, kept: Kept, app: Flask, node: NodeProcess) -> Any:
        """What the story answered; the application finds all that it left."""
        self._make(kept.database, name=_database_of(app))
        _copy_journal(kept.journal / _journal_of(app).name, _journal_of(app).parent)
        node.call("rewindnode", kept.node)
        return deepcopy(kept.answer)


def _database_of(app: Flask) -> str:
    return str(app.config["SETTINGS"].database_url.get_secret_value()).rpartition("/")[2]


def _journal_of(app: Flask) -> Path:
    return Path(app.config["SETTINGS"].terms_journal_path)


def _copy_journal(path: Path, folder: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copy(file, folder / file.name)


@pytest.fixture(scope="session")
def worlds(fresh_database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """What this worker remembers; a test that asks for it, by a fixture, has a world that begins late."""
    return Worlds(fresh_database, tmp_path_factory.mktemp("worlds"))
