"""Migration 0042 seals what is there, opens it on the way back, and does neither without the right keys."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db
from app.core.sealing.keyring import Key
from app.people.accounts import queries
from app.people.accounts.models import EmailChange, EmailMagicLink, User
from app.people.partners.models import TeamInvitation
from app.record.notifications.models import Message
from tests.factories.played import following_app
from tests.servers import TOP
from tests.settings import NO_NODE

COUNT = 2_500  # more than two batches
_FILLED = f"""
    INSERT INTO users (id, email)
        SELECT gen_random_uuid(), 'person' || n || '@plain.example' FROM generate_series(1, {COUNT}) n;
    INSERT INTO users (id, phone) VALUES (gen_random_uuid(), '+50934000001');
    INSERT INTO email_magic_links (id, email, token_hash, browser_hash, code_hash, expires_at)
        VALUES (gen_random_uuid(), 'link@plain.example', 'a', 'b', 'c', now());
    INSERT INTO user_sessions (id, user_id, token_hash, expires_at)
        SELECT gen_random_uuid(), id, 's', now() FROM users LIMIT 1;
    INSERT INTO email_changes (id, user_id, session_id, email, token_hash, expires_at)
        SELECT gen_random_uuid(), user_id, id, 'change@plain.example', 't', now() FROM user_sessions;
    INSERT INTO partner_sites (id, owner_user_id, name, display_name, payout_address, payout_address_network,
        payout_address_changed_at)
        SELECT gen_random_uuid(), user_id, 'lotto', 'Lotto', 'a', 'regtest', now() FROM user_sessions;
    INSERT INTO team_invitations (id, partner_site_id, email, access, token_hash, invited_by, expires_at)
        SELECT gen_random_uuid(), id, 'invited@plain.example', 'read', 'i', owner_user_id, now() FROM partner_sites;
    INSERT INTO messages (id, recipient, template, params) VALUES
        (gen_random_uuid(), 'due@plain.example', 'magic_link', '{{"code": "123456", "list": [1, "é"]}}'),
        (gen_random_uuid(), 'sent@plain.example', 'magic_link', '{{}}');
"""
_PLAIN = (
    "SELECT email FROM users UNION ALL SELECT phone FROM users UNION ALL SELECT email FROM email_magic_links"
    " UNION ALL SELECT email FROM email_changes UNION ALL SELECT email FROM team_invitations"
    " UNION ALL SELECT recipient || params::text FROM messages ORDER BY 1"
)


def migrate(settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "db", *words],
        cwd=TOP,
        env={**os.environ, **settings, "FLASK_APP": "wsgi:app"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(settings: dict[str, str], statement: str) -> list[Any]:
    with psycopg.connect(settings["DATABASE_URL"].replace("+psycopg", "")) as connection:
        done = connection.execute(statement)  # type: ignore[call-overload]
        return list(done.fetchall()) if done.description else []


@pytest.mark.slow
def test_what_is_there_is_sealed_and_opens_again(
    app_settings: dict[str, str], fresh_database: Callable[[], str], tmp_path: Path
) -> None:
    settings = {**app_settings, "DATABASE_URL": fresh_database()}
    assert migrate(settings, "downgrade", "0041").returncode == 0
    rows(settings, _FILLED)
    before = rows(settings, _PLAIN)
    refused = migrate({**settings, "DATA_KEYS": "", "LOOKUP_KEY": ""}, "upgrade")
    assert refused.returncode != 0
    for name in ("DATA_KEYS", "LOOKUP_KEY"):
        assert f"{name}: python -m app.core.sealing.keygen makes a key" in refused.stderr
    assert rows(settings, _PLAIN) == before
    done = migrate(settings, "upgrade")
    assert done.returncode == 0, done.stderr
    with following_app(settings, settings["DATABASE_URL"], NO_NODE, tmp_path) as app:
        _looks_right(app)
    refused = migrate({**settings, "DATA_KEYS": Key.make("k9").text}, "downgrade", "0041")
    assert refused.returncode != 0
    assert "is sealed with the key test1, which DATA_KEYS does not have" in refused.stderr
    assert migrate(settings, "downgrade", "0041").returncode == 0
    assert rows(settings, _PLAIN) == before


def _looks_right(app: Flask) -> None:
    assert None not in [queries.find_by_email(f"person{number}@plain.example") for number in range(1, COUNT + 1, 50)]
    assert len(set(db.session.scalars(select(User.email)))) == COUNT + 1
    assert [phone for phone in db.session.scalars(select(User.phone)) if phone] == ["+50934000001"]
    for column, said in (
        (EmailMagicLink.email, ["link@plain.example"]),
        (EmailChange.email, ["change@plain.example"]),
        (TeamInvitation.email, ["invited@plain.example"]),
        (Message.recipient, ["due@plain.example", "sent@plain.example"]),
    ):
        assert sorted(db.session.scalars(select(column))) == said
    assert {"code": "123456", "list": [1, "é"]} in list(db.session.scalars(select(Message.params)))
