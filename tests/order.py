"""Which tests begin first when several workers share them: files with much to do, so that none is left at the end."""

from __future__ import annotations

import pytest

LONGEST = (
    "tests/gallery/test_gallery.py",
    "tests/faults/test_nasty_requests.py",
    "tests/faces/api/test_served.py",
    "tests/games/ticket_draw/test_faces.py",
    "tests/faults/test_state_machine.py",
    "tests/faces/admin/test_browser.py",
    "tests/games/luckotto/test_reorgs.py",
    "tests/architecture/test_tools.py",
    "tests/money/payouts/test_signing.py",
    "tests/chain/test_scanner.py",
    "tests/benchmarks/test_benchmarks.py",
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
    "tests/architecture/test_routes.py",
    "tests/money/payouts/test_replacing.py",
    "tests/faults/test_standing_by.py",
    "tests/journeys/test_desk.py",
    "tests/faces/api/test_idempotency.py",
    "tests/webhooks/test_story.py",
    "tests/games/luckotto/test_browser.py",
    "tests/faults/test_redis.py",
    "tests/games/ticket_draw/test_recovery.py",
    "tests/games/ticket_draw/test_deep_reorgs.py",
    "tests/faces/api/test_access.py",
    "tests/faces/admin/test_access.py",
    "tests/games/ticket_draw/test_refunds.py",
    "tests/journeys/test_login_to_verified_draw.py",
    "tests/games/ticket_draw/test_halted.py",
    "tests/money/payouts/test_story.py",
    "tests/money/payouts/test_waiting.py",
)
"""Files of more than some seconds, the longest first; the others follow as they are collected."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By file alone: tests of a file stay together and in their order, for some share a world that moves on."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))
