"""What a bare machine is told, in one line each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev import setup

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A PATH on which the only Python answers as told."""

    def make(lacks: str) -> None:
        for name in setup.CANDIDATES:
            program = tmp_path / name
            program.write_text(f'#!/bin/sh\ncase "$*" in *"{lacks}"*) exit 1;; esac\nexec {sys.executable} "$@"\n')
            program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        monkeypatch.setattr(setup, "_apt_install", lambda package: False)

    return make


def test_a_python_without_ensurepip(machine, capsys: pytest.CaptureFixture[str]):
    machine("import ensurepip")
    with pytest.raises(SystemExit):
        setup._need_ensurepip(setup._python())
    assert "apt-get install python3." in capsys.readouterr().err


def test_an_old_python(machine, capsys: pytest.CaptureFixture[str]):
    machine("version_info <")
    with pytest.raises(SystemExit):
        setup._python()
    assert "3.11 or newer" in capsys.readouterr().err


def test_every_requirement_is_pinned_with_its_hash():
    for name in setup.REQUIREMENTS:
        lines = (TOP / name).read_text().replace("\\\n", " ").splitlines()
        pinned = [line for line in lines if line.strip() and not line.startswith("#")]
        assert pinned
        assert [line for line in pinned if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_front_end_packages_name_no_registry():
    text = (TOP / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert text.count('"integrity"') == text.count('"node_modules/')


def test_make_alone_lists_the_commands():
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    shown = subprocess.run(["make"], cwd=TOP, env=environment, capture_output=True, text=True, check=True).stdout
    for command in ("demo", "test", "bench", "lint", "help"):
        assert f"  {command} " in shown
