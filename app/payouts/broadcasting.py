"""Handing payouts to the node, and asking it what became of them.

The node is asked between two transactions. What is about to be sent is written down before, so that whoever dies in
between leaves a payout that says so; and nothing here ever makes another transaction than the one that was signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select

from app.audit import service as audit
from app.chain import node, rpc
from app.chain import queries as chain
from app.chain.blocks import display
from app.core.db import db, end_reading, transaction
from app.core.errors import DomainError
from app.core.faults import step

from . import impossible, queries, rules, service, staleness, telling
from .models import Payout
from .service import SYSTEM

log = structlog.get_logger()

_MISSING_OR_SPENT, _REFUSED, _ALREADY_IN_CHAIN = -25, -26, -27
_ALREADY = ("txn-already-in-mempool", "txn-already-known", "txn-same-nonwitness-data-in-mempool")
_SENDING_AT_MOST = timedelta(minutes=2)
_ON_ITS_WAY = ("broadcasting", "unknown", "broadcast")


@dataclass(frozen=True, slots=True)
class Sent:
    """What the node said: `state` is the payout's from now on, `reason` the node's words where it refused."""

    state: str
    reason: str = ""


def broadcast(payout_id: UUID, actor: str, reason: str = "") -> Sent:
    """Send a signed payout, or one whose fate is unknown once more: always the same transaction.

    Raises:
        DomainError: 409 `payout_state_refused`, `payouts_frozen`, or why it is stale; 502
            `payout_refused_by_node` with its reason.
        NotFound: there is no such payout.
    """
    end_reading()
    raw, before = _begin(payout_id, actor, reason)
    step("payout.broadcasting")
    sent = _send(raw, before)
    step("payout.sent")
    _finish(payout_id, sent)
    step("payout.told")
    if sent.reason:
        raise DomainError("payout_refused_by_node", status=502, reason=sent.reason[:200])
    return sent


def _begin(payout_id: UUID, actor: str, reason: str) -> tuple[bytes, str]:
    with transaction():
        service.one_at_a_time()
        payout = service.locked(payout_id)
        service.refuse_if_frozen()
        staleness.refuse_if_stale(payout)
        before, raw = payout.state, payout.signed_tx
        moment = payout.broadcast_at or func.clock_timestamp()
        service.move(payout, rules.ALLOWED_FROM["broadcast"], "broadcasting", broadcast_at=moment)
        service.note(payout, actor, "broadcasting", reason)
        if raw is None:
            raise DomainError("payout_not_signed", status=409)
        return raw, before


def _send(raw: bytes, before: str) -> Sent:
    """Ask the node to take it. A refusal leaves what was known before; silence leaves it unknown."""
    try:
        node.client().call("sendrawtransaction", raw.hex(), 0)
    except rpc.NodeError as error:
        if error.code == _ALREADY_IN_CHAIN or any(known in error.message for known in _ALREADY):
            return Sent("broadcast")
        return Sent(before, f"{error.code}: {error.message}")
    except rpc.NodeUnavailable as error:
        return Sent("unknown") if error.maybe_done else Sent(before, str(error))
    return Sent("broadcast")


def _finish(payout_id: UUID, sent: Sent) -> None:
    """Only a payout that still waits for this answer takes it: the scanner may have been faster."""
    with transaction():
        payout = service.locked(payout_id)
        if payout.state == "broadcasting" or (payout.state == "unknown" and sent.state == "broadcast"):
            _settle(payout, sent.state, sent.reason)


def _settle(payout: Payout, state: str, reason: str = "") -> None:
    """Write down what the node said of a payout that is on its way."""
    service.move(payout, frozenset({payout.state}), state)
    service.note(payout, SYSTEM, state if not reason else "refused_by_node", reason[:200])
    subject, txid = f"payout:{payout.id}", display(payout.txid)
    if state == "unknown":
        audit.raise_alarm("payout_unknown", subject, txid=txid)
    else:
        audit.close_alarm("payout_unknown", subject)
    if state == "broadcast":
        audit.close_alarm("payout_evicted", subject)
        telling.tell("payout.broadcast", payout)


def ask(payout_id: UUID) -> str:
    """What an operator's *Refresh* does: `refresh`, and a look for what excludes a payout that lost its coins."""
    impossible.look(payout_id)
    return refresh(payout_id)


def refresh(payout_id: UUID) -> str:
    """Ask the node about a payout that is on its way; its state afterwards. Sends nothing, decides nothing else.

    Found is `broadcast`; not found is `unknown`, never unpaid. Only a payout that was known to be in the mempool, is
    there no more, and all of whose coins nobody spends, was evicted: it is `signed` again.

    Raises:
        rpc.NodeFailure: the node gave no usable answer; nothing has changed.
        NotFound: there is no such payout.
    """
    end_reading()
    with transaction():
        payout = queries.payout(payout_id)
        state, confirmed = payout.state, queries.confirmation_of(payout_id) is not None
        question = _Question.of(payout)
    if state not in _ON_ITS_WAY or confirmed:
        return state
    found, untouched = question.ask()
    with transaction():
        payout = service.locked(payout_id)
        if payout.state != state or queries.confirmation_of(payout_id) is not None:
            return payout.state  # somebody knew more meanwhile
        after = "broadcast" if found else "signed" if state == "broadcast" and untouched else "unknown"
        if after != state:
            _settle(payout, after)
            if after == "signed":
                audit.raise_alarm("payout_evicted", f"payout:{payout.id}", txid=display(payout.txid))
        return after


@dataclass(frozen=True, slots=True)
class _Question:
    """What the node is asked about one transaction."""

    txid: str
    outputs: int
    inputs: Sequence[tuple[str, int]]
    tip: tuple[int, str]

    @classmethod
    def of(cls, payout: Payout) -> _Question:
        cursor = chain.cursor()
        inputs = [(display(row.txid), row.vout) for row in queries.inputs_of(payout.id)]
        tip = (cursor.height, display(cursor.hash)) if cursor else (0, "")
        return cls(display(payout.txid), len(queries.outputs_of(payout.id)), inputs, tip)

    def ask(self) -> tuple[bool, bool]:
        """Whether the node has the transaction, in mempool or chain, and whether all its coins are still unspent there.

        The second is only certain while node and scanner agree on the tip, so it is False otherwise.
        """
        client = node.client()
        answers = client.batch(
            [("getmempoolentry", [self.txid])] + [("gettxout", [self.txid, at, True]) for at in range(self.outputs)]
        )
        found = any(isinstance(answer, dict) for answer in answers)
        coins = client.batch([("gettxout", [txid, vout, True]) for txid, vout in self.inputs])
        untouched = all(isinstance(coin, dict) for coin in coins)
        return found, untouched and rpc.tip(client) == self.tip


def on_their_way() -> list[UUID]:
    """Payouts to ask the node about: sent and not in a block, or begun to be sent so long ago that nobody still is."""
    begun = func.clock_timestamp() - _SENDING_AT_MOST
    query = select(Payout.id).where(
        Payout.state.in_(_ON_ITS_WAY), (Payout.state != "broadcasting") | (Payout.state_changed_at < begun)
    )
    with transaction():
        rows = db.session.scalars(query.order_by(Payout.id)).all()
        return [row for row in rows if queries.confirmation_of(row) is None]
