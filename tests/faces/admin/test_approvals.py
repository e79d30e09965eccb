"""The queue of decisions that two people make, and each of them: as pages, and as JSON."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.database.session import transaction
from app.people.operators import service as operators
from tests.people.approvals.conftest import house, stopping  # noqa: F401  (fixtures)
from tests.people.approvals.people import PASSWORDS, Stopping, forge, propose, sales_stopped, session_of, state_of
from tests.personas import form_token

from .operators import Operator
from .test_signing_in import inside

OPEN = "/admin/approvals"


def browser_of(app: Flask, name: str) -> FlaskClient:
    return inside(app, name, PASSWORDS[name])


def post(browser: FlaskClient, approval: UUID, act: str, reason: str = "read it") -> TestResponse:
    data = {"csrf_token": form_token(browser), "reason": reason}
    return browser.post(f"{OPEN}/{approval}/{act}", data=data)


def ask(browser: FlaskClient, approval: UUID, act: str, **options: Any) -> TestResponse:
    return browser.post(f"/api/admin/approvals/{approval}/{act}", json={"reason": "read it"}, **options)


def test_what_one_proposes_another_reads_and_confirms(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    approval, bea = propose(), browser_of(house, "bea")
    queue = bea.get(OPEN).text
    assert f'href="/admin/approvals/{approval}"' in queue
    assert "Waits for you" in queue
    page = bea.get(f"{OPEN}/{approval}").text
    for said in ("Stop sales", "sales stop", "the node has to be looked at", "operator", "Void after"):
        assert said in page
    assert "1 decision waits for you as the second person." in bea.get("/admin").text
    answer = post(bea, approval, "confirm")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{OPEN}/{approval}")
    assert sales_stopped()
    page = bea.get(f"{OPEN}/{approval}").text
    assert "Confirmed, and done." in page
    assert "To all proposals" in page
    assert "Confirm it" not in page
    assert "as the second person" not in bea.get("/admin").text
    assert str(approval) in bea.get(f"{OPEN}?show=decided").text
    history = " ".join(re.sub(r"<[^>]*>", " ", bea.get("/admin/audit").text).split())
    assert "operator stopped sales: no order is made, confirmed by bea" in history
    assert "bea confirmed another&#39;s proposal, Stop sales, of sales, proposed by operator" in history


def test_who_proposed_it_is_told_so_and_takes_it_back(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    approval, mine = propose(), browser_of(house, "operator")
    assert "Waits for another" in mine.get(OPEN).text
    assert "as the second person" not in mine.get("/admin").text
    page = mine.get(f"{OPEN}/{approval}").text
    assert "You have proposed this" in page
    assert "/confirm" not in page
    refused = post(mine, approval, "confirm")
    assert refused.status_code == 403
    assert "you have proposed it" in refused.text
    assert post(mine, approval, "withdraw").status_code == 303
    assert state_of(approval) == "withdrawn"
    assert "Nothing waits for a second person" in mine.get(OPEN).text


def test_credentials_alone_read_and_confirm_nothing(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    approval, bea = propose(), Operator(house, "bea", PASSWORDS["bea"])
    page = bea.get(f"{OPEN}/{approval}").text
    assert "Sign in by the form to decide this" in page
    assert f"/admin/login?next=/admin/approvals/{approval}" in page
    answers = [bea.post(f"{OPEN}/{approval}/{act}", {"reason": "x"}).status_code for act in ("confirm", "refuse")]
    answers += [
        ask(house.test_client(), approval, act, headers=bea.headers).status_code for act in ("confirm", "refuse")
    ]
    assert answers == [403] * 4
    assert (state_of(approval), sales_stopped()) == ("open", False)


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    approval, bea = propose(), browser_of(house, "bea")
    for act in ("confirm", "refuse"):
        answer = post(bea, approval, act, " ")
        assert answer.status_code == 422
        assert answer.text.count('aria-invalid="true"') == 1
    assert post(bea, approval, "refuse", "not today").status_code == 303
    page = bea.get(f"{OPEN}/{approval}").text
    assert "not today" in page
    assert (state_of(approval), sales_stopped()) == ("refused", False)


def test_what_was_changed_outdated_or_failed_is_said(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    bea = browser_of(house, "bea")
    outdated, failing, altered = propose(), propose(subject="failing"), propose(subject="altered")
    stopping.over = "Sales are stopped already."
    page = bea.get(f"{OPEN}/{outdated}").text
    assert "Sales are stopped already." in page
    assert f"{outdated}/confirm" not in page
    stopping.over, stopping.trouble = None, ZeroDivisionError()
    answer = post(bea, failing, "confirm")
    assert answer.status_code == 409
    assert "could not be done" in answer.text
    assert "Failed" in answer.text
    stopping.trouble = None
    forge('UPDATE approvals SET payload = \'{"name": "writes"}\' WHERE id = :id', id=altered)
    page = bea.get(f"{OPEN}/{altered}").text
    assert "This is not what was proposed" in page
    assert f"{altered}/confirm" not in page
    answer = post(bea, altered, "confirm")
    assert answer.status_code == 409
    assert "A proposal is not what was proposed" in bea.get("/admin/alarms").text
    assert "Altered" in bea.get(OPEN).text


def test_who_may_not_decide_a_kind_does_not_see_it(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    approval, bea = propose(), browser_of(house, "bea")
    with transaction():
        operators.set_privileges("bea", ["rounds"], actor="operator:operator", reason="a test")
    assert str(approval) not in bea.get(OPEN).text
    assert "as the second person" not in bea.get("/admin").text
    assert bea.get(f"{OPEN}/{approval}").status_code == 403
    assert bea.get("/api/admin/approvals").get_json() == {"approvals": [], "next": None}
    assert [ask(bea, approval, act).status_code for act in ("confirm", "refuse")] == [403, 403]
    assert post(bea, approval, "confirm").status_code == 403
    assert state_of(approval) == "open"


def test_json_lists_confirms_and_refuses(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    first, second, bea = propose(), propose(subject="again"), browser_of(house, "bea")
    listed = bea.get("/api/admin/approvals").get_json()
    assert [one["id"] for one in listed["approvals"]] == [str(first), str(second)]
    one = bea.get(f"/api/admin/approvals/{first}").get_json()
    assert (one["state"], one["sentence"], one["rows"]) == ("open", "sales stop", [["What", "sales"]])
    assert (one["payload"], one["holds"], one["proposedBy"]) == ({"name": "sales"}, True, "operator")
    assert bea.post(f"/api/admin/approvals/{first}/confirm", json={}).status_code == 422
    confirmed = ask(bea, first, "confirm")
    assert (confirmed.status_code, confirmed.get_json()["state"]) == (200, "confirmed")
    assert sales_stopped()
    again = ask(browser_of(house, "cid"), first, "confirm")
    assert (again.status_code, again.get_json()["code"]) == (409, "approval_decided")
    assert ask(bea, second, "refuse").get_json()["decidedBy"] == "bea"
    decided = bea.get("/api/admin/approvals?show=decided").get_json()["approvals"]
    assert [one["id"] for one in decided] == [str(second), str(first)]
    assert bea.get("/api/admin/approvals?show=all").status_code == 422
    assert bea.get("/api/admin/approvals/nonsense").get_json()["code"] == "approval_not_found"


def test_nobody_confirms_their_own_by_json_either(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    approval, mine = propose(), browser_of(house, "operator")
    answers = [ask(mine, approval, act) for act in ("confirm", "refuse")]
    assert {(one.status_code, one.get_json()["code"]) for one in answers} == {(403, "approval_by_same_person")}
    stolen = ask(
        mine,
        approval,
        "confirm",
        headers={"Authorization": Operator(house, "bea", "bea-password").headers["Authorization"]},
    )
    assert (stolen.status_code, stolen.get_json()["code"]) == (403, "confirmation_needs_session")
    assert session_of("bea").session_id is not None
    assert not sales_stopped()
