"""What a card paid and nobody played goes back by its payer's wish: held from then on, decided by an operator, once."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ports import places
from app.money.gateways import asking, checks, service
from app.money.gateways.clients.all_of_them import CLIENTS
from app.money.gateways.purchases import BEGIN_TOPUP
from app.money.gateways.refunds import wishing
from app.money.gateways.service import Wanted
from app.money.wallets import queries as wallets
from app.money.wallets.origins import service as origins
from app.money.wallets.topups.service import PURCHASE_KIND
from app.people.approvals import service as approvals
from app.people.notices import queries as notices
from tests.money.gateways.shop import FakeGateway, paid
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.people.approvals.people import change, confirm, in_transaction, session_of
from tests.personas import Persona

from .conftest import browser_of
from .reading import read

DRAW = "/play/wallet/draw?currency=USD"


@pytest.fixture
def app(house: Flask) -> Iterator[Flask]:  # noqa: F811
    """Two operators decide here, by real commits."""
    return house


@pytest.fixture
def card(app: Flask) -> FakeGateway:
    made = FakeGateway(name="stripe", currencies=frozenset({"USD"}), refunds_from="stripe")
    places(app).held[CLIENTS] = {made.name: made}
    return made


@pytest.fixture
def ada(app: Flask) -> Persona:
    return browser_of(app, 0)


def topped_up(who: Persona, card: FakeGateway, amount: int = 3_500) -> UUID:
    """A payment by card that has arrived."""
    assert who.id is not None
    with transaction():
        topup_id = BEGIN_TOPUP.get()(who.id, "USD", amount)
        payment_id = service.create(Wanted(who.id, "stripe", "USD", amount), PURCHASE_KIND, topup_id)
    asking.begin(payment_id)
    card.answer = paid(amount, currency="USD", payer=None, is_card=True, has_3ds=True)
    asking.ask(payment_id)
    return payment_id


def in_wallet(who: Persona) -> tuple[int, int]:
    """What there is, and what of it can be spent."""
    assert who.id is not None
    found = wallets.wallet_of(who.id, "USD")
    db.session.rollback()
    return found.balance, found.spendable


def waiting(payment_id: UUID) -> UUID:
    found = wishing.waiting(payment_id)
    assert found is not None
    approval_id = found.id
    db.session.rollback()
    return approval_id


def test_it_is_held_and_goes_back_once_an_operator_says_so(ada: Persona, card: FakeGateway) -> None:
    payment_id = topped_up(ada, card)
    place = f"/payments/{payment_id}"
    page = ada.get(DRAW)
    assert "May be drawn out now 0.00 USD" in read(page)
    assert "Nothing can be drawn out at the moment" in read(page)
    assert 'name="amount"' not in page.text, "no form where none can succeed"
    assert "To an account of yours at a bank once you are verified: Get verified" in read(page)
    assert f'href="{place}/send-back"' in page.text
    assert "Send 35.00 USD back to where you paid from?" in read(ada.get(f"{place}/send-back"))

    for _ in range(2):
        assert ada.post(f"{place}/send-back").location == place
    assert in_wallet(ada) == (3_500, 0), "nobody plays it meanwhile"
    assert "You asked us to send 35.00 USD back" in read(ada.get(place))
    assert "You asked us to send 35.00 USD back" in read(ada.get(DRAW))
    assert "There is nothing in this wallet" not in read(ada.get(DRAW))
    assert "The money has arrived. What you asked us to send back is set aside." in read(ada.get(place))
    for list_ in ("/play/wallet", "/play/wallet/payments", "/play/wallet/payments?standing=moving"):
        shown = ada.get(list_)
        assert shown.text.count(f'href="{place}"') == 1, list_
        assert "You asked us to send 35.00 USD back" in read(shown), list_
    assert ada.get(f"{place}/send-back").status_code == 303, "it is asked for once"
    assert checks.payments_agree() == []

    confirm(waiting(payment_id), session_of("bea"))
    assert in_wallet(ada) == (0, 0)
    change("UPDATE gateway_refunds SET next_ask_at = now()")
    for _ in range(2):
        asking.run()
    assert card.calls["refund"] == 1
    assert "Your money was given back" in read(ada.get(place))
    assert checks.payments_agree() == []
    change("UPDATE gateway_payments SET received_minor = 1750, state = 'refund_failed'")
    assert "17.50 USD" in read(ada.get("/play/wallet/payments")), "what came in, not what was asked for"


@pytest.mark.parametrize("end", ["refused", "withdrawn", "expired", "disputed"])
def test_whatever_else_ends_the_wish_it_can_be_played_again(ada: Persona, card: FakeGateway, end: str) -> None:
    payment_id = topped_up(ada, card)
    place = f"/payments/{payment_id}"
    ada.post(f"{place}/send-back")
    approval_id = waiting(payment_id)
    if end == "refused":
        by = session_of("bea")
        in_transaction(lambda: approvals.refuse(approval_id, by, "ask your bank first"))
    elif end == "withdrawn":
        assert "Keep 35.00 USD in your wallet?" in read(ada.get(f"{place}/keep"))
        assert ada.post(f"{place}/keep").location == place
    elif end == "expired":
        change("ALTER TABLE approvals DISABLE TRIGGER USER")
        change("UPDATE approvals SET not_before = now() - interval '9 days', expires_at = now() - interval '1 day'")
        in_transaction(approvals.expire)
    else:
        change("UPDATE gateway_payments SET state = 'disputed'")
        with pytest.raises(DomainError, match="approval_outdated"):
            confirm(approval_id, session_of("bea"))
        by = session_of("bea")
        in_transaction(lambda: approvals.refuse(approval_id, by, "it is disputed"))
    assert in_wallet(ada) == (3_500, 3_500)
    assert ada.id is not None
    told = [one.words.text for one in notices.page_of(ada.id, 9) if one.kind == "payment.wish_refused"]
    db.session.rollback()
    assert len(told) == (0 if end == "withdrawn" else 1)
    if end == "refused":
        assert "Why: ask your bank first" in told[0]
    if end in ("refused", "withdrawn"):
        ada.post(f"{place}/send-back")
        assert in_wallet(ada) == (3_500, 0), "it may be asked for again"
        assert checks.payments_agree() == []


def test_only_what_was_not_played_goes_back_and_only_to_its_payer(app: Flask, ada: Persona, card: FakeGateway) -> None:
    payment_id = topped_up(ada, card)
    assert ada.id is not None
    with transaction():
        origins.play(ada.id, "USD", 1_000, 0)
    place = f"/payments/{payment_id}"
    assert "Send 25.00 USD back to where you paid from?" in read(ada.get(f"{place}/send-back"))
    eve = browser_of(app, 0)
    for what in ("send-back", "keep"):
        assert [eve.get(f"{place}/{what}").status_code, eve.post(f"{place}/{what}").status_code] == [404, 404]
    ada.post(f"{place}/send-back")
    assert in_wallet(ada) == (3_500, 1_000)
    with transaction():
        held = db.session.execute(text("SELECT sum(amount) FROM ledger_holds WHERE state = 'reserved'")).scalar_one()
    assert held == 2_500
