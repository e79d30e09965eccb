"""Decisions that an outsider could profit from: proposed in the console or by a command, done when another confirms."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.people.accounts.service import user_with_email
from app.people.approvals.models import Approval
from app.people.operators import service as operators
from app.people.operators.rules import MODULES
from app.people.partners.models import PartnerSite
from app.record.audit.models import AuditEntry
from app.selling.windows.games import game_called
from app.selling.windows.orders import refunds
from tests.chain.test_spends import spend_in_a_block, spendable
from tests.factories.partners import make_site
from tests.games.luckotto.conftest import Lottery
from tests.people.approvals.conftest import house  # noqa: F401  (fixtures)
from tests.people.approvals.people import CHEAP, PASSWORDS, change, confirm, session_of, state_of
from tests.personas import form_token

from .test_approvals import browser_of, post
from .test_signing_in import inside
from .test_suspended import balances, lottery, rounds, ticked, windows  # noqa: F401  (fixtures)

WHY = {"reason": "their papers are in order"}


def send(browser: FlaskClient, path: str, **form: object) -> str:
    """Where a form leads that was accepted."""
    answer = browser.post(path, data={"csrf_token": form_token(browser), **WHY, **form})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def proposal_at(place: str) -> UUID:
    found = re.fullmatch(r"/admin/approvals/([0-9a-f-]{36})", place)
    assert found is not None, place
    return UUID(found[1])


def standing(name: str) -> str:
    db.session.rollback()
    found = db.session.scalar(select(PartnerSite.verification_status).where(PartnerSite.name == name))
    db.session.rollback()
    assert found is not None
    return found


def site_of(address: str = "owner@example.org") -> str:
    with transaction():
        return make_site(user_with_email(address)).name


def refused(approval: UUID, name: str) -> str:
    with pytest.raises(DomainError) as error:
        confirm(approval, session_of(name))
    return error.value.code


def test_a_site_is_verified_by_two(house: Flask) -> None:  # noqa: F811
    name, ada, bea = site_of(), browser_of(house, "operator"), browser_of(house, "bea")
    assert "before another operator has confirmed it" in ada.get(f"/admin/partners/{name}/decide?act=verify").text
    assert "before another operator" not in ada.get(f"/admin/partners/{name}/decide?act=reject").text
    approval = proposal_at(send(ada, f"/admin/partners/{name}/decide", act="verify"))
    assert "Proposed." in ada.get(f"/admin/approvals/{approval}").text
    assert standing(name) == "unverified"
    page = bea.get(f"/admin/approvals/{approval}").text
    assert name in page
    assert "owner@example.org" in page
    assert post(bea, approval, "confirm").status_code == 303
    assert standing(name) == "verified"
    history = ada.get(f"/admin/partners/{name}").text
    assert "their papers are in order" in history


def test_neither_the_owner_nor_a_new_owner_is_verified_so(house: Flask) -> None:  # noqa: F811
    name = site_of()
    runner = house.test_cli_runner()
    said = runner.invoke(args=["partners", "verify", name, "--operator", "operator", "--reason", "known"])
    assert "another operator confirms it" in said.output
    approval = db.session.scalars(select(Approval.id)).one()
    db.session.rollback()
    linked = ["operators", "link", "bea", "owner@example.org", "--operator", "operator", "--reason", "hers"]
    assert runner.invoke(args=linked).exit_code == 0
    assert refused(approval, "bea") == "approval_concerns_you"
    site_of("other@example.org")
    change(
        "UPDATE partner_sites SET owner_user_id = (SELECT owner_user_id FROM partner_sites WHERE name <> :name)"
        " WHERE name = :name",
        name=name,
    )
    assert refused(approval, "cid") == "approval_outdated"
    assert (standing(name), state_of(approval)) == ("unverified", "open")
    again = runner.invoke(args=["partners", "verify", name, "--operator", "operator", "--reason", "known"])
    assert "proposed as" in again.output  # what cannot be confirmed any more keeps nothing out
    unknown = runner.invoke(args=["partners", "verify", name, "--operator", "nobody", "--reason", "known"])
    assert unknown.exit_code == 1


@pytest.fixture
def by_two(lottery: Lottery) -> Flask:  # noqa: F811
    """That world, with two more operators and the setting of production."""
    app = lottery.app
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"two_people": True})
    return app


def more_operators() -> None:
    with transaction():
        for name in ("bea", "cid"):
            made = CHEAP.hash(PASSWORDS[name])
            operators.add(name, made, list(MODULES), actor="operator:operator", reason="a test")


def test_suspended_money_is_given_by_two_all_of_it_or_none(by_two: Flask, rounds: list[str]) -> None:  # noqa: F811
    more_operators()
    ada, bea = browser_of(by_two, "operator"), inside(by_two, "bea", PASSWORDS["bea"])
    assert set(ticked(ada.get("/admin/suspended").text)) == set(rounds)
    assert "suspended payments wait for your decision" in ada.get("/admin").text
    before = balances()
    approval = proposal_at(send(ada, "/admin/suspended/decide", round=rounds))
    assert "wait for your decision" not in ada.get("/admin").text, "what is proposed is decided, as far as one can"
    page = bea.get(f"/admin/approvals/{approval}").text
    assert page.count(" of 1 payment") >= 3
    for one in rounds:
        assert f'href="/admin/rounds/{one.replace(":", "/")}"' in page
    whose = dict(re.findall(r"<dt>To the balance of (.*?)</dt><dd>.*?>([\d,]+) sats", page, re.DOTALL))
    names = set(db.session.scalars(text("SELECT name FROM partner_sites")))
    db.session.rollback()
    assert set(whose) <= names
    assert sorted(whose.values()) == ["1,000", "2,400"], "to whom and how much, before it is confirmed"
    assert balances() == before
    again = ada.post("/admin/suspended/decide", data={"csrf_token": form_token(ada), **WHY, "round": rounds})
    assert again.status_code == 409
    part = ada.post("/admin/suspended/decide", data={"csrf_token": form_token(ada), **WHY, "round": rounds[1:]})
    assert (part.status_code, WHY["reason"] in part.text) == (409, True), "what was typed is kept"
    assert "proposed already by operator" in part.text
    assert f'href="/admin/approvals/{approval}"' in part.text
    game, _, number = rounds[0].partition(":")
    with transaction():
        assert refunds.decide(game_called(game), "operator:operator", "a part of it", int(number)) == 1
    between = balances()
    assert between > before
    assert refused(approval, "bea") == "approval_outdated"  # a part of it is given already
    assert balances() == between
    assert set(ticked(ada.get("/admin/suspended").text)) == set(rounds[1:]), "what is outdated keeps nothing out"
    said = by_two.test_cli_runner().invoke(args=["refunds", "decide", "--operator", "bea", "--reason", "all of it"])
    assert "another operator confirms it" in said.output
    rest = db.session.scalars(select(Approval.id).order_by(Approval.id.desc()).limit(1)).one()
    db.session.rollback()
    confirm(rest, session_of("cid"))
    assert balances() > between
    told = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "payments.refunded")).all()
    assert [one.get("confirmed_by") for one in told] == [None, "cid", "cid"], "the first of them was given by one"
    waiting = "SELECT count(*) FROM order_payments WHERE refundable_sats > 0 AND refunded_at IS NULL"
    assert db.session.scalar(text(waiting)) == 0
    db.session.rollback()
    nothing = by_two.test_cli_runner().invoke(args=["refunds", "decide", "--operator", "bea", "--reason", "more"])
    assert nothing.output == "0 payments refunded\n"


def test_what_is_proposed_is_not_ticked_again(by_two: Flask, rounds: list[str]) -> None:  # noqa: F811
    more_operators()
    ada = browser_of(by_two, "operator")
    asks = ada.get("/admin/suspended/decide", query_string={"round": rounds[:2]}).text
    assert (">Propose it</button>" in asks, ">Give it to the partners</button>" in asks) == (True, False)
    approval = proposal_at(send(ada, "/admin/suspended/decide", round=rounds[:2]))
    page = ada.get("/admin/suspended").text
    assert ticked(page) == [rounds[2]]
    assert page.count("proposed by operator, waits for a second person</a>") == 2
    assert page.count(f'href="/admin/approvals/{approval}"') == 2
    figures = page[page.index('class="figures"') : page.index("</dl>")]
    assert (figures.count(">1 payment<"), figures.count(">2 payments<")) == (1, 1)
    assert "Waits for a second person" in figures
    last = proposal_at(send(ada, "/admin/suspended/decide", round=rounds[2]))
    assert ticked(ada.get("/admin/suspended").text) == []
    assert ada.get("/admin/suspended?game=luckotto").text.count(f"/admin/approvals/{last}") == 1
    assert post(ada, approval, "withdraw").status_code == 303
    assert set(ticked(ada.get("/admin/suspended").text)) == set(rounds[:2])


def test_a_halted_round_is_decided_by_two(by_two: Flask, rounds: list[str]) -> None:  # noqa: F811
    more_operators()
    number = str(db.session.scalar(text("SELECT max(round_number) FROM rounds")))  # not drawn yet
    before = db.session.scalar(text("SELECT status FROM rounds WHERE round_number = :n"), {"n": int(number)})
    db.session.rollback()
    change("UPDATE rounds SET status = 'halted' WHERE round_number = :number", number=int(number))
    ada = browser_of(by_two, "operator")
    place = f"/admin/rounds/rounds/{number}/resolve"
    assert "before another operator has confirmed it" in ada.get(f"{place}?outcome=void").text
    approval = proposal_at(send(ada, place, outcome="void"))
    assert ada.get(f"/admin/approvals/{approval}").text.count("is never drawn") == 1
    said = by_two.test_cli_runner().invoke(
        args=["rounds", "resolve", number, "--void", "--operator", "bea", "--reason", "no"]
    )
    assert said.exit_code == 1  # the same is proposed already
    change("UPDATE rounds SET status = :before WHERE round_number = :number", before=before, number=int(number))
    assert refused(approval, "bea") == "approval_outdated"
    change("UPDATE rounds SET status = 'halted' WHERE round_number = :number", number=int(number))
    confirm(approval, session_of("bea"))
    status = db.session.scalar(text("SELECT status FROM rounds WHERE round_number = :n"), {"n": int(number)})
    assert status == "void"
    db.session.rollback()


def test_a_spend_that_nobody_planned_is_explained_by_two(by_two: Flask, lottery: Lottery) -> None:  # noqa: F811
    order = lottery.order(lottery.site(), "ada")
    coin = spendable(lottery, order, lottery.send(order.address, 50_000))
    lottery.mine()
    spend_in_a_block(lottery, coin)
    more_operators()
    ada = browser_of(by_two, "operator")
    (spend,) = json.loads(by_two.test_cli_runner().invoke(args=["payouts", "spends", "--json"]).output)
    db.session.rollback()
    approval = proposal_at(send(ada, f"/admin/payouts/spends/{spend['id']}/explain"))
    assert spend["spentBy"] in ada.get(f"/admin/approvals/{approval}").text
    assert "Payouts are frozen" in ada.get("/admin/payouts").text
    assert ada.get("/admin/payouts").status_code == 200
    confirm(approval, session_of("bea"))
    assert "Payouts are frozen" not in ada.get("/admin/payouts").text
    again = ["payouts", "explain", spend["id"], "--operator", "bea", "--reason", "it was the sweep"]
    assert by_two.test_cli_runner().invoke(args=again).exit_code == 1
