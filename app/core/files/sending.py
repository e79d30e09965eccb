"""A file that somebody has handed in, sent to whoever may see it: never run, and never kept on the way."""

from __future__ import annotations

from typing import Final

from flask import Response

from app.core.web.headers import content_security, no_store

_ENDINGS: Final = {"image/webp": "webp", "application/pdf": "pdf"}


def send(media_type: str, name: str, content: bytes) -> Response:
    """A picture is shown; anything else is for the disk, where no page of ours is its neighbour."""
    no_store()
    response = Response(content, mimetype=media_type)
    kind = "inline" if media_type.startswith("image/") else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}.{_ENDINGS[media_type]}"'
    response.headers["Content-Security-Policy"] = content_security({"sandbox": "", "img-src": "'none'"})
    return response
