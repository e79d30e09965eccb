"""The demo's accounts at Semaphore, Twilio and Firebase: made once, and known to `dev.messages` alone."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PROJECT = "tiraj-demo"


def settings(folder: Path, before: Mapping[str, str], port: int) -> dict[str, str]:
    """What the platform is told of them. SMS_PROVIDER may be changed in the env file: it stays."""
    url = f"http://127.0.0.1:{port}"
    return {
        "MESSAGES_URL": f"{url}/",
        "SMS_PROVIDER": before.get("SMS_PROVIDER") or "twilio",  # it reaches every country
        "SEMAPHORE_API_KEY": before.get("SEMAPHORE_API_KEY") or secrets.token_hex(16),
        "SEMAPHORE_URL": url,
        "TWILIO_ACCOUNT_SID": before.get("TWILIO_ACCOUNT_SID") or f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": before.get("TWILIO_AUTH_TOKEN") or secrets.token_hex(16),
        "TWILIO_FROM": "+15005550006",
        "TWILIO_URL": url,
        "FCM_SERVICE_ACCOUNT_FILE": str(service_account(folder / "fcm-service-account.json", f"{url}/token")),
        "FCM_URL": url,
        "ALARM_SMS_TO": "+50934101234",
    }


def service_account(path: Path, token_url: str) -> Path:
    """A file as Google gives it. Its key lasts; where tokens are given may move."""
    held = json.loads(path.read_text()) if path.exists() else _made()
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({**held, "token_uri": token_url}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return path


def _made() -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": secrets.token_hex(20),
        "private_key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "client_email": f"messages@{PROJECT}.iam.gserviceaccount.com",
    }
