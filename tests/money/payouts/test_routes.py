"""Operators over JSON and on the command line, and partners who ask what they were paid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.people.partners.keys import service as keys
from app.people.partners.models import PartnerSite
from app.record.audit.models import AuditEntry
from tests.factories.partners import make_site
from tests.settings import OPERATOR_PASSWORD

from .conftest import Desk
from .signers import by_libsecp

WHY = {"reason": "it is due"}
OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


class Operator:
    """A program with an operator's credentials."""

    def __init__(self, browser: FlaskClient, password: str = OPERATOR_PASSWORD) -> None:
        self.browser, self.password = browser, password

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        db.session.rollback()
        return self.browser.open(
            f"/api/admin{path}", method=method, json=body, auth=("operator", self.password), headers=headers
        )


@pytest.fixture
def operator(desk: Desk, chain_app: Flask) -> Operator:
    """Before the world, which begins with a story."""
    return Operator(chain_app.test_client())


def test_a_round_is_paid_over_json(desk: Desk, operator: Operator) -> None:
    site, number = desk.won(edge_percent=10, payout_address=OTHERS)
    desk.make_payable(site)
    path = f"/rounds/{number}/payout-psbt"
    assert operator.ask("GET", path).status_code == 404
    assert Operator(operator.browser, "wrong").ask("POST", path, {}).status_code == 401
    assert operator.ask("POST", path, WHY, Origin="https://evil.example").status_code == 403
    assert operator.ask("POST", path, {**WHY, "includeBalances": "yes"}).status_code == 422
    assert operator.ask("POST", "/rounds/999/payout-psbt", WHY).json["code"] == "payout_nothing_due"
    assert operator.ask("POST", f"/luckotto/rounds/{number}/payout-psbt", WHY).json["code"] == "payout_nothing_due"
    assert operator.ask("POST", f"/lots/rounds/{number}/payout-psbt", WHY).status_code == 404
    for reason in ({}, {"reason": ""}, {"reason": " \n"}):
        refused = operator.ask("POST", path, reason)
        assert refused.status_code == 422
        assert [(part["field"], part["code"]) for part in refused.json["errors"]] == [("reason", "reason_missing")]
    assert desk.world.breaches() == []

    made = operator.ask("POST", path, {"includeBalances": True, "reason": "it is due"})
    assert made.status_code == 201, made.text
    payout = made.json
    assert (payout["state"], payout["kind"], payout["sourceId"]) == ("draft", "round", str(number))
    assert [row["sats"] for row in payout["outputs"]][:2] == [1_000_000, 100_000]
    assert payout["createdBy"] == "operator:operator"
    again = operator.ask("POST", path, WHY)
    assert (again.status_code, again.json["id"]) == (200, payout["id"])

    refused = operator.ask("PATCH", path, {"psbt": payout["psbt"]})
    assert refused.status_code == 422
    assert {part["code"] for part in refused.json["errors"]} == {"psbt_unsigned"}
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "payout.upload_refused")).one()
    taken = operator.ask("PATCH", path, {"psbt": by_libsecp(payout["psbt"])})
    assert (taken.status_code, taken.json["state"]) == (200, "signed"), taken.text

    one = f"/payout-psbts/{payout['id']}"
    assert operator.ask("POST", f"{one}/bump", {**WHY, "feeRate": 9}).status_code == 409  # nothing was sent
    sent = operator.ask("POST", f"{one}/broadcast", {"reason": "go"})
    assert (sent.status_code, sent.json["state"]) == (200, "broadcast"), sent.text
    assert operator.ask("POST", f"{one}/refresh", {}).json["state"] == "broadcast"
    assert operator.ask("POST", f"{one}/cancel", {"reason": "no"}).json["code"] == "payout_may_be_mined"
    for rate, code in ((1, "fee_rate_too_low"), (100_000, "fee_rate_too_high"), (0, "fee_rate_invalid")):
        assert operator.ask("POST", f"{one}/bump", {**WHY, "feeRate": rate}).json["code"] == code
    bumped = operator.ask("POST", f"{one}/bump", {"feeRate": 30.5, "reason": "slow"})
    assert bumped.status_code == 201, bumped.text
    assert bumped.json["feeRate"] == "30.500"
    assert bumped.json["replaces"] == payout["id"]
    dropped = operator.ask("POST", f"/payout-psbts/{bumped.json['id']}/cancel", {"reason": "it went well"})
    assert dropped.json["state"] == "cancelled"
    assert operator.ask("POST", f"{one}/refresh", {}).json["state"] == "broadcast"
    assert operator.ask("POST", f"{one}/cancel", {}).status_code == 422
    assert len(operator.ask("GET", "/payout-psbts").json["payouts"]) == 2
    assert operator.ask("GET", "/payout-psbts/nothing").status_code == 404
    desk.bury()
    assert operator.ask("GET", path).json["blockHeight"] == desk.world.tip - 3
    assert operator.ask("GET", path).json["state"] == "confirmed"
    assert operator.ask("POST", "/payout-psbts/balances", WHY).json["code"] == "payout_nothing_due"
    assert operator.ask("POST", "/payout-psbts/sweep", WHY).json["code"] == "payout_nothing_to_sweep"
    assert desk.world.breaches() == []
    _partner_asks(desk, site, payout["txid"])


def _partner_asks(desk: Desk, site: PartnerSite, txid: str) -> None:
    with transaction():
        mine = keys.issue(db.session.merge(site), name="Server", access="read", actor="test").text
        other = keys.issue(make_site(status="live"), name="Server", access="read", actor="test").text
    browser = desk.world.app.test_client()

    def ask(path: str, key: str = mine) -> Any:
        return browser.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"}).json

    (payout,) = ask("/payouts")["payouts"]
    assert (payout["txid"], payout["amountSats"], payout["state"]) == (txid, 1_100_000, "confirmed")
    (debt,) = ask("/obligations")["obligations"]
    assert debt["payoutId"] == payout["id"]
    assert ask("/balance")["balanceSats"] == 0
    assert ask("/payouts", other)["payouts"] == []


def test_a_round_is_paid_from_the_command_line(desk: Desk, tmp_path: Path) -> None:
    number = desk.win()
    runner = desk.world.app.test_cli_runner()
    who = ["--operator", "olga", "--reason", "due"]

    def run(*words: str, code: int = 0, given: str | None = None) -> str:
        db.session.rollback()
        done = runner.invoke(args=["payouts", *words], input=given)
        assert done.exit_code == code, done.output
        return done.stdout

    (owed,) = json.loads(run("due", "--json"))["obligations"]
    assert (owed["game"], owed["round"], owed["sats"]) == ("rounds", str(number), 1_000_000)
    assert f"rounds  {number}  " in run("due")
    dry = json.loads(run("generate", "--round", str(number), "--dry-run", "--json", *who))
    assert dry["sats"] == 1_000_000
    assert json.loads(run("list", "--json")) == []
    file = tmp_path / "payout.psbt"
    made = json.loads(run("generate", "--round", str(number), "--out", str(file), "--json", *who))
    identifier = made["id"]
    run("upload", identifier, str(file), "--operator", "olga", code=1)
    file.write_text(by_libsecp(file.read_text()))
    assert "signed" in run("upload", identifier, str(file), "--operator", "olga")
    run("broadcast", identifier, *who, code=1, given="n\n")
    assert desk.state(UUID(identifier)) == "signed"
    assert json.loads(run("broadcast", identifier, "--yes", "--json", *who))["state"] == "broadcast"
    assert "broadcast" in run("refresh", identifier)
    run("bump", identifier, "--fee-rate", "0.1", *who, code=1)
    run("bump", identifier, "--fee-rate", "many", *who, code=1)
    assert "would be made" in run("bump", identifier, "--fee-rate", "25", "--dry-run", *who)
    assert desk.state(UUID(identifier)) == "broadcast"
    second = json.loads(run("bump", identifier, "--fee-rate", "25", "--json", *who))
    run("cancel", second["id"], "--yes", *who)
    run("cancel", identifier, "--yes", *who, code=1)
    shown = json.loads(run("show", second["id"], "--json"))
    assert [entry["what"] for entry in shown["history"]][-1] == "payout.cancelled"
    assert "outpoint" not in run("show", identifier)
    run("generate", *who, code=2)
    run("generate", "--balances", *who, code=1)
    run("generate", "--sweep", *who, code=1)
    assert json.loads(run("spends", "--json")) == []
    run("explain", identifier, *who, code=1)
    run("show", "00000000-0000-7000-8000-000000000000", code=1)
    assert desk.world.breaches() == []
