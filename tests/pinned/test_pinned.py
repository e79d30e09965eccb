"""What the outside relies on is what it was. Where a change is meant: `PIN=1 make test ARGS=tests/pinned`, and read the
difference before it is committed."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from app import create_app
from tests.pinned import spoken, surface

FILES = Path(__file__).parent / "files"


def _pinned(name: str, lines: list[str]) -> None:
    """Compare with the kept file, or keep it anew."""
    file = FILES / name
    if os.environ.get("PIN"):
        file.write_text("".join(f"{line}\n" for line in lines))
    kept = file.read_text().splitlines()
    assert len(lines) > 3, "nothing was found to compare"
    assert lines == kept


def test_addresses_methods_endpoints_and_surfaces(app: Flask) -> None:
    _pinned("routes.txt", surface.routes(app))


def test_commands_and_what_they_take(app: Flask) -> None:
    _pinned("commands.txt", surface.commands(app))


def test_the_document_of_the_api(app: Flask) -> None:
    _pinned("openapi.txt", surface.document(app))


def test_types_of_events() -> None:
    _pinned("events.txt", surface.events())


def test_jobs() -> None:
    _pinned("jobs.txt", surface.jobs())


def test_alarms() -> None:
    _pinned("alarms.txt", spoken.alarms())


def test_actions_in_the_audit_log() -> None:
    _pinned("audit_actions.txt", spoken.audit_actions())


def test_error_codes_and_their_sentences(app: Flask) -> None:
    _pinned("errors.txt", surface.errors(app))


def test_tables_and_all_that_guards_them(app_settings: dict[str, str], session: scoped_session[Session]) -> None:
    _pinned("tables.sql", surface.tables(app_settings["DATABASE_URL"]))


def test_what_is_translated() -> None:
    _pinned("msgids.txt", surface.msgids())


def test_metrics(app_settings: dict[str, str], session: scoped_session[Session]) -> None:
    token = "m" * 32
    watched = create_app({**app_settings, "METRICS_TOKEN": token})
    told = watched.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert told.status_code == 200
    _pinned("metrics.txt", surface.metrics(told.text))
