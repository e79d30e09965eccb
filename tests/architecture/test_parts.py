"""Each slice hands over its own part; the assembly lists parts and fills ports, and knows no slice's details."""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from collections.abc import Iterator

from app.record import parts as of_the_record
from app.record.part import Part
from app.wiring import FACES, GAMES, PRODUCT, SLICES
from tests.architecture.sources import TOP, name_of, python_files, tree

WIRING = TOP / "app" / "wiring.py"
WIRING_LINES = 150
MADE_FOR_ITS_GAMES = "app.faces.api.part"
"""A part that is a function of the games."""


def _parts() -> Iterator[tuple[str, Part]]:
    """What stands in every `part.py`, and what the record hands over for its rooms."""
    for file in python_files("app"):
        module = name_of(file).removesuffix(".py").replace("/", ".")
        if file.name == "part.py" and module not in (Part.__module__, MADE_FOR_ITS_GAMES):
            yield module, importlib.import_module(module).PART
    for name, part in vars(of_the_record).items():
        if isinstance(part, Part):
            yield name, part


def test_every_part_is_in_the_product_once() -> None:
    found, listed = dict(_parts()), (*SLICES, *FACES)
    assert len(found) > 12
    assert [name for name, part in found.items() if not any(part is one for one in listed)] == []
    assert len(listed) == len(found)
    assert len(PRODUCT.parts) == len(listed) + len(GAMES) + 1


def test_what_parts_name_is_named_once() -> None:
    """A table by name would keep the last of two and forget the other."""
    parts = PRODUCT.parts
    named = {
        "endpoints": [one for part in parts for names in part.endpoints.values() for one in names],
        "jobs": [one.name for part in parts for one in part.periodic_jobs] + [*PRODUCT.asked_jobs],
        "events": [one.name for one in PRODUCT.event_types],
        "alarms": [one.code for one in PRODUCT.alarm_kinds],
        "acts": [one.name for one in PRODUCT.acts],
        "entries of the log": [one.name for one in PRODUCT.log_kinds],
        "blueprints": [one.name for one in PRODUCT.blueprints],
    }
    assert {what: [one for one, times in Counter(names).items() if times > 1] for what, names in named.items()} == {
        what: [] for what in named
    }


def _details(source: ast.Module) -> list[str]:
    """Texts and numbers that are no documentation: an endpoint, a job's rhythm, an address."""
    documentation = {id(node.value) for node in ast.walk(source) if isinstance(node, ast.Expr)}
    return [
        repr(node.value)
        for node in ast.walk(source)
        if isinstance(node, ast.Constant) and id(node) not in documentation and node.value not in (None, ...)
    ]


def test_the_assembly_knows_no_details() -> None:
    assert len(WIRING.read_text().splitlines()) <= WIRING_LINES
    assert _details(tree(WIRING)) == []


def test_a_detail_would_be_found() -> None:
    """The control."""
    assert _details(ast.parse('"""Words."""\nJOBS = (PeriodicJob("chain.scan", scan, 2),)')) == ["'chain.scan'", "2"]
