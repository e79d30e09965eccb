"""Documents and the picture by JSON: the body is the file, and what it is says the file itself."""

from __future__ import annotations

import io
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.core.files import images
from app.core.limits.places import place
from app.people.players.models import PlayerFile
from app.people.players.profile import service as profiles
from app.people.players.verification.rules import MOST_BYTES
from app.record.audit.models import AuditEntry
from tests.core.test_files import a_bomb, a_picture
from tests.personas import Persona, form_token, signed_in

from .people import ADA
from .test_verification import OTHER, PDF, house  # noqa: F401  (fixtures)

ME: Final = "/api/players/me"
IDENTITY: Final = f"{ME}/documents?kind=identity"


@pytest.fixture
def ada(house: Flask) -> Persona:  # noqa: F811
    person = signed_in(house, "ada@example.com")
    with transaction():
        assert person.id is not None
        assert profiles.register(person.id, ADA, "en") is None
    return person


def send(who: Persona, path: str, data: bytes, method: str = "POST", **headers: str) -> TestResponse:
    return who.browser.open(path, method=method, data=data, headers={"Content-Type": "text/plain", **headers})


def files() -> int:
    db.session.rollback()
    found = db.session.scalar(select(func.count()).select_from(PlayerFile))
    db.session.rollback()
    return found or 0


def test_documents_are_handed_in_seen_and_taken_back(house: Flask, ada: Persona) -> None:  # noqa: F811
    photo = send(ada, IDENTITY, a_picture())
    assert (photo.status_code, photo.json["mediaType"], photo.json["kind"]) == (201, "image/webp", "identity")
    paper = send(ada, f"{ME}/documents?kind=address", PDF, **{"Content-Type": "image/png"})
    assert (paper.json["mediaType"], paper.json["size"]) == ("application/pdf", len(PDF)), "what it is, not its name"
    whole = ada.get(f"{ME}/documents").json
    assert whole == {"state": "none", "reason": None, "documents": [photo.json, paper.json], "mostDocuments": 6}
    place = f"{ME}/documents/{paper.json['id']}"
    seen = ada.get(place)
    assert (seen.data, seen.mimetype, seen.headers["Cache-Control"]) == (PDF, "application/pdf", "no-store")
    bea = signed_in(house, "bea@example.com")
    with transaction():
        assert bea.id is not None
        assert profiles.register(bea.id, OTHER, "en") is None
    assert [bea.get(place).status_code, bea.browser.delete(place).status_code] == [404, 404]
    assert ada.browser.delete(place).status_code == 204
    assert ada.browser.delete(place).status_code == 404
    assert ada.get(f"{ME}/documents").json["documents"] == [photo.json]
    assert ada.browser.post(f"{ME}/verification/submit").json["state"] == "pending"
    codes = [send(ada, IDENTITY, PDF), ada.browser.post(f"{ME}/verification/submit")]
    assert [(one.status_code, one.json["code"]) for one in codes] == [(409, "verification_state")] * 2
    assert ada.browser.post(f"{ME}/verification/withdraw").json["state"] == "none"
    told = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"user:{ada.id}")).all()
    db.session.rollback()
    assert set(told) >= {"player.document_added", "player.document_removed", "player.verification_asked"}


REFUSED: Final[dict[str, tuple[str, bytes, int, str]]] = {
    "no kind": (f"{ME}/documents", PDF, 422, "invalid_input"),
    "a picture is no document": (f"{ME}/documents?kind=picture", PDF, 422, "invalid_input"),
    "nothing": (IDENTITY, b"", 422, "file_missing"),
    "a page": (IDENTITY, b"<html><script>alert(1)</script>", 422, "image_invalid"),
    "a form": (IDENTITY, b"--x\r\nContent-Disposition: form-data\r\n\r\n%PDF-1.7\r\n%%EOF", 422, "image_invalid"),
    "a little too large": (IDENTITY, PDF + b" " * MOST_BYTES, 422, "file_too_large"),
    "of too many pixels": (IDENTITY, a_bomb(6300, 6300), 422, "image_too_large"),
    "far too large": (IDENTITY, PDF + b" " * (MOST_BYTES + 70_000), 413, "body_too_large"),
}


def test_what_is_no_document_is_refused_and_leaves_nothing(ada: Persona) -> None:
    for what, (path, data, status, code) in REFUSED.items():
        answer = send(ada, path, data)
        found: Any = answer.json
        codes = {found["code"], *(part["code"] for part in found.get("errors", ()))}
        assert (answer.status_code, code in codes or code == "invalid_input") == (status, True), (what, found)
        assert files() == 0, what


def test_sent_again_under_its_key_it_is_one_document(ada: Persona) -> None:
    first, again = (send(ada, IDENTITY, a_picture(), **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.status_code, again.data, files()) == (201, first.data, 1)
    other = send(ada, IDENTITY, PDF, **{"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert (send(ada, IDENTITY, a_picture()).status_code, files()) == (201, 2), "without the key it is a second one"


def test_the_picture_takes_the_place_of_the_one_before(ada: Persona) -> None:
    assert ada.get(f"{ME}/picture").status_code == 404
    first = send(ada, f"{ME}/picture", a_picture(), "PUT").json
    second = send(ada, f"{ME}/picture", a_picture(), "PUT").json
    assert (first["id"] == second["id"], files()) == (False, 1)
    shown = ada.get(f"{ME}/picture")
    assert (shown.mimetype, shown.data[8:12]) == ("image/webp", b"WEBP")
    assert ada.get(ME).json["hasPicture"] is True
    refused = send(ada, f"{ME}/picture", PDF, "PUT")
    assert (refused.status_code, refused.json["code"], files()) == (422, "image_invalid", 1)
    assert [ada.browser.delete(f"{ME}/picture").status_code for _ in range(2)] == [204, 204]
    assert ada.get(ME).json["hasPicture"] is False


def test_only_who_is_signed_in_and_only_from_our_own_pages(
    house: Flask,  # noqa: F811
    ada: Persona,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stranger = Persona(house.test_client())
    for method, path in (("POST", IDENTITY), ("PUT", f"{ME}/picture"), ("DELETE", f"{ME}/picture")):
        assert send(stranger, path, PDF, method).status_code == 401
        foreign = send(ada, path, PDF, method, Origin="https://evil.example")
        assert (foreign.status_code, foreign.json["code"]) == (403, "origin_refused")
    unregistered = signed_in(house, "new@example.com")
    monkeypatch.setattr(images, "_redrawn", lambda *_, **__: pytest.fail("a picture of nobody's is unpacked"))
    for method, path in (("POST", IDENTITY), ("PUT", f"{ME}/picture")):
        answer = send(unregistered, path, a_picture(), method)
        assert (answer.status_code, answer.json["code"]) == (409, "not_registered")
    assert files() == 0


def test_one_picture_is_unpacked_at_a_time_and_the_next_is_told_to_wait(
    ada: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "WAIT_SECONDS", 0)
    with place("pictures", 1, wait=0):
        refused = send(ada, IDENTITY, a_picture())
        assert (refused.status_code, refused.json["code"], refused.headers["Retry-After"]) == (
            503,
            "pictures_busy",
            "2",
        )
        data = {"csrf_token": form_token(ada.browser), "kind": "identity", "file": (io.BytesIO(a_picture()), "a.png")}
        page = ada.browser.post("/play/verification", data=data)
        assert (page.status_code, "Too many pictures" in page.text) == (503, True)
        assert send(ada, IDENTITY, PDF).status_code == 201, "of which nothing is unpacked"
    assert send(ada, IDENTITY, a_picture()).status_code == 201


def test_files_are_counted_for_themselves(
    house: Flask,  # noqa: F811
    ada: Persona,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who hands in many uses up nobody's tries at registering, whose network it is too."""
    monkeypatch.setitem(house.config, "SETTINGS", house.config["SETTINGS"].model_copy(update={"logins_per_hour": 1}))
    assert [send(ada, IDENTITY, b"").status_code for _ in range(4)] == [422] * 3 + [429]
    assert ada.browser.patch(ME, json={"name": "Ada King"}).status_code == 200
