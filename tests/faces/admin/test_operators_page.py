"""The console's page of operators: one puts out and takes away, two make mightier."""

from __future__ import annotations

import re

from flask import Flask

from app.people.operators.rules import MODULES
from tests.people.approvals.conftest import house  # noqa: F401  (fixtures)
from tests.people.approvals.people import confirm, session_of
from tests.personas import form_token

from .test_approvals import browser_of
from .test_by_two import proposal_at, send
from .test_operator_tokens import as_quick, enrolled, log_in, may

LIST = "/admin/system/operators"


def test_operators_are_listed_and_each_has_a_page(house: Flask) -> None:  # noqa: F811
    ada = browser_of(house, "operator")
    page = ada.get(LIST).text
    for said in ("bea", "cid", "everything", "of the settings"):
        assert said in page
    page = ada.get(f"{LIST}/operator").text
    assert "Where" not in page
    assert "Werkzeug" in page  # the browser of this session
    assert ada.get(f"{LIST}/nobody").status_code == 404
    assert 'href="/admin/system/operators"' in ada.get("/admin/system").text


def test_less_is_in_force_at_once_and_more_waits_for_another(house: Flask) -> None:  # noqa: F811
    as_quick(house)
    ada, bea = browser_of(house, "operator"), browser_of(house, "bea")
    assert send(ada, f"{LIST}/bea/privileges", module=["rounds"]) == f"{LIST}/bea"
    assert may("bea") == ["rounds"]
    assert bea.get(LIST).status_code == 403
    approval = proposal_at(send(ada, f"{LIST}/bea/privileges", module=["rounds", "payouts"]))
    assert f"/admin/approvals/{approval}" in ada.get(f"{LIST}/bea").text
    assert may("bea") == ["rounds"]
    other = {"csrf_token": form_token(ada), "reason": "payouts alone", "module": ["payouts"]}
    answer = ada.post(f"{LIST}/bea/privileges", data=other)
    assert (answer.status_code, "another change of this operator waits" in answer.text) == (409, True)
    assert f'href="/admin/approvals/{approval}"' in answer.text
    assert "payouts alone</textarea>" in answer.text
    assert re.findall(r'value="(\w+)" checked', answer.text) == ["payouts"]
    confirm(approval, session_of("cid"))
    assert may("bea") == ["rounds", "payouts"]
    unknown = {"csrf_token": form_token(ada), "reason": "x", "module": ["everything"]}
    assert ada.post(f"{LIST}/bea/privileges", data=unknown).status_code == 422
    silent = {"csrf_token": form_token(ada), "reason": "", "module": ["rounds", "audit"]}
    answer = ada.post(f"{LIST}/bea/privileges", data=silent)
    assert answer.status_code == 422
    assert answer.text.count(" checked>") == 2  # what was ticked stays
    assert len(MODULES) > 2


def test_one_puts_out_and_two_let_in(house: Flask) -> None:  # noqa: F811
    as_quick(house)
    ada, bea = browser_of(house, "operator"), browser_of(house, "bea")
    assert send(ada, f"{LIST}/bea/disable") == f"{LIST}/bea"
    assert bea.get("/admin").status_code == 303
    assert log_in(house).status_code == 401
    approval = proposal_at(send(ada, f"{LIST}/bea/enable"))
    confirm(approval, session_of("cid"))
    assert log_in(house).status_code == 200


def test_codes_are_reset_by_two(house: Flask) -> None:  # noqa: F811
    as_quick(house)
    enrolled(house)
    ada = browser_of(house, "operator")
    approval = proposal_at(send(ada, f"{LIST}/bea/codes"))
    confirm(approval, session_of("cid"))
    assert "Their phone is lost" not in ada.get(f"{LIST}/bea").text
    assert log_in(house).status_code == 200


def test_of_two_operators_neither_gives_back_and_whoever_commands_the_server_does(house: Flask) -> None:  # noqa: F811
    as_quick(house)
    ada, bea = browser_of(house, "operator"), browser_of(house, "bea")
    assert "who is neither of you two: cid" in words(ada.get(f"{LIST}/bea").text)
    send(ada, f"{LIST}/cid/disable")
    assert "Nobody here could give it back" in ada.get(f"{LIST}/bea").text
    form = {"csrf_token": form_token(ada), "reason": "so it is", "module": [one for one in MODULES if one != "wallets"]}
    unsure = ada.post(f"{LIST}/bea/privileges", data=form)
    assert (unsure.status_code, "Nobody here could give it back: tick that you know it." in unsure.text) == (422, True)
    assert may("bea") == list(MODULES)
    send(ada, f"{LIST}/bea/privileges", module=form["module"], sure="1")
    assert "wallets" not in may("bea")

    approval = proposal_at(send(ada, f"{LIST}/bea/privileges", module=list(MODULES)))
    theirs = words(bea.get(f"/admin/approvals/{approval}").text)
    for said in ("This is not yours to decide", "it is about you", "No other operator may confirm or refuse it"):
        assert said in theirs
    command = f"flask operators privilege bea {' '.join(MODULES)} --alone --operator NAME --reason TEXT"
    assert command in theirs
    assert f"/approvals/{approval}/confirm" not in theirs
    assert "Waits for another" in bea.get("/admin/approvals").text
    assert "as the second person" not in bea.get("/admin").text
    assert command in words(ada.get(f"/admin/approvals/{approval}").text)

    shell = house.test_cli_runner()
    told = command.replace("NAME", "operator").replace("TEXT", "back").removeprefix("flask ").split()
    assert shell.invoke(args=told).output == "bea: changed\n"
    assert may("bea") == list(MODULES)
    assert "alone, at the shell of the server" in words(ada.get(f"{LIST}/bea").text)
    assert "makes no sense any more" in ada.get(f"/admin/approvals/{approval}").text


def test_alone_is_nobody_while_another_could_confirm_it(house: Flask) -> None:  # noqa: F811
    as_quick(house)
    send(browser_of(house, "operator"), f"{LIST}/bea/privileges", module=["rounds"])
    command = ["operators", "privilege", "bea", "payouts", "--alone", "--operator", "operator", "--reason", "back"]
    refused = house.test_cli_runner().invoke(args=command)
    assert (refused.exit_code, "approval_possible" in refused.output) == (1, True)
    assert may("bea") == ["rounds"]


def words(page: str) -> str:
    """A page as it is read."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())
