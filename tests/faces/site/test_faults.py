"""Whatever a verifier can name is explained under its name, where the page that found it links to."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from tests.utilities.in_browser import claim_keys

TOP = Path(__file__).parents[3]
IN_BROWSER = re.compile(r'(?:named|Malformed)\("([a-z-]+)"')
BY_SCRIPT = re.compile(r'Malformed\(f?"([a-z]+(?:-[a-z]+)*):')
HOLDING = {"promised", "in-time", "cosigned", "anchored", "entry"}


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
