"""Which tests begin first when several workers share them, files with much to do, so that none is left at the end; and
which are quick.
"""

from __future__ import annotations

import pytest

LONGEST = (
    "tests/gallery/test_gallery.py",
    "tests/faults/test_state_machine.py",
    "tests/dev/test_supervisor.py",
    "tests/gallery/test_console.py",
    "tests/gallery/test_states.py",
    "tests/gallery/test_dashboard.py",
    "tests/benchmarks/test_benchmarks.py",
    "tests/forgeries/test_corpus.py",
    "tests/selling/windows/contract/test_halts.py",
    "tests/money/payouts/test_paid_in_browser.py",
    "tests/games/luckotto/test_browser.py",
    "tests/faces/site/test_kept_in_browser.py",
    "tests/people/partners/test_pages.py",
    "tests/faces/admin/test_signing_in.py",
    "tests/people/partners/test_access.py",
    "tests/webhooks/test_pages.py",
    "tests/games/ticket_draw/test_faces.py",
    "tests/selling/windows/contract/test_kills.py",
    "tests/faces/admin/test_browser.py",
    "tests/journeys/test_login_to_verified_draw.py",
    "tests/selling/windows/test_promise.py",
    "tests/faults/test_nasty_requests.py",
    "tests/selling/windows/contract/test_recovery.py",
    "tests/money/payouts/test_exchanged.py",
    "tests/selling/windows/contract/test_settlement.py",
    "tests/selling/windows/contract/test_fates.py",
    "tests/faces/api/document/test_served.py",
    "tests/money/payouts/test_paid_is_visible.py",
    "tests/money/payouts/test_together.py",
    "tests/journeys/test_desk.py",
    "tests/journeys/test_embed_frame.py",
    "tests/faults/test_redis.py",
    "tests/utilities/test_browser_verifier.py",
    "tests/faults/test_log_outlives.py",
    "tests/node/test_wallet.py",
    "tests/node/test_reorgs.py",
    "tests/faults/test_redis_answers_nonsense.py",
    "tests/selling/windows/contract/test_seal.py",
    "tests/webhooks/test_story.py",
    "tests/faults/test_audit_sees.py",
    "tests/journeys/test_sandbox.py",
    "tests/faces/embed/test_flow.py",
    "tests/money/payouts/test_log_roots.py",
    "tests/selling/windows/contract/test_fixed.py",
    "tests/money/payouts/test_promise.py",
    "tests/money/payouts/test_once.py",
    "tests/money/payouts/test_refused.py",
    "tests/selling/windows/contract/test_said.py",
    "tests/faces/admin/test_watching.py",
    "tests/money/payouts/test_signer_attacks.py",
    "tests/faces/admin/test_search_plans.py",
    "tests/money/payouts/test_refund_undone.py",
    "tests/faces/admin/test_suspended.py",
    "tests/money/payouts/test_coinbase.py",
    "tests/faults/test_postgres_stands_still.py",
    "tests/journeys/test_embed_script.py",
    "tests/faces/api/test_orders.py",
    "tests/faults/test_killed_worker.py",
    "tests/faces/api/test_access.py",
    "tests/money/payouts/test_anchors.py",
    "tests/selling/windows/contract/test_refunds.py",
    "tests/faults/test_standing_by.py",
    "tests/faults/test_node_drips.py",
    "tests/record/notifications/channels/test_delivering.py",
    "tests/dev/test_postgres.py",
    "tests/faults/test_database_faults.py",
    "tests/faults/test_valkey_stands_still.py",
    "tests/utilities/witness/test_platform.py",
    "tests/money/payouts/test_hostile.py",
    "tests/money/payouts/test_node_faults.py",
    "tests/games/luckotto/test_frame.py",
    "tests/games/luckotto/test_story.py",
    "tests/chain/test_addresses.py",
    "tests/chain/test_scanner.py",
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
