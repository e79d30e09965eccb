"""What becomes of a proposal: raced, killed half-way, run out, outdated, withdrawn, or impossible to do."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound, Unavailable
from app.people.accounts.service import user_with_email
from app.people.approvals import checks, jobs, service
from app.people.approvals.models import Approval
from app.people.approvals.second import confirming
from app.people.approvals.second.people import Decider
from app.record.audit import queries as audit
from app.record.log import queries as public_log
from tests.faults.test_kills import KILLED, run

from .people import Stopping, acts, change, confirm, forge, in_transaction, propose, sales_stopped, session_of, state_of

ODD = UUID(int=7)


def code_of(act: object) -> str:
    with pytest.raises(DomainError) as error:
        act()  # type: ignore[operator]
    return error.value.code


def together(house: Flask, approval: UUID, deciders: list[Decider]) -> list[str]:
    """What each gets who confirms at one moment."""
    start = Barrier(len(deciders))

    def attempt(by: Decider) -> str:
        with house.app_context():
            start.wait()
            try:
                confirming.confirm(approval, by, "me first")
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(deciders)) as pool:
        return sorted(pool.map(attempt, deciders))


def test_of_raced_confirmations_one_does_it(house: Flask, stopping: Stopping) -> None:
    bea, cid = session_of("bea"), session_of("cid")
    approval = propose()
    assert together(house, approval, [bea, cid] * 4) == [*["approval_decided"] * 7, "done"]
    assert len(stopping.done) == 1
    assert [act for _, act in acts(approval)] == ["approval.proposed", "approval.confirmed"]


def test_without_the_row_s_lock_it_would_be_done_twice(
    house: Flask, stopping: Stopping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A negative control: the race above is one, for it is lost without the lock."""
    bea, cid = session_of("bea"), session_of("cid")
    approval = propose()
    both = Barrier(2)

    def unlocked(approval_id: UUID) -> object:
        found = db.session.get_one(service.Approval, approval_id)
        assert found.state == "open"
        both.wait()
        return found

    monkeypatch.setattr(service, "_open", unlocked)
    assert together(house, approval, [bea, cid]) == ["done", "done"]
    assert len(stopping.done) == 2


def test_a_process_that_dies_half_way_has_done_nothing(house: Flask, stopping: Stopping) -> None:
    approval, bea = propose(), session_of("bea")
    assert run(SimpleNamespace(app=house), lambda: confirm(approval, bea), fail_at="approval.done") == KILLED
    assert (state_of(approval), sales_stopped()) == ("open", False)
    assert run(SimpleNamespace(app=house), lambda: confirm(approval, bea)) == 0
    assert (state_of(approval), sales_stopped()) == ("confirmed", True)


def test_what_cannot_be_done_is_told_and_nothing_of_it_is_kept(stopping: Stopping) -> None:
    troubles = {
        "This round is not halted.": DomainError("round_not_halted", status=409),
        "There is nothing here.": NotFound(),
        "unexpected": ZeroDivisionError("a bug"),
    }
    bea = session_of("bea")
    for told, stopping.trouble in troubles.items():
        approval = propose()
        assert code_of(lambda one=approval: confirm(one, bea)) == "approval_failed"  # type: ignore[misc]
        assert (state_of(approval), sales_stopped()) == ("failed", False)
        assert acts(approval)[1:] == [("operator:bea", "approval.failed")]
        assert db.session.scalar(select(Approval.error).where(Approval.id == approval)) == told
    stopping.trouble = None
    assert code_of(lambda: confirm(approval, bea)) == "approval_decided"
    confirm(propose(), bea)  # the same, proposed anew
    assert sales_stopped()


def test_what_is_only_away_is_confirmed_again(stopping: Stopping) -> None:
    approval, bea = propose(), session_of("bea")
    for stopping.trouble in (Unavailable("node_away"), OperationalError("UPDATE", {}, Exception("lock"))):
        with pytest.raises(type(stopping.trouble)):
            confirm(approval, bea)
        assert (state_of(approval), sales_stopped()) == ("open", False)
    stopping.trouble = None
    confirm(approval, bea)
    assert sales_stopped()


def test_nobody_confirms_too_early_or_too_late(stopping: Stopping) -> None:
    stopping.waits = timedelta(hours=24)
    early, bea = propose(), session_of("bea")
    assert code_of(lambda: confirm(early, bea)) == "approval_too_early"
    late = propose(subject="late")
    forge("UPDATE approvals SET not_before = now() - interval '8 days', expires_at = now() - interval '1 second'")
    for approval in (early, late):  # the times are forged, so the marks are made anew, as time itself would leave them
        _mark_again(approval)
    assert code_of(lambda: confirm(late, bea)) == "approval_expired"
    assert not sales_stopped()
    assert (jobs.expire(), jobs.expire()) == (2, 0)
    assert (state_of(early), state_of(late)) == ("expired", "expired")
    assert acts(late)[1:] == [("system", "approval.expired")]


def _mark_again(approval: UUID) -> None:
    row = db.session.get_one(service.Approval, approval)
    made = service.marks.mark(service._MARK, service._told(row))
    db.session.rollback()
    forge("UPDATE approvals SET mark = :mark WHERE id = :id", mark=made, id=approval)


def test_one_proposal_at_a_time_unless_it_can_no_longer_be_done(stopping: Stopping) -> None:
    first = propose()
    assert code_of(propose) == "approval_waits"
    forge("UPDATE approvals SET not_before = now() - interval '8 days', expires_at = now()")
    second = propose("cid")
    assert (state_of(first), state_of(second)) == ("expired", "open")
    propose(subject="another")


def test_of_two_who_propose_the_same_at_once_one_does(house: Flask, stopping: Stopping) -> None:
    session_of("cid")
    start = Barrier(4)

    def attempt(name: str) -> str:
        with house.app_context():
            start.wait()
            try:
                propose(name)
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, ["operator", "cid"] * 2)) == [*["approval_waits"] * 3, "done"]


def test_what_makes_no_sense_any_more_is_not_done(stopping: Stopping) -> None:
    approval, bea = propose(), session_of("bea")
    stopping.over = "Sales are stopped already."
    assert code_of(lambda: confirm(approval, bea)) == "approval_outdated"
    assert code_of(lambda: propose(subject="another")) == "approval_outdated"
    assert state_of(approval) == "open"


def test_only_who_proposed_it_takes_it_back(stopping: Stopping) -> None:
    approval = propose()
    mine, theirs = "operator:operator", "operator:bea"
    back = lambda actor: in_transaction(lambda: service.withdraw(approval, actor=actor, reason="no more"))  # noqa: E731
    assert code_of(lambda: back(theirs)) == "approval_not_yours"
    back(mine)
    assert state_of(approval) == "withdrawn"
    assert code_of(lambda: back(mine)) == "approval_decided"
    assert code_of(lambda: confirm(ODD, session_of("bea"))) == "approval_not_found"


def test_where_one_is_enough_it_is_done_at_once(house: Flask, stopping: Stopping) -> None:
    act = lambda: service.propose_or_do("test.stop", "sales", {"name": "sales"}, "why", actor="operator:operator")  # noqa: E731
    with transaction():
        assert act() is not None
    assert not sales_stopped()
    settings = house.config["SETTINGS"]
    house.config["SETTINGS"] = settings.model_copy(update={"two_people": False})
    with transaction():
        assert act() is None
    assert sales_stopped()
    house.config["SETTINGS"] = settings


def test_the_audit_sees_what_was_changed_and_what_nobody_told(house: Flask, stopping: Stopping) -> None:
    approval = propose()
    confirm(approval, session_of("bea"))
    other = propose(subject="other")
    found = lambda: [one.check for check in checks.CHECKS for one in check()]  # noqa: E731
    assert found() == []
    db.session.rollback()
    forge("UPDATE approvals SET mark = 'x' WHERE id = :id", id=other)
    assert found() == ["approvals.altered"]
    db.session.rollback()
    change("UPDATE approvals SET state = 'withdrawn', decided_at = now() WHERE id = :id", id=other)
    assert found() == ["approvals.told"]


def test_the_public_log_is_bound_to_what_was_proposed(house: Flask, stopping: Stopping) -> None:
    """The entry has the payload's hash, and the leaf the entry's."""
    approval = propose()
    db.session.rollback()
    (entry,) = audit.entries(f"approval:{approval}")
    sha = db.session.scalar(text("SELECT encode(payload_sha256, 'hex') FROM approvals"))
    assert entry.detail == {"kind": "test.stop", "about": "sales", "payloadSha256": sha}
    leaves = [one for one in public_log.leaves_of_kinds(["decision"]) if one.subject == f"approval:{approval}"]
    assert len(leaves) == 1


def test_a_failure_that_comes_too_late_changes_nothing(stopping: Stopping) -> None:
    """Between the roll-back and the note another may have done it."""
    approval, bea, cid = propose(), session_of("bea"), session_of("cid")
    confirm(approval, bea)
    with pytest.raises(DomainError, match="approval_decided"):
        in_transaction(lambda: service.fail(approval, cid, "late", "why"))
    assert state_of(approval) == "confirmed"


def test_commands_list_show_and_withdraw_and_none_confirms(house: Flask, stopping: Stopping) -> None:
    approval = str(propose())
    flask = house.test_cli_runner()
    (listed,) = json.loads(flask.invoke(args=["approvals", "list", "--json"]).output)
    assert (listed["id"], listed["state"], listed["what"]) == (approval, "open", "sales stop")
    shown = json.loads(flask.invoke(args=["approvals", "show", approval]).output)
    assert (shown["payload"], shown["holds"]) == ({"name": "sales"}, True)
    back = ["approvals", "withdraw", approval, "--reason", "no more", "--operator"]
    assert flask.invoke(args=[*back, "bea"]).exit_code == 1
    assert "withdrawn" in flask.invoke(args=[*back, "operator"]).output
    assert flask.invoke(args=["approvals", "list"]).output == "none\n"
    assert json.loads(flask.invoke(args=["approvals", "list", "--decided", "--json"]).output)[0]["state"] == "withdrawn"
    assert sorted(house.cli.commands["approvals"].commands) == ["list", "show", "withdraw"]


def test_an_account_is_linked_once(house: Flask, stopping: Stopping) -> None:
    with transaction():
        user_with_email("ada@example.org"), user_with_email("eve@example.org")
    flask, how = house.test_cli_runner(), ["--operator", "operator", "--reason", "hers"]
    assert "linked" in flask.invoke(args=["operators", "link", "bea", "Ada@example.org", *how]).output
    assert "operator_linked" in flask.invoke(args=["operators", "link", "bea", "eve@example.org", *how]).output
    assert "nobody has" in flask.invoke(args=["operators", "link", "cid", "nobody@example.org", *how]).output
