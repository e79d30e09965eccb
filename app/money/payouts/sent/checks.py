"""What the public log says of payouts is what they are, both ways."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.checks import Breach
from app.core.database.session import db
from app.money.payouts.models import Payout, PayoutOutput
from app.record.log import queries as public_log

from . import said

Steps = Mapping[str, Sequence[Mapping[str, Any]]]


def payouts_are_said() -> list[Breach]:
    """Every payout since the first one that was told has its draft in the log as it is, its signing and its end; and
    the log tells of no payout that is not there, or of another transaction."""
    told = _told()
    drafts = [identifier for identifier, steps in told.items() if "generated" in steps]
    first = min(drafts, default=None)
    rows = {row.id: row for row in db.session.scalars(select(Payout).where(Payout.id.in_(told)))}
    if first is not None:
        rows |= {row.id: row for row in db.session.scalars(select(Payout).where(Payout.id >= first))}
    outputs = _outputs(list(rows))
    found = [
        Breach("payouts.log", f"{identifier}: the log tells of it, and there is none")
        for identifier in sorted(told.keys() - rows.keys())
    ]
    for row in rows.values():
        is_whole = first is not None and row.id >= first
        problems = _wrong(row, outputs[row.id], told.get(row.id, {}), is_whole=is_whole)
        found += [Breach("payouts.log", f"{row.id}: {why}") for why in problems]
    return found


def _told() -> dict[UUID, dict[str, list[Mapping[str, Any]]]]:
    """What was said, by payout and step."""
    told: dict[UUID, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for leaf, count in public_log.leaves_of_kinds(f"payout.{step}" for step in said.STEPS).items():
        step, identifier = leaf.kind.removeprefix("payout."), UUID(leaf.subject.removeprefix("payout:"))
        told[identifier][step] += [json.loads(leaf.data)["detail"]] * count
    return told


def _outputs(payouts: Sequence[UUID]) -> Mapping[UUID, list[PayoutOutput]]:
    found: dict[UUID, list[PayoutOutput]] = defaultdict(list)
    for row in db.session.scalars(select(PayoutOutput).where(PayoutOutput.payout_id.in_(payouts))):
        found[row.payout_id].append(row)
    return found


def _wrong(payout: Payout, outputs: Sequence[PayoutOutput], steps: Steps, *, is_whole: bool) -> Iterator[str]:
    """`is_whole`: it was drafted since drafts are told."""
    txid = payout.txid[::-1].hex()
    if any(one["txid"] != txid for all_ in steps.values() for one in all_):
        yield "the log tells of another transaction"
    if not is_whole:
        return
    if list(steps.get("generated", ())) != [said.drafted(payout, outputs)]:
        yield "its draft was not said, or otherwise"
    if payout.signed_tx is not None and "signed" not in steps:
        yield "that it was signed was not said"
    if payout.state in said.ENDED and said.ENDED[payout.state].isdisjoint(steps):
        yield f"that it is {payout.state} was not said"
