"""The published scripts, run in the test's own process: an interpreter that reads one anew takes a tenth of a second.

That each runs as people run it, by itself and alone, is asked in tests/utilities.
"""

from __future__ import annotations

import importlib.util
import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

BIN = Path(__file__).parents[1] / "utilities" / "bin"


class Done(NamedTuple):
    """As subprocess has it."""

    returncode: int
    stdout: str
    stderr: str


def run(name: str, *words: str, told: str = "") -> Done:
    """What `python utilities/bin/NAME WORDS` says, `told` being its standard input."""
    main = _loaded(name).main
    said, wrong, kept = _stream(), _stream(), sys.stdin
    sys.stdin = _stream(told)
    try:
        with redirect_stdout(said), redirect_stderr(wrong):
            status = main(list(words))
    except SystemExit as ended:  # argparse
        status = ended.code
    finally:
        sys.stdin = kept
    return Done(status or 0, _text(said), _text(wrong))


@cache
def _loaded(name: str) -> ModuleType:
    """Read from where it lies, as a stranger would."""
    spec = importlib.util.spec_from_file_location(f"published_{name.removesuffix('.py')}", BIN / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
