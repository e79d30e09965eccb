"""What everybody is told of a debt: owed, sent, in a block, paid, and back, whatever happens to its payout."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import event

from app.core.database.session import db
from app.core.errors import DomainError
from app.money.payouts.sent import debts, verdicts
from app.money.payouts.sent.debts import Debt

from .conftest import Desk

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


def debt(number: int) -> Debt:
    db.session.rollback()
    return debts.of_sources("jackpot", "rounds", [str(number)])[str(number)]


def told(number: int) -> tuple[str, UUID | None, int | None]:
    """Its standing, the version of its payout that counts, and the block that holds that."""
    found = debt(number)
    return found.standing, found.sent.payout_id if found.sent else None, found.block.height if found.block else None


def test_owed_drafted_sent_in_a_block_paid_and_back(desk: Desk) -> None:
    number = desk.won(payout_address=OTHERS)[1]
    assert told(number) == ("owed", None, None)
    assert not debt(number).is_drafted
    payout_id = desk.generate(number)
    assert told(number) == ("owed", None, None)  # a draft is nothing yet
    assert debt(number).is_drafted
    assert debt(number).planned_id == payout_id
    desk.upload(payout_id)
    desk.broadcast(payout_id)
    assert told(number) == ("sent", payout_id, None)
    found = debt(number)
    assert found.sent is not None
    assert (found.sent.txid, found.sent.at) == (desk.txid(payout_id), desk.payout(payout_id).broadcast_at)
    paying = desk.world.node.call("getrawtransaction", found.sent.txid, True)["vout"][found.sent.vout]
    assert (paying["scriptPubKey"]["address"], paying["value"] * 10**8) == (OTHERS, found.sats)
    desk.world.mine()
    height = desk.world.tip
    found = debt(number)
    assert told(number) == ("sent", payout_id, height)
    assert found.block is not None
    assert found.block.hash == desk.world.node.call("getblockhash", height)
    desk.bury()
    assert told(number) == ("confirmed", payout_id, height)
    assert debt(number).paid_at is not None
    assert debt(number).is_paid

    # The chain takes its block back, and another one includes it.
    desk.world.reorganise(desk.world.tip - height + 1, blocks=0)
    empty = desk.world.node.call("generateblock", desk.world.miner, [])["hash"]
    for _ in range(8):
        empty = desk.world.node.call("generateblock", desk.world.miner, [])["hash"]
    assert empty
    desk.world.scan()
    assert told(number) == ("sent", payout_id, None)
    assert not debt(number).is_paid
    desk.world.mine()
    assert told(number) == ("sent", payout_id, desk.world.tip)


def test_while_a_higher_fee_waits_for_its_signature_the_version_before_is_on_its_way(desk: Desk) -> None:
    number = desk.win()
    first = desk.sent(number)
    second = desk.bump(first, 20_000)
    assert told(number) == ("sent", first, None)
    assert debt(number).planned_id == second
    site = debt(number).site_id
    assert [payout.id for payout, _ in debts.paid_to(site)] == [first]
    desk.upload(second)
    desk.broadcast(second)
    assert told(number) == ("sent", second, None)
    assert [payout.id for payout, _ in debts.paid_to(site)] == [second]
    desk.cancel(desk.bump(second, 40_000))
    assert told(number) == ("sent", second, None)
    desk.world.mine()
    assert told(number) == ("sent", second, desk.world.tip)


def test_the_version_that_is_mined_counts(desk: Desk) -> None:
    number = desk.won(payout_address=OTHERS)[1]
    first = desk.sent(number)
    second = desk.bump(first, 20_000)
    desk.upload(second)
    desk.world.mine()
    assert told(number) == ("sent", first, desk.world.tip)
    desk.bury()
    assert told(number)[:2] == ("confirmed", first)
    assert [payout.id for payout, _ in debts.paid_to(debt(number).site_id)] == [first]


def test_given_up_or_refused_it_is_owed_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = desk.win()
    desk.cancel(desk.generate(number))
    assert told(number) == ("owed", None, None)
    assert debt(number).planned_id is None
    refused = desk.generate(number)
    desk.upload(refused)
    monkeypatch.setattr(verdicts, "send", lambda raw: verdicts.Verdict(verdicts.Answer.REFUSED, "no"))
    with pytest.raises(DomainError, match="payout_refused_by_node"):
        desk.broadcast(refused)
    assert desk.state(refused) == "refused"
    assert told(number) == ("owed", None, None)
    assert debts.paid_to(debt(number).site_id) == []


def test_many_are_told_in_one_statement(desk: Desk) -> None:
    numbers = [desk.win(), desk.win()]
    desk.sent(numbers[0])
    db.session.rollback()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    found = debts.of_sources("jackpot", "rounds", [str(number) for number in numbers])
    assert {int(number): one.standing for number, one in found.items()} == dict(
        zip(numbers, ("sent", "owed"), strict=True)
    )
    assert len(statements) == 1
    assert debts.by_id([one.id for one in found.values()]) == {one.id: one for one in found.values()}
    assert debts.of_sources("jackpot", "rounds", []) == debts.by_id([]) == {}
    assert len(statements) == 2
