"""What the public log says of a round: its promise and its seal as entries, proven against one checkpoint and a block.

The checkpoint is the one that most of the promised witnesses had cosigned before the closing block, else the newest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.chain import queries as chain
from app.chain.node.blocks import display
from app.core.clock import now
from app.core.database.session import db
from app.record.log import queries as log
from app.record.log.anchors import queries as anchors
from app.record.log.format import notes, tree
from app.record.log.models import Entry, SignedCheckpoint
from app.record.log.witnesses import lines
from app.record.log.witnesses import queries as witnesses
from app.record.log.witnesses.queries import Wish
from app.selling.windows.games import AnyGame
from app.selling.windows.models import WindowRound
from app.selling.windows.rounds.schemas import BundleAnchor, BundleEntry, BundleLog

from . import fixed, promise


@dataclass(frozen=True, slots=True)
class Logged:
    """The log's part of a bundle. The node is still to be asked for the anchor's `block`: (height, hash)."""

    told: BundleLog
    block: tuple[int, str] | None


def of_round(game: AnyGame, round_: WindowRound) -> Logged | None:
    """None while no checkpoint covers what is to be shown, and of rounds from before the log."""
    subject = game.subject(round_.round_number)
    promised, sealed = (log.entry_of(kind, subject) for kind in ("round.created", "round.sealed"))
    if promised is None or (sealed is None and round_.seal_root is not None):
        return None
    last = sealed or promised
    checkpoint = _checkpoint(round_, last.number)
    if checkpoint is None:
        return None
    note = lines.cosigned_note(checkpoint)
    anchor, said = anchor_over(last.number), _quorum(game, round_, sealed)
    told = BundleLog(
        promise=_proven(promised, checkpoint.size, note),
        seal=_proven(sealed, checkpoint.size, note) if sealed else None,
        anchor=anchor[0] if anchor else None,
        witnessed=_proven_again(round_, said.entry) if said.entry else None,
        cosigned=[_proven_at(sealed, size) for size in sorted(said.sizes - {checkpoint.size})] if sealed else [],
    )
    return Logged(told, anchor[1] if anchor else None)


@dataclass(frozen=True, slots=True)
class _Said:
    """The entry that decides about the quorum, and the sizes of the checkpoints that count."""

    entry: Entry | None
    sizes: frozenset[int]


def _quorum(game: AnyGame, round_: WindowRound, seal: Entry | None) -> _Said:
    """What is kept now is shown too, although it decides nothing: whoever checks finds what was left out."""
    closing = chain.applied_block(round_.closing_height)
    entries = log.entries_of(fixed.SAID, game.subject(round_.round_number))
    read = [fixed.read(json.loads(entry.data)["detail"]) for entry in entries]
    decides = (read[-1] if read else None) if closing is None else fixed.deciding(read, closing)
    found = next((entry for entry, one in zip(entries, read, strict=True) if one is decides), None)
    named = promise.witnessed_of(round_.round_terms)
    wishes = (
        [Wish(seal.number, key, closing.time if closing else now()) for key in named.witnesses]
        if seal and named
        else []
    )
    kept_now = {first.size for first in witnesses.seen(wishes).values()}
    return _Said(found, frozenset(kept_now | (decides.sizes if decides else frozenset())))


def _proven_again(round_: WindowRound, entry: Entry) -> BundleEntry | None:
    """Against the first checkpoint over it that a promised witness cosigned, whose time says since when it was there;
    until that is, the first of all. None before there is one."""
    named = promise.witnessed_of(round_.round_terms)
    size = lines.first_cosigned(entry.number, named.witnesses) if named else None
    checkpoint = log.checkpoint_over(entry.number) if size is None else db.session.get_one(SignedCheckpoint, size)
    return _proven(entry, checkpoint.size, lines.cosigned_note(checkpoint)) if checkpoint else None


def _proven_at(entry: Entry, size: int) -> str:
    checkpoint = db.session.get_one(SignedCheckpoint, size)
    return _proven(entry, size, lines.cosigned_note(checkpoint)).proof


def _checkpoint(round_: WindowRound, number: int) -> SignedCheckpoint | None:
    closing = chain.applied_block(round_.closing_height)
    witnessed = promise.witnessed_of(round_.round_terms)
    if closing is not None and witnessed is not None and witnessed.witnesses:
        size = lines.most_cosigned(number, witnessed.witnesses, before=closing.time)
        if size is not None:
            return db.session.get(SignedCheckpoint, size)
    newest = log.newest_checkpoint()
    return newest if newest is not None and newest.size > number else None


def _path(number: int, size: int) -> Sequence[bytes]:
    return tree.inclusion(number, size, log.tiles(tree.beside(number, size)))


def _proven(entry: Entry, size: int, note: str) -> BundleEntry:
    proof = notes.proof_text(entry.number, _path(entry.number, size), note)
    return BundleEntry(number=entry.number, text=entry.data, proof=proof)


def anchor_over(number: int) -> tuple[BundleAnchor, tuple[int, str]] | None:
    """The first root in a block that covers the entry with this number, its path, and the block: (height, hash)."""
    found = anchors.covering(number)
    if found is None:
        return None
    told = BundleAnchor(
        txid=display(found.txid),
        vout=found.vout,
        root=found.root.hex(),
        size=found.size,
        path=[one.hex() for one in _path(number, found.size)],
        proof=None,
    )
    return told, (found.block_height, display(found.block_hash))
