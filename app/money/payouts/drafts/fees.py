"""What miners ask: the node's estimate within the operator's limits. Asked before the transaction, never inside one."""

from __future__ import annotations

import math
from decimal import Decimal

import structlog

from app.chain.node import client as node
from app.chain.node import rpc
from app.core.config import current_settings
from app.core.database.session import end_reading
from app.money.payouts import rules

log = structlog.get_logger()

_TARGET_BLOCKS = 6
_KILO = 1_000


def limits() -> tuple[int, int]:
    """The least and the most a payout may offer, in sat per 1,000 virtual bytes."""
    return current_settings().payout_fee_floor * _KILO, current_settings().payout_fee_cap * _KILO


def sweep_rate() -> int:
    """What a sweep offers: it has time. In sat per 1,000 virtual bytes."""
    floor, cap = limits()
    return rules.clamp_rate(current_settings().payout_sweep_fee_rate * _KILO, floor, cap)


def estimate() -> int:
    """The rate at which a payout is offered, in sat per 1,000 virtual bytes.

    A node without an estimate, as on a quiet chain, or a node that does not answer, leaves the planning rate: the
    transaction can be signed meanwhile, and bumped if it was too little.
    """
    end_reading()
    floor, cap = limits()
    return rules.clamp_rate(_asked() or current_settings().planning_fee_rate * _KILO, floor, cap)


def _asked() -> int | None:
    try:
        answer = node.quick_client().call("estimatesmartfee", _TARGET_BLOCKS)
    except rpc.NodeFailure as error:
        log.warning("no_fee_estimate", reason=str(error))
        return None
    rate = answer.get("feerate") if isinstance(answer, dict) else None
    if isinstance(rate, bool) or not isinstance(rate, int | Decimal) or not 0 < rate <= 1:
        return None
    return math.ceil(Decimal(rate).scaleb(8))  # the node says BTC per 1,000 virtual bytes
