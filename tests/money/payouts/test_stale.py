"""A draft that would not be made like that any more: neither signed nor sent, named with its reason, and given up."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.payouts import jobs, queries
from app.money.payouts.drafts import staleness
from app.people.partners import service as partners
from app.people.partners.models import PartnerSite
from app.people.partners.site import verification
from app.record.audit.models import Alarm
from tests.faces.admin.operators import Operator

from .conftest import OPERATOR, Desk
from .signers import by_libsecp

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"
ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"


def rested() -> None:
    with transaction():
        db.session.execute(
            text("UPDATE partner_sites SET payout_address_changed_at = clock_timestamp() - interval '73 hours'")
        )


def move(site_id: UUID) -> None:
    with transaction():
        found = db.session.get_one(PartnerSite, site_id)
        partners.update_site(found, {"payout_address": ELSEWHERE, "payout_address_acknowledged": True})


def reject(site_id: UUID) -> None:
    with transaction():
        verification.reject(db.session.get_one(PartnerSite, site_id), actor=OPERATOR, reason="not who it says")


def why(desk: Desk, payout_id: UUID) -> list[str]:
    return [error.code for error in staleness.reasons(desk.payout(payout_id))]


def alarms() -> int:
    db.session.rollback()
    query = select(Alarm).where(Alarm.code == "payout_stale", Alarm.closed_at.is_(None))
    return len(db.session.scalars(query).all())


@pytest.mark.parametrize(
    ("change", "code"), [(move, "payout_recipient_address_changed"), (reject, "payout_recipient_rejected")]
)
def test_neither_signed_nor_sent_once_its_partner_would_not_be_paid_like_that(
    desk: Desk, change: Callable[[UUID], None], code: str
) -> None:
    site, number = desk.won(edge_percent=10, payout_address=OTHERS)
    identifier = site.id
    desk.make_payable(site)
    first = desk.generate(number, with_balances=True)
    signed = by_libsecp(desk.payout(first).psbt)
    jobs.refresh()
    assert (why(desk, first), alarms()) == ([], 0)
    change(identifier)
    assert why(desk, first) == [code]
    with pytest.raises(DomainError, match=code):
        desk.offer(first, signed)
    jobs.refresh()
    assert alarms() == 1
    if change is move:  # the new address is confirmed: still it is not the one of the draft
        rested()
        assert why(desk, first) == ["payout_recipient_moved"]
    _the_console_says_so(desk, first)

    desk.cancel(first)
    assert alarms() == 0
    second = desk.sent(number, with_balances=True)
    paid = [(row.address, row.sats) for row in queries.outputs_of(second) if row.kind != "change"]
    assert paid == [(OTHERS, 1_000_000), *([(ELSEWHERE, 100_000)] if change is move else [])]
    assert {row.txid for row in queries.inputs_of(second)} >= {queries.inputs_of(first)[0].txid}
    assert desk.world.breaches() == []


def _the_console_says_so(desk: Desk, payout_id: UUID) -> None:
    operator = Operator(desk.world.app)
    page = operator.get(f"/admin/payouts/{payout_id}").text
    assert "would not be made like this any more" in page
    assert 'action="/admin/payouts/' + str(payout_id) + '/sign"' not in page
    assert ">stale<" in operator.get("/admin/payouts").text
    record = operator.get(f"/api/admin/payout-psbts/{payout_id}").json
    assert [one["code"] for one in record["stale"]] == why(desk, payout_id)


def test_what_was_signed_before_is_not_sent_and_what_was_sent_before_goes_its_way(desk: Desk) -> None:
    site, number = desk.won(edge_percent=10, payout_address=OTHERS)
    identifier = site.id
    desk.make_payable(site)
    first = desk.generate(number, with_balances=True)
    desk.upload(first)
    reject(identifier)
    with pytest.raises(DomainError, match="payout_recipient_rejected"):
        desk.broadcast(first)
    assert desk.state(first) == "signed"
    assert desk.world.node.call("getrawmempool") == []
    with transaction():
        verification.verify(db.session.get_one(PartnerSite, identifier), actor=OPERATOR, reason="it is after all")
    assert desk.broadcast(first) == "broadcast"
    reject(identifier)
    second = desk.bump(first, 20_000)  # any copy of the first may be mined: the fee changes nothing about that
    desk.upload(second)
    assert desk.broadcast(second) == "broadcast"
    desk.bury()
    assert desk.paid(OTHERS) == 1_100_000
    assert desk.world.breaches() == []


def test_nothing_is_paid_while_the_block_that_drew_it_is_away(desk: Desk) -> None:
    number = desk.won(edge_percent=0, payout_address=OTHERS)[1]
    node = desk.world.node
    first = desk.generate(number)
    desk.upload(first)
    closing = desk.world.round(number).closing_height
    lost = node.call("getblockhash", closing)
    node.call("invalidateblock", lost)
    node.call("generatetoaddress", 8, desk.world.miner)
    desk.world.scan()
    with pytest.raises(DomainError, match="payout_draw_not_on_chain"):
        desk.broadcast(first)
    assert why(desk, first) == ["payout_draw_not_on_chain"]
    page = Operator(desk.world.app).get(f"/admin/payouts/{first}").text
    assert f"The block that drew round {number} of rounds is not on the chain any more." in page
    desk.cancel(first)
    with pytest.raises(DomainError, match="payout_draw_not_on_chain"):
        desk.generate(number)
    listed = Operator(desk.world.app).get("/admin/payouts").text
    assert "The block that drew this round is not on the chain any more." in listed
    answer = Operator(desk.world.app)
    refused = answer.browser.post(
        f"/api/admin/rounds/{number}/payout-psbt", json={"reason": "it is due"}, headers=answer.headers
    )
    assert (refused.status_code, refused.json["code"]) == (409, "payout_draw_not_on_chain")
    assert desk.balance("jackpot", f"rounds-{number}") == 1_000_000

    node.call("reconsiderblock", lost)  # its branch is longer again
    while node.call("getblockhash", closing) != lost:
        node.call("invalidateblock", node.call("getblockhash", closing))
    node.call("generatetoaddress", 8, desk.world.miner)
    desk.world.scan()
    desk.sent(number)
    desk.bury()
    assert desk.paid(OTHERS) == 1_000_000
    assert desk.world.breaches() == []
