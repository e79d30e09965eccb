"""Google's service account: what its file holds, and what it signs."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
_LIFETIME: Final = 3_600


class AccountRefused(Exception):
    """The file is none of a service account; says what is missing, and nothing of what is in it."""


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Who may send for a project."""

    project: str
    email: str
    key_id: str
    token_url: str
    key: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> ServiceAccount:
        """Raises AccountRefused."""
        try:
            held = json.loads(path.read_bytes())
            kind, names = held["type"], ("project_id", "client_email", "private_key_id", "token_uri")
            values = [held[name] for name in names]
            key = load_pem_private_key(held["private_key"].encode(), None)
        except OSError as error:
            raise AccountRefused(f"cannot be read ({type(error).__name__})") from None
        except KeyError as missing:
            raise AccountRefused(f"has no {missing.args[0]}") from None
        except Exception:  # a parser's or a key's own words may repeat what is in the file
            raise AccountRefused("is no service account's file") from None
        if kind != "service_account" or not isinstance(key, rsa.RSAPrivateKey):
            raise AccountRefused("is no service account's file")
        if not all(isinstance(value, str) and value for value in values):
            raise AccountRefused("is no service account's file")
        project, email, key_id, token_url = values
        return cls(project, email, key_id, token_url, key)

    def assertion(self, now: int) -> str:
        """What it signs to say who asks (RFC 7523)."""
        head = {"alg": "RS256", "typ": "JWT", "kid": self.key_id}
        claims = {"iss": self.email, "scope": _SCOPE, "aud": self.token_url, "iat": now, "exp": now + _LIFETIME}
        text = f"{_part(head)}.{_part(claims)}"
        return f"{text}.{_base64(self.key.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def _part(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
