"""The published witness, which shares no code with us, is pushed to and fetched from; what it signs is served."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.record.log import queries as log
from app.record.log.witnesses import checks, jobs, queries
from app.record.log.witnesses.models import Cosignature, KnownWitness
from app.record.log.witnesses.queries import Wish
from tests.faults.test_kills import KILLED
from tests.faults.test_kills import run as run_apart
from tests.record.log.test_followed import witness
from tests.settings import LOG_KEY

from .conftest import Ada, Reply, collect, name_in_settings, tell

if TYPE_CHECKING:
    from tests.factories.world import World

Begin = Callable[[str], Ada]


def sizes_of(key: str) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Cosignature.size).where(Cosignature.witness == key).order_by("size")))


def known(key: str) -> KnownWitness:
    db.session.rollback()
    return db.session.get_one(KnownWitness, key, populate_existing=True)


def breaches() -> list[str]:
    with transaction():
        return [str(breach) for check in checks.CHECKS for breach in check()]


@pytest.mark.parametrize("way", ["push", "pull", "both"])
def test_cosignatures_are_got_and_served(committed_db: Flask, witnesses: Begin, tmp_path: Path, way: str) -> None:
    tell(5)
    ada = witnesses("ada")
    addresses = {"push": ada.push, "pull": ada.pull, "both": f"{ada.push} {ada.pull}"}[way]
    name_in_settings(committed_db, ada.key, addresses)
    while way == "pull" and not ada.has_cosigned():
        time.sleep(0.1)
    assert collect() == 1
    assert sizes_of(ada.key) == [5]
    if way != "pull":  # what it serves was looked at but once
        for more in (1, 300):
            tell(more)
            assert collect() == 1
        assert sizes_of(ada.key) == [5, 6, 306]
    client = committed_db.test_client()
    size = sizes_of(ada.key)[-1]
    note, head = client.get("/log/checkpoint").text, client.get("/api/log").get_json()
    assert note.count("\n— ") == 2
    assert head["checkpoint"] == head["cosigned"] == note
    url = ada.push if way == "push" else ada.pull
    assert head["witnesses"] == [{"verifierKey": ada.key, "url": url}]
    assert (head["quorum"], head["others"]) == (1, [])
    with transaction():
        entry = log.entries(size - 1, 1)[0]
        leaf, proof = bytes(entry.hash), log.inclusion_of(entry).text
    (tmp_path / "proof").write_text(proof)
    told = ("check", str(tmp_path / "proof"), "--leaf", leaf.hex(), "--log-key", str(LOG_KEY.verifier))
    checked = witness(*told, "--witness", ada.key)
    assert checked.returncode == 0, checked.stdout
    assert "cosigned by witness.example/ada" in checked.stdout
    assert breaches() == []
    page = client.get("/log").text
    assert ada.key in page
    shown = committed_db.test_cli_runner().invoke(args=["log", "status"]).output
    assert f"{ada.key}\n    named; cosigned {size} entries" in shown


def test_a_proof_waits_for_no_witness(committed_db: Flask, witnesses: Begin) -> None:
    """An entry that the quorum has not seen is proved against the newest checkpoint all the same."""
    tell(5)
    ada = witnesses("ada")
    name_in_settings(committed_db, ada.key, ada.push)
    collect()
    tell(2)
    with transaction():
        seen, unseen = (log.inclusion_of(log.entries(number, 1)[0]) for number in (4, 5))
    assert (seen.size, seen.text.count("\n— ")) == (5, 2)
    assert (unseen.size, unseen.text.count("\n— ")) == (7, 1)
    client = committed_db.test_client()
    head = client.get("/api/log").get_json()
    assert head["checkpoint"].splitlines()[1] == "7"
    assert head["cosigned"].splitlines()[1] == "5"


def test_a_database_that_forgot_its_witness_begins_where_he_is(committed_db: Flask, witnesses: Begin) -> None:
    """409 tells the size: consistency is proved from there."""
    tell(5)
    ada = witnesses("ada")
    name_in_settings(committed_db, ada.key, ada.push)
    collect()
    tell(5)
    with transaction() as session:
        session.execute(text("UPDATE log_witnesses SET size = 0"))
    assert collect() == 1
    assert sizes_of(ada.key) == [5, 10]


def test_one_that_hangs_delays_no_other(
    committed_db: Flask, witnesses: Begin, served: Callable[[Reply], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.record.log.witnesses.jobs.ANSWER_SECONDS", 1.0)
    released = threading.Event()
    hanging = served(lambda handler, body: released.wait(60) and None)
    tell(5)
    ada = witnesses("ada")
    eve = Ada("", Path(ada._key.parent), "eve")
    name_in_settings(committed_db, ada.key, ada.push, eve.key, f"{hanging}/add-checkpoint")
    assert collect() == 2
    assert sizes_of(ada.key) == [5]
    assert (known(eve.key).trouble, known(eve.key).failures) == ("timeout", 1)
    tell(1)
    with transaction() as session:
        session.execute(text("UPDATE log_witnesses SET rests_until = NULL WHERE failures = 0"))
    assert jobs.collect() == 1  # the other one rests
    assert sizes_of(ada.key) == [5, 6]
    released.set()


def test_two_processes_collect_at_once(committed_db: Flask, witnesses: Begin) -> None:
    tell(5)
    ada, bob = witnesses("ada"), witnesses("bob")
    name_in_settings(committed_db, ada.key, ada.push, bob.key, f"{bob.push} {bob.pull}")

    def one(_: int) -> int:
        with committed_db.app_context():
            return jobs.collect()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(one, range(8))) == 2
    assert sizes_of(ada.key) == sizes_of(bob.key) == [5]
    assert breaches() == []


@pytest.mark.parametrize("step", ["log.claimed", "log.answered", "log.cosigned"])
def test_killed_half_way_it_is_asked_again(committed_db: Flask, witnesses: Begin, step: str) -> None:
    tell(5)
    ada = witnesses("ada")
    name_in_settings(committed_db, ada.key, ada.push)
    assert run_apart(cast("World", SimpleNamespace(app=committed_db)), jobs.collect, fail_at=step) == KILLED
    assert sizes_of(ada.key) == []
    assert jobs.collect() == 0  # the lease is the dead one's
    assert collect() == 1
    assert sizes_of(ada.key) == [5]
    assert breaches() == []


def test_who_had_seen_an_entry_by_when(committed_db: Flask, witnesses: Begin) -> None:
    tell(5)
    ada, bob = witnesses("ada"), witnesses("bob")
    name_in_settings(committed_db, ada.key, ada.push, bob.key, bob.push)
    collect()
    moment = datetime.now(UTC) + timedelta(minutes=1)
    early = moment - timedelta(hours=1)
    bob.end()
    tell(1)
    collect()
    with transaction():
        wishes = [Wish(number, one.key, moment) for one in (ada, bob) for number in (0, 4, 5, 6)]
        seen = queries.seen(wishes)
        assert queries.seen([Wish(4, one.key, early) for one in (ada, bob)]) == queries.seen([]) == {}
    assert {key for number, key in seen if number == 4} == {ada.key, bob.key}
    assert {(number, key) for number, key in seen if (number or 0) > 4} == {(5, ada.key)}
    assert seen[0, ada.key] == seen[4, ada.key]
    assert seen[4, ada.key].at <= seen[5, ada.key].at <= moment
    assert (seen[4, ada.key].size, seen[5, ada.key].size) == (5, 6)
    assert seen[4, bob.key].line.startswith(f"— {bob.name} ")


def test_a_private_address_is_asked_only_where_the_operator_named_it(committed_db: Flask, witnesses: Begin) -> None:
    tell(5)
    ada = witnesses("ada")
    with transaction() as session:
        session.add(KnownWitness(key=ada.key, push=ada.push, offered_by="site:of a test"))
    name_in_settings(committed_db, webhook_allow_private=False)
    assert collect() == 1
    assert (sizes_of(ada.key), known(ada.key).trouble) == ([], "address_not_allowed")
    name_in_settings(committed_db, ada.key, ada.push, webhook_allow_private=False)
    assert collect() == 1
    assert (sizes_of(ada.key), known(ada.key).trouble) == ([5], "")


def test_who_only_offered_itself_is_shown_and_does_not_count(committed_db: Flask, witnesses: Begin) -> None:
    tell(5)
    ada = witnesses("ada")
    with transaction() as session:
        session.add(KnownWitness(key=ada.key, push=ada.push, offered_by="site:of a test"))
    name_in_settings(committed_db, webhook_allow_private=True)
    assert collect() == 1
    head: dict[str, Any] = committed_db.test_client().get("/api/log").get_json()
    assert (head["witnesses"], head["quorum"], head["cosigned"]) == ([], 0, None)
    assert head["others"] == [{"verifierKey": ada.key, "url": ada.push}]
    assert head["checkpoint"].count("\n— ") == 2
