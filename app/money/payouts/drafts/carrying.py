"""What of the public log a payout carries: its newest root, and the line from anchor to anchor.

An anchor is a transaction with a root, and with an output that the next one spends: so all anchors are one line, in
which none can be left out or put in. One is on its way at a time; what is drafted meanwhile carries nothing, and waits
for nobody. Where the line's coin is gone, the next one begins anew, for all to see; where two are there, it spends
both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.chain.deposits import service as deposits
from app.chain.models import ReserveAddress
from app.core.config import current_settings
from app.core.database.session import db
from app.core.money import Sats
from app.money.payouts import rules
from app.money.payouts.models import Payout, PayoutConfirmation, PayoutOutput
from app.money.payouts.rules import Candidate, Selection
from app.money.payouts.signed import psbt
from app.record.log.anchors import queries as anchors
from app.record.log.settings import log_settings

from . import coins

_LONGEST = 10  # coins of a line: more than one only where it had begun twice


@dataclass(frozen=True, slots=True)
class Carried:
    """The root that is carried, and the address of the reserve to which its line goes."""

    root: anchors.Root
    address: ReserveAddress

    @property
    def outputs(self) -> tuple[psbt.TxOut, psbt.TxOut]:
        """The root, then the line."""
        back = coins.reserve_source(self.address.key_index)
        return (
            psbt.TxOut(0, rules.root_script(self.root.root)),
            psbt.TxOut(rules.LINE_SATS, self.address.script_pubkey, back),
        )

    def rows(self, payout_id: UUID, first: int) -> list[PayoutOutput]:
        """The same as a payout's outputs from `first` on."""
        root, line = self.outputs
        told = PayoutOutput(payout_id=payout_id, vout=first, kind="root", script=root.script, address="", sats=0)
        back = PayoutOutput(
            payout_id=payout_id,
            vout=first + 1,
            kind="line",
            reserve_key_index=self.address.key_index,
            script=line.script,
            address=self.address.address,
            sats=line.sats,
        )
        return [told, back]


def beside(
    selection: Selection, outputs: Sequence[tuple[bytes, Sats]], change: bytes, rate: int, tip: int
) -> tuple[Selection, Carried | None]:
    """A selection with the newest root on top of it, where it can carry one; as it was where not."""
    root = due()
    if root is None or on_its_way() is not None:
        return selection, None
    made = rules.carrying(selection, outputs, line(tip), change, rate)
    return (made, _carried(root)) if made is not None else (selection, None)


def alone(root: anchors.Root, change: bytes, rate: int, tip: int) -> tuple[Selection, Carried]:
    """A root by itself. Raises DomainError 409 `payout_funds_missing`."""
    candidates = coins.candidates(tip, current_settings().settlement_depth)
    return rules.for_root(candidates, line(tip), change, rate), _carried(root)


def _carried(root: anchors.Root) -> Carried:
    return Carried(root, deposits.new_reserve_address())


def due() -> anchors.Root | None:
    """The root that the next payout is to carry; None if that is not wanted, or the chain has it."""
    return anchors.next_root() if log_settings().log_anchors else None


def line(tip: int) -> list[Candidate]:
    """The coins that the next anchor spends, the newest first; none where it begins."""
    return coins.line(tip, current_settings().settlement_depth)[:_LONGEST]


def on_its_way() -> UUID | None:
    """The living payout with a root that no block holds yet."""
    in_a_block = select(PayoutConfirmation.id).where(
        PayoutConfirmation.payout_id == Payout.id, PayoutConfirmation.orphaned_at.is_(None)
    )
    carries = select(PayoutOutput.vout).where(PayoutOutput.payout_id == Payout.id, PayoutOutput.kind == "root")
    query = select(Payout.id).where(Payout.live, Payout.state != "confirmed", carries.exists(), ~in_a_block.exists())
    return db.session.scalars(query.order_by(Payout.id).limit(1)).first()
