"""Money off the chain in the console: what one operator proposes is done by a second one's yes, or never; lists, forms
and JSON say the same, and the ledger is what they say."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.gateways import asking
from app.money.gateways.clients.interface import Line
from app.money.gateways.models import GatewayDifference
from app.money.gateways.payers import queries as payers
from app.money.gateways.reconciling import comparing
from app.money.gateways.reconciling import service as reconciling
from app.money.gateways.reconciling.service import Difference
from app.money.wallets.operating import house as houses
from app.money.wallets.withdrawals import by_hand
from app.money.wallets.withdrawals import service as withdrawals
from app.people.accounts.models import User
from app.people.approvals.models import Approval
from app.people.players.queries import read_now
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from tests.money.gateways.shop import AMOUNT, Shop, paid
from tests.money.wallets.money import Way, player, top_up
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.personas import form_token

from .test_approvals import browser_of, post

MONEY = "/admin/money"


@pytest.fixture
def shop(house: Flask) -> Shop:  # noqa: F811
    return Shop(house).open()


@pytest.fixture
def ada(house: Flask) -> FlaskClient:  # noqa: F811
    return browser_of(house, "operator")


@pytest.fixture
def bea(house: Flask) -> FlaskClient:  # noqa: F811
    return browser_of(house, "bea")


def send(browser: FlaskClient, path: str, **form: object) -> TestResponse:
    return browser.post(path, data={"csrf_token": form_token(browser), "reason": "they have asked for it", **form})


def proposal(answer: TestResponse) -> UUID:
    found = re.fullmatch(r"/admin/approvals/([0-9a-f-]{36})", answer.headers.get("Location", ""))
    assert found is not None, answer.text
    return UUID(found[1])


def balance(kind: str, owner: object = "", currency: str = "HTG") -> int:
    db.session.rollback()
    found = ledger.balance(AccountRef(kind, str(owner), currency))
    db.session.rollback()
    return found


def drawn(amount: int = 20_000) -> tuple[UUID, UUID]:
    """Somebody who has paid in, and wants some of it back at the same number."""
    with transaction():
        user_id, phone = player()
        top_up(user_id, 50_000, phone)
        return user_id, withdrawals.ask(user_id, "HTG", amount, "moncash", phone).id


def states(*ids: UUID) -> list[str]:
    db.session.rollback()
    query = text("SELECT state FROM wallet_withdrawals WHERE id = :id")
    found = [str(db.session.scalar(query, {"id": one})) for one in ids]
    db.session.rollback()
    return found


def words_of(shown: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def test_a_payment_goes_back_by_two(shop: Shop, ada: FlaskClient, bea: FlaskClient) -> None:
    bought = shop.bought()
    page = f"{MONEY}/payments/{bought}"
    asks = ada.get(f"{page}/refund").text
    assert 'value="500.00"' in asks, "the whole of it, unless somebody writes less"
    assert "before another operator has confirmed it" in asks
    for wrong in ("500.01", "0", "-1", "1.234", "much"):
        refused = send(ada, f"{page}/refund", amount=wrong)
        assert refused.status_code in (409, 422), wrong
        assert 'value="' + wrong in refused.text, "what was typed is kept"
    approval = proposal(send(ada, f"{page}/refund", amount="200"))
    assert shop.refunds(bought) == []
    assert shop.books(bought) == {"wallet": AMOUNT, "clearing": AMOUNT}
    assert "A refund waits for a second operator" in ada.get(page).text
    assert post(ada, approval, "confirm").status_code == 403, "the same person twice is one person"
    assert shop.refunds(bought) == []
    assert post(bea, approval, "confirm").status_code == 303
    assert shop.refunds(bought) == ["requested"]
    assert "confirmed by bea" in ada.get(page).text
    assert asking.run() >= 1
    assert (shop.refunds(bought), shop.state(bought)) == (["succeeded"], "partly_refunded")
    assert shop.books(bought) == {"wallet": AMOUNT - 20_000, "clearing": AMOUNT - 20_000}
    told = ada.get(page).text
    history = told[told.index('id="history-title"') :]
    for said in ("has money of a payment on its way back", "found some of a payment given back"):
        line = " ".join(re.sub(r"<[^>]+>", " ", history[history.index(said) :])[:200].split())
        assert line.startswith(f"{said}, 200.00 HTG"), f"what goes back, and not all that was paid: {line}"
    shop.begun()
    totals = " ".join(re.sub(r"<[^>]+>", " ", ada.get(f"{MONEY}/payments").text).split())
    assert "Came in, HTG 500.00 HTG 1 payment, fees" in totals, "what waits has not come in"
    assert "Went back, HTG 200.00 HTG" in totals
    for said in ("Partly back", "they have asked for it", "Arrived", "clearing:moncash", "the player’s wallet"):
        assert said in told
    assert told.count('<tr id="posting-') == 3, "paid in, taken back, returned"
    assert shop.breaches() == []


def test_a_refund_that_was_refused_stays(shop: Shop, house: Flask, ada: FlaskClient, bea: FlaskClient) -> None:  # noqa: F811
    bought, wanted = shop.bought(), {"amountMinor": AMOUNT, "reason": "they have asked for it"}
    place, key = f"/api/admin/payments/{bought}/refund", {"Idempotency-Key": "a-double-click"}
    first, again = (ada.post(place, json=wanted, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.json == again.json, "one proposal, however often it is sent"
    assert ada.post(place, json=wanted).json["code"] == "approval_waits"
    assert ada.post(place, json={**wanted, "amountMinor": AMOUNT + 1}).json["code"] == "refund_too_much"
    told = first.get_json()
    assert (told["refund"], told["status"], told["leftMinor"]) == (None, "succeeded", AMOUNT)
    approval = UUID(told["approvalId"])
    assert post(bea, approval, "refuse").status_code == 303
    assert post(bea, approval, "confirm").status_code == 409
    assert (shop.refunds(bought), shop.state(bought)) == ([], "succeeded")
    assert shop.books(bought) == {"wallet": AMOUNT, "clearing": AMOUNT}
    listed = ada.get(f"/api/admin/payments?state=paid&userId={shop.user_id}").get_json()
    assert [(one["id"], one["amountMinor"]) for one in listed["payments"]] == [(str(bought), AMOUNT)]
    assert ada.get("/api/admin/payments?state=open").get_json() == {"payments": [], "next": None}
    assert ada.get("/api/admin/payments?leastMinor=50001").get_json()["payments"] == []
    assert [ada.get(f"/api/admin/payments?{wrong}").status_code for wrong in ("since=x", "state=x", "a=b")] == [422] * 3
    story = ada.get(f"/api/admin/payments/{bought}").get_json()
    assert [(one["debit"], one["credit"]) for one in story["postings"]] == [
        ("clearing:moncash", f"wallet:{shop.user_id}")
    ]
    assert (ada.get("/api/admin/payments/nonsense").status_code, house.test_client().get(place).status_code) == (
        404,
        405,
    )


def test_why_money_went_back_is_told_in_words(shop: Shop, ada: FlaskClient) -> None:
    shop.goods.refuses = "payer_not_yours"
    payment_id = shop.begun()
    shop.gateway.answer = paid()
    shop.ask(payment_id)
    page = ada.get(f"{MONEY}/payments/{payment_id}").text
    facts = page[: page.index('id="posted-title"')]
    assert "It was paid from a number that is not the player’s verified one." in facts
    assert "payer_not_yours" not in facts
    assert payers.details(payment_id).why == "payer_not_yours"


def test_small_parts_are_one_operators_until_they_are_not_small(shop: Shop, house: Flask, ada: FlaskClient) -> None:  # noqa: F811
    house.config["SETTINGS"] = house.config["SETTINGS"].model_copy(update={"refund_one_operator": "HTG=10000"})
    bought = shop.bought()
    place = f"/api/admin/payments/{bought}/refund"
    answers = [ada.post(place, json={"amountMinor": 6_000, "reason": "a part"}).get_json() for _ in range(2)]
    assert [one["approvalId"] is None for one in answers] == [True, False]
    assert answers[0]["refund"]["status"] == "requested"
    assert shop.refunds(bought) == ["requested"]


def test_withdrawals_leave_by_two_and_one_refuses(house: Flask, ada: FlaskClient, bea: FlaskClient) -> None:  # noqa: F811
    Way().into(house)
    (first, one), (_, two), (_, three) = drawn(), drawn(), drawn(30_000)
    assert "3 withdrawals wait for you." in ada.get("/admin").text
    listed = ada.get(f"{MONEY}/withdrawals").text
    assert re.findall(r'name="withdrawal" value="([^"]+)"', listed) == [str(three), str(two), str(one)]
    assert re.findall(r'name="withdrawal" value="([^"]+)"', ada.get(f"{MONEY}/withdrawals?least=300").text) == [
        str(three)
    ]
    page = ada.get(f"{MONEY}/withdrawals/{one}").text
    for said in (
        "Known to be theirs",
        "same account",
        "it is the number or address that they sign in with",
        "In 24 hours",
    ):
        assert said in page
    assert ada.get(f"{MONEY}/withdrawals/decide?act=approve").status_code == 422
    place = f"{MONEY}/withdrawals/decide?act=approve&withdrawal={one}&withdrawal={two}"
    assert "Let 2 withdrawals leave?" in ada.get(place).text
    assert send(ada, place, reason=" ").status_code == 422
    assert states(one, two) == ["held", "held"]
    said = ada.get(send(ada, place).headers["Location"]).text
    assert "2 withdrawals wait for a second operator." in said
    assert said.count(">Proposed<") == 2
    said = ada.get(send(ada, place).headers["Location"]).text
    assert said.count("you have proposed it") == 2, "two people needed is really two"
    assert states(one, two) == ["held", "held"]
    assert "2 withdrawals leave." in bea.get(send(bea, place).headers["Location"]).text
    refusing = f"{MONEY}/withdrawals/decide?act=refuse&withdrawal={three}&withdrawal={one}"
    said = ada.get(send(ada, refusing).headers["Location"]).text
    assert "1 withdrawal is refused." in said
    assert "has moved on" in said
    assert states(one, two, three) == ["approved", "approved", "refused"]
    assert balance("wallet", first) == 50_000
    assert ada.get("/api/admin/withdrawals?state=refused&currency=HTG").get_json()["withdrawals"][0]["id"] == str(three)


def test_what_no_way_pays_is_paid_by_hand(house: Flask, ada: FlaskClient, bea: FlaskClient) -> None:  # noqa: F811
    user_id, own = drawn()
    place = f"{MONEY}/withdrawals/decide?act=approve&from=one&withdrawal={own}"
    assert "Propose that it leaves…" in ada.get(f"{MONEY}/withdrawals/{own}").text
    assert send(ada, place).headers["Location"] == f"{MONEY}/withdrawals/{own}"
    first, second = (words_of(browser.get(f"{MONEY}/withdrawals/{own}").text) for browser in (ada, bea))
    assert "You have proposed it: it leaves once another operator says yes." in first
    assert ("Let it leave…" in first, "Let it leave…" in second) == (False, True)
    assert send(bea, place).headers["Location"] == f"{MONEY}/withdrawals/{own}"
    told = words_of(bea.get(f"{MONEY}/withdrawals/{own}").text)
    assert ("sent by itself" in told, "It leaves once somebody has paid it by hand." in told) == (False, True)
    entering = f"{MONEY}/withdrawals/{own}/paid"
    assert f'href="{entering}"' in ada.get(f"{MONEY}/withdrawals/{own}").text
    assert f'id="withdrawal-{own}"' in ada.get(f"{MONEY}/withdrawals?state=by_hand").text
    poor = send(ada, entering, bank="sogebank", reference="statement 8")
    assert (poor.status_code, states(own)) == (422, ["approved"])
    assert "The account bank:sogebank holds 0.00 HTG by our books." in words_of(poor.text)
    assert send(ada, entering, bank="No Such Bank!", reference="statement 8").status_code == 422
    money = {"source": "capital", "target": "bank:sogebank", "currency": "HTG", "amount": "1000", "reference": "7"}
    refused = send(ada, f"{MONEY}/move", **{**money, "target": "wallet:ada"})
    assert (refused.status_code, "capital, bank:NAME or clearing:GATEWAY" in refused.text) == (422, True)
    approval = proposal(send(ada, f"{MONEY}/move", **money))
    assert balance("bank", "sogebank") == 0
    assert post(bea, approval, "confirm").status_code == 303
    assert balance("bank", "sogebank") == 100_000
    assert send(ada, entering, bank="bank:sogebank", reference="statement 8").status_code == 303
    assert (states(own), balance("wallet", user_id), balance("bank", "sogebank")) == (["paid"], 30_000, 80_000)
    told = words_of(ada.get(f"{MONEY}/withdrawals/{own}").text)
    assert "operator entered it as paid. No provider has told us that it arrived." in told
    assert "entered a withdrawal as paid by hand, 200.00 HTG" in told
    assert "saw a withdrawal arrive" not in told
    _, ours = drawn()
    held = ada.get(f"{MONEY}/withdrawals/{ours}").text
    assert "after the yes somebody pays it by hand" in held
    place = f"{MONEY}/withdrawals/decide?act=approve&from=one&withdrawal={ours}"
    assert "1 of them no way pays by itself" in ada.get(place).text
    for browser in (ada, bea):
        send(browser, place)
    entering = f"{MONEY}/withdrawals/{ours}/paid"
    asked = ada.get(entering).text
    assert 'value="clearing:moncash"' in asked
    assert "our account with MonCash" in asked
    assert send(ada, entering, bank="clearing:stripe", reference="7").status_code == 422, "of another way"
    assert send(ada, entering, bank="clearing:moncash", reference="7").status_code == 303
    assert (states(ours), balance("bank", "sogebank")) == (["paid"], 80_000)
    _, second = drawn(10_000)
    place = f"{MONEY}/withdrawals/decide?act=approve&from=one&withdrawal={second}"
    send(ada, place)
    waiting = select(Approval.id).where(Approval.subject == f"withdrawal:{second}", Approval.state == "open")
    approval = db.session.scalars(waiting).one()
    db.session.rollback()
    confirmed = post(bea, approval, "confirm").headers["Location"]
    assert "somebody pays it by hand now" in bea.get(confirmed).text
    entering = f"{MONEY}/withdrawals/{second}/paid"
    twice = send(ada, entering, bank="clearing:moncash", reference=" 7 ")
    assert (twice.status_code, states(second)) == (422, ["approved"]), "one payment pays one withdrawal"
    assert f"200.00 HTG have left clearing:moncash already, for withdrawal {ours}" in words_of(twice.text)
    assert send(ada, entering, bank="sogebank", reference="7").status_code == 303, "another account has its own"
    page = ada.get(MONEY).text
    assert "bank:sogebank" in page
    told = houses.house("HTG")
    assert told.total == sum(told.whose.values())
    assert page.count(f'<strong><data class="amount" value="{told.total}">') == 2
    assert page.count('<tr id="move-') == 1


@pytest.mark.parametrize(("waits", "ends"), [(True, ["done", "reference_used"]), (False, ["done", "done"])])
def test_of_two_under_one_reference_at_once_one_stands(
    house: Flask,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    waits: bool,
    ends: list[str],
) -> None:
    """Without the lock, the negative control, both find the reference unused."""
    said = {"actor": "operator:operator", "reason": "as asked for"}
    found = [own for _, own in (drawn(), drawn())]
    with transaction():
        for own in found:
            withdrawals.approve(own, **said)
    both, apply = Barrier(2), withdrawals.apply

    def apply_together(*given: Any, **named: Any) -> None:
        with suppress(BrokenBarrierError):
            both.wait(0.5)
        apply(*given, **named)

    monkeypatch.setattr(withdrawals, "apply", apply_together)
    if not waits:
        monkeypatch.setattr(by_hand, "_one_at_a_time", lambda paid_from: None)

    def enter(own: UUID) -> str:
        with house.app_context():
            try:
                with transaction():
                    by_hand.paid(own, "clearing:moncash", "GC-1", **said)
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enter, found)) == ends


def test_what_a_gateways_list_says_otherwise_is_explained(shop: Shop, ada: FlaskClient) -> None:
    bought = shop.bought()
    shop.gateway.lines = [
        Line("payment", "t1", str(bought), "HTG", AMOUNT, str(bought)),
        Line("payment", "elsewhere", "", "HTG", 700),
    ]
    assert comparing.compare("moncash") == 1
    assert "gateway_differs" in shop.alarms()
    (own,) = db.session.scalars(select(GatewayDifference.id))
    db.session.rollback()
    place = f"{MONEY}/reconciliation"
    assert "1 difference from a gateway" in ada.get("/admin").text
    listed = ada.get(place).text
    assert "On the gateway’s list, and not in our books" in listed
    assert "7.00" in listed
    bare = send(ada, place, difference=own, reason=" ")
    assert (bare.status_code, f'value="{own}" aria-label' in bare.text, " checked" in bare.text) == (422, True, True)
    assert send(ada, place).status_code == 422, "nothing is ticked"
    assert send(ada, place, difference=own, reason="a shop that shares the account").status_code == 303
    assert "gateway_differs" not in shop.alarms()
    assert comparing.compare("moncash") == 1, "it is still there"
    assert "gateway_differs" not in shop.alarms(), "and alarms nobody any more"
    nothing = ada.get(place).text
    assert "Nothing waits to be explained" in nothing
    assert "agree, as far as they were compared, but for 1 difference that was explained" in nothing
    assert "a shop that shares the account" in ada.get(f"{place}?show=explained").text
    told = ada.get("/api/admin/reconciliation?show=explained").get_json()
    assert [(one["explanation"], one["explainedBy"]) for one in told["differences"]] == [
        ("a shop that shares the account", "operator:operator")
    ]
    assert [(one["gateway"], one["differences"]) for one in told["comparisons"]] == [("moncash", 1)]
    again = ada.post(f"/api/admin/reconciliation/{own}/explain", json={"reason": "another word"})
    assert (again.status_code, again.get_json()["code"]) == (409, "difference_explained")
    shop.gateway.lines[1] = Line("payment", "elsewhere", "", "HTG", 900_000)
    assert comparing.compare("moncash") == 1
    assert "gateway_differs" in shop.alarms(), "what was said of a small one is not said of a large one"
    assert "9,000.00" in ada.get(place).text


def test_where_money_lies_says_what_was_compared(shop: Shop, ada: FlaskClient) -> None:
    def told() -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", ada.get(MONEY).text).split())

    bought = shop.bought()
    assert "never compared" in told()
    shop.gateway.lines = [Line("payment", "t1", str(bought), "HTG", AMOUNT, str(bought))]
    assert comparing.compare("moncash") == 0
    assert "agrees with its list" in told()
    page = f"{MONEY}/reconciliation"
    assert ">Agrees<" in ada.get(page).text
    shop.bought()
    assert "Not compared since money last moved" in ada.get(page).text
    assert ">Agrees<" not in ada.get(page).text
    now = int(read_now().timestamp() * 1000)
    waits, live = f"{page}?waits=moncash&asked={now}", {"HX-Request": "true"}
    assert (ada.get(waits, headers=live).status_code, f'hx-get="{page}?waits=moncash' in ada.get(waits).text) == (
        204,
        True,
    )
    earlier = ada.get(f"{page}?waits=moncash&asked={now - 60_000}", headers=live)
    assert earlier.headers["HX-Redirect"] == page
    younger = told()
    assert "not compared since money last moved compared" in younger
    assert "agrees with its list" not in younger
    with transaction():
        reconciling.write("moncash", read_now(), 1, [Difference("balance", "moncash-prefund", "HTG", 0, 700)])
    elsewhere = told()
    assert "agrees with its list" in elsewhere, "what differs lies in another account"
    assert "1 differs" not in elsewhere
    assert "on no list" not in elsewhere
    _, own = drawn()
    said = {"actor": "operator:operator", "reason": "as asked for"}
    with transaction():
        withdrawals.approve(own, **said)
        by_hand.paid(own, "clearing:moncash", "GC-1", **said)
    for shown in (told(), words_of(ada.get(page).text)):
        assert "1 payout by hand is on no list" in shown


def test_what_left_unasked_is_written_off_by_two(shop: Shop, ada: FlaskClient, bea: FlaskClient) -> None:
    bought = shop.bought()
    shop.gateway.lines = [
        Line("payment", "t1", str(bought), "HTG", AMOUNT, str(bought)),
        Line("refund", "re_1", "", "HTG", 700),
    ]
    assert comparing.compare("moncash") == 1
    assert (balance("unexplained"), balance("result")) == (700, 0)
    books = {"source": "unexplained", "target": "result", "currency": "HTG", "amount": "7", "reference": "re_1"}
    for wrong in ({"source": "result", "target": "bank:sogebank"}, {"target": "capital"}, {"amount": "7.01"}):
        assert send(ada, f"{MONEY}/move", **{**books, **wrong}).status_code in (409, 422), wrong
    assert post(bea, proposal(send(ada, f"{MONEY}/move", **books)), "confirm").status_code == 303
    assert (balance("unexplained"), balance("result")) == (0, -700)


def test_wallets_and_rates_are_changed_by_two_with_receipt_and_history(
    house: Flask,  # noqa: F811
    ada: FlaskClient,
    bea: FlaskClient,
) -> None:
    user_id, withdrawal = drawn()
    form = {"person": str(user_id), "way": "give", "currency": "HTG", "amount": "12.50", "receipt": "ticket 7"}
    place = f"{MONEY}/adjustments/make"
    for wrong in ({"person": "nobody@example.com"}, {"amount": "x"}, {"receipt": " "}, {"reason": ""}, {"way": "x"}):
        assert send(ada, place, **{**form, **wrong}).status_code == 422, wrong
    too_much = send(ada, place, **{**form, "way": "take", "amount": "300.01"})
    assert (too_much.status_code, "There is not so much in this wallet." in too_much.text) == (422, True)
    approval = proposal(send(ada, place, **form))
    assert "ticket 7" in bea.get(f"/admin/approvals/{approval}").text
    assert post(bea, approval, "confirm").status_code == 303
    assert balance("wallet", user_id) == 51_250
    told = ada.get(f"{MONEY}/adjustments").text
    assert all(said in told for said in ("ticket 7", "they have asked for it", "<bdi>bea</bdi>", "12.50"))
    reviewed = words_of(ada.get(f"{MONEY}/withdrawals/{withdrawal}").text)
    assert "What else came into this wallet Given by operators 12.50 HTG" in reviewed, "what is of no deposit"
    assert re.search(r"given 12.50 HTG .* proposed by \W?operator\W?, confirmed by \W?bea\W? .* ticket 7", reviewed)
    rate = {"pair": "USD-HTG", "rate": "131,25"}
    assert send(ada, f"{MONEY}/rates/say", **{**rate, "rate": "much"}).status_code == 422
    assert "no rate was ever said" in ada.get(f"{MONEY}/rates").text
    assert post(bea, proposal(send(ada, f"{MONEY}/rates/say", **rate)), "confirm").status_code == 303
    shown = ada.get(f"{MONEY}/rates").text
    assert shown.count("131.25") == 2, "in force, and in the history"
    assert "The last rate: 1 USD = 131.25 HTG." in ada.get(f"{MONEY}/rates/say").text
    far = {"pair": "USD-HTG", "rate": "13.125"}
    refused = send(ada, f"{MONEY}/rates/say", **far)
    assert (refused.status_code, "-90.0 % from the last rate, 131.25" in refused.text) == (422, True)
    far_away = ada.get(f"/admin/approvals/{proposal(send(ada, f'{MONEY}/rates/say', **far, again='13.125'))}").text
    assert "far from the last rate" in far_away
    assert "-90.0 %" in far_away
    runner = house.test_cli_runner()
    assert json.loads(runner.invoke(args=["wallets", "rates"]).stdout)[0]["confirmedBy"] == "bea"
    given = ["--receipt", "ticket 8", "--operator", "operator", "--reason", "a test"]
    said = runner.invoke(args=["wallets", "adjust", str(user_id), "HTG", "100", *given])
    assert "waits for a second operator" in said.output


def test_commands_do_what_the_console_does(shop: Shop, house: Flask, bea: FlaskClient) -> None:  # noqa: F811
    who = ["--operator", "operator", "--reason", "a test"]

    def flask(*arguments: str) -> str:
        done = house.test_cli_runner().invoke(args=list(arguments))
        db.session.rollback()
        assert done.exit_code == 0, done.output
        return done.output

    Way().into(house)
    bought, (_, one), (_, two) = shop.bought(), drawn(), drawn()
    assert [row["id"] for row in json.loads(flask("gateways", "payments", "--state", "paid"))] == [str(bought)]
    assert "another operator confirms it" in flask("gateways", "refund", str(bought), "5.00", *who)
    assert "waits for a second operator" in flask("wallets", "approve", str(one), *who)
    assert flask("wallets", "refuse", str(two), *who).strip() == "refused"
    assert states(one, two) == ["held", "refused"]
    for approval in db.session.scalars(select(Approval.id).order_by(Approval.id)).all():
        assert post(bea, approval, "confirm").status_code == 303
    asking.run()
    assert states(one) == ["approved"]
    shown = json.loads(flask("gateways", "show", str(bought)))
    assert (shown["leftMinor"], len(shown["refunds"]), len(shown["postings"])) == (AMOUNT - 500, 1, 3)
    assert flask("gateways", "ask", str(bought)).strip() == f"{bought}: partly_refunded"
    places = json.loads(flask("wallets", "house"))[0]["places"]
    assert places == {"clearing:moncash": AMOUNT - 500 + 100_000}
    shop.gateway.lines = [Line("payment", "elsewhere", "", "HTG", 700)]
    comparing.compare("moncash")
    own = flask("gateways", "differences").split()[0]
    assert flask("gateways", "explain", own, *who).strip() == "explained"
    assert "(a test)" in flask("gateways", "differences")


def test_who_is_concerned_confirms_nothing(shop: Shop, house: Flask, ada: FlaskClient, bea: FlaskClient) -> None:  # noqa: F811
    bought = shop.bought()
    email = db.session.get_one(User, shop.user_id).email
    db.session.rollback()
    linked = ["operators", "link", "bea", str(email), "--operator", "operator", "--reason", "hers"]
    assert house.test_cli_runner().invoke(args=linked).exit_code == 0
    approval = proposal(send(ada, f"{MONEY}/payments/{bought}/refund", amount="500"))
    refused = post(bea, approval, "confirm")
    assert (refused.status_code, shop.refunds(bought)) == (403, [])
    assert post(browser_of(house, "cid"), approval, "confirm").status_code == 303
    assert shop.refunds(bought) == ["requested"]
    db.session.rollback()
    assert db.session.scalars(select(Approval.state)).all() == ["confirmed"]


def test_a_page_is_as_many_statements_for_fifty_rows_as_for_one(shop: Shop, house: Flask, ada: FlaskClient) -> None:  # noqa: F811
    Way().into(house)
    counted: dict[str, list[int]] = {}
    for rows in (1, 4):
        while len(shop.goods.told) < rows:
            shop.bought()
            drawn(1_000)
        for place in ("payments", "withdrawals", "reconciliation", "adjustments"):
            said: list[str] = []
            hear = lambda *given, said=said: said.append(given[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", hear)
            page = ada.get(f"{MONEY}/{place}")
            event.remove(db.engine, "before_cursor_execute", hear)
            assert page.status_code == 200
            counted.setdefault(place, []).append(len(said))
    assert {place: one for place, (one, many) in counted.items() if one != many} == {}
