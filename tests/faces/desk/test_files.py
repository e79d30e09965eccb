"""The files' headers are a promise: docs/api.md lists them, and a column's name says how it is read, for people too."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db
from app.core.text.sheets import READERS
from app.faces.desk.figures import COLUMNS
from app.faces.desk.lists import choose
from app.people.accounts.models import User
from dev.node.process import NodeProcess
from tests.architecture.sources import TOP
from tests.factories.played import following_app
from tests.games.luckotto.conftest import Lottery
from tests.personas import Persona, signed_in

KINDS = ("orders", "payments", "wins")
_WHOLE = re.compile(r".*(Sats|Number|Height|Vout)|vout|lineId|tickets|addresses|paid|players")


def typed(name: str, text: str) -> object:
    """A cell by its column's name, as docs/api.md says. Raises ValueError for what cannot be read so."""
    if name.endswith("At"):
        moment = datetime.fromisoformat(text)
        assert moment.tzinfo is not None
        return moment.astimezone(UTC)
    if name == "begins":
        return date.fromisoformat(text)
    if _WHOLE.fullmatch(name):
        return int(text)
    return float(text) if name == "conversionPercent" else text


def documented() -> dict[str, list[str]]:
    table = re.findall(r"^\| `(\w+\.csv[^`]*)` \| (.+) \|$", (TOP / "docs" / "api.md").read_text(), re.M)
    return {file: re.findall(r"`(\w+)`", columns) for file, columns in table}


def test_the_document_lists_every_column(app: Flask) -> None:
    with app.app_context():
        expected = {"figures.csv": list(COLUMNS), "balance.csv": list(choose("balance", None).listing.columns)}
        for kind in KINDS:
            expected |= {
                f"{kind}.csv": list(choose(kind, None).listing.columns),
                f"{kind}.csv?game=luckotto": list(choose(kind, "luckotto").listing.columns),
            }
    assert documented() == expected


@pytest.fixture(scope="module")
def owner(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Persona, str]]:
    """Of a site with orders, payments of several fates and wins in both games."""
    folder: Path = tmp_path_factory.mktemp("files")
    with following_app(app_settings, fresh_database(), node.rpc_url, folder) as app:
        lottery = Lottery(app, node).begin()
        site = lottery.made(edge_percent=10)
        whale = lottery.order(site, "whale")
        lottery.send(whale.address, 1_100_500)
        drawn = lottery.buy(str(site.id), range(1, 13), "whale")
        lottery.order(db.session.merge(site), "12")
        lottery.pay_at_once([drawn])
        lottery.finish(whale.round_number)
        lottery.send(whale.address, 5_000)
        lottery.mine()
        email = db.session.scalars(select(User.email).where(User.id == db.session.merge(site).owner_user_id)).one()
        yield signed_in(app, str(email)), site.name


@pytest.mark.parametrize("file", list(documented()))
def test_people_and_programs_read_the_same_values_by_the_same_types(owner: tuple[Persona, str], file: str) -> None:
    persona, name = owner
    found = []
    for reader in READERS:
        answer = persona.get(f"/partners/{name}/{file}{'&' if '?' in file else '?'}format={reader}")
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
        found.append([{key: typed(key, cell) for key, cell in row.items() if cell} for row in rows])
    for people, machine in zip(*found, strict=True):
        for column, value in machine.items():
            shown = people[column]
            assert shown == value or shown == f"'{value}", (column, shown)
            assert isinstance(value, str) or shown == value, "a number or a time is none for people"
    assert found[0]
