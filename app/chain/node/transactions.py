"""One transaction's outputs, read from its bytes."""

from __future__ import annotations

from dataclasses import dataclass

from .blocks import Inputs, Outputs, read_transaction


@dataclass(frozen=True, slots=True)
class Output:
    """One output: `txid` in internal byte order, `amount_sats` as the transaction says."""

    txid: bytes
    vout: int
    amount_sats: int
    script: bytes


def outputs_of(raw: bytes, txid: bytes) -> list[Output]:
    """The outputs of a transaction, those of no sats too.

    Raises:
        MalformedBlock: the bytes are no transaction, or not the one of that id.
    """
    outputs, inputs = Outputs(), Inputs()
    read_transaction(raw, txid, outputs, inputs)
    return [
        Output(txid, vout, value, script)
        for vout, value, script in zip(outputs.vouts, outputs.values, outputs.scripts, strict=True)
    ]
