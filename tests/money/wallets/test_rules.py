"""Where money may leave, and how a withdrawal goes on: what holds whatever happened before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.money.wallets.origins.rules import Origin, Target, Waits, drawn, given_back, leavable, lost, played_through
from app.money.wallets.withdrawals.states import ENDED, HELD, LEFT, MOVES, STATES, effect, move_of, moved
from tests.properties.profile import searched

NOW = datetime(2026, 12, 1, tzinfo=UTC)
WAITS = Waits(timedelta(days=30), timedelta(days=120))
HOME, ELSEWHERE = Target("moncash", b"own"), Target("", b"bank")


@st.composite
def origins(draw: st.DrawFn) -> Origin:
    unplayed = draw(st.integers(0, 1_000))
    return Origin(
        UUID(int=draw(st.integers(1, 10**6))),
        draw(st.sampled_from(["HTG", "USD"])),
        draw(st.sampled_from(["moncash", "stripe"])),
        draw(st.sampled_from([b"own", b"other", None])),
        draw(st.booleans()),
        draw(st.booleans()),
        NOW - timedelta(days=draw(st.integers(0, 150))),
        unplayed,
        draw(st.integers(0, 1_000)),
    )


many = st.lists(origins(), max_size=6, unique_by=lambda one: one.id)


@searched()
@given(st.integers(0, 5_000), many, st.sampled_from([HOME, ELSEWHERE]))
def test_never_more_leaves_than_can_be_spent_and_what_was_not_played_leaves_no_other_way(
    spendable: int, found: list[Origin], target: Target
) -> None:
    may = leavable(spendable, "HTG", found, target, WAITS, NOW)
    foreign = sum(one.unplayed for one in found if one.currency == "HTG" and not target.is_home_of(one))
    assert 0 <= may <= spendable
    assert may <= max(0, spendable - foreign) or may <= sum(one.unplayed for one in found if target.is_home_of(one))
    assert leavable(spendable, "HTG", [], target, WAITS, NOW) == spendable
    parts = dict(drawn(found, target, may))
    assert all(parts[one.id] <= one.unplayed and target.is_home_of(one) for one in found if one.id in parts)
    assert sum(parts.values()) <= may


ACTS = ["pay in", "stake", "win", "final", "corrected", "home", "elsewhere"]


@searched()
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 1_000)), max_size=30), st.integers(0, 100))
def test_what_may_leave_is_what_three_purses_say(acts: list[tuple[str, int]], percent: int) -> None:
    """One purse for what was not played, one for what is not final, one for the rest, which may be short of something:
    what was played beyond it. Nothing but it leaves for elsewhere, and nothing of the second leaves."""
    unplayed, waiting, rest, deposits = 0, 0, 0, list[Origin]()
    for number, (act, amount) in enumerate(acts):
        final = max(0, unplayed + rest)
        home, elsewhere = (leavable(final, "HTG", deposits, target, WAITS, NOW) for target in (HOME, ELSEWHERE))
        assert (home, elsewhere) == (max(0, unplayed + rest), max(0, rest))
        assert min(home, elsewhere) >= 0
        taken: list[tuple[UUID, int]] = []
        if act == "pay in":
            unplayed += amount
            paid_at = NOW + timedelta(seconds=number)
            deposits.append(Origin(UUID(int=number), "HTG", "moncash", b"own", False, False, paid_at, amount))
        elif act == "stake":
            stake = min(amount, unplayed + waiting + rest)
            played = min(unplayed, played_through(stake, percent)) if stake > 0 else 0
            taken, unplayed, rest = lost(deposits, unplayed - played), unplayed - played, rest - max(stake, 0) + played
        elif act == "win":
            waiting += amount
        elif act == "final":
            waiting, rest = waiting - min(amount, waiting), rest + min(amount, waiting)
        elif act == "corrected":
            waiting -= min(amount, waiting)
        elif act == "home":
            out = min(amount, home)
            back = min(out, unplayed)
            taken, unplayed, rest = drawn(deposits, HOME, out), unplayed - back, rest - (out - back)
        else:
            rest -= min(amount, elsewhere)
        parts = dict(taken)
        deposits = [replace(one, unplayed=one.unplayed - parts.get(one.id, 0)) for one in deposits]
        assert sum(one.unplayed for one in deposits) == unplayed


@searched()
@given(st.integers(1, 2_000), st.integers(50, 100), st.integers(1, 20))
def test_covering_every_number_launders_no_more_than_what_it_costs(paid: int, percent: int, rounds: int) -> None:
    """Whoever stakes all he has, again and again, and gets back what the house gives back: of the rest nothing left."""
    deposit, balance = Origin(UUID(int=1), "HTG", "stripe", None, False, False, NOW, paid), paid
    for _ in range(rounds):
        if balance == 0:
            break
        stake = balance
        lost = min(deposit.unplayed, played_through(stake, percent))
        deposit = Origin(*(getattr(deposit, name) for name in Origin.__slots__[:7]), deposit.unplayed - lost, 0)
        balance = stake - stake * (100 - percent) // 100
        assert leavable(balance, "HTG", [deposit], ELSEWHERE, WAITS, NOW) == 0


@searched()
@given(many, st.integers(0, 2_000), st.integers(1, 2_000), st.integers(0, 100))
def test_what_was_lost_is_taken_for_nothing_that_comes_later(
    found: list[Origin], left: int, stake: int, percent: int
) -> None:
    """After it no more of the deposits is unplayed than is there; and a stake that goes back has played nothing."""
    parts = dict(lost(found, left))
    unplayed = {one.id: one.unplayed - parts.get(one.id, 0) for one in found}
    assert sum(unplayed.values()) == min(left, sum(one.unplayed for one in found))
    assert all(part >= 0 for part in unplayed.values())
    back = dict(given_back(found, stake, percent))
    assert all(0 < back[one.id] <= one.played for one in found if one.id in back)
    assert sum(back.values()) == min(stake * (100 - percent) // 100, sum(one.played for one in found))


def test_what_a_card_won_waits_in_every_currency_until_it_can_be_disputed_no_more() -> None:
    def may(days: int, has_3ds: bool) -> int:
        card = Origin(UUID(int=1), "USD", "stripe", None, True, has_3ds, NOW - timedelta(days=days), 0, 50)
        return leavable(700, "HTG", [card], HOME, WAITS, NOW)

    assert [may(29, True), may(30, True), may(119, False), may(120, False)] == [0, 700, 0, 700]


def test_money_is_held_until_it_has_left_or_is_free_again_and_no_move_forgets_it() -> None:
    for move, steps in MOVES.items():
        for before, after in steps.items():
            assert moved(before, move) == after
            expected = "leave" if before in HELD and after in LEFT else None
            expected = "free" if before in HELD and after == "refused" else expected
            expected = "come_back" if before in LEFT and after == "returned" else expected
            assert effect(before, after) == expected
            assert before not in ("refused", "returned"), "these are ends"
    assert {state for state in STATES if not any(state in steps for steps in MOVES.values())} == {"refused", "returned"}
    assert set(ENDED) >= {"refused", "returned"}
    with pytest.raises(DomainError):
        moved("approved", "refuse")  # once reviewed it is not cancelled back into play


@pytest.mark.parametrize(
    ("state", "answered", "is_late", "move"),
    [
        ("sending", "unknown", False, "lose"),
        ("sending", "not_found", True, "lose"),
        ("unknown", "not_found", False, None),
        ("unknown", "not_found", True, "reject"),
        ("unknown", "unknown", True, None),
        ("sent", "not_found", True, None),
        ("sent", "refused", False, "bounce"),
        ("paid", "refused", False, "bounce"),
        ("paid", "paid", False, None),
        ("refused", "paid", False, None),
    ],
)
def test_what_an_answer_does(state: str, answered: str, is_late: bool, move: str | None) -> None:
    assert move_of(state, answered, is_late=is_late) == move  # type: ignore[arg-type]
