"""Whatever is posted, in whatever order and however often: the ledger agrees with a dictionary."""

from collections import defaultdict
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.record.ledger import checks, queries
from app.record.ledger.chart import kind_of
from app.record.ledger.entries import AccountRef, Posting
from app.record.ledger.service import LedgerConflict, post

REFS = [AccountRef("coins"), AccountRef("result"), AccountRef("fees"), *(AccountRef("pool", str(n)) for n in range(3))]


@st.composite
def postings(draw):
    debit, credit = draw(st.permutations(REFS))[:2]
    amount, key = draw(st.integers(1, 5)), draw(st.integers(0, 12))
    return Posting(debit, credit, amount, "test", str(key // 3), "move", key % 3)


class Model:
    """The ledger as one would write it without a database."""

    def __init__(self):
        self.known, self.balances = {}, defaultdict(int)

    def post(self, batch):
        """How many were new; or which refusals are right, where nothing is changed."""
        known, balances, refusals = dict(self.known), defaultdict(int, self.balances), set()
        for posting in batch:
            if posting.key not in known:
                known[posting.key] = posting
                for ref, debited in ((posting.debit, posting.amount), (posting.credit, -posting.amount)):
                    balances[ref] += debited if kind_of(ref).normal_side == "debit" else -debited
            elif known[posting.key] != posting:
                refusals.add("ledger_conflict")
        if any(amount < 0 and not kind_of(ref).may_be_negative for ref, amount in balances.items()):
            refusals.add("insufficient_funds")
        if refusals:
            return refusals
        written = len(known) - len(self.known)
        self.known, self.balances = known, balances
        return {written}


def posted(batch):
    try:
        return post(batch)
    except (LedgerConflict, DomainError) as refused:
        return refused.code


@contextmanager
def clean(session):
    """Each example starts from an empty ledger."""
    example = session.begin_nested()
    try:
        yield
    finally:
        example.rollback()


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(postings(), max_size=6), max_size=8))
def test_the_ledger_agrees_with_the_model(session, batches):
    with clean(session):
        model = Model()
        for batch in batches:
            assert posted(batch) in model.post(batch)
            assert {ref: queries.balance(ref) for ref in REFS} == {ref: model.balances[ref] for ref in REFS}
        assert [breach for check in checks.CHECKS for breach in check()] == []
