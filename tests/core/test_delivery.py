"""How answers travel: compressed for whoever takes it so, and kept by browsers as long as they are true."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip"}


def test_pages_are_compressed_only_for_whoever_asks(client: FlaskClient) -> None:
    plain, small = client.get("/docs"), client.get("/docs", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) // 2
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in small.headers["Vary"]


def test_a_compressed_page_has_no_length_of_its_own(client: FlaskClient) -> None:
    lengths = {len(client.get("/login", headers=GZIP).data) for _ in range(12)}
    assert len(lengths) > 3


def test_what_is_small_or_compressed_already_stays(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/api/health", headers=GZIP).headers
    assert "Content-Encoding" not in client.get("/static/vendor/fonts/inter-latin.woff2", headers=GZIP).headers


def test_a_compressed_file_is_still_asked_about(client: FlaskClient) -> None:
    first = client.get("/utilities/hash_draw.py", headers=GZIP)
    again = client.get("/utilities/hash_draw.py", headers=GZIP | {"If-None-Match": first.headers["ETag"]})
    assert first.headers["Content-Encoding"] == "gzip"
    assert again.status_code == 304
    assert again.data == b""
    assert gzip.decompress(first.data) == client.get("/utilities/hash_draw.py").data


def test_a_page_names_files_that_may_be_kept_for_ever(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)
    path = page.partition('<script src="')[2].partition('"')[0]
    assert client.get(path).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    stale = client.get(path.partition("?")[0] + "?v=000000000000")
    assert "immutable" not in stale.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/static/shared/base.css", "/static/shared/site.js", "/static/embed.js"])
def test_files_are_taken_for_what_they_are(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"


def test_partners_pages_may_load_the_script(client: FlaskClient) -> None:
    answer = client.get("/static/embed.js", headers={"Origin": "https://shop.example"})
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=3600, stale-while-revalidate=86400"
    assert "Set-Cookie" not in answer.headers
    again = client.get("/static/embed.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    for other in ("/static/shared/site.js", "/"):
        assert "Access-Control-Allow-Origin" not in client.get(other).headers
