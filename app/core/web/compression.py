"""Answers are compressed for whoever takes them so: text shrinks to a quarter, and phones pay for every byte."""

from __future__ import annotations

import gzip
import io
import secrets
from functools import lru_cache

from flask import Flask, Response, request

_LEAST_BYTES = 1_000
_LEVEL = 6
_MOST_PADDING = 100
_TYPES = frozenset(
    {
        "text/html",
        "text/css",
        "text/csv",
        "text/javascript",
        "application/javascript",
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "text/plain",
        "text/x-python",
    }
)


def init_app(app: Flask) -> None:
    """Compress after everything else has had its say: what is registered first runs last."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in _TYPES or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code in (204, 206, 304) or not request.accept_encodings["gzip"]:
        return response
    is_file = response.direct_passthrough
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < _LEAST_BYTES:
        return response
    response.set_data(_squeezed_file(body) if is_file else _squeezed(body))
    response.headers["Content-Encoding"] = "gzip"
    etag, is_weak = response.get_etag()
    if etag is not None and not is_weak:
        response.set_etag(etag, weak=True)  # the same content in other bytes
    return response


def _squeezed(body: bytes) -> bytes:
    """With a file name of random length in its header, so that the length tells nobody how well it was compressed.

    Else whoever could see lengths, and put words of theirs into a page, might guess its secrets letter by letter
    (breachattack.com; the padding is what "Heal the Breach" proposes).
    """
    out = io.BytesIO()
    name = "a" * secrets.randbelow(_MOST_PADDING + 1)
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=_LEVEL, fileobj=out, mtime=0) as squeezed:
        squeezed.write(body)
    return out.getvalue()


@lru_cache(maxsize=128)
def _squeezed_file(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
