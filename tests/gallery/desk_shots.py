"""The partner's dashboard."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .shots import Shot


def _preview_is_there(page: Page) -> None:
    """It is fetched when it comes near the window."""
    page.locator(".preview-frame").scroll_into_view_if_needed()
    expect(page.frame_locator(".preview-frame").locator("h1")).to_be_visible()


def _unfold(page: Page) -> None:
    """The record of the newest event, and to whom it was sent."""
    page.locator("#events summary").first.click()


SHOTS = (
    Shot("empty", "partners-new", "/partners/new", who="owner"),
    Shot("selling", "partners-offer", "/partners"),
    Shot("selling", "partners", "/partners", who="owner"),
    Shot("selling", "partner", "/partners/{site}", who="owner"),
    Shot("settled", "partner", "/partners/{site}", who="owner"),
    Shot("selling", "partner-settings", "/partners/{site}/settings", who="owner", act=_preview_is_there),
    Shot("selling", "partner-verification", "/partners/{site}/verification", who="owner"),
    Shot("settled", "partner-figures", "/partners/{site}/figures", who="owner"),
    Shot("settled", "partner-orders", "/partners/{site}/orders?game=luckotto", who="owner"),
    Shot("settled", "partner-balance", "/partners/{site}/balance", who="owner", checked=False),
    Shot("settled", "partner-events", "/partners/{site}/events", who="owner", act=_unfold, checked=False),
    Shot("settled", "partner-wins", "/partners/{site}/wins", who="owner", checked=False),
)
