"""What a draw could cost: the table against a dictionary, whatever is added and taken away."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef
from app.selling.bets import exposure, postings
from tests.properties.profile import searched

from .rail import Rail

AMOUNTS = st.dictionaries(st.integers(0, 9), st.integers(1, 1_000), min_size=1, max_size=4)


def capacity(draw_id: UUID, minor: int) -> None:
    """What only `bankroll.capacity` does, from a bankroll that has it."""
    ledger.post(postings.funded(new_id(), "pick", AccountRef("bank", "test", "PHP"), 10**9))
    ledger.resize_hold(postings.bankroll("pick", "PHP"), minor, postings.DRAW, str(draw_id))
    db.session.execute(
        text("UPDATE bet_draws SET allotted_minor = :minor WHERE id = :id"), {"minor": minor, "id": draw_id}
    )


@settings(searched(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), AMOUNTS), max_size=12))
def test_the_worst_case_is_that_of_a_dictionary(rail: Rail, changes: list[tuple[bool, dict[int, int]]]) -> None:
    draw, other = rail.make_draw(), rail.make_draw()
    model: Counter[int] = Counter()
    with transaction():
        capacity(draw, 10**9)
        for is_added, amounts in changes:
            if is_added:
                model.update(amounts)
                worst = exposure.add(draw, amounts)
            else:
                fitting = {one: amount for one, amount in amounts.items() if amount <= model[one]}
                model.subtract(fitting)
                worst = exposure.remove(draw, fitting)
            assert worst == max(model.values(), default=0)
        found = exposure.at({draw: range(10), other: range(10)})
        assert (Counter(found[draw]), found[other]) == (model, {})
        assert rail.draw(draw).worst_minor == max(model.values(), default=0)


def test_nobody_adds_more_than_the_draw_has_of_the_bankroll(rail: Rail) -> None:
    draw = rail.make_draw()
    with transaction():
        capacity(draw, 900)
        assert exposure.add(draw, {7: 900, 3: 100}) == 900
    with pytest.raises(IntegrityError, match="covered"), transaction():
        exposure.add(draw, {7: 1})
    with pytest.raises(IntegrityError, match="bet_exposures_amount"), transaction():
        exposure.remove(draw, {3: 101})
