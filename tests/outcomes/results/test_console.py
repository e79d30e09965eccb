"""Official results in the console: what sources said is shown and never run; what is attached is opened and counts."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from flask.testing import FlaskClient

from app.core.database.session import db
from app.outcomes.results import queries
from tests.faces.admin.test_approvals import browser_of, post
from tests.personas import form_token

from .waiting import PAPER, Waiting


@pytest.fixture
def ada(waiting: Waiting) -> FlaskClient:
    return browser_of(waiting.app, "operator")


def send(browser: FlaskClient, path: str, **form: object) -> tuple[int, str]:
    """The status, and where it leads or what it says."""
    answer = browser.post(path, data={"csrf_token": form_token(browser), **form})
    return answer.status_code, answer.headers.get("Location") or answer.text


def test_from_what_sources_said_to_what_two_people_enter(waiting: Waiting, ada: FlaskClient) -> None:
    waiting.draw("047")
    waiting.order(next="other_slot", source="pcso_site")
    waiting.look()
    place = f"/admin/results/{waiting.id}"
    assert place in ada.get("/admin/results").text
    page = ada.get(place).text
    assert "not in its list" in page
    assert "PCSO’s interface" in page
    one = next(one for one in queries.looks_at(waiting.id) if one.source == "pcso_site")
    db.session.rollback()
    shown = ada.get(f"{place}/looks/{one.id}").text
    assert "&lt;table cellspacing=" in shown
    raw = ada.get(f"{place}/looks/{one.id}/bytes")
    assert hashlib.sha256(raw.data).hexdigest() == one.sha256
    assert raw.mimetype == "application/octet-stream"
    assert raw.headers["Content-Disposition"].startswith("attachment")
    bare = {"numbers": "047", "reason": "as it was on television"}
    assert send(ada, f"{place}/decide", **bare)[0] == 422  # nothing is attached
    assert send(ada, f"{place}/papers", file=(io.BytesIO(b"no picture"), "x.png"))[0] == 422
    assert send(ada, f"{place}/papers", file=(io.BytesIO(PAPER.content), "x.pdf")) == (303, place)
    assert "Write 3 digits" in send(ada, f"{place}/decide", **{**bare, "numbers": "47"})[1]
    status, proposal = send(ada, f"{place}/decide", **bare)
    assert status == 303
    approval = re.fullmatch(r"/admin/approvals/([0-9a-f-]{36})", proposal)
    assert approval is not None
    bea = browser_of(waiting.app, "bea")
    assert post(bea, approval[1], "confirm").status_code == 422  # she has not opened it
    opens = re.search(rf'action="({place}/papers/[0-9a-f-]+)"', bea.get(proposal).text)
    assert opens is not None
    answer = bea.post(opens[1], data={"csrf_token": form_token(bea)})
    assert (answer.status_code, answer.data) == (200, PAPER.content)
    assert post(bea, approval[1], "confirm").status_code == 303
    page = ada.get(place).text
    assert "entered by two people" in page
    assert "Correct it…" in page
    assert "entered a result by hand" in page


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "00000000-0000-7000-8000-000000000000",
        "{id}/looks/nothing",
        "{id}/looks/{id}",
        "{id}/looks/{id}/bytes",
    ],
)
def test_what_there_is_not(waiting: Waiting, ada: FlaskClient, path: str) -> None:
    assert ada.get(f"/admin/results/{path.format(id=waiting.id)}").status_code == 404


def test_sources_are_listed_and_a_change_is_proposed(waiting: Waiting, ada: FlaskClient) -> None:
    assert "https://www.lottopcso.com" in ada.get("/admin/results/sources").text
    place = "/admin/results/sources/lottopcso"
    form = {
        "host": "https://lottopcso.com",
        "parser": "lottopcso/1",
        "origin": "pcso",
        "is_asked": "y",
        "reason": "moved",
    }
    assert 'value="https://www.lottopcso.com"' in ada.get(place).text
    assert "without a path" in send(ada, place, **{**form, "host": "https://x.example/path"})[1]
    status, proposal = send(ada, place, **form)
    assert (status, proposal.startswith("/admin/approvals/")) == (303, True)
    assert "To be confirmed" in ada.get("/admin/results/sources").text
    assert ada.get("/admin/results/sources/nobody").status_code == 404
