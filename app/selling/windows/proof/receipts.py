"""What a receipt says of the public log: each leaf of its order, with promise and proof; whose it is, to the holder."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.core.wire.schemas import Answer, Hash
from app.record.log.receipts import queries
from app.record.log.receipts.queries import LeafTold
from app.selling.windows.orders.leaves import PAID, subject_of
from app.selling.windows.rounds.schemas import BundleAnchor

from .asked import proof_asked
from .logged import anchor_over

_PROMISE = "C2SP signed note: tiraj/promise/1, the log's name, the leaf in base64, when it was written, 60"
_WITNESSED = "the same against the first checkpoint that covers it and that witnesses cosigned; null until there is one"
_ANCHOR = (
    "the first root in a block of Bitcoin that covers the leaf; its own `proof` is null while the node does not answer"
)
_PROOF = "C2SP tlog-proof against the first checkpoint that covers it; null until there is one"


class LoggedLeaf(Answer):
    """A leaf of the public log: what it says, and what proves that it is there."""

    leaf: Annotated[Hash, Field(description="its hash")]
    salt: Annotated[Hash | None, Field(description="of the person in it; null for whoever is not the holder")]
    promise: Annotated[str, Field(description=_PROMISE)]
    proof: Annotated[str | None, Field(description=_PROOF)]
    witnessed: Annotated[str | None, Field(description=_WITNESSED)]
    entry: Annotated[str | None, Field(description="the leaf's text")]
    number: Annotated[int | None, Field(ge=0, description="of the entry; null until a checkpoint covers it")]


class LogPart(LoggedLeaf):
    """The newest leaf that tells of a payment to the order, and the order's other leaves."""

    identifier: Annotated[
        str | None, Field(description="whom the leaf names, hashed behind the salt; null for whoever is not the holder")
    ]
    others: Annotated[list[LoggedLeaf], Field(description="in the order in which they were told")]
    anchor: Annotated[BundleAnchor | None, Field(description=_ANCHOR)]


def leaves_of(order_id: UUID) -> list[LeafTold]:
    """An order's leaves in the order in which they were told; none before anything was paid."""
    return queries.leaves_of(subject_of(order_id))


def log_part(order_id: UUID, holder: str | None) -> LogPart | None:
    """An order's part of a receipt; None before a payment has its fate. `holder`: the private identifier where the
    reader holds the receipt, None where he is anybody."""
    found = leaves_of(order_id)
    main = next((one for one in reversed(found) if one.kind == PAID), None)
    if main is None:
        return None
    is_holders = holder is not None
    others = [LoggedLeaf(**_fields(one, is_holders)) for one in found if one is not main]
    return LogPart(**_fields(main, is_holders), identifier=holder, others=others, anchor=_anchor(main))


def _anchor(told: LeafTold) -> BundleAnchor | None:
    found = anchor_over(told.number) if told.number is not None else None
    if found is None:
        return None
    anchor, block = found
    return anchor.model_copy(update={"proof": proof_asked(anchor.txid, *block)})


def _fields(told: LeafTold, is_holders: bool) -> dict[str, Any]:
    return {
        "leaf": told.leaf.hex(),
        "salt": told.salt.hex() if is_holders and told.salt is not None else None,
        "promise": told.promise,
        "proof": told.proof,
        "witnessed": told.witnessed,
        "entry": told.data,
        "number": told.number,
    }
