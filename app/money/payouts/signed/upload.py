"""What a signer gives back is held against what was intended; only the very same transaction, signed, is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from coincurve import PublicKeyXOnly
from sqlalchemy import select

from app.chain.deposits.addresses import script_to_address
from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import DomainError
from app.core.faults import step
from app.money.payouts import rules, service
from app.money.payouts.drafts import staleness
from app.money.payouts.models import Payout

from . import psbt

_FIELD = "psbt"


def attach(payout_id: UUID, given: str | bytes, actor: str) -> list[DomainError]:
    """Take a signed PSBT or a signed transaction for a payout, in whatever wrapping it comes.

    Returns what differs from the intent, named one by one, and then nothing was kept but the audit's row about it; an
    empty list means that the payout is signed. The same upload twice is no error.

    Raises:
        DomainError: 409 `payout_state_refused`, `payouts_frozen`, or why it is stale.
        NotFound: there is no such payout.
    """
    service.one_at_a_time()
    payout = service.locked(payout_id)
    service.refuse_if_frozen()
    if payout.state not in rules.ALLOWED_FROM["upload"]:
        raise DomainError("payout_state_refused", status=409, state=payout.state, wanted="signed")
    staleness.refuse_if_stale(payout)
    intended = psbt.decode(payout.psbt)
    try:
        offered = psbt.decode(given)
    except psbt.SecretGiven as error:
        return _refused(payout, actor, [DomainError("psbt_secret", field=_FIELD, why=str(error))])
    except psbt.PsbtRefused as error:
        return _refused(payout, actor, [DomainError("psbt_unreadable", field=_FIELD, why=str(error))])
    differences = _differences(intended, offered, payout) or _signature_problems(intended, offered)
    if differences:
        differences = [*_of_another(offered, payout), *differences]
        return _refused(payout, actor, differences)
    signed = replace(
        intended,
        inputs=tuple(
            replace(put, signature=theirs.signature)
            for put, theirs in zip(intended.inputs, offered.inputs, strict=True)
        ),
    )
    service.move(payout, rules.ALLOWED_FROM["upload"], "signed", signed_tx=signed.signed)
    service.note(payout, actor, "signed")
    step("payout.signed")
    return []


def _refused(payout: Payout, actor: str, errors: Sequence[DomainError]) -> list[DomainError]:
    named = [{"code": error.code, **error.params} for error in errors[:20]]
    service.note(payout, actor, "upload_refused", differences=named)
    return list(errors)


def _differences(intended: psbt.Transaction, offered: psbt.Transaction, payout: Payout) -> list[DomainError]:
    if offered.txid == intended.txid:
        return []
    found = [*_inputs_differ(intended, offered), *_outputs_differ(intended, offered)]
    found += _fee_differs(intended, offered, payout)
    if (offered.version, offered.locktime) != (intended.version, intended.locktime):
        found.append(_error("psbt_locktime_differs"))
    return found or [_error("psbt_order_differs")]


def _of_another(offered: psbt.Transaction, payout: Payout) -> list[DomainError]:
    """The payout whose transaction this is, where it is simply the wrong file."""
    query = select(Payout.id).where(Payout.txid == offered.txid, Payout.id != payout.id).limit(1)
    other = db.session.scalar(query)
    return [] if other is None else [_error("psbt_of_another", payout=str(other))]


def _inputs_differ(intended: psbt.Transaction, offered: psbt.Transaction) -> list[DomainError]:
    ours = {put.outpoint: put for put in intended.inputs}
    theirs = {put.outpoint: put for put in offered.inputs}
    found = [_error("psbt_input_missing", outpoint=_name(ours[key])) for key in ours if key not in theirs]
    found += [_error("psbt_input_added", outpoint=_name(theirs[key])) for key in theirs if key not in ours]
    if len(theirs) != len(offered.inputs):
        found.append(_error("psbt_input_twice"))
    found += [
        _error("psbt_sequence_differs", outpoint=_name(put), sequence=theirs[key].sequence)
        for key, put in ours.items()
        if key in theirs and theirs[key].sequence != put.sequence
    ]
    return found


def _outputs_differ(intended: psbt.Transaction, offered: psbt.Transaction) -> list[DomainError]:
    ours = Counter((out.script, out.sats) for out in intended.outputs)
    theirs = Counter((out.script, out.sats) for out in offered.outputs)
    missing, added = list((ours - theirs).elements()), list((theirs - ours).elements())
    found = []
    for script, sats in missing:
        other = next((item for item in added if item[0] == script), None)
        if other is None:
            found.append(_error("psbt_output_missing", address=_address(script), sats=sats))
            continue
        added.remove(other)
        found.append(_error("psbt_amount_differs", address=_address(script), sats=other[1], intended=sats))
    return found + [_error("psbt_output_added", address=_address(script), sats=sats) for script, sats in added]


def _fee_differs(intended: psbt.Transaction, offered: psbt.Transaction, payout: Payout) -> list[DomainError]:
    """The fee that these outputs would leave of the intended coins, if that is more than the cap."""
    fee = sum(put.sats for put in intended.inputs) - sum(out.sats for out in offered.outputs)
    return [_error("psbt_fee_above_cap", sats=fee, cap=payout.fee_cap_sats)] if fee > payout.fee_cap_sats else []


def _signature_problems(intended: psbt.Transaction, offered: psbt.Transaction) -> list[DomainError]:
    """Every input must be signed, by its own key, over the whole of this transaction."""
    if not any(theirs.signature for theirs in offered.inputs):
        return [_error("psbt_unsigned")]
    found = []
    for index, (put, theirs) in enumerate(zip(intended.inputs, offered.inputs, strict=True)):
        if not theirs.signature:
            found.append(_error("psbt_signature_missing", outpoint=_name(put)))
        elif not _verifies(intended, index, theirs.signature):
            found.append(_error("psbt_signature_wrong", outpoint=_name(put)))
    return found


def _verifies(transaction: psbt.Transaction, index: int, signature: bytes) -> bool:
    hash_type = psbt.hash_type_of(signature)
    if hash_type is None:
        return False
    key = PublicKeyXOnly(transaction.inputs[index].script[2:])
    return bool(key.verify(signature[:64], transaction.digest(index, hash_type)))


def _error(code: str, **params: str | int) -> DomainError:
    return DomainError(code, status=422, field=_FIELD, **params)


def _name(put: psbt.TxIn) -> str:
    return f"{put.txid[::-1].hex()}:{put.vout}"


def _address(script: bytes) -> str:
    try:
        return script_to_address(script, current_settings().bitcoin_network)
    except ValueError:
        return f"OP_RETURN {script[1:].hex()}" if script[:1] == b"\x6a" else script.hex()
