"""The keys that sign access tokens: the settings' TOKEN_KEYS, else one that is made of SECRET_KEY."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core.config import current_settings
from app.core.sealing.keyring import KEY_BYTES, Key, parse_keys
from app.people.accounts.login.settings import account_settings

_MADE: Final = "made"
_PURPOSE: Final = b"tiraj/access-token/1"


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The first key signs, under its name; all of them verify."""

    name: str
    signing: Ed25519PrivateKey
    verifying: Mapping[str, Ed25519PublicKey]


def token_keys() -> TokenKeys:
    """Those in force."""
    named = account_settings().token_keys
    return _keys(named.get_secret_value() if named else "", current_settings().secret_key.get_secret_value())


@lru_cache(maxsize=8)
def _keys(named: str, secret: str) -> TokenKeys:
    keys = parse_keys(named) if named else (_made_of(secret),)
    private = {key.name: Ed25519PrivateKey.from_private_bytes(key.secret) for key in keys}
    return TokenKeys(keys[0].name, private[keys[0].name], {name: key.public_key() for name, key in private.items()})


def _made_of(secret: str) -> Key:
    made = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE).derive(secret.encode())
    return Key(_MADE, made)
