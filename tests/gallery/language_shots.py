"""Players' pages in French and Haitian Creole: words of other lengths, on the same small screens."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .shots import VERIFIER, Shot, every_claim_is_judged


def _buying(button: str, heading: str, keep: str) -> Callable[[Page], None]:
    """From the frame's first page to the order's, on a phone, in the language that the address chose once."""

    def act(page: Page) -> None:
        width = page.viewport_size
        page.set_viewport_size({"width": 360, "height": 740})
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        assert f"lang={keep}" in page.url
        assert page.evaluate("document.documentElement.lang") == keep
        page.evaluate("document.fonts.ready")
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")  # it became narrow just now
        if width:
            page.set_viewport_size(width)

    return act


_FRENCH = _buying("Obtenir une adresse de paiement", "En attente de votre paiement", "fr")
_CREOLE = _buying("Jwenn yon adrès pou peye", "N ap tann peman ou", "ht")

SHOTS = (
    Shot("selling", "in-fr-embed", "/embed?{frame}&lang=fr"),
    Shot("selling", "in-ht-embed", "/embed?{frame}&lang=ht", reworded=True),
    Shot("selling", "in-fr-bought", "/embed?{frame}&lang=fr", act=_FRENCH, reworded=True),
    Shot("selling", "in-ht-bought", "/embed?{frame}&lang=ht", act=_CREOLE, reworded=True),
    Shot("selling", "in-fr-home", "/?lang=fr", checked=False),
    Shot("selling", "in-ht-home", "/?lang=ht", reworded=True),
    Shot("selling", "in-fr-luckotto-embed-taken", "/embed?{lottery}&numbers={chosen}&lang=fr", reworded=True),
    Shot("selling", "in-ht-luckotto-embed-taken", "/embed?{lottery}&numbers={chosen}&lang=ht", checked=False),
    Shot(
        "selling", "in-ht-luckotto-order-changed", "/embed/luckotto/orders/{l_changed}?{lottery}&lang=ht", reworded=True
    ),
    Shot("settled", "in-fr-order-won", "/embed/slips/{won}?{frame}&lang=fr", checked=False),
    Shot("settled", "in-ht-order-won", "/embed/slips/{won}?{frame}&lang=ht", reworded=True),
    Shot("settled", "in-ht-house-edge", "/embed/house-edge?{frame}&lang=ht", checked=False),
    Shot("settled", "in-ht-rounds", "/embed/rounds?{frame}&lang=ht", reworded=True),
    Shot("settled", "in-fr-round", "/rounds/{round}?lang=fr", reworded=True),
    Shot("settled", "in-ht-round", "/rounds/{round}?lang=ht", checked=False),
    Shot("settled", "in-ht-receipt", "/slips/{won}?lang=ht", reworded=True),
    Shot(
        "settled",
        "in-ht-verify",
        "/verify?round={round}&lang=ht",
        act=every_claim_is_judged,
        moves=True,
        reworded=True,
        most_bytes=VERIFIER,
    ),
    Shot("settled", "in-fr-hash-tweak", "/hash-tweak?lang=fr", checked=False),
    Shot(
        "settled",
        "in-fr-luckotto-verify",
        "/luckotto/verify?round={round}&lang=fr",
        act=every_claim_is_judged,
        moves=True,
        reworded=True,
        most_bytes=VERIFIER,
    ),
)
