"""Which tests begin first when several workers share them, files with much to do, so that none is left at the end; and
which are quick.
"""

from __future__ import annotations

import gc

import pytest

LONGEST = (
    "tests/dev/test_slow_platform.py",
    "tests/gallery/test_gallery.py",
    "tests/faults/test_state_machine.py",
    "tests/forgeries/test_corpus.py",
    "tests/games/ticket_draw/test_faces.py",
    "tests/faults/test_nasty_requests.py",
    "tests/faces/api/test_served.py",
    "tests/faces/admin/test_browser.py",
    "tests/games/luckotto/test_reorgs.py",
    "tests/money/payouts/test_signing.py",
    "tests/chain/test_scanner.py",
    "tests/games/luckotto/test_rail.py",
    "tests/money/payouts/test_hostile.py",
    "tests/games/luckotto/test_frame.py",
    "tests/money/payouts/test_once.py",
    "tests/money/payouts/test_node_faults.py",
    "tests/money/payouts/test_anchors.py",
    "tests/money/payouts/test_proof.py",
    "tests/dev/test_supervisor.py",
    "tests/games/luckotto/test_story.py",
    "tests/journeys/test_embed_frame.py",
    "tests/dev/test_postgres.py",
    "tests/faults/test_database_faults.py",
    "tests/money/payouts/test_refund_undone.py",
    "tests/money/payouts/test_replacing.py",
    "tests/faults/test_standing_by.py",
    "tests/journeys/test_desk.py",
    "tests/faces/api/test_idempotency.py",
    "tests/webhooks/test_story.py",
    "tests/games/luckotto/test_browser.py",
    "tests/faults/test_redis.py",
    "tests/selling/windows/contract/test_kills.py",
    "tests/selling/windows/contract/test_settlement.py",
    "tests/selling/windows/contract/test_halts.py",
    "tests/selling/windows/contract/test_recovery.py",
    "tests/selling/windows/contract/test_seal.py",
    "tests/selling/windows/contract/test_fates.py",
    "tests/faces/api/test_access.py",
    "tests/faces/admin/test_access.py",
    "tests/selling/windows/contract/test_refunds.py",
    "tests/journeys/test_login_to_verified_draw.py",
    "tests/money/payouts/test_story.py",
    "tests/money/payouts/test_waiting.py",
)
"""Files of more than some seconds, the longest first; the others follow as they are collected."""


NOT_QUICK = frozenset({"make_node", "chromium", "whole_chromium", "own_valkey", "committed_db"})
"""Fixtures that start a process, or make a database, for the test that asks for them."""

NOT_QUICK_FOLDERS = ("tests/dev/", "tests/faults/", "tests/node/", "tests/properties/", "tests/utilities/")
"""Where tests start processes themselves, or search."""


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """What `make quick` runs is told by what a test asks for; nobody has to remember a mark."""
    asked = set(getattr(item, "fixturenames", ()))
    if asked & NOT_QUICK or item.nodeid.startswith(NOT_QUICK_FOLDERS) or item.get_closest_marker("slow"):
        return
    item.add_marker("quick")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By file alone: tests of a file stay together and in their order, for some share a world that moves on."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: looking through it for garbage at every turn finds nothing; and what a test
    leaves can wait a little."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
