"""Four ways to sign a payout: the product's own script, and three that share no code with it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from btclib_wallet.bip32 import bip32
from btclib_wallet.psbt import Psbt
from btclib_wallet.psbt_signer import SoftwareSigner
from embit.bip32 import HDKey
from embit.psbt import PSBT as EmbitPsbt

from app.money.payouts.signed import psbt
from dev.environment import REGTEST_PRIVATE_VERSION
from tests import scripts
from tests.factories.coins import signer_secret, tweaked
from tests.settings import ACCOUNT_KEY, ACCOUNT_PRIVATE_KEY

TOP = Path(__file__).resolve().parents[3]
SCRIPT = TOP / "utilities/bin/sign_payout.py"
ORIGIN = ACCOUNT_KEY.partition("]")[0] + "]"

MASTER = bip32.rootxprv_from_seed(bytes(range(32)), REGTEST_PRIVATE_VERSION)
"""The master key above the account that the tests' settings name."""

Signer = Callable[[str], str]


def key_file(folder: Path) -> Path:
    """As the demo keeps its signer's key."""
    file = folder / "signing-key"
    file.write_text(f"{ORIGIN}{ACCOUNT_PRIVATE_KEY}\n")
    return file


def by_script(unsigned: str, folder: Path, *options: str) -> scripts.Done:
    """`sign_payout.py`, as it is published."""
    source = folder / "unsigned.psbt"
    source.write_text(unsigned)
    words = (str(source), "--key", str(key_file(folder)), "--network", "regtest")
    return scripts.run(SCRIPT.name, *words, *options)


def by_libsecp(unsigned: str) -> str:
    """libsecp256k1 and the fields of the PSBT; the quickest, for tests of everything else."""
    transaction = psbt.decode(unsigned)
    fields = Psbt.b64decode(unsigned).inputs
    signed = []
    for index, put in enumerate(transaction.inputs):
        ((_, origin),) = fields[index].taproot_hd_key_paths.values()
        key = tweaked(_secret(*origin.der_path[-2:]), fields[index].taproot_merkle_root)
        signed.append(replace(put, signature=key.sign_schnorr(transaction.digest(index))))
    return psbt.encode(replace(transaction, inputs=tuple(signed)))


@cache
def _secret(branch: int, index: int) -> bytes:
    return signer_secret(branch, index)


def by_embit(unsigned: str) -> str:
    """embit, given the master key: it looks for its coins by fingerprint and path."""
    request = EmbitPsbt.parse(base64.b64decode(unsigned))
    master = HDKey.from_string(MASTER)
    assert request.sign_with(master) == len(request.inputs)
    return str(request.to_string())


def by_btclib(unsigned: str) -> str:
    """btclib-wallet, given the master key, which fingerprints must name."""
    return SoftwareSigner(MASTER).sign_psbt(Psbt.b64decode(unsigned)).b64encode()
