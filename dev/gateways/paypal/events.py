"""PayPal's notices: signed by a certificate that it serves, and checked by it for who asks."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Blueprint, Response

from dev.gateways.notices import Letter
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, asks, gateway, in_bytes, public, said, scaled

from .wording import Account, body, check_token, new_number, now, refusal

bp = Blueprint("paypal-events", __name__)
CERTIFICATE: Final = "/v1/notifications/certs/CERT-360caa42-fca2a594-5a29e601"
_ALGORITHM: Final = "SHA256withRSA"


def emit(held: Gateway, kind: str, resource_type: str, value: Object) -> None:
    made = _event(held, kind, resource_type, value)
    twin = {**made, "id": f"WH-{new_number()}-{new_number()}"}
    forged = _event(held, kind, resource_type, {**value, "id": new_number(), "custom_id": "nobody"})
    held.notices.send(
        Letter(
            in_bytes(made),
            instead={"wrong_unit": Letter(in_bytes({**made, "resource": scaled(made["resource"])}))},
            beside={"twin_notice": Letter(in_bytes(twin)), "forged_notice": Letter(in_bytes(forged))},
        )
    )


def _event(held: Gateway, kind: str, resource_type: str, value: Object) -> Object:
    number = f"WH-{new_number()}-{new_number()}"
    return {
        "id": number,
        "event_version": "1.0",
        "create_time": now(),
        "resource_type": resource_type,
        "resource_version": "2.0",
        "event_type": kind,
        "summary": kind.replace(".", " ").capitalize(),
        "resource": public(value),
        "links": [{"href": f"{held.url}/v1/notifications/webhooks-events/{number}", "rel": "self", "method": "GET"}],
    }


def signer(account: Account, url: str) -> Any:
    """Each transmission has a number of its own; a wrong signature is by the right key over another webhook's id."""

    def sign(raw: bytes, at: int, wrong: bool) -> Mapping[str, str]:
        number, moment = str(uuid4()), f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
        webhook = "0WRONG00000000000" if wrong else account.webhook_id
        signature = account.key.sign(signed(number, moment, webhook, raw), PKCS1v15(), SHA256())
        return {
            "PAYPAL-TRANSMISSION-ID": number,
            "PAYPAL-TRANSMISSION-TIME": moment,
            "PAYPAL-TRANSMISSION-SIG": b64encode(signature).decode(),
            "PAYPAL-CERT-URL": url.rstrip("/") + CERTIFICATE,
            "PAYPAL-AUTH-ALGO": _ALGORITHM,
            "User-Agent": "PayPal/AUHD-1.0-1",
        }

    return sign


def signed(number: str, moment: str, webhook: str, raw: bytes) -> bytes:
    """`transmission id|time|webhook id|CRC-32 of the raw body, decimal`."""
    return f"{number}|{moment}|{webhook}|{zlib.crc32(raw)}".encode()


@bp.get(CERTIFICATE)
def certificate() -> Response:
    """The one that signs, and its issuer's."""
    return Response(gateway().accounts.certificates, content_type="application/x-pem-file")


@bp.post("/v1/notifications/verify-webhook-signature")
@asks
def verify() -> Response:
    check_token()
    given, account = body(), gateway().accounts
    names = ("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time", "webhook_id")
    for name in names:
        if not isinstance(given.get(name), str):
            raise refusal(400, "MISSING_REQUIRED_PARAMETER", where=f"/{name}")
    if not isinstance(given.get("webhook_event"), dict):
        raise refusal(400, "MISSING_REQUIRED_PARAMETER", where="/webhook_event")
    raw = in_bytes(given["webhook_event"])
    message = signed(given["transmission_id"], given["transmission_time"], given["webhook_id"], raw)
    try:
        account.key.public_key().verify(b64decode(given["transmission_sig"]), message, PKCS1v15(), SHA256())
        is_theirs = given["webhook_id"] == account.webhook_id and given["auth_algo"] == _ALGORITHM
    except (InvalidSignature, ValueError):
        is_theirs = False
    return said({"verification_status": "SUCCESS" if is_theirs else "FAILURE"})
