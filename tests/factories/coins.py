"""Transactions by hand: a purse whose coins can be double-spent, and the signer's own key for our addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from btclib_wallet.bip32 import bip32
from coincurve import PrivateKey

from app.chain.deposits.addresses import parse_address
from app.core.money import btc_string
from dev.node import keys
from dev.node.chainstate import Coin
from dev.node.encoding import Amount  # noqa: F401  (loads the encoding that the node's types need)
from dev.node.process import NodeProcess
from dev.node.transactions import Transaction, TxIn, TxOut, outpoint, parse_transaction
from tests.settings import ACCOUNT_PRIVATE_KEY

FEE_SATS = 1_000


def signer_secret(branch: int, index: int) -> bytes:
    """What the signer derives for an internal key; the application never has it."""
    derived = bip32.derive(ACCOUNT_PRIVATE_KEY, f"m/{branch}/{index}")
    return bip32.BIP32KeyData.b58decode(derived).key[1:]


def tweaked(secret: bytes, merkle_root: bytes) -> PrivateKey:
    """BIP 341: the private key of an output whose internal key is `secret` and which commits to `merkle_root`."""
    public = PrivateKey(secret).public_key.format()
    number = int.from_bytes(secret, "big")
    if public[0] == 3:
        number = keys.ORDER - number
    tweak = int.from_bytes(keys.tagged_hash("TapTweak", public[1:] + merkle_root), "big")
    return PrivateKey(((number + tweak) % keys.ORDER).to_bytes(32, "big"))


@dataclass(frozen=True)
class Unspent:
    """An output and the key that spends it."""

    txid: str
    vout: int
    sats: int
    script: bytes
    key: PrivateKey

    @property
    def outpoint(self) -> bytes:
        return outpoint(bytes.fromhex(self.txid)[::-1], self.vout)


def spend(coins: Sequence[Unspent], outputs: Sequence[tuple[str, int]]) -> Transaction:
    """A signed transaction of `coins` to (address, sats) pairs; the rest is fee."""
    vin = tuple(TxIn(coin.outpoint, b"", 0xFFFFFFFD) for coin in coins)
    vout = tuple(TxOut(sats, parse_address(address, "regtest")) for address, sats in outputs)
    unsigned = Transaction(2, vin, vout)
    spent = [Coin(coin.sats, coin.script, 0, False) for coin in coins]
    digests = [keys.taproot_digest(unsigned, at, spent) for at in range(len(coins))]
    witness = tuple((coin.key.sign_schnorr(digest),) for coin, digest in zip(coins, digests, strict=True))
    return Transaction(2, vin, vout, 0, witness)


def find(node: NodeProcess, txid: str, address: str, key: PrivateKey) -> Unspent:
    """The output of a transaction in the mempool that pays to `address`."""
    script = parse_address(address, "regtest")
    outputs = parse_transaction(bytes.fromhex(node.call("getrawtransaction", txid))).vout
    at = next(number for number, output in enumerate(outputs) if output.script == script)
    return Unspent(txid, at, outputs[at].value, script, key)


class Purse:
    """Somebody else's coins, with which a payment can be made and taken back by paying another way."""

    def __init__(self, node: NodeProcess) -> None:
        from app.chain.deposits.commitment import p2tr_address

        self.node = node
        self.key = PrivateKey()
        self.address = p2tr_address(self.key.public_key.format()[1:], "regtest")

    def fill(self, sats: int) -> Unspent:
        """A new coin of the purse, still unconfirmed."""
        txid = self.node.call("sendtoaddress", self.address, btc_string(sats))
        return find(self.node, txid, self.address, self.key)
