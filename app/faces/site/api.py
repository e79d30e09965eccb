"""Health, readiness, the published scripts, and two switches for local operation."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

import redis
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import MethodNotAllowed

from app.chain import queries as chain
from app.chain.deposits import service as deposits
from app.chain.node import client as node
from app.chain.node import rpc
from app.chain.scan import mempool, scanner
from app.chain.service import CursorMoved
from app.core.config import current_settings
from app.core.database.session import db, transaction
from app.core.dependencies.shared_answer import SharedAnswer
from app.core.errors import NotFound, Unavailable
from app.core.jobs import queue
from app.core.ports import Once
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.core.wire.http import json_response

from . import reset

bp = Blueprint("site_api", __name__)
development = Blueprint("site_development", __name__)

FOLDER: Final = Path(__file__).parents[3] / "utilities" / "bin"
_BEHIND_AT_MOST: Final = 1  # blocks, as for orders


@bp.get("/utilities/<file>")
def utility(file: str) -> Response:
    """A script's source, byte for byte."""
    if file not in published():
        raise NotFound
    source = _source(file)
    response = Response(source, content_type="text/x-python; charset=utf-8")
    response.set_etag(hashlib.sha256(source).hexdigest())
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


@cache
def published() -> frozenset[str]:
    """Every script that lies in the folder, and nothing else of it."""
    return frozenset(file.name for file in FOLDER.glob("*.py") if file.is_file())


@cache
def _source(file: str) -> bytes:
    return (FOLDER / file).read_bytes()


@bp.get("/api/health")
def health() -> Response:
    """The process answers. Nothing else is asked."""
    no_store()
    return json_response({"status": "ok"})


@bp.get("/api/ready")
def ready() -> Response:
    """Whether orders could be taken now: database, Redis, terms journal, node, and how far the scanner is behind.

    One caller at a time asks; the others are told the same for a moment.

    Raises:
        Unavailable: 503 `not_ready`; its parameters name what fails.
    """
    no_store()
    parts = _ANSWER.get().get(_parts) or {"answer": "awaited"}
    failing = [name for name, state in parts.items() if state != "ok"]
    if failing:
        error = Unavailable("not_ready", retry_after=5)
        error.params = {"failing": " ".join(failing), **parts}
        raise error
    return json_response({"status": "ready", **parts})


_ANSWER: Final = Once(lambda: SharedAnswer[dict[str, str]](current_settings().ready_seconds))


def _parts() -> dict[str, str]:
    return {"database": _database(), "redis": _redis(), "journal": _journal(), **_chain()}


def _database() -> str:
    try:
        with transaction():
            chain.tip_height()
    except SQLAlchemyError:
        return "away"
    return "ok"


def _redis() -> str:
    try:
        with queue.bell() as client:
            client.ping()
    except redis.RedisError:
        return "away"
    return "ok"


def _journal() -> str:
    try:
        deposits.check_journal()
    except Unavailable:
        return "away"
    return "ok"


def _chain() -> dict[str, str]:
    """The node first: how far behind the scanner is can only be told against its tip."""
    try:
        info = rpc.chain_info(node.quick_client())
        blocks = rpc.integer(info, "blocks")
    except rpc.NodeSyncing:
        return {"node": "syncing", "scanner": "unknown"}
    except rpc.NodeFailure:
        return {"node": "away", "scanner": "unknown"}
    return {"node": "syncing" if info.get("initialblockdownload") else "ok", "scanner": _scanner(blocks)}


def _scanner(node_tip: int) -> str:
    try:
        with transaction():
            cursor = chain.cursor()
            height = cursor.height if cursor else None
    except SQLAlchemyError:
        return "unknown"
    if height is None:
        return "not_started"
    behind = node_tip - height
    return "ok" if behind <= _BEHIND_AT_MOST else f"{behind} blocks behind"


@development.before_request
def _only_in_development() -> ResponseReturnValue | None:
    if not current_settings().is_development:
        raise NotFound
    if request.method != "POST":
        raise MethodNotAllowed(["POST"])
    require_same_origin()
    return None


# GET is a route as well, so that in production it is not found rather than not allowed.
@development.route("/blockscan", methods=["GET", "POST"])
def blockscan() -> Response:
    """Follow the chain to its tip and look at the mempool, once."""
    client = node.client()
    settings = current_settings()
    try:
        scanner.catch_up(client, scanner.LISTENERS.get(), settings.first_scan_height)
        mempool.Watcher().look(client)
    except rpc.NodeFailure:
        raise Unavailable("node_away") from None
    except CursorMoved:  # the scanner that runs anyway was faster
        pass
    return _place()


@development.route("/reset-db", methods=["GET", "POST"])
def reset_db() -> Response:
    """Forget every round, order and payment; people, sites and the reserve's coins stay."""
    with transaction():
        reset.forget_the_game()
    return _place()


def _place() -> Response:
    db.session.rollback()
    return json_response({"tipHeight": chain.tip_height()})
