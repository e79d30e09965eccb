"""Notices are kept before they are understood, and are hints: however many, from whomever, in whatever order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.money.gateways import asking, jobs, service
from app.money.gateways.clients.interface import BadSignature, Hint, Letter
from app.money.gateways.clients.moncash import MonCash
from app.money.gateways.models import GatewayNotice
from app.money.gateways.notices import service as notices
from app.money.gateways.purchases import BEGIN_TOPUP, PURCHASES, Payment, Sold
from app.money.gateways.settings import MonCashAccount
from app.people.accounts.models import User
from app.record.ledger import service as ledger
from app.record.ledger.entries import Posting
from tests.personas import Persona

from .shop import AMOUNT, Goods, NotForSale, Shop, paid


def kept() -> int:
    found = db.session.scalar(select(func.count()).select_from(GatewayNotice))
    db.session.rollback()
    return int(found or 0)


def post(shop: Shop, body: bytes | str) -> int:
    return shop.app.test_client().post("/api/webhooks/moncash", data=body).status_code


def test_a_notice_is_kept_once_and_has_its_payment_asked_about(shop: Shop) -> None:
    payment_id = shop.begun()
    shop.later(payment_id, seconds=10)
    shop.gateway.answer = paid()
    assert [post(shop, str(payment_id)) for _ in range(3)] == [204, 204, 204]
    assert (kept(), shop.state(payment_id)) == (1, "pending")
    jobs.understand()
    jobs.ask()
    assert shop.state(payment_id) == "succeeded"
    notice = db.session.scalars(select(GatewayNotice)).one()
    assert (notice.payment_id, notice.body, notice.is_signed) == (payment_id, str(payment_id).encode(), False)


def test_what_says_nothing_and_what_lies_changes_nothing(shop: Shop) -> None:
    payment_id = shop.begun()
    for body in (b"", b"\xff\xfe", b"{", b"[" * 9_000, str(new_id()).encode(), b'{"status":"paid","amount":1}'):
        assert post(shop, body) == 204
    jobs.understand()
    jobs.ask()
    assert (shop.state(payment_id), shop.books(payment_id)) == ("pending", {})


@pytest.mark.parametrize("name", ["\\u0000", "\\ud800"])
def test_a_letter_that_no_table_can_hold_keeps_no_other_waiting(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    payment_id = shop.begun()
    shop.later(payment_id, seconds=10)
    shop.gateway.answer = paid()
    monkeypatch.setattr(shop.gateway, "hint", MonCash(MonCashAccount("http://127.0.0.1:9", "", "", "", "")).hint)
    assert post(shop, f'{{"transactionId": "{name}"}}') == post(shop, f'{{"orderId": "{payment_id}"}}') == 204
    jobs.understand()
    jobs.ask()
    assert shop.state(payment_id) == "succeeded"
    assert all(db.session.scalars(select(GatewayNotice.understood_at.is_not(None))))


def test_a_wrong_signature_is_refused_and_kept_and_a_signed_untruth_is_taken(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def letter(headers: object, raw: bytes) -> Letter:
        if not raw.startswith(b"signed"):
            raise BadSignature
        return Letter("evt_1", "payment.paid", is_signed=True)

    monkeypatch.setattr(shop.gateway, "letter", letter)
    monkeypatch.setattr(shop.gateway, "hint", lambda raw: Hint(charge_id="of nobody"))
    payment_id = shop.begun()
    assert [post(shop, b"forged"), post(shop, b"signed: all is paid"), post(shop, b"signed: again")] == [400, 204, 204]
    rows = db.session.execute(select(GatewayNotice.is_signed, GatewayNotice.event_id).order_by(GatewayNotice.id)).all()
    assert [row.is_signed for row in rows] == [False, True]
    assert rows[1].event_id == "evt_1"
    jobs.understand()
    assert shop.state(payment_id) == "pending"


def test_no_stranger_fills_the_table_and_bodies_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "STRANGERS", 5)
    for number in range(12):
        assert post(shop, f"number {number}") == 204
    assert kept() == 5
    assert post(shop, b"x" * 300_000) == 413
    assert post(shop, b"y" * 60_000) == 204
    assert max(len(one.body) for one in db.session.scalars(select(GatewayNotice))) == notices.KEPT_BYTES
    assert shop.app.test_client().post("/api/webhooks/paypal", data=b"x").status_code == 404


class Careless(Goods):
    """The control: it posts under a key of its own each time it is told."""

    def paid(self, payment: Payment) -> None:
        ledger.post(
            [Posting(payment.clearing, self._own(payment), payment.amount_minor, "goods", str(new_id()), "paid")]
        )


@pytest.mark.parametrize("is_locked", [True, False])
def test_the_same_notice_thirty_times_at_once_pays_once(
    real_shop: Shop, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """Without the lock on the payment's row the careless purchase is paid more than once, so the race is one."""
    shop = real_shop
    PURCHASES.fill(shop.app, {"goods": Sold(Careless(), NotForSale)})
    payment_id = shop.begun()
    shop.gateway.answer = told = paid(reference=str(payment_id))
    if not is_locked:
        monkeypatch.setattr(service, "locked", shop.row)
    together = threading.Barrier(10)

    def one(number: int) -> None:
        with shop.app.app_context():
            post(shop, str(payment_id))
            together.wait()
            try:
                with transaction():
                    service.settle(payment_id, told)
            except Exception:  # without the lock some meet at the account's row
                assert not is_locked

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(one, range(30)))
    assert kept() == 1
    taken = db.session.scalar(text("SELECT count(*) FROM ledger_transfers WHERE source = 'goods'"))
    db.session.rollback()
    assert (taken == 1) if is_locked else (taken > 1)
    assert shop.balance("wallet", shop.user_id) == AMOUNT * taken


class Died(BaseException):
    """As if the process were killed here."""


DEATHS = ("gateway.begin", "gateway.begun", "gateway.asked", "gateway.refunded")


@pytest.mark.parametrize("at", DEATHS)
def test_whoever_dies_at_a_step_has_lost_nothing(real_shop: Shop, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    shop = real_shop

    def step(name: str) -> None:
        if name == at:
            raise Died

    monkeypatch.setattr(asking, "step", step)
    payment_id = shop.create()
    refund_id = None
    shop.gateway.answer = paid()
    try:
        asking.begin(payment_id)
        shop.ask(payment_id)
        refund_id = shop.refund(payment_id)
    except Died:
        db.session.rollback()
    monkeypatch.undo()
    shop.later(payment_id, minutes=2)
    asking.run()
    assert shop.state(payment_id) == ("succeeded" if at != "gateway.refunded" else "refunded")
    assert shop.gateway.calls["begin"] == (0 if at == "gateway.begin" else 1)
    assert shop.gateway.calls["refund"] == (1 if at == "gateway.refunded" else 0)
    assert shop.breaches() == []
    assert refund_id is None


def test_a_payment_whose_request_died_before_anybody_was_asked_is_begun_by_the_clock(real_shop: Shop) -> None:
    payment_id: UUID = real_shop.create()
    real_shop.later(payment_id, minutes=1)
    asking.run()
    assert (real_shop.state(payment_id), real_shop.gateway.calls["begin"]) == ("pending", 1)


def test_pages_say_how_it_stands_without_a_cookie(shop: Shop, app: Flask) -> None:
    payment_id, anybody = shop.begun(), shop.app.test_client()
    page = anybody.get(f"/payments/{payment_id}")
    assert page.status_code == 200
    assert "gateway.example" not in page.text, "who has its address may look, and pays nothing"
    assert "Waiting for your payment" in page.text
    assert "En attente de votre paiement" in anybody.get(f"/payments/{payment_id}?lang=fr").text
    shop.gateway.answer = paid()
    back = anybody.get(f"/payments/{payment_id}/return?status=failed")
    assert (back.status_code, back.location) == (303, f"/payments/{payment_id}")
    said = anybody.get(back.location, headers={"HX-Request": "true"}).text
    assert "The money has arrived." in said
    assert "gateway.example" not in said
    assert "player@example.com" not in said
    assert anybody.get(f"/payments/{new_id()}").status_code == 404
    assert anybody.get("/payments/return/moncash?transactionId=7").status_code == 200


def test_a_top_up_with_a_key_is_one_payment_that_its_owner_alone_sees(shop: Shop, owner: Persona) -> None:
    begun: list[UUID] = []
    BEGIN_TOPUP.fill(shop.app, lambda user_id, currency, amount: begun.append(new_id()) or begun[-1])
    PURCHASES.fill(shop.app, {"topup": Sold(Goods("topup"), NotForSale)})

    def ask(amount: object, gateway: str = "moncash", key: str = "one") -> TestResponse:
        wanted = {"amountMinor": amount, "gateway": gateway}
        return owner.browser.post("/api/players/wallets/HTG/topups", json=wanted, headers={"Idempotency-Key": key})

    refused = ask(AMOUNT, key="nonumber")
    assert (refused.status_code, refused.json["code"], begun) == (403, "payer_number_needed", [])
    with transaction():
        db.session.get_one(User, owner.id).phone = "+50934101234"
    first, again = ask(AMOUNT), ask(AMOUNT)
    assert (first.status_code, again.status_code, len(begun)) == (201, 201, 1)
    told = first.json["payment"]
    assert first.json == again.json
    assert (told["status"], told["amountMinor"], told["url"]) == ("pending", AMOUNT, "https://gateway.example/pay")
    codes = [ask(*one).json["code"] for one in ((AMOUNT + 100,), (150, "moncash", "b"), (AMOUNT, "paypal", "c"))]
    assert codes == ["idempotency_key_reused", "amount_not_whole", "gateway_off"]
    assert ask("much", "moncash", "d").status_code == 422
    assert owner.browser.get(f"/api/players/payments/{told['id']}").json == first.json
    assert shop.app.test_client().get(f"/api/players/payments/{told['id']}").status_code == 401
    assert owner.browser.get(f"/api/players/payments/{shop.begun()}").status_code == 404
