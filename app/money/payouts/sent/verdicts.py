"""What the node thinks of a transaction: before it is sent, and from its answer when it is. Asks, and decides nothing.

Three answers must never be taken for one another. *Taken*: the node has it. *Refused*: the node looked at it and put it
nowhere. *Silence*: nobody knows, and the transaction may be mined any moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.chain.node import client as node
from app.chain.node import rpc

_ALREADY_IN_CHAIN: Final = -27
_ALREADY: Final = ("txn-already-in-mempool", "txn-already-known", "txn-same-nonwitness-data-in-mempool")
# The transaction could not be decoded; it was checked and failed, with or without a reason of the mempool's.
_REFUSALS: Final = frozenset({-22, -25, -26})
# The call itself was wrong or unknown, so that no transaction was looked at.
_NEVER_LOOKED: Final = frozenset({-3, -8, -31, -32600, -32601, -32602})


class Answer(Enum):
    """What became of a transaction that was handed to the node."""

    TAKEN = "taken"
    REFUSED = "refused"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer, and the node's words where it did not take the transaction."""

    answer: Answer
    reason: str = ""


def send(raw: bytes) -> Verdict:
    """Hand a transaction to the node."""
    try:
        node.client().call("sendrawtransaction", raw.hex(), 0)
    except rpc.NodeError as error:
        return _of_error(error)
    except rpc.NodeUnavailable as error:
        return Verdict(Answer.UNKNOWN if error.maybe_done else Answer.NOT_SENT, str(error))
    return Verdict(Answer.TAKEN)


def _of_error(error: rpc.NodeError) -> Verdict:
    """An error of the node's own. One that we do not know may have come after the transaction was taken."""
    if error.code == _ALREADY_IN_CHAIN or any(known in error.message for known in _ALREADY):
        return Verdict(Answer.TAKEN)
    if error.code in _REFUSALS:
        return Verdict(Answer.REFUSED, error.message)
    return Verdict(Answer.NOT_SENT if error.code in _NEVER_LOOKED else Answer.UNKNOWN, str(error))


def refusal_of(raw: bytes) -> str:
    """Why the node would refuse a transaction now; empty if it would take it, or has it already.

    Raises:
        rpc.NodeFailure: the node gave no usable answer.
    """
    try:
        answers = node.client().call("testmempoolaccept", [raw.hex()], 0)
    except rpc.NodeError as error:
        if error.code in _REFUSALS:
            return error.message
        raise
    verdict = answers[0] if isinstance(answers, list) and len(answers) == 1 else None
    if not isinstance(verdict, dict) or not isinstance(verdict.get("allowed"), bool):
        raise rpc.NodeUnavailable("the node's answer has the wrong shape")
    if verdict["allowed"]:
        return ""
    reason = str(verdict.get("reject-reason", "no reason given"))
    return "" if reason.startswith(_ALREADY) else str(verdict.get("reject-details", reason))
