"""What a payer may ask for, and what is forgotten of him: all of his payments are told, which accounts paid goes, and
the ledger stays whole."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.money.gateways import asking, jobs
from app.money.gateways.clients.interface import RefundTold
from app.people.players.leaving import erasure
from app.people.players.leaving.export import export
from app.record.ledger import checks as ledger_checks

from .shop import AMOUNT, Shop, paid

PAYER = "50934101234"


def everything(shop: Shop) -> dict[str, list[dict[str, object]]]:
    kept: dict[str, list[dict[str, object]]] = export(shop.user_id)["kept"]
    db.session.rollback()
    return kept


def erase(shop: Shop) -> None:
    with transaction():
        erasure.erase(shop.user_id, actor="test")


def test_all_of_it_is_told_and_forgotten_but_what_the_ledger_needs(shop: Shop) -> None:
    payment_id = shop.bought()
    with pytest.raises(DomainError, match="erasure_held"):
        erase(shop)
    shop.refund(payment_id)
    pending = shop.begun()
    with transaction():
        db.session.execute(
            text(
                "INSERT INTO gateway_notices (id, provider, event_id, body_sealed, is_signed, payment_id) "
                "VALUES (:id, 'moncash', 'e1', 'x', true, :payment)"
            ),
            {"id": new_id(), "payment": payment_id},
        )
    kept = everything(shop)
    told = {str(one["id"]): one for one in kept["gateway_payments"]}
    assert told.keys() == {str(payment_id), str(pending)}
    assert (told[str(payment_id)]["payer"], told[str(payment_id)]["amount_minor"]) == (PAYER, AMOUNT)
    assert [one["amount_minor"] for one in kept["gateway_refunds"]] == [AMOUNT]
    assert not any("secret" in name or name.endswith("_sealed") for one in told.values() for name in one)

    with pytest.raises(DomainError, match="erasure_held"):
        erase(shop)  # one may still be paid
    with transaction():
        db.session.execute(
            text("UPDATE gateway_payments SET state = 'canceled', ended_at = now() WHERE id = :id"), {"id": pending}
        )
    before = db.session.scalar(text("SELECT sum(balance) FROM ledger_accounts"))
    erase(shop)
    after = {str(one["id"]): one for one in everything(shop)["gateway_payments"]}
    assert after.keys() == told.keys()
    assert not any(one.get("payer") or one.get("url") for one in after.values())
    assert PAYER not in str(after)
    left = db.session.execute(text("SELECT (SELECT count(*) FROM gateway_notices), sum(balance) FROM ledger_accounts"))
    assert tuple(left.one()) == (0, before)
    db.session.rollback()
    shop.gateway.answer = paid()
    shop.later(pending, minutes=11)
    asking.run()
    assert (shop.state(pending), shop.row(pending).payer) == ("refunded", PAYER), "what comes late goes back"
    db.session.rollback()
    jobs.purge()
    assert shop.row(pending).payer is None
    db.session.rollback()
    assert [str(one) for check in ledger_checks.CHECKS for one in check()] == []
    db.session.rollback()
    assert shop.breaches() == []


def test_what_could_not_be_given_back_is_his_and_keeps_him(shop: Shop) -> None:
    shop.goods.refuses, shop.gateway.refunding = "payer_not_yours", RefundTold("failed", reason="closed")
    payment_id = shop.begun()
    shop.gateway.answer = paid()
    shop.ask(payment_id)
    asking.run()
    assert shop.state(payment_id) == "refund_failed"
    with pytest.raises(DomainError, match="erasure_held"):
        erase(shop)
