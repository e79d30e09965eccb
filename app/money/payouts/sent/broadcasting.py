"""Handing payouts to the node, and asking it what became of them.

The node is asked between two transactions. What is about to be sent is written down before, so that whoever dies in
between leaves a payout that says so; and nothing here ever makes another transaction than the one that was signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select

from app.chain import queries as chain
from app.chain.node import client as node
from app.chain.node import rpc
from app.chain.node.blocks import MalformedBlock, display
from app.chain.node.transactions import outputs_of
from app.core.database.session import db, end_reading, transaction
from app.core.errors import DomainError
from app.core.faults import step
from app.money.payouts import messages, queries, rules, service
from app.money.payouts.drafts import staleness
from app.money.payouts.models import Payout
from app.money.payouts.service import SYSTEM
from app.record.audit import service as audit

from . import confirming, impossible, telling, verdicts
from .verdicts import Answer, Verdict

log = structlog.get_logger()

_SENDING_AT_MOST = timedelta(minutes=2)
_ON_ITS_WAY = ("broadcasting", "unknown", "broadcast")


@dataclass(frozen=True, slots=True)
class _Begun:
    """A try: what is sent, the state before, whether it is the first of all, and the moment by which one knows it."""

    raw: bytes
    before: str
    is_first: bool
    moment: datetime


def broadcast(payout_id: UUID, actor: str, reason: str = "") -> str:
    """Send a signed payout, or one whose fate is unknown once more: always the same transaction. Its state afterwards.

    What the node would refuse is not sent. What it refuses all the same, at the first try, is `refused`: nothing of it
    was sent, and what it was to pay is due again. A later refusal proves nothing of the tries before.

    Raises:
        DomainError: 409 `payout_state_refused`, `payouts_frozen`, or why it is stale; 409 `payout_would_be_refused`, or
            502 `payout_refused_by_node`, with the node's reason; 503 `payout_not_sent`, the node could not be asked.
        NotFound: there is no such payout.
    """
    end_reading()
    _refuse_if_the_node_would(_may_be_sent(payout_id))
    begun = _begin(payout_id, actor, reason)
    step("payout.broadcasting")
    verdict = verdicts.send(begun.raw)
    step("payout.sent")
    state = _finish(payout_id, begun, verdict)
    step("payout.told")
    if verdict.answer is Answer.REFUSED:
        raise DomainError("payout_refused_by_node", status=502, **messages.in_words(verdict.reason))
    if verdict.answer is Answer.NOT_SENT:
        raise DomainError("payout_not_sent", status=503, reason=verdict.reason[:200])
    return state


def _may_be_sent(payout_id: UUID) -> bytes:
    with transaction():
        service.one_at_a_time()  # whoever gives it up meanwhile would leave rows that are not its any more
        raw = _sendable(service.locked(payout_id))
    with transaction():
        staleness.refuse_if_not_as_sealed(queries.payout(payout_id))
    return raw


def _sendable(payout: Payout) -> bytes:
    """Raises DomainError: nothing may be sent, or not this."""
    service.refuse_if_frozen()
    staleness.refuse_if_stale(payout)
    if payout.state not in rules.ALLOWED_FROM["broadcast"]:
        raise DomainError("payout_state_refused", status=409, state=payout.state, wanted="broadcasting")
    if payout.signed_tx is None:
        raise DomainError("payout_not_signed", status=409)
    if not _is_as_meant(payout, payout.signed_tx):
        raise DomainError("payout_damaged", status=409)
    return payout.signed_tx


def _is_as_meant(payout: Payout, raw: bytes) -> bool:
    """Whether what goes out is the transaction whose outputs were meant, whatever was written beside it since."""
    try:
        outputs = [(put.amount_sats, put.script) for put in outputs_of(raw, payout.txid)]
    except MalformedBlock:
        return False
    return outputs == [(row.sats, row.script) for row in queries.outputs_of(payout.id)]


def _refuse_if_the_node_would(raw: bytes) -> None:
    try:
        refusal = verdicts.refusal_of(raw)
    except rpc.NodeFailure as error:
        raise DomainError("payout_not_sent", status=503, reason=str(error)[:200]) from None
    if refusal:
        raise DomainError("payout_would_be_refused", status=409, **messages.in_words(refusal))


def _begin(payout_id: UUID, actor: str, reason: str) -> _Begun:
    with transaction():
        service.one_at_a_time()
        payout = service.locked(payout_id)
        raw, before, is_first = _sendable(payout), payout.state, payout.broadcast_at is None
        moment = payout.broadcast_at or func.clock_timestamp()
        service.move(payout, rules.ALLOWED_FROM["broadcast"], "broadcasting", broadcast_at=moment)
        service.note(payout, actor, "broadcasting", reason)
        return _Begun(raw, before, is_first, payout.state_changed_at)


def _finish(payout_id: UUID, begun: _Begun, verdict: Verdict) -> str:
    """Only a payout that still waits for this answer takes it: scanner or *Refresh* may have been faster."""
    with transaction():
        tip = service.one_at_a_time()
        payout = service.locked(payout_id)
        if verdict.answer is Answer.TAKEN:
            if payout.state in ("broadcasting", "unknown"):
                _settle(payout, "broadcast")
        elif payout.state != "broadcasting" or payout.state_changed_at != begun.moment:
            pass  # another try is under way, or more is known
        elif verdict.answer is Answer.UNKNOWN:
            _settle(payout, "unknown")
        elif not begun.is_first:
            _settle(payout, begun.before, verdict.reason)
        elif verdict.answer is Answer.REFUSED:
            _refused(payout, verdict.reason, tip)
        else:
            _settle(payout, begun.before, verdict.reason, broadcast_at=None)
        return payout.state


def _refused(payout: Payout, reason: str, tip: int) -> None:
    """The node looked at it and did not take it, and no other was asked: what it was to pay is due again.

    A signed copy may be with the signer all the same, so its anchor holds as that of a payout which was given up.
    """
    service.note(payout, SYSTEM, "refused_by_node", reason[:200])
    service.move(payout, frozenset({"broadcasting"}), "refused", broadcast_at=None, refusal=reason[:500] or "no reason")
    service.quieten(payout)
    earlier = impossible.earlier_version(payout, tip)
    if earlier is not None:
        confirming.fall_back(payout, earlier, SYSTEM, f"refused by the node: {reason[:200]}")
    else:
        confirming.give_back(payout, SYSTEM, f"refused by the node: {reason[:200]}")


def _settle(payout: Payout, state: str, reason: str = "", **values: object) -> None:
    """Write down what the node said of a payout that is on its way."""
    service.move(payout, frozenset({payout.state}), state, **values)
    service.note(payout, SYSTEM, state if not reason else "not_taken", reason[:200])
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
