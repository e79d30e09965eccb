"""Templates are compiled once a process, for all the applications that its tests make: one that answers a single page
would spend more on compiling than on everything else.
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache


class _InMemory(BytecodeCache):
    """Jinja's own check of the source stands: what a test writes anew is compiled anew."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_compiled = _InMemory()
_made_by_flask = Flask.create_jinja_environment


def _with_compiled(app: Flask) -> Environment:
    made = _made_by_flask(app)
    made.bytecode_cache = _compiled
    return made


def pytest_configure(config: pytest.Config) -> None:
    Flask.create_jinja_environment = _with_compiled  # type: ignore[method-assign]
