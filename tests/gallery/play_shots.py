"""A player's account: who he is, his wallet, how he signs in, his limits and what he is told."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .shots import Shot


def _more_than_there_is(page: Page) -> None:
    page.get_by_label("Amount").fill("50000")
    page.get_by_role("button", name="Draw out").click()
    page.locator('[aria-invalid="true"]').first.wait_for()


def _shown(page: Page) -> None:
    """What was typed is shown and hidden by a button, by its keys too, and is hidden whenever it is sent."""
    typed, named = page.get_by_label("Password", exact=True), {"name": "Show Password", "exact": True}
    kept = "(sent) => { sent.preventDefault(); sent.stopImmediatePropagation(); }"
    page.evaluate(f"document.addEventListener('submit', {kept}, true)")
    typed.fill("a lamp in the harbour")
    for send in (lambda: typed.press("Enter"), lambda: page.keyboard.press("Space"), None):
        page.get_by_role("button", pressed=False, **named).click()
        expect(typed).to_have_attribute("type", "text")
        if send is not None:
            send()
            expect(typed).to_have_attribute("type", "password")
    expect(page.get_by_role("button", pressed=True, **named)).to_be_focused()


def _in_letters(page: Page) -> None:
    page.get_by_label("Amount").fill("much")
    page.get_by_role("button", name="Go on to pay").click()
    page.locator('[aria-invalid="true"]').first.wait_for()


SHOTS = (
    Shot("empty", "play-sign-in", "/play/sign-in"),
    Shot("empty", "play-sign-in-password", "/play/sign-in/password"),
    Shot("empty", "play-sign-in-password-shown", "/play/sign-in/password", act=_shown),
    Shot("empty", "play-password-forgotten", "/play/password", checked=False),
    Shot("empty", "play-register", "/play/register", who="owner"),
    Shot("empty", "play", "/play", who="player"),
    Shot("empty", "play-wallet", "/play/wallet", who="player"),
    Shot("empty", "play-top-up", "/play/wallet/top-up", who="player"),
    Shot("empty", "play-top-up-by-card", "/play/wallet/top-up?currency=USD", who="player", checked=False),
    Shot("empty", "play-top-up-refused", "/play/wallet/top-up", who="player", act=_in_letters, checked=False),
    Shot("empty", "play-payment", "/payments/{payment}", who="player"),
    Shot("empty", "play-payment-of-another", "/payments/{payment}", checked=False),
    Shot("empty", "play-draw", "/play/wallet/draw", who="player"),
    Shot("empty", "play-draw-of-a-card", "/play/wallet/draw?currency=USD", who="player", checked=False),
    Shot("empty", "play-draw-refused", "/play/wallet/draw", who="player", act=_more_than_there_is, checked=False),
    Shot("empty", "play-withdrawal", "/play/wallet/withdrawals/{drawn}", who="player"),
    Shot("empty", "play-payments", "/play/wallet/payments", who="player"),
    Shot("empty", "play-statement", "/play/wallet/statement", who="player"),
    Shot("empty", "play-statement-of-nothing", "/play/wallet/statement?currency=PHP", who="player", checked=False),
    Shot("empty", "play-exchange", "/play/wallet/exchange", who="player", checked=False),
    Shot("empty", "play-quote", "/play/wallet/exchange/{quote}", who="player"),
    Shot("empty", "play-ways", "/play/ways", who="player"),
    Shot("empty", "play-mail-of-an-owner", "/play/ways/mail", who="owner", checked=False),
    Shot("empty", "play-erased", "/play/erase/done", checked=False),
    Shot("empty", "play-password-change", "/play/password/change", who="player"),
    Shot("empty", "play-password-remove", "/play/password/remove", who="player", checked=False),
    Shot("empty", "play-devices", "/play/devices", who="player", checked=False),
    Shot("empty", "play-limits", "/play/limits", who="player"),
    Shot("empty", "play-breaks", "/play/breaks", who="player", checked=False),
    Shot("empty", "play-notices", "/play/notices", who="player"),
    Shot("empty", "play-verification", "/play/verification", who="player", checked=False),
    Shot("empty", "in-fr-play-wallet", "/play/wallet?lang=fr", who="player", reworded=True),
    Shot("empty", "in-fil-play-draw", "/play/wallet/draw?lang=fil", who="player", reworded=True),
    Shot("empty", "in-ht-play-ways", "/play/ways?lang=ht", who="player", reworded=True),
)
