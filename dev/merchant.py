"""The demo's accounts at payment gateways: made once, and known to `dev.gateways` and to the platform."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes, CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PROVIDERS = ("stripe", "moncash", "paypal", "paymongo")
CERTIFIED = "messageverificationcerts.paypal.com"
"""Whose certificate signs PayPal's notices."""
_MADE: Mapping[str, Callable[[], str]] = {
    "DEMO_STRIPE_KEY": lambda: f"sk_test_{secrets.token_hex(24)}",
    "DEMO_STRIPE_PUBLISHABLE_KEY": lambda: f"pk_test_{secrets.token_hex(24)}",
    "DEMO_STRIPE_WEBHOOK_SECRET": lambda: f"whsec_{secrets.token_hex(24)}",
    "DEMO_MONCASH_CLIENT_ID": lambda: secrets.token_hex(16),
    "DEMO_MONCASH_CLIENT_SECRET": lambda: secrets.token_urlsafe(48),
    "DEMO_MONCASH_PREFUNDED_CLIENT_ID": lambda: secrets.token_hex(16),
    "DEMO_MONCASH_PREFUNDED_CLIENT_SECRET": lambda: secrets.token_urlsafe(48),
    "DEMO_PAYPAL_CLIENT_ID": lambda: secrets.token_urlsafe(60),
    "DEMO_PAYPAL_CLIENT_SECRET": lambda: secrets.token_urlsafe(60),
    "DEMO_PAYPAL_WEBHOOK_ID": lambda: secrets.token_hex(9)[:17].upper(),
    "DEMO_PAYMONGO_KEY": lambda: f"sk_test_{secrets.token_hex(12)}",
    "DEMO_PAYMONGO_WEBHOOK_SECRET": lambda: f"whsk_{secrets.token_hex(12)}",
}
"""What is made where the last run has none."""


def settings(folder: Path, before: Mapping[str, str], base_url: str, ports: Mapping[str, int]) -> dict[str, str]:
    """By provider its port; what is theirs to keep, and where their notices and payers go: to the platform."""
    found = {f"DEMO_{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in ports.items()}
    for name in ports:
        found[f"DEMO_{name.upper()}_NOTICES_URL"] = f"{base_url}/api/webhooks/{name}"
    found["DEMO_MONCASH_RETURN_URL"] = f"{base_url}/payments/return/moncash"
    for name, make in _MADE.items():
        found[name] = before.get(name) or make()
    signing, root = folder / "paypal-signing.pem", folder / "paypal-root.pem"
    if not (signing.exists() and root.exists()):
        _certify(signing, root)
    found |= {"DEMO_PAYPAL_SIGNING_FILE": str(signing), "DEMO_PAYPAL_ROOT_FILE": str(root)}
    return found | _platforms(found)


_PLATFORMS: Mapping[str, Mapping[str, str]] = {
    "moncash": {
        "MONCASH_CLIENT_ID": "DEMO_MONCASH_CLIENT_ID",
        "MONCASH_CLIENT_SECRET": "DEMO_MONCASH_CLIENT_SECRET",
        "MONCASH_PREFUNDED_CLIENT_ID": "DEMO_MONCASH_PREFUNDED_CLIENT_ID",
        "MONCASH_PREFUNDED_CLIENT_SECRET": "DEMO_MONCASH_PREFUNDED_CLIENT_SECRET",
    },
    "stripe": {
        "STRIPE_SECRET_KEY": "DEMO_STRIPE_KEY",
        "STRIPE_WEBHOOK_SECRET": "DEMO_STRIPE_WEBHOOK_SECRET",
    },
    "paymongo": {
        "PAYMONGO_SECRET_KEY": "DEMO_PAYMONGO_KEY",
        "PAYMONGO_WEBHOOK_SECRET": "DEMO_PAYMONGO_WEBHOOK_SECRET",
    },
    "paypal": {
        "PAYPAL_CLIENT_ID": "DEMO_PAYPAL_CLIENT_ID",
        "PAYPAL_CLIENT_SECRET": "DEMO_PAYPAL_CLIENT_SECRET",
        "PAYPAL_WEBHOOK_ID": "DEMO_PAYPAL_WEBHOOK_ID",
        "PAYPAL_ROOT_FILE": "DEMO_PAYPAL_ROOT_FILE",
    },
}
"""By gateway, the platform's settings and where their values stand."""


def _platforms(found: Mapping[str, str]) -> dict[str, str]:
    """What the platform is told of them: the gateways are on, and simulators stand in for them."""
    on = [name for name in _PLATFORMS if f"DEMO_{name.upper()}_URL" in found]
    told = {"GATEWAYS": " ".join(on)}
    for name in on:
        told[f"{name.upper()}_URL"] = found[f"DEMO_{name.upper()}_URL"]
        told |= {setting: found[held] for setting, held in _PLATFORMS[name].items()}
    return told


def _certify(signing: Path, root: Path) -> None:
    """A certificate that signs, with its key, and the one that vouches for it, whose key is forgotten."""
    issuer = ec.generate_private_key(ec.SECP256R1())
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    top = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Simulated PayPal root")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CERTIFIED)])
    vouches = _certificate(top, top, issuer.public_key(), issuer, is_root=True)
    signs = _certificate(name, top, key.public_key(), issuer, is_root=False)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for path, content in (
        (root, vouches.public_bytes(Encoding.PEM)),
        (signing, pem + signs.public_bytes(Encoding.PEM) + vouches.public_bytes(Encoding.PEM)),
    ):
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        partial.replace(path)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: CertificatePublicKeyTypes,
    key: CertificateIssuerPrivateKeyTypes,
    *,
    is_root: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3_650))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    if is_root:
        built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        built = built.add_extension(_usage(signs_others=True), critical=True)
    else:
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(CERTIFIED)]), critical=False)
        built = built.add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        built = built.add_extension(_usage(signs_others=False), critical=True)
    return built.sign(key, SHA256())


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_others,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        encipher_only=False,
        decipher_only=False,
    )
