"""Documents and the picture, as the API's document tells them."""

from __future__ import annotations

from functools import partial
from typing import Final

from app.core.wire.described import Described

from . import schemas
from .rules import MEDIA_TYPES

_SIGNED_OUT: Final = {401: "not_signed_in"}
_REFUSED: Final = {**_SIGNED_OUT, 403: "origin_refused"}
_NO_PICTURE: Final = "file_missing, file_too_large, image_invalid, image_moves, image_too_large"
_BUSY: Final = {413: "body_too_large", 503: "pictures_busy"}
_PICTURES: Final = ("image/jpeg", "image/png", "image/webp")
_ONE: Final = "/api/players/me/documents/{identifier}"

_route = partial(Described, tag="Playing", by_session=True, refusals=_REFUSED)

DESCRIBED: Final = (
    _route(
        "players_documents_api.documents",
        "GET",
        "/api/players/me/documents",
        summary="How far one's verification is, and what was handed in",
        answer=schemas.Documents,
        refusals=_SIGNED_OUT,
    ),
    _route(
        "players_documents_api.add",
        "POST",
        "/api/players/me/documents",
        summary="Hand in a document: the body is the file, at most 8 MB; its type is told by what is in it",
        answer=schemas.DocumentRecord,
        query=schemas.DocumentParameters,
        status=201,
        takes_file=(*_PICTURES, "application/pdf"),
        takes_key=True,
        refusals={
            **_REFUSED,
            409: "not_registered, verification_state, documents_too_many",
            422: _NO_PICTURE,
            **_BUSY,
        },
    ),
    _route(
        "players_documents_api.document",
        "GET",
        _ONE,
        summary="One's own document, as it is kept",
        answer=None,
        gives_file=MEDIA_TYPES,
        refusals={**_SIGNED_OUT, 404: "not_found"},
    ),
    _route(
        "players_documents_api.remove",
        "DELETE",
        _ONE,
        summary="Take a document back",
        answer=None,
        status=204,
        refusals={**_REFUSED, 404: "not_found", 409: "not_registered, verification_state"},
    ),
    _route(
        "players_documents_api.submit",
        "POST",
        "/api/players/me/verification/submit",
        summary="Hand everything in, to be looked at",
        answer=schemas.Documents,
        refusals={**_REFUSED, 409: "not_registered, documents_missing, verification_state"},
    ),
    _route(
        "players_documents_api.withdraw",
        "POST",
        "/api/players/me/verification/withdraw",
        summary="Take the request back, to change what was handed in",
        answer=schemas.Documents,
        refusals={**_REFUSED, 409: "verification_state"},
    ),
    _route(
        "players_documents_api.picture",
        "GET",
        "/api/players/me/picture",
        summary="One's own picture",
        answer=None,
        gives_file=("image/webp",),
        refusals={**_SIGNED_OUT, 404: "not_found"},
    ),
    _route(
        "players_documents_api.show",
        "PUT",
        "/api/players/me/picture",
        summary="Put a picture in the place of the one before: the body is the file, at most 8 MB",
        answer=schemas.DocumentRecord,
        takes_file=_PICTURES,
        refusals={**_REFUSED, 409: "not_registered", 422: _NO_PICTURE, **_BUSY},
    ),
    _route(
        "players_documents_api.hide",
        "DELETE",
        "/api/players/me/picture",
        summary="Remove one's picture, if there is one",
        answer=None,
        status=204,
    ),
)
