"""Whether PayPal signed a notice, by the certificate that the notice names: fetched once, of PayPal's own address, and
vouched for by a root that we trust."""

from __future__ import annotations

import re
import threading
import zlib
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import certifi
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate, DNSName, load_pem_x509_certificates
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from .interface import BadSignature
from .wire import Lost, asked

_ALGORITHM: Final = "SHA256withRSA"
_PLACES: Final = frozenset({"api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com"})
_PATH: Final = re.compile(r"/v1/notifications/certs/CERT-[0-9A-Za-z-]{1,80}")
_SUBJECT: Final = "messageverificationcerts.paypal.com"
_SANDBOX_SUBJECT: Final = "messageverificationcerts.sandbox.paypal.com"
_KEPT: Final = 8
"""Certificates: PayPal changes its own about once a year."""


class Signatures:
    """Of one webhook. `api` is the address that is asked; `root_file`: who vouches, if not whom the web trusts."""

    def __init__(self, provider: str, api: str, webhook_id: str, root_file: str | None) -> None:
        self._provider, self._api, self._webhook = provider, api, webhook_id
        self._roots = Path(root_file or certifi.where())
        self._known: dict[str, Certificate] = {}
        self._lock = threading.Lock()

    def check(self, headers: Mapping[str, str], raw: bytes) -> None:
        """Raises BadSignature. Goes over the network for a certificate that it does not know yet."""
        lower = {name.lower(): value for name, value in headers.items()}
        number, moment, signature, place, algorithm = (
            lower.get(f"paypal-{name}", "")
            for name in ("transmission-id", "transmission-time", "transmission-sig", "cert-url", "auth-algo")
        )
        if algorithm != _ALGORITHM or not self._is_paypals(place):
            raise BadSignature
        key = self._certificate(place).public_key()
        message = f"{number}|{moment}|{self._webhook}|{zlib.crc32(raw)}".encode()
        try:
            if not isinstance(key, RSAPublicKey):
                raise BadSignature
            key.verify(b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            raise BadSignature from None

    def _is_paypals(self, place: str) -> bool:
        """Whether a certificate lies where PayPal's do; or at the address that stands in for PayPal."""
        parts = urlsplit(place)
        is_there = parts.scheme == "https" and parts.hostname in _PLACES and parts.port in (None, 443)
        return bool(_PATH.fullmatch(parts.path)) and (is_there or place == f"{self._api}{parts.path}")

    def _certificate(self, place: str) -> Certificate:
        """One that is in force. Raises BadSignature."""
        with self._lock:
            known = self._known.get(place)
        if known is None or not known.not_valid_before_utc <= datetime.now(UTC) <= known.not_valid_after_utc:
            known = self._vouched_for(place)
            with self._lock:
                self._known[place] = known
                while len(self._known) > _KEPT:
                    del self._known[next(iter(self._known))]
        return known

    def _vouched_for(self, place: str) -> Certificate:
        try:
            answer = asked(self._provider, place)
            chain = load_pem_x509_certificates(answer.body) if answer.status == 200 else []
        except (Lost, ValueError):
            raise BadSignature from None
        if not chain:
            raise BadSignature
        builder = PolicyBuilder().store(Store(load_pem_x509_certificates(self._roots.read_bytes())))
        for subject in (_SUBJECT, _SANDBOX_SUBJECT):
            try:
                builder.build_server_verifier(DNSName(subject)).verify(chain[0], chain[1:])
            except VerificationError:
                continue
            return chain[0]
        raise BadSignature
