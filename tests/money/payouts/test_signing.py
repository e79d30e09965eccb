"""A payout is signed by any of four: our script, libsecp256k1, and two libraries of wallets that share none of it."""

from __future__ import annotations

import importlib.util
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from btclib_wallet.psbt import Psbt
from coincurve import PrivateKey, PublicKeyXOnly
from embit import bip39 as embit_bip39
from embit.bip32 import HDKey
from hypothesis import given, settings
from hypothesis import strategies as some

from app.chain.deposits import commitment
from app.chain.deposits import service as deposits
from app.chain.models import ReserveAddress
from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.money.payouts import queries, service
from app.money.payouts.drafts import generation, staleness
from app.money.payouts.drafts.coins import reserve_source
from app.money.payouts.signed import psbt, upload
from app.money.payouts.signed.psbt import KeySource
from dev.environment import REGTEST_PRIVATE_VERSION
from tests import scripts
from tests.settings import ACCOUNT_PRIVATE_KEY, EXPLORE

from .conftest import OPERATOR, RATE, Desk
from .signers import MASTER, ORIGIN, SCRIPT, Signer, by_btclib, by_embit, by_libsecp, by_script, key_file


@cache
def functions() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sign_payout", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sign_payout"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def script() -> ModuleType:
    """The script's functions; it is used as a program everywhere else."""
    return functions()


@pytest.mark.parametrize("signer", [by_embit, by_btclib, by_libsecp])
def test_a_payout_signed_elsewhere_is_taken_and_mined(desk: Desk, signer: Signer) -> None:
    payout_id = desk.generate(desk.win(), rate=60_000)
    desk.upload(payout_id, signer)
    assert desk.broadcast(payout_id) == "broadcast"
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    assert desk.world.breaches() == []


def test_keys_beyond_the_first_thousand(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the reserve and of a round, each spent in one transaction, signed in every way."""
    with transaction():
        key = deposits.account_key()
        output = key.reserve_output_key(1_500)
        reserve = ReserveAddress(
            key_index=1_500, script_pubkey=commitment.script_pubkey(output), address=key.reserve_address(1_500)
        )
        db.session.add(reserve)
        internal = deposits.internal_key_of("rounds", 1_234)
        deposit = deposits.create("rounds", 1_234, internal, {"orderId": str(new_id())}).address
        address = reserve.address
    number = desk.win()
    desk.world.send(address, 300_000_000)
    desk.world.send(deposit, 400_000_000)
    desk.world.mine(4)
    monkeypatch.setitem(staleness.DEBTS_CHECKS.get(), "elsewhere", lambda source_id, *, thorough: [])
    with transaction():
        # More than the reserve has, so that the round's coin must be spent as well.
        site = queries.due_obligations("rounds", str(number))[0].partner_site_id
        service.owe("jackpot", "elsewhere", "1234", site, queries.due_obligations()[0].address, 600_000_000)
        payout_id = generation.for_round("elsewhere", "1234", RATE, OPERATOR)[0].id
    unsigned = desk.payout(payout_id).psbt
    paths = {str(path) for path in _paths(unsigned)}
    assert {str((0, 1_500)), str((1, 1_234))} <= paths
    for signer in (by_embit, by_btclib, lambda text: by_script(text, tmp_path, "--yes").stdout):
        desk.upload(payout_id, signer)
    assert desk.broadcast(payout_id) == "broadcast"


def _paths(unsigned: str) -> list[tuple[int, ...]]:
    return [
        tuple(origin.der_path[-2:])
        for fields in Psbt.b64decode(unsigned).inputs
        for _, origin in fields.taproot_hd_key_paths.values()
    ]


def _made_up(inputs: int) -> psbt.Transaction:
    """A transaction of coins that nobody has, of the signer's own keys."""
    account = HDKey.from_string(ACCOUNT_PRIVATE_KEY)
    puts = []
    for number in range(inputs):
        internal = account.derive([1, number % 20]).key.get_public_key().xonly()
        root = number.to_bytes(32, "big")
        source = KeySource(internal, bytes.fromhex(ORIGIN[1:9]), (86 | 2**31, 1 | 2**31, 2**31, 1, number % 20))
        output = commitment.script_pubkey(commitment.output_key(internal, root))
        puts.append(psbt.TxIn(bytes([number % 256]) * 32, number, 0xFFFFFFFD, 50_000, output, source, root))
    return psbt.Transaction(tuple(puts), (psbt.TxOut(inputs * 50_000 - 4_000, puts[0].script),))


COINS = 300 if EXPLORE else 40


@pytest.mark.slow
def test_hundreds_of_coins_are_signed_offline(tmp_path: Path) -> None:
    made = _made_up(COINS)
    began = time.monotonic()
    done = by_script(psbt.encode(made), tmp_path, "--yes")
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < COINS / 3
    signed = psbt.decode(done.stdout)
    for index, put in enumerate(signed.inputs):
        assert PublicKeyXOnly(put.script[2:]).verify(put.signature, made.digest(index))


def test_the_script_asks_first_and_names_what_it_pays(tmp_path: Path) -> None:
    made = psbt.encode(_made_up(2))
    source = tmp_path / "file.psbt"
    source.write_bytes(psbt.write(_made_up(2)))
    words = (str(source), "--key", str(key_file(tmp_path)), "--network", "regtest")
    refused = scripts.run(SCRIPT.name, *words, told="no\n")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "PAYS            96000 sats to bcrt1p" in refused.stderr
    agreed = scripts.run(SCRIPT.name, *words, told="yes\n")
    assert agreed.returncode == 0
    assert all(len(put.signature) == 64 for put in psbt.decode(agreed.stdout).inputs)
    assert by_script(made, tmp_path, "--yes", "--max-fee", "100").returncode == 2
    assert by_script("no psbt", tmp_path, "--yes").returncode == 2


def test_the_script_says_what_it_signed_and_for_which_network(tmp_path: Path) -> None:
    made, out = replace(_made_up(2), network="regtest"), tmp_path / "s.psbt"
    (tmp_path / "file.psbt").write_bytes(psbt.write(made))
    words = [str(tmp_path / "file.psbt"), "--key", str(key_file(tmp_path)), "--yes"]

    def said(*options: str) -> tuple[int, str]:
        done = scripts.run(SCRIPT.name, *words, *options)
        return done.returncode, done.stderr

    code, told = said("--out", str(out))
    assert (code, told.splitlines()[-1]) == (0, f"Signed 2 of 2 inputs, written to {out}")
    assert " sats to bcrt1p" in told, "as the PSBT says"
    before = out.read_text()
    assert said("--out", str(out)) == (
        2,
        f"sign_payout: {out} is there already, and is overwritten only with --force\n",
    )
    assert out.read_text() == before
    assert said("--out", str(out), "--force")[0] == 0
    code, told = said("--network", "main")
    assert (code, "--network says main, and its keys' paths (m/86'/1'/0') are for test networks" in told) == (2, True)
    assert said("--nonsense")[1].endswith("; --help says how it is called\n")
    words[0] = str(tmp_path / "none")
    assert said() == (2, f"sign_payout: {tmp_path / 'none'}: No such file or directory\n")


def test_the_script_signs_nothing_of_others_and_nothing_altered(tmp_path: Path, script: ModuleType) -> None:
    signer = script.read_key(f"{ORIGIN}{ACCOUNT_PRIVATE_KEY}")
    made = _made_up(2)
    other = replace(made.inputs[1], merkle_root=bytes(32))
    assert made.inputs[1].key is not None
    stranger = replace(made.inputs[1], key=replace(made.inputs[1].key, fingerprint=bytes(4)))
    elsewhere = replace(made.inputs[1], key=replace(made.inputs[1].key, path=(*made.inputs[1].key.path[:-1], 9)))
    for bad in (other, stranger, elsewhere):
        altered = psbt.write(replace(made, inputs=(made.inputs[0], bad)))
        with pytest.raises(script.Unusable):
            script.output_secrets(script.Psbt(altered), signer)


def test_change_is_recognised_by_deriving_it(desk: Desk, tmp_path: Path) -> None:
    payout_id = desk.generate(desk.win())
    done = by_script(desk.payout(payout_id).psbt, tmp_path, "--yes")
    changes = [row for row in queries.outputs_of(payout_id) if row.kind == "change"]
    assert len(changes) == 3
    assert done.stderr.count("back ") == 3
    assert all(f"back   {row.sats:14d} sats to {row.address}" in done.stderr for row in changes)
    assert reserve_source(changes[0].reserve_key_index or 0).path[-2] == 0


# BIP 340's own vectors: secret key, public key, auxiliary bytes, message, signature.
VECTORS = [
    (
        "0000000000000000000000000000000000000000000000000000000000000003",
        "F9308A019258C31049344F85F89D5229B531C845836F99B08601F113BCE036F9",
        "00" * 32,
        "00" * 32,
        (
            "E907831F80848D1069A5371B402410364BDF1C5F8307B0084C55F1CE2DCA8215"
            "25F66A4A85EA8B71E482A74F382D2CE5EBEEE8FDB2172F477DF4900D310536C0"
        ),
    ),
    (
        "B7E151628AED2A6ABF7158809CF4F3C762E7160F38B4DA56A784D9045190CFEF",
        "DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659",
        "00" * 31 + "01",
        "243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89",
        (
            "6896BD60EEAE296DB48A229FF71DFE071BDE413E6D43F917DC8DCF8C78DE3341"
            "8906D11AC976ABCCB20B091292BFF4EA897EFCB639EA871CFA95F6DE339E4B0A"
        ),
    ),
]


@pytest.mark.parametrize(("secret", "public", "extra", "message", "signature"), VECTORS)
def test_schnorr_signatures_are_those_of_the_standard(
    script: ModuleType, secret: str, public: str, extra: str, message: str, signature: str
) -> None:
    number = int(secret, 16)
    made = script.schnorr_sign(bytes.fromhex(message), number, bytes.fromhex(extra))
    assert made.hex().upper() == signature
    assert script.public_point(number)[0] == int(public, 16)
    assert script.schnorr_verify(bytes.fromhex(message), bytes.fromhex(public), made)
    assert not script.schnorr_verify(bytes(31) + b"\x07", bytes.fromhex(public), made)


@settings(max_examples=15, deadline=None)
@given(some.integers(1, 2**255), some.binary(min_size=32, max_size=32))
def test_schnorr_agrees_with_libsecp256k1(secret: int, message: bytes) -> None:
    module = functions()
    key = PrivateKey(secret.to_bytes(32, "big"))
    assert module.schnorr_sign(message, secret, bytes(32)) == key.sign_schnorr(message, bytes(32))
    assert module.schnorr_verify(message, key.public_key.format()[1:], key.sign_schnorr(message))


def test_key_files(script: ModuleType) -> None:
    words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
    theirs = HDKey.from_seed(embit_bip39.mnemonic_to_seed(words, password="secret"))
    ours = script.read_key(words + "\n", "secret")
    assert ours.fingerprint == theirs.my_fingerprint
    path = (86 | 2**31, 1 | 2**31, 2**31, 1, 7)
    expected = int.from_bytes(theirs.derive(list(path)).key.secret, "big")
    assert ours.secret_at(ours.fingerprint, path) == expected
    master = script.read_key(MASTER)
    account = script.read_key(f"{ORIGIN}{ACCOUNT_PRIVATE_KEY}")
    assert master.secret_at(account.fingerprint, path) == account.secret_at(account.fingerprint, path)
    assert account.secret_at(account.fingerprint, (86 | 2**31, 1 | 2**31, 1 | 2**31, 1, 7)) is None
    assert REGTEST_PRIVATE_VERSION in script.PRIVATE_VERSIONS
    for bad in ("", "abandon " * 11, ACCOUNT_PRIVATE_KEY, f"{ORIGIN[:-1]}/5]{ACCOUNT_PRIVATE_KEY}", MASTER[:-1] + "1"):
        with pytest.raises(script.Unusable):
            script.read_key(bad)


def test_a_signature_over_less_than_everything_is_none(desk: Desk) -> None:
    made = _made_up(1)
    key = PrivateKey()
    signature = key.sign_schnorr(made.digest(0)) + b"\x03"
    assert psbt.hash_type_of(signature) is None
    assert psbt.hash_type_of(signature[:64]) == 0
    assert psbt.hash_type_of(signature[:64] + b"\x01") == 1
    assert psbt.hash_type_of(signature[:64] + b"\x00") is None
    assert not upload._verifies(made, 0, signature)
