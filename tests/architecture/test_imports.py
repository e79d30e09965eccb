"""Who may import whom: the contract in setup.cfg, and what a contract cannot say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import EVERYTHING_THAT_RUNS, TOP, imports, name_of, python_files

_LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_LINT_IMPORTS, "--config", "setup.cfg", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_contract_holds() -> None:
    done = _lint(TOP)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("chain/scan/scanner.py", "import app.games.ticket_draw.models", "Imports fall from floor to floor"),
        ("chain/scan/scanner.py", "import app.outcomes.draws.models", "Imports fall from floor to floor"),
        ("games/luckotto/service.py", "import app.games.ticket_draw.models", "Games never meet"),
        ("faces/site/pages.py", "import app.faces.desk.pages", "Faces never meet"),
        ("record/events/service.py", "import app.record.audit.models", "Records never meet"),
        ("people/accounts/service.py", "import app.people.partners.models", "Partners have accounts"),
        ("games/ticket_draw/rules.py", "import sqlalchemy", "Rules and postings touch nothing"),
        ("selling/windows/postings.py", "import app.record.ledger.service", "Rules and postings touch"),
        ("core/clock.py", "import dev.supervisor", "The product knows nothing"),
        ("strangers/models.py", "", "Imports fall from floor to floor"),
        ("games/stranger/models.py", "", "Games never meet"),
    ],
)
def test_the_contract_bites(tmp_path: Path, file: str, line: str, broken: str) -> None:
    """Against a copy with one wrong line in it, or with a slice that has no place among the layers."""
    shutil.copy(TOP / "setup.cfg", tmp_path)
    for folder in ("app", "dev"):
        shutil.copytree(TOP / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    changed = tmp_path / "app" / file
    if not changed.exists():
        changed.parent.mkdir()
        (changed.parent / "__init__.py").touch()
        changed.touch()
    changed.write_text(changed.read_text() + f"\n{line}\n")
    done = _lint(tmp_path)
    assert done.returncode == 1
    rows = [row for row in done.stdout.splitlines() if row.endswith(" BROKEN")]
    assert [row.startswith(broken) for row in rows] == [True], done.stdout


def test_the_published_scripts_need_nothing_but_python() -> None:
    """A doubter runs them with a bare interpreter."""
    scripts = python_files("utilities/bin")
    assert scripts
    foreign = [
        f"{name_of(script)}:{line} imports {module}"
        for script in scripts
        for module, line in imports(script)
        if module.startswith(".") or module.split(".")[0] not in sys.stdlib_module_names
    ]
    assert foreign == []


def test_one_module_knows_bitcoinlib() -> None:
    """It writes files and starts a log when it is imported, so it is met in one place."""
    users = {
        name_of(file)
        for file in python_files(*EVERYTHING_THAT_RUNS)
        for module, _ in imports(file)
        if module.split(".")[0] == "bitcoinlib"
    }
    assert {user for user in users if not user.startswith("benchmarks/")} == {"app/chain/deposits/addresses.py"}
