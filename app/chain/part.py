"""What the chain hands over to the product, and what to do about each of its alarms."""

from __future__ import annotations

from typing import Final

from flask import Flask

from app.core.jobs.queue import CHAIN_QUEUE, PeriodicJob
from app.record.audit.kinds import AlarmKind
from app.record.part import Part

from . import acts, checks, jobs
from .deposits import service as deposits
from .deposits.keys import setting_problems

_ALARM_KINDS: Final = (
    AlarmKind(
        "node_away",
        "The Bitcoin node does not answer",
        "Look whether the node runs and whether BITCOIN_RPC_URL still leads to it. Nothing is lost meanwhile: "
        "orders wait, and blocks are read when it is back. The alarm closes by itself.",
    ),
    AlarmKind(
        "reorganised_below_start",
        "The chain changed below our first block",
        "Stop sales, and find out which chain the node follows: another network, or a restored database with "
        "another node, looks like this. Do not go on before node and database agree about the first block.",
    ),
    AlarmKind(
        "unplanned_spend",
        "A coin of ours was spent, and no payout planned it",
        "If nobody can say at once who spent it, treat the signer's key as stolen and move what is left. Otherwise "
        "explain the spend on the page of payouts; payouts are frozen until then.",
    ),
)


def _refuse_a_useless_key(app: Flask) -> None:
    """A key that cannot be used is refused at start, not at the first order."""
    with app.app_context():
        deposits.account_key()


PART: Final = Part(
    periodic_jobs=(PeriodicJob("chain.scan", jobs.scan, 2, CHAIN_QUEUE),),
    audit_checks=checks.CHECKS,
    alarm_kinds=_ALARM_KINDS,
    acts=acts.ACTS,
    bookings=acts.BOOKINGS,
    settings_checks=(setting_problems,),
    starting=(_refuse_a_useless_key,),
)
