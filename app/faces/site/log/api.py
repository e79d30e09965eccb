"""Proofs of the public log as JSON; whoever follows it makes them himself, from its tiles."""

from __future__ import annotations

import base64
from typing import Final

from flask import Blueprint, Response
from flask.sansio.blueprints import BlueprintSetupState

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json, read_query, with_etag
from app.record.log import queries
from app.record.log.format import tree
from app.record.log.keys import queries as log_keys
from app.record.log.settings import log_settings
from app.record.log.witnesses import offers
from app.record.log.witnesses import queries as witnesses

from . import anchors
from .schemas import (
    ConsistencyParameters,
    CosignedNote,
    Kept,
    LogConsistency,
    LogContradiction,
    LogHead,
    LogKey,
    LogProof,
    LogWitness,
    ProofParameters,
)

bp = Blueprint("site_log_api", __name__, url_prefix="/api/log")
_OWN: Final = tuple(f"site_log_api.{name}" for name in ("head", "proof", "consistency", "bring"))
ENDPOINTS: Final = (*_OWN, *anchors.ENDPOINTS)

_LIMIT: Final = "600 per minute"
_MOST_BYTES: Final = 131_072
_TAG: Final = "Public log"


@bp.record_once
def _assembled(state: BlueprintSetupState) -> None:
    state.app.register_blueprint(anchors.bp)


@bp.get("")
@limiter.limit(_LIMIT)
def head() -> Response:
    """Who the log is, and what it said last."""
    settings = log_settings()
    named = {str(one.key): LogWitness(verifier_key=str(one.key), url=one.url) for one in settings.witnesses}
    answer = LogHead(
        origin=settings.log_origin,
        verifier_key=str(log_keys.current()),
        keys=_keys(),
        witnesses=list(named.values()),
        quorum=settings.quorum,
        others=[
            LogWitness(verifier_key=one.key, url=one.pull or one.push or None)
            for one in witnesses.known()
            if one.key not in named
        ],
        checkpoint=witnesses.newest_note(),
        cosigned=witnesses.newest_with_quorum(),
        contradictions=[
            LogContradiction(
                size=one.size, root=one.root.hex(), our_root=one.ours.hex() if one.ours else None, note=one.note
            )
            for one in witnesses.contradictions()
        ],
    )
    return with_etag(json_response(answer))


def _keys() -> list[LogKey]:
    rotated = log_keys.signed()
    first = rotated[0].rotation.old if rotated else log_keys.current()
    followed = [
        LogKey(verifier_key=str(one.rotation.new), first_size=one.number + 1, entry=one.number) for one in rotated
    ]
    return [LogKey(verifier_key=str(first), first_size=0, entry=None), *followed]


@bp.post("/cosignatures")
@limiter.limit("60 per minute")
def bring() -> Response:
    """Take what witnesses signed of a checkpoint of ours, as they serve it, from whoever brings it.

    Raises:
        NotFound: `witness_unknown`, no line is of a witness that we know.
        DomainError: 422 `cosignature_refused`; 409 `log_contradicted`, which is kept and shown.
    """
    asked = read_json(CosignedNote, most=_MOST_BYTES)
    with transaction():
        kept, why = offers.brought(asked.note)
    if why == "disagrees":
        raise DomainError("log_contradicted", status=409)
    if not kept:
        raise DomainError("cosignature_refused", field="note", why=why)
    return json_response(Kept(kept=kept))


@bp.get("/proof")
@limiter.limit(_LIMIT)
def proof() -> Response:
    """That the entry with a hash is in the log, against the newest checkpoint."""
    found = queries.inclusion(bytes.fromhex(read_query(ProofParameters).leaf))
    return json_response(LogProof(number=found.entry.number, size=found.size, proof=found.text))


@bp.get("/consistency")
@limiter.limit(_LIMIT)
def consistency() -> Response:
    """That the log of one size begins with that of another.

    Raises DomainError: 422 `log_sizes_invalid`, unless first <= second <= what is signed.
    """
    asked = read_query(ConsistencyParameters)
    if not asked.first <= asked.second <= queries.signed_size():
        raise DomainError("log_sizes_invalid", field="second")
    path = tree.consistency(asked.first, asked.second, queries.tiles())
    hashes = [base64.b64encode(one).decode() for one in path]
    return json_response(LogConsistency(first=asked.first, second=asked.second, hashes=hashes))


DESCRIBED: Final = (
    Described(ENDPOINTS[0], "GET", "/api/log", _TAG, "Who the log is, and what it said last", LogHead),
    Described(
        ENDPOINTS[1],
        "GET",
        "/api/log/proof",
        _TAG,
        "That an entry is in the log",
        LogProof,
        query=ProofParameters,
        refusals={404: "log_entry_not_found, log_entry_not_signed"},
    ),
    Described(
        ENDPOINTS[2],
        "GET",
        "/api/log/consistency",
        _TAG,
        "That a longer log begins with a shorter one",
        LogConsistency,
        query=ConsistencyParameters,
        refusals={422: "log_sizes_invalid"},
    ),
    Described(
        ENDPOINTS[3],
        "POST",
        "/api/log/cosignatures",
        _TAG,
        "Bring cosignatures of a checkpoint",
        Kept,
        body=CosignedNote,
        refusals={404: "witness_unknown", 409: "log_contradicted", 422: "cosignature_refused"},
    ),
    *anchors.DESCRIBED,
)
