"""A refund that somebody made at the gateway is its payment's: nobody pays twice for it, and two say who bears it."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.money.gateways import asking
from app.money.gateways.clients.interface import Line, RefundTold
from app.money.gateways.reconciling import comparing
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting
from tests.money.gateways.shop import AMOUNT, Shop, paid
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)

from .test_approvals import post
from .test_money import MONEY, ada, balance, bea, proposal, send, shop  # noqa: F401  (fixtures among them)

BACK = 20_000


def given_back(shop: Shop, amount: int = BACK) -> tuple[UUID, UUID]:  # noqa: F811
    """A payment, and a refund of it that its gateway's list has and nobody here asked for."""
    bought = shop.bought()
    shop.gateway.lines = [
        Line("payment", "t1", str(bought), "HTG", AMOUNT, str(bought)),
        Line("refund", "re_1", "", "HTG", amount, str(bought)),
    ]
    assert [comparing.compare("moncash") for _ in range(2)] == [1, 1], "twice found is one"
    refund = db.session.scalar(text("SELECT id FROM gateway_refunds"))
    db.session.rollback()
    return bought, refund


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    ("bearer", "spent", "taken"),
    [("wallet", 0, BACK), ("wallet", 45_000, 5_000), ("house", 0, 0)],
)
def test_it_is_named_and_borne_by_two(
    shop: Shop,  # noqa: F811
    ada: FlaskClient,  # noqa: F811
    bea: FlaskClient,  # noqa: F811
    bearer: str,
    spent: int,
    taken: int,
) -> None:
    bought, refund = given_back(shop)
    if spent:
        with transaction():
            wallet = AccountRef("wallet", str(shop.user_id), "HTG")
            ledger.post([Posting(wallet, AccountRef("result", "", "HTG"), spent, "test", "1", "spent")])
    page = f"{MONEY}/payments/{bought}"
    listed = ada.get(f"{MONEY}/reconciliation").text
    row = listed[listed.index('<tr id="difference-') :]
    assert f'href="{page}"' in row
    assert f'href="/admin/people/{shop.user_id}"' in row
    assert 'name="difference"' not in row, "one operator alone explains it away in no list"
    assert f'href="{page}"' in ada.get("/admin/search?q=re_1").text
    told = plain(ada.get(page).text)
    assert "The gateway gave 200.00 HTG back, by nobody here" in told
    assert f"Can still go back {min(AMOUNT - BACK, AMOUNT - spent) // 100}.00 HTG" in told
    assert send(ada, f"{page}/refund", amount="300.01").status_code == 422
    own = db.session.scalar(text("SELECT id FROM gateway_differences"))
    alone = ada.post(f"/api/admin/reconciliation/{own}/explain", json={"reason": "a refund"})
    assert (alone.status_code, alone.get_json()["code"]) == (409, "difference_waits_for_two")
    asked = f"{page}/refunds/{refund}/bear"
    assert f"there are {min(AMOUNT - spent, BACK) // 100}.00" in plain(ada.get(asked).text)
    assert send(ada, asked, bearer="somebody").status_code == 422
    assert (shop.state(bought), balance("unexplained"), balance("wallet", shop.user_id)) == (
        "partly_refunded",
        BACK,
        AMOUNT - spent,
    )
    approval = proposal(send(ada, asked, bearer=bearer))
    assert "Taken from the wallet" in bea.get(f"/admin/approvals/{approval}").text
    assert post(bea, approval, "confirm").status_code == 303
    assert (balance("unexplained"), balance("wallet", shop.user_id)) == (0, AMOUNT - spent - taken)
    assert balance("result") == spent - (BACK - taken)
    assert balance("clearing", "moncash") == AMOUNT - BACK
    assert "gateway_differs" not in shop.alarms()
    assert comparing.compare("moncash") == 0, "nothing differs any more"
    assert send(ada, asked, bearer=bearer).status_code == 409, "once"
    assert shop.breaches() == []


def test_a_gateway_that_has_given_it_back_is_no_reason_to_pay_again(
    shop: Shop,  # noqa: F811
    ada: FlaskClient,  # noqa: F811
) -> None:
    bought = shop.bought()
    shop.gateway.refunding = RefundTold("failed", reason="charge_already_refunded")
    shop.refund(bought)
    assert shop.state(bought) == "refund_failed"
    assert shop.alarms() == {"refund_made_elsewhere"}
    for page in (f"{MONEY}/payments/{bought}", "/admin/alarms"):
        told = plain(ada.get(page).text).lower()
        assert "do not pay the player" in told
        assert "pay him otherwise" not in told
    heard = set(db.session.scalars(text("SELECT kind FROM notices")))
    db.session.rollback()
    assert heard == {"payment.arrived"}, "nobody is told that he has not got what he has"
    shop.gateway.lines = [
        Line("payment", "t1", str(bought), "HTG", AMOUNT, str(bought)),
        Line("refund", "re_1", "", "HTG", AMOUNT, str(bought)),
    ]
    assert comparing.compare("moncash") == 1
    assert (shop.state(bought), shop.alarms()) == ("refunded", {"gateway_differs"})
    assert "/refund" not in ada.get(f"{MONEY}/payments/{bought}").text.replace("/refunds/", "")
    assert shop.breaches() == []


def test_a_refund_that_fails_says_where_the_money_is(shop: Shop, ada: FlaskClient) -> None:  # noqa: F811
    """It is the player's again: nobody is told to pay him another way, and what he has spent is not offered."""
    bought = shop.bought()
    shop.gateway.refunding = RefundTold("failed", reason="insufficient_balance")
    shop.refund(bought, BACK)
    with transaction():
        wallet = AccountRef("wallet", str(shop.user_id), "HTG")
        ledger.post([Posting(wallet, AccountRef("result", "", "HTG"), 25_000, "test", "1", "spent")])
    alarm = db.session.scalar(text("SELECT id FROM alarms"))
    db.session.rollback()
    page, about = plain(ada.get(f"{MONEY}/payments/{bought}").text), plain(ada.get(f"/admin/alarms/{alarm}").text)
    assert "A refund of 200.00 HTG failed" in page
    assert "Can still go back 250.00 HTG 250.00 HTG more are staked, played or spent" in page
    assert "Amount 200.00 HTG" in about
    for told in (page, about):
        assert "holds too little" in told
        assert "wallet again" in told
        assert "pay him otherwise" not in told
    assert send(ada, f"{MONEY}/payments/{bought}/refund", amount="250.01").status_code == 422
    shop.gateway.refunding = RefundTold("succeeded", "r2")
    shop.refund(bought, 5_000)
    assert shop.alarms() == {"refund_failed"}, "that was another one"
    shop.refund(bought, BACK)
    assert shop.alarms() == set()
    assert "failed" not in plain(ada.get(f"{MONEY}/payments/{bought}").text).partition("Refunds")[0]


def test_what_was_to_go_back_in_any_case_has_gone(shop: Shop) -> None:  # noqa: F811
    """Nothing was bought with it, and our own refund comes too late: there is nothing to decide."""
    shop.goods.refuses = "too_late"
    shop.gateway.refunding = RefundTold("failed", reason="CAPTURE_FULLY_REFUNDED")
    payment_id = shop.begun()
    shop.gateway.answer = paid()
    shop.ask(payment_id)
    assert asking.run() >= 1
    assert (shop.state(payment_id), shop.balance("refund", payment_id)) == ("refund_failed", AMOUNT)
    shop.gateway.lines = [
        Line("payment", "t1", str(payment_id), "HTG", AMOUNT, str(payment_id)),
        Line("refund", "re_1", "", "HTG", AMOUNT, str(payment_id)),
    ]
    assert comparing.compare("moncash") == 0
    assert (shop.state(payment_id), shop.alarms()) == ("refunded", set())
    assert shop.books(payment_id) == {}
    assert (balance("unexplained"), shop.breaches()) == (0, [])
