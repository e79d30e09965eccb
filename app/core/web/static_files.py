"""How long browsers keep the files under static/, and which of them other sites may load."""

from __future__ import annotations

from flask import Flask, Response, request

from .templating import asset_version

FOR_PARTNERS = "embed.js"
_FOR_EVER = "public, max-age=31536000, immutable"
_SEVEN_DAYS = "public, max-age=604800"
# A file that is kept for ever is never asked about again, and a page names a dozen.
_OF_NO_USE = ("ETag", "Last-Modified", "Accept-Ranges", "Content-Disposition")
_AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"


def init_app(app: Flask) -> None:
    """Say it with every file."""
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code not in (200, 206, 304):
        return response
    path = str((request.view_args or {}).get("filename", ""))
    version = request.args.get("v")
    if path == FOR_PARTNERS:
        # Partners' pages load it by its plain address, also with crossorigin and from pages that isolate themselves.
        response.headers["Cache-Control"] = _AN_HOUR
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    elif version and version == asset_version(path):
        response.headers["Cache-Control"] = _FOR_EVER
        for name in _OF_NO_USE:
            response.headers.pop(name, None)
    elif path.startswith("vendor/fonts/"):
        response.headers["Cache-Control"] = _SEVEN_DAYS  # style sheets name them without a version
    return response
