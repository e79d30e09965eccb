"""A player tops up, reads his statement, draws out to his own number, and is paid once two operators have said yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.money.gateways import jobs as gateway_jobs
from app.money.gateways.payers.queries import is_disputed
from app.money.wallets import checks, postings, queries
from app.money.wallets.operating import adjusting, owing
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.ports import NOT_FINAL
from app.money.wallets.topups import service as topups
from app.money.wallets.ways import PayoutAnswer
from app.money.wallets.withdrawals import jobs, sending
from app.money.wallets.withdrawals import queries as withdrawals
from app.money.wallets.withdrawals.asked_back import IS_DISPUTED
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from app.people.approvals import checks as approval_checks
from app.people.approvals.models import Approval
from app.people.players import queries as players
from app.people.players import service as limits
from app.people.players.leaving import erasure
from app.people.players.leaving.export import export
from app.people.players.spending import LimitReached
from app.record.audit import queries as audit
from app.record.audit.approving import Agreed
from app.record.audit.service import raise_alarm
from app.record.ledger import checks as ledger_checks
from app.record.ledger.entries import AccountRef, Posting
from app.record.ledger.service import post
from tests.faces.admin.test_approvals import browser_of
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.people.approvals.people import confirm, session_of
from tests.personas import Persona

from .money import Payment, Way, player, top_up

FINAL_AT = datetime(2040, 3, 31, 4, 5, tzinfo=UTC)


@pytest.fixture
def way(house: Flask) -> Way:  # noqa: F811
    return Way().into(house)


@pytest.fixture
def ada(house: Flask, way: Way) -> Persona:  # noqa: F811
    """Somebody with 500 gourdes from her own number."""
    with transaction():
        user_id, phone = player()
        top_up(user_id, 50_000, phone)
        token = accounts.open_session(user_id, agent="a test")
    browser = house.test_client()
    with house.test_request_context("/"):
        browser.set_cookie(session_cookie(), token)
    return Persona(browser, user_id, phone)


def draw(who: Persona, amount: int, headers: dict[str, str] | None = None) -> TestResponse:
    body = {"amountMinor": amount, "method": "moncash", "account": who.email}
    return who.browser.post("/api/players/wallets/HTG/withdrawals", json=body, headers=headers)


def decide(app: Flask, operator: str, withdrawal: str, act: str) -> TestResponse:
    place = f"/api/admin/withdrawals/{withdrawal}/{act}"
    return browser_of(app, operator).post(place, json={"reason": "looked at it"})


def wallet(who: Persona) -> dict[str, Any]:
    found = who.get("/api/players/wallets").get_json()["wallets"]
    assert [one["currency"] for one in found] == ["HTG", "PHP", "USD"]
    assert isinstance(found[0], dict)
    return found[0]


def breaches() -> list[str]:
    db.session.rollback()
    found = [str(breach) for check in (*ledger_checks.CHECKS, *checks.CHECKS) for breach in check()]
    db.session.rollback()
    return found


def test_from_the_top_up_to_the_payout(house: Flask, way: Way, ada: Persona) -> None:  # noqa: F811
    asked = draw(ada, 20_000)
    assert asked.status_code == 201, asked.text
    made = asked.get_json()["withdrawal"]
    assert (made["status"], made["account"]) == ("held", f"…{str(ada.email)[-4:]}")
    assert wallet(ada) == {
        "currency": "HTG",
        "balanceMinor": 50_000,
        "heldMinor": 20_000,
        "spendableMinor": 30_000,
        "owedMinor": 0,
    }
    assert draw(ada, 30_001).get_json()["code"] == "insufficient_funds"
    key = {"Idempotency-Key": "a-double-click"}
    twice = [draw(ada, 10_000, headers=key).get_json()["withdrawal"]["id"] for _ in range(2)]
    assert twice[0] == twice[1]
    assert wallet(ada)["heldMinor"] == 30_000
    assert decide(house, "bea", twice[0], "refuse").get_json()["status"] == "refused"

    first = decide(house, "bea", made["id"], "approve")
    assert (first.status_code, first.get_json()["status"]) == (200, "held"), first.text
    assert "Under review" in ada.get(f"/play/wallet/withdrawals/{made['id']}").text
    shown = browser_of(house, "cid").get(f"/api/admin/approvals/{first.get_json()['approvalId']}").get_json()
    assert shown["rows"][1:3] == [["Way", "MonCash"], ["Account", ada.email]]
    assert shown["rows"][3][0] == "Name (their own word; not verified)"
    assert shown["rows"][4][1] == "it is the number or address that they sign in with"
    again = decide(house, "bea", made["id"], "approve")
    assert (again.status_code, again.get_json()["code"]) == (403, "approval_by_same_person")
    assert sending.send() == 0
    assert decide(house, "cid", made["id"], "approve").get_json()["status"] == "approved"
    assert decide(house, "bea", made["id"], "refuse").get_json()["code"] == "withdrawal_state"

    way.next = TimeoutError("no answer")
    assert sending.send() == 1
    own = ada.get("/api/players/withdrawals").get_json()["withdrawals"]
    assert [one["status"] for one in own] == ["refused", "unknown"]
    assert sending.send() == 0, "what may have been sent is not sent again"
    way.next = PayoutAnswer("paid", "mc-1", fee_minor=150)
    with transaction() as session:
        session.execute(text("UPDATE wallet_withdrawals SET next_ask_at = now()"))
    assert sending.ask() == 1
    assert [one.amount_minor for one in way.orders] == [20_000]
    listed = browser_of(house, "bea").get("/api/admin/withdrawals?state=paid").get_json()["withdrawals"]
    assert [(one["id"], one["feeMinor"], one["providerId"]) for one in listed] == [(made["id"], 150, "mc-1")]
    since = withdrawals.one(UUID(made["id"])).asked_at
    (out,) = withdrawals.outgoing("moncash-prefund", since)
    assert (out.reference, out.amount_minor, out.state) == (way.orders[0].reference, 20_000, "paid")
    db.session.rollback()

    page = ada.get("/api/players/wallets/HTG/lines").get_json()
    told = [(one["kind"], one["amountMinor"], one["balanceAfterMinor"], one["reference"]) for one in page["items"]]
    assert told[0] == ("withdrawal", -20_000, 30_000, f"withdrawal:{made['id']}")
    assert told[1][:3] == ("topup", 50_000, 50_000)
    assert page["next"] is None
    rest = ada.get(f"/api/players/wallets/HTG/lines?after={page['items'][0]['id']}").get_json()["items"]
    assert [one["balanceAfterMinor"] for one in rest] == [50_000]
    assert ada.get("/api/players/wallets/HTG/lines.csv").text.splitlines()[1].split(",")[1:4] == [
        "withdrawal",
        "-20000",
        "30000",
    ]
    assert breaches() == []


def test_what_is_below_zero_alarms_until_it_is_not(house: Flask) -> None:  # noqa: F811
    there = AccountRef("clearing", "moncash", "HTG")
    away = AccountRef("bank", "test", "HTG")
    for code, close in (("clearing_below_zero", jobs.ask), ("gateway_below_zero", gateway_jobs.ask)):
        with transaction():
            post([Posting(away, there, 700, "test", code, "out")])
            raise_alarm(code, "clearing:moncash:HTG")
        close()
        assert [one.code for one in audit.open_alarms()] == [code], "still below"
        db.session.rollback()
        with transaction():
            post([Posting(there, away, 700, "test", code, "in")])
        close()
        assert audit.open_alarms() == []
        db.session.rollback()


def test_refused_it_is_in_the_wallet_again(house: Flask, ada: Persona) -> None:  # noqa: F811
    made = draw(ada, 20_000).get_json()["withdrawal"]["id"]
    decide(house, "bea", made, "approve")
    refused = decide(house, "cid", made, "refuse")
    assert (refused.status_code, refused.get_json()["status"]) == (200, "refused"), refused.text
    assert wallet(ada)["spendableMinor"] == 50_000
    assert ada.get("/api/players/withdrawals").get_json()["withdrawals"][0]["reason"] == "looked at it"
    assert breaches() == []


def test_taken_back_by_its_owner_it_ends_what_one_operator_has_proposed(house: Flask, ada: Persona) -> None:  # noqa: F811
    made = draw(ada, 20_000).get_json()["withdrawal"]["id"]
    waiting = decide(house, "bea", made, "approve").get_json()["approvalId"]
    taken = ada.browser.post(f"/api/players/withdrawals/{made}/cancel").get_json()["withdrawal"]
    assert (taken["status"], taken["reason"]) == ("refused", "taken_back")
    assert db.session.get_one(Approval, UUID(waiting)).state == "withdrawn"
    assert [str(one) for check in approval_checks.CHECKS for one in check()] == []
    db.session.rollback()
    assert decide(house, "cid", made, "approve").get_json()["code"] == "approval_outdated"
    assert wallet(ada)["spendableMinor"] == 50_000
    assert breaches() == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amountMinor": 100, "method": "moncash", "account": "+50934999999"}, 409, "account_not_yours"),
        ({"amountMinor": 100, "method": "moncash", "account": "nonsense"}, 422, "account_invalid"),
        ({"amountMinor": 100, "method": "gcash", "account": "+50934999999"}, 422, "method_unknown"),
        ({"amountMinor": 100, "method": "bank", "account": "HT12345678"}, 403, "verification_needed"),
        ({"amountMinor": 0, "method": "bank", "account": "HT12345678"}, 422, "input_greater_than_equal"),
        ({"amountMinor": 6_000_000, "method": "moncash"}, 409, "insufficient_funds"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(ada: Persona, body: dict[str, Any], status: int, code: str) -> None:
    answer = ada.browser.post("/api/players/wallets/HTG/withdrawals", json={"account": ada.email, **body})
    told = answer.get_json()
    assert (answer.status_code, told.get("errors", [told])[0]["code"]) == (status, code)
    assert wallet(ada)["heldMinor"] == 0
    assert ada.get("/api/players/withdrawals").get_json() == {"withdrawals": [], "next": None}


def test_what_others_see(house: Flask, ada: Persona) -> None:  # noqa: F811
    nobody = house.test_client()
    assert nobody.get("/api/players/wallets").status_code == 401
    assert nobody.get("/api/admin/withdrawals").status_code == 401
    assert ada.get("/api/players/wallets/sat/lines").get_json()["code"] == "currency_unknown"
    assert ada.get("/api/players/wallets/HTG/lines?after=-1").status_code == 422
    stolen = ada.browser.post(
        "/api/players/wallets/HTG/withdrawals",
        json={"amountMinor": 1, "method": "moncash", "account": ada.email},
        headers={"Origin": "https://evil.example"},
    )
    assert stolen.status_code == 403


def test_a_deposit_counts_from_its_beginning_and_a_payer_is_who_he_is(ada: Persona) -> None:
    assert ada.id is not None
    with transaction():
        limits.set_limit(ada.id, "HTG", "deposit", "day", 60_000)
        begun = topups.begin(ada.id, "HTG", 10_000)
    with pytest.raises(LimitReached), transaction():
        topups.begin(ada.id, "HTG", 1)
    with transaction():
        topups.TopupPurchase().ended(Payment(ada.id, begun, 10_000), "failed")
        another = topups.begin(ada.id, "HTG", 10_000)
    with pytest.raises(topups.TopupRefused, match="payer_not_yours"), transaction():
        topups.TopupPurchase().paid(Payment(ada.id, another, 10_000, payer="50934999999"))
    found = players.limit_of(ada.id, "HTG", "deposit", "day")
    db.session.rollback()
    assert found is not None
    assert found.spent == 60_000
    assert breaches() == []


def test_a_number_that_a_payer_typed_is_no_way_out(ada: Persona) -> None:
    assert ada.id is not None
    with transaction():
        top_up(ada.id, 30_000, "+639171234567", provider="paymongo", currency="PHP", clearing_of="paymongo")
    typed = {"amountMinor": 30_000, "method": "gcash", "account": "+639171234567"}
    refused = ada.browser.post("/api/players/wallets/PHP/withdrawals", json=typed)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "account_not_yours")


def test_a_cards_money_leaves_no_other_way_and_what_it_won_waits(ada: Persona) -> None:
    assert ada.id is not None
    with transaction():
        top_up(ada.id, 10_000, None, provider="stripe", is_card=True, has_3ds=True, clearing_of="stripe")
    told = draw(ada, 50_001).get_json()
    assert (told["code"], told["params"]["leavableMinor"]) == ("money_leaves_elsewhere", 50_000)
    with transaction():
        origins.play(ada.id, "HTG", 60_000, 0)
    assert draw(ada, 1).get_json()["params"]["leavableMinor"] == 0
    with transaction() as session:
        session.execute(text("UPDATE wallet_origins SET paid_at = now() - :days"), {"days": timedelta(days=31)})
    assert draw(ada, 50_001).status_code == 201


def test_what_was_won_stays_until_its_result_is_final(house: Flask, ada: Persona) -> None:  # noqa: F811
    """It does not leave, nor does it become another currency; nor is what was lost taken for what is paid in later."""
    assert ada.id is not None
    with transaction():
        origins.play(ada.id, "HTG", 50_000, 0)
    NOT_FINAL.fill(house, lambda user_id, currency: {FINAL_AT: 30_000} if currency == "HTG" else {})
    told = draw(ada, 20_001).get_json()
    assert (told["code"], told["params"]["leavableMinor"]) == ("winnings_not_final", 20_000)
    page = ada.get("/play/wallet/draw?currency=HTG").text
    assert "stay until the result is final" in page
    assert "31 Mar 2040, 00:05 Haiti" in page
    assert draw(ada, 20_000).status_code == 201
    NOT_FINAL.fill(house, lambda user_id, currency: {})
    assert draw(ada, 30_000).status_code == 201
    with transaction():
        origins.remember(new_id(), ada.id, "USD", 700, origins.Deposit("paypal", None, is_card=False, has_3ds=False))
        top_up(ada.id, 300, None, provider="paypal", currency="USD", clearing_of="paypal")
    assert [one.unplayed for one in origins.origins_of(ada.id) if one.currency == "USD"] == [0, 300]


def test_a_refusal_names_what_lets_the_least_through(house: Flask, ada: Persona) -> None:  # noqa: F811
    assert ada.id is not None
    with transaction():
        won = {"userId": str(ada.id), "currency": "HTG", "amountMinor": 9_950_000}
        adjusting.KIND.execute(won, Agreed(new_id(), "ada", "bea", "a test"))
    told = draw(ada, 6_000_000).get_json()
    assert (told["code"], told["params"]["leftMinor"]) == ("withdrawal_limit_reached", 5_000_000)
    NOT_FINAL.fill(house, lambda user_id, currency: {FINAL_AT: 9_980_000})
    told = draw(ada, 6_000_000).get_json()
    assert (told["code"], told["params"]["leavableMinor"]) == ("winnings_not_final", 20_000)


def test_what_is_not_final_stands_in_for_no_deposit_that_was_not_played(house: Flask, ada: Persona) -> None:  # noqa: F811
    """Of 3,359.99 were 1,923 not played and 1,500 won by a result that is not final: 1,436.99 is not free."""
    assert ada.id is not None
    with transaction():
        top_up(ada.id, 142_300, None, provider="stripe", is_card=True, clearing_of="stripe")
        won = {"userId": str(ada.id), "currency": "HTG", "amountMinor": 143_699}
        adjusting.KIND.execute(won, Agreed(new_id(), "ada", "bea", "a test"))
    NOT_FINAL.fill(house, lambda user_id, currency: {FINAL_AT: 150_000})

    def told(amount: int) -> tuple[str, int]:
        refused = draw(ada, amount).get_json()
        return refused["code"], refused["params"]["leavableMinor"]

    assert told(143_699) == ("winnings_not_final", 50_000), "what came from there, and no more"
    made = draw(ada, 50_000)
    assert made.status_code == 201
    assert told(1) == ("winnings_not_final", 0)
    page = ada.get("/play/wallet/draw?currency=HTG").text
    assert ("1,359.99" in page, "1,500.00" in page, "1,423.00" in page) == (True, True, False), page
    session, place = browser_of(house, "bea"), f"withdrawals/{made.get_json()['withdrawal']['id']}"
    assert "Won by results that are not final" in session.get(f"/admin/money/{place}").text
    proposed = decide(house, "bea", made.get_json()["withdrawal"]["id"], "approve")
    assert proposed.status_code == 200
    NOT_FINAL.fill(house, lambda user_id, currency: {})
    assert told(143_700) == ("money_leaves_elsewhere", 143_699)
    assert draw(ada, 143_699).status_code == 201
    assert told(1) == ("money_leaves_elsewhere", 0)


def test_a_wallet_is_changed_by_two_people_and_who_has_money_is_not_erased(house: Flask, ada: Persona) -> None:  # noqa: F811
    assert ada.id is not None
    with pytest.raises(DomainError, match="insufficient_funds"), transaction():
        adjusting.propose(ada.id, "HTG", -50_001, "ticket 7", "a mistake", actor="operator:operator")
    with transaction():
        waiting = adjusting.propose(ada.id, "HTG", -50_000, "ticket 7", "a mistake", actor="operator:operator")
        assert waiting is not None
        approval: UUID = waiting.id
    assert wallet(ada)["balanceMinor"] == 50_000
    with pytest.raises(DomainError, match="erasure_held"), transaction():
        erasure.erase(ada.id, actor="operator:operator")
    confirm(approval, session_of("bea"))
    line = ada.get("/api/players/wallets/HTG/lines").get_json()["items"][0]
    assert (line["kind"], line["amountMinor"], line["reference"]) == ("adjustment", -50_000, f"adjustment:{approval}")
    with transaction():
        told = export(ada.id)["kept"]
        assert told["wallet_origins"][0]["payer"] == ada.email
        erasure.erase(ada.id, actor="operator:operator")
        assert "payer" not in export(ada.id)["kept"]["wallet_origins"][0]
        assert not queries.has_money(ada.id)
        assert db.session.get(Approval, approval) is not None
    assert breaches() == []


def test_nothing_leaves_while_a_payment_is_asked_back_whatever_its_currency(house: Flask, ada: Persona) -> None:  # noqa: F811
    """Neither what is asked for then, nor what was asked for before."""
    assert ada.id is not None
    held = draw(ada, 20_000).get_json()["withdrawal"]["id"]
    decide(house, "bea", held, "approve")
    IS_DISPUTED.fill(house, lambda user_id: user_id == ada.id)
    assert draw(ada, 100).get_json()["code"] == "withdrawal_while_disputed"
    assert decide(house, "cid", held, "approve").get_json()["code"] == "approval_outdated"
    IS_DISPUTED.fill(house, is_disputed)
    with transaction():
        card = top_up(ada.id, 7_000, None, provider="stripe", is_card=True, clearing_of="stripe", currency="USD")
        own, result = postings.wallet(ada.id, "USD"), AccountRef("result", "", "USD")
        post([Posting(own, result, 7_000, "test", "7", "spent")])
        post([Posting(AccountRef("disputed", "", "USD"), card.clearing, 7_000, "test", "7", "opened")])
        topups.TopupPurchase().charged_back(card, 7_000, "7")
    assert draw(ada, 100).get_json()["code"] == "withdrawal_while_owing"
    assert decide(house, "cid", held, "approve").get_json()["code"] == "approval_outdated"
    assert (sending.send(), wallet(ada)["heldMinor"]) == (0, 20_000)


def test_what_a_player_owes_is_ended_by_two_people(house: Flask, ada: Persona) -> None:  # noqa: F811
    """Set off as far as the wallet goes, then written off; meanwhile nothing can be drawn out."""
    assert ada.id is not None
    with transaction():
        card = top_up(ada.id, 70_000, None, provider="stripe", is_card=True, clearing_of="stripe")
        own, result = postings.wallet(ada.id, "HTG"), AccountRef("result", "", "HTG")
        post([Posting(own, result, 100_000, "test", "7", "spent")])
        post([Posting(AccountRef("disputed", "", "HTG"), card.clearing, 70_000, "test", "7", "opened")])
        topups.TopupPurchase().charged_back(card, 70_000, "7")
        top_up(ada.id, 30_000, ada.email)
    assert draw(ada, 100).get_json()["code"] == "withdrawal_while_owing"

    def end(amount: int, how: owing.How) -> None:
        assert ada.id is not None
        with transaction():
            waiting = owing.propose(ada.id, "HTG", amount, how, "talked to her", actor="operator:operator")
            assert waiting is not None
            approval: UUID = waiting.id
        confirm(approval, session_of("bea"))

    for amount, how, code in ((30_001, "set_off", "insufficient_funds"), (50_001, "written_off", "not_owed")):
        with pytest.raises(DomainError, match=code):
            end(amount, how)  # type: ignore[arg-type]
    end(30_000, "set_off")
    assert (wallet(ada)["balanceMinor"], wallet(ada)["owedMinor"]) == (0, 20_000)
    assert ada.get("/api/players/wallets/HTG/lines").get_json()["items"][0]["kind"] == "set_off"
    end(20_000, "written_off")
    assert (wallet(ada)["balanceMinor"], wallet(ada)["owedMinor"]) == (0, 0)
    assert [one for one in breaches() if "covered" not in one] == []
