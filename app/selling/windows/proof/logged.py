"""What the public log says of a round: its promise and its seal as entries, proven against one checkpoint and a block.

The checkpoint is the one that most of the promised witnesses had cosigned before the closing block, else the newest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.chain import queries as chain
from app.chain.node.blocks import display
from app.core.database.session import db
from app.record.log import queries as log
from app.record.log.anchors import queries as anchors
from app.record.log.format import notes, tree
from app.record.log.models import Entry, SignedCheckpoint
from app.record.log.witnesses import lines
from app.selling.windows.games import AnyGame
from app.selling.windows.models import WindowRound
from app.selling.windows.rounds.schemas import BundleAnchor, BundleEntry, BundleLog

from . import promise


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
    anchor = _anchor(last)
    told = BundleLog(
        promise=_proven(promised, checkpoint.size, note),
        seal=_proven(sealed, checkpoint.size, note) if sealed else None,
        anchor=anchor[0] if anchor else None,
    )
    return Logged(told, anchor[1] if anchor else None)


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


def _anchor(entry: Entry) -> tuple[BundleAnchor, tuple[int, str]] | None:
    found = anchors.covering(entry.number)
    if found is None:
        return None
    told = BundleAnchor(
        txid=display(found.txid),
        vout=found.vout,
        root=found.root.hex(),
        size=found.size,
        path=[one.hex() for one in _path(entry.number, found.size)],
        proof=None,
    )
    return told, (found.block_height, display(found.block_hash))
