"""Whatever a verifier can name is explained under its name, where the page that found it links to."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from tests.utilities.in_browser import claim_keys

TOP = Path(__file__).parents[3]
IN_BROWSER = re.compile(r'(?:named|Malformed)\("([a-z-]+)"')
BY_SCRIPT = re.compile(r'Malformed\(f?"([a-z]+(?:-[a-z]+)*):')
HOLDING = {"by-terms", "promised", "in-time", "cosigned", "anchored", "entry"}


def test_every_name_is_explained_on_the_page_of_the_scripts(app: Flask) -> None:
    page = app.test_client().get("/docs/utilities").text
    explained = set(re.findall(r'id="((?:claim|fault)-[a-z-]+)"', page))
    sources = [file.read_text() for file in (TOP / "static/verify/receipt").glob("*.js")]
    faults = {name for source in sources for name in IN_BROWSER.findall(source)}
    faults |= set(BY_SCRIPT.findall((TOP / "utilities/bin/verify_receipt.py").read_text()))
    claims = {name for of_game in claim_keys().values() for name in of_game}
    assert {"wrong-key", "not-included", "promise-broken"} <= faults
    assert {f"fault-{name}" for name in faults - HOLDING} <= explained
    assert {f"claim-{name}" for name in claims} <= explained


def test_each_claim_of_a_round_is_explained_by_words_of_its_own(app: Flask) -> None:
    """What it says, what it suggests where it does not hold, what to do: none of it borrowed from a receipt's fault."""
    page = app.test_client().get("/docs/utilities").text
    entries = dict(re.findall(r'<div id="((?:claim|fault)-[a-z-]+)">(.*?)</div>', page, re.DOTALL))
    texts = {name: re.findall(r"<p[^>]*>(.*?)</p>", entry, re.DOTALL) for name, entry in entries.items()}
    claims = {name: paragraphs[-3:] for name, paragraphs in texts.items() if name.startswith("claim-")}
    for name, (says, fails, what) in claims.items():
        assert fails.startswith("If it does not hold: "), name
        assert what.startswith("What to do: "), name
        assert min(map(len, (says, fails, what))) > 40, name
    every = [paragraph for paragraphs in claims.values() for paragraph in paragraphs]
    assert len(set(every)) == len(every), "one text for two claims explains neither"
    both = {name.partition("-")[2] for name in texts if name.startswith("fault-")} & {
        name.partition("-")[2] for name in claims
    }
    assert {"promise", "terms"} <= both
    for name in both:
        assert not set(texts[f"fault-{name}"]) & set(claims[f"claim-{name}"]), name


def test_the_scripts_are_in_the_order_in_which_to_read_them(app: Flask) -> None:
    page = app.test_client().get("/docs/utilities").text
    listed = re.findall(r'<h2 id="script-\d+"><code>(.*?)</code>', page)
    lines = [len((TOP / "utilities/bin" / name).read_text().splitlines()) for name in listed]
    assert lines == sorted(lines)
    assert f"from {lines[0]} lines to {lines[-1]:,}" in " ".join(page.split())
    assert all(f"{count:,} lines</span>" in page for count in lines)
