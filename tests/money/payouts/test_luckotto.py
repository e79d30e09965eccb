"""A won round of Luckotto is paid over its own routes and the console, as one of rounds is."""

from __future__ import annotations

import pytest

from app.core.database.session import db
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from tests.faces.admin.operators import Operator
from tests.games.luckotto.conftest import Lottery, lottery  # noqa: F401

from .signers import by_libsecp
from .test_proof import verified

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


@pytest.fixture
def operator(lottery: Lottery) -> Operator:  # noqa: F811
    return Operator(lottery.app)


def test_a_won_round_of_luckotto_is_paid(lottery: Lottery, operator: Operator) -> None:  # noqa: F811
    site = lottery.site_id(edge_percent=5, payout_address=OTHERS)
    whole = lottery.buy(site, range(1, 13), "whale")  # every combination: it wins whatever is drawn
    lottery.pay(whole)
    lottery.mine()
    number = whole["roundNumber"]
    lottery.draw(number)
    jackpot = lottery.get(f"/rounds/{number}")["jackpotSats"]
    path = f"/api/admin/luckotto/rounds/{number}/payout-psbt"

    due = operator.get("/admin/payouts")
    assert "luckotto" in due.text
    db.session.rollback()
    same_number = operator.browser.post(
        f"/api/admin/rounds/{number}/payout-psbt", json={"reason": "why"}, headers=operator.headers
    )
    assert same_number.json is not None
    assert same_number.json["code"] == "payout_nothing_due"  # the other game's round of that number owes nothing
    drafted = operator.post(
        "/admin/payouts", {"kind": "round", "game": "luckotto", "round": str(number), "reason": "it is due"}
    )
    assert drafted.status_code == 303
    assert f"{jackpot:,}" in operator.get(drafted.location).text

    payout = operator.browser.get(path, headers=operator.headers).json
    assert payout is not None
    assert (payout["game"], payout["sourceId"], payout["state"]) == ("luckotto", str(number), "draft")
    assert payout["outputs"][0]["sats"] == jackpot
    signed = operator.browser.patch(path, json={"psbt": by_libsecp(payout["psbt"])}, headers=operator.headers)
    assert signed.status_code == 200, signed.text
    one = f"/api/admin/payout-psbts/{payout['id']}"
    sent = operator.browser.post(f"{one}/broadcast", json={"reason": "go"}, headers=operator.headers)
    assert sent.status_code == 200, sent.text
    lottery.mine(4)
    db.session.rollback()
    done = operator.browser.get(path, headers=operator.headers).json
    assert done is not None
    assert done["state"] == "confirmed"
    assert operator.get(f"/admin/payouts?game=luckotto&round={number}").status_code == 200
    assert operator.get(f"/admin/rounds/luckotto/{number}").status_code == 200
    db.session.rollback()
    assert ledger.balance(AccountRef("jackpot", f"luckotto-{number}")) == ledger.total("payout") == 0
    assert ledger.balance(AccountRef("fees")) == payout["feeSats"]
    assert lottery.breaches() == []
    assert set(verified(lottery.get(f"/rounds/{number}/bundle")).values()) == {"holds"}
