"""What the node refuses at the first try was never sent: the debt is due again, and never can both be mined."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.chain.node import client as node_client
from app.chain.node.client import GuardedClient
from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ports import places
from app.money.payouts import messages, queries, rules
from app.money.payouts.sent import broadcasting, confirming, verdicts
from app.money.payouts.sent.verdicts import Answer, Verdict
from app.money.payouts.signed import psbt
from dev.node.process import NodeProcess
from tests.factories.node_proxy import Answer as Reply
from tests.factories.node_proxy import NodeProxy, proxied
from tests.settings import OPERATOR_PASSWORD

from .conftest import OPERATOR, Desk
from .test_node_faults import refusing

DEFINITE = [
    (-26, "min relay fee not met, 1 < 2"),
    (-26, "bad-txns-premature-spend-of-coinbase, tried to spend coinbase at depth 99"),
    (-26, "mempool-script-verify-flag-failed (Invalid Schnorr signature)"),
    (-25, "bad-txns-inputs-missingorspent"),
    (-22, "TX decode failed. Make sure the tx has at least one input."),
]


@pytest.fixture
def proxy(desk: Desk, node: NodeProcess) -> Iterator[NodeProxy]:
    """Before the world, which begins with its test, and so with a story."""
    with proxied(node) as proxy:
        places().held[node_client.NODE] = GuardedClient(proxy.url, timeout=(0.5, 0.5))
        yield proxy
        del places().held[node_client.NODE]


def outpoints(payout_id: UUID) -> set[tuple[bytes, int]]:
    db.session.rollback()
    return {(row.txid, row.vout) for row in queries.inputs_of(payout_id)}


def signed(desk: Desk) -> tuple[int, UUID]:
    number = desk.win()
    payout_id = desk.generate(number)
    desk.upload(payout_id)
    return number, payout_id


def refused(desk: Desk, payout_id: UUID, code: str = "payout_refused_by_node") -> DomainError:
    with pytest.raises(DomainError, match=code) as caught:
        desk.broadcast(payout_id)
    return caught.value


def test_a_definite_refusal_makes_the_debt_due_again(desk: Desk, proxy: NodeProxy) -> None:
    number, payout_id = signed(desk)
    before: set[tuple[bytes, int]] = set()
    for code, message in DEFINITE:
        proxy.instead = refusing(code, message)
        error = refused(desk, payout_id)
        assert error.params["reason"] == message
        assert error.params["why"] != "for a reason of its own"
        payout = desk.payout(payout_id)
        assert (payout.state, payout.live, payout.refusal, payout.broadcast_at) == ("refused", False, message, None)
        assert desk.balance("jackpot", f"rounds-{number}") == 1_000_000
        assert desk.total("payout") == 0
        for verb in (lambda: desk.broadcast(payout_id), lambda: desk.cancel(payout_id)):  # noqa: B023
            with pytest.raises(DomainError, match="payout_state_refused"):
                verb()
        assert desk.world.breaches() == []
        again = desk.generate(number)
        assert again != payout_id
        assert outpoints(again) & outpoints(payout_id)  # so that never both are mined
        assert not before or outpoints(again) & before
        before, payout_id = before or outpoints(payout_id), again
        desk.upload(payout_id)
    proxy.fault = proxy.instead = None
    assert desk.broadcast(payout_id) == "broadcast"
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    assert desk.balance("jackpot", f"rounds-{number}") == 0
    assert desk.world.breaches() == []


def test_whoever_kept_a_copy_of_what_was_refused_pays_in_its_place(desk: Desk, proxy: NodeProxy) -> None:
    number, payout_id = signed(desk)
    proxy.instead = refusing(*DEFINITE[0])
    refused(desk, payout_id)
    proxy.fault = proxy.instead = None
    again = desk.generate(number)
    desk.upload(again)
    raw = desk.payout(payout_id).signed_tx
    assert raw is not None
    desk.world.node.call("generateblock", desk.world.miner, [raw.hex()])
    desk.world.scan()
    assert (desk.state(payout_id), desk.state(again)) == ("broadcast", "cancelled")
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    assert desk.balance("jackpot", f"rounds-{number}") == 0
    assert desk.world.breaches() == []


@pytest.mark.parametrize(("code", "message"), [(-1, "std::exception"), (-32603, "internal"), (-7, "out of memory")])
def test_an_error_that_says_nothing_is_unknown(desk: Desk, proxy: NodeProxy, code: int, message: str) -> None:
    _, payout_id = signed(desk)
    proxy.instead = refusing(code, message)
    assert desk.broadcast(payout_id) == "unknown"
    with pytest.raises(DomainError, match="payout_may_be_mined"):
        desk.cancel(payout_id)


def test_what_no_node_has_looked_at_was_not_sent(desk: Desk, proxy: NodeProxy) -> None:
    number, payout_id = signed(desk)
    for code, message in ((-32601, "Method not found"), (-28, "Loading block index..."), (-8, "wrong")):
        proxy.instead = refusing(code, message)
        refused(desk, payout_id, "payout_not_sent")
        payout = desk.payout(payout_id)
        assert (payout.state, payout.broadcast_at) == ("signed", None)
    desk.cancel(payout_id)  # free, for nothing was sent
    assert desk.balance("jackpot", f"rounds-{number}") == 1_000_000
    assert desk.world.breaches() == []


def test_a_refused_replacement_leaves_the_first_where_it_was(desk: Desk, proxy: NodeProxy) -> None:
    first = desk.sent(desk.win())
    second = desk.bump(first, 20_000)
    desk.upload(second)
    proxy.instead = refusing(-26, "insufficient fee, rejecting replacement")
    assert "may not take its place" in str(refused(desk, second).params["why"])
    assert (desk.state(first), desk.state(second)) == ("unknown", "refused")
    proxy.fault = proxy.instead = None
    assert desk.refresh(first) == "broadcast"
    third = desk.bump(first, 20_000)
    desk.upload(third)
    assert desk.broadcast(third) == "broadcast"
    desk.bury()
    assert desk.state(third) == "confirmed"
    assert desk.world.breaches() == []


def test_an_answer_to_an_old_try_decides_nothing_of_a_new_one(desk: Desk) -> None:
    """The first try hangs so long that somebody sends it again; then the first one's refusal comes."""
    _, payout_id = signed(desk)
    begun = broadcasting._begin(payout_id, OPERATOR, "first")
    desk.refresh(payout_id)
    again = broadcasting._begin(payout_id, OPERATOR, "second")
    assert (begun.is_first, again.is_first) == (True, False)
    late = Verdict(Answer.REFUSED, "min relay fee not met")
    assert broadcasting._finish(payout_id, begun, late) == "broadcasting"
    assert broadcasting._finish(payout_id, again, late) == "unknown"
    assert broadcasting._finish(payout_id, begun, Verdict(Answer.TAKEN)) == "broadcast"


def answering(result: Any) -> Any:
    def fault(request: Any, truth: tuple[int, bytes]) -> Reply:
        if isinstance(request, dict) and request["method"] == "testmempoolaccept":
            return 200, json.dumps({"id": request["id"], "result": result, "error": None}).encode()
        assert not isinstance(request, dict) or request["method"] != "sendrawtransaction", "it was sent all the same"
        return truth

    return fault


def test_what_the_node_would_refuse_is_not_sent(desk: Desk, proxy: NodeProxy) -> None:
    _, payout_id = signed(desk)
    for reason, words in (
        ("missing-inputs", "is spent already"),
        ("min relay fee not met", "too low"),
        ("anything", "of its own"),
    ):
        proxy.fault = answering([{"allowed": False, "reject-reason": reason}])
        error = refused(desk, payout_id, "payout_would_be_refused")
        assert error.params["reason"] == reason
        assert words in str(error.params["why"])
    for garbage in ([], {}, None, [{}], [{"allowed": "no"}], [7]):
        proxy.fault = answering(garbage)
        refused(desk, payout_id, "payout_not_sent")
    payout = desk.payout(payout_id)
    assert (payout.state, payout.broadcast_at) == ("signed", None)
    proxy.fault = proxy.instead = None
    desk.world.node.call("sendrawtransaction", (payout.signed_tx or b"").hex())  # the signer was faster
    assert verdicts.refusal_of(payout.signed_tx or b"") == ""
    assert desk.broadcast(payout_id) == "broadcast"


def test_the_node_itself_says_why(desk: Desk) -> None:
    """Not our reading of Bitcoin Core's manual: the node of the tests, asked about payouts that were spoilt."""
    _, payout_id = signed(desk)
    whole = psbt.decode((desk.payout(payout_id).signed_tx or b"").hex())
    first = whole.inputs[0]
    for spoilt, reason in (
        (replace(first, signature=bytes(64)), "mempool-script-verify-flag-failed"),
        (replace(first, vout=77), "missing-inputs"),
    ):
        raw = replace(whole, inputs=(spoilt, *whole.inputs[1:])).signed
        said = verdicts.refusal_of(raw)
        assert messages.in_words(said)["why"] != "for a reason of its own", said
        (answer,) = desk.world.node.call("testmempoolaccept", [raw.hex()])
        assert answer["reject-reason"].startswith(reason)
    assert verdicts.refusal_of(b"\x00")
    assert verdicts.refusal_of(whole.signed) == ""


def test_without_change_the_next_draft_is_another_transaction(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.money.payouts.drafts import generation

    def selected(*arguments: Any) -> rules.Selection:
        found = rules_select(*arguments)
        return rules.Selection(found.coins[:1], found.coins[0].sats - 1_000_000, (), found.vsize)

    rules_select = rules.select
    monkeypatch.setattr(generation.rules, "select", selected)
    number = desk.win()
    first = desk.generate(number)
    desk.cancel(first)
    second = desk.generate(number)
    desk.cancel(second)
    third = desk.generate(number)
    assert len({desk.txid(one) for one in (first, second, third)}) == 3
    assert outpoints(first) == outpoints(second) == outpoints(third)


def test_a_bump_that_was_given_up_is_drafted_again_at_the_same_rate(desk: Desk) -> None:
    first = desk.sent(desk.win())
    second = desk.bump(first, 20_000)
    desk.cancel(second)
    third = desk.bump(first, 20_000)
    assert desk.txid(third) != desk.txid(second)
    desk.upload(third)
    assert desk.broadcast(third) == "broadcast"
    assert desk.world.breaches() == []


def test_every_face_says_why(desk: Desk, proxy: NodeProxy) -> None:
    number, payout_id = signed(desk)
    proxy.fault = answering([{"allowed": False, "reject-reason": "min relay fee not met"}])
    browser, runner = desk.world.app.test_client(), desk.world.app.test_cli_runner()
    auth = ("operator", OPERATOR_PASSWORD)
    db.session.rollback()
    path = f"/api/admin/payout-psbts/{payout_id}"
    said = browser.post(f"{path}/broadcast", json={"reason": "due"}, auth=auth)
    assert (said.status_code, said.json["code"]) == (409, "payout_would_be_refused")
    assert "fee is too low" in said.text
    db.session.rollback()
    told = runner.invoke(args=["payouts", "broadcast", str(payout_id), "--operator", "o", "--reason", "r", "--yes"])
    assert told.exit_code == 1
    assert "fee is too low" in told.output
    proxy.instead = refusing(*DEFINITE[0])
    db.session.rollback()
    said = browser.post(f"{path}/broadcast", json={"reason": "due"}, auth=auth)
    assert (said.status_code, said.json["code"]) == (502, "payout_refused_by_node")
    db.session.rollback()
    shown = browser.get(path, auth=auth).json
    assert (shown["state"], shown["refusal"]) == ("refused", DEFINITE[0][1])
    db.session.rollback()
    page = browser.get(f"/admin/payouts/{payout_id}", auth=auth).text
    assert "The node refused this payout" in page
    assert "fee is too low" in page
    db.session.rollback()
    assert DEFINITE[0][1] in runner.invoke(args=["payouts", "show", str(payout_id)]).output
    proxy.fault = proxy.instead = None
    assert desk.balance("jackpot", f"rounds-{number}") == 1_000_000
    assert confirming.debts_of(payout_id)
