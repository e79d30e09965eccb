"""A visit to the demo comes to a verified draw, and its table says what was waited for. How long, no test says."""

from __future__ import annotations

import pytest

from benchmarks import visit
from benchmarks.visit import Step
from tests.settings import EXPLORE

PROGRAM = """
import sys
from dev import environment, supervisor
environment.ROUNDS.update(
    ROUND_LENGTH_BLOCKS="10", ROUND_GAP_BLOCKS="3", SETTLEMENT_DEPTH="1", ORDER_STOP_BLOCKS="3",
    HASHES_PER_DIGIT="1000", LUCKOTTO_HASH_WORK="4096", DRAW_HASHES="4000", LUCKOTTO_DRAW_HASHES="4000",
    DEMO_BLOCK_SECONDS="2",
)
sys.exit(supervisor.main())
"""


def test_the_table_has_each_steps_median_and_the_goal() -> None:
    quick = [Step("bought", 2.0, 0), Step("drawn", 100.0, 25)]
    slow = [Step("bought", 4.0, 1), Step("drawn", 180.0, 35)]
    told = visit.table([quick, slow, quick], 4.0).splitlines()
    assert told[1].split() == ["bought", "2.0", "s", "0"]
    assert told[2].split() == ["drawn", "100.0", "s", "25"]
    assert told[3] == "visit 1: 102.0 s, in which 25 blocks were found; at 4 s each 100 s"
    assert told[4].startswith("visit 2: 184.0 s, in which 36 blocks were found")
    assert told[-1] == "median 102.0 s; goal < 150 s: met"
    assert visit.table([slow], 4.0).endswith("median 184.0 s; goal < 150 s: MISSED")


@pytest.mark.slow
@pytest.mark.skipif(not EXPLORE, reason="a whole demo: EXPLORE=1")
def test_a_visitor_comes_from_the_partners_page_to_a_verified_draw(chromium: str) -> None:
    with visit.demo(("-c", PROGRAM)) as folder:
        visits, block_seconds = visit.measure(folder, 1)
    assert block_seconds == 2.0
    assert [step.blocks >= 0 for step in visits[0]] == [True] * 6
    assert sum(step.blocks for step in visits[0]) >= 4, "it waited for the closing block"
