"""Which tests begin first when several workers share them, files with much to do, so that none is left at the end; and
which are quick.
"""

from __future__ import annotations

import pytest

LONGEST = (
    "tests/gallery/test_gallery.py",
    "tests/dev/test_supervisor.py",
    "tests/gallery/test_console.py",
    "tests/gallery/test_states.py",
    "tests/gallery/test_dashboard.py",
    "tests/forgeries/test_corpus.py",
    "tests/benchmarks/test_benchmarks.py",
    "tests/faces/api/document/test_served.py",
    "tests/node/test_wallet.py",
    "tests/node/test_reorgs.py",
    "tests/dev/test_postgres.py",
    "tests/faults/test_redis.py",
    "tests/webhooks/test_story.py",
    "tests/utilities/pages/test_kept.py",
    "tests/games/ticket_draw/test_faces.py",
    "tests/faults/test_state_machine.py",
    "tests/selling/bets/test_state_machine.py",
    "tests/faults/test_nasty_requests.py",
    "tests/money/gateways/test_simulated.py",
    "tests/games/luckotto/test_browser.py",
    "tests/faults/test_log_outlives.py",
    "tests/faults/test_standing_by.py",
    "tests/faces/admin/test_browser.py",
    "tests/faces/embed/test_flow.py",
    "tests/money/gateways/test_machine.py",
    "tests/money/payouts/test_paid_in_browser.py",
    "tests/faults/test_audit_sees.py",
    "tests/money/payouts/test_together.py",
    "tests/utilities/pages/test_verifiers.py",
    "tests/money/payouts/test_paid_is_visible.py",
    "tests/chain/test_addresses.py",
    "tests/journeys/test_login_to_verified_draw.py",
    "tests/selling/windows/test_promise.py",
    "tests/money/payouts/test_once.py",
    "tests/money/gateways/test_matrix.py",
    "tests/money/payouts/test_log_roots.py",
    "tests/faults/test_killed_worker.py",
    "tests/record/log/witnesses/test_collecting.py",
    "tests/journeys/test_embed_frame.py",
    "tests/money/payouts/test_exchanged.py",
    "tests/utilities/test_verify_receipt.py",
    "tests/core/test_references.py",
    "tests/selling/windows/contract/test_kills.py",
    "tests/selling/windows/contract/test_fixed.py",
    "tests/record/notifications/channels/test_delivering.py",
    "tests/chain/test_scanner.py",
    "tests/selling/windows/contract/test_halts.py",
    "tests/money/payouts/test_anchors.py",
    "tests/money/payouts/test_refused.py",
    "tests/faces/admin/test_signing_in.py",
    "tests/journeys/test_sandbox.py",
    "tests/faces/admin/test_money.py",
    "tests/money/payouts/test_kept.py",
    "tests/money/payouts/test_coinbase.py",
    "tests/money/payouts/test_promise.py",
    "tests/faces/admin/test_history.py",
    "tests/selling/windows/contract/test_recovery.py",
    "tests/faces/admin/test_search.py",
    "tests/faces/admin/test_access.py",
    "tests/faces/admin/test_watching.py",
    "tests/games/ticket_draw/test_fates.py",
    "tests/faces/admin/test_by_two.py",
    "tests/selling/windows/contract/test_settlement.py",
    "tests/people/players/test_registering.py",
    "tests/webhooks/test_lanes.py",
    "tests/people/players/test_held.py",
    "tests/money/payouts/test_node_faults.py",
    "tests/utilities/test_browser_verifier.py",
    "tests/faces/admin/test_people.py",
    "tests/selling/windows/contract/test_said.py",
    "tests/faces/admin/test_suspended.py",
    "tests/faces/admin/test_pages.py",
    "tests/faults/test_node_faults.py",
    "tests/core/test_removable.py",
    "tests/money/payouts/test_signer_attacks.py",
    "tests/money/payouts/test_refund_undone.py",
    "tests/faces/api/test_orders.py",
    "tests/games/ticket_draw/test_api_orders.py",
    "tests/faults/test_postgres_stands_still.py",
    "tests/selling/windows/contract/test_fates.py",
    "tests/journeys/test_embed_script.py",
    "tests/games/luckotto/test_story.py",
    "tests/money/gateways/test_payments.py",
    "tests/people/partners/test_access.py",
    "tests/games/luckotto/test_frame.py",
    "tests/webhooks/test_pages.py",
    "tests/money/payouts/test_hostile.py",
    "tests/faces/admin/test_commands.py",
    "tests/faces/api/test_between_partners.py",
    "tests/money/payouts/test_proof.py",
    "tests/people/players/test_leaving.py",
    "tests/money/wallets/test_story.py",
    "tests/benchmarks/test_matching.py",
    "tests/people/partners/test_pages.py",
    "tests/people/accounts/test_magic_link.py",
    "tests/record/log/keys/test_rotating.py",
    "tests/record/log/witnesses/test_contradicting.py",
    "tests/utilities/witness/test_bounds.py",
    "tests/games/ticket_draw/test_orders.py",
    "tests/utilities/test_verify_round.py",
    "tests/record/notifications/test_quoting.py",
    "tests/faces/admin/test_door.py",
    "tests/selling/windows/contract/test_refunds.py",
    "tests/outcomes/draws/test_hash_chain.py",
    "tests/money/payouts/test_stale.py",
    "tests/money/payouts/test_impossible.py",
    "tests/utilities/test_luckotto.py",
    "tests/money/payouts/test_signing.py",
    "tests/money/gateways/test_notices.py",
    "tests/selling/windows/contract/test_seal.py",
    "tests/journeys/test_desk.py",
    "tests/core/test_db.py",
    "tests/people/accounts/test_strangers.py",
    "tests/money/payouts/test_story.py",
    "tests/games/ticket_draw/test_receipt_paper.py",
    "tests/people/partners/test_api.py",
    "tests/faces/api/test_luckotto_lists.py",
    "tests/people/players/test_verification.py",
    "tests/journeys/test_overview.py",
    "tests/record/log/test_followed.py",
    "tests/games/ticket_draw/test_pages.py",
    "tests/outcomes/draws/test_sealed_story.py",
)
"""Files of more than some seconds, the longest first; the others follow as they are collected."""


NOT_QUICK = frozenset(
    {"make_node", "chromium", "whole_chromium", "own_valkey", "committed_db", "_gateways", "_simulator"}
)
"""Fixtures that start a process, or make a database, for the test that asks for them."""

NOT_QUICK_FOLDERS = ("tests/dev/", "tests/faults/", "tests/node/", "tests/properties/", "tests/utilities/")
"""Where tests start processes themselves, or search."""

STORIES = frozenset(
    {
        "tests/catalogue/test_sixth_game.py",
        "tests/core/test_breaker.py",
        "tests/core/test_schedule.py",
        "tests/faces/admin/test_alarm_kinds.py",
        "tests/faces/admin/test_history.py",
        "tests/faces/admin/test_money.py",
        "tests/faces/admin/test_operators_page.py",
        "tests/faces/admin/test_unasked_refunds.py",
        "tests/faces/play/wallet/test_erasing.py",
        "tests/faces/play/wallet/test_exchanging.py",
        "tests/faces/play/wallet/test_lists.py",
        "tests/faces/play/wallet/test_sending_back.py",
        "tests/faces/play/wallet/test_topping_up.py",
        "tests/faces/site/test_log_entries.py",
        "tests/games/borlette/test_book.py",
        "tests/games/luckotto/test_verifier.py",
        "tests/games/swertres/test_attacks.py",
        "tests/games/swertres/test_console.py",
        "tests/games/swertres/test_operators.py",
        "tests/games/swertres/test_paying.py",
        "tests/games/swertres/test_story.py",
        "tests/money/gateways/test_machine.py",
        "tests/money/gateways/test_matrix.py",
        "tests/money/wallets/test_exchange.py",
        "tests/money/wallets/test_story.py",
        "tests/outcomes/draws/test_hash_chain.py",
        "tests/people/accounts/test_budgets.py",
        "tests/people/accounts/test_strangers.py",
        "tests/people/accounts/test_strength.py",
        "tests/people/partners/test_access.py",
        "tests/people/partners/test_rehearsing.py",
        "tests/people/players/test_held.py",
        "tests/selling/bets/test_capacity.py",
        "tests/selling/bets/test_official_story.py",
        "tests/selling/bets/test_refunds.py",
        "tests/selling/bets/test_reversals.py",
        "tests/selling/bets/test_settlement.py",
        "tests/selling/bets/test_state_machine.py",
    }
)
"""Files whose tests take a seventh of a second each and more, of a quiet machine: what many people do one after the
other, searches, whole matrices. Beside them a change has quick tests of its rules, its acts and its pages."""


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """What `make quick` runs is told by what a test asks for; nobody has to remember a mark."""
    asked = set(getattr(item, "fixturenames", ()))
    is_long = item.nodeid.partition("::")[0] in STORIES or item.get_closest_marker("slow") is not None
    if is_long or asked & NOT_QUICK or item.nodeid.startswith(NOT_QUICK_FOLDERS):
        return
    item.add_marker("quick")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By file alone: tests of a file stay together and in their order, for some share a world that moves on."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))
