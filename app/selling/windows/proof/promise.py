"""A round's own promise: everything that decides an outcome or an amount, as one text that is published when the round
is made. Pure: columns in, text out, and back.

The text's hash, the round's commitment, is a term of every order, so that each deposit address commits to it, and the
seal's root covers it. Rounds made before rounds had a text are of version 1; theirs are the columns alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from app.chain.deposits.commitment import canonical_terms, tagged_hash
from app.selling.windows.models import WindowRound

ROUND_TAG: Final = "tiraj/round/1"
VERSION: Final[Literal[2]] = 2

COMMON: Final[Mapping[str, str]] = {
    "closingHeight": "closing_height",
    "internalKey": "internal_key",
    "jackpotSats": "jackpot_sats",
    "minPaymentFloorSats": "min_payment_floor_sats",
    "opensAtHeight": "opens_at_height",
    "roundNumber": "round_number",
    "salesEndHeight": "sales_end_height",
    "settlementDepth": "settlement_depth",
    "winnerAlgorithm": "winner_algorithm",
}
"""Members of the text that every game's rounds have, each with its column."""


def frozen_columns(own: Mapping[str, str]) -> tuple[str, ...]:
    """The columns that never change once a round's row exists; `own` are the game's members with their columns."""
    return (*sorted({*COMMON.values(), *own.values()}), "round_terms")


def promised(round_: WindowRound, game: str, network: str, own: Mapping[str, str]) -> dict[str, str | int]:
    """What the columns of a round say that it promises."""
    columns = {member: getattr(round_, column) for member, column in (*COMMON.items(), *own.items())}
    return columns | {
        "game": game,
        "internalKey": round_.internal_key.hex(),
        "network": network,
        "version": VERSION,
    }


def text_of(members: Mapping[str, str | int]) -> str:
    """The one text that stands for a promise."""
    return canonical_terms(members)


def commitment(terms: str) -> bytes:
    """The 32 bytes by which orders and the seal refer to a round's text."""
    return tagged_hash(ROUND_TAG, terms.encode())


def version_of(round_: WindowRound) -> Literal[1, 2]:
    """2 for a round with a text of its own; 1 for one that was made before there was any."""
    return 1 if round_.round_terms is None else VERSION


def commitment_of(round_: WindowRound) -> str | None:
    """A round's commitment as it is told, in hexadecimal; None in version 1."""
    return None if round_.round_terms is None else commitment(round_.round_terms).hex()


def columns_of(terms: str, own: Mapping[str, str]) -> dict[str, Any]:
    """The inverse: the columns of a round that promised `terms`.

    Raises ValueError for a text that is no promise.
    """
    members = json.loads(terms)
    if not isinstance(members, dict) or members.keys() != {*COMMON, *own, "game", "network", "version"}:
        raise ValueError("this is not what a round of this game promises")
    columns = {column: members[member] for member, column in (*COMMON.items(), *own.items())}
    return columns | {"internal_key": bytes.fromhex(members["internalKey"]), "round_terms": terms}


def differences(found: Mapping[str, str | int], terms: str) -> list[str]:
    """Each member in which what a round's columns say is not what its text says, in words."""
    try:
        told = json.loads(terms)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return ["its text is not JSON"]
    words = [
        f"{member} is {found.get(member)}, promised was {told.get(member)}"
        for member in sorted({*found, *told})
        if found.get(member) != told.get(member)
    ]
    return words or ([] if text_of(found) == terms else ["its text is not written as it was published"])
