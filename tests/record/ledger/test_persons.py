"""The public log names persons by hashes of each leaf's own; who has the salt finds his leaf, and the audit both."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session

from app.core.database.session import db
from app.record.ledger import checks, service
from app.record.ledger.entries import AccountRef, Posting
from app.record.log.format import tree
from app.record.log.models import Waiting
from app.record.log.receipts.models import ReceiptLeaf
from app.record.log.receipts.service import forget_salts, person_hash

pytestmark = pytest.mark.usefixtures("either_way")

CLEARING = AccountRef("clearing", "stripe", "USD")
ADA, BEN = (AccountRef("wallet", f"00000000-0000-0000-0000-00000000000{n}", "USD") for n in (1, 2))


def _told() -> list[str]:
    """What the log has been told since this test began."""
    found = select(Waiting.data).where(Waiting.kind == "ledger", Waiting.data.contains("a story"))
    return list(db.session.scalars(found.order_by(Waiting.id)))


def _breaches() -> list[str]:
    return [str(breach) for check in checks.CHECKS for breach in check()]


def _story() -> None:
    service.post([Posting(CLEARING, ADA, 500, "test", "a story 1", "credit")])
    service.post([Posting(CLEARING, ADA, 500, "test", "a story 2", "credit")])
    service.post(
        [
            Posting(ADA, BEN, 200, "test", "a story 3", "move", 0),
            Posting(BEN, CLEARING, 50, "test", "a story 3", "move", 1),
        ]
    )
    assert service.mirror("test", ["a story 2"], {"credit": "undo"}) == 1


def test_persons_are_hashes_and_whoever_has_the_salt_finds_his_leaf(session: scoped_session[Session]) -> None:
    _story()
    leaves = _told()
    assert len(leaves) == 4
    assert not any(one.owner in leaf for one in (ADA, BEN) for leaf in leaves)
    names = [
        name for leaf in leaves for transfer in json.loads(leaf)["transfers"] for name in (transfer[2], transfer[4])
    ]
    hashes = [name for name in names if len(name) == 64]
    assert len(set(hashes)) == 5, "of one person in four leaves, and of another in one: all differ"
    by_hash = {tree.leaf_hash(leaf.encode()): leaf for leaf in leaves}
    for person, count in ((ADA, 4), (BEN, 1)):
        kept = session.scalars(select(ReceiptLeaf).where(ReceiptLeaf.subject == person.owner)).all()
        assert len(kept) == count
        assert all(person_hash(one.salt or b"", person.owner) in by_hash[bytes(one.leaf)] for one in kept)
    assert _breaches() == []


def test_the_same_again_is_said_once_and_other_content_never(session: scoped_session[Session]) -> None:
    _story()
    assert service.post([Posting(CLEARING, ADA, 500, "test", "a story 1", "credit")]) == 0
    with pytest.raises(service.LedgerConflict):
        service.post([Posting(CLEARING, ADA, 501, "test", "a story 1", "credit")])
    assert len(_told()) == 4
    assert _breaches() == []


def test_a_salt_that_is_forgotten_leaves_book_and_log_whole(session: scoped_session[Session]) -> None:
    _story()
    assert forget_salts([ADA.owner]) == 4
    assert _breaches() == []
    session.execute(text("ALTER TABLE ledger_transfers DISABLE TRIGGER ledger_transfers_append_only"))
    session.execute(text("UPDATE ledger_transfers SET amount = amount + 1 WHERE source_id = 'a story 3' AND line = 0"))
    assert any("ledger.log" in breach for breach in _breaches())


def test_the_audit_sees_whose_leaf_was_turned_to_somebody_else(session: scoped_session[Session]) -> None:
    _story()
    session.execute(
        text(
            "UPDATE log_leaves SET data = replace(data, left(:hash, 64), repeat('0', 64)) WHERE data LIKE '%story 1%'"
        ),
        {"hash": json.loads(_told()[0])["transfers"][0][4]},
    )
    found = " ".join(_breaches())
    assert "ledger.log" in found
    assert "ledger.receipts" in found
