"""Sizes, names and places: what keeps the house readable."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import PurePath

from dev import map as map_of_the_house
from tests.architecture.sources import (
    EVERYTHING_THAT_RUNS,
    PRODUCT,
    TOP,
    functions,
    name_of,
    python_files,
    tree,
)

FILE_LINES = 400
FUNCTION_LINES = 40
LINE_LENGTH = 120
FOLDER_FILES = 12
ARCHITECTURE_WORDS = 1500
_VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}

_READ_ALONE = {
    f"utilities/bin/{name}.py"
    for name in (
        *("luckotto_allocate", "sign_payout", "verify_anchor", "verify_receipt", "verify_round", "verify_swertres"),
        "witness",
    )
}
"""One file is fetched, or carried to a machine without a network, and nothing else: it cannot be two."""


def test_files_are_short() -> None:
    long = {name_of(file): len(file.read_text().splitlines()) for file in python_files(*EVERYTHING_THAT_RUNS)}
    assert {name: lines for name, lines in long.items() if lines > FILE_LINES and name not in _READ_ALONE} == {}


def test_functions_are_short() -> None:
    long = [
        f"{name_of(file)}: {name} has {lines} lines"
        for file in python_files(*EVERYTHING_THAT_RUNS)
        for name, lines in functions(file)
        if lines > FUNCTION_LINES
    ]
    assert long == []


def test_no_line_is_spared_the_formatter() -> None:
    spared = "# fmt: " + "skip"
    assert [name_of(file) for file in python_files("app", "tests", "dev") if spared in file.read_text()] == []


def test_lines_of_templates_can_be_read() -> None:
    long = [
        f"{name_of(file)}:{number}"
        for file in sorted((TOP / "templates").rglob("*.*"))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if len(line) > LINE_LENGTH
    ]
    assert long == []


def test_scripts_and_styles_lie_by_floor() -> None:
    """Each beside the templates that ask for it. What checks for itself is a part of its own, as `utilities/` is."""
    folders = {file.parent.relative_to(TOP / "static") for file in (TOP / "static").rglob("*.[jc]s*")}
    apart = {folder for folder in folders if folder.parts and folder.parts[0] in ("vendor", "verify")}
    strangers = {str(folder) for folder in folders - apart if not (TOP / "templates" / folder).is_dir()}
    assert strangers == set()


def test_templates_are_short() -> None:
    lines = {name_of(file): len(file.read_text().splitlines()) for file in (TOP / "templates").rglob("*.*")}
    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}


def test_every_module_says_what_it_is_for() -> None:
    vague = [
        name_of(file)
        for file in (*python_files(*EVERYTHING_THAT_RUNS), *python_files("tests"))
        if file.stem in _VAGUE or any(part in _VAGUE for part in file.relative_to(TOP).parts)
    ]
    assert vague == []


def test_every_module_begins_with_what_it_is_for() -> None:
    silent = [
        name_of(file)
        for file in python_files(*EVERYTHING_THAT_RUNS)
        if file.name != "__init__.py" and ast.get_docstring(tree(file)) is None
    ]
    assert silent == []


def test_packages_run_nothing_when_imported() -> None:
    full = [
        name_of(file)
        for file in (*python_files(*EVERYTHING_THAT_RUNS), *python_files("tests"))
        if file.name == "__init__.py" and file.read_text().strip()
    ]
    assert full == ["app/__init__.py"]


def test_only_the_core_commits() -> None:
    """Every transaction is `core.db.transaction()`; the tools of development use it too."""
    commits = {
        name_of(file)
        for file in python_files(*EVERYTHING_THAT_RUNS)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    }
    assert commits == {"app/core/database/session.py"}


EDGES = {
    "pages.py": "a request",
    "pages/*.py": "a request",
    "api.py": "a request",
    "jobs.py": "a job",
    "commands.py": "a command",
    "commands/*.py": "a command's or job's step: the network is asked between two transactions",
    "catalogue/frame/buying.py": "a request",
    "chain/node/inspection.py": "a command's step: the node is asked before and after",
    "chain/scan/mempool.py": "a look at the mempool: the network is asked between two transactions",
    "chain/scan/scanner.py": "a block: the network is asked between two transactions",
    "faces/admin/door.py": "a request with a password: who came in, and who tried",
    "faces/admin/approving/operators.py": "a request",
    "faces/admin/results/deciding.py": "a request",
    "faces/admin/signing_in/own.py": "a request",
    "faces/admin/signing_in/session.py": "every request renews its session",
    "faces/admin/watch/watch.py": "a job's step: the node is asked before",
    "faces/api/door.py": "a request with a key",
    "money/gateways/asking.py": "a payment: its provider is asked between two transactions",
    "money/gateways/reconciling/comparing.py": "a job's step: the provider is asked before",
    "money/payouts/sent/broadcasting.py": "a payout: the node is asked between two transactions",
    "money/payouts/sent/impossible.py": "a payout: the node is asked between two transactions",
    "games/swertres/operating/*.py": "a request",
    "games/swertres/wire/*.py": "a request",
    "money/wallets/wire/exchange.py": "a request",
    "money/wallets/withdrawals/deciding.py": "a review: proposed in one transaction, or confirmed in another",
    "money/wallets/withdrawals/sending.py": "a payout: the provider is asked between two transactions",
    "outcomes/draws/service.py": "a draw's checkpoint: the hashing is done between two transactions",
    "outcomes/results/asking/asking.py": "a look: its source is asked between two transactions",
    "outcomes/results/listeners.py": "a result that its game is told, or else an alarm that it takes none",
    "people/accounts/codes/limits.py": "an alarm: the day's SMS are used up, and the request is refused",
    "people/accounts/login/page_door.py": "every request renews its session",
    "people/approvals/second/confirming.py": "a confirmation, or else a note that it could not be done",
    "people/partners/keys/door.py": "every request renews when its key was used",
    "selling/bets/sale/waiting/acceptor.py": "all tickets that wait",
    "selling/bets/sale/waiting/asking.py": "a request, where no acceptor answers: it is asked before",
    "selling/windows/orders/recovery.py": "a command's step: the network is asked between two transactions",
}
"""Who may open a transaction, and what one of theirs is."""


def test_only_edges_open_transactions() -> None:
    openers = {
        name_of(file)
        for file in python_files(*PRODUCT)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "transaction"
    }
    strangers = {opener for opener in openers if not any(PurePath(opener).match(edge) for edge in EDGES)}
    assert strangers == set()


def test_every_edge_is_one() -> None:
    """A row of the table that nothing needs any more says what is not so."""
    files = [PurePath(name_of(file)) for file in python_files(*PRODUCT)]
    assert [edge for edge in EDGES if not any(file.match(edge) for file in files)] == []


def test_folders_can_be_read() -> None:
    """A dozen files at most, of those that run; tests lie beside what they are about and may be more."""
    held = Counter(name_of(file.parent) for file in python_files(*PRODUCT) if file.name != "__init__.py")
    assert {folder: files for folder, files in held.items() if files > FOLDER_FILES} == {}


def test_the_map_is_the_house() -> None:
    assert map_of_the_house.PAGE.read_text() == map_of_the_house.drawn(), "make map"


def test_the_architecture_can_be_read_at_once() -> None:
    assert len((TOP / "docs/architecture.md").read_text().split()) <= ARCHITECTURE_WORDS


def test_the_architecture_names_every_floor_and_no_other() -> None:
    """In the order in which imports fall."""
    page = (TOP / "docs/architecture.md").read_text()
    table = page.partition("## The floors")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `([a-z]+)` \|", table, flags=re.MULTILINE)
    contract = (TOP / "setup.cfg").read_text().partition("contract:floors]")[2].partition("\n\n")[0]
    rows = re.findall(r"^    ([a-z]+(?: \| [a-z]+)*)$", contract, flags=re.MULTILINE)
    named = [one for row in rows for one in row.split(" | ")]
    floors = [one for one in named if not (TOP / "app" / f"{one}.py").exists()]
    assert told == floors
    assert set(floors) == {one.name for one in (TOP / "app").iterdir() if (one / "__init__.py").is_file()}
