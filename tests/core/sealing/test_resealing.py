"""Rotation: while others write, twice, killed half-way; rows that are held; and the hashes after another LOOKUP_KEY."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select, text, update

from app.core.database.session import db, transaction
from app.core.sealing import checks, resealing
from app.core.sealing.columns import sealed
from app.core.sealing.keyring import Key, key_name
from app.people.accounts import queries, service
from app.people.accounts.models import User
from tests.settings import SEALING

K1, K2 = SEALING["DATA_KEYS"], Key.make("k2").text


def keys(app: Flask, **settings: str) -> None:
    """From now on these are the settings."""
    secrets = {name: SecretStr(value) for name, value in settings.items()}
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update=secrets)


def people(count: int) -> list[str]:
    addresses = [f"person{number}@example.com" for number in range(count)]
    with transaction():
        for address in addresses:
            service.user_with_email(address)
    return addresses


def names() -> set[str]:
    with transaction():
        return {key_name(value) for value in db.session.scalars(select(User.email_sealed)) if value}


@contextmanager
def held(app: Flask, address: str) -> Iterator[None]:
    """Somebody else is about to change this person's row."""
    with db.engine.connect() as other, other.begin():
        other.execute(select(User.id).where(queries.has_email(address)).with_for_update())
        yield


def test_everything_is_sealed_anew_once(committed_db: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "BATCH", 7)
    addresses = people(40)
    keys(committed_db, data_keys=f"{K2},{K1}")
    assert resealing.reseal(transaction) == resealing.Passed(40, 0)
    assert resealing.reseal(transaction) == resealing.Passed(0, 0)
    keys(committed_db, data_keys=K2)
    assert names() == {"k2"}
    assert [queries.find_by_email(one) for one in addresses].count(None) == 0
    assert set(db.session.scalars(select(User.email))) == set(addresses)


def test_it_waits_for_nobody_and_comes_back(committed_db: Flask) -> None:
    addresses = people(5)
    keys(committed_db, data_keys=f"{K2},{K1}")
    with held(committed_db, addresses[2]):
        assert resealing.reseal(transaction) == resealing.Passed(4, 1)
    answer = committed_db.test_cli_runner().invoke(args=["keys", "reseal"])
    assert (answer.exit_code, answer.output) == (0, "1 sealed with k2\n")


def test_one_walk_says_what_it_left(committed_db: Flask) -> None:
    addresses = people(2)
    keys(committed_db, data_keys=f"{K2},{K1}")
    with held(committed_db, addresses[0]):
        answer = committed_db.test_cli_runner().invoke(args=["keys", "reseal", "--once"])
    assert (answer.exit_code, "1 are left" in answer.output) == (1, True)


def test_who_writes_meanwhile_is_not_overwritten(committed_db: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six change addresses without pause while all is sealed anew, again and again: each person's last word stands."""
    monkeypatch.setattr(resealing, "BATCH", 3)
    people(12)
    with transaction():
        ids = list(db.session.scalars(select(User.id).order_by(User.id)))
    keys(committed_db, data_keys=f"{K2},{K1}")
    done = Event()

    def write(worker: int) -> dict[Any, str]:
        said, turn = {}, 0
        with committed_db.app_context():
            while not done.is_set() or turn < 3:
                for person in ids[worker::6]:
                    address = f"worker{worker}turn{turn}-{person}@example.com"
                    with transaction():
                        values = sealed(User, person, email=address)
                        db.session.execute(update(User).where(User.id == person).values(values))
                    said[person] = address
                turn += 1
        return said

    with ThreadPoolExecutor(6) as pool:
        writers = [pool.submit(write, worker) for worker in range(6)]
        try:
            for order in (f"{K1},{K2}", f"{K2},{K1}", f"{K1},{K2}", f"{K2},{K1}"):
                keys(committed_db, data_keys=order)
                for _ in range(3):
                    resealing.reseal(transaction)
        finally:
            done.set()
        said = {person: address for writer in writers for person, address in writer.result().items()}
    assert resealing.reseal(transaction).left == 0
    assert names() == {"k2"}
    with transaction():
        assert {row.id: row.email for row in db.session.execute(select(User.id, User.email))} == said
        assert {queries.find_by_email(address) for address in said.values()} == set(ids)


_KILLED = """
import os
from app import create_app
from app.core.database.session import transaction
from app.core.sealing import resealing
resealing.BATCH = 4
app, sealed = create_app(), resealing._resealed
seen = []
def dies(*row):
    seen.append(row)
    if len(seen) == 10:
        os._exit(9)
    return sealed(*row)
resealing._resealed = dies
with app.app_context():
    resealing.reseal(transaction)
"""


def test_killed_half_way_it_is_taken_up(committed_db: Flask) -> None:
    addresses = people(14)
    settings = committed_db.config["SETTINGS"]
    keys(committed_db, data_keys=f"{K2},{K1}")
    environ = {
        name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings.model_copy(update={"data_keys": f"{K2},{K1}"})
        if value is not None
    }
    command = [sys.executable, "-c", _KILLED]
    died = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, check=False)
    assert died.returncode == 9, died.stderr.decode()
    assert names() == {"test1", "k2"}, "whole batches are done, the one under way is as it was"
    assert set(db.session.scalars(select(User.email))) == set(addresses)
    db.session.rollback()
    assert resealing.reseal(transaction) == resealing.Passed(6, 0)
    assert names() == {"k2"}


def test_the_status_names_keys_that_are_missing(committed_db: Flask) -> None:
    people(3)
    keys(committed_db, data_keys=f"{K2},{K1}")
    people(4)
    shown = committed_db.test_cli_runner().invoke(args=["keys", "status"])
    assert (shown.exit_code, checks.every_key_is_at_hand()) == (0, [])
    assert "users.email_sealed: k2 1, test1 3" in shown.output
    assert "seals: k2; opens: k2, test1" in shown.output
    db.session.rollback()
    keys(committed_db, data_keys=K2)
    shown = committed_db.test_cli_runner().invoke(args=["keys", "status"])
    assert (shown.exit_code, "DATA_KEYS lacks: test1" in shown.output) == (1, True)
    assert [one.detail for one in checks.every_key_is_at_hand()] == [
        "3 values are sealed with the key test1, which DATA_KEYS does not have"
    ]
    db.session.rollback()
    refused = committed_db.test_cli_runner().invoke(args=["keys", "reseal"])
    assert (refused.exit_code, "the key test1, which DATA_KEYS does not have" in refused.output) == (1, True)


def test_a_key_that_nothing_needs_any_more_is_named(committed_db: Flask) -> None:
    keys(committed_db, data_keys=f"{K2},{K1}")
    people(1)
    shown = committed_db.test_cli_runner().invoke(args=["keys", "status"])
    assert "test1 is no longer needed here" in shown.output


def test_another_lookup_key_finds_everybody_after_rehash(committed_db: Flask) -> None:
    """Also where the old one is lost: the sealed addresses say who everybody is."""
    addresses = people(6)
    keys(committed_db, lookup_key=Key.make("l2").text)
    assert [queries.find_by_email(one) for one in addresses] == [None] * 6
    db.session.rollback()
    for said in ("6 hashes made anew\n", "0 hashes made anew\n"):
        answer = committed_db.test_cli_runner().invoke(args=["keys", "rehash"])
        assert (answer.exit_code, answer.output) == (0, said)
    assert None not in [queries.find_by_email(one) for one in addresses]


def test_a_rehash_beside_sign_ins_says_that_it_has_to_be_alone(committed_db: Flask) -> None:
    addresses = people(2)
    keys(committed_db, lookup_key=Key.make("l2").text)
    with transaction():
        service.user_with_email(addresses[1])
    answer = committed_db.test_cli_runner().invoke(args=["keys", "rehash"])
    assert (answer.exit_code, "stop web and workers" in answer.output) == (1, True)
    with transaction():
        assert db.session.scalar(text("SELECT count(*) FROM users")) == 3
