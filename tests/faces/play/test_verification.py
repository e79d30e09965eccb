"""The pages of documents and the picture, and who may read them."""

from __future__ import annotations

import io
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core.database.session import transaction
from app.people.players.verification import queries, rules
from app.people.players.verification import service as verification
from tests.core.test_files import a_picture
from tests.personas import Persona, form_token

from .test_limits import words
from .test_profile import ADA


@pytest.fixture
def ada(app: Flask, owner: Persona, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Persona:
    own = app.config["SETTINGS"].model_copy(update={"files_dir": tmp_path / "files"})
    monkeypatch.setitem(app.config, "SETTINGS", own)
    assert owner.post("/play/register", ADA).status_code == 303
    return owner


def upload(who: Persona, path: str, data: bytes, name: str = "me.png", **fields: str) -> TestResponse:
    body = {"csrf_token": form_token(who.browser), "file": (io.BytesIO(data), name), **fields}
    return who.browser.post(path, data=body, content_type="multipart/form-data")


def hand_in(app: Flask, who: Persona, data: bytes | None = None) -> str:
    answer = upload(who, "/play/verification", data or a_picture(), kind="identity")
    assert answer.status_code == 303, answer.text
    assert who.id is not None
    with app.app_context():
        return str(queries.documents_of(who.id)[-1].id)


def test_documents_are_handed_in_and_wait(app: Flask, ada: Persona) -> None:
    assert "You have handed in nothing." in words(ada, "/play/verification")
    assert "Not verified" in words(ada, "/play")
    one = hand_in(app, ada)
    page = words(ada, "/play/verification")
    assert "Who I am: identity card, passport" in page
    seen = ada.get(f"/play/documents/{one}")
    assert (seen.mimetype, seen.headers["Cache-Control"]) == ("image/webp", "no-store")
    assert "sandbox" in seen.headers["Content-Security-Policy"]
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    assert ada.post("/play/verification/submit").status_code == 303
    page = words(ada, "/play/verification")
    assert "Waits to be looked at" in page
    assert "Add a document" not in page
    assert ada.post(f"/play/documents/{one}/remove").status_code == 303
    assert "not possible as your verification stands" in words(ada, "/play/verification")
    ada.post("/play/verification/withdraw")
    ada.post(f"/play/documents/{one}/remove")
    assert "You have handed in nothing." in words(ada, "/play/verification")


def test_a_pdf_is_for_the_disk(app: Flask, ada: Persona) -> None:
    one = hand_in(app, ada, b"%PDF-1.7\n1 0 obj\n%%EOF\n")
    assert ada.get(f"/play/documents/{one}").headers["Content-Disposition"].startswith("attachment")


def test_what_is_called_a_picture_and_is_none_is_refused(ada: Persona) -> None:
    for data, said in ((b"<svg/>", "Send a picture"), (b"", "Choose a file."), (b"x" * (rules.MOST_BYTES + 1), "8 MB")):
        answer = upload(ada, "/play/verification", data, kind="identity")
        assert answer.status_code == 422
        assert said in unescape(answer.text)
    answer = upload(ada, "/play/verification", a_picture(), kind="picture")
    assert answer.status_code == 422
    assert "Choose one of these." in unescape(answer.text)
    answer = upload(ada, "/play/verification", b"x" * (rules.MOST_BYTES + 70_000), kind="identity")
    assert answer.status_code == 413
    assert "You have handed in nothing." in words(ada, "/play/verification")


def test_no_other_form_takes_so_much(ada: Persona) -> None:
    answer = ada.post("/play/profile", {**ADA, "name": "x" * (1024 * 1024)})
    assert answer.status_code == 413


def test_a_document_is_its_owners_alone(app: Flask, ada: Persona, stranger: Persona, nobody: Persona) -> None:
    one = hand_in(app, ada)
    assert stranger.get(f"/play/documents/{one}").status_code == 404
    stranger.post("/play/register", {**ADA, "name": "Somebody Else"})
    assert stranger.post(f"/play/documents/{one}/remove").status_code == 404
    assert nobody.get(f"/play/documents/{one}").headers["Location"].startswith("/play/sign-in")
    assert ada.get("/play/documents/nonsense").status_code == 404
    assert ada.get(f"/play/documents/{one}").status_code == 200


def test_a_picture_is_shown_and_removed(ada: Persona, stranger: Persona) -> None:
    assert ada.get("/play/picture").status_code == 404
    assert upload(ada, "/play/profile/picture", a_picture((900, 300))).status_code == 303
    page = words(ada, "/play")
    assert "Your picture is changed." in page
    assert 'src="/play/picture"' in page
    assert ada.get("/play/picture").mimetype == "image/webp"
    assert ada.get("/api/players/me").get_json()["hasPicture"] is True
    assert stranger.get("/play/picture").status_code == 404
    refused = upload(ada, "/play/profile/picture", b"GIF89a")
    assert refused.status_code == 422
    assert "<span>This is no picture that we can read. Send a JPEG, PNG or WebP.</span>" in refused.text
    assert ('aria-invalid="true"' in refused.text, refused.text.count("autofocus")) == (True, 1)
    assert "Show this picture" in words(ada, "/play/profile/picture"), "the address that a refusal leaves"
    ada.post("/play/picture/remove")
    assert ada.get("/api/players/me").get_json()["hasPicture"] is False


def test_the_reason_of_a_refusal_is_read(app: Flask, ada: Persona) -> None:
    assert ada.id is not None
    with app.app_context(), transaction():
        verification.move(ada.id, "submit", actor="test")
        verification.move(ada.id, "reject", actor="test", reason="the picture is blurred")
    assert "the picture is blurred" in words(ada, "/play/verification")
    told = ada.get("/api/players/me").get_json()["verification"]
    assert told == {"state": "rejected", "reason": "the picture is blurred", "isNeeded": False}


def test_forms_of_other_sites_do_nothing(app: Flask, ada: Persona) -> None:
    for path in ("verification", "verification/submit", "verification/withdraw", "profile/picture", "picture/remove"):
        assert ada.browser.post(f"/play/{path}").status_code == 400


def test_who_has_not_registered_is_led_there(stranger: Persona) -> None:
    assert "You have not registered." in words(stranger, "/play/verification")
    assert upload(stranger, "/play/verification", a_picture(), kind="identity").status_code == 409
