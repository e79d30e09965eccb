"""The audit log in sentences: each act that the code writes has one, with its amounts, and its record behind."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.core.database.session import db, transaction
from app.faces.admin.pages import rq
from app.money.gateways import states as payments
from app.money.payouts import rules
from app.money.wallets.withdrawals import states as withdrawals
from app.people.approvals import rules as approvals
from app.people.partners.models import PartnerSite
from app.people.players.verification import service as verification
from app.record.audit import switches
from app.record.audit.acts import sentence
from app.record.audit.models import AuditEntry
from app.record.audit.service import close_alarm, note, raise_alarm
from app.wiring import GAMES, PRODUCT
from tests.architecture.sources import TOP
from tests.factories.partners import make_site
from tests.pinned import spoken

from .operators import Operator

ACTS = {one.name: one for one in PRODUCT.acts}
TITLES = {one.code: one.title for one in PRODUCT.alarm_kinds}
_SEEN = re.compile(r'"((?:operator|webhook|team)\.[a-z_]+)"')


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/admin/audit"):
        yield


@pytest.fixture
def site(operator: Operator) -> PartnerSite:
    return make_site()


def of_payouts() -> set[str]:
    """The third argument of each call of the payouts' own `note`; one that is put in at run time is a state."""
    found = set()
    for path in (TOP / "app/money/payouts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "service.note":
                found |= set(words_of(node.args[2]))
    return {f"payout.{name}" for name in found}


def words_of(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.IfExp):
        return [*words_of(argument.body), *words_of(argument.orelse)]
    return [argument.value] if isinstance(argument, ast.Constant) else ["signed", "broadcast", "unknown"]


@cache
def written() -> frozenset[str]:
    """Every action that the code can write: the pinned ones, with what stands in their braces, and those that a module
    looks up. All of the code is read for it, hence once."""
    braces = {
        "payout.{}": of_payouts(),
        "approval.{}": {"approval.proposed", *(f"approval.{state}" for state in approvals.STATES if state != "open")},
        "player.verification_{}": {f"player.verification_{told}" for told in verification._TOLD.values()},
        "withdrawal.{}": {f"withdrawal.{state}" for state in (*withdrawals.ENDED, "unknown")},
        "partner.{}": {"partner.verified", "partner.rejected"},
        "jobs.{}": {name.replace(f"{rq.blueprint.name}.", "jobs.") for name in rq._ACTIONS},
        "gateway.{}": {f"gateway.{state}" for state in payments.STATES if state != "initiated"},
        "gateway.refund_{}": {"gateway.refund_succeeded", "gateway.refund_failed"},
        "witness.{}": {"witness.started", "witness.stopped"},
        "{}.started": {f"{name}.started" for name in get_args(switches.Name)},
        "{}.stopped": {f"{name}.stopped" for name in get_args(switches.Name)},
        "{}.configured": {f"{game.name}.configured" for game in GAMES if game.configuring is not None},
    }
    pinned = spoken.audit_actions()
    looked_up = {
        action
        for name in ("faces/admin/door.py", "webhooks/service.py", "people/partners/team/service.py")
        for action in _SEEN.findall(Path(TOP / "app" / name).read_text())
    }
    plain = {name for name in pinned if "{" not in name}
    assert {name for name in pinned if "{" in name} == set(braces)
    return frozenset(plain.union(looked_up, *braces.values()))


def test_every_act_has_a_sentence() -> None:
    assert len(written()) > 70
    assert written() - set(ACTS) == set(), "acts without words"
    assert set(ACTS) - written() == set(), "words for what nobody does"
    assert len(PRODUCT.acts) == len(ACTS), "two slices tell one act"
    assert all(act.words and not act.words.endswith(".") for act in ACTS.values())
    assert {f"payout.{state}" for state in rules.STATES} - {"payout.draft", "payout.refused"} <= set(ACTS)


def test_an_act_without_words_is_found() -> None:
    """The control."""
    assert words_of(ast.parse('"a" if b else state').body[0].value) == ["a", "signed", "broadcast", "unknown"]  # type: ignore[attr-defined]
    assert "team.left" in written()
    assert "webhook.gone" in written()
    assert "operator.refused" in written()


@pytest.mark.parametrize(
    ("action", "reason", "detail", "said"),
    [
        (
            "payout.generated",
            "",
            {"kind": "rounds", "sats": 170000, "inputs": 1, "outputs": 12, "change": 1, "feeSats": 1234},
            "drafted it, 170,000 sats, 12 payees, 1 coin, fee 1,234 sats",
        ),
        ("payout.generated", "", {"feeSats": 900, "addedCoins": 2}, None),
        ("payout.confirmed", "", {"height": 900123, "txid": "ab"}, "found it buried for good, at block 900,123"),
        (
            "payout.upload_refused",
            "",
            {"differences": [{"code": "psbt_output_differs"}, {"code": "psbt_output_differs", "at": 2}]},
            "brought back what was not meant, psbt output differs",
        ),
        (
            "payments.refunded",
            "customers wait",
            {"payments": 3, "sats": 2100000, "fate": "late"},
            "gave suspended payments to the partners' balances, 3 payments, 2,100,000 sats, late",
        ),
        (
            "round.sealed",
            "",
            {"payments": 1, "soldTickets": 4090, "tipHeight": 101, "sealRoot": "ab"},
            "sealed the round, 1 payment, 4,090 sold tickets, at block 101",
        ),
        (
            "round.settled",
            "",
            {"winningNumbers": [1, 7, 9], "sold": False},
            "settled the round, winning numbers 1, 7, 9, nobody has the jackpot",
        ),
        (
            "round.settled",
            "",
            {"winningTicket": 294, "drew": "ticket 0294", "sold": True},
            "settled the round, drew ticket 0294, a player has the jackpot",
        ),
        (
            "round.witnessed",
            "",
            {
                "hasQuorum": False,
                "missing": ["witness.example/ada+ddd05a3f+BAe1sJq", "witness.example/bob+01020304+BK"],
            },
            "fixed who had cosigned the log over its seal, too few, missing: witness.example/ada, witness.example/bob",
        ),
        ("round.halted", "credited_after_seal", {}, "halted the round, a payment was credited after its seal"),
        ("round.voided", "our own mistake", {"tip": 7}, "voided the round, at block 7"),
        ("partner.limited", "", {"limit": [None, 12]}, "changed the limit of unpaid orders, from the usual one to 12"),
        ("partner.changed", "", {"changes": {"payout_address": ["a", "b"]}}, None),
        ("alarm.raised", "round_voided", {}, None),
        ("sales.stopped", "", {}, "stopped sales: no order is made"),
        ("jobs.empty_queue", "", {"detail": {"queue_name": "hooks"}}, "emptied a queue, hooks"),
    ],
)
def test_a_sentence_says_what_people_ask_next(
    request_context: None, action: str, reason: str, detail: dict[str, object], said: str | None
) -> None:
    entry = AuditEntry(actor="system", action=action, subject="platform", reason=reason, detail=detail)
    expected = {
        "payout.generated": "drafted it, 2 coins more than the version before, fee 900 sats",
        "partner.changed": "changed the site's settings, payout address",
        "alarm.raised": f"raised an alarm, “{TITLES['round_voided']}”",
    }
    assert sentence(entry) == (said or expected[action])


@pytest.mark.parametrize("name", sorted(ACTS))
def test_what_an_older_version_noted_is_told_by_its_words(request_context: None, name: str) -> None:
    """No detail at all, and members that have become something else, break no sentence."""
    entry = AuditEntry(actor="ada", action=name, subject="platform", reason="", detail={})
    assert sentence(entry).startswith(ACTS[name].words)
    odd: dict[str, object] = dict.fromkeys(
        ("sats", "feeSats", "height", "limit", "access", "changes", "differences", "detail", "events", "fate"), None
    )
    entry = AuditEntry(actor="ada", action=name, subject="platform", reason="", detail=odd)
    assert sentence(entry).startswith(ACTS[name].words)


def test_an_act_that_nobody_knows_is_readable(request_context: None) -> None:
    entry = AuditEntry(actor="ada", action="ticket.burnt_twice", subject="platform", reason="", detail={"sats": 5})
    assert sentence(entry) == "ticket: burnt twice"


def _lines(page: str) -> list[str]:
    """The entries of a page as they are read."""
    found = re.findall(r'<li id="entry-[^>]*>(.*?)<details>', page, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", one)).strip() for one in found]


def test_the_log_reads_as_sentences_with_the_record_behind(
    operator: Operator, site: PartnerSite, session: object
) -> None:
    with transaction():
        note("operator:ada", "payments.refunded", "luckotto-round:7", "they waited", payments=2, sats=50_000)
        note(f"user:{site.owner_user_id}", "partner.changed", f"site:{site.id}", changes={"accent": ["a", "b"]})
        note("operator:bea", "old.act", "site:" + str(uuid4()), "<b>bold</b>", some="thing")
        raise_alarm("round_voided", "round:7", reason="x")
        close_alarm("round_voided", "round:7", actor="operator:ada", reason="understood")
    page = operator.get("/admin/audit").text
    lines = _lines(page)
    title = TITLES["round_voided"]
    assert lines[0].endswith(f"ada closed an alarm, “{title}” · Ticket draw, round 7 “understood”")
    assert lines[1].endswith(f"Tiraj raised an alarm, “{title}” · Ticket draw, round 7")
    assert "bea old: act · Site " in lines[2]
    assert "“&lt;b&gt;bold&lt;/b&gt;”" in lines[2]
    assert lines[3].endswith(f"changed the site&#39;s settings, accent · Site {site.name}")
    assert "@" in lines[3], "an owner is told by the address"
    assert "2 payments, 50,000 sats · Luckotto, round 7 “they waited”" in lines[4]
    assert "&#34;action&#34;: &#34;payments.refunded&#34;" in page, "the record"
    assert f'href="/admin/partners/{site.name}"' in page
    of_site = operator.get(f"/admin/partners/{site.name}").text
    assert any(line.endswith("changed the site&#39;s settings, accent") for line in _lines(of_site)), "its own page"
    only = _lines(operator.get("/admin/audit?actor=operator:ada&action=payments.&subject=luckotto-round:7").text)
    assert len(only) == 1


def test_an_address_that_does_not_open_hides_nothing_else(
    operator: Operator, site: PartnerSite, session: object
) -> None:
    """Whoever tampered with a row would otherwise keep operators from the very pages that show what happened."""
    with transaction():
        note(f"user:{site.owner_user_id}", "partner.changed", f"site:{site.id}", changes={"accent": ["a", "b"]})
        db.session.execute(
            text("UPDATE users SET email_sealed = set_byte(email_sealed, 30, get_byte(email_sealed, 30) # 1)")
        )
        db.session.expire_all()
    for path in ("/admin/audit", f"/admin/partners/{site.name}"):
        answer = operator.get(path)
        assert (answer.status_code, "Internal" in answer.text) == (200, False)
    assert f"Account {str(site.owner_user_id)[:8]}" in _lines(operator.get("/admin/audit").text)[0]


def test_the_log_is_asked_by_the_names_that_people_read(operator: Operator, site: PartnerSite, session: object) -> None:
    with transaction():
        note("operator:ada", "round.voided", "luckotto-round:7", "ours")
        note("operator:ada", "round.voided", "luckotto-round:70", "ours")
        note("system", "partner.changed", f"site:{site.id}", changes={"accent": ["a", "b"]})

    def found(query: str) -> list[str]:
        return [line.partition("UTC ")[2] for line in _lines(operator.get(f"/admin/audit?{query}").text)]

    voided = "ada voided the round · Luckotto, round 7 “ours”"
    assert found("actor=ada&about=luckotto-round&subject=7") == [voided], "a number is no beginning of another"
    assert len(found("actor=ada&about=luckotto-round&subject=")) == 2
    assert found(f"actor=tiraj&about=site&subject={site.name}") == [
        f"Tiraj changed the site&#39;s settings, accent · Site {site.name}"
    ]
    assert found("about=site&subject=nobody-is-called-so") == []
    assert found("actor=nobody@example.com") == []
    kept = operator.get("/admin/audit?actor=operator:ada&action=round.&subject=luckotto-round:7").text
    assert re.search(r'<option value="luckotto-round" selected>\s*Round of Luckotto', kept)
    assert 'name="actor" value="ada"' in kept
    assert '<option value="round." selected>round.</option>' in kept, "a beginning that a link asks for"


def test_ten_thousand_rows_are_read_in_pages(operator: Operator, site: PartnerSite, session: object) -> None:
    """A page of fifty costs as many statements as one of a single line, and the last is as near as the first."""
    with transaction():
        note("operator:ada", "partner.changed", f"site:{site.id}", changes={"accent": ["a", "b"]})
    few = _statements(operator, "/admin/audit?actor=operator:ada")
    with transaction() as made:
        made.execute(
            text(
                "INSERT INTO audit_entries (id, actor, action, subject, reason, detail) "
                "SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'user:' || :user, "
                "'partner.changed', 'site:' || :site, 'r' || n, '{\"changes\": {\"accent\": [1, 2]}}' "
                "FROM generate_series(1, 10000) AS n"
            ),
            {"user": str(site.owner_user_id), "site": str(site.id)},
        )
    many = _statements(operator, f"/admin/audit?actor=user:{site.owner_user_id}")
    assert len(many) <= len(few) + 2, "an owner's address is one statement for all, and one for the form"
    page = operator.get(f"/admin/audit?actor=user:{site.owner_user_id}").text
    assert len(_lines(page)) == 50
    assert "“r10000”" in _lines(page)[1], "the newest first, after the site itself"
    old = "00000000-0000-7000-8000-000000000003"
    assert len(_lines(operator.get(f"/admin/audit?actor=user:{site.owner_user_id}&before={old}").text)) == 2


def _statements(operator: Operator, path: str) -> list[str]:
    said: list[str] = []

    def note_it(*args: object) -> None:
        said.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note_it)
    try:
        assert operator.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note_it)
    return said
