"""What the public JSON of every game tells of rounds and orders alike."""

from __future__ import annotations

from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Row

from app.core.database.session import db
from app.money.payouts.sent.debts import Debt
from app.people.partners.models import PartnerSite
from app.selling.windows.models import WindowRound, WindowWin
from app.selling.windows.proof import promise
from app.selling.windows.proof.witnessed import Witnessed

from .schemas import BundledPayment, PayoutRecord, RoundHead, SealWitness, SealWitnesses

FrozenT = TypeVar("FrozenT", bound=RoundHead)


_OF_PAYMENT: Final = (*(name for name in BundledPayment.model_fields if name != "identifier"), "status")


class Addressed(Protocol):
    """A deposit address, or a row that has its columns."""

    internal_key: bytes
    terms: str
    commitment: bytes


def round_fields(round_: WindowRound, seen: Witnessed) -> dict[str, Any]:
    """Its number, state, heights and promise, its seal and the hash that draws it, and its place in the public log."""
    return {
        "round_number": round_.round_number,
        "status": round_.status,
        "opens_at_height": round_.opens_at_height,
        "sales_end_height": round_.sales_end_height,
        "closing_height": round_.closing_height,
        "settlement_depth": round_.settlement_depth,
        "jackpot_sats": round_.jackpot_sats,
        "winner_algorithm": round_.winner_algorithm,
        "seal_root": round_.seal_root.hex() if round_.seal_root else None,
        "closing_block_hash": round_.closing_block_hash.hex() if round_.closing_block_hash else None,
        **promise_fields(round_),
        "promise_entry": seen.promise_entry,
        "seal_entry": seen.seal_entry,
        "seal_witnesses": SealWitnesses(
            quorum=seen.quorum,
            has_quorum=seen.has_quorum,
            fixed_entry=seen.fixed_entry,
            closing_block_time=seen.before,
            witnesses=[SealWitness(verifier_key=one.key, cosigned_at=one.at) for one in seen.witnesses],
        ),
    }


def payout_record(debt: Debt | None) -> PayoutRecord | None:
    """How far the payment of what is owed has come; None where nothing is."""
    if debt is None:
        return None
    sent, block = debt.sent, debt.block
    return PayoutRecord(
        state=debt.standing,
        amount_sats=debt.sats,
        address=debt.address,
        txid=sent.txid if sent else None,
        vout=sent.vout if sent else None,
        block_height=block.height if block else None,
        sent_at=sent.at if sent else None,
        paid_at=debt.paid_at,
    )


def promise_fields(round_: WindowRound) -> dict[str, str | None]:
    """The text of its promise, and the hash by which orders and the seal refer to that."""
    return {"round_terms": round_.round_terms, "round_commitment": promise.commitment_of(round_)}


def frozen_round(model: type[FrozenT], round_: WindowRound) -> FrozenT:
    """What a round was fixed with when it was made, and where it stands: columns by the model's names. Why a void round
    is void is told by whoever reads the audit log."""
    values = {name: getattr(round_, name) for name in model.model_fields if hasattr(round_, name)}
    told = {**promise_fields(round_), "void_reason": None, "internal_key": round_.internal_key.hex()}
    return model.model_validate(values | told)


def address_fields(address: Addressed) -> dict[str, str]:
    """What an order's address can be recomputed from."""
    return {
        "internal_key": address.internal_key.hex(),
        "terms": address.terms,
        "commitment": address.commitment.hex(),
    }


def order_fields(row: Row[Any]) -> dict[str, str]:
    """An order of a bundle: which it is, whose, and its address."""
    whose = {"identifier": str(row.id), "partner_name": row.name, "deposit_address": row.address}
    return whose | address_fields(row)


def win_fields(win: WindowWin, order_id: UUID) -> dict[str, Any]:
    """A win of a bundle: which order won, at which site, how much, and where it goes."""
    return {
        "identifier": str(order_id),
        "partner_name": db.session.get_one(PartnerSite, win.partner_site_id).name,
        "jackpot_sats": win.jackpot_sats,
        "payout_address": win.payout_address,
    }


def payment_fields(row: Row[Any]) -> dict[str, Any]:
    """A payment of a bundle: its columns, and whose order it paid."""
    return {"identifier": str(row.order_id), **{name: getattr(row, name) for name in _OF_PAYMENT}}
