"""Luckotto: the grid of numbers in the frame, its orders and records, and the page that checks a round."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .shots import VERIFIER, Shot


def _has_checked(page: Page) -> None:
    expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Holds")


SHOTS = (
    Shot("empty", "luckotto-verify", "/luckotto/verify"),
    Shot("selling", "luckotto-embed", "/embed?{lottery}"),
    Shot("selling", "luckotto-embed-chosen", "/embed?{lottery}&numbers=1.2.3.10.11.12.13.20.21.30", checked=False),
    Shot("selling", "luckotto-embed-taken", "/embed?{lottery}&numbers={chosen}"),
    Shot("selling", "luckotto-embed-nobody", "/embed?{nobody}&game=luckotto&numbers=1.2.3", checked=False),
    Shot("selling", "luckotto-house-edge", "/embed/house-edge?{lottery}"),
    Shot("selling", "luckotto-round", "/luckotto/rounds/{round}"),
    Shot("selling", "luckotto-order-waiting", "/embed/luckotto/orders/{l_waiting}?{lottery}"),
    Shot("selling", "luckotto-order-partly", "/embed/luckotto/orders/{l_partly}?{lottery}", checked=False),
    Shot("selling", "luckotto-order-seen", "/embed/luckotto/orders/{l_seen}?{lottery}", checked=False),
    Shot("selling", "luckotto-order-changed", "/embed/luckotto/orders/{l_changed}?{lottery}"),
    Shot("selling", "luckotto-order-website", "/luckotto/orders/{l_changed}", checked=False),
    Shot("settled", "luckotto-rounds", "/luckotto"),
    Shot("settled", "luckotto-round", "/luckotto/rounds/{round}"),
    Shot("settled", "luckotto-order", "/luckotto/orders/{l_changed}"),
    Shot("settled", "luckotto-order-underfunded", "/embed/luckotto/orders/{l_partly}?{lottery}", checked=False),
    Shot("settled", "luckotto-embed-order", "/embed/luckotto/orders/{l_large}?{lottery}", checked=False),
    Shot("settled", "luckotto-embed-rounds", "/embed/luckotto?{lottery}", checked=False),
    Shot("settled", "luckotto-embed-tickets", "/embed/luckotto/players/{player}?{lottery}"),
    Shot(
        "settled",
        "luckotto-verify",
        "/luckotto/verify?round={round}",
        act=_has_checked,
        moves=True,
        most_bytes=VERIFIER,
    ),
    *(
        Shot("unlike", f"luckotto-round-{what}", f"/luckotto/rounds/{{l_{what}_round}}", checked=False)
        for what in ("void", "drawing", "halted")
    ),
    *(
        Shot("unlike", f"luckotto-order-{what}", f"/embed/luckotto/orders/{{l_{what}}}?{{lottery}}", checked=False)
        for what in ("void", "drawing", "halted")
    ),
)
