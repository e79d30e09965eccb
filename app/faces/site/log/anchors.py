"""Anchors of the public log as JSON: which root stands in which block of Bitcoin, and the proof of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response

from app.chain.node import client as node
from app.chain.node.blocks import display, from_display
from app.core.config import current_settings
from app.core.database.session import end_reading
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.limits.limiter import limiter
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_query, with_etag
from app.record.log.anchors import queries
from app.record.log.anchors.models import Anchor
from app.selling.windows.proof.transactions import proofs_of

from .schemas import AnchorsParameters, LogAnchor, LogAnchorOutput, LogAnchorProof, LogAnchors

bp = Blueprint("site_log_anchors", __name__, url_prefix="/api/log/anchors")
ENDPOINTS: Final = tuple(f"site_log_anchors.{name}" for name in ("anchors", "anchor"))

_TAG: Final = "Public log"
_TXID: Final = re.compile(r"[0-9a-f]{64}")


@bp.get("")
def anchors() -> Response:
    """Roots of the log in blocks of Bitcoin, the newest first."""
    asked = read_query(AnchorsParameters)
    before = parse_id(asked.cursor) if asked.cursor is not None else None
    if asked.cursor is not None and before is None:
        raise DomainError("cursor_invalid", field="cursor")
    found = queries.page(before, asked.limit + 1)
    page = found[: asked.limit]
    outputs = queries.outputs_before(page)
    following = str(page[-1].id) if len(found) > len(page) else None
    told = [LogAnchor(**_told(one, outputs)) for one in page]
    return with_etag(json_response(LogAnchors(anchors=told, next=following)))


@bp.get("/<txid>")
@limiter.limit("60 per minute")
def anchor(txid: str) -> Response:
    """One of them, with all that proves it.

    Raises NotFound: no block holds it. Unavailable: the node is away.
    """
    found = queries.of(from_display(txid)) if _TXID.fullmatch(txid) else None
    if found is None:
        raise NotFound("log_anchor_not_found")
    signed, told = queries.checkpoint_of(found), _told(found, queries.outputs_before([found]))
    note = signed.note if signed else None
    end_reading()
    proof = next(proofs_of(node.client(), told["block_height"], told["block_hash"], frozenset({txid})), None)
    network = current_settings().bitcoin_network
    return json_response(LogAnchorProof(**told, network=network, proof=proof, checkpoint=note))


def _told(one: Anchor, outputs: Mapping[bytes, int]) -> dict[str, Any]:
    before = one.previous_txid or b""
    return {
        "txid": display(one.txid),
        "vout": one.vout,
        "line_vout": one.line_vout,
        "previous": LogAnchorOutput(txid=display(before), vout=outputs[before]) if before in outputs else None,
        "root": one.root.hex(),
        "size": one.size,
        "block_height": one.block_height,
        "block_hash": display(one.block_hash),
    }


DESCRIBED: Final = (
    Described(
        ENDPOINTS[0],
        "GET",
        "/api/log/anchors",
        _TAG,
        "Roots of the log in blocks of Bitcoin",
        LogAnchors,
        query=AnchorsParameters,
        refusals={422: "cursor_invalid"},
    ),
    Described(
        ENDPOINTS[1],
        "GET",
        "/api/log/anchors/{txid}",
        _TAG,
        "One of them, with all that proves it",
        LogAnchorProof,
        refusals={404: "log_anchor_not_found", 503: "node_away"},
    ),
)
