"""Google's wires: a token for a service account's signature, and Firebase's messages:send."""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Blueprint, Response, request

from app.record.notifications.channels.google_account import ServiceAccount

from .carrying import carried, providers, said
from .postbox import Taken, now

bp = Blueprint("push", __name__)
GONE = "gone"
"""A token that begins so is of a device that is not registered any more."""
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_MOST_BYTES = 4096
_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}


@bp.post("/token")
def token() -> Response:
    """A bearer's token, if the account's own key signed the question, for this address and for now."""

    def take(_: int) -> Response:
        if request.form.get("grant_type") != _GRANT or not _is_signed(request.form.get("assertion", "")):
            return said({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400)
        made = f"ya29.{secrets.token_urlsafe(24)}"
        providers().tokens.add(made)
        return said({"access_token": made, "expires_in": 3599, "token_type": "Bearer"})

    return carried("fcm-token", lambda status: {"error": "internal_failure"}, take)


@bp.post("/v1/projects/<project>/messages:send")
def send(project: str) -> Response:
    """One message to one device; its mark is what the device shows once."""

    def take(copies: int) -> Response:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer not in providers().tokens or project != _account().project:
            return said(_error(401, "UNAUTHENTICATED"), 401)
        given = request.get_json(silent=True)
        message = given.get("message") if isinstance(given, dict) else None
        to = message.get("token") if isinstance(message, dict) else None
        if not isinstance(message, dict) or not isinstance(to, str) or not re.fullmatch(r"[\x21-\x7e]{8,}", to):
            return said(_error(400, "INVALID_ARGUMENT"), 400)
        if len(json.dumps([message.get("notification"), message.get("data")]).encode()) > _MOST_BYTES:
            return said(_error(400, "INVALID_ARGUMENT"), 400)
        if to.startswith(GONE):
            return said(_error(404, "UNREGISTERED"), 404)
        words = message.get("notification") or {}
        tag = ((message.get("android") or {}).get("notification") or {}).get("tag", "")
        name = f"projects/{project}/messages/0:{time.time_ns()}%{secrets.token_hex(8)}"
        text = "\n".join(str(words[part]) for part in ("title", "body") if words.get(part))
        providers().postbox.take(Taken("fcm", "push", name, to, text, now(), copies=copies, tag=tag))
        return said({"name": name})

    return carried("fcm", lambda status: _error(status, ""), take)


def _account() -> ServiceAccount:
    return ServiceAccount.read(Path(providers().accounts.fcm_file))


def _is_signed(assertion: str) -> bool:
    account = _account()
    try:
        head, claims, signature = assertion.split(".")
        public = account.key.public_key()
        public.verify(_bytes(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256())
        told, held = json.loads(_bytes(head)), json.loads(_bytes(claims))
        is_theirs = (told["alg"], held["iss"], held["aud"]) == ("RS256", account.email, account.token_url)
        return is_theirs and held["iat"] - 60 <= time.time() < held["exp"] <= held["iat"] + 3_600
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _error(status: int, code: str) -> dict[str, Any]:
    kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    details = [{"@type": kind, "errorCode": code}] if code else []
    named = _STATUS.get(status, "INTERNAL" if status == 500 else "UNAVAILABLE")
    return {"error": {"code": status, "message": "Refused.", "status": named, "details": details}}
