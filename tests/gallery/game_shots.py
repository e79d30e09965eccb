"""The records of the main game, on the website and in the frame, and the player's own pages."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .shots import VERIFIER, Shot, every_claim_is_judged


def _has_checked(page: Page) -> None:
    expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Holds")


SHOTS = (
    Shot("empty", "rounds", "/rounds"),
    Shot("empty", "verify", "/verify"),
    Shot("selling", "round", "/rounds/{round}"),
    Shot("selling", "embed", "/embed?{frame}"),
    Shot("selling", "embed-nobody", "/embed?{nobody}"),
    Shot("selling", "house-edge", "/embed/house-edge?{frame}"),
    Shot("selling", "order-waiting", "/embed/slips/{waiting}?{frame}"),
    Shot("selling", "order-seen", "/embed/slips/{seen}?{frame}"),
    Shot("selling", "order-partly-paid", "/embed/slips/{partly_paid}?{frame}"),
    Shot("selling", "order-confirmed", "/embed/slips/{confirmed}?{frame}"),
    Shot("closed", "round", "/rounds/{round}", checked=False),
    Shot("sealed", "round", "/rounds/{round}"),
    Shot("settled", "rounds", "/rounds"),
    Shot("settled", "round", "/rounds/{round}"),
    Shot("settled", "slip", "/slips/{won_id}"),
    Shot("settled", "receipt", "/slips/{won}"),
    Shot("settled", "verify", "/verify?round={round}", act=_has_checked, moves=True, most_bytes=VERIFIER),
    Shot("settled", "embed-rounds", "/embed/rounds?{frame}"),
    Shot("settled", "embed-round", "/embed/rounds/{round}?{frame}"),
    Shot("settled", "embed-tickets", "/embed/players/{player}?{frame}"),
    Shot("settled", "embed-tickets-of-a-round", "/embed/players/{player}/rounds/{round}?{frame}"),
    Shot("settled", "order-won", "/embed/slips/{won}?{frame}"),
    Shot("settled", "order-lost", "/embed/slips/{confirmed}?{frame}", checked=False),
    Shot("settled", "order-late", "/embed/slips/{late}?{frame}", checked=False),
    Shot("settled", "order-sold-out", "/embed/slips/{sold_out}?{frame}", checked=False),
    Shot("settled", "order-expired", "/embed/slips/{waiting}?{frame}", checked=False),
    *(
        Shot("unlike", f"round-{what}", f"/rounds/{{{what}_round}}", checked=False)
        for what in ("void", "drawing", "halted")
    ),
    *(
        Shot("unlike", f"order-{what}", f"/embed/slips/{{{what}_order}}?{{frame}}", checked=False)
        for what in ("void", "drawing", "halted")
    ),
    Shot(
        "unlike",
        "verify-void",
        "/verify?round={void_round}",
        act=every_claim_is_judged,
        checked=False,
        most_bytes=VERIFIER,
    ),
    Shot("unlike", "rounds", "/rounds", checked=False),
)
