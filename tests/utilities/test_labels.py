"""The scripts call the members of records as the pages do: what differs reads alike, wherever it is checked."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from flask import Flask

from app.selling.windows.words.labels import label_words

SCRIPTS = Path(__file__).parents[2] / "utilities" / "bin"


@pytest.mark.parametrize("script", ["verify_round.py", "verify_receipt.py"])
def test_the_scripts_call_things_as_the_pages_do(app: Flask, script: str) -> None:
    with app.test_request_context("/?lang=en"):
        words = {name.removeprefix("label_"): text.replace("’", "'") for name, text in label_words().items()}
    labels: dict[str, str] = runpy.run_path(str(SCRIPTS / script))["LABELS"]
    assert len(labels) > 40
    assert {name: words.get(name) for name in labels} == labels
