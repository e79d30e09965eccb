"""The console's page of operators: one puts out and takes away, two make mightier."""

from __future__ import annotations

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
