"""A payout that takes too long gets a version with a higher fee; one that must not be paid is given up, if possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import current_app
from sqlalchemy import text

from app.core.db import db
from app.core.errors import DomainError
from app.core.faults import step
from app.core.ids import new_id

from . import coins, confirming, fees, generation, psbt, queries, rules, service
from .models import Payout, PayoutInput, PayoutOutput

_SPENT_ELSEWHERE = """
SELECT EXISTS (
    SELECT FROM payout_inputs i
    JOIN coins c ON c.txid = i.txid AND c.vout = i.vout AND c.orphaned_at IS NULL
    JOIN coin_spends s ON s.coin_id = c.id AND s.orphaned_at IS NULL
    WHERE i.payout_id = :payout AND s.block_height + :depth <= :tip
      AND s.spending_txid NOT IN (SELECT txid FROM payouts WHERE root_id = :root))
OR EXISTS (  -- a coin that will never be: change of a version that lost to another one
    SELECT FROM payout_inputs i
    JOIN payouts parent ON parent.txid = i.txid
    JOIN payouts mined ON mined.root_id = parent.root_id AND mined.id <> parent.id
    JOIN payout_confirmations f ON f.payout_id = mined.id AND f.orphaned_at IS NULL
    WHERE i.payout_id = :payout AND f.block_height + :depth <= :tip)
"""


def bump(payout_id: UUID, rate: int, actor: str, reason: str = "") -> Payout:
    """A draft of the same payout at a higher rate (sat per 1,000 virtual bytes). It needs a signature of its own.

    The same coins and the same payments; only the change is less. Until the new version is sent the old one stays where
    it is, and either may be mined, never both.

    Raises:
        DomainError: 409 `payout_state_refused`, `payout_in_a_block`, `payouts_frozen`, `payout_change_too_small`;
            422 `fee_rate_too_low` or `fee_rate_too_high`, with the limit.
        NotFound: there is no such payout.
    """
    service.one_at_a_time()
    payout = service.locked(payout_id)
    service.refuse_if_frozen()
    if payout.state not in rules.ALLOWED_FROM["bump"] or payout.broadcast_at is None:
        raise DomainError("payout_state_refused", status=409, state=payout.state, wanted="replaced")
    if queries.confirmation_of(payout_id) is not None:
        raise DomainError("payout_in_a_block", status=409)
    _check_rate(payout, rate)
    outputs = queries.outputs_of(payout_id)
    change = [output for output in outputs if output.kind == "change"]
    more = rules.fee_for(payout.vsize, rate) - payout.fee_sats
    amounts = rules.lower_change([output.sats for output in change], more, _least(change))
    lowered = dict(zip((output.vout for output in change), amounts, strict=True))
    return _replacement(payout, rate, more, {**{o.vout: o.sats for o in outputs}, **lowered}, actor, reason)


def _least(change: Sequence[PayoutOutput]) -> int:
    return max((rules.dust(output.script) for output in change), default=0)


def _check_rate(payout: Payout, rate: int) -> None:
    """Nodes pass on a replacement that pays at least one more sat per virtual byte than what it replaces."""
    highest = fees.limits()[1]
    lowest = -(-payout.fee_sats * 1000 // payout.vsize) + 1000
    if rate > highest:
        raise DomainError("fee_rate_too_high", field="feeRate", limit=highest // 1000)
    if rate < lowest:
        raise DomainError("fee_rate_too_low", field="feeRate", limit=-(-lowest // 1000))


def _replacement(payout: Payout, rate: int, more: int, sats: dict[int, int], actor: str, reason: str) -> Payout:
    before = psbt.decode(payout.psbt)
    facts = _with_keys(payout, before)
    transaction = replace(facts, outputs=tuple(replace(out, sats=sats[vout]) for vout, out in enumerate(facts.outputs)))
    fee = payout.fee_sats + more
    inputs, outputs = queries.inputs_of(payout.id), queries.outputs_of(payout.id)
    service.move(payout, rules.ALLOWED_FROM["bump"], "replaced")
    service.quieten(payout)
    made = Payout(
        id=new_id(), root_id=payout.root_id, replaces_id=payout.id, kind=payout.kind, game=payout.game,
        source_id=payout.source_id, psbt=psbt.encode(transaction), txid=transaction.txid, vsize=payout.vsize,
        fee_rate=rate, fee_sats=fee, fee_cap_sats=generation.fee_cap(payout.vsize, fee),
        created_by=actor, reason=reason,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        PayoutInput(payout_id=made.id, position=row.position, coin_id=row.coin_id, txid=row.txid, vout=row.vout,
                    sats=row.sats, anchor=row.anchor)
        for row in inputs
    )  # fmt: skip
    db.session.add_all(
        PayoutOutput(payout_id=made.id, vout=row.vout, kind=row.kind, obligation_id=row.obligation_id,
                     partner_site_id=row.partner_site_id, reserve_key_index=row.reserve_key_index, script=row.script,
                     address=row.address, sats=sats[row.vout])
        for row in outputs
    )  # fmt: skip
    db.session.flush()
    step("payout.replaced")
    service.note(payout, actor, "replaced", reason, by=str(made.id))
    service.note(made, actor, "generated", reason, replaces=str(payout.id), feeSats=fee, feeRate=rate)
    return made


def _with_keys(payout: Payout, transaction: psbt.Transaction) -> psbt.Transaction:
    """A PSBT read back holds no derivations; the signer needs them again."""
    rows = {(row.txid, row.vout): row.coin_id for row in queries.inputs_of(payout.id)}
    facts = coins.signing_facts(rows.values())
    inputs = []
    for put in transaction.inputs:
        script, key, merkle_root = facts[rows[put.txid, put.vout]]
        inputs.append(replace(put, script=script, key=key, merkle_root=merkle_root))
    keys = {
        row.vout: coins.reserve_source(row.reserve_key_index)
        for row in queries.outputs_of(payout.id)
        if row.reserve_key_index is not None
    }
    outputs = tuple(replace(out, key=keys.get(vout)) for vout, out in enumerate(transaction.outputs))
    return replace(transaction, inputs=tuple(inputs), outputs=outputs)


def cancel(payout_id: UUID, actor: str, reason: str) -> Payout:
    """Give a payout up. What it was to pay is due again, and its anchor must be spent by whatever pays that.

    A replacement that was not sent is given up for the version it replaces. Once sent, a payout can only be given up
    when a buried transaction of somebody else spends one of its coins.

    Raises:
        DomainError: `reason_missing`; 409 `payout_state_refused`, `payout_in_a_block` or `payout_may_be_mined`.
        NotFound: there is no such payout.
    """
    if not reason.strip():
        raise DomainError("reason_missing", field="reason")
    tip = service.one_at_a_time()
    payout = service.locked(payout_id)
    if payout.state not in rules.ALLOWED_FROM["cancel"]:
        raise DomainError("payout_state_refused", status=409, state=payout.state, wanted="cancelled")
    if queries.confirmation_of(payout_id) is not None:
        raise DomainError("payout_in_a_block", status=409)
    dead = _is_dead(payout, tip)
    if payout.broadcast_at is not None and not dead:
        raise DomainError("payout_may_be_mined", status=409)
    service.move(payout, rules.ALLOWED_FROM["cancel"], "cancelled")
    service.quieten(payout)
    replaced = None if payout.replaces_id is None else service.locked(payout.replaces_id)
    if replaced is not None and not dead:
        service.note(payout, actor, "cancelled", reason, instead=str(replaced.id))
        # It was on its way; whether it still is, the next refresh asks.
        service.move(replaced, frozenset({"replaced"}), "unknown" if replaced.signed_tx else "broadcast")
        return payout
    confirming.give_back(payout, actor, reason)
    step("payout.cancelled")
    return payout


def _is_dead(payout: Payout, tip: int) -> bool:
    """Whether a buried transaction that is no version of this payout spends one of its coins, or unmade it."""
    depth = current_app.config["SETTINGS"].settlement_depth
    values = {"payout": payout.id, "root": payout.root_id, "depth": depth, "tip": tip}
    return bool(db.session.execute(text(_SPENT_ELSEWHERE), values).scalar_one())
