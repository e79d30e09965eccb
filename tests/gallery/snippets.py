"""Runs what the documentation offers to paste, as what it says it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from app.core.database.session import db, transaction
from app.people.partners.keys import service as keys
from app.people.partners.service import update_site
from tests.journeys.conftest import Shop

from .world import Gallery

PAGES = ("/docs", "/docs/faq", "/docs/platform", "/docs/technical", "/docs/utilities", "/docs/api", "/demo?player=ada")
PATTERN = "pattern"
PRINTED = {
    "Every formula, in Python": "110 9 900 100",
    "A whole draw, in Python": "965784",
    "m, in Python": "30c945dee025ee3572e62c52864e7b85bca9c5623f7a519ec566833ed1e6901c",
}
"""What some of them print; the others answer for themselves by ending well."""


@dataclass(frozen=True)
class Snippet:
    path: str
    label: str
    kind: str
    code: str
    copied: str


def on(page: Page, path: str) -> list[Snippet]:
    """Every snippet of the page that is open."""
    found = page.evaluate(
        """() => [...document.querySelectorAll('figure.snippet')].map(one => [
          one.querySelector('pre').getAttribute('aria-label'), one.dataset.kind || '',
          one.querySelector('code').textContent, one.querySelector('[data-copy]').dataset.copy])"""
    )
    return [Snippet(path, *one) for one in found]


def open_to(gallery: Gallery, shop: Shop) -> None:
    """Let the shop's page frame the game."""
    site = gallery.site()
    db.session.rollback()
    with transaction():
        site = db.session.merge(site)
        update_site(site, {"embed_origins": [*site.embed_allowed_origins, shop.origin]})


def environment(gallery: Gallery) -> dict[str, str]:
    """What a partner's server has."""
    site = gallery.site()
    db.session.rollback()
    with transaction():
        key = keys.issue(db.session.merge(site), name="Docs", access="write", actor="test").text
    return {"PATH": os.environ["PATH"], "TIRAJ_URL": gallery.url, "TIRAJ_KEY": key}


def run(snippet: Snippet, given: dict[str, str], folder: Path) -> None:
    """In a folder of its own, with nothing of ours on the path. Raises AssertionError with what it said."""
    if snippet.kind == "js":
        (folder / "snippet.mjs").write_text(snippet.code)
    command = {
        "shell": ["bash", "-euc", snippet.code],
        "python": [sys.executable, "-I", "-c", snippet.code],
        "js": ["node", "snippet.mjs"],
    }[snippet.kind]
    done = subprocess.run(
        command, cwd=folder, env=given, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    # A verifier ends with 3 where it was not told all, or a payout is due: nothing was wrong.
    fine = (0, 3) if re.search(r"verify_(round|swertres)\.py", snippet.code) else (0,)
    assert done.returncode in fine, f"{snippet.path}: {snippet.label}\n{done.stdout}{done.stderr}"
    assert PRINTED.get(snippet.label, "") in done.stdout, f"{snippet.label} printed {done.stdout}"


def paste(snippet: Snippet, context: BrowserContext, shop: Shop) -> None:
    """On a partner's page, which is another site than the frame: the game is there, and says who plays."""
    shop.body = f"<!doctype html><title>Shop</title><h1>Shop</h1>{snippet.code}"
    page = context.new_page()
    page.goto(shop.origin)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Buy tickets")).to_be_visible()
    expect(frame.get_by_text("PUBLIC_PLAYER_ID")).to_be_visible()
    if "embed.js" in snippet.code or "postMessage" in snippet.code or '"message"' in snippet.code:
        inside = page.frames[1]
        page.wait_for_function(
            "high => Math.abs(document.querySelector('iframe').getBoundingClientRect().height - high) <= 1",
            arg=inside.evaluate("document.body.getBoundingClientRect().height"),
        )
    if "tiraj:ready" in snippet.code:
        expect(page.locator("#news")).to_have_text("The table is open.")
    page.close()
