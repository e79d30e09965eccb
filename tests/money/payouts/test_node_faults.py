"""What the node says of a payout, rightly or wrongly, or not at all: the state follows, the money does not move."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from app.chain.deposits import service as deposits
from app.chain.node import client as node_client
from app.chain.node.client import GuardedClient
from app.chain.node.rpc import NodeFailure
from app.chain.scan import spends
from app.core.database.session import db, transaction
from app.core.dependencies.breaker import breaker
from app.core.errors import DomainError
from app.core.ports import places
from app.money.payouts import jobs, queries, service
from app.money.payouts.drafts import fees
from app.record.audit.models import Alarm
from dev.node.process import NodeProcess
from tests.factories.coins import find, signer_secret, spend, tweaked
from tests.factories.node_proxy import Answer, NodeProxy, proxied, with_result

from .conftest import Desk

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


@pytest.fixture
def proxy(desk: Desk, node: NodeProcess) -> Iterator[NodeProxy]:
    """The application asks the node through this, and waits for half a second at most; the world begins later."""
    with proxied(node) as proxy:
        places().held[node_client.NODE] = GuardedClient(proxy.url, timeout=(0.5, 0.5))
        yield proxy
        del places().held[node_client.NODE]


def open_alarms(code: str) -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Alarm).where(Alarm.code == code, Alarm.closed_at.is_(None))).all())


def refusing(code: int, message: str) -> Any:
    """`sendrawtransaction` is an error and does nothing, though `testmempoolaccept` was content."""

    def instead(request: Any) -> Answer:
        if isinstance(request, dict) and request["method"] == "testmempoolaccept":
            content = [{"txid": "", "wtxid": "", "allowed": True}]
            return 200, json.dumps({"id": request["id"], "result": content, "error": None}).encode()
        if isinstance(request, dict) and request["method"] == "sendrawtransaction":
            reply = {"id": request["id"], "result": None, "error": {"code": code, "message": message}}
            return 500, json.dumps(reply).encode()
        return None

    return instead


def forgetting(txid: str) -> Any:
    """A node that has dropped one transaction from its mempool."""

    def one(request: Any, reply: Any) -> Any:
        if request["method"] == "getmempoolentry" and request["params"][0] == txid:
            return {**reply, "result": None, "error": {"code": -5, "message": "Transaction not in mempool"}}
        if request["method"] == "gettxout" and request["params"][0] == txid:
            return {**reply, "result": None, "error": None}
        if request["method"] == "gettxout":
            return {**reply, "result": {"value": 1}, "error": None}
        return reply

    def fault(request: Any, truth: tuple[int, bytes]) -> Answer:
        replies = json.loads(truth[1])
        if isinstance(request, list):
            changed: Any = [one(asked, reply) for asked, reply in zip(request, replies, strict=True)]
        else:
            changed = one(request, replies)
        return 200, json.dumps(changed).encode()

    return fault


def test_the_node_answers_late_or_never_or_twice(desk: Desk, proxy: NodeProxy) -> None:
    payout_id = desk.generate(desk.win())
    desk.upload(payout_id)

    def too_late(request: Any, truth: tuple[int, bytes]) -> Answer:
        if isinstance(request, dict) and request["method"] == "sendrawtransaction":
            time.sleep(1.2)
        return truth

    proxy.fault = too_late
    assert desk.broadcast(payout_id) == "unknown"
    assert open_alarms("payout_unknown") == 1
    breaker("node").close()  # some seconds later
    proxy.fault = forgetting(desk.txid(payout_id))
    assert desk.refresh(payout_id) == "unknown"  # not found is not unpaid
    with pytest.raises(DomainError, match="payout_may_be_mined"):
        desk.cancel(payout_id)
    proxy.fault = lambda request, truth: None
    with pytest.raises(NodeFailure):
        desk.refresh(payout_id)
    assert jobs.refresh() == 0
    assert desk.state(payout_id) == "unknown"
    proxy.fault = None
    assert jobs.refresh() == 1
    assert desk.state(payout_id) == "broadcast"
    assert open_alarms("payout_unknown") == 0
    with pytest.raises(DomainError, match="payout_state_refused"):
        desk.broadcast(payout_id)  # once is enough
    assert desk.world.breaches() == []


@pytest.mark.parametrize(
    ("code", "message"),
    [(-27, "Transaction outputs already in utxo set"), (-26, "txn-already-known"), (-26, "txn-already-in-mempool")],
)
def test_already_known_is_success(desk: Desk, proxy: NodeProxy, code: int, message: str) -> None:
    payout_id = desk.generate(desk.win())
    desk.upload(payout_id)
    proxy.instead = refusing(code, message)
    assert desk.broadcast(payout_id) == "broadcast"


def test_what_was_evicted_is_signed_again_and_a_later_refusal_proves_nothing(desk: Desk, proxy: NodeProxy) -> None:
    payout_id = desk.sent(desk.win())
    proxy.fault = forgetting(desk.txid(payout_id))
    assert desk.refresh(payout_id) == "signed"
    assert open_alarms("payout_evicted") == 1
    for code, message in ((-26, "min relay fee not met"), (-25, "bad-txns-inputs-missingorspent"), (-3, "no string")):
        proxy.instead = refusing(code, message)
        with pytest.raises(DomainError, match=r"payout_(refused_by_node|not_sent)") as refused:
            desk.broadcast(payout_id)
        assert message in str(refused.value.params["reason"])
        assert desk.state(payout_id) == "signed"
        with pytest.raises(DomainError, match="payout_may_be_mined"):  # somebody else's node may still have it
            desk.cancel(payout_id)
    proxy.fault = proxy.instead = None
    assert desk.broadcast(payout_id) == "broadcast"
    assert open_alarms("payout_evicted") == 0
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    assert desk.world.breaches() == []


def test_a_node_that_was_never_reached(desk: Desk) -> None:
    payout_id = desk.generate(desk.win())
    desk.upload(payout_id)
    places().held[node_client.NODE] = GuardedClient("http://any:body@127.0.0.1:1", timeout=(0.2, 0.2))
    with pytest.raises(DomainError, match="payout_not_sent"):
        desk.broadcast(payout_id)
    assert desk.state(payout_id) == "signed"
    del places().held[node_client.NODE]
    assert desk.broadcast(payout_id) == "broadcast"


def test_an_unplanned_spend_freezes_until_it_is_explained(desk: Desk) -> None:
    """Somebody with the signer's key takes the coin of a signed payout."""
    number = desk.win()
    payout_id = desk.generate(number)
    desk.upload(payout_id)
    coin = queries.inputs_of(payout_id)[0]
    with transaction():
        address = deposits.account_key().reserve_address(0)
    taken = find(desk.world.node, coin.txid[::-1].hex(), address, tweaked(signer_secret(0, 0), b""))
    desk.world.node.call("sendrawtransaction", spend([taken], [(OTHERS, taken.sats - 5_000)]).raw.hex())
    desk.world.mine()
    assert open_alarms("unplanned_spend") == 1
    for verb in (lambda: desk.broadcast(payout_id), lambda: desk.offer(payout_id, "x")):
        with pytest.raises(DomainError, match="payouts_frozen"):
            verb()
    with transaction():
        with pytest.raises(DomainError, match="reason_missing"):
            service.explain_spend(spends.unexplained()[0].id, "operator:olga", " ")
        service.explain_spend(spends.unexplained()[0].id, "operator:olga", "the key was stolen; a new one is made")
    assert not service.is_frozen()
    assert open_alarms("unplanned_spend") == 0
    with pytest.raises(DomainError, match="payout_would_be_refused") as refused:
        desk.broadcast(payout_id)
    assert "is spent already" in str(refused.value.params["why"])
    desk.cancel(payout_id)  # nothing of it was ever sent
    desk.bury()
    assert desk.balance("jackpot", f"rounds-{number}") == 1_000_000
    assert desk.balance("unexplained") == taken.sats  # the loss stays in sight
    again = desk.sent(number)
    assert again != payout_id
    desk.bury()
    assert desk.state(again) == "confirmed"
    assert desk.world.breaches() == []


def test_the_fee_is_the_nodes_estimate_within_limits(desk: Desk, proxy: NodeProxy) -> None:
    places().held[node_client.QUICK_NODE] = GuardedClient(proxy.url, timeout=(0.5, 0.5))
    db.session.rollback()

    def estimated(answer: Any) -> int:
        proxy.fault = with_result(lambda _: answer, "estimatesmartfee")
        return fees.estimate()

    planned = current_app.config["SETTINGS"].planning_fee_rate * 1_000
    try:
        assert estimated({"feerate": 0.00012345, "blocks": 6}) == 12_345
        assert estimated({"feerate": 0.5}) == 200_000
        assert estimated({"feerate": 0.00000001}) == 1_000
        for useless in (
            {"errors": ["Insufficient data"]},
            {"feerate": -1},
            {"feerate": 7},
            {"feerate": True},
            [],
            None,
        ):
            assert estimated(useless) == planned
        proxy.fault = lambda request, truth: None
        assert fees.estimate() == planned  # a node that is away keeps nobody from drafting
    finally:
        del places().held[node_client.QUICK_NODE]
