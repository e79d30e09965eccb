"""Every alarm that the product can raise says what is the matter and what to do, on the page and in the mail."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.faces.admin import jobs
from app.record.audit.kinds import AlarmKind
from app.record.audit.service import raise_alarm
from app.record.notifications.models import Message
from app.wiring import PRODUCT
from tests.architecture.sources import TOP

from .operators import Operator

KINDS = {one.code: one for one in PRODUCT.alarm_kinds}


def raised(source: str) -> set[str]:
    """The codes in a module's calls of `raise_alarm`; one that is no word of the call is a constant of the module."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "raise_alarm":
            code = node.args[0]
            found.add(code.value if isinstance(code, ast.Constant) else constants[ast.unparse(code)])
    return found


def without_help(codes: set[str]) -> set[str]:
    return {code for code in codes if code not in KINDS or not KINDS[code].help.strip() or not KINDS[code].title}


def all_raised() -> set[str]:
    files = [file for file in Path(TOP / "app").rglob("*.py") if file.name != "service.py" or "audit" not in file.parts]
    return {code for file in files for code in raised(file.read_text())}


def test_every_alarm_says_what_to_do() -> None:
    codes = all_raised()
    assert len(codes) > 15
    assert without_help(codes) == set()
    assert set(KINDS) == codes, "a kind that nobody raises"
    assert len(PRODUCT.alarm_kinds) == len(KINDS), "two slices tell one kind"


def test_an_alarm_without_help_is_found() -> None:
    """The control."""
    assert raised('CODE: Final = "made_up"\nalarms.raise_alarm(CODE, "chain")\nraise_alarm("other", "x")') == {
        "made_up",
        "other",
    }
    assert without_help({"made_up", "node_away"}) == {"made_up"}


def test_operations_tells_of_the_same_alarms() -> None:
    page = (TOP / "docs/operations.md").read_text()
    told = re.findall(r"^\| `(\w+)` \|", page.split("## Alarms")[1].split("\n## ")[0], re.MULTILINE)
    assert sorted(told) == sorted(KINDS)


def test_an_alarm_is_named_on_the_overview_and_helped_on_its_page_and_in_its_mail(
    operator: Operator, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones = SimpleNamespace(alarm_phones=())
    readers = SimpleNamespace(
        alarm_readers=("ada@ops.example",), base_url="https://tiraj.example", of=lambda part: phones
    )
    monkeypatch.setattr(jobs, "current_settings", lambda: readers)
    kind: AlarmKind = KINDS["round_voided"]
    with transaction():
        raise_alarm("round_voided", "luckotto-round:7", reason="sealed too late")
        raise_alarm("round_voided", "round:7", reason="sealed too late")
        raise_alarm("of_an_older_version", "platform")
    assert kind.title in operator.get("/admin").text
    page = operator.get("/admin/alarms").text
    assert kind.title in page
    assert kind.help in page
    assert "Luckotto, round 7" in page, "the game is named"
    assert "Ticket draw, round 7" in page
    assert 'href="/admin/rounds/luckotto/7"' in page
    assert "Of an older version" in page
    assert jobs.tell() == 3
    db.session.rollback()
    assert kind.help in [params.get("help") for params in db.session.scalars(select(Message.params))]
