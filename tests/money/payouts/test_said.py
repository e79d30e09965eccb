"""What the public log is told of a payout: each step with its transaction, and nothing of whom it concerns."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from app.core.database.session import db
from app.money.payouts import queries
from app.money.payouts.sent import said
from app.money.payouts.sent.checks import payouts_are_said
from app.record.audit.leaves import STEPS
from app.record.log import queries as public_log

from .conftest import Desk
from .signers import by_libsecp


def told(payout_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Details by step."""
    db.session.rollback()
    found: dict[str, list[dict[str, Any]]] = {}
    for leaf in public_log.leaves_of_kinds((*STEPS, "payout.mined")):
        if leaf.subject == f"payout:{payout_id}":
            found.setdefault(leaf.kind.removeprefix("payout."), []).append(json.loads(leaf.data)["detail"])
    return found


def test_the_steps_are_known_to_the_audit() -> None:
    assert {f"payout.{step}" for step in said.STEPS} == STEPS


def test_each_step_is_told_with_its_transaction(desk: Desk) -> None:
    site, number = desk.won(edge_percent=10)
    desk.make_payable(site)
    first = desk.generate(number, with_balances=True)
    (draft,) = told(first)["generated"]
    assert {name: draft[name] for name in ("txid", "kind", "root", "replaces")} == {
        "txid": desk.txid(first),
        "kind": "rounds" if desk.payout(first).kind == "rounds" else "round",
        "root": str(first),
        "replaces": None,
    }
    assert draft["outputs"] == [[row.kind, row.sats] for row in queries.outputs_of(first)]
    assert draft["feeSats"] == desk.payout(first).fee_sats
    desk.upload(first)
    desk.broadcast(first)
    assert told(first).keys() == {"generated", "signed", "broadcasting"}
    second = desk.bump(first, 20_000)
    assert told(first)["replaced"] == [{"txid": desk.txid(first), "by": str(second)}]
    assert told(second)["generated"][0]["replaces"] == str(first)
    desk.upload(second)
    desk.broadcast(second)
    desk.bury()
    assert told(second).keys() == {"generated", "signed", "broadcasting", "mined", "confirmed"}
    assert desk.world.breaches() == []
    everything = "".join(leaf.data for leaf in public_log.leaves_of_kinds(STEPS))
    for private in ("olga", "ada", site.name, "due", "slow", *(row.address for row in queries.outputs_of(second))):
        # As a word, for some id among many holds "ada" by chance.
        assert not private or not re.search(rf"\b{re.escape(private)}\b", everything), private


def test_what_is_given_up_is_told(desk: Desk) -> None:
    payout_id = desk.generate(desk.win())
    desk.cancel(payout_id)
    assert told(payout_id)["cancelled"] == [{"txid": desk.txid(payout_id)}]
    assert desk.world.breaches() == []


FORGED = {
    "a payout that was never told": (
        "DELETE FROM log_leaves WHERE kind = 'payout.generated' AND subject = 'payout:{second}'",
        "its draft was not said",
    ),
    "another amount than was told": (
        "UPDATE payouts SET fee_sats = fee_sats + 1 WHERE id = '{first}'",
        "its draft was not said, or otherwise",
    ),
    "a signature that was not told": (
        "DELETE FROM log_leaves WHERE kind = 'payout.signed' AND subject = 'payout:{first}'",
        "that it was signed was not said",
    ),
    "another transaction": ("UPDATE payouts SET txid = sha256(txid) WHERE id = '{first}'", "another transaction"),
    "an end that was not told": (
        "UPDATE payouts SET state = 'cancelled', live = false WHERE id = '{second}'",
        "that it is cancelled was not said",
    ),
    "a payout that is told and not there": (
        (
            "UPDATE log_leaves SET subject = 'payout:0190a000-0000-7000-8000-000000000001' "
            "WHERE kind = 'payout.signed' AND subject = 'payout:{first}'"
        ),
        "the log tells of it, and there is none",
    ),
}


@pytest.fixture
def two(desk: Desk) -> tuple[Desk, dict[str, UUID]]:
    """One payout that was signed, and a draft."""
    first = desk.generate(desk.win())
    desk.upload(first)
    desk.broadcast(first)
    desk.bury()
    second = desk.generate(desk.win(player="bob"))
    return desk, {"first": first, "second": second}


def test_what_differs_is_named(two: tuple[Desk, dict[str, UUID]]) -> None:
    desk, payouts = two
    assert desk.world.breaches() == []
    for name, (forgery, why) in FORGED.items():
        session = db.session
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in ("log_leaves", "log_entries") if "log_leaves" in forgery else ("",):
            session.execute(text(forgery.format(**payouts).replace("log_leaves", table)))
        session.expire_all()
        assert any(why in f"{breach}" for breach in payouts_are_said()), name
        session.rollback()
    assert payouts_are_said() == []


def test_a_step_costs_no_statement_more(desk: Desk) -> None:
    """The leaf is a part of the statement that writes the audit's entry."""
    payout_id = desk.generate(desk.win())
    signed = by_libsecp(desk.payout(payout_id).psbt)
    heard: Counter[str] = Counter()

    def hear(*arguments: Any) -> None:
        heard["log_leaves" if "log_leaves" in arguments[2] else "others"] += 1
        assert "log_leaves" not in arguments[2] or "audit_entries" in arguments[2]

    db.session.rollback()
    engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        desk.offer(payout_id, signed)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    assert heard["log_leaves"] == 1
