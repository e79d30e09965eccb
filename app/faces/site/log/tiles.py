"""The log as files (C2SP tlog-tiles): the newest checkpoint, tiles and bundles of entries that never change; and beside
them which key followed which, for whoever knows only an older one.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from app.core.errors import NotFound
from app.core.limits.limiter import limiter
from app.core.wire.http import json_response, with_etag
from app.record.log import queries
from app.record.log.format import notes, tile_paths, tree
from app.record.log.format.tree import HASH, TILE_HEIGHT, TILE_WIDTH, Place
from app.record.log.keys import queries as log_keys
from app.record.log.witnesses import queries as witnesses

from .schemas import LogKeys, LogRotation

bp = Blueprint("site_log_files", __name__, url_prefix="/log")
ENDPOINTS: Final = ("site_log_files.checkpoint", "site_log_files.keys", "site_log_files.tile")

_FOR_EVER: Final = "public, max-age=31536000, immutable"


@bp.get("/checkpoint")
@limiter.limit("1200 per minute")
def checkpoint() -> Response:
    """The newest signed checkpoint, with the lines of the witnesses that cosigned it.

    Raises NotFound: `log_empty`, before anything was said.
    """
    newest = witnesses.newest_note()
    if newest is None:
        raise NotFound("log_empty")
    return with_etag(Response(newest, mimetype="text/plain"))


@bp.get("/keys")
@limiter.limit("600 per minute")
def keys() -> Response:
    """Which key followed which: each entry that says so, with the proof that the first checkpoint over it has it."""
    rotations = [_rotation(one.number) for one in log_keys.signed()]
    return with_etag(json_response(LogKeys(verifier_key=str(log_keys.current()), rotations=rotations)))


def _rotation(number: int) -> LogRotation:
    (entry,) = queries.entries(number, 1)
    covering = queries.checkpoint_over(number)
    if covering is None:
        raise NotFound
    path = tree.inclusion(number, covering.size, queries.tiles(tree.beside(number, covering.size)))
    return LogRotation(number=number, entry=entry.data, proof=notes.proof_text(number, path, covering.note))


@bp.get("/tile/<path:path>")
@limiter.limit("6000 per minute")
def tile(path: str) -> Response:
    """A tile of hashes or a bundle of entries, as far as a signed checkpoint reaches.

    Raises NotFound.
    """
    asked = tile_paths.parsed(path)
    if asked is None or not _is_signed(asked):
        raise NotFound
    answer = Response(_content(asked), mimetype="application/octet-stream")
    answer.headers["Cache-Control"] = _FOR_EVER
    return answer


def _is_signed(asked: tile_paths.Asked) -> bool:
    """Nothing is given away that is not signed yet: it might still get another number."""
    grown = queries.signed_size() >> TILE_HEIGHT * (asked.level or 0)
    return asked.index * TILE_WIDTH + asked.width <= grown


def _content(asked: tile_paths.Asked) -> bytes:
    if asked.level is None:
        entries = queries.entries(asked.index * TILE_WIDTH, asked.width)
        return tile_paths.bundle(entry.data.encode() for entry in entries)
    hashes = queries.hashes_of(Place(asked.level, asked.index))
    return (hashes or b"")[: HASH * asked.width]
