"""What the verifiers call what they find, for the page on the scripts: every claim of a round and every fault of a
receipt by its name, in the words of whoever checks them, with what a reader does about it.

What a claim of a round means stands in meanings.toml. A claim and a fault of one name are two things.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from app.selling.windows.games import window_games
from app.selling.windows.words.claims import claim_words
from app.selling.windows.words.receipts import receipt_words

_PLACE: Final = re.compile(r"\{\w+\}")
_CLAIM: Final = "claim_"
_FAULT: Final = "said_"

MEANINGS: Final = Path(__file__).with_name("meanings.toml")

_MORE: Final[Mapping[str, str]] = {
    "another-leaf": "The receipt holds an entry that tells of another order, round or game. Fetch the receipt again.",
    "facts": "Amount, fate, tickets or round in the log are not those that the receipt shows. Keep both files.",
    "untold": "What was paid should be in the log and is not: the receipt is older than the payment, or somebody left "
    "it out. Fetch it again, and compare.",
    "terms": "The terms are not those of this order: the address that you paid to commits to others.",
    "beside": "What the receipt repeats beside the terms (address, link, sum) contradicts them.",
    "another-person": "The terms name another account, or the hash in the entry is not made of the account "
    "and the salt that are given.",
    "nobody": "Not asked: give your account at the partner (on the page, or with --person).",
    "no-salt": "Only whoever holds the receipt has the salt; a public record cannot show whose it is.",
    "promise": "The signed text is not a promise of this entry by this log.",
    "wrong-key": "Somebody else signed. If the log has changed its key, save /log/keys and give it with --keys: your "
    "key may be an older or a newer one.",
    "another-log": "The checkpoint names another log than your key. Compare the origin with the one that you know.",
    "not-included": "The path does not lead from the entry to the signed root.",
    "promise-broken": "Signed too late, or a checkpoint that was signed too late for it lacks the entry. The operator "
    "signed both himself: keep the files.",
    "promise-ahead": "The promise is dated later than it was made, so that it would run longer. Keep the file.",
    "another-history": "Two checkpoints that cannot both be of a log that only grows: of one size or one time, or with "
    "other entries in one place. The operator signed both himself: keep them, and show them to others.",
    "not-anchored": "Path, transaction, branch or block of the receipt's anchor does not hold.",
    "not-witnessed": "A witness that you trust cosigned no checkpoint of the receipt, or at a time that cannot be.",
    "no-key": "Not asked: give the key of the log that you know (--log-key).",
    "no-consistency": "A proof is missing between a checkpoint that you kept and the receipt's: take it from "
    "/api/log/consistency and give it with --consistency.",
    "no-proof": "Fetch the receipt again. If it still has no proof, a newer checkpoint (--checkpoint) shows a broken "
    "promise.",
    "no-anchor": "As far as the receipt says, no block of Bitcoin holds a root over the entry. It leaves nothing open: "
    "the log has signed that it is there. A receipt that is fetched a day later has one.",
    "no-anchor-proof": "The node could not be asked when the receipt was made. Fetch it again.",
}
_HOLDING: Final = frozenset({"by-terms", "entry", "promised", "in-time", "cosigned", "anchored", "key"})
"""What is said of a claim that holds."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is said of a receipt under one name, in the verifiers' words; `more`: what a reader does about it."""

    name: str
    words: tuple[str, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed of a round under one name, in the verifiers' words; what that says plainly, what it suggests
    where it does not hold, and what a reader then does."""

    name: str
    words: tuple[str, ...]
    says: str
    fails: str
    do: str


@cache
def _meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads(MEANINGS.read_text(encoding="utf-8"))


def claims() -> list[Claim]:
    """Claims of a round's bundle, as verify_round.py and the page name them. Games may say one in their own words."""
    found: dict[str, list[str]] = {}
    games = tuple(f"{game.name}-" for game in window_games())
    for key, words in claim_words().items():
        if key.startswith(_CLAIM):
            name = key.removeprefix(_CLAIM)
            own = next((name.removeprefix(game) for game in games if name.startswith(game)), name)
            found.setdefault(own, []).append(words)
    return [Claim(name, tuple(dict.fromkeys(words)), **_meanings()[name]) for name, words in found.items()]


def faults() -> list[Fault]:
    """What can be wrong with a receipt or be open, as verify_receipt.py and the page name it."""
    return [
        Fault(name, (_PLACE.sub("…", words),), _MORE.get(name, ""))
        for key, words in receipt_words().items()
        if key.startswith(_FAULT) and (name := key.removeprefix(_FAULT)) not in _HOLDING
    ]
