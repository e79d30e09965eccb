"""What the gallery looks at: pages by scene. A page listed here is checked by every test run and photographed by
`make screenshots`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


def every_claim_is_judged(page: Page) -> None:
    """The browser has recomputed what it can, whatever language it says so in."""
    page.wait_for_selector("[data-claims-verdict] .notice")
    page.wait_for_selector('[data-claim="platform"] .badge')


LIGHT = 65_000
"""Bytes of a page over the wire, fonts left out: two seconds of a slow phone's network."""
VERIFIER = 102_000
"""The same of a page that brings a whole verifier in some forty modules, each short enough to be read, follows what is
paid from the debt to its block, says in sentences what of a file it passed over, and has the words of every refusal in
the reader's language, the names of faults among them, and takes whatever else is pasted to where it is taken."""


@dataclass(frozen=True)
class Shot:
    """A page in one state.

    `path` may use the gallery's places (`/rounds/{round}`). `who` is nobody, owner, player, bettor or operator.
    `act` is what is done on the page before it is looked at. `moves`: its script fills it while it is looked at.
    `reworded`: a page that another shot checks, in another language: its words have to fit, axe need not look again.
    `checked=False`: photographed only, where another shot checks the same page.
    """

    scene: str
    name: str
    path: str
    who: str = "nobody"
    status: int = 200
    act: Callable[[Page], None] | None = None
    checked: bool = True
    most_bytes: int = LIGHT
    moves: bool = False
    reworded: bool = False
