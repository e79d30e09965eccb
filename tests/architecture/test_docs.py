"""The documents stay true: settings, alarms, commands and links are compared with the code."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from app import wiring
from tests.architecture.sources import PRODUCT, TOP, python_files, tree

PAGES = [TOP / "README.md", TOP / "CHANGELOG.md", *sorted((TOP / "docs").rglob("*.md"))]
OPERATIONS = TOP / "docs/operations.md"


def _rows(page: Path) -> list[list[str]]:
    """The cells of every table row."""
    rows = re.findall(r"^\| (.+) \|$", page.read_text(), flags=re.MULTILINE)
    return [row.split(" | ") for row in rows]


def test_every_setting_is_told_with_its_default() -> None:
    told = {
        cells[0].strip("`"): cells[1].strip("`") for cells in _rows(OPERATIONS) if re.match(r"`[A-Z_]+`$", cells[0])
    }
    expected = {
        name.upper(): "required" if field.is_required() else "not set" if field.default is None else str(field.default)
        for name, field in wiring.PRODUCT.settings.model_fields.items()
    }
    assert told == expected


def test_every_setting_is_told_once_in_words() -> None:
    """As the console's page has them: by what they are about."""
    groups = wiring.PRODUCT.settings.groups()
    told = [name for one in groups for name in one.words]
    assert sorted(told) == sorted(wiring.PRODUCT.settings.model_fields)
    assert len({one.title for one in groups}) == len(groups)
    assert [words for one in groups for words in one.words.values() if words.endswith(".")] == []


def _constants(file: Path) -> dict[str, str]:
    """Texts that a module has given a name."""
    return {
        target.id: node.value.value
        for node in tree(file).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _alarm_codes() -> set[str]:
    """The first argument of every call of `raise_alarm`, written out or by its name."""
    return {
        node.args[0].value if isinstance(node.args[0], ast.Constant) else _constants(file)[ast.unparse(node.args[0])]
        for file in python_files(*PRODUCT)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "raise_alarm"
    }


def test_every_alarm_is_told() -> None:
    section = OPERATIONS.read_text().partition("## Alarms")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", section, flags=re.MULTILINE)) == _alarm_codes()


def _own_commands(app: Flask) -> set[str]:
    found = set()
    for name, command in app.cli.commands.items():
        if name in ("run", "shell", "routes", "db"):
            continue
        inner = getattr(command, "commands", None) or {}
        found |= {f"flask {name} {part}" for part in inner}
        if not inner or getattr(command, "invoke_without_command", False):
            found.add(f"flask {name}")
    return found


def test_every_command_is_told(app: Flask) -> None:
    section = OPERATIONS.read_text().partition("## Commands")[2].partition("\n## ")[0]
    told = {re.split(r" [\[A-Z]", text)[0] for text in re.findall(r"^\| `(flask [^`]+)`", section, flags=re.MULTILINE)}
    assert told - {"flask db upgrade"} == _own_commands(app)


def test_links_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_decision_says_what_why_and_what_else() -> None:
    pages = sorted((TOP / "docs/decisions").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert numbers == sorted(set(numbers)), "two decisions of one number"
    for page, number in zip(pages, numbers, strict=True):
        text = page.read_text()
        assert text.startswith(f"# {number}. "), page.name
        assert all(f"**{part}.**" in text for part in ("What", "Why", "What else")), page.name


def _tries() -> list[str]:
    """The commands a reader can paste as they stand."""
    lines = (TOP / "docs/verifying.md").read_text().splitlines() + (TOP / "README.md").read_text().splitlines()
    scripts = [line for line in lines if line.startswith("python3 utilities/bin/hash_")]
    return sorted({line for line in scripts if not re.search(r" [A-Z_]{6,}( |$)", line)})


@pytest.mark.parametrize("command", _tries())
def test_what_a_doubter_is_told_to_try_works(command: str) -> None:
    words = shlex.split(command)
    done = subprocess.run([sys.executable, *words[1:]], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_such_commands() -> None:
    assert len(_tries()) == 3


def test_the_promise_told_as_an_example_is_the_one_its_order_commits_to() -> None:
    """Both stand in the page: a round's text with the command that hashes it, and an order's terms with the hash."""
    page = (TOP / "docs/verifying.md").read_text()
    words = shlex.split(next(line for line in page.splitlines() if line.startswith('python3 -c "import hashlib')))
    done = subprocess.run([sys.executable, *words[1:]], capture_output=True, text=True, check=True)
    assert f'"roundCommitment":"{done.stdout.strip()}"' in page
