"""The verifiers, as everybody downloads them."""

from __future__ import annotations

from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "utilities" / "bin"


def test_published_utility_source_files_match_the_scripts_in_utilities_bin(client):
    scripts = sorted(file for file in SCRIPTS.iterdir() if file.suffix == ".py")
    assert [file.name for file in scripts] == [
        "hash_draw.py",
        "hash_tweak.py",
        "luckotto_allocate.py",
        "luckotto_draw.py",
        "sign_payout.py",
        "verify_round.py",
    ]
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


@pytest.mark.parametrize(
    "path",
    [
        "..%2fhash_draw.py", "..%2f..%2fwsgi.py", "%2e%2e/wsgi.py", "../wsgi.py", "%2fetc%2fpasswd", "/etc/passwd",
        ".hidden", "HASH_DRAW.PY", "hash_draw.PY", "hash_draw", "hash_draw.py%00", "hash_draw.py/",
        "hash_draw.py%20", "__pycache__", "missing.py", "..\\hash_draw.py", "bin/hash_draw.py", "hash_dr%C3%A4w.py",
    ],
)  # fmt: skip
def test_nothing_else_is_served(client, path):
    answer = client.get(f"/utilities/{path}")
    assert answer.status_code == 404
    assert b"import" not in answer.data
