"""Accounts as others may read them: enough to tell them apart, too little to use them. Pure."""

from __future__ import annotations

from typing import Final

_SHOWN: Final = 4


def shortened(account: str) -> str:
    """A number by its end: "…1234"; a mail address by both ends of its name and its place: "ad…a@example.com"."""
    name, at, place = account.rpartition("@")
    if not at:
        return f"…{account[-_SHOWN:]}"
    return f"{name[:2]}…{name[-1:]}@{place}" if len(name) > _SHOWN else f"{name[:1]}…@{place}"
