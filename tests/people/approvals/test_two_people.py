"""Two people is two: who may confirm what another proposed, and who may not."""

from __future__ import annotations

from typing import Final

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.people.accounts.service import user_with_email
from app.people.approvals import service
from app.people.approvals.second.people import Decider
from app.people.operators import service as operators
from app.record.audit.approving import Payload

from .people import Stopping, acts, change, confirm, forge, in_transaction, propose, sales_stopped, session_of, state_of

HOW: Final = {"actor": "operator:operator", "reason": "a test"}


def refused(approval_id: object, by: Decider) -> str:
    """The code with which a confirmation is refused; nothing was done."""
    with pytest.raises(DomainError) as error:
        confirm(approval_id, by)  # type: ignore[arg-type]
    assert not sales_stopped()
    return error.value.code


def user(address: str, operator: str | None = None) -> object:
    with transaction():
        found = user_with_email(address)
        if operator is not None:
            operators.link(operator, found, **HOW)
    return found


def test_another_operator_confirms_and_it_is_done_once(stopping: Stopping) -> None:
    approval, bea = propose(), session_of("bea")
    assert not sales_stopped()
    confirm(approval, bea)
    assert sales_stopped()
    assert state_of(approval) == "confirmed"
    assert [(one.id, one.actor, one.confirmed_by) for one in stopping.done] == [(approval, "operator:operator", "bea")]
    assert acts(approval) == [
        ("operator:operator", "approval.proposed"),
        ("operator:bea", "approval.confirmed"),
    ]
    with pytest.raises(DomainError, match="approval_decided"):
        confirm(approval, session_of("cid"))
    assert len(stopping.done) == 1


def test_nobody_confirms_what_they_propose_from_whatever_session(stopping: Stopping) -> None:
    approval = propose()
    sessions = [session_of("operator"), session_of("operator")]
    assert len({one.session_id for one in sessions}) == 2
    assert [refused(approval, one) for one in sessions] == ["approval_by_same_person"] * 2
    assert state_of(approval) == "open"


def test_the_database_itself_knows_that_two_are_two(stopping: Stopping) -> None:
    approval = propose()
    with pytest.raises(IntegrityError, match="approvals_two_people_check"):
        change(
            "UPDATE approvals SET state = 'confirmed', decided_at = now(), decided_by = proposed_by WHERE id = :id",
            id=approval,
        )


def test_two_operators_who_are_one_account_are_one_person(stopping: Stopping) -> None:
    approval, bea = propose(), session_of("bea")
    user("ada@example.org", "operator")
    with transaction():
        operators.link("bea", user_with_email("ada@example.org"), **HOW)
    assert refused(approval, bea) == "approval_by_same_person"
    confirm(approval, session_of("cid"))
    assert sales_stopped()


def test_two_accounts_with_one_mailbox_are_one_person(stopping: Stopping) -> None:
    """What stands behind a plus leads into the same mailbox."""
    approval, bea = propose(), session_of("bea")
    user("ada@example.org", "operator")
    user("ada+second@example.org", "bea")
    assert refused(approval, bea) == "approval_by_same_person"


def test_a_partner_confirms_nothing_about_a_site_of_theirs(stopping: Stopping, house: Flask) -> None:
    owner = user("owner@example.org", "bea")
    stopping.concerned = (owner,)  # type: ignore[assignment]
    approval, bea = propose(), session_of("bea")
    assert refused(approval, bea) == "approval_concerns_you"
    with pytest.raises(DomainError, match="approval_concerns_you"):
        in_transaction(lambda: service.refuse(approval, bea, "not of my site"))
    confirm(approval, session_of("cid"))
    assert sales_stopped()


def test_credentials_alone_confirm_nothing_nor_does_a_session_that_ended(stopping: Stopping) -> None:
    approval, bea, cid = propose(), session_of("bea"), session_of("cid")
    codes = [refused(approval, Decider("bea", None)), refused(approval, Decider("bea", cid.session_id))]
    change("UPDATE operator_sessions SET revoked_at = now() WHERE id = :id", id=bea.session_id)
    codes.append(refused(approval, bea))
    codes.append(refused(approval, Decider("nobody", cid.session_id)))
    assert codes == ["confirmation_needs_session"] * 4


def test_a_privilege_that_is_taken_away_in_between_is_gone(stopping: Stopping) -> None:
    approval, bea = propose(), session_of("bea")
    with transaction():
        operators.set_privileges("bea", ["rounds"], **HOW)
    assert refused(approval, bea) == "operator_not_privileged"
    with transaction():
        operators.disable("cid", **HOW)
    cid = Decider("cid", bea.session_id)
    assert refused(approval, cid) == "confirmation_needs_session"


def test_what_somebody_proposed_who_may_no_more_is_not_confirmed(stopping: Stopping) -> None:
    approval, bea = propose("cid"), session_of("bea")
    with transaction():
        operators.disable("cid", **HOW)
    assert refused(approval, bea) == "approval_proposer_gone"
    in_transaction(lambda: service.refuse(approval, bea, "cid has left"))
    assert state_of(approval) == "refused"


def test_who_has_not_the_privilege_proposes_nothing(stopping: Stopping) -> None:
    with transaction():
        operators.set_privileges("bea", ["rounds"], **HOW)
    with pytest.raises(DomainError, match="operator_not_privileged"):
        propose("bea")
    with pytest.raises(NotFound, match="operator_not_found"):
        propose("nobody")


FORGED: Final = (
    """payload = '{"name": "writes"}'""",
    """payload = '{"name": "writes"}', payload_sha256 = sha256('{"name":"writes"}')""",
    "proposed_by = (SELECT id FROM operators WHERE name = 'cid')",
    "not_before = not_before - interval '1 day'",
    "expires_at = expires_at + interval '1 day'",
    "subject = 'writes'",
)


def test_what_was_changed_in_the_database_is_not_confirmed(stopping: Stopping) -> None:
    bea, _ = session_of("bea"), session_of("cid")
    for number, forged in enumerate(FORGED):
        approval = propose(subject=f"sales {number}")
        with pytest.raises(IntegrityError, match="never changes"):
            change(f"UPDATE approvals SET {forged} WHERE id = :id", id=approval)
        forge(f"UPDATE approvals SET {forged} WHERE id = :id", id=approval)
        assert refused(approval, bea) == "approval_altered", forged
        assert state_of(approval) == "open"
        in_transaction(lambda one=approval: service.refuse(one, bea, "somebody changed it"))  # type: ignore[misc]
        assert state_of(approval) == "refused"
    assert stopping.done == []


def test_a_payload_has_one_hash_whatever_the_order_of_its_members(stopping: Stopping) -> None:
    """A negative control of the refusals above: what Postgres writes back is what was proposed."""
    payload: Payload = {"name": "sales", "z": 1, "a": ["é", None, 2**60, True], "long": {"b": 1, "a": 2}}
    with transaction():
        approval = service.propose("test.stop", "sales", payload, "why", actor="operator:operator").id
    confirm(approval, session_of("bea"))
    assert sales_stopped()
