"""A round's own promise: everything that decides an outcome or an amount, as one text that is published when the round
is made. Pure: columns in, text out, and back.

The text's hash, the round's commitment, is a term of every order, so that each deposit address commits to it, and the
seal's root covers it. Rounds made before rounds had a text are of version 1; theirs are the columns alone. Those of
version 2 name no witnesses of the public log; which ones a round of version 3 names stands in its text, in no column.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from app.chain.deposits.commitment import canonical_terms, tagged_hash
from app.record.log.format.leaves import canonical
from app.record.log.witnesses import named
from app.selling.windows.models import ROUND_TAG, WindowRound

VERSION: Final[Literal[3]] = 3
_OF_EVERY_VERSION: Final = frozenset({"game", "network", "version"})
_OF_VERSION_3: Final = frozenset({"quorum", "witnesses"})

Member = str | int | tuple[str, ...]


class Witnessed(NamedTuple):
    """Who has to have cosigned the log over a round's seal before its closing block: verifier keys, and how many."""

    witnesses: tuple[str, ...]
    quorum: int


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


def promised(
    round_: WindowRound, game: str, network: str, own: Mapping[str, str], witnessed: Witnessed | None
) -> dict[str, Member]:
    """What the columns of a round say that it promises, with these witnesses; without any it is one of version 2."""
    columns = {member: getattr(round_, column) for member, column in (*COMMON.items(), *own.items())}
    told: dict[str, Member] = columns | {
        "game": game,
        "internalKey": round_.internal_key.hex(),
        "network": network,
        "version": 2,
    }
    if witnessed is not None:
        told |= {"version": VERSION, "witnesses": witnessed.witnesses, "quorum": witnessed.quorum}
    return told


def text_of(members: Mapping[str, Member]) -> str:
    """The one text that stands for a promise.

    Raises ValueError for anything that could be written in two ways.
    """
    canonical_terms({name: value for name, value in members.items() if not isinstance(value, tuple)})
    return canonical(dict(members))


def witnessed_of(terms: str | None) -> Witnessed | None:
    """The witnesses that a round's text names; None where it names none as it should, or is of an older version."""
    try:
        told = json.loads(terms or "")
        witnesses, quorum = told["witnesses"], told["quorum"]
        named.refuse_doubles(named.key_of(one) for one in witnesses)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    is_whole = isinstance(witnesses, list) and type(quorum) is int and told.get("version") == VERSION
    return Witnessed(tuple(witnesses), quorum) if is_whole and 0 <= quorum <= len(witnesses) else None


def commitment(terms: str) -> bytes:
    """The 32 bytes by which orders and the seal refer to a round's text."""
    return tagged_hash(ROUND_TAG, terms.encode())


def version_of(round_: WindowRound) -> Literal[1, 2]:
    """Of orders' terms and bundles: 2 for a round with a text of its own; 1 for one made before there was any."""
    return 1 if round_.round_terms is None else 2


def commitment_of(round_: WindowRound) -> str | None:
    """A round's commitment as it is told, in hexadecimal; None in version 1."""
    return None if round_.round_terms is None else commitment(round_.round_terms).hex()


def columns_of(terms: str, own: Mapping[str, str]) -> dict[str, Any]:
    """The inverse: the columns of a round that promised `terms`.

    Raises ValueError for a text that is no promise.
    """
    members = json.loads(terms)
    expected = {*COMMON, *own, *_OF_EVERY_VERSION, *(_OF_VERSION_3 if witnessed_of(terms) else ())}
    if not isinstance(members, dict) or members.keys() != expected:
        raise ValueError("this is not what a round of this game promises")
    columns = {column: members[member] for member, column in (*COMMON.items(), *own.items())}
    return columns | {"internal_key": bytes.fromhex(members["internalKey"]), "round_terms": terms}


def algorithm_in(terms: str) -> str:
    """The algorithm that a promise names; nothing for a text that is no promise."""
    try:
        members = json.loads(terms)
    except ValueError:
        return ""
    return str(members.get("winnerAlgorithm", "")) if isinstance(members, dict) else ""


def differences(found: Mapping[str, Member], terms: str) -> list[str]:
    """Each member in which what a round's columns say is not what its text says, in words."""
    try:
        told = json.loads(terms)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return ["its text is not JSON"]
    is_now = json.loads(text_of(found))
    words = [
        f"{member} is {is_now.get(member)}, promised was {told.get(member)}"
        for member in sorted({*is_now, *told})
        if is_now.get(member) != told.get(member)
    ]
    return words or ([] if text_of(found) == terms else ["its text is not written as it was published"])
