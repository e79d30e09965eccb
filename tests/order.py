"""Which tests begin first when several workers share them: files with much to do, so that none is left at the end."""

from __future__ import annotations

import pytest

LONGEST = (
    "tests/gallery/test_gallery.py",
    "tests/faults/test_nasty_requests.py",
    "tests/api/test_served.py",
    "tests/rounds/test_faces.py",
    "tests/faults/test_state_machine.py",
    "tests/admin/test_browser.py",
    "tests/luckotto/test_reorgs.py",
    "tests/architecture/test_tools.py",
    "tests/payouts/test_signing.py",
    "tests/chain/test_scanner.py",
    "tests/benchmarks/test_benchmarks.py",
    "tests/luckotto/test_rail.py",
    "tests/payouts/test_hostile.py",
    "tests/luckotto/test_frame.py",
    "tests/payouts/test_once.py",
    "tests/payouts/test_node_faults.py",
    "tests/payouts/test_anchors.py",
    "tests/payouts/test_proof.py",
    "tests/dev/test_supervisor.py",
    "tests/luckotto/test_story.py",
    "tests/journeys/test_embed_frame.py",
    "tests/dev/test_postgres.py",
    "tests/faults/test_database_faults.py",
    "tests/payouts/test_refund_undone.py",
    "tests/architecture/test_routes.py",
    "tests/payouts/test_replacing.py",
    "tests/faults/test_standing_by.py",
    "tests/journeys/test_desk.py",
    "tests/api/test_idempotency.py",
    "tests/webhooks/test_story.py",
    "tests/luckotto/test_browser.py",
    "tests/faults/test_redis.py",
    "tests/rounds/test_recovery.py",
    "tests/rounds/test_deep_reorgs.py",
    "tests/api/test_access.py",
    "tests/admin/test_access.py",
    "tests/rounds/test_refunds.py",
    "tests/journeys/test_login_to_verified_draw.py",
    "tests/rounds/test_halted.py",
    "tests/payouts/test_story.py",
    "tests/payouts/test_waiting.py",
)
"""Files of more than some seconds, the longest first; the others follow as they are collected."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By file alone: tests of a file stay together and in their order, for some share a world that moves on."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))
