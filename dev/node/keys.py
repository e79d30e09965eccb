"""The development wallet's keys: BIP 32 from one seed, BIP 84 and BIP 86 addresses, signatures for both."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Sequence
from functools import lru_cache

from coincurve import PrivateKey, PublicKey

from dev.node.chainstate import Coin
from dev.node.scripts import hash160
from dev.node.transactions import Transaction, sha256d, var_bytes

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
HARDENED = 0x80000000
KINDS = {"bech32": 84, "bech32m": 86}
RECEIVE, CHANGE = 0, 1


def tagged_hash(tag: str, data: bytes) -> bytes:
    prefix = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(prefix + prefix + data).digest()


def _child(secret: bytes, chain_code: bytes, index: int) -> tuple[bytes, bytes]:
    public = PrivateKey(secret).public_key.format()
    data = (b"\x00" + secret if index >= HARDENED else public) + struct.pack(">I", index)
    digest = hmac.new(chain_code, data, hashlib.sha512).digest()
    total = (int.from_bytes(digest[:32], "big") + int.from_bytes(secret, "big")) % ORDER
    return total.to_bytes(32, "big"), digest[32:]


class KeyChain:
    """m/84'/1'/0' and m/86'/1'/0' under one seed."""

    def __init__(self, seed: bytes) -> None:
        digest = hmac.new(b"Bitcoin seed", seed, hashlib.sha512).digest()
        self._branches: dict[tuple[str, int], tuple[bytes, bytes]] = {}
        for kind, purpose in KINDS.items():
            account = (digest[:32], digest[32:])
            for step in (purpose | HARDENED, 1 | HARDENED, HARDENED):
                account = _child(*account, step)
            for branch in (RECEIVE, CHANGE):
                self._branches[kind, branch] = _child(*account, branch)

    def secret(self, kind: str, branch: int, index: int) -> bytes:
        return _child(*self._branches[kind, branch], index)[0]

    def script(self, kind: str, branch: int, index: int) -> bytes:
        public = PrivateKey(self.secret(kind, branch, index)).public_key
        if kind == "bech32":
            return b"\x00\x14" + hash160(public.format())
        return b"\x51\x20" + taproot_output_key(public)


def taproot_output_key(public: PublicKey) -> bytes:
    """The x-only key of an output that only its key can spend."""
    internal = public.format()[1:]
    even = PublicKey(b"\x02" + internal)
    return even.add(tagged_hash("TapTweak", internal)).format()[1:]


def _taproot_secret(secret: bytes) -> PrivateKey:
    public = PrivateKey(secret).public_key.format()
    number = int.from_bytes(secret, "big")
    if public[0] == 3:
        number = ORDER - number
    tweak = int.from_bytes(tagged_hash("TapTweak", public[1:]), "big")
    return PrivateKey(((number + tweak) % ORDER).to_bytes(32, "big"))


@lru_cache(maxsize=4)
def _segwit_midstate(tx: Transaction) -> tuple[bytes, bytes, bytes]:
    prevouts = b"".join(put.prevout for put in tx.vin)
    sequences = b"".join(put.sequence.to_bytes(4, "little") for put in tx.vin)
    outputs = b"".join(struct.pack("<q", out.value) + var_bytes(out.script) for out in tx.vout)
    return prevouts, sequences, outputs


def witness_v0_digest(tx: Transaction, index: int, coin: Coin) -> bytes:
    """What a P2WPKH input signs, SIGHASH_ALL (BIP 143)."""
    prevouts, sequences, outputs = _segwit_midstate(tx)
    put = tx.vin[index]
    code = b"\x76\xa9\x14" + coin.script[2:] + b"\x88\xac"
    return sha256d(
        struct.pack("<I", tx.version)
        + sha256d(prevouts)
        + sha256d(sequences)
        + put.prevout
        + var_bytes(code)
        + struct.pack("<q", coin.value)
        + put.sequence.to_bytes(4, "little")
        + sha256d(outputs)
        + struct.pack("<II", tx.locktime, 1)
    )


def taproot_digest(tx: Transaction, index: int, coins: Sequence[Coin]) -> bytes:
    """What a key-path input signs, SIGHASH_DEFAULT (BIP 341)."""
    prevouts, sequences, outputs = _segwit_midstate(tx)
    amounts = b"".join(struct.pack("<q", coin.value) for coin in coins)
    scripts = b"".join(var_bytes(coin.script) for coin in coins)
    hashes = b"".join(hashlib.sha256(part).digest() for part in (prevouts, amounts, scripts, sequences, outputs))
    message = b"\x00\x00" + struct.pack("<II", tx.version, tx.locktime) + hashes + b"\x00" + struct.pack("<I", index)
    return tagged_hash("TapSighash", message)


def sign(tx: Transaction, coins: Sequence[Coin], secrets: Sequence[bytes]) -> Transaction:
    """The transaction with every input signed by its key."""
    witness: list[tuple[bytes, ...]] = []
    for i, (coin, secret) in enumerate(zip(coins, secrets, strict=True)):
        if coin.script[0] == 0:
            key = PrivateKey(secret)
            signature = key.sign(witness_v0_digest(tx, i, coin), hasher=None) + b"\x01"
            witness.append((signature, key.public_key.format()))
        else:
            witness.append((_taproot_secret(secret).sign_schnorr(taproot_digest(tx, i, coins)),))
    return Transaction(tx.version, tx.vin, tx.vout, tx.locktime, tuple(witness))
