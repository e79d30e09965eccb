"""A copy of the database names nobody: what people, teams and messages leave in it cannot be read, nor guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.faces.admin import jobs as admin_jobs
from app.people.partners.team import service as team
from app.record.audit.service import raise_alarm
from app.record.notifications import jobs as mail
from app.record.notifications import service as messages
from dev.node.process import NodeProcess
from tests.factories.partners import make_site
from tests.factories.played import following_app, play
from tests.people.accounts.mail import ask, mails_to
from tests.personas import signed_in

PEOPLE = ("ada.lovelace@shop.example", "bea@mates.example", "ada.byron@new.example", "nobody@asked.example")
OPERATOR = "ops@house.example"


def dump(app: Flask) -> bytes:
    """Every table, as `COPY` writes it."""
    url = app.config["SETTINGS"].database_url.get_secret_value().replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        found = b""
        for (name,) in tables:
            with connection.cursor().copy(f"COPY {name} TO STDOUT") as rows:  # type: ignore[arg-type]
                found += b"".join(bytes(row) for row in rows)
    return found


def traces(address: str) -> set[bytes]:
    """An address as it may stand in a dump: in the clear, in parts, as bytes, or as a hash that anybody can try."""
    parts = {address, address.partition("@")[0] + "@", address.partition("@")[2]}
    plain = {part.encode() for part in parts}
    hashes = {getattr(hashlib, kind)(address.encode()).hexdigest().encode() for kind in ("sha256", "md5", "sha1")}
    return plain | {part.hex().encode() for part in plain} | hashes


def test_a_dump_of_a_played_world_names_nobody(
    app_settings: dict[str, str], fresh_database: Callable[[], str], node: NodeProcess, tmp_path: Path
) -> None:
    settings = {**app_settings, "OPERATOR_EMAILS": OPERATOR}
    with following_app(settings, fresh_database(), node.rpc_url, tmp_path) as app:
        play(app, node)
        ada = signed_in(app, PEOPLE[0])
        with transaction():
            site = make_site(ada.id, name="lotto", display_name="Lotto")
            team.invite(site, PEOPLE[1], "read", by=ada.id)  # type: ignore[arg-type]
            raise_alarm("node_away", "test")
        assert ada.post("/account/email", {"email": PEOPLE[2]}).status_code == 303
        ask(app.test_client(), PEOPLE[3])
        admin_jobs.tell()
        rows = dump(app)
        assert b"lotto" in rows, "a dump that misses tables proves nothing"
        assert rows.count(b"magic_link") == 1
        assert len(mails_to(app, PEOPLE[3])) == 1
        for address in (*PEOPLE, OPERATOR):
            assert [one for one in traces(address) if one in rows] == [], address


def test_messages_are_removed_a_month_after_they_left(committed_db: Flask) -> None:
    with transaction():
        for number in range(4):
            messages.send_later("email", f"a{number}@b.example", "magic_link", "en", link="x", code="1", minutes=1)

    def run(statement: str) -> Any:
        with transaction() as session:
            session.execute(text(statement))

    old = "now() - interval '31 days' WHERE id = (SELECT {}(id::text)::uuid FROM messages)"
    run("UPDATE messages SET state = 'sent', sent_at = " + old.format("min"))
    run("UPDATE messages SET state = 'failed', not_before = " + old.format("max"))
    assert (mail.purge(), mail.purge()) == (2, 0)
    run("UPDATE messages SET not_before = now() - interval '90 days'")
    assert mail.purge() == 0, "what is due is kept until it is sent or given up"
    with transaction():
        assert db.session.scalar(text("SELECT count(*) FROM messages")) == 2
