"""What is watched: metrics, alarms and their mail, the nightly audit, request ids from a page to a job, logs."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import select, text

from app.chain import jobs as chain_jobs
from app.core import logs
from app.core.checks import Breach
from app.core.database.session import db, transaction
from app.core.jobs import queue
from app.faces.admin import jobs
from app.faces.admin.commands import auditing
from app.faces.admin.commands.auditing import CHECKS
from app.faces.admin.watch import watch
from app.record.audit import queries as audit
from app.record.audit.models import Alarm, AuditEntry
from app.record.audit.service import close_alarm, raise_alarm
from app.record.notifications.models import Message
from app.record.notifications.rendering import render
from tests.factories.played import Played

from .operators import Operator


def open_codes() -> set[str]:
    db.session.rollback()
    return {alarm.code for alarm in audit.open_alarms()}


def test_a_monitor_reads_how_things_stand(played: Played) -> None:
    client = played.world.app.test_client()
    assert client.get("/metrics").status_code == 401
    answer = client.get("/metrics", headers={"Authorization": "Bearer " + "m" * 32})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    lines = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert lines["tiraj_scan_lag_blocks"] == "0.0"
    assert lines['tiraj_payments{game="rounds",state="credited"}'] == "3.0"
    assert lines['tiraj_rounds{game="rounds",state="settled"}'] == "1.0"
    assert 'tiraj_queue_waiting{queue="draws"}' in lines
    assert 'tiraj_queue_failed{queue="default"}' in lines
    for name in ("mail", "messages", "webhooks"):
        assert f"tiraj_{name}_oldest_due_seconds" in lines
    assert any(key.startswith("tiraj_request_seconds_count{") and 'route="/metrics"' in key for key in lines)


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "Bearer x", "Bearer " + "m" * 31, "Basic " + "m" * 32])
def test_a_wrong_token_opens_nothing(played: Played, token: str) -> None:
    assert played.world.app.test_client().get("/metrics", headers={"Authorization": token}).status_code == 401


def test_between_two_turns_of_the_scanner_nobody_is_called(console: Operator, played: Played) -> None:
    queue.connection().delete("lately:scanner.led")
    page = console.get("/admin").text
    assert "No scanner leads right now." in page
    assert "nobody leads" in page
    chain_jobs.scan(seconds=0)
    page = console.get("/admin").text
    assert "No scanner leads right now." not in page
    assert "between two turns" in page
    assert 0 < queue.connection().ttl("lately:scanner.led") <= 60


def test_operators_read_metrics_too(console: Operator, played: Played) -> None:
    assert console.get("/metrics").status_code == 200


_COUNT = """
import sys
from app.core.web import metrics
metrics.REQUESTS.labels("GET", "/shared", 200).observe(0.1)
print([line for line in metrics.exposition().decode().splitlines() if line.startswith("tiraj_request_seconds_count")])
"""


@pytest.mark.slow
def test_counters_of_two_processes_add_up_and_outlive_them(tmp_path: Any) -> None:
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    counts = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", _COUNT], env=environment, capture_output=True, text=True, check=True
        )
        counts.append(float(re.findall(r"} ([0-9.]+)", done.stdout)[-1]))
    assert counts == [1.0, 2.0]


def test_every_alarm_is_told_once_to_everybody_who_reads_them(played: Played) -> None:
    jobs.tell()
    with transaction():
        raise_alarm("node_away", "test", reason="a drill")
    with transaction():
        raise_alarm("node_away", "test", reason="the same again")
    assert jobs.tell() == 1
    assert jobs.tell() == 0
    db.session.rollback()
    mails = db.session.scalars(select(Message).where(Message.template == "alarm")).all()
    mine = [mail.recipient for mail in mails if mail.params.get("subject") == "test"]
    assert sorted(mine) == ["ada@ops.example", "bea@ops.example"]
    actions = [entry.action for entry in audit.entries("test")]
    assert actions == ["alarm.raised"]
    with transaction():
        close_alarm("node_away", "test")
    assert [entry.action for entry in audit.entries("test")] == ["alarm.closed", "alarm.raised"]


def test_an_alarm_reaches_phones_too(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.tell()
    config, phones = played.world.app.config, "+50934101234 +639171234567"
    changes = {"alarm_sms_to": phones, "sms_provider": "twilio"}
    monkeypatch.setitem(config, "SETTINGS", config["SETTINGS"].model_copy(update=changes))
    with transaction():
        raise_alarm("node_away", "phones", reason="a drill")
    assert (jobs.tell(), jobs.tell()) == (1, 0)
    with transaction():
        close_alarm("node_away", "phones")
        sent = db.session.scalars(select(Message).where(Message.channel == "sms")).all()
        assert sorted(one.recipient for one in sent) == phones.split()
        words = render("sms", "alarm", "en", sent[0].params).text
    assert words.startswith("Tiraj alarm: node away (phones)\nhttp")
    assert "/admin/alarms/" in words
    assert len(words) < 160


def test_the_mail_of_an_alarm_can_be_read(played: Played) -> None:
    params = {"code": "reserve_short", "subject": "platform", "detail": {"short": 5}, "link": "https://x/admin"}
    with played.world.app.app_context():
        mail = render("email", "alarm", "en", params)
    assert mail.subject == "Alarm: reserve short (platform)"
    assert "short: 5" in mail.text
    assert "https://x/admin" in mail.text


def test_an_alarm_is_closed_by_hand_with_a_reason(console: Operator, played: Played) -> None:
    with transaction():
        raise_alarm("unplanned_spend", "coin:test")
    found = db.session.scalars(select(Alarm).where(Alarm.subject == "coin:test")).one()
    assert "A coin of ours was spent, and no payout planned it" in console.get("/admin/alarms").text
    own = f"/admin/alarms/{found.id}"
    assert "coin:test" in console.get(own).text
    assert console.post(f"{own}/close", {"reason": " "}).status_code == 422
    assert "unplanned_spend" in open_codes()
    assert console.post(f"{own}/close", {"reason": "our own test"}).status_code == 303
    assert "unplanned_spend" not in open_codes()
    entry = audit.entries("coin:test")[0]
    assert (entry.actor, entry.action, entry.reason) == ("operator:operator", "alarm.closed", "our own test")


def test_a_scanner_that_lags_is_an_alarm_until_it_does_not(played: Played) -> None:
    watch.look()
    assert "scanner_behind" not in open_codes()
    played.world.node.call("generatetoaddress", 5, played.world.miner)
    watch.look()
    assert "scanner_behind" in open_codes()
    played.world.scan()
    watch.look()
    assert "scanner_behind" not in open_codes()


def test_a_reserve_that_is_short_is_an_alarm_until_it_is_not(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = played.world.app.config["SETTINGS"]
    monkeypatch.setitem(
        played.world.app.config, "SETTINGS", settings.model_copy(update={"backing_margin_sats": 10**15})
    )
    watch.look()
    assert "reserve_short" in open_codes()
    monkeypatch.undo()
    watch.look()
    assert "reserve_short" not in open_codes()


def test_mail_that_waits_too_long_is_an_alarm(played: Played) -> None:
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO messages (id, recipient_sealed, recipient_hash, template, not_before) VALUES "
                "(gen_random_uuid(), decode('057465737431' || repeat('00', 28), 'hex'), 'nobody', 'magic_link',"
                " now() - interval '1 hour')"
            )
        )
    watch.look()
    assert "mail_waiting" in open_codes()
    with transaction() as session:
        session.execute(text("DELETE FROM messages WHERE recipient_hash = 'nobody'"))
    watch.look()
    assert "mail_waiting" not in open_codes()


def test_a_round_that_is_not_settled_in_time_is_an_alarm(played: Played) -> None:
    change = text("UPDATE rounds SET status = :s WHERE round_number = :n")
    played.world.mine(10)
    with transaction() as session:
        session.execute(change, {"s": "sealed", "n": played.number})
    watch.look()
    assert "settlement_overdue" in open_codes()
    with transaction() as session:
        session.execute(change, {"s": "settled", "n": played.number})
    watch.look()
    assert "settlement_overdue" not in open_codes()


def _forget_audits() -> None:
    with transaction() as session:
        session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only"))
        session.execute(
            text(
                "UPDATE audit_entries SET action = 'audit.old' WHERE action = 'audit.checked' "
                "AND NOT EXISTS (SELECT FROM audit_seals WHERE entry_id = audit_entries.id)"
            )
        )
        session.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_append_only"))


def test_the_audit_runs_once_a_night_and_a_breach_is_an_alarm(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget_audits()
    assert jobs.audit_nightly()
    assert not jobs.audit_nightly(), "it was done"
    db.session.rollback()
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "audit.checked").order_by(AuditEntry.id.desc())
    ).first()
    assert entry is not None
    assert entry.detail["checks"] == len(CHECKS.get(played.world.app))
    night = datetime.now(UTC).replace(hour=3, minute=5)
    monkeypatch.setattr(auditing, "now", lambda: night + timedelta(days=1))
    assert auditing.is_time()
    monkeypatch.undo()
    db.session.rollback()
    with transaction():
        auditing.keep(auditing.Report(1, "agrees", [Breach("ledger.balances", "pool says 1, moved 2")]))
    assert "invariant_broken" in open_codes()
    with transaction():
        auditing.keep(auditing.Report(1, "agrees"))
    assert "invariant_broken" not in open_codes()


def test_one_request_id_from_the_page_to_the_job(played: Played, console: Operator) -> None:
    queue.connection().flushdb()
    answer = console.post(f"/admin/rounds/rounds/{played.number}/rerun")
    request_id = answer.headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{16}", request_id)
    from rq import Queue
    from rq.serializers import JSONSerializer

    waiting = Queue("draws", connection=queue.connection(), serializer=JSONSerializer).jobs
    assert [job.meta["request_id"] for job in waiting] == [request_id]
    queue.connection().flushdb()


def test_a_request_id_is_taken_from_a_proxy_of_ours_alone(played: Played) -> None:
    answer = played.world.app.test_client().get("/", headers={"X-Request-Id": "forged-by-somebody"})
    assert answer.headers["X-Request-Id"] != "forged-by-somebody"


@pytest.mark.parametrize(
    "secret",
    [
        "postgresql://tiraj:hunter2secret@db/tiraj",
        "Authorization: Basic aHVudGVyMnNlY3JldA==",
        "Bearer hunter2secret-token",
        "tiraj_live_hunter2secretABCDEFGH",
        "whsec_hunter2secretABCDEF",
        "$argon2id$v=19$m=65536$hunter2secret$hash",
        "xprv" + "9hunter2" + "s" * 60,
    ],
)
def test_what_looks_like_a_secret_is_struck_out_of_logs(secret: str) -> None:
    event = logs.strike_out_secrets(None, "info", {"event": f"failed: {secret}", "n": 7})
    assert "hunter2" not in event["event"]
    assert "aHVudGVy" not in event["event"]
    assert event["n"] == 7


def test_values_under_telling_names_are_struck_out() -> None:
    event = logs.strike_out_secrets(None, "info", {"event": "x", "smtp_password": "hunter2", "reset_token": "abc"})
    assert event == {"event": "x", "smtp_password": logs.STRUCK_OUT, "reset_token": logs.STRUCK_OUT}


_LOGGING = """
import logging, structlog
from app.chain import jobs as chain_jobs
from app.core import logs
logs.configure(as_json=True)
structlog.contextvars.bind_contextvars(request_id="0123456789abcdef")
structlog.get_logger().info("ours", url="redis://:hunter2@queue/0")
logging.getLogger("theirs").warning("lost redis://:hunter2@queue/0")
try:
    raise ValueError("Bearer hunter2hunter2")
except ValueError:
    structlog.get_logger().exception("failed")
"""


@pytest.mark.slow
def test_every_line_of_a_log_is_json_with_its_request() -> None:
    done = subprocess.run([sys.executable, "-c", _LOGGING], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"].split()[0] for line in lines] == ["ours", "lost", "failed"]
    assert {line["request_id"] for line in lines} == {"0123456789abcdef"}
    assert "hunter2" not in done.stderr
    assert structlog.is_configured() or logging.getLogger().handlers
