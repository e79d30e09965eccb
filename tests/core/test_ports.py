"""Ports: a value that a reader may not import, in the place of an application."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.core.ports import Once, Port, Unfilled, places
from tests.architecture.sources import PRODUCT, name_of, python_files


@pytest.fixture
def bare() -> Flask:
    return Flask("bare")


def test_what_was_filled_is_read_and_an_empty_place_is_an_error_by_name(bare: Flask) -> None:
    port = Port[int]("a number")
    with pytest.raises(Unfilled, match="a number"):
        port.get(bare)
    port.fill(bare, 3)
    assert port.get(bare) == 3
    with bare.app_context():
        assert port.get() == 3


def test_an_empty_place_may_mean_something(bare: Flask) -> None:
    assert Port[tuple[int, ...]]("numbers", ()).get(bare) == ()


def test_of_two_applications_each_has_its_own(bare: Flask) -> None:
    port, other = Port[int]("a number"), Flask("other")
    port.fill(bare, 1)
    port.fill(other, 2)
    assert (port.get(bare), port.get(other)) == (1, 2)


def test_what_is_made_is_made_once(bare: Flask) -> None:
    made: list[int] = []
    once = Once(lambda: made.append(1) or len(made))
    assert [once.get(bare), once.get(bare)] == [1, 1]
    assert made == [1]


def test_one_key_of_the_application_is_ours(app: Flask) -> None:
    """Typed places instead of names: whoever asks for something that nobody filled is told so, and mypy what it is."""
    assert places(app).held
    named = {
        (name_of(file), key)
        for file in python_files(*PRODUCT)
        for key in re.findall(r"\.extensions(?:\[|\.get\(|\.setdefault\()([^,\])]+)", file.read_text())
    }
    assert named == {("app/core/ports.py", "_KEY"), ("app/faces/admin/door.py", '"csrf"')}


def test_settings_are_read_in_one_way() -> None:
    readers = {name_of(file) for file in python_files(*PRODUCT) if '"SETTINGS"' in file.read_text()}
    assert readers == {"app/core/config.py"}
