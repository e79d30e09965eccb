"""Backup and restore as docs/operations.md says: the audit holds, rounds replay, and no address is made twice."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from dev import postgres
from dev.node.process import NodeProcess
from tests.faces.api.conftest import issue
from tests.factories.played import following_app
from tests.factories.world import World

pytestmark = pytest.mark.slow


def _addresses() -> set[str]:
    db.session.rollback()
    return set(
        db.session.scalars(text("SELECT address FROM deposit_addresses UNION SELECT address FROM reserve_addresses"))
    )


def test_a_restored_database_goes_on_as_if_nothing_had_been_lost(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    make_node: Callable[[], NodeProcess],
    tmp_path: Path,
) -> None:
    node = make_node()
    node.call("generatetoaddress", 110, node.call("getnewaddress"))
    original, restored = fresh_database(), fresh_database()
    with following_app(app_settings, original, node.rpc_url, tmp_path) as app:
        world = World(app, node).begin()
        site = world.site()
        before = world.order(site, "ada")
        world.send(before.address, 50_000)
        world.mine()
        _copy(original, restored)  # the backup: what follows is lost
        lost = world.order(site, "bob")
        world.send(lost.address, 30_000)
        world.mine()
        with transaction():
            deposits.new_reserve_address()
        used = _addresses()
        key = issue(site)
        last_told = _told(app, key)[-1]["id"]
        tickets = _sold(before.round_number)
    with following_app(app_settings, restored, node.rpc_url, tmp_path) as app:
        world = World(app, node)
        assert lost.address not in _addresses()
        key = issue(site)
        refused = _events(app, key, last_told)
        assert (refused.status_code, refused.json["code"]) == (410, "cursor_lost")
        runner = app.test_cli_runner()
        with transaction():
            again = deposits.new_reserve_address().address
        assert again in used, "the step that makes as many as existed"
        done = runner.invoke(args=["orders", "recover", str(tmp_path / "terms-journal")])
        assert done.exit_code == 0, done.output
        assert runner.invoke(args=["chain", "scan", "--once"]).exit_code == 0
        assert _addresses() == used
        assert _sold(before.round_number) == tickets
        audited = runner.invoke(args=["audit", "--json"])
        assert audited.exit_code == 0, audited.output
        replayed = runner.invoke(args=["rounds", "replay", str(before.round_number), "--json"])
        assert replayed.exit_code == 0, replayed.output
        db.session.rollback()
        fresh = world.order(db.session.merge(site), "cleo")
        assert fresh.address not in used
        with transaction():
            assert deposits.new_reserve_address().address not in used
        told = [event["subject"] for event in _told(app, key, refused.json.get("params", {}).get("beginAfter"))]
        assert {f"order:{before.id}", f"order:{lost.id}"} <= set(told), "nothing of what was lost is left out"


def _events(app: Flask, key: str, after: str | None) -> TestResponse:
    query = {"limit": "100", **({"after": after} if after else {})}
    return app.test_client().get("/api/v1/events", query_string=query, headers={"Authorization": f"Bearer {key}"})


def _told(app: Flask, key: str, after: str | None = None) -> list[dict[str, Any]]:
    """What a partner's server reads from there on."""
    answer = _events(app, key, after)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["events"]
    return found


def _sold(number: int) -> int:
    db.session.rollback()
    return int(db.session.scalar(text("SELECT sold_tickets FROM rounds WHERE round_number = :n"), {"n": number}) or 0)


def _copy(source: str, target: str) -> None:
    """pg_dump and pg_restore where they exist; the embedded server brings both."""
    folder = postgres.binaries()
    dump, restore = (shutil.which(name, path=str(folder)) for name in ("pg_dump", "pg_restore"))
    if dump is None or restore is None:
        pytest.skip("no pg_dump beside the server")
    archive = subprocess.run([dump, "--format=custom", source], capture_output=True, check=True)
    command = [restore, "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--dbname", target]
    subprocess.run(command, input=archive.stdout, capture_output=True, check=True)
