"""Windows of rounds: fixed arithmetic, no height without a round, none with two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.selling.windows.rules import Phase, Window, is_buried, next_window, phase, takes_orders

from .profile import searched

schedules = st.tuples(st.integers(1, 900_000), st.integers(2, 300), st.integers(2, 50), st.integers(1, 12))


def windows(first: int, length: int, gap: int, count: int) -> list[Window]:
    made: list[Window] = []
    end = first
    for _ in range(count):
        made.append(next_window(end, length, gap))
        end = made[-1].sales_end
    return made


@searched()
@given(schedules)
def test_a_round_opens_where_the_one_before_ends_its_sale(schedule: tuple[int, int, int, int]) -> None:
    first, length, gap, count = schedule
    made = windows(first, length, gap, count)
    assert made[0].opens_at == first
    for number, window in enumerate(made):
        assert window.sales_end - window.opens_at == length
        assert window.closing == window.sales_end + gap
        if number:
            assert window.opens_at == made[number - 1].sales_end


@searched()
@given(schedules)
def test_every_height_belongs_to_exactly_one_round(schedule: tuple[int, int, int, int]) -> None:
    first, length, gap, count = schedule
    made = windows(first, length, gap, count)
    for height in range(first, made[-1].sales_end):
        assert sum(window.opens_at <= height < window.sales_end for window in made) == 1
        # What is open after a block is what the next block's payments belong to.
        open_ = [window for window in made if phase(window, height - 1) is Phase.OPEN]
        assert [window.opens_at <= height < window.sales_end for window in open_] == [True]


@searched()
@given(schedules, st.integers(0, 20))
def test_a_phase_only_moves_forward_with_the_tip(schedule: tuple[int, int, int, int], stop: int) -> None:
    first, length, gap, _ = schedule
    window = next_window(first, length, gap)
    seen = [phase(window, tip) for tip in range(first - 3, window.closing + 2)]
    order = [Phase.SCHEDULED, Phase.OPEN, Phase.CLOSED]
    assert seen == sorted(seen, key=order.index)
    assert set(seen) == set(order)
    for tip in range(first - 3, window.closing + 2):
        if takes_orders(window, tip, stop):  # `stop` blocks may come before the payment's, and it is still in time
            assert tip + 1 + stop < window.sales_end
            assert phase(window, tip) is not Phase.CLOSED


def test_the_last_block_of_a_sale_is_the_one_before_its_end() -> None:
    window = Window(100, 110, 114)
    assert phase(window, 98) is Phase.SCHEDULED
    assert phase(window, 99) is Phase.OPEN
    assert phase(window, 108) is Phase.OPEN
    assert phase(window, 109) is Phase.CLOSED
    assert [takes_orders(window, tip, 2) for tip in (50, 106, 107, 120)] == [True, True, False, False]


def test_buried_means_that_many_blocks_on_top() -> None:
    assert not is_buried(100, 102, 3)
    assert is_buried(100, 103, 3)
