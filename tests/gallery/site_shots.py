"""The website's own pages."""

from __future__ import annotations

from playwright.sync_api import Page

from .shots import Shot


def _wrong_address(page: Page) -> None:
    page.get_by_label("Email address").fill("not an address")
    page.get_by_role("button", name="Send me a link").click()
    page.locator('[aria-invalid="true"]').wait_for()


def _operations_are_listed(page: Page) -> None:
    page.locator("#try-it summary").nth(2).click()
    page.locator("#try-it form").first.wait_for()


def _another_address(page: Page) -> None:
    page.get_by_text("Change the address").click()
    page.get_by_label("New email address").fill("new@example.com")
    page.get_by_role("button", name="Send me a link").click()
    page.locator("#waiting").wait_for()


def _same_address(page: Page) -> None:
    page.get_by_text("Change the address").click()
    page.get_by_label("New email address").fill("owner@example.com")
    page.get_by_role("button", name="Send me a link").click()
    page.locator('[aria-invalid="true"]').wait_for()


SHOTS = (
    Shot("empty", "home", "/"),
    Shot("empty", "docs", "/docs"),
    Shot("empty", "docs-faq", "/docs/faq"),
    Shot("empty", "docs-platform", "/docs/platform"),
    Shot("empty", "docs-technical", "/docs/technical"),
    Shot("empty", "docs-utilities", "/docs/utilities", checked=False),
    Shot("empty", "docs-api", "/docs/api", checked=False),
    Shot("empty", "docs-api-operations", "/docs/api", act=_operations_are_listed),
    Shot("empty", "house", "/house"),
    Shot("empty", "house-terms", "/house/terms"),
    Shot("empty", "house-privacy", "/house/privacy"),
    Shot("empty", "house-playing", "/house/playing"),
    Shot("empty", "house-complaints", "/house/complaints"),
    Shot("empty", "house-contact", "/house/contact?about=P-7"),
    Shot("empty", "check", "/check"),
    Shot("empty", "news", "/news"),
    Shot("empty", "tchala", "/tchala"),
    Shot("empty", "demo-missing", "/demo"),
    Shot("empty", "login", "/login"),
    Shot("empty", "login-wrong", "/login", act=_wrong_address),
    Shot("empty", "login-link-gone", "/login/confirm?token=gone", status=410),
    Shot("empty", "not-found", "/nothing-here", status=404),
    Shot("selling", "home", "/"),
    Shot("selling", "demo", "/demo?player=ada"),
    Shot("selling", "account", "/account", who="owner"),
    Shot("selling", "account-wrong", "/account", who="owner", act=_same_address, checked=False),
    Shot("selling", "account-waiting", "/account", who="owner", act=_another_address),
    Shot("selling", "account-link-gone", "/account/email/confirm?token=gone", who="owner", status=410, checked=False),
    Shot("sealed", "home", "/", checked=False),
    Shot("settled", "home", "/"),
    Shot("settled", "docs-utilities", "/docs/utilities"),
)
