"""The command line: what each command prints, refuses and leaves alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.jobs import queue
from app.record.audit import switches
from tests.factories.played import Played

Run = Callable[..., Result]


@pytest.fixture
def flask(played: Played) -> Run:
    def run(*arguments: str, **options: Any) -> Result:
        db.session.rollback()
        return played.world.app.test_cli_runner().invoke(args=list(arguments), **options)

    return run


def _leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = getattr(command, "commands", None) or {}
    return [leaf for name, one in inner.items() for leaf in _leaves(one, (*path, name))] or [path]


def test_every_command_says_what_it_does(played: Played, flask: Run) -> None:
    own = [leaf for leaf in _leaves(played.world.app.cli) if leaf[0] not in ("run", "shell", "routes", "db")]
    assert len(own) > 35
    for leaf in own:
        shown = flask(*leaf, "--help")
        assert shown.exit_code == 0, leaf
        assert len(shown.output.splitlines()) > 3, leaf


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "--json"),
        ("audit", "log", "--json"),
        ("audit", "chain", "--json"),
        ("rounds", "list", "--json"),
        ("rounds", "list", "--game", "luckotto", "--json"),
        ("partners", "list", "--json"),
        ("operators", "stopped", "--json"),
        ("wallet", "balance", "--json"),
        ("wallet", "addresses", "--json"),
        ("ledger", "trial-balance", "--json"),
        ("ledger", "account", "coins", "--json"),
        ("jobs", "list", "--json"),
        ("jobs", "failed", "--json"),
        ("chain", "check", "--json"),
    ],
)
def test_json_is_one_document(flask: Run, command: tuple[str, ...]) -> None:
    done = flask(*command)
    assert done.exit_code == 0, done.output
    json.loads(done.stdout)


HIDDEN = "because\u202egnp.exe"


def test_every_command_with_a_reason_takes_words_alone(played: Played, flask: Run) -> None:
    """Found by looking at the commands themselves, so that a new one is asked as well."""

    def options(leaf: tuple[str, ...]) -> dict[str, click.Option]:
        command: Any = played.world.app.cli
        for name in leaf:
            command = command.commands[name]
        return {one.opts[0]: one for one in command.params if isinstance(one, click.Option)}

    deciding = [leaf for leaf in _leaves(played.world.app.cli) if "--reason" in options(leaf)]
    assert len(deciding) >= 12
    for leaf in deciding:
        given = options(leaf)
        for bad in (HIDDEN, "x" * 501, "a\udcffb", *([" "] if given["--reason"].required else [])):
            with pytest.raises(click.BadParameter):
                given["--reason"].process_value(click.Context(click.Command("x")), bad)
        for bad in (HIDDEN, "", "ada lovelace", "x" * 65):
            with pytest.raises(click.BadParameter):
                given["--operator"].process_value(click.Context(click.Command("x")), bad)
    refused = flask("operators", "stop", "sales", "--operator", "ada", "--reason", HIDDEN)
    assert (refused.exit_code, "all of them visible" in refused.output) == (2, True)
    assert switches.stopped() == []
    assert flask("operators", "stop", "sales", "--operator", "ada", "--reason", " e\u0301te\u0301 ").exit_code == 0
    assert [one.reason for one in switches.stopped()] == ["\u00e9t\u00e9"]
    assert flask("operators", "start", "sales", "--operator", "ada", "--reason", "over").exit_code == 0


@pytest.mark.parametrize("game", ["rounds", "luckotto"])
def test_rounds_of_every_game_are_listed(flask: Run, game: str) -> None:
    shown = flask("rounds", "list", "--game", game)
    assert shown.exit_code == 0, shown.output
    heads, *rows = shown.stdout.splitlines()
    assert heads.split()[:2] == ["round", "status"]
    assert any("settled" in row for row in rows) or game == "luckotto"
    assert rows


@pytest.mark.parametrize(
    "command",
    [("list",), ("replay", "1"), ("export", "1"), ("resolve", "1", "--void", "--operator", "o", "--reason", "r")],
)
def test_an_unknown_game_is_named_with_those_there_are(flask: Run, command: tuple[str, ...]) -> None:
    refused = flask("rounds", *command, "--game", "dice")
    assert refused.exit_code == 2
    assert "rounds, luckotto" in refused.stderr


def test_both_sides_of_the_books_are_equal(flask: Run) -> None:
    shown = json.loads(flask("ledger", "trial-balance", "--json").stdout)
    assert shown["balances"] is True
    assert shown["debit"] == shown["credit"] > 0
    assert "together" in flask("ledger", "trial-balance").stdout


def test_an_account_needs_the_owner_its_kind_has(flask: Run) -> None:
    assert flask("ledger", "account", "partner").exit_code == 2
    assert flask("ledger", "account", "coins", "somebody").exit_code == 2
    assert flask("ledger", "account", "nonsense").exit_code == 2


def test_a_round_done_again_is_the_same(flask: Run, played: Played) -> None:
    done = flask("rounds", "replay", str(played.number), "--json")
    assert done.exit_code == 0, done.output
    shown = json.loads(done.stdout)
    assert shown["same"] is True
    assert shown["payments"] >= 6
    assert shown["orders"] >= 6


def _change(statement: str, **values: Any) -> None:
    with transaction() as session:
        session.execute(text(statement), values)


@pytest.mark.parametrize(
    ("change", "undo", "said"),
    [
        (
            "UPDATE order_payments SET amount_sats = amount_sats + 1, credited_sats = credited_sats + 1",
            "UPDATE order_payments SET amount_sats = amount_sats - 1, credited_sats = credited_sats - 1",
            "amount, place or order is not the chain's",
        ),
        ("UPDATE order_payments SET vout = vout + 7", "UPDATE order_payments SET vout = vout - 7", "is not stored"),
        (
            "UPDATE order_payments SET status = 'late', credited_sats = 0, refundable_sats = amount_sats",
            "UPDATE order_payments SET status = 'credited', credited_sats = amount_sats, refundable_sats = 0",
            "expected credited",
        ),
    ],
)
def test_a_round_that_is_not_the_chains_is_told(flask: Run, played: Played, change: str, undo: str, said: str) -> None:
    one = "SELECT id FROM order_payments WHERE status = 'credited' AND refundable_sats = 0 ORDER BY id LIMIT 1"
    found = db.session.scalar(text(one))
    _change(f"{change} WHERE id = :id", id=found)
    try:
        done = flask("rounds", "replay", str(played.number), "--no-draw")
        assert done.exit_code == 1
        assert said in done.stdout
    finally:
        _change(f"{undo} WHERE id = :id", id=found)
    assert flask("rounds", "replay", str(played.number), "--no-draw").exit_code == 0


def test_a_round_that_is_none_is_refused(flask: Run) -> None:
    assert flask("rounds", "replay", "99999").exit_code == 1
    assert flask("rounds", "export", "99999").exit_code == 1
    assert flask("rounds", "replay", "0").exit_code == 2


def test_a_rounds_bundle_is_what_the_route_gives(flask: Run, played: Played, tmp_path: Path) -> None:
    file = tmp_path / "bundle.jsonl"
    assert flask("rounds", "export", str(played.number), "--output", str(file)).exit_code == 0
    parts = [json.loads(line) for line in file.read_text().splitlines()]
    served = played.client.get(f"/api/rounds/{played.number}/bundle").json
    assert parts[0]["payments"] == served["payments"]
    assert parts[0]["seal"] == served["seal"]


def test_a_rescan_is_asked_for_and_leaves_what_is_final(flask: Run, played: Played) -> None:
    who = ("--operator", "ada", "--reason", "a drill")
    tip = played.world.tip
    assert flask("chain", "rescan", "--from", "1", *who, "--yes").exit_code == 1
    dry = flask("chain", "rescan", "--from", str(tip), *who, "--dry-run", "--json")
    assert json.loads(dry.stdout) == {"from": tip, "blocks": 1, "tip": tip, "dryRun": True}
    assert flask("chain", "rescan", "--from", str(tip), *who, input="n\n").exit_code == 1
    played.world.mine(3)
    before = played.world.breaches()
    done = flask("chain", "rescan", "--from", str(played.world.tip - 1), *who, "--yes")
    assert done.exit_code == 0, done.output
    assert played.world.tip == tip + 3
    assert list(played.world.breaches()) == list(before)
    logged = json.loads(flask("audit", "log", "--action", "chain.rescanned", "--json").stdout)
    assert [row["actor"] for row in logged] == ["operator:ada"]


def test_a_dry_run_writes_nothing(flask: Run, played: Played) -> None:
    who = ("--operator", "ada", "--reason", "a drill", "--dry-run")
    name = db.session.scalar(text("SELECT name FROM partner_sites ORDER BY name LIMIT 1"))
    entries = text("SELECT count(*) FROM audit_entries")
    before = db.session.scalar(entries)
    for command in (
        ("operators", "stop", "sales"),
        ("partners", "stop", name),
        ("partners", "limit", name, "--orders", "3"),
    ):
        assert flask(*command, *who).exit_code == 0, command
    db.session.rollback()
    assert db.session.scalar(entries) == before
    assert not switches.is_stopped("sales")


def test_a_switch_by_command_is_told(flask: Run) -> None:
    who = ("--operator", "ada", "--reason", "a drill")
    assert flask("operators", "stop", "settlement", *who).exit_code == 0
    assert json.loads(flask("operators", "stopped", "--json").stdout)[0]["by"] == "operator:ada"
    assert flask("operators", "start", "settlement", *who).exit_code == 0
    assert flask("operators", "stop", "nonsense", *who).exit_code == 2
    assert flask("operators", "stop", "sales", "--operator", "ada", "--reason", " ").exit_code == 2


def test_settlement_that_is_stopped_settles_nothing(flask: Run, played: Played) -> None:
    from app.selling.windows import jobs

    world = played.world
    with transaction():
        switches.stop("settlement", actor="operator:test", reason="a drill")
    number = played.number + 1
    round_ = world.round(number)
    world.mine_to(round_.sales_end_height - 1 + round_.settlement_depth)
    assert jobs.seal() >= 1, "seals are made all the same"
    world.mine_to(round_.closing_height + round_.settlement_depth)
    assert jobs.settle() == 0
    assert world.round(number).status == "sealed"
    with transaction():
        switches.start("settlement", actor="operator:test", reason="over")
    assert jobs.settle() >= 1
    assert world.round(number).status == "settled"


def test_a_failed_job_is_listed_and_enqueued_again(flask: Run, played: Played) -> None:
    from rq import Queue, SimpleWorker
    from rq.serializers import JSONSerializer

    queue.connection().flushdb()
    queue.ask("draws.rerun", "default", "rounds", 99999, "operator:test")
    work = Queue("default", connection=queue.connection(), serializer=JSONSerializer)
    SimpleWorker([work], connection=queue.connection(), serializer=JSONSerializer).work(burst=True)
    failed = json.loads(flask("jobs", "failed", "--json").stdout)
    assert [row["function"] for row in failed] == ["draws.rerun"]
    assert "round_not_found" in failed[0]["error"] or "not_drawn" in failed[0]["error"]
    assert flask("jobs", "retry", failed[0]["id"], "--operator", "ada", "--dry-run").exit_code == 0
    assert len(json.loads(flask("jobs", "failed", "--json").stdout)) == 1
    assert flask("jobs", "retry", failed[0]["id"], "--operator", "ada").exit_code == 0
    assert json.loads(flask("jobs", "failed", "--json").stdout) == []
    assert flask("jobs", "retry", "nonsense", "--operator", "ada").exit_code == 1
    queue.connection().flushdb()


def test_a_periodic_job_runs_here(flask: Run) -> None:
    assert flask("jobs", "run", "audit.seal").exit_code == 0
    assert flask("jobs", "run", "nonsense").exit_code == 2
