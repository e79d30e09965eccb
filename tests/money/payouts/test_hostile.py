"""Requests and uploads made to hurt: each is refused with a problem document, and nothing is written."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db
from app.money.payouts.signed import psbt
from tests.faces.admin.operators import Operator, credentials

from .conftest import Desk
from .signers import by_libsecp


@pytest.fixture
def operator(desk: Desk, chain_app: Flask) -> Operator:
    """Before the world, which begins with a story."""
    return Operator(chain_app)


def uploads(unsigned: str) -> dict[str, Any]:
    """What a broken or hostile signer might hand back."""
    made = psbt.decode(unsigned)
    raw = base64.b64decode(unsigned)
    signed = psbt.decode(by_libsecp(unsigned))
    body, first = signed.signed, made.outputs[0]
    impossible = body.replace(struct.pack("<q", first.sats), b"\xff" * 8, 1)
    twice = replace(signed, inputs=(signed.inputs[0], signed.inputs[0]))
    annex = body.replace(b"\x01\x40" + signed.inputs[0].signature, b"\x02\x40" + signed.inputs[0].signature + b"\x01P")
    strange = [bytes([0x51 + n % 16, n]) + bytes(n) for n in (2, 40)] + [b"", b"\x6a\x04spam", b"\xff" * 300]
    return {
        "an amount beyond all coins": impossible.hex(),
        "the same in a PSBT": base64.b64encode(raw.replace(struct.pack("<q", first.sats), b"\xff" * 8, 1)).decode(),
        "version 2": base64.b64encode(psbt.MAGIC + b"\x01\xfb\x04\x02\x00\x00\x00\x00").decode(),
        "version 2 beside version 0": base64.b64encode(raw[:5] + b"\x01\xfb\x04\x02\x00\x00\x00" + raw[5:]).decode(),
        "a count without end": base64.b64encode(psbt.MAGIC + b"\x01\x00\xff" + b"\xff" * 8).decode(),
        "a coin twice": psbt.encode(twice),
        "an annex": annex.hex(),
        "no witness": made.unsigned.hex(),
        "no base64": "§§§ not base64 at all",
        "zero bytes": "\0\0",
        "huge": "A" * 400_001,
        "another version of transactions": psbt.encode(replace(signed, version=-1)),
        "coins without signatures": unsigned,
        "a signature for less than everything": psbt.encode(
            replace(signed, inputs=tuple(replace(put, signature=put.signature + b"\x81") for put in signed.inputs))
        ),
        **{
            f"a strange script {script.hex()[:8]}": psbt.encode(
                replace(signed, outputs=(replace(first, script=script), *signed.outputs[1:]))
            )
            for script in strange
        },
    }


def test_no_upload_breaks_anything(desk: Desk, operator: Operator) -> None:
    number = desk.win()
    payout_id = desk.generate(number)
    given = uploads(desk.payout(payout_id).psbt)
    path = f"/api/admin/rounds/{number}/payout-psbt"
    for name, upload in given.items():
        db.session.rollback()
        answer = operator.browser.patch(path, json={"psbt": upload}, headers=operator.headers)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), (name, answer.text[:300])
        page = operator.post(f"/admin/payouts/{payout_id}/sign", {"psbt": upload})
        assert page.status_code == 422, name
        assert 'aria-describedby="psbt-error"' in page.text, name  # said where it was given
        assert "autofocus" in page.text, name
        assert desk.state(payout_id) == "draft", name
    assert desk.world.breaches() == []


def test_what_a_signer_adds_besides_its_signatures_is_not_kept(desk: Desk) -> None:
    """Unknown fields, other derivations, another idea of what the coin is worth: only the signatures are taken."""
    payout_id = desk.generate(desk.win())
    meant = psbt.decode(desk.payout(payout_id).psbt)
    signed = psbt.decode(by_libsecp(desk.payout(payout_id).psbt))
    lies = replace(signed, inputs=tuple(replace(put, sats=1, script=b"\x51\x20" + bytes(32)) for put in signed.inputs))
    raw = psbt.write(lies)
    end_of_globals = raw.index(meant.unsigned) + len(meant.unsigned)
    unknown = b"\x05\xfc\x02me\x01" + b"\x03any"
    assert desk.offer(payout_id, raw[:end_of_globals] + unknown + raw[end_of_globals:]) == []
    assert desk.payout(payout_id).signed_tx == signed.signed
    assert desk.broadcast(payout_id) == "broadcast"


BODIES: list[Any] = [
    None,
    [],
    "x",
    7,
    {"reason": 7},
    {"reason": "x" * 501},
    {"unknown": 1},
    {"reason": "zero\0byte"},
    {"reason": "\ud800"},
    {"feeRate": True, "reason": "x"},
    {"feeRate": "5"},
    {"feeRate": -1},
    {"feeRate": 10**29},
    {"feeRate": 0.0001},
    {"feeRate": None},
    {"feeRate": []},
    {"includeBalances": 1},
    {"psbt": ""},
    {"psbt": 5},
]


def test_no_body_breaks_anything(desk: Desk, operator: Operator) -> None:
    number = desk.win()
    payout_id = desk.sent(number)
    one = f"/api/admin/payout-psbts/{payout_id}"
    paths = [
        ("POST", f"/api/admin/rounds/{number}/payout-psbt"),
        ("PATCH", f"/api/admin/rounds/{number}/payout-psbt"),
        ("POST", f"/api/admin/luckotto/rounds/{number}/payout-psbt"),
        ("POST", "/api/admin/payout-psbts/balances"),
        ("POST", "/api/admin/payout-psbts/sweep"),
        ("PATCH", one),
        *(("POST", f"{one}/{verb}") for verb in ("broadcast", "bump", "cancel")),
    ]
    before = _digest()
    for method, path in paths:
        for body in BODIES:
            db.session.rollback()
            answer = operator.browser.open(path, method=method, json=body, headers=operator.headers)
            assert 400 <= answer.status_code < 500, (path, body, answer.status_code, answer.text[:300])
            assert answer.mimetype == "application/problem+json"
        for raw in (b"", b"{", b"\xff", b'{"reason":"a","reason":"b"}', b"[" * 9_000, b'{"feeRate":NaN}'):
            answer = operator.browser.open(
                path, method=method, data=raw, content_type="application/json", headers=operator.headers
            )
            assert answer.status_code == 400, (path, raw[:20], answer.status_code)
    for number_ in ("0", "-1", "2147483648", "9223372036854775808", "1e3", "٣", "1_000", "%20", "1.0", "true"):
        for game in ("", "luckotto/"):
            answer = operator.browser.post(
                f"/api/admin/{game}rounds/{number_}/payout-psbt", json={"reason": "why"}, headers=operator.headers
            )
            assert answer.status_code in (404, 409), number_
    assert _digest() == before
    for act in ("broadcast", "bump", "cancel"):
        page = operator.post(f"/admin/payouts/{payout_id}/act", {"act": act, "reason": "\0", "rate": "9"})
        assert 400 <= page.status_code < 500, act
    assert _digest() == before
    assert desk.world.breaches() == []


def _digest() -> str:
    db.session.rollback()
    rows = db.session.execute(text("SELECT id, state, live FROM payouts ORDER BY id")).all()
    count = db.session.execute(text("SELECT count(*) FROM ledger_transfers")).scalar_one()
    return json.dumps([str(rows), count])


def test_a_body_that_is_too_large_is_refused(desk: Desk, operator: Operator) -> None:
    payout_id = desk.generate(desk.win())
    path = f"/api/admin/payout-psbts/{payout_id}"
    for size in (500_001, 1_100_000):
        answer = operator.browser.patch(path, json={"psbt": "A" * size}, headers=operator.headers)
        assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
        page = operator.post(f"/admin/payouts/{payout_id}/sign", {"psbt": "A" * size})
        assert page.status_code in (413, 422)
    wrong = operator.browser.patch(path, json={"psbt": "A"}, headers=credentials("operator", "wrong"))
    assert wrong.status_code == 401
