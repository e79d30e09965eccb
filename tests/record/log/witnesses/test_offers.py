"""Strangers offer witnesses: two at once, again and again, many that hang. Whom rounds wait for notices none of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.record.log.witnesses import jobs, offers, queries
from app.record.log.witnesses.models import KnownWitness

from .conftest import Ada, Reply, answer, collect, name_in_settings, tell
from .test_collecting import known, sizes_of
from .test_named import key

URL = "https://w.example/checkpoint"


def offer(subject: str, text: str) -> str:
    """What came of it."""
    try:
        with transaction():
            offers.offer(subject, text, "pull", URL, allow_private=False)
    except DomainError as error:
        return error.code
    return "taken"


@pytest.mark.parametrize(
    "offered",
    [
        [(f"site:{number}", key("witness.example/ada", number + 1)) for number in range(8)],
        [(f"site:{number}", key(f"witness.example/ada{number}", 1)) for number in range(8)],
        [("site:one", key(f"witness.example/ada{number}", number + 1)) for number in range(8)],
    ],
    ids=["one name", "one key", "one site"],
)
def test_of_many_at_once_one_is_taken(committed_db: Flask, offered: list[tuple[str, str]]) -> None:
    together = threading.Barrier(len(offered), timeout=60)

    def one(said: tuple[str, str]) -> str:
        with committed_db.app_context():
            together.wait()
            return offer(*said)

    with ThreadPoolExecutor(len(offered)) as threads:
        outcomes = list(threads.map(one, offered))
    assert outcomes.count("taken") == 1, outcomes
    assert set(outcomes) <= {"taken", "witness_key_known", "witness_there"}
    db.session.rollback()
    assert len(db.session.scalars(select(KnownWitness)).all()) == 1


def remove(subject: str) -> None:
    with transaction():
        offers.remove(subject)


def switch(text: str, *, off: bool) -> None:
    with transaction():
        offers.switch(text, off=off)


def asked() -> list[str]:
    with transaction():
        return [one.key for one in queries.known()]


def test_who_was_switched_off_stays_so_with_another_key(committed_db: Flask) -> None:
    first, second, third = (key(f"witness.example/{name}", seed) for seed, name in enumerate(("a", "b", "c"), start=1))
    assert offer("site:1", first) == "taken"
    switch(first, off=True)
    remove("site:1")
    assert offer("site:1", second) == "taken"
    assert asked() == []
    remove("site:1")
    assert offer("site:2", key("witness.example/a", 9)) == "witness_key_known", "nor does the name come back elsewhere"
    assert offer("site:1", first) == "taken"
    assert asked() == []
    switch(first, off=False)
    assert asked() == [first]
    remove("site:1")
    assert offer("site:1", third) == "taken"
    assert asked() == [third], "an operator's word holds for the site, either way"


def hang(release: threading.Event) -> Reply:
    return lambda handler, body: release.wait(60) and None


def drip(release: threading.Event) -> Reply:
    """An answer that never ends, a byte at a time."""

    def reply(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not release.wait(0.1):
            handler.wfile.write(b"x")

    return reply


def flood(release: threading.Event) -> Reply:
    """More than anybody keeps."""
    return lambda handler, body: answer(handler, 200, b"x" * 5_000_000)


def again(release: threading.Event) -> Reply:
    """It wants to be asked once more, from another size each time."""
    sizes = iter(range(1, 1_000_000))

    def reply(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        time.sleep(0.3)
        answer(handler, 409, f"{next(sizes) % 3}\n".encode(), Content_Type="text/x.tlog.size")

    return reply


@pytest.fixture
def release() -> Iterator[threading.Event]:
    made = threading.Event()
    yield made
    made.set()


def test_many_that_hang_delay_nobody_whom_rounds_wait_for(
    committed_db: Flask,
    witnesses: Callable[[str], Ada],
    served: Callable[[Reply], str],
    release: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "ANSWER_SECONDS", 3.0)
    monkeypatch.setattr(jobs, "_RUN_SECONDS", 4.0)
    tell(5)
    ada = witnesses("ada")
    name_in_settings(committed_db, ada.key, ada.push, webhook_allow_private=True)
    ways = [(served(way(release)), way) for way in (hang, drip, flood, again)]
    with transaction() as session:
        for number in range(40):
            url, way = ways[number % 4]
            text, push = key(f"witness.example/evil{number}", number + 20), f"{url}/add-checkpoint"
            both = {"push": push, "pull": f"{url}/checkpoint"} if way is not again else {"push": push}
            session.add(KnownWitness(key=text, offered_by=f"site:{number}", **both))

    def strangers() -> tuple[int, float]:
        with committed_db.app_context():
            begun = time.monotonic()
            return jobs.collect_offered(), time.monotonic() - begun

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(strangers)
        begun = time.monotonic()
        assert jobs.collect() == 1
        assert time.monotonic() - begun < 2.5, "the named one is asked at once"
        assert sizes_of(ada.key) == [5]
        assert not running.done(), "while they hang"
        count, seconds = running.result()
    assert count == 16
    assert seconds < 4.0 + 3.0, "a run ends with its time, whatever two addresses and four questions would take"
    assert known(ada.key).trouble == ""
    troubled = [one for one in db.session.scalars(select(KnownWitness)) if one.failures]
    assert len(troubled) == 16


def look() -> int:
    """How many were asked, by a clock that stands still: whoever rests for a moment does so for all of the test."""
    count = jobs.collect_offered()
    with transaction() as session:
        session.execute(text("UPDATE log_witnesses SET rests_until = rests_until + interval '1 hour'"))
    return count


def test_strangers_are_asked_by_turns(committed_db: Flask, served: Callable[[Reply], str]) -> None:
    """An honest one among many that fail comes to its turn."""
    tell(5)
    name_in_settings(committed_db, webhook_allow_private=True)
    failing = served(lambda handler, body: answer(handler, 500, b"no"))
    with transaction() as session:
        for number in range(30):
            text = key(f"witness.example/evil{number}", number + 20)
            session.add(KnownWitness(key=text, pull=f"{failing}/checkpoint", offered_by=f"site:{number}"))
    assert [look(), look(), look()] == [16, 14, 0]
    assert collect() == 16
