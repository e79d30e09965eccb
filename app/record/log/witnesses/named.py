"""Witnesses as they are named: a verifier key, and where its cosignatures are got. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from app.record.log.format.notes import COSIGNER, NoteRefused, VerifierKey

PUSHED: Final = "/add-checkpoint"
"""How an address ends that takes checkpoints (C2SP tlog-witness); any other one serves what was cosigned last."""
LONGEST_ADDRESS: Final = 500
_ADDRESS: Final = re.compile(r"https?://[!-~]+")


class WitnessRefused(ValueError):
    """Witnesses are not named as they should be."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One who follows the log. `push` takes checkpoints, `pull` serves the one cosigned last; either may be missing."""

    key: VerifierKey
    push: str = ""
    pull: str = ""

    @property
    def url(self) -> str:
        """Where others get its cosignatures; where it only takes checkpoints, there."""
        return self.pull or self.push


def parse(text: str) -> list[Witness]:
    """Each verifier key, and behind it one address or both, all with spaces between.

    Raises WitnessRefused.
    """
    groups: list[tuple[VerifierKey, list[str]]] = []
    for word in text.split():
        if _ADDRESS.match(word):
            if not groups:
                raise WitnessRefused(f"{word} stands behind no verifier key")
            groups[-1][1].append(word)
        else:
            groups.append((key_of(word), []))
    found = [_witness(key, addresses) for key, addresses in groups]
    refuse_doubles(one.key for one in found)
    return found


def key_of(text: str) -> VerifierKey:
    """A witness's key. Raises WitnessRefused."""
    try:
        return VerifierKey.parse(text, COSIGNER)
    except NoteRefused:
        raise WitnessRefused(f"{text} is no verifier key of a witness, NAME+HEX+BASE64 of type 04") from None


def refuse_doubles(keys: Iterable[VerifierKey]) -> None:
    """One person with two names, or two keys under one name, would count twice. Raises WitnessRefused."""
    names: set[str] = set()
    publics: set[bytes] = set()
    for key in keys:
        if key.name in names or key.public in publics:
            raise WitnessRefused(f"{key.name} is there twice, by its name or its key")
        names.add(key.name)
        publics.add(key.public)


def _witness(key: VerifierKey, addresses: list[str]) -> Witness:
    for address in addresses:
        if not is_address(address):
            raise WitnessRefused(f"{address} is no address that could be asked")
    push = [one for one in addresses if one.endswith(PUSHED)]
    pull = [one for one in addresses if not one.endswith(PUSHED)]
    if not addresses or len(push) > 1 or len(pull) > 1:
        raise WitnessRefused(f"{key.name} needs an address ending in {PUSHED}, one that serves its checkpoint, or both")
    return Witness(key, "".join(push), "".join(pull))


def is_address(text: str) -> bool:
    """Whether a client would at least try it."""
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and parts.port != 0 and parts.username is None and not parts.fragment
    except ValueError:
        return False
    return whole and len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None
