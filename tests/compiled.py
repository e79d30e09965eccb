"""Templates, statements and settings are compiled once a process, for all the applications that its tests make; the
tests themselves once a run, by its workers together.

An application that answers a single page would spend more on compiling than on everything else.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from _pytest.assertion import rewrite
from flask import Flask
from flask.templating import Environment
from flask_sqlalchemy import SQLAlchemy
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.util import LRUCache

from app.core.config import PartOfSettings, Settings


class _OfTheRun(BytecodeCache):
    """What a test writes anew is compiled anew: a template is known by its name and by what it says.

    What one worker compiles the others read: to read costs a hundredth.
    """

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType] = {}
        self.folder: Path | None = None

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code itself: nothing changes it, and reading it anew for each application costs more than finding it."""
        key = bucket.key, bucket.checksum
        if key not in self._compiled and (file := self._file(bucket)) is not None and file.exists():
            self._compiled[key] = marshal.loads(file.read_bytes())
        bucket.code = self._compiled.get(key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is None:
            return
        self._compiled[bucket.key, bucket.checksum] = bucket.code
        if (file := self._file(bucket)) is not None:
            draft = file.with_suffix(f".{os.getpid()}")  # a reader finds all of it or nothing
            draft.write_bytes(marshal.dumps(bucket.code))
            draft.rename(file)

    def _file(self, bucket: Bucket) -> Path | None:
        return self.folder and self.folder / f"{bucket.key}-{bucket.checksum}"


_templates = _OfTheRun()
_statements: LRUCache[Any, Any] = LRUCache(10_000)
_environment_of_flask, _engine_of_flask = Flask.create_jinja_environment, SQLAlchemy._make_engine


def _environment(app: Flask) -> Environment:
    made = _environment_of_flask(app)
    made.bytecode_cache = _templates
    return made


def _engine(extension: SQLAlchemy, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
    made = _engine_of_flask(extension, bind_key, options, app)
    made._compiled_cache = _statements
    return made


_kinds_of_settings: dict[tuple[type, ...], type[Settings]] = {}
_kind_of_settings = Settings.with_parts


def _with_parts(parts: Sequence[type[PartOfSettings]]) -> type[Settings]:
    key = tuple(parts)
    if key not in _kinds_of_settings:
        _kinds_of_settings[key] = _kind_of_settings(parts)
    return _kinds_of_settings[key]


def _said(words: str) -> Callable[[PGDialect_psycopg, Connection, str], None]:
    """A savepoint's statement as it stands: its name is another each time, so that nothing compiled would be kept."""

    def say(dialect: PGDialect_psycopg, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"{words} {name}")

    return say


def _is_alike(one: object, other: object) -> bool:
    return type(one) is type(other)


def _rewrite_a_share(config: pytest.Config) -> None:
    """The asserts of a worker's share of the files: of a fresh checkout each worker would rewrite all of them, as long
    as it takes to import everything else. What is kept beside them is known by their text."""
    worker, state = getattr(config, "workerinput", None), config.stash[rewrite.assertstate_key]
    if not worker:
        return
    own = slice(int(worker["workerid"].removeprefix("gw")), None, worker["workercount"])
    for path in _to_be_run(config)[own]:
        kept = rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
        if rewrite._read_pyc(path, kept) is None and rewrite.try_makedirs(kept.parent):
            source_hash, code = rewrite._rewrite_test(path, config)
            rewrite._write_pyc(state, code, source_hash, kept)


def _to_be_run(config: pytest.Config) -> list[Path]:
    """The files of tests in the folders that were asked for, in the same order for each worker."""
    ignored = {(config.rootpath / one).resolve() for one in config.getoption("ignore") or ()}
    folders = [(config.invocation_params.dir / one).resolve() for one in config.args]
    found = {path for folder in folders if folder.is_dir() for path in folder.rglob("test_*.py")}
    return sorted(path for path in found if ignored.isdisjoint(path.parents))


@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_configure_node(node: Any) -> None:
    """In the controller, for each worker, once the servers have their folder: where they keep what they compile."""
    folder = Path(node.workerinput["servers"][0], "templates")
    folder.mkdir(exist_ok=True)
    node.workerinput["compiled"] = str(folder)


def pytest_configure(config: pytest.Config) -> None:
    """What is compiled is kept by statement and dialect; those of all the tests' databases are alike."""
    _rewrite_a_share(config)
    if given := getattr(config, "workerinput", {}).get("compiled"):
        _templates.folder = Path(given)
    Flask.create_jinja_environment = _environment  # type: ignore[method-assign]
    SQLAlchemy._make_engine = _engine  # type: ignore[method-assign]
    Settings.with_parts = staticmethod(_with_parts)  # type: ignore[method-assign, assignment]
    PGDialect_psycopg.do_savepoint = _said("SAVEPOINT")  # type: ignore[method-assign]
    PGDialect_psycopg.do_release_savepoint = _said("RELEASE SAVEPOINT")  # type: ignore[method-assign]
    PGDialect_psycopg.do_rollback_to_savepoint = _said("ROLLBACK TO SAVEPOINT")  # type: ignore[method-assign]
    PGDialect_psycopg.__eq__ = _is_alike  # type: ignore[method-assign]
    PGDialect_psycopg.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
