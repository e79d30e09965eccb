"""What of orders is said in public: each confirmed payment with its fate and what it brought, and what undoes it. Pure.

`statements` writes the same text of what undoes a payment, where thousands of a lost block never pass through the
process; a test holds it against `unpaid`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from app.chain.listeners import BlockRef, ChainPayment
from app.record.log.format.leaves import Leaf, canonical
from app.record.log.receipts.service import SALT, person_hash

PAID: Final = "order.paid"
UNPAID: Final = "order.unpaid"
KINDS: Final = (PAID, UNPAID)


class Fated(NamedTuple):
    """A payment and what became of it. `credited + refundable` is its amount."""

    payment: ChainPayment
    order_id: UUID
    site_id: UUID
    round_number: int
    fate: str
    credited: int
    refundable: int


class Held(NamedTuple):
    """What of the order the leaf of a payment names: the commitment to its terms, whose it is, and by the game's own
    members what the payment brought."""

    commitment: bytes
    person: str
    brought: Mapping[str, object]


def subject_of(order_id: object) -> str:
    """An order as leaves name it."""
    return f"order:{order_id}"


def all_paid(game: str, block: BlockRef, payments: Iterable[tuple[Fated, Held]], salts: bytes) -> str:
    """The texts of the leaves of a block's payments, a line each: there is no other new line in JSON of one form.
    `salts` are theirs, one after the other."""
    return "\n".join(
        paid(game, block, fated, held, salts[SALT * at : SALT * (at + 1)]).data
        for at, (fated, held) in enumerate(payments)
    )


def paid(game: str, block: BlockRef, fated: Fated, held: Held, salt: bytes) -> Leaf:
    """The leaf of a confirmed payment. The person in it can be told by who has the salt."""
    payment, subject = fated.payment, subject_of(fated.order_id)
    told = {
        "amountSats": payment.amount_sats,
        "blockHash": block.hash_hex,
        "blockHeight": block.height,
        "commitment": held.commitment.hex(),
        "creditedSats": fated.credited,
        "fate": fated.fate,
        "game": game,
        "payment": str(payment.payment_id),
        "person": person_hash(salt, held.person),
        "refundableSats": fated.refundable,
        "roundNumber": fated.round_number,
        "subject": subject,
        "txid": payment.txid,
        "type": PAID,
        "vout": payment.vout,
        **held.brought,
    }
    return Leaf(PAID, subject, canonical(told))


def unpaid(game: str, order_id: object, payment_id: object, cause: str, credited: int) -> Leaf:
    """The leaf that takes back what the leaf of a payment said: by `cause` it has another fate, and what counts of it
    is `credited`: nothing, unless its round was settled before its block was lost."""
    subject = subject_of(order_id)
    told = {
        "cause": cause,
        "creditedSats": credited,
        "game": game,
        "payment": str(payment_id),
        "subject": subject,
        "type": UNPAID,
    }
    return Leaf(UNPAID, subject, canonical(told))
