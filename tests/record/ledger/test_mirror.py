"""What was posted is taken back by its keys alone: as exactly, as once and as carefully as any posting."""

import pytest

from app.core.errors import DomainError
from app.record.ledger import checks, queries
from app.record.ledger.entries import AccountRef, Posting, mirrored
from app.record.ledger.service import LedgerConflict, mirror, post

COINS, POOL, SUSPENSE = AccountRef("coins"), AccountRef("pool", "rounds-1"), AccountRef("suspense", "void")
RESULT = AccountRef("result")
UNDONE = {"void": "undo_void", "credit": "undo"}

pytestmark = pytest.mark.usefixtures("either_way")


def paid(number, sats=1000):
    return Posting(COINS, POOL, sats, "payment", f"p{number}", "credit")


def voided(number, sats=1000):
    return Posting(POOL, SUSPENSE, sats, "payment", f"p{number}", "void")


def standing():
    assert [breach for check in checks.CHECKS for breach in check()] == []
    return [queries.balance(ref) for ref in (COINS, POOL, SUSPENSE)]


def test_the_mirror_is_the_one_that_could_have_been_posted(session):
    post([paid(1), paid(2, 70), paid(3, 5), voided(1)])
    assert mirror("payment", ["p1", "p2"], UNDONE) == 3
    assert standing() == [5, 5, 0]
    for number, kinds in ((1, UNDONE), (2, {"credit": "undo"}), (3, {})):
        for kind, name in kinds.items():
            expected = mirrored(queries.postings_of("payment", [f"p{number}"], kind), name)
            assert queries.postings_of("payment", [f"p{number}"], name) == expected != []
    assert queries.postings_of("payment", ["p3"], "undo", "undo_void") == []


def test_the_second_time_is_a_no_op_and_so_is_what_was_never_posted(session):
    post([paid(1)])
    assert [mirror("payment", ["p1"], UNDONE) for _ in range(2)] == [1, 0]
    assert mirror("payment", ["p9"], UNDONE) == mirror("payment", [], UNDONE) == mirror("payout", ["p1"], UNDONE) == 0
    assert standing() == [0, 0, 0]


def test_only_the_kinds_that_are_named_are_taken_back(session):
    post([paid(1), voided(1)])
    assert mirror("payment", ["p1"], {"void": "undo_void"}) == 1
    assert standing() == [1000, 1000, 0]


def test_a_key_that_has_other_content_is_refused_and_nothing_is_written(session):
    post([paid(1), paid(2), Posting(RESULT, POOL, 3, "payment", "p1", "undo")])
    with pytest.raises(LedgerConflict) as refused:
        mirror("payment", ["p1", "p2"], UNDONE)
    assert refused.value.params["key"] == "payment/p1/undo/0"
    assert standing() == [2000, 2003, 0]


def test_an_overdraft_is_refused_and_judged_on_the_whole(session):
    post([paid(1), voided(1)])
    with pytest.raises(DomainError, match="insufficient_funds"):
        mirror("payment", ["p1"], {"credit": "undo"})  # what was voided is in the pool no more
    assert standing() == [1000, 0, 1000]
    assert mirror("payment", ["p1"], UNDONE) == 2
    assert standing() == [0, 0, 0]
