"""A payout that takes too long gets a version with a higher fee; one that must not be paid is given up, if possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.chain.deposits import service as deposits
from app.chain.models import ReserveAddress
from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import DomainError
from app.core.faults import step
from app.core.ids import new_id
from app.core.money import Sats
from app.money.payouts import queries, rules, service
from app.money.payouts.drafts import coins, fees, generation, staleness, whole
from app.money.payouts.models import Payout, PayoutInput, PayoutOutput
from app.money.payouts.rules import Candidate
from app.money.payouts.signed import psbt

from . import confirming, impossible, said


@dataclass(frozen=True, slots=True)
class _Plan:
    """A version with a higher fee: what it adds to the coins, and what becomes of the change."""

    bumped: rules.Bumped
    rate: int
    sats: Mapping[int, Sats]  # by output of the version before
    change: ReserveAddress | None  # where new change goes


def bump(payout_id: UUID, rate: int, actor: str, reason: str = "") -> Payout:
    """A draft of the same payout at a higher rate (sat per 1,000 virtual bytes). It needs a signature of its own.

    The same payments, and what the fee needs out of the change; where that is too little, one more coin or several.
    Until the new version is sent the old one stays where it is, and either may be mined, never both, for the new one
    spends every coin of the old one.

    Raises:
        DomainError: 409 `payout_state_refused`, `payout_in_a_block`, `payouts_frozen`, `payout_draw_not_on_chain`,
            `payout_change_too_small` with what is missing; 422 `fee_rate_too_low` or `fee_rate_too_high`.
        NotFound: there is no such payout.
    """
    tip = service.one_at_a_time()
    payout = service.locked(payout_id)
    service.refuse_if_frozen()
    if payout.state not in rules.ALLOWED_FROM["bump"] or payout.broadcast_at is None:
        raise DomainError("payout_state_refused", status=409, state=payout.state, wanted="replaced")
    if queries.confirmation_of(payout_id) is not None:
        raise DomainError("payout_in_a_block", status=409)
    staleness.refuse_if_stale(payout)
    _check_rate(payout, rate)
    return _replacement(payout, _planned(payout, rate, tip), actor, reason)


def _planned(payout: Payout, rate: int, tip: int) -> _Plan:
    outputs = queries.outputs_of(payout.id)
    change = [output for output in outputs if output.kind == "change"]
    depth = current_settings().settlement_depth
    kept = {anchor.outpoint for anchor in queries.dangling_anchors(tip, depth, (), ())}
    bumped = rules.bump(
        [put.sats for put in queries.inputs_of(payout.id)],
        [(output.script, output.sats) for output in outputs if output.kind != "change"],
        [output.sats for output in change],
        generation.ANY_CHANGE,
        rate,
        coins.candidates(tip, depth, kept),
    )
    sats = {output.vout: output.sats for output in outputs}
    sats.update(zip((output.vout for output in change), bumped.change, strict=True))
    return _Plan(bumped, rate, sats, deposits.new_reserve_address() if bumped.new_change else None)


def _check_rate(payout: Payout, rate: int) -> None:
    """Nodes pass on a replacement that pays at least one more sat per virtual byte than what it replaces."""
    highest = fees.limits()[1]
    lowest = -(-payout.fee_sats * 1000 // payout.vsize) + 1000
    if rate > highest:
        raise DomainError("fee_rate_too_high", field="feeRate", limit=highest // 1000)
    if rate < lowest:
        raise DomainError("fee_rate_too_low", field="feeRate", limit=-(-lowest // 1000))


def _replacement(payout: Payout, plan: _Plan, actor: str, reason: str) -> Payout:
    bumped = plan.bumped
    db.session.flush()
    cap = generation.fee_cap(bumped.vsize, bumped.fee)
    network = current_settings().bitcoin_network
    transaction = replace(generation.unlike_any(_transaction(payout, plan)), fee_cap=cap, network=network)
    service.move(payout, rules.ALLOWED_FROM["bump"], "replaced")
    service.quieten(payout)
    made = Payout(
        id=new_id(),
        root_id=payout.root_id,
        replaces_id=payout.id,
        kind=payout.kind,
        game=payout.game,
        source_id=payout.source_id,
        psbt=psbt.encode(transaction),
        txid=transaction.txid,
        vsize=bumped.vsize,
        fee_rate=plan.rate,
        fee_sats=bumped.fee,
        fee_cap_sats=cap,
        log_size=payout.log_size,
        created_by=actor,
        reason=reason,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(_inputs(made.id, queries.inputs_of(payout.id), bumped.coins))
    outputs = _outputs(made.id, queries.outputs_of(payout.id), plan)
    db.session.add_all(outputs)
    whole.vouch(made)
    step("payout.replaced")
    service.note(payout, actor, "replaced", reason, by=str(made.id))
    detail = {"replaces": str(payout.id), "feeSats": bumped.fee, "feeRate": plan.rate, "addedCoins": len(bumped.coins)}
    service.note(made, actor, "generated", reason, told=said.drafted(made, outputs), **detail)
    return made


def _inputs(payout_id: UUID, before: Sequence[PayoutInput], added: Sequence[Candidate]) -> list[PayoutInput]:
    rows = [
        PayoutInput(
            payout_id=payout_id,
            position=row.position,
            coin_id=row.coin_id,
            txid=row.txid,
            vout=row.vout,
            sats=row.sats,
            anchor=row.anchor,
        )
        for row in before
    ]
    return rows + [
        PayoutInput(
            payout_id=payout_id,
            position=len(rows) + at,
            coin_id=coin.coin_id,
            txid=coin.txid,
            vout=coin.vout,
            sats=coin.sats,
        )
        for at, coin in enumerate(added)
    ]


def _outputs(payout_id: UUID, before: Sequence[PayoutOutput], plan: _Plan) -> list[PayoutOutput]:
    rows = [
        PayoutOutput(
            payout_id=payout_id,
            vout=row.vout,
            kind=row.kind,
            obligation_id=row.obligation_id,
            partner_site_id=row.partner_site_id,
            reserve_key_index=row.reserve_key_index,
            script=row.script,
            address=row.address,
            sats=plan.sats[row.vout],
        )
        for row in before
    ]
    if plan.change is not None:
        rows.append(
            PayoutOutput(
                payout_id=payout_id,
                vout=len(rows),
                kind="change",
                reserve_key_index=plan.change.key_index,
                script=plan.change.script_pubkey,
                address=plan.change.address,
                sats=plan.bumped.new_change,
            )
        )
    return rows


def _transaction(payout: Payout, plan: _Plan) -> psbt.Transaction:
    """The version before with all that its signer needs, and what the plan adds to it."""
    before = _with_keys(payout, psbt.decode(payout.psbt))
    outputs = [replace(out, sats=plan.sats[vout]) for vout, out in enumerate(before.outputs)]
    if plan.change is not None:
        source = coins.reserve_source(plan.change.key_index)
        outputs.append(psbt.TxOut(plan.bumped.new_change, plan.change.script_pubkey, source))
    inputs = (*before.inputs, *generation.spending(plan.bumped.coins))
    return replace(before, inputs=inputs, outputs=tuple(outputs))


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

    A replacement is given up for the newest version before it that may still be mined. Once sent, a version can only be
    given up when a buried block excludes it.

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
    if payout.broadcast_at is not None and not impossible.is_dead(payout, tip):
        raise DomainError("payout_may_be_mined", status=409)
    service.move(payout, rules.ALLOWED_FROM["cancel"], "cancelled")
    service.quieten(payout)
    earlier = impossible.earlier_version(payout, tip)
    if earlier is not None:
        confirming.fall_back(payout, earlier, actor, reason)
        return payout
    confirming.give_back(payout, actor, reason)
    step("payout.cancelled")
    return payout
