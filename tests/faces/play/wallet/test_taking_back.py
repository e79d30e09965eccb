"""Taking back what one draws out: asked before, as long as nobody has approved it; of a yes and it at one moment one
wins."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.wallets.withdrawals import deciding, service
from app.record.ledger import checks as ledger_checks
from tests.personas import Persona

from .conftest import browser_of
from .reading import read
from .test_drawing import PLACE, form_of


def state_of(withdrawal: str) -> tuple[str, str]:
    row = db.session.execute(text("SELECT state, reason FROM wallet_withdrawals WHERE id = :id"), {"id": withdrawal})
    found = row.one()
    db.session.rollback()
    return found.state, found.reason


def test_its_owner_takes_it_back_once_after_a_question(app: Flask, ada: Persona) -> None:
    place = ada.post(PLACE, form_of(ada)).location
    back = f"{place}/cancel"
    assert f'href="{back}"' in ada.get(place).text
    assert "Take 1,000.00 HTG back?" in read(ada.get(back))
    assert browser_of(app).post(back).status_code == 404, "another's"
    assert ada.browser.post(back).status_code == 400, "another site's form"
    withdrawal = place.rsplit("/", 1)[1]
    assert state_of(withdrawal) == ("held", "")

    assert (ada.post(back).location, state_of(withdrawal)) == (place, ("refused", "taken_back"))
    page = read(ada.get(place))
    assert "You took it back yourself." in page
    assert "Take it back…" not in page
    wallets = ada.get("/api/players/wallets").get_json()["wallets"]
    assert [(one["balanceMinor"], one["heldMinor"]) for one in wallets if one["currency"] == "HTG"] == [(123_450, 0)]
    assert ada.get(back).location == place, "there is nothing to ask any more"
    again = ada.browser.post(f"/api/players/withdrawals/{withdrawal}/cancel")
    assert (again.status_code, again.get_json()["code"]) == (409, "withdrawal_state")


def test_by_json_and_never_once_approved(app: Flask, ada: Persona) -> None:
    first, second = (ada.post(PLACE, form_of(ada, key=key, amount="100")).location for key in ("a", "b"))
    address = "/api/players/withdrawals/{}/cancel"
    taken = ada.browser.post(address.format(first.rsplit("/", 1)[1]))
    assert (taken.status_code, taken.get_json()["withdrawal"]["status"]) == (200, "refused"), taken.text
    approved = second.rsplit("/", 1)[1]
    with transaction():
        service.approve(UUID(approved), actor="operator:bea", reason="looked at it")
    refused = ada.browser.post(address.format(approved))
    assert (refused.status_code, refused.get_json()["code"]) == (409, "withdrawal_state")
    assert ada.post(f"{second}/cancel").location == second
    assert state_of(approved)[0] == "approved"
    for nothing in ("nonsense", "0190a000-0000-7000-8000-000000000000"):
        assert ada.browser.post(address.format(nothing)).status_code == 404
    assert browser_of(app).browser.post(address.format(approved)).status_code == 404
    assert app.test_client().post(address.format(approved)).status_code == 401


@pytest.mark.parametrize("first", ["approve", "take back"])
def test_of_a_yes_and_taking_it_back_at_one_moment_one_wins(committed_db: Flask, first: str) -> None:
    ada = browser_of(committed_db)
    assert ada.id is not None
    withdrawal, owner = UUID(ada.post(PLACE, form_of(ada)).location.rsplit("/", 1)[1]), ada.id
    has_begun = threading.Event()

    def act(name: str) -> str:
        with committed_db.app_context():
            try:
                with transaction():
                    if name != first:
                        has_begun.wait(10)
                    if name == "approve":
                        service.approve(withdrawal, actor="operator:bea", reason="looked at it")
                    else:
                        deciding.take_back(withdrawal, owner)
                    has_begun.set()
                    db.session.execute(text("SELECT pg_sleep(0.3)"))
            except DomainError as error:
                return error.code
            return "done"

    names = ("approve", "take back")
    with ThreadPoolExecutor(2) as pool:
        told = dict(zip(names, pool.map(act, names), strict=True))
    assert told == {name: "done" if name == first else "withdrawal_state" for name in names}
    assert state_of(str(withdrawal))[0] == ("approved" if first == "approve" else "refused")
    query = text("SELECT held FROM ledger_accounts WHERE owner = :id AND kind = 'wallet'")
    held = db.session.scalar(query, {"id": str(owner)})
    assert held == (100_000 if first == "approve" else 0)
    assert [str(one) for check in ledger_checks.CHECKS for one in check()] == []
    db.session.rollback()
