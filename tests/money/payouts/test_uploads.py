"""What comes back from the signer is taken only if it is what was meant, whole and signed; what differs is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.core.database.session import db
from app.money.payouts.signed import psbt, upload
from app.money.payouts.signed.psbt import Transaction, TxOut
from app.record.audit.models import AuditEntry
from tests.faces.admin.operators import Operator

from .conftest import Desk
from .signers import by_libsecp

THIEF = b"\x51\x20" + b"\x07" * 32


def _output(transaction: Transaction, at: int, **changes: Any) -> Transaction:
    outputs = list(transaction.outputs)
    outputs[at] = replace(outputs[at], **changes)
    return replace(transaction, outputs=tuple(outputs))


def _input(transaction: Transaction, **changes: Any) -> Transaction:
    return replace(transaction, inputs=(replace(transaction.inputs[0], **changes), *transaction.inputs[1:]))


ALTERED: dict[str, tuple[Callable[[Transaction], Transaction], list[str]]] = {
    "another recipient": (
        lambda made: _output(made, 0, script=THIEF),
        ["psbt_output_missing", "psbt_output_added"],
    ),
    "another amount": (lambda made: _output(made, 0, sats=made.outputs[0].sats - 5), ["psbt_amount_differs"]),
    "one more output": (
        lambda made: replace(made, outputs=(*made.outputs, TxOut(500, THIEF))),
        ["psbt_output_added"],
    ),
    "one output less, and a huge fee": (
        lambda made: replace(made, outputs=made.outputs[:1]),
        ["psbt_output_missing"] * 3 + ["psbt_fee_above_cap"],
    ),
    "another coin": (lambda made: _input(made, vout=9), ["psbt_input_missing", "psbt_input_added"]),
    "final for ever": (lambda made: _input(made, sequence=0xFFFFFFFF), ["psbt_sequence_differs"]),
    "a lock time": (lambda made: replace(made, locktime=7), ["psbt_locktime_differs"]),
    "another order": (lambda made: replace(made, outputs=made.outputs[::-1]), ["psbt_order_differs"]),
    "nothing signed": (lambda made: _input(made, signature=b""), ["psbt_unsigned"]),
    "signed by another key": (lambda made: _input(made, signature=bytes(63) + b"\x01"), ["psbt_signature_wrong"]),
    "signed in part": (
        lambda made: _input(made, signature=made.inputs[0].signature + b"\x03"),
        ["psbt_signature_wrong"],
    ),
}


def test_every_alteration_is_refused_named_and_recorded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    payout_id = desk.generate(desk.win())
    signed = psbt.decode(by_libsecp(desk.payout(payout_id).psbt))
    for name, (alter, expected) in ALTERED.items():
        assert desk.offer(payout_id, psbt.encode(alter(signed))) == expected, name
        assert desk.state(payout_id) == "draft", name
    for rubbish in ("", "hello", "00", b"\xff" * 50, psbt.encode(signed)[:-8], psbt.write(signed) + b"\x00"):
        assert desk.offer(payout_id, rubbish) == ["psbt_unreadable"]
    told = select(AuditEntry).where(AuditEntry.action == "payout.upload_refused").order_by(AuditEntry.id)
    refused = db.session.scalars(told).all()
    assert len(refused) == len(ALTERED) + 6
    assert {row.actor for row in refused} == {"operator:olga"}
    assert refused[0].detail["differences"][0]["code"] == "psbt_output_missing"

    # With the comparison taken out, the first alteration gets as far as the signatures, and there is no further wall.
    with monkeypatch.context() as patch:
        patch.setattr(upload, "_differences", lambda *_: [])
        altered = psbt.encode(ALTERED["another recipient"][0](signed))
        assert desk.offer(payout_id, by_libsecp(altered_psbt(signed))) == ["psbt_signature_wrong"]
        patch.setattr(upload, "_signature_problems", lambda *_: [])
        assert desk.offer(payout_id, altered) == []
        assert desk.state(payout_id) == "signed"  # what the tests above would have seen

    # A paste, a file, and a finished transaction are the same; so is the same once more.
    for given in (psbt.encode(signed), psbt.write(signed), signed.signed.hex(), " " + psbt.encode(signed) + "\n"):
        assert desk.offer(payout_id, given) == []
    assert desk.payout(payout_id).signed_tx == signed.signed
    assert desk.broadcast(payout_id) == "broadcast"
    assert desk.world.breaches() == []


def altered_psbt(signed: Transaction) -> str:
    """The altered transaction with all that a signer needs."""
    from app.money.payouts.drafts import coins

    keys = [coins.reserve_source(0)]
    inputs = tuple(replace(put, key=keys[0], signature=b"") for put in signed.inputs)
    return psbt.encode(replace(_output(signed, 0, script=THIEF), inputs=inputs))


def test_another_payouts_psbt_is_called_so_and_what_differs_is_a_list(desk: Desk) -> None:
    """At most a group of four stands unbroken, and amounts have their thousands; the first line says whose it is."""
    payout_id, other = desk.generate(desk.win()), desk.generate(desk.win(player="bob"))
    wrong = psbt.encode(psbt.decode(by_libsecp(desk.payout(other).psbt)))
    page = Operator(desk.world.app).post(f"/admin/payouts/{payout_id}/sign", {"psbt": wrong})
    assert page.status_code == 422
    listed = page.text[page.text.index('id="differences"') :]
    listed = listed[: listed.index("</ul>")]
    assert listed.index("This is the PSBT of another payout") < listed.index("is not spent, but should be")
    assert f'href="/admin/payouts/{other}"' in listed
    assert listed.count("<li>") >= 4
    assert re.search(r"The fee of \d[\d,]+,\d{3} sats is above the cap of \d+,\d{3}[.]", listed)
    assert max(map(len, re.sub("<[^>]*>", " ", listed).split())) < 64
    assert "&lt;" not in listed
    assert page.text.count("is not spent, but should be") == listed.count("is not spent, but should be")
    assert desk.state(payout_id) == "draft"


def test_what_is_signed_too_late_is_told_why_where_no_field_is_any_more(desk: Desk) -> None:
    payout_id, operator = desk.generate(desk.win()), Operator(desk.world.app)
    signed = by_libsecp(desk.payout(payout_id).psbt)
    desk.cancel(payout_id)
    late = operator.post(f"/admin/payouts/{payout_id}/sign", {"psbt": signed})
    assert late.status_code == 422
    assert "This cannot be done with a payout that is cancelled" in late.text
    assert "Have the signer destroy what is signed" in late.text
    assert "Why is said at the field" not in late.text
