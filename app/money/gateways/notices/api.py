"""Webhooks of providers: raw bytes, of bounded length; a wrong signature is refused, a signed untruth is not."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from app.core.database.session import after_commit, transaction
from app.core.errors import DomainError, NotFound
from app.core.jobs.queue import ring_by_name
from app.core.limits.limiter import limiter
from app.money.gateways.clients.all_of_them import client_of
from app.money.gateways.clients.interface import BadSignature, Letter

from . import service

bp = Blueprint("gateway_webhooks", __name__)
ENDPOINTS: Final = ("gateway_webhooks.receive",)
MOST_BYTES: Final = 256 * 1024
JOB: Final = "gateways.notices"
_LIMIT: Final = "600 per minute"


@bp.post("/api/webhooks/<any(stripe, paypal, paymongo, moncash):provider>")
@limiter.limit(_LIMIT)
def receive(provider: str) -> Response:
    """Keep it, say so, and have somebody look at it."""
    client = client_of(provider)
    if client is None:
        raise NotFound
    raw = request.get_data(cache=False)
    letter: Letter | None = None
    try:
        letter = client.letter(dict(request.headers), raw)
    except BadSignature:
        pass
    with transaction():
        if service.keep(provider, letter, raw) is not None and letter is not None:
            after_commit(lambda: ring_by_name(JOB))
    if letter is None:
        raise DomainError("signature_wrong", status=400)
    return Response(status=204)
