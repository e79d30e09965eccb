"""The scripts call the members of records as the pages do: what differs reads alike, wherever it is checked."""

from __future__ import annotations

import json
import runpy
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import gettext

from app.games.luckotto.game import LUCKOTTO
from app.games.ticket_draw.game import ROUNDS
from app.selling.windows.words.labels import differing_words, label_words, state_words
from app.selling.windows.words.left import left_words

from .in_browser import NODE, TOP

SCRIPTS = Path(__file__).parents[2] / "utilities" / "bin"


@pytest.mark.parametrize("script", ["verify_round.py", "verify_receipt.py"])
def test_the_scripts_call_things_as_the_pages_do(app: Flask, script: str) -> None:
    with app.test_request_context("/?lang=en"):
        words = {name.removeprefix("label_"): text.replace("’", "'") for name, text in label_words().items()}
    labels: dict[str, str] = runpy.run_path(str(SCRIPTS / script))["LABELS"]
    assert len(labels) > 40
    assert {name: words.get(name) for name in labels} == labels


@pytest.mark.parametrize("language", ["en", "fr", "ht"])
def test_payment_links_are_known_in_every_language(app: Flask, language: str) -> None:
    script = runpy.run_path(str(SCRIPTS / "verify_receipt.py"))
    with app.test_request_context(f"/?lang={language}"):
        titles = {"rounds": str(ROUNDS.title), "luckotto": str(LUCKOTTO.title)}
        noted = gettext("%(player)s at %(site)s, round %(n)s", player="ada", site="x", n=7)
    assert all(title in script["GAMES_CALLED"][name] for name, title in titles.items())
    assert f"t: {noted}" in [pattern.format("t", "ada", "x", 7) for pattern in script["NOTED"]]
    for name in titles:
        told = (TOP / "static/games" / {"rounds": "ticket_draw"}.get(name, name) / "bundle.js").read_text("utf-8")
        assert f"called: {json.dumps(list(script['GAMES_CALLED'][name]), ensure_ascii=False)}" in told


def test_what_was_not_looked_at_is_said_in_the_same_sentences(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        words = {text.replace("’", "'") for text in left_words().values()}
    script = runpy.run_path(str(SCRIPTS / "verify_round.py"))
    assert {*script["LEFT"].values(), script["UNKNOWN"]} == words
    found = script["left_in_words"](["operatorNote", "seal.sealedAtHeight", "transactions[].rawTransaction.witness"])
    assert [paths for _, paths in found] == [[path] for path in PATHS[:3]]
    asked = f"""
    const {{ leftByName }} = await import(`file://${{process.argv[1]}}/bundle/left.js`);
    console.log(JSON.stringify(leftByName({json.dumps(PATHS)})));
    """
    command = [*NODE, "--no-warnings", "--input-type=module", "-e", asked, str(TOP / "static/verify")]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
    with app.test_request_context("/?lang=en"):
        page = [(left_words()[f"left_{name}"].replace("’", "'"), paths) for name, paths in told]
    assert page == script["left_in_words"](PATHS)
    assert len(page) == len(words)


PATHS = [
    "operatorNote",
    "seal.sealedAtHeight",
    "transactions[].rawTransaction.witness",
    "heightProof.rawTransaction.witness",
    "transactions[].blockHeight",
    "log.anchor.proof.blockHeight",
    "payout.heightProof",
    "log.cosigned[].signatures",
    "log.promise.proof.checkpoint",
    "log.seal.proof.extra",
    "log.anchor.size",
    "log.witnessed.text.line",
    "payments[].note",
]


def test_a_member_that_nobody_knows_is_quoted(app: Flask) -> None:
    asked = """
    const [at, words] = process.argv.slice(1), { sentence } = await import(`file://${at}/claim_rows.js`);
    globalThis.document = { documentElement: { lang: "en" } };
    console.log(sentence(JSON.parse(words), "platform", "", { field: "operatorNote", is: "mine", should: "–" }));
    """
    with app.test_request_context("/?lang=en"):
        words = json.dumps({**differing_words(), **label_words()})
    command = [*NODE, "--no-warnings", "--input-type=module", "-e", asked, str(TOP / "static/verify"), words]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert said == "“operatorNote”: the file says mine; the platform says nothing today.\n"


def test_states_are_told_in_the_readers_language(app: Flask) -> None:
    """In Creole *won* is a round."""
    script = """
    const [at, words] = process.argv.slice(1), { sentence } = await import(`file://${at}/claim_rows.js`);
    globalThis.document = { documentElement: { lang: "ht" } };
    const of = (field) => sentence(JSON.parse(words), "platform", "", { field, is: "won", should: "lost" });
    console.log(JSON.stringify(["status", "slip.status", "payout.state", "note"].map(of)));
    """
    with app.test_request_context("/?lang=ht"):
        words = {**differing_words(), **label_words(), **state_words()}
    command = [
        *NODE,
        "--no-warnings",
        "--input-type=module",
        "-e",
        script,
        str(TOP / "static/verify"),
        json.dumps(words),
    ]
    *states, note = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
    assert all("genyen" in one and "pèdi" in one and "won" not in one.split() for one in states)
    assert "won" in note
