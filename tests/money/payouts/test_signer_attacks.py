"""A server that is not ours any more drafts what it likes: what the signer's script shows, and what it refuses.

Each draft is a payout of the product, altered; the script is used as a program. What the honest server says of the same
when it comes back signed stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.chain.deposits import commitment
from app.chain.deposits import service as deposits
from app.core.database.session import transaction
from app.money.payouts import queries
from app.money.payouts.sent import replacing
from app.money.payouts.signed import psbt
from app.money.payouts.signed.psbt import KeySource, Transaction, TxOut
from tests import scripts
from tests.settings import ACCOUNT_PRIVATE_KEY

from .conftest import Desk
from .signers import ORIGIN, SCRIPT, by_libsecp, by_script
from .test_signing import functions

FINGERPRINT = bytes.fromhex(ORIGIN[1:9])
ACCOUNT = (86 | 2**31, 1 | 2**31, 2**31)
KEY_LINE = f"{ORIGIN}{ACCOUNT_PRIVATE_KEY}"
THIEF = b"\x51\x20" + b"\x07" * 32


def our_output(sats: int, branch: int, index: int, script: bytes | None = None) -> TxOut:
    """An output to a plain address of the account, truly described; or to another script, falsely."""
    key = deposits.account_key()
    internal = key.internal_key(branch, index)
    source = KeySource(bytes(internal), FINGERPRINT, (*ACCOUNT, branch, index))
    return TxOut(sats, script or commitment.script_pubkey(commitment.output_key(internal)), source)


@pytest.fixture
def payout_id(desk: Desk) -> UUID:
    return desk.generate(desk.win())


@pytest.fixture
def made(payout_id: UUID) -> Transaction:
    """The payout with all that its signer needs: one jackpot, three outputs of change, its fee's cap."""
    with transaction():
        payout = queries.payout(payout_id)
        read = replacing._with_keys(payout, psbt.decode(payout.psbt))
        assert read.fee_cap == payout.fee_cap_sats
    return read


def change(made: Transaction, out: TxOut) -> Transaction:
    """The first output of change, replaced."""
    at = next(index for index, one in enumerate(made.outputs) if one.key)
    outputs = list(made.outputs)
    outputs[at] = replace(out, sats=out.sats or outputs[at].sats)
    return replace(made, outputs=tuple(outputs))


ELSEWHERE: dict[str, tuple[Callable[[], TxOut], str]] = {
    "a branch that nobody watches": (lambda: our_output(0, 99, 9), "/99/9, where the house does not look"),
    "the highest number of all": (lambda: our_output(0, 0, 2**31 - 1), "/0/2147483647, beyond number 100000"),
    "the first number beyond": (lambda: our_output(0, 0, 100_001), "beyond number 100000"),
    "the key of a round": (lambda: our_output(0, 1, 1), "/1/1, where the house does not look"),
    "the key of another game": (lambda: our_output(0, 2, 7), "/2/7, where the house does not look"),
    "another script": (lambda: our_output(0, 0, 5, THIEF), "pays another script"),
}


def test_change_that_comes_back_to_where_nobody_looks(
    desk: Desk, payout_id: UUID, made: Transaction, tmp_path: Path
) -> None:
    for name, (make, words) in ELSEWHERE.items():
        altered = change(made, make())
        done = by_script(psbt.encode(altered), tmp_path, "--yes")
        assert (done.returncode, done.stdout) == (2, ""), name
        assert words in done.stderr
        offered = desk.offer(payout_id, by_libsecp(psbt.encode(altered)))
        assert offered == ["psbt_output_missing", "psbt_output_added"], name


def test_a_hardened_number_and_another_account_are_not_change(made: Transaction, tmp_path: Path) -> None:
    """The signer has these keys, the server's public one does not lead there."""
    script = functions()
    signer = script.read_key(KEY_LINE)
    for path, words in (((*ACCOUNT, 0, 5 | 2**31), "/0/5'"), ((*ACCOUNT, 0), "/0'/0"), ((*ACCOUNT, 0, 0, 0), "/0/0/0")):
        secret = signer.secret_at(FINGERPRINT, path)
        internal = script.bytes_of(script.public_point(secret)[0])
        plain = script.script_of(script.tweaked(secret, b""))
        altered = change(made, TxOut(0, plain, KeySource(internal, FINGERPRINT, path)))
        done = by_script(psbt.encode(altered), tmp_path, "--yes")
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr


def test_a_number_beyond_the_range_needs_to_be_told(made: Transaction, tmp_path: Path) -> None:
    altered = psbt.encode(change(made, our_output(0, 0, 150_000)))
    assert by_script(altered, tmp_path, "--yes").returncode == 2
    done = by_script(altered, tmp_path, "--yes", "--change-range", "200000")
    assert done.returncode == 0, done.stderr
    assert "(m/86'/1'/0'/0/150000)" in done.stderr
    highest = psbt.encode(change(made, our_output(0, 0, 100_000)))
    assert by_script(highest, tmp_path, "--yes").returncode == 0


def test_change_without_a_word_about_it_is_shown_as_a_payment(made: Transaction, tmp_path: Path) -> None:
    stolen = change(made, TxOut(0, THIEF))
    done = by_script(psbt.encode(stolen), tmp_path, "--yes")
    assert (done.returncode, done.stderr.count("PAYS"), done.stderr.count("back")) == (0, 2, 2)
    strange = change(made, replace(our_output(0, 0, 5, THIEF), key=KeySource(bytes(31) + b"\x01", b"else", (1, 2))))
    assert by_script(psbt.encode(strange), tmp_path, "--yes").stderr.count("PAYS") == 2
    added = replace(made, outputs=(*made.outputs, TxOut(500, THIEF)))
    assert psbt.decode(psbt.encode(added)).outputs[-1].sats == 500
    assert by_script(psbt.encode(_paid_for(added, 500)), tmp_path, "--yes").stderr.count("PAYS") == 2


def _paid_for(made: Transaction, sats: int) -> Transaction:
    """So much less change, so that the fee stays as it was."""
    at = next(index for index, one in enumerate(made.outputs) if one.key)
    outputs = list(made.outputs)
    outputs[at] = replace(outputs[at], sats=outputs[at].sats - sats)
    return replace(made, outputs=tuple(outputs))


def test_a_huge_fee_out_of_the_change_needs_to_be_agreed_to(
    desk: Desk, payout_id: UUID, made: Transaction, tmp_path: Path
) -> None:
    """Beyond the cap that the payout carries; or, where the server raised or left out the cap, beyond two others."""
    cap = made.fee_cap or 0
    fee = sum(put.sats for put in made.inputs) - sum(out.sats for out in made.outputs)
    above = _paid_for(made, cap - fee + 1)
    for altered, words in (
        (above, f"above the {cap} sats that this payout may cost"),
        (replace(_paid_for(made, 30_000_000), fee_cap=2**50), "above 1000 sats per virtual byte"),
        (replace(_paid_for(made, 30_000_000), fee_cap=None), "above 1000 sats per virtual byte"),
        (replace(_paid_for(made, 100_001 - fee), fee_cap=None), "above a tenth of the sum"),
    ):
        text = psbt.encode(altered)
        is_fee = sum(put.sats for put in altered.inputs) - sum(out.sats for out in altered.outputs)
        done = by_script(text, tmp_path, "--yes")
        assert (done.returncode, done.stdout) == (2, ""), words
        assert f"the fee of {is_fee} sats is {words}; if that is meant, say --max-fee {is_fee}" in done.stderr
        assert by_script(text, tmp_path, "--yes", "--max-fee", str(is_fee - 1)).returncode == 2
        assert by_script(text, tmp_path, "--yes", "--max-fee", str(is_fee)).returncode == 0
        offered = desk.offer(payout_id, by_libsecp(text))
        assert "psbt_amount_differs" in offered
    assert "psbt_fee_above_cap" in desk.offer(payout_id, by_libsecp(psbt.encode(above)))
    assert by_script(psbt.encode(_paid_for(made, cap - fee)), tmp_path, "--yes").returncode == 0  # exactly the cap
    assert (
        by_script(psbt.encode(replace(_paid_for(made, 100_000 - fee), fee_cap=None)), tmp_path, "--yes").returncode == 0
    )


def test_coins_said_to_be_worth_less_make_a_worthless_signature(desk: Desk, made: Transaction, tmp_path: Path) -> None:
    """Lying about amounts hides a fee from the eye, and from nobody else: signatures commit to what was said."""
    robbed = _paid_for(made, 20_000_000)
    lying = replace(
        robbed, inputs=(replace(robbed.inputs[0], sats=robbed.inputs[0].sats - 20_000_000), *robbed.inputs[1:])
    )
    done = by_script(psbt.encode(lying), tmp_path, "--yes")
    assert done.returncode == 0
    raw = psbt.decode(done.stdout).signed
    (verdict,) = desk.world.node.call("testmempoolaccept", [raw.hex()], 0)
    assert not verdict["allowed"]
    assert "Invalid Schnorr signature" in verdict["reject-reason"]


def test_what_cannot_be_a_payout_is_not_signed(made: Transaction, tmp_path: Path) -> None:
    first = made.inputs[0]
    for altered, words in (
        (replace(made, inputs=(*made.inputs, first)), "a coin is spent twice"),
        (replace(made, outputs=(*made.outputs, TxOut(2**63 - 1, THIEF))), "no such amount"),
        (replace(made, outputs=(*made.outputs, TxOut(2_000_000_000_000_000, THIEF))), "more than the coins"),
        (replace(made, inputs=(replace(first, script=b"\x00\x14" + bytes(20)), *made.inputs[1:])), "not a taproot"),
        (replace(made, inputs=(replace(first, script=THIEF), *made.inputs[1:])), "does not follow from its key"),
        (replace(made, inputs=(replace(first, key=None), *made.inputs[1:])), "is not this key's"),
        (change(made, TxOut(0, THIEF, KeySource(bytes(32), FINGERPRINT, (1,) * 300))), "longer than any of ours"),
    ):
        done = by_script(psbt.encode(altered), tmp_path, "--yes")
        assert (done.returncode, done.stdout) == (2, ""), words
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_a_late_payout_says_so(made: Transaction, tmp_path: Path) -> None:
    done = by_script(psbt.encode(replace(made, locktime=900_000)), tmp_path, "--yes")
    assert re.search(r"not to be mined before 900000", done.stderr)


def test_key_files_of_other_systems(made: Transaction, tmp_path: Path) -> None:
    source = tmp_path / "draft.psbt"
    source.write_bytes(psbt.write(made))
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le"):
        key = tmp_path / "key"
        key.write_bytes((KEY_LINE + "\r\n").encode(encoding))
        done = scripts.run(SCRIPT.name, str(source), "--key", str(key), "--network", "regtest", "--yes")
        assert done.returncode == 0, done.stderr
