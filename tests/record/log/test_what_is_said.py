"""Whatever is posted is said in the log, with its key and each transfer; decisions are bound, private things untold."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session

from app.core.database.session import db
from app.core.errors import DomainError
from app.record.audit import service as audit
from app.record.audit.leaves import decision_hash
from app.record.audit.models import AuditEntry
from app.record.ledger import leaves, service
from app.record.ledger.entries import AccountRef, Posting, mirrored
from app.record.ledger.leaves import Told
from app.record.log.models import Waiting

COINS, POOL, HELD = AccountRef("coins"), AccountRef("pool", 'rounds/"7"\n'), AccountRef("held", "höld\\\x1f")


def waiting() -> Sequence[Waiting]:
    return db.session.scalars(select(Waiting).order_by(Waiting.id)).all()


def bought(amount: int, line: int = 0) -> Posting:
    return Posting(COINS, POOL if line % 2 else HELD, amount, "payment", 'p"1', "bought", line)


def test_the_database_writes_a_leaf_as_the_rule_does(session: scoped_session[Session]) -> None:
    postings = [bought(100 + line, line) for line in range(401)]
    service.post(postings)
    told = [Told(one.line, one.debit, one.credit, one.amount) for one in postings]
    wanted = [
        leaves.leaf_of("payment", 'p"1', "bought", part, told[first : first + 200])
        for part, first in enumerate((0, 200, 400))
    ]
    assert [(one.kind, one.subject, one.data) for one in waiting()] == wanted


def test_what_is_posted_again_is_not_said_again(session: scoped_session[Session]) -> None:
    service.post([bought(5)])
    service.post([bought(5)])
    assert len(waiting()) == 1


def test_what_is_refused_was_never_said(session: scoped_session[Session]) -> None:
    with pytest.raises(DomainError, match="insufficient_funds"):
        service.post([Posting(POOL, COINS, 5, "payment", "p", "lost")])
    assert waiting() == []


def test_what_is_taken_back_is_said_as_well(session: scoped_session[Session]) -> None:
    service.post([bought(5)])
    service.mirror("payment", ['p"1'], {"bought": "undo"})
    (undo,) = mirrored([bought(5)], "undo")
    assert [json.loads(one.data)["key"][2] for one in waiting()] == ["bought", "undo"]
    assert json.loads(waiting()[1].data)["transfers"] == [[0, "held", HELD.owner, "coins", "", "sat", undo.amount]]


def test_a_decision_is_bound_and_not_told(session: scoped_session[Session]) -> None:
    found = audit.note("operator:anne", "round.voided", "rounds:7", "a reason of ours", tip=9)
    (leaf,) = waiting()
    assert leaf.kind == "decision"
    assert not {word for word in ("anne", "reason") if word in leaf.data}
    entry = db.session.get_one(AuditEntry, found)
    again = decision_hash(entry.id, entry.actor, entry.action, entry.subject, entry.reason, entry.detail)
    assert json.loads(leaf.data) == {"action": "round.voided", "hash": again, "subject": "rounds:7", "type": "decision"}


@pytest.mark.parametrize(
    ("actor", "action", "subject"),
    [
        ("user:1", "account.logged_in", "user:1"),
        ("operator:anne", "operator.admitted", "operator:anne"),
        ("nobody", "account.login_denied", "login"),
        ("system", "alarm.raised", "rounds:7"),
    ],
)
def test_what_concerns_nobody_outside_is_not_said(
    session: scoped_session[Session], actor: str, action: str, subject: str
) -> None:
    audit.note(actor, action, subject, "", code="x")
    assert waiting() == []


def test_a_leaf_is_gone_with_its_fact(committed_db: Flask) -> None:
    service.post([bought(5)])
    db.session.rollback()
    assert db.session.scalar(text("SELECT count(*) FROM log_leaves")) == 0
