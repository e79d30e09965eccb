"""A receipt on paper: who may have it, what it says in which language, and the file in it, which the script checks."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.catalogue.windows.paper.drawn import pdf
from app.catalogue.windows.paper.receipt import Paper
from app.core.text.pdf.attached import attached
from app.core.text.pdf.letters import drawable
from app.record.log import jobs as log_jobs
from dev.node.process import NodeProcess
from tests import scripts
from tests.factories.world import World
from tests.settings import LOG_KEY
from tests.utilities.receipts import SCRIPT
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def read(data: bytes) -> tuple[pypdf.PdfReader, str]:
    """The document, and its text; a line that is broken in it is one again."""
    document = pypdf.PdfReader(io.BytesIO(data), strict=True)
    return document, "\n".join(page.extract_text() for page in document.pages)


def test_the_holder_gets_it_with_his_file_inside(world: World, tmp_path: Path) -> None:
    site = world.site()
    placed = world.order(site, "ada", private="account-7")
    client = world.app.test_client()
    path = f"/slips/{placed.receipt_secret}"
    unpaid = read(client.get(f"{path}/receipt.pdf").data)[1]
    assert "Nothing has been paid." in unpaid
    world.send(placed.address, 5_600)
    world.mine()
    log_jobs.sequence()
    answer = client.get(f"{path}/receipt.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    document, text = read(answer.data)
    kept = client.get(f"{path}/receipt.json").get_json()
    ((name, (inside,)),) = document.attachments.items()
    assert (name, json.loads(inside)) == (f"tiraj-receipt-{kept['orderId']}.json", kept)
    payment, log = kept["payments"][0], kept["log"]
    whole = text.replace("\n", "")
    for said in (
        *(kept["orderId"], kept["depositAddress"], f"{payment['txid']}:0", payment["blockHash"], log["leaf"]),
        *("5,600 sats", "5 tickets, confirmed.", "account-7", "000 – 004", f"Ticket draw, round {kept['roundNumber']}"),
    ):
        assert said in whole, said
    for line in (*log["promise"].split("\n"), *log["proof"].split("\n")):
        assert line in text, "each line stands by itself"
    for block in (log["promise"], log["proof"]):
        lines = [line for line in block.split("\n") if line]
        assert any(all(line in page.extract_text() for line in lines) for page in document.pages), "on one page"
    assert kept["terms"] in whole
    links = [one["/A"]["/URI"] for page in document.pages for one in page.get("/Annots", [])]
    assert links == [f"http://localhost/slips/{kept['orderId']}#leaf={log['leaf']}"]
    assert placed.receipt_secret not in text, "whoever is shown it does not get the private link"

    file = tmp_path / "receipt.pdf"
    file.write_bytes(answer.data)
    words = (SCRIPT.name, str(file), "--log-key", str(LOG_KEY.verifier))
    done = scripts.run(*words)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    _is_looked_up(client, answer.data, kept)
    file.write_bytes(answer.data.replace(b"/EmbeddedFile", b"/EmbeddedFilf"))
    done = scripts.run(*words)
    assert (done.returncode, "without a receipt in it" in done.stderr) == (2, True)


def _is_looked_up(client: FlaskClient, document: bytes, kept: dict[str, Any]) -> None:
    """The page for whatever somebody kept says what the log holds of it; of the document as of the file."""

    def said(given: bytes) -> str:
        files = {"files": (io.BytesIO(given), "kept")}
        return client.post("/check", data=files, content_type="multipart/form-data").text

    entry, strange, again = f'href="/log/entries/{kept["log"]["number"]}"', "that we do not know", "Download it again"
    for given in (document, json.dumps(kept).encode()):
        page = said(given)
        assert (entry in page, strange in page, again in page) == (True, False, False)
        assert kept["log"]["salt"] not in page
        assert "says otherwise than we do" not in page
        for told in ("What became of the order", "000 – 004", "Credited", f'href="/slips/{kept["orderId"]}"'):
            assert told in page, told
    (payment,), slip = kept["payments"], kept["slip"]
    lies = {"payments": [payment | {"amountSats": 9_900}], "slip": slip | {"ranges": [[7, 9]]}}
    lying = said(json.dumps(kept | lies).encode())
    for told in ("Your file says otherwise than we do", "9900", "we say <bdi>5600</bdi>", "7 – 9", "0 – 4"):
        assert told in lying, told
    elsewhere = kept["terms"].replace(kept["orderId"], str(uuid4()))
    assert "What became of the order" not in said(json.dumps(kept | {"terms": elsewhere}).encode())
    assert "What became of the order" not in said(json.dumps(kept | {"depositAddress": "another"}).encode())
    forged = said(json.dumps({**kept, "log": {**kept["log"], "leaf": "00" * 32}}).encode())
    assert (strange in forged, again in forged) == (True, True)
    assert said(b"%PDF-1.7 nothing").count('aria-invalid="true"') == 1


IN_EACH_LANGUAGE = {
    "fr": ("Paiements", "Dans le journal public", "5 600 sats"),
    "ht": ("Peman", "Nan jounal piblik la"),
    "en": ("Payments", "In the public log"),
}


def test_it_is_in_the_readers_language(world: World) -> None:
    placed = world.order(world.site(), "ada")
    world.send(placed.address, 5_600)
    world.mine()
    for language, said in IN_EACH_LANGUAGE.items():
        answer = world.app.test_client().get(f"/slips/{placed.receipt_secret}/receipt.pdf?lang={language}")
        document, text = read(answer.data)
        assert document.trailer["/Root"]["/Lang"] == language
        for words in said:
            assert words in text.replace("\xa0", " "), language


HOSTILE = [
    "Жан {nb} ₱ Ωμέγα",
    "שלום \u202eevil\u202c مرحبا",
    "😀👩\u200d👩\u200d👧 漢字 \U000f0000",
    "W" * 500,
    "a\u0300" * 300,
    "\x00\x1b[31m\r\n\t\x7f\u2028",
    "(\\) >> endstream endobj 9 0 obj\n<<\n/Filter /FlateDecode\n/Length 9\n/Type /EmbeddedFile\n>>\nstream\n",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_somebody_is_called(app: Flask, name: str) -> None:
    """The document is whole, the same each time, its one file is the one that we put in, and names stay on the page."""
    file = ("tiraj-receipt.json", json.dumps({"name": name}).encode())
    order, facts = "01938000-0000-7000-8000-000000000000", [("Player", [name, "next"]), (name, ["value"])]
    held = (name, [name] * 3)
    paper = Paper(order, f"Title {name}", name, facts, held, [], None, name, name, name, None, "x:y", file, True)
    with app.test_request_context(f"/?lang=fr&x={order}"):
        data = pdf(paper)
        assert pdf(paper) == data
    document, text = read(data)
    assert dict(document.attachments.items()) == {file[0]: [file[1]]}
    assert attached(data) == file[1]
    assert "next" in text
    assert f"1 / {len(document.pages)}" in text
    assert document.metadata is not None
    assert document.metadata.title == f"{drawable(f'Title {name}')} · {order}"
    for page in document.pages:
        marks: list[float] = []
        page.extract_text(visitor_text=lambda _text, _cm, tm, _font, _size, marks=marks: marks.append(tm[4]))
        assert max(marks) < page.mediabox.width


def test_nobody_else_gets_it(world: World) -> None:
    placed = world.order(world.site(), "ada")
    client = world.app.test_client()
    page = client.get(f"/slips/{placed.receipt_secret}").text
    assert f'href="/slips/{placed.receipt_secret}/receipt.pdf"' in page
    for name in (str(placed.id), "x" * 43):
        assert client.get(f"/slips/{name}/receipt.pdf").status_code == 404
        assert client.get(f"/slips/{name}/receipt.json").status_code == 404


def test_the_frame_of_its_partner_has_it_too(world: World) -> None:
    own, other = world.site(), world.site()
    placed, client = world.order(own, "ada", private="account-7"), world.app.test_client()
    player = {"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "account-7"}
    path = f"/embed/slips/{placed.receipt_secret}"
    asked = {"partner": own.name, **player}
    assert f"{path}/receipt.pdf?" in client.get(path, query_string=asked).text
    answer = client.get(f"{path}/receipt.pdf", query_string=asked)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "account-7" in read(answer.data)[1]
    assert client.get(f"{path}/receipt.pdf", query_string={"partner": other.name, **player}).status_code == 404
