"""Lint, format and types are part of the promise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.sources import TOP


def _run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_is_content() -> None:
    _run("ruff", "check", "--no-cache", "--output-format", "concise", ".")


def test_the_code_is_formatted() -> None:
    _run("ruff", "format", "--no-cache", "--check", "--output-format", "concise", ".")


@pytest.mark.slow
def test_types_hold() -> None:
    _run("mypy")
