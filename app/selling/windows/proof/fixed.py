"""Whether a round's quorum was there, as the public log has it: said once, before anything of the draw can be known.

An entry `round.witnessed` is written as soon as the quorum is there, and then names no block; else when the closing
block is first applied, and then names that block and who is missing. What is kept later changes nothing: who knows the
draw would choose between a cosignature that he has and none. Reads only; `rounds.witnessing` writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from app.chain.models import ChainBlock
from app.chain.node.blocks import display
from app.core.checks import Breach
from app.core.database.session import db
from app.record.log.witnesses import queries as witnesses
from app.record.log.witnesses.queries import Wish
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.models import WindowRound
from app.selling.windows.tables import AnyTables

from . import entries, kept, promise

SAID: Final = "round.witnessed"


@dataclass(frozen=True, slots=True)
class Fixed:
    """What one entry says: the block that it names, and which witnesses had cosigned at what unix time."""

    block: str | None
    quorum: int
    times: Mapping[str, int]
    sizes: frozenset[int]  # of the checkpoints that they had cosigned

    def has_quorum(self, until: datetime) -> bool:
        """Whether enough of them had by then: a block may say an earlier time than that at which it came."""
        return sum(time <= until.timestamp() for time in self.times.values()) >= self.quorum


def said(game: AnyTables, round_: WindowRound) -> list[Fixed]:
    """All entries about a round, in their order."""
    return [read(detail) for detail in entries.noted(game, round_, SAID)]


def read(detail: Mapping[str, Any]) -> Fixed:
    """An entry, by its detail."""
    block = detail["closingBlock"]
    times = {one["verifierKey"]: int(one["time"]) for one in detail["cosigned"]}
    sizes = frozenset(int(one["size"]) for one in detail["cosigned"])
    return Fixed(block and str(block["hash"]), int(detail["quorum"]), times, sizes)


def deciding(told: Iterable[Fixed], block: ChainBlock) -> Fixed | None:
    """The entry that decides about a closing block: the one that names it; else one that names none, if enough of its
    cosignatures are no later than the block's own time. None: nothing was said that decides."""
    told = list(told)
    hash_hex = display(block.hash)
    named = (entry for entry in told if entry.block == hash_hex)
    before = (entry for entry in told if entry.block is None and entry.has_quorum(block.time))
    return next(named, None) or next(before, None)


def to_say(round_: WindowRound, seal_entry: int | None, until: datetime, block: ChainBlock | None) -> dict[str, Any]:
    """What an entry says of what there is now: each promised witness's first cosignature over the seal until then, with
    the checkpoint's size and the hash of its line, and who is missing."""
    named = promise.witnessed_of(round_.round_terms) or promise.Witnessed((), 0)
    wishes = [Wish(seal_entry, key, until) for key in named.witnesses] if seal_entry is not None else []
    found = {key: first for (_, key), first in witnesses.seen(wishes).items()}
    return {
        "roundNumber": round_.round_number,
        "sealEntry": seal_entry,
        "quorum": named.quorum,
        "hasQuorum": len(found) >= named.quorum,
        "closingBlock": block and _told(block),
        "cosigned": [
            {
                "verifierKey": key,
                "size": found[key].size,
                "time": int(found[key].at.timestamp()),
                "line": hashlib.sha256(found[key].line.encode()).hexdigest(),
            }
            for key in named.witnesses
            if key in found
        ],
        "missing": [key for key in named.witnesses if key not in found],
    }


def _told(block: ChainBlock) -> dict[str, Any]:
    return {"height": block.height, "hash": display(block.hash), "time": int(block.time.timestamp())}


def quorums_hold() -> list[Breach]:
    """No round has two entries about one closing block, and each is drawn or void as its entry says. Rounds from before
    there were such entries have none."""
    return [
        Breach(f"{game.name}.S quorum", f"round {number}: {words}")
        for game in window_games()
        for number, words in _unlike(game)
    ]


def _unlike(game: AnyGame) -> list[tuple[int, str]]:
    decided = select(game.round).where(game.round.status.in_(("drawing", "settled", "void")))
    rounds = [one for one in db.session.scalars(decided) if game.draw.algorithm(one).wants_witnesses]
    if not rounds:
        return []
    noted = entries.noted_of(game, rounds, SAID)
    at = ChainBlock.height.in_({round_.closing_height for round_ in rounds})
    blocks = {block.height: block for block in db.session.scalars(select(ChainBlock).where(at))}
    return [
        (round_.round_number, words)
        for round_ in rounds
        for words in _differs(game, round_, noted[round_.round_number], blocks.get(round_.closing_height))
    ]


def _differs(game: AnyGame, round_: WindowRound, noted: entries.Details, block: ChainBlock | None) -> list[str]:
    told = [read(detail) for detail in noted]
    named = [one.block for one in told]
    twice = ["the log has two entries about one block"] if len(set(named)) < len(named) else []
    if not told or block is None or round_.closing_block_hash not in (None, bytes.fromhex(display(block.hash))):
        return twice  # another block closes it today, which is another check's concern
    decides = deciding(told, block)
    had = decides is not None and decides.has_quorum(block.time)
    is_unseen = round_.status == "void" and kept.voided_for(game, round_) == kept.NOT_COSIGNED
    wrong = had if is_unseen else round_.status != "void" and not had
    return [*twice, *(["it is drawn or void, and the log says otherwise"] if wrong else [])]
