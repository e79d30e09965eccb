"""A player's account: who he is, his wallet, how he signs in, his limits and what he is told."""

from __future__ import annotations

from playwright.sync_api import Page

from .shots import Shot


def _without_an_account(page: Page) -> None:
    page.get_by_label("Amount").fill("500")
    page.get_by_role("button", name="Draw out").click()
    page.locator('[aria-invalid="true"]').first.wait_for()


SHOTS = (
    Shot("empty", "play-sign-in", "/play/sign-in"),
    Shot("empty", "play-sign-in-password", "/play/sign-in/password"),
    Shot("empty", "play-password-forgotten", "/play/password", checked=False),
    Shot("empty", "play-register", "/play/register", who="owner"),
    Shot("empty", "play", "/play", who="player"),
    Shot("empty", "play-wallet", "/play/wallet", who="player"),
    Shot("empty", "play-wallet-refused", "/play/wallet", who="player", act=_without_an_account, checked=False),
    Shot("empty", "play-wallet-of-nothing", "/play/wallet?currency=USD", who="player", checked=False),
    Shot("empty", "play-ways", "/play/ways", who="player"),
    Shot("empty", "play-password-change", "/play/password/change", who="player"),
    Shot("empty", "play-password-remove", "/play/password/remove", who="player", checked=False),
    Shot("empty", "play-devices", "/play/devices", who="player", checked=False),
    Shot("empty", "play-limits", "/play/limits", who="player"),
    Shot("empty", "play-breaks", "/play/breaks", who="player", checked=False),
    Shot("empty", "play-notices", "/play/notices", who="player"),
    Shot("empty", "play-verification", "/play/verification", who="player", checked=False),
    Shot("empty", "in-fr-play-wallet", "/play/wallet?lang=fr", who="player", reworded=True),
    Shot("empty", "in-ht-play-ways", "/play/ways?lang=ht", who="player", reworded=True),
)
