"""What may enter the mempool: context-free consensus checks and Bitcoin Core 30's relay policy."""

from __future__ import annotations

from dev.node.scripts import pushes, script_type, witness_program
from dev.node.transactions import NULL_OUTPOINT, Transaction

MAX_MONEY = 21_000_000 * 100_000_000
MIN_RELAY_RATE = 100  # sats per 1,000 vbytes
INCREMENTAL_RATE = 100
DUST_RATE = 3_000
MAX_WEIGHT = 400_000
ANCESTOR_LIMIT = DESCENDANT_LIMIT = 25
MAX_REPLACED = 100


class Rejected(Exception):
    """The mempool refuses a transaction: bitcoind's reject reason, and details where it gives them."""

    def __init__(self, reason: str, detail: str = "", missing_inputs: bool = False) -> None:
        super().__init__(f"{reason}, {detail}" if detail else reason)
        self.reason = reason
        self.missing_inputs = missing_inputs


def fee_at(rate: int, vsize: int) -> int:
    """Sats for `vsize` at `rate` sats per 1,000 vbytes, rounded up."""
    return (rate * vsize + 999) // 1000


def money(sats: int) -> str:
    """An amount inside a message: at least two decimals, no trailing zeros."""
    whole, rest = divmod(abs(sats), 100_000_000)
    decimals = f"{rest:08d}".rstrip("0").ljust(2, "0")
    return f"{'-' if sats < 0 else ''}{whole}.{decimals}"


def check_consensus(tx: Transaction) -> None:
    """Everything wrong with a transaction by itself, in Core's order."""
    if not tx.vin:
        raise Rejected("bad-txns-vin-empty")
    if not tx.vout:
        raise Rejected("bad-txns-vout-empty")
    if len(tx.stripped) * 4 > 4_000_000:
        raise Rejected("bad-txns-oversize")
    total = 0
    for out in tx.vout:
        total += out.value
        if out.value < 0:
            raise Rejected("bad-txns-vout-negative")
        if out.value > MAX_MONEY:
            raise Rejected("bad-txns-vout-toolarge")
        if total > MAX_MONEY:
            raise Rejected("bad-txns-txouttotal-toolarge")
    if len({put.prevout for put in tx.vin}) != len(tx.vin):
        raise Rejected("bad-txns-inputs-duplicate")
    if tx.is_coinbase:
        raise Rejected("bad-cb-length" if not 2 <= len(tx.vin[0].script) <= 100 else "coinbase")
    if any(put.prevout == NULL_OUTPOINT for put in tx.vin):
        raise Rejected("bad-txns-prevout-null")


def dust_threshold(script: bytes) -> int:
    if script[:1] == b"\x6a" or len(script) > 10_000:
        return 0
    spend = 67 if witness_program(script) is not None else 148
    return fee_at(DUST_RATE, 8 + 1 + len(script) + spend)


def check_standard(tx: Transaction) -> None:
    if not 1 <= tx.version <= 3:
        raise Rejected("version")
    if tx.weight > MAX_WEIGHT:
        raise Rejected("tx-size")
    for put in tx.vin:
        if len(put.script) > 1650:
            raise Rejected("scriptsig-size")
        if pushes(put.script) is None:
            raise Rejected("scriptsig-not-pushonly")
    for out in tx.vout:
        if script_type(out.script) == "nonstandard":
            raise Rejected("scriptpubkey")
        if out.value < dust_threshold(out.script):
            raise Rejected("dust")
    if len(tx.stripped) < 65:
        raise Rejected("tx-size-small")


def script_failure(script: bytes, witness: tuple[bytes, ...]) -> str:
    """The most telling text for a failed script: the library tells that it failed, not why."""
    program = witness_program(script)
    if program is None:
        return "unknown error"
    if not witness:
        return "Witness program was passed an empty witness"
    if program[0] == 1 and len(witness) == 1:
        sound = len(witness[0]) in (64, 65)
        return "Invalid Schnorr signature" if sound else "Invalid Schnorr signature size"
    if program[0] == 0 and len(program[1]) == 20:
        return "Signature must be zero for failed CHECK(MULTI)SIG operation"
    return "Witness program hash mismatch"
