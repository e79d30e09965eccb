"""Uploads and the signer's input: each wrapping is taken off by every reader, and what is no PSBT is named by each."""

from __future__ import annotations

import base64
import json
import re
from io import BytesIO
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.database.session import db
from app.money.payouts.signed import psbt
from tests.faces.admin.operators import Operator
from tests.settings import ACCOUNT_PRIVATE_KEY, OPERATOR_PASSWORD

from .conftest import Desk
from .signers import by_libsecp, by_script
from .test_signing import _made_up, functions
from .wrappings import SEED, refused, taken

AUTH = ("operator", OPERATOR_PASSWORD)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return functions()


def signed() -> psbt.Transaction:
    return psbt.decode(by_libsecp(psbt.encode(_made_up(2))))


def test_every_wrapping_is_taken_off_by_server_and_signer(script: ModuleType) -> None:
    raw, made = psbt.write(_made_up(2)), signed()
    whole = psbt.write(made)
    for name, given in taken(raw).items():
        assert script.Psbt(given).serialize() == raw, name
    for name, given in taken(whole).items():
        assert psbt.decode(given) == made, name
        try:
            text = given.decode()
        except UnicodeDecodeError:
            continue
        assert psbt.decode(text) == made, name


def test_what_is_no_psbt_is_named_by_server_and_signer(script: ModuleType) -> None:
    for name, (given, words) in refused(psbt.write(_made_up(2))).items():
        with pytest.raises(psbt.PsbtRefused) as by_server:
            psbt.decode(given)
        with pytest.raises(script.Unusable) as by_signer:
            script.Psbt(given)
        for said in (str(by_server.value), str(by_signer.value)):
            assert words in said, (name, said)
            assert "abandon" not in said
            assert "prv" not in said


def test_a_transaction_is_for_the_server_and_never_for_the_signer(script: ModuleType) -> None:
    made, bare = signed(), _made_up(2).unsigned
    for given in (
        made.signed,
        made.signed.hex().encode(),
        base64.b64encode(made.signed),
        json.dumps({"hex": made.signed.hex(), "complete": True}).encode(),
    ):
        assert psbt.decode(given).signed == made.signed
        with pytest.raises(script.Unusable, match="looks like a transaction, not a PSBT"):
            script.Psbt(given)
    for given in (bare, bare.hex().encode()):
        with pytest.raises(psbt.PsbtRefused, match="transaction without signatures"):
            psbt.decode(given)
        with pytest.raises(script.Unusable, match="looks like a transaction, not a PSBT"):
            script.Psbt(given)


def test_the_wrong_way_round(desk: Desk, tmp_path: Path) -> None:
    """The unsigned one is uploaded; the final one goes to the signer."""
    payout_id = desk.generate(desk.win())
    assert desk.offer(payout_id, desk.payout(payout_id).psbt) == ["psbt_unsigned"]
    made = psbt.decode(by_libsecp(desk.payout(payout_id).psbt))
    final = psbt.write(made).replace(b"\x01\x13\x40", b"\x01\x08\x42\x01\x40")
    done = by_script(base64.b64encode(final).decode(), tmp_path, "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert "signed and final already" in done.stderr
    assert psbt.decode(final).signed == made.signed  # and is what the server takes


def test_every_door_takes_every_wrapping(desk: Desk, tmp_path: Path) -> None:
    payout_id, operator = desk.generate(desk.win()), Operator(desk.world.app)
    whole = psbt.write(psbt.decode(by_libsecp(desk.payout(payout_id).psbt)))
    names = ("binary", "hex", "wrapped by Windows, UTF-16 LE", "walletprocesspsbt, with a mark", "in a mail's quotes")
    for name in names:
        given = taken(whole)[name]
        _unsign(desk, payout_id)
        file = tmp_path / "signed.psbt"
        file.write_bytes(given)
        runner = desk.world.app.test_cli_runner()
        done = runner.invoke(args=["payouts", "upload", str(payout_id), str(file), "--operator", "olga"])
        assert (done.exit_code, desk.state(payout_id)) == (0, "signed"), name
        _unsign(desk, payout_id)
        operator.post(f"/admin/payouts/{payout_id}/sign", data={"file": (BytesIO(given), "signed.psbt")})
        assert desk.state(payout_id) == "signed", name
    for name in ("base64", "walletprocesspsbt", "in a mail's quotes", "wrapped", "hex"):
        text = taken(whole)[name].decode()
        for pasted in (True, False):
            _unsign(desk, payout_id)
            if pasted:
                operator.post(f"/admin/payouts/{payout_id}/sign", data={"psbt": text})
            else:
                desk.world.app.test_client().patch(
                    f"/api/admin/payout-psbts/{payout_id}", json={"psbt": text}, auth=AUTH
                )
            assert desk.state(payout_id) == "signed", (name, pasted)


def test_a_wallets_answer_is_a_body_as_it_stands(desk: Desk) -> None:
    payout_id = desk.generate(desk.win())
    made = psbt.decode(by_libsecp(desk.payout(payout_id).psbt))
    path = f"/api/admin/payout-psbts/{payout_id}"
    for body in (
        {"psbt": psbt.encode(made), "complete": True, "hex": made.signed.hex()},
        {"hex": made.signed.hex(), "complete": True},
    ):
        _unsign(desk, payout_id)
        answer = desk.world.app.test_client().patch(path, json=body, auth=AUTH)
        assert (answer.status_code, answer.json["state"]) == (200, "signed")
    db.session.rollback()
    missing = desk.world.app.test_client().patch(path, json={"complete": True}, auth=AUTH)
    assert [part["code"] for part in missing.json["errors"]] == ["psbt_missing"]
    db.session.rollback()
    picture = desk.world.app.test_client().patch(path, json={"psbt": "iVBORw0KGgoAAAANSUhEUgAA"}, auth=AUTH)
    assert "a picture (PNG)" in picture.text


def _unsign(desk: Desk, payout_id: UUID) -> None:
    """Back to the draft, so that the next upload is seen to do something."""
    from sqlalchemy import text

    db.session.rollback()
    db.session.execute(text("UPDATE payouts SET state = 'draft', signed_tx = NULL WHERE id = :id"), {"id": payout_id})
    db.session.commit()


def test_a_secret_is_not_sent_back_and_is_said_to_be_lost(desk: Desk) -> None:
    """Neither by the page nor in what is kept; numbered words that are not told for a seed are not sent back either."""
    payout_id, operator = desk.generate(desk.win()), Operator(desk.world.app)
    numbered = " ".join(f"{at}. {word}" for at, word in enumerate(SEED.split(), 1))
    for given, is_told in ((SEED, True), (f"\n {SEED} \n", True), (ACCOUNT_PRIVATE_KEY, True), (numbered, False)):
        page = operator.post(f"/admin/payouts/{payout_id}/sign", {"psbt": given})
        assert page.status_code == 422
        assert ("consider it lost" in page.text) is is_told, given
        assert ("abandon" in page.text, ACCOUNT_PRIVATE_KEY in page.text) == (False, False), given
    assert desk.offer(payout_id, SEED) == ["psbt_secret"]
    db.session.rollback()
    kept = db.session.scalar(text("SELECT string_agg(detail::text, ' ') FROM audit_entries"))
    assert ("abandon" in kept, "words of a seed" in kept) == (False, True)
    wrong = operator.post(f"/admin/payouts/{payout_id}/sign", {"psbt": desk.payout(payout_id).psbt})
    assert "This PSBT is not signed" in wrong.text
    assert re.search(r'<textarea[^>]*id="psbt"[^>]*>\s*cHNidP8', wrong.text), "what is a PSBT stays in its field"
