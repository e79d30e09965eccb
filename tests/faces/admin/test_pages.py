"""What the console's pages promise, on a round that was really played."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from typing import Any

import pytest
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.core.jobs import queue
from app.faces.admin import jobs
from app.games.ticket_draw.models import TicketOrder
from app.people.partners.models import PartnerSite
from app.record.audit import jobs as audit_jobs
from app.record.audit import switches
from app.record.audit.models import AuditEntry
from app.record.audit.service import note
from app.wiring import PRODUCT
from tests.factories.played import PRIVATE, Played, ask

from .operators import Operator


def last_entry() -> AuditEntry:
    db.session.rollback()
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_one_look_says_what_is_well_and_what_is_not(console: Operator, played: Played) -> None:
    page = console.get("/admin").text
    assert "Can we pay?" in page
    assert f"block {played.world.tip:,}" in page
    assert "No clock leads" in page, "there is none in this world"
    assert re.search("Nobody works the queues [a-z, ]*draws", page)
    assert PRIVATE not in page


def test_what_is_owed_is_what_the_ledger_says(console: Operator, played: Played) -> None:
    page = console.get("/admin").text
    jackpot = played.world.round(played.number).jackpot_sats
    assert f"{jackpot:,}" in page


def test_the_list_of_rounds_is_narrowed_and_paged(console: Operator, played: Played) -> None:
    everything = console.get("/admin/rounds").text
    settled = console.get("/admin/rounds?state=settled").text
    link = f'href="/admin/rounds/rounds/{played.number}"'
    assert link in everything
    assert link in settled
    assert link not in console.get("/admin/rounds?state=halted").text
    assert link not in console.get(f"/admin/rounds?before={played.number}").text


@pytest.mark.parametrize(
    "path",
    [
        "/admin/rounds?state=nonsense",
        "/admin/rounds?game=nonsense",
        "/admin/rounds?before=-1",
        "/admin/rounds?before=1e3",
        "/admin/rounds?before=%D9%A3",
        "/admin/rounds?before=99999999999999",
        "/admin/rounds/rounds/0",
        "/admin/rounds/rounds/2147483648",
        "/admin/rounds/nonsense/1",
        "/admin/rounds/rounds/999999",
        "/admin/orders?before=nonsense",
        "/admin/orders?game=nonsense",
        "/admin/orders?round=x",
        "/admin/orders/rounds/nonsense",
        f"/admin/orders?q={'x' * 201}",
        "/admin/orders?q=%00",
        "/admin/partners/nobody-here",
        "/admin/partners?standing=nonsense",
        "/admin/audit?since=yesterday",
        "/admin/audit?until=2026-13-01",
        "/admin/audit?before=nonsense",
        "/admin/audit?words=a%E2%80%AEb",
        "/admin/partners?q=%00",
        "/admin/audit?actor=%00",
        "/admin/audit/export?format=xml",
        "/admin/alarms/nonsense",
        "/admin/alarms?before=nonsense",
        "/admin/payouts?state=nonsense",
        "/admin/payouts/nonsense",
        "/admin/payouts?before=nonsense",
        "/admin/payouts?round=x",
        "/admin/payouts/00000000-0000-7000-8000-000000000000",
    ],
)
def test_what_makes_no_sense_is_refused(console: Operator, path: str) -> None:
    assert console.get(path).status_code in (400, 404, 422)


def test_a_round_shows_its_draw_and_its_history(console: Operator, played: Played) -> None:
    page = console.get(f"/admin/rounds/rounds/{played.number}").text
    round_ = played.world.round(played.number)
    assert "hash-draw-1" in page
    assert str(round_.winning_ticket) in page
    assert "round.settled" in page
    assert "This round is halted" not in page
    paid_in = (
        "SELECT count(*), sum(amount_sats) FROM order_payments p JOIN ticket_orders o ON o.id = p.order_id "
        "WHERE o.round_number = :n AND p.orphaned_at IS NULL"
    )
    payments, paid = db.session.execute(text(paid_in), {"n": played.number}).one()
    db.session.rollback()
    money = " ".join(re.sub(r"<[^>]+>", " ", page.partition("Its money")[2].partition("</dl>")[0]).split())
    assert f"Paid in {paid:,} sats {payments} payments" in money
    assert "To the winner" in money
    house = re.search(r"jackpots are paid from ([\d,]+) sats", money)
    shares = re.findall(r"all beyond them ([\d,]+) sats", money)
    assert house is not None
    bought = re.search(r"Bought tickets ([\d,]+) sats", money)
    assert bought is not None
    assert sum(int(one.replace(",", "")) for one in (house[1], *shares)) == int(bought[1].replace(",", ""))


def test_a_draw_run_again_is_the_same_and_told(console: Operator, played: Played) -> None:
    own = f"/admin/rounds/rounds/{played.number}"
    queue.connection().flushdb()
    assert console.post(f"{own}/rerun").status_code == 303
    assert last_entry().action == "draw.rerun_asked"
    assert [one.waiting for one in queue.states() if one.name == "draws"] == [1]
    assert jobs.rerun_draw("rounds", played.number, "operator:operator")
    assert last_entry().detail["matches"] is True
    assert "Run again: the same" in console.get(own).text
    queue.connection().flushdb()


def test_a_draw_that_comes_out_otherwise_raises_an_alarm(console: Operator, played: Played) -> None:
    set_outcome = text("UPDATE draws SET outcome = CAST(:o AS jsonb) WHERE game = 'rounds' AND subject = :n")
    outcome = db.session.scalar(
        text("SELECT outcome FROM draws WHERE game = 'rounds' AND subject = :n"), {"n": str(played.number)}
    )
    with transaction() as session:
        session.execute(set_outcome, {"o": json.dumps({**outcome, "winningTicket": 7}), "n": str(played.number)})
    try:
        assert not jobs.rerun_draw("rounds", played.number, "operator:operator")
        assert "A draw that was hashed again came out otherwise" in console.get("/admin/alarms").text
        assert "Run again: DIFFERENT" in console.get(f"/admin/rounds/rounds/{played.number}").text
    finally:
        with transaction() as session:
            session.execute(set_outcome, {"o": json.dumps(outcome), "n": str(played.number)})
            session.execute(text("UPDATE alarms SET closed_at = now()"))


def test_a_round_that_is_not_drawn_is_not_run_again(console: Operator, played: Played) -> None:
    assert console.post(f"/admin/rounds/rounds/{played.number + 1}/rerun").status_code == 409


def test_a_round_that_is_not_halted_is_not_resolved(console: Operator, played: Played) -> None:
    own = f"/admin/rounds/rounds/{played.number}/resolve"
    assert console.post(own, {"outcome": "void", "reason": "a mistake"}).status_code == 409
    assert console.post(own, {"outcome": "void", "reason": "  "}).status_code == 422
    assert played.world.round(played.number).status == "settled"


def test_a_halted_round_is_resumed_with_a_reason(console: Operator, played: Played) -> None:
    number = played.number
    with transaction() as session:
        session.execute(text("UPDATE rounds SET status = 'halted' WHERE round_number = :n"), {"n": number})
    page = console.get(f"/admin/rounds/rounds/{number}").text
    assert "This round is halted" in page
    void = console.get(f"/admin/rounds/rounds/{number}/resolve?outcome=void").text
    assert f"Void Ticket draw, round {number}?" in void
    assert "This cannot be undone" in void
    bare = console.post(f"/admin/rounds/rounds/{number}/resolve?outcome=void", {"outcome": "void", "reason": " "})
    assert (bare.status_code, f"Void Ticket draw, round {number}?" in bare.text) == (422, True)
    assert played.world.round(number).status == "halted"
    done = console.post(f"/admin/rounds/rounds/{number}/resolve", {"outcome": "resume", "reason": "node was wrong"})
    assert done.status_code == 303
    entry = last_entry()
    assert (entry.actor, entry.action, entry.reason) == ("operator:operator", "round.resumed", "node was wrong")
    with transaction() as session:
        session.execute(
            text("UPDATE draws SET state = 'confirmed' WHERE game = 'rounds' AND subject = :s"), {"s": str(number)}
        )
        session.execute(
            text(
                "UPDATE rounds SET status = 'settled', closing_block_hash = (SELECT decode(seed, 'hex') FROM draws "
                "WHERE game = 'rounds' AND subject = :s ORDER BY id LIMIT 1) WHERE round_number = :n"
            ),
            {"n": number, "s": str(number)},
        )


def order_id(player: str) -> str:
    db.session.rollback()
    query = select(TicketOrder.id).where(TicketOrder.player_public_identifier == player)
    return str(db.session.scalars(query.order_by(TicketOrder.id).limit(1)).one())


def test_orders_are_found_by_transaction_address_id_and_player(console: Operator, played: Played) -> None:
    txid = played.receipt("ada")["payments"][0]["txid"]
    address = played.receipts["ada"]["order"]["depositAddress"]
    ada, bob = order_id("ada"), order_id("bob")
    for words in (txid, address, ada, "ada"):
        page = console.get("/admin/orders", query_string={"q": words}).text
        assert ada in page, words
        assert f"/admin/orders/rounds/{bob}" not in page, words
    assert "Nothing found" in console.get("/admin/orders", query_string={"q": "0" * 64}).text
    assert "Nothing found" in console.get("/admin/orders", query_string={"q": "a%' OR 1=1 --"}).text


def test_an_order_shows_its_payments_and_nothing_private(console: Operator, played: Played) -> None:
    page = console.get(f"/admin/orders/rounds/{order_id('ada')}").text
    assert "order.created" in page
    assert f"<h1>Ticket draw, order of round {played.number}</h1>" in page
    assert all(payment["txid"][:8] in page for payment in played.receipt("ada")["payments"])
    assert PRIVATE not in page
    assert played.receipts["ada"]["receiptSecret"] not in page


def test_suspended_money_is_given_to_the_partners_once(console: Operator, played: Played) -> None:
    page = console.get("/admin/suspended").text
    assert "Waits for your decision" in page
    own = f"/admin/suspended/rounds/{played.number}"
    bare = console.post(own, {"reason": ""})
    assert bare.status_code == 422
    assert 'aria-invalid="true"' in bare.text
    before = _balances()
    assert console.post(own, {"reason": "paid too late"}).status_code == 303
    entry = last_entry()
    assert (entry.actor, entry.action, entry.reason) == ("operator:operator", "payments.refunded", "paid too late")
    given = _balances()
    assert given > before
    assert console.post(own, {"reason": "again"}).status_code == 303
    assert _balances() == given
    assert "Nothing is suspended" in console.get("/admin/suspended").text


def _balances() -> int:
    db.session.rollback()
    return int(db.session.scalar(text("SELECT sum(balance) FROM ledger_accounts WHERE kind = 'partner'")) or 0)


@pytest.fixture
def site(played: Played) -> PartnerSite:
    db.session.rollback()
    return db.session.scalars(select(PartnerSite).order_by(PartnerSite.name).limit(1)).one()


def test_a_partner_is_verified_and_refused_with_reasons(console: Operator, site: PartnerSite) -> None:
    own = f"/admin/partners/{site.name}"
    assert site.name in console.get("/admin/partners", query_string={"q": site.display_name.upper()}).text
    assert console.post(f"{own}/decide", {"act": "reject", "reason": ""}).status_code == 422
    for act, status in (("reject", "rejected"), ("verify", "verified")):
        assert console.post(f"{own}/decide", {"act": act, "reason": f"because {act}"}).status_code == 303
        entry = last_entry()
        assert (entry.action, entry.reason, entry.actor) == (
            f"partner.{status}",
            f"because {act}",
            "operator:operator",
        )
        assert site.name in console.get(f"/admin/partners?standing={status}").text
    assert "The owner is verified already" in console.get(f"{own}/decide?act=verify").text
    assert "already" not in console.get(f"{own}/decide?act=reject").text
    assert "The site is not stopped" in console.get(f"{own}/decide?act=release").text
    assert console.post(f"{own}/decide", {"act": "nonsense", "reason": "x"}).status_code == 422


def test_a_partner_that_operators_paused_cannot_resume(console: Operator, site: PartnerSite, played: Played) -> None:
    own = f"/admin/partners/{site.name}"
    assert console.post(f"{own}/decide", {"act": "stop", "reason": "stolen account"}).status_code == 303
    assert console.post(f"{own}/decide", {"act": "stop", "reason": "again"}).status_code == 409
    db.session.rollback()
    assert db.session.get_one(PartnerSite, site.id, populate_existing=True).status == "paused"
    refused = played.client.post(
        "/api/slips",
        json={
            "partnerName": site.name,
            "playerPublicIdentifier": "zoe",
            "playerPrivateIdentifier": "zoe",
        },
    )
    assert (refused.status_code, refused.json["code"]) == (409, "site_not_live")
    from app.core.errors import DomainError
    from app.people.partners.service import update_site

    with pytest.raises(DomainError, match="site_stopped_by_operators"), transaction():
        update_site(db.session.merge(site), {"status": "live"})
    assert console.post(f"{own}/decide", {"act": "release", "reason": "account is back"}).status_code == 303
    with transaction():
        update_site(db.session.merge(site), {"status": "live"})


def test_a_partner_has_a_limit_of_its_own(console: Operator, site: PartnerSite, played: Played) -> None:
    own = f"/admin/partners/{site.name}/limit"
    for wrong in ("-1", "1e3", "a lot", "9" * 9, "1.5"):
        answer = console.post(own, {"limit": wrong, "reason": "x"})
        assert answer.status_code == 422, wrong
        assert 'aria-invalid="true"' in answer.text
    assert console.post(own, {"limit": "0", "reason": "spam"}).status_code == 303
    refused = played.client.post(
        "/api/slips",
        json={
            "partnerName": site.name,
            "playerPublicIdentifier": "zoe",
            "playerPrivateIdentifier": "zoe",
        },
    )
    assert refused.json["code"] == "too_many_open_orders"
    assert console.post(own, {"limit": "", "reason": "over"}).status_code == 303
    ask(played.client, site.name, "zoe")


def test_what_is_searched_for_is_found_however_it_is_typed(console: Operator, played: Played) -> None:
    name = "Zo\u00eb \u0930\u093e\u092e"
    ask(played.client, played.receipts["ada"]["order"]["partnerName"], name)
    db.session.rollback()
    page = console.get("/admin/orders", query_string={"q": unicodedata.normalize("NFD", name)}).text
    assert f"<bdi>{name}</bdi>" in page
    with transaction() as session:
        note("operator:ada", "test.noted", "platform", "caf\u00e9 closed")
        site = session.scalars(select(PartnerSite).limit(1)).one()
        before, site.display_name = site.display_name, "Lot\u00f4 \u4e45"
    assert "caf\u00e9 closed" in console.get("/admin/audit", query_string={"words": "cafe\u0301\u3000closed"}).text
    assert "Lot\u00f4" in console.get("/admin/partners", query_string={"q": "loto\u0302\u3000\u4e45"}).text
    with transaction() as session:
        session.merge(site).display_name = before


def test_the_audit_log_is_searched_checked_and_exported(console: Operator, played: Played) -> None:
    with transaction() as session:
        session.execute(text("SELECT 1"))
    audit_jobs.seal()
    entries = console.get("/admin/audit?action=round.settled").text.partition('id="audit"')[2]
    assert "round.settled" in entries
    assert "partner.created" not in entries
    nobody = console.get("/admin/audit?actor=operator:nobody&words=%25&since=2020-01-01&until=2040-01-01").text
    assert "Nothing found" in nobody
    checked = console.post("/admin/audit/check", follow_redirects=True)
    assert "The chain holds" in checked.text
    rows = list(csv.reader(io.StringIO(console.get("/admin/audit/export?action=round.").text.removeprefix("\ufeff"))))
    assert rows[0][0] == "place"
    assert all(row[3].startswith("round.") for row in rows[1:])
    lines = console.get("/admin/audit/export?format=jsonl&action=round.settled").text.splitlines()
    assert json.loads(lines[0])["action"] == "round.settled"


def test_a_cell_that_a_spreadsheet_would_run_is_text(console: Operator, played: Played, site: PartnerSite) -> None:
    console.post(f"/admin/partners/{site.name}/decide", {"act": "verify", "reason": "seen"})
    console.post(f"/admin/partners/{site.name}/decide", {"act": "reject", "reason": "=HYPERLINK(1)"})
    rows = list(
        csv.reader(io.StringIO(console.get("/admin/audit/export?action=partner.rejected").text.removeprefix("\ufeff")))
    )
    assert rows[1][5] == "'=HYPERLINK(1)"


def test_a_chain_that_does_not_hold_is_said(console: Operator, played: Played) -> None:
    audit_jobs.seal()
    swap = "ALTER TABLE audit_entries {} TRIGGER audit_entries_append_only"
    change = text("UPDATE audit_entries SET reason = :r WHERE id = (SELECT entry_id FROM audit_seals WHERE seq = 3)")
    before = db.session.scalar(
        text("SELECT reason FROM audit_entries WHERE id = (SELECT entry_id FROM audit_seals WHERE seq = 3)")
    )
    for reason, said in (("forged", "does NOT hold"), (before, "The chain holds")):
        with transaction() as session:
            session.execute(text(swap.format("DISABLE")))
            session.execute(change, {"r": reason})
            session.execute(text(swap.format("ENABLE")))
        assert said in console.post("/admin/audit/check", follow_redirects=True).text


def test_settings_in_force_show_no_secret(console: Operator, played: Played) -> None:
    page = console.get("/admin/system/settings").text
    settings = played.world.app.config["SETTINGS"]
    assert "TICKET_DIGITS" in page
    for name in ("secret_key", "database_url", "redis_url", "bitcoin_rpc_url", "deposit_account_key", "metrics_token"):
        assert getattr(settings, name).get_secret_value() not in page, name
    assert settings.operator_password_hash.get_secret_value() not in page


@pytest.mark.parametrize("name", ["sales", "settlement", "writes"])
def test_a_switch_needs_a_reason_and_is_told(console: Operator, played: Played, name: str) -> None:
    own = f"/admin/system/switches/{name}"
    assert console.post(own, {"act": "stop", "reason": ""}).status_code == 422
    assert not switches.is_stopped(name)  # type: ignore[arg-type]
    assert console.post(own, {"act": "stop", "reason": "a drill"}).status_code == 303
    entry = last_entry()
    assert (entry.actor, entry.action, entry.reason) == ("operator:operator", f"{name}.stopped", "a drill")
    assert "a drill" in console.get("/admin/system/switches").text
    assert console.post(own, {"act": "start", "reason": "over"}).status_code == 303
    assert last_entry().action == f"{name}.started"
    assert console.post("/admin/system/switches/nonsense", {"act": "stop", "reason": "x"}).status_code == 404


def test_every_address_that_takes_a_form_can_be_opened(console: Operator, played: Played, site: PartnerSite) -> None:
    """A refused form leaves its address in the browser, and loading it again must not be refused."""
    own = f"/admin/rounds/rounds/{played.number}"
    for path in (
        *(f"{own}/{act}" for act in ("rerun", "resolve")),
        *(f"/admin/partners/{site.name}/{act}" for act in ("decide", "limit")),
        "/admin/system/switches/sales",
        "/admin/audit/check",
    ):
        page = console.get(path)
        assert (page.status_code, page.text.count("<h1")) == (200, 1), path


def test_an_address_of_the_console_that_takes_no_visit_says_so_in_the_console(console: Operator) -> None:
    refused = console.get("/admin/payouts/spends/nonsense")
    assert refused.status_code == 404
    assert 'aria-label="Console"' in refused.text
    assert 'href="/docs"' not in refused.text


def _orders() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(TicketOrder.id)).all())


def _order(played: Played, site: PartnerSite) -> Any:
    body = {"partnerName": site.name, "playerPublicIdentifier": "kim", "playerPrivateIdentifier": "kim"}
    return played.client.post("/api/slips", json=body)


def test_every_route_that_makes_an_order_can_be_stopped(played: Played) -> None:
    endpoints = {rule.endpoint for rule in played.world.app.url_map.iter_rules()}
    of_bets = {"swertres_bets_api.place", "swertres_pay.buy"}
    found = {one for one in endpoints if re.search(r"\.create_(\w+_)?order$|\.(place|buy)$", one)}
    assert found == PRODUCT.selling_endpoints
    assert of_bets < found


def test_stopped_sales_make_no_order_and_everything_else_goes_on(
    console: Operator, played: Played, site: PartnerSite
) -> None:
    before = _orders()
    frame = f"/embed?partner={site.name}&playerPublicIdentifier=ada&playerPrivateIdentifier=a-1"
    invites = re.compile("left to order in|You can buy now")
    assert invites.search(played.client.get(frame).text)
    with transaction():
        switches.stop("sales", actor="operator:test", reason="a drill")
    try:
        shown = played.client.get(frame).text
        assert "Sales are stopped for the moment." in shown
        assert not invites.search(shown)
        refused = _order(played, site)
        assert (refused.status_code, refused.json["code"]) == (503, "sales_stopped")
        assert int(refused.headers["Retry-After"]) > 0
        form = played.client.post(f"/embed/orders?partner={site.name}", data={"tickets": "1"})
        assert form.status_code in (404, 405, 503)
        assert played.client.get("/rounds").status_code == 200
        assert _orders() == before
    finally:
        with transaction():
            switches.start("sales", actor="operator:test", reason="over")
    assert _order(played, site).status_code == 201


def test_read_only_stops_every_write_but_the_operators(console: Operator, played: Played, site: PartnerSite) -> None:
    with transaction():
        switches.stop("writes", actor="operator:test", reason="a drill")
    try:
        for path in ("/login", "/partners/new", "/api/magic-link", "/api/slips", "/api/v1/orders"):
            body = {"json": {}} if path.startswith("/api") else {"data": {}}
            refused = played.client.post(path, **body)
            assert refused.status_code in (503, 404, 405, 400), path
        assert _order(played, site).json["code"] == "writes_stopped"
        told = {"fr": "Rien ne peut être modifié", "ht": "Anyen pa ka chanje", "en": "Nothing can be changed"}
        for language, words in told.items():
            form = played.client.post(f"/embed/orders?partner={site.name}&lang={language}", data={"tickets": "1"})
            assert (form.status_code, words in form.text) == (503, True), language
        assert played.client.get("/").status_code == 200
        assert "read-only" in console.get("/admin").text
    finally:
        done = console.post("/admin/system/switches/writes", {"act": "start", "reason": "over"})
        assert done.status_code == 303


def test_a_round_names_its_winner_as_the_table_does_and_numbers_are_read_with_thousands(
    console: Operator, played: Played
) -> None:
    table = console.get("/admin/rounds?game=rounds").text
    row = next(one for one in table.split("<tr>") if f'/admin/rounds/rounds/{played.number}"' in one)
    named = re.search(r'data-label="Winner">\s*(?:<bdi>)?([^<\s]+)', row)
    assert named is not None
    page = console.get(f"/admin/rounds/rounds/{played.number}").text
    fact = page[page.index("<dt>Winner") :][:400]
    assert named[1] in fact
    assert "/admin/partners/" in fact
    numbers = dict(re.findall(r"<dt>([^<]+)</dt><dd><span class=\"[^\"]*num\">([0-9,]+)</span>", page))
    assert {"Ticket supply", "Hashes per digit", "Closing height"} <= numbers.keys(), numbers
    for name, value in numbers.items():
        assert name == "Winning ticket" or re.fullmatch(r"\d{1,3}(,\d{3})*", value), (name, value)
