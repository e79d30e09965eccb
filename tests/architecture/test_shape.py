"""Sizes, names and places: what keeps the house readable."""

from __future__ import annotations

import ast
import re

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
_VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
_SHARED_GROUND = {"core"}  # not a slice: a shelf of small tools, each under its own name


_READ_ALONE = {"utilities/bin/sign_payout.py", "utilities/bin/verify_round.py"}
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
    "records.py": "a request",
    "catalogue/frame/buying.py": "a request",
    "api.py": "a request",
    "admin.py": "a request",
    "keys_pages.py": "a request",
    "email_pages.py": "a request",
    "team_pages.py": "a request",
    "key_door.py": "every request renews when its key was used",
    "login.py": "every request renews its session",
    "jobs.py": "a job",
    "commands.py": "a command",
    "cli.py": "a command",
    "scanner.py": "a block: the network is asked between two transactions",
    "broadcasting.py": "a payout: the node is asked between two transactions",
    "payouts_api.py": "a request",
    "impossible.py": "a payout: the node is asked between two transactions",
    "mempool.py": "a look at the mempool: the network is asked between two transactions",
    "replay.py": "a command's step: the node is asked after",
    "round_commands.py": "a command",
    "inspection.py": "a command's step: the node is asked before and after",
    "recovery.py": "a command's step: the network is asked between two transactions",
    "draws/service.py": "a draw's checkpoint: the hashing is done between two transactions",
    "faces/api/door.py": "a request with a key",
    "faces/admin/door.py": "a request with a password: who came in, and who tried",
    "audit_pages.py": "a request",
    "money_pages.py": "a request",
    "partner_pages.py": "a request",
    "payout_pages.py": "a request",
    "round_pages.py": "a request",
    "system_pages.py": "a request",
    "faces/admin/rq.py": "a request to the dashboard of jobs",
    "faces/admin/watch.py": "a job's step: the node is asked before",
    "faces/admin/auditing.py": "a command's or job's step: the node is asked between two transactions",
    "core/db.py": "where it is defined",
}
"""Who may open a transaction, and what one of theirs is."""


def test_only_edges_open_transactions() -> None:
    openers = {
        name_of(file)
        for file in python_files(*PRODUCT)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "transaction"
    }
    assert {opener for opener in openers if not opener.endswith(tuple(f"/{edge}" for edge in EDGES))} == set()


def names_told() -> set[str]:
    """The file names that docs/architecture.md gives a meaning: the first column of its two tables of names."""
    page = (TOP / "docs/architecture.md").read_text()
    rows = re.findall(r"^\| ((?:`[a-z0-9_]+\.py`(?:, )?)+) \|", page, flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([a-z0-9_]+\.py)`", row)}


def _names_that_exist() -> dict[str, str]:
    return {
        file.name: name_of(file)
        for file in python_files(*PRODUCT)
        if len(file.relative_to(TOP).parts) > 2
        and file.relative_to(TOP).parts[1] not in _SHARED_GROUND
        and file.name != "__init__.py"
    }


def test_every_file_of_a_slice_has_a_name_the_architecture_explains() -> None:
    unexplained = {where for name, where in _names_that_exist().items() if name not in names_told()}
    assert unexplained == set()


def test_the_architecture_explains_no_file_that_is_gone() -> None:
    usual = {"models.py", "rules.py", "postings.py", "service.py", "queries.py", "pages.py", "forms.py", "api.py"}
    usual |= {"schemas.py", "admin.py", "jobs.py", "checks.py", "messages.py", "commands.py"}
    assert names_told() - set(_names_that_exist()) - usual == set()
