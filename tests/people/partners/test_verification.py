"""Verification of sites: by command, audited, told in public, and what follows from it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.chain import postings
from app.chain import service as chain
from app.core.database.session import db, transaction
from app.people.partners import rules
from app.people.partners.keys import service as keys
from app.people.partners.models import PartnerSite
from app.record.audit.models import AuditEntry
from app.record.ledger import service as ledger
from app.selling.windows.orders import limits as open_orders
from app.selling.windows.rounds import lifecycle
from tests.factories.partners import make_site
from tests.personas import Persona


@pytest.fixture
def site(app: Flask, owner: Persona) -> str:
    with app.app_context(), transaction():
        return make_site(owner.id, name="lotto", status="live").name


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["partners", *arguments])


def kept(app: Flask) -> tuple[str, str]:
    with app.app_context():
        found = db.session.scalars(select(PartnerSite)).one()
        return found.verification_status, found.verification_reason


def audited(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        return [(row.action, row.reason) for row in rows if row.action.startswith(("partner.ver", "partner.rej"))]


def test_a_site_begins_unverified(app: Flask, site: str) -> None:
    assert kept(app) == ("unverified", "")


def test_an_operator_verifies_and_rejects(app: Flask, site: str) -> None:
    assert run(app, "verify", "lotto", "--reason", "papers seen").output == "lotto is now verified\n"
    assert kept(app) == ("verified", "")
    assert run(app, "verify", "lotto").output == "lotto already is verified\n"
    shown = json.loads(run(app, "reject", "lotto", "--reason", "No  such company.", "--json").output)
    assert shown == {
        "name": "lotto",
        "before": "verified",
        "status": "rejected",
        "reason": "No such company.",
        "changed": True,
        "dryRun": False,
    }
    assert kept(app) == ("rejected", "No such company.")
    assert audited(app) == [("partner.verified", "papers seen"), ("partner.rejected", "No such company.")]


def test_a_dry_run_writes_nothing(app: Flask, site: str) -> None:
    assert "would be verified" in run(app, "verify", "lotto", "--dry-run").output
    assert kept(app) == ("unverified", "")
    assert audited(app) == []


@pytest.mark.parametrize(
    "arguments", [("verify", "nothing"), ("reject", "lotto"), ("reject", "lotto", "--reason", " "), ("key", "nothing")]
)
def test_what_cannot_be_done(app: Flask, site: str, arguments: tuple[str, ...]) -> None:
    assert run(app, *arguments).exit_code != 0
    assert kept(app) == ("unverified", "")


def test_an_operator_issues_a_key(app: Flask, site: str) -> None:
    text = run(app, "key", "lotto", "--access", "read").output.strip()
    with app.app_context():
        found = keys.authenticate(text)
    assert found is not None
    assert found.access == "read"


def test_everybody_sees_it(app: Flask, site: str, owner: Persona, nobody: Persona) -> None:
    assert owner.get("/api/partners/lotto").json["verificationStatus"] == "unverified"  # type: ignore[index]
    assert "This site is not verified yet" in owner.get("/partners/lotto").text
    run(app, "reject", "lotto", "--reason", "No such company.")
    shown = owner.get("/api/partners/lotto").json
    assert shown is not None
    assert (shown["verificationStatus"], shown["verificationReason"]) == ("rejected", "No such company.")
    assert "No such company." in owner.get("/partners/lotto").text


def test_players_see_it_before_they_pay(app: Flask, session: Any, owner: Persona, nobody: Persona) -> None:
    with app.app_context(), transaction():
        chain.start_at(100, bytes(32), 101)
        ledger.post([postings.reserve_deposit("test", 10**9)])
        lifecycle.follow_tip(100)
        make_site(owner.id, name="lotto", display_name="Lotto", status="live")
    path = "/embed/house-edge?partner=lotto"
    assert "We have not verified who runs <bdi>Lotto</bdi>." in nobody.get(path).text
    run(app, "verify", "lotto")
    assert "We have verified who runs <bdi>Lotto</bdi>." in nobody.get(path).text
    run(app, "reject", "lotto", "--reason", "No <b>such</b> company")
    page = nobody.get(path).text
    assert "<bdi>Lotto</bdi> could not be verified: <bdi>No &lt;b&gt;such&lt;/b&gt; company" in page


@pytest.mark.parametrize(("status", "is_paid"), [("verified", True), ("unverified", False), ("rejected", False)])
def test_only_a_verified_site_is_paid_its_earnings(status: str, is_paid: bool) -> None:
    assert rules.earnings_are_payable(status) is is_paid


@pytest.mark.parametrize("status", ["unverified", "rejected", "verified"])
def test_limits_are_lower_until_then(app: Flask, site: str, monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    settings = app.config["SETTINGS"].model_copy(
        update={"open_orders_per_site": 100, "open_orders_per_unverified_site": 7}
    )
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    with app.app_context():
        found = db.session.scalars(select(PartnerSite)).one()
        found.verification_status = status
        assert open_orders.limit_of(found) == (100 if status == "verified" else 7)
        db.session.rollback()
