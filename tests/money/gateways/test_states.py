"""Every state of a payment against every word of a provider. Pure."""

from __future__ import annotations

from itertools import permutations, product
from typing import get_args

import pytest

from app.money.gateways.states import (
    FUNDED,
    OPEN,
    OVER,
    STATES,
    Answered,
    DisputeState,
    RefundState,
    State,
    heard,
    refund_heard,
    refused,
    standing,
)

ANSWERS: tuple[Answered, ...] = get_args(Answered)
REFUNDS: tuple[RefundState, ...] = get_args(RefundState)


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize(("state", "answered"), list(product(STATES, ANSWERS)))
def test_a_word_means_one_thing_in_each_state(state: State, answered: Answered, is_over: bool) -> None:
    step = heard(state, answered, is_over=is_over)
    if state in FUNDED:
        assert step.state == state, "money that came in is a refund's or a dispute's to change"
        assert step.effect == "none"
    elif answered == "paid":
        assert (step.state, step.effect) == (("succeeded", "take") if state in OPEN else ("refunding", "send_back"))
    elif state in OVER:
        assert (step.state, step.effect) == (state, "none"), "an end stays, but for money"
    elif answered in ("failed", "expired", "canceled"):
        assert (step.state, step.effect) == (answered, "end")
    elif answered == "not_found" and is_over:
        assert (step.state, step.effect) == ("expired", "end")
    else:
        expected = {"open": "pending"}.get(answered, "unknown" if state == "initiated" else state)
        assert (step.state, step.effect) == (expected, "none")


def test_nothing_is_released_because_of_an_answer_that_did_not_come() -> None:
    assert all(heard(state, "unknown", is_over=over).effect == "none" for state in STATES for over in (False, True))
    assert all(heard(state, "not_found", is_over=False).effect == "none" for state in STATES)


def test_whoever_refuses_to_begin_ends_it_unless_money_came() -> None:
    assert {refused(state).state for state in OPEN} == {"failed"}
    assert all(refused(state).state == state for state in (*OVER, *FUNDED))


@pytest.mark.parametrize(
    ("refunds", "disputes", "expected"),
    [
        ([], [], "succeeded"),
        ([("requested", 40)], [], "refunding"),
        ([("succeeded", 40)], [], "partly_refunded"),
        ([("succeeded", 40), ("failed", 60)], [], "partly_refunded"),
        ([("succeeded", 40), ("succeeded", 60)], [], "refunded"),
        ([("failed", 100)], [], "refund_failed"),
        ([("pending", 100)], ["open"], "disputed"),
        ([("succeeded", 100)], ["open"], "disputed"),
        ([], ["won"], "dispute_won"),
        ([], ["won", "lost"], "dispute_lost"),
        ([("succeeded", 40)], ["lost"], "dispute_lost"),
    ],
)
def test_what_came_in_stands_by_its_refunds_and_disputes_in_whatever_order(
    refunds: list[tuple[RefundState, int]], disputes: list[DisputeState], expected: State
) -> None:
    found = {
        standing(100, list(some), list(others)) for some in permutations(refunds) for others in permutations(disputes)
    }
    assert found == {expected}


@pytest.mark.parametrize("state", REFUNDS)
def test_a_refund_ends_once_but_may_fail_after_it_succeeded(state: RefundState) -> None:
    assert refund_heard(state, "unknown", is_late=True) == state
    assert refund_heard(state, "not_found", is_late=False) == state
    assert refund_heard(state, "not_found", is_late=True) == ("failed" if state == "asked" else state)
    assert refund_heard(state, "failed", is_late=False) == ("requested" if state == "requested" else "failed")
    expected = {"asked": "succeeded", "pending": "succeeded"}.get(state, state)
    assert refund_heard(state, "succeeded", is_late=False) == expected
    assert refund_heard(state, "not_sent", is_late=False) == ("requested" if state == "asked" else state)
