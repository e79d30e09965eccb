"""The public log over HTTP: files that any follower of such logs reads, proofs as JSON, pages for people."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database.session import db, transaction
from app.record.log import jobs, service
from app.record.log.format import notes
from tests.conftest import _application
from tests.settings import LOG_KEY

SAID = 300


@pytest.fixture(scope="module")
def log(
    fresh_database: Callable[[], str], app_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    """Somebody looks at a log of three hundred entries."""
    own = {"DATABASE_URL": fresh_database(), "LOG_JOURNAL_PATH": f"{tmp_path_factory.mktemp('log')}/log-journal"}
    made = _application({**app_settings, **own})
    with made.app_context():
        with transaction():
            for number in range(SAID):
                service.tell("thing", f"thing {number}", {"number": number})
        jobs.sequence()
        yield made.test_client()
        db.session.remove()
        db.engine.dispose()


def entries_of(bundle: bytes) -> list[bytes]:
    found = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        found.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return found


def folded(leaf: bytes, number: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2, as a stranger would write it."""
    at, last, root = number, size - 1, leaf
    for one in path:
        if at & 1 or at == last:
            root = hashlib.sha256(b"\x01" + one + root).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + one).digest()
        at, last = at >> 1, last >> 1
    assert last == 0
    return root


def test_files_tell_the_log_to_whoever_follows(log: FlaskClient) -> None:
    answer = log.get("/log/checkpoint")
    assert answer.mimetype == "text/plain"
    checkpoint = notes.Checkpoint.parse(notes.opened(answer.text, LOG_KEY.verifier))
    assert (checkpoint.origin, checkpoint.size) == ("localhost/log", SAID)
    whole, rest = log.get("/log/tile/0/000"), log.get("/log/tile/0/001.p/44")
    assert "immutable" in whole.headers["Cache-Control"]
    assert whole.mimetype == "application/octet-stream"
    entries = entries_of(log.get("/log/tile/entries/000").data) + entries_of(log.get("/log/tile/entries/001.p/44").data)
    assert [json.loads(entry)["number"] for entry in entries] == list(range(SAID))
    leaves = b"".join(hashlib.sha256(b"\x00" + entry).digest() for entry in entries)
    assert leaves == whole.data + rest.data
    assert len(log.get("/log/tile/1/000.p/1").data) == 32
    assert log.get("/log/tile/0/001.p/7").data == rest.data[: 7 * 32]


NOT_THERE = (
    *("0/001", "0/001.p/45", "0/002.p/1", "1/000", "1/000.p/2", "2/000.p/1", "entries/001", "entries/001.p/45"),
    *("0/0", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/x000/000", "64/000", "0/000/", "00/000", "x/000"),
)


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_is_not_signed_or_not_a_tile_is_not_there(log: FlaskClient, path: str) -> None:
    assert log.get(f"/log/tile/{path}").status_code == 404


@pytest.mark.parametrize("number", [0, 1, 255, 256, 299])
def test_an_entrys_proof_leads_to_the_signed_root(log: FlaskClient, number: int) -> None:
    data = json.dumps({"number": number, "subject": f"thing {number}", "type": "thing"}, separators=(",", ":"))
    leaf = hashlib.sha256(b"\x00" + data.encode()).digest()
    answer = log.get("/api/log/proof", query_string={"leaf": leaf.hex()}).get_json()
    path, _, checkpoint = answer["proof"].partition("\n\n")
    head, index, *hashes = path.split("\n")
    assert (head, index) == ("c2sp.org/tlog-proof@v1", f"index {number}")
    signed = notes.Checkpoint.parse(notes.opened(checkpoint, LOG_KEY.verifier))
    assert folded(leaf, number, signed.size, [base64.b64decode(one) for one in hashes]) == signed.root
    page = log.get(f"/log/entries/{number}").text
    assert checkpoint.splitlines()[2] in page
    assert f"&#34;number&#34;: {number}" in page


@pytest.mark.parametrize(
    ("query", "status"),
    [({"leaf": "00" * 32}, 404), ({"leaf": "xyz"}, 422), ({}, 422), ({"leaf": "00" * 32, "more": "1"}, 422)],
)
def test_what_cannot_be_proved_is_refused(log: FlaskClient, query: dict[str, str], status: int) -> None:
    answer = log.get("/api/log/proof", query_string=query)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(("first", "second", "status"), [(1, 300, 200), (300, 300, 200), (5, 301, 422), (9, 8, 422)])
def test_consistency_is_told_of_what_is_signed(log: FlaskClient, first: int, second: int, status: int) -> None:
    answer = log.get("/api/log/consistency", query_string={"first": first, "second": second})
    assert answer.status_code == status


def test_people_read_it_newest_first(log: FlaskClient) -> None:
    page = log.get("/log").text
    assert str(LOG_KEY.verifier) in page
    assert page.index("thing 299") < page.index("thing 250")
    assert "thing 249" not in page
    assert "thing 249" in log.get("/log?before=250").text
    assert log.get("/log/entries/300").status_code == 404


def test_before_the_first_word_there_is_none(committed_db: Flask) -> None:
    client = committed_db.test_client()
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/api/log").get_json()["checkpoint"] is None
    assert client.get("/log").status_code == 200


@pytest.mark.parametrize("query", [{"kind": "nonsense"}, {"kind": "order.paid.part"}, {"q": "999999"}])
def test_what_is_not_there_is_refused_and_no_list_answers_for_it(log: FlaskClient, query: dict[str, str]) -> None:
    answer = log.get("/log", query_string=query)
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Entries of the log, the newest first" not in answer.text
    assert "Entries of the log, the newest first" in log.get("/log").text
