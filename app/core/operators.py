"""The operators, as the settings name them: whose password hash is whose, and what is wrong with a list of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from argon2 import Type, extract_parameters
from argon2.exceptions import InvalidHashError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
LEAST_MEMORY_KIB: Final = 19_456  # OWASP's least for argon2id


def password_hashes(user: str | None, password_hash: str | None, operators: str | None) -> dict[str, str]:
    """Name and argon2 hash of every operator: the pair of settings, and the list `name:hash name:hash`.

    Raises:
        ValueError: the list is not one, or names somebody twice. The message holds no hash.
    """
    found: dict[str, str] = {}
    if user and password_hash:
        found[user] = password_hash
    for number, entry in enumerate((operators or "").split(), start=1):
        name, colon, hashed = entry.partition(":")
        if not colon or not _NAME.fullmatch(name):
            raise ValueError(f"entry {number} is not name:hash")
        if name in found:
            raise ValueError(f"{name} is named twice")
        found[name] = hashed
    return found


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def problems(values: Mapping[str, Any], *, is_production: bool) -> list[str]:
    """What is wrong with the settings' operators; secrets are not repeated."""
    user, hashed = values.get("operator_user"), values.get("operator_password_hash")
    found: list[str] = []
    if "operators" not in values:
        found += [
            f"{name.upper()}: Field required, unless OPERATORS names the operators"
            for name in ("operator_user", "operator_password_hash")
            if name not in values
        ]
    elif (user is None) != (hashed is None):
        missing = "OPERATOR_USER" if user is None else "OPERATOR_PASSWORD_HASH"
        found.append(f"{missing}: goes together with the other of the pair")
    if user is not None and not _NAME.fullmatch(str(user)):
        found.append("OPERATOR_USER: letters, digits and . _ @ - only, at most 64")
    if hashed is not None and (trouble := _trouble_with(str(hashed), is_production)):
        found.append(f"OPERATOR_PASSWORD_HASH: {trouble}")
    try:
        listed = password_hashes(None, None, values.get("operators"))
        password_hashes(user, hashed, values.get("operators"))
    except ValueError as error:
        return [*found, f"OPERATORS: {error}"]
    for name, text in listed.items():
        if trouble := _trouble_with(text, is_production):
            found.append(f"OPERATORS: {name}: {trouble}")
    return found


def _trouble_with(hashed: str, is_production: bool) -> str | None:
    try:
        parameters = extract_parameters(hashed)
    except (InvalidHashError, ValueError):
        return "must be an argon2id hash"
    if parameters.type is not Type.ID:
        return "must be an argon2id hash"
    if is_production and parameters.memory_cost < LEAST_MEMORY_KIB:
        return f"is hashed too cheaply; use at least {LEAST_MEMORY_KIB} KiB of memory"
    return None
