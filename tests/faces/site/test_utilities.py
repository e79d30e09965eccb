"""The verifiers, as everybody downloads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.faces.site import api

SCRIPTS = Path(__file__).parents[3] / "utilities" / "bin"


def test_published_utility_source_files_match_the_scripts_in_utilities_bin(client):
    scripts = [file for file in SCRIPTS.iterdir() if file.suffix == ".py"]
    names = {"hash_draw.py", "hash_tweak.py", "luckotto_draw.py", "verify_receipt.py", "verify_round.py", "witness.py"}
    assert names < {file.name for file in scripts}
    for file in scripts:
        answer = client.get(f"/utilities/{file.name}")
        assert answer.status_code == 200
        assert answer.data == file.read_bytes()
        assert answer.mimetype == "text/x-python"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


def test_an_unchanged_script_is_not_sent_again(client):
    first = client.get("/utilities/hash_draw.py")
    again = client.get("/utilities/hash_draw.py", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert client.get("/utilities/hash_draw.py", headers={"If-None-Match": '"other"'}).status_code == 200


def test_what_else_lies_in_the_folder_is_not_served(client, tmp_path, monkeypatch):
    (tmp_path / "published.py").write_text('"""A script."""\n')
    (tmp_path / "notes.txt").write_text("import this\n")
    (tmp_path / "folder.py").mkdir()
    monkeypatch.setattr(api, "FOLDER", tmp_path)
    api.published.cache_clear()
    try:
        assert client.get("/utilities/published.py").data == b'"""A script."""\n'
        for path in ("notes.txt", "folder.py", "hash_draw.py"):
            assert client.get(f"/utilities/{path}").status_code == 404, path
    finally:
        api.published.cache_clear()


def test_the_page_lists_every_script(client):
    page = client.get("/docs/utilities").get_data(as_text=True)
    for file in SCRIPTS.glob("*.py"):
        assert f'href="/utilities/{file.name}"' in page, file.name
        assert re.search(rf"(?:python3|then) {file.name} ", page), f"no line that uses {file.name}"


@pytest.mark.parametrize(
    "path",
    [
        "..%2fhash_draw.py",
        "..%2f..%2fwsgi.py",
        "%2e%2e/wsgi.py",
        "../wsgi.py",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        ".hidden",
        "HASH_DRAW.PY",
        "hash_draw.PY",
        "hash_draw",
        "hash_draw.py%00",
        "hash_draw.py/",
        "hash_draw.py%20",
        "__pycache__",
        "missing.py",
        "..\\hash_draw.py",
        "bin/hash_draw.py",
        "hash_dr%C3%A4w.py",
    ],
)
def test_nothing_else_is_served(client, path):
    answer = client.get(f"/utilities/{path}")
    assert answer.status_code == 404
    assert b"import" not in answer.data
