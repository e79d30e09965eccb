"""What checks a draw and what proves a ticket, as JSON. Amounts are in the minor unit of the draw's currency."""

from __future__ import annotations

from app.core.wire.schemas import Answer


class DrawEntry(Answer):
    """An entry of the public log under its number, with its proof against a checkpoint (c2sp.org/tlog-proof). Sales and
    refunds have none: each sale names the one before, and the seal's entry names the last. `witnessed` is the seal's
    against the checkpoint that most of the promised witnesses had cosigned in time."""

    number: int
    text: str
    proof: str | None = None
    witnessed: str | None = None


class DrawSettled(Answer):
    """What the result in force came to: so many lines won, so much together."""

    id: str
    outcome: int
    winners: int
    won: int


class DrawBundle(Answer):
    """A draw with its evidence. `promise` is the text whose hash each sale commits to, `sales` how many there are and
    `tip` the hash of the last one's entry. `results` are the entries about its official result, `entries` all about
    the draw itself, in the log's order: what was promised, sold, sealed, paid and given back."""

    bet_bundle_version: int
    game: str
    name: str
    state: str
    promise: str
    promise_hash: str
    sales: int
    tip: str
    settlement: DrawSettled | None
    results: list[DrawEntry]
    entries: list[DrawEntry]


class TicketLeaf(Answer):
    """An entry that tells of a ticket: its hash, its text, the log's signed promise, and its proof once there is one.
    `salt` is its holder's alone: with it the entry's `person` is the hash of who bought it."""

    kind: str
    leaf: str
    text: str | None
    salt: str | None
    promise: str
    number: int | None
    proof: str | None


class TicketReceipt(Answer):
    """A ticket as the public log has it."""

    ticket: str
    code: str
    game: str
    total: int
    currency: str
    leaves: list[TicketLeaf]
