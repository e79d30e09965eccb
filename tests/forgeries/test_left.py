"""Nothing of a bundle is passed over in silence: whatever is changed in it, either the script's verdict changes, or the
path is named as not looked at."""

from __future__ import annotations

import argparse
import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.utilities.in_browser import each_in_browser
from tests.utilities.test_receipt_left import others

from .chain import Record
from .conftest import Case, Key
from .forgery import BOTH
from .logs import LOG_KEY
from .script import SCRIPT

Path = tuple[str | int, ...]
READER = argparse.Namespace(skip_draw=False, processes=1, rotations=[])


@pytest.mark.parametrize("game", BOTH)
def test_whatever_is_changed_is_judged_or_named(all_cases: dict[Key, Case], game: str) -> None:
    """Of records of one kind the first; of long texts each line."""
    bundle: Record = all_cases[game, "honest by two checkpoints", True]["bundle"]
    assert checked(bundle)[0] == 0
    silent, count = [], 0
    for path in first_leaves(bundle):
        for value in others(at(bundle, path)):
            forged = copy.deepcopy(bundle)
            at(forged, path[:-1])[path[-1]] = value
            status, left = checked(forged)
            count += 1
            if status == 0 and not is_named(path, left):
                silent.append((path, value))
    assert count > 100
    assert silent == []


@pytest.mark.parametrize("game", BOTH)
def test_members_that_nobody_knows_are_named(all_cases: dict[Key, Case], game: str) -> None:
    bundle = copy.deepcopy(all_cases[game, "honest", True]["bundle"])
    paths = {re.sub(r"\.?\[\]", "[]", spelt(path[:-1])) for path in first_leaves(bundle) if isinstance(path[-1], str)}
    for path in paths:
        place: Any = bundle
        for name in filter(None, path.split(".")):
            place = place[name.removesuffix("[]")]
            place = place[0] if name.endswith("[]") else place
        place["guarantee"] = "double"
    assert {f"{path}.guarantee".removeprefix(".") for path in paths} <= set(checked(bundle)[1])


@pytest.mark.parametrize("game", BOTH)
def test_the_height_of_a_block_after_the_headers_is_looked_at_where_it_follows_them(
    all_cases: dict[Key, Case], game: str
) -> None:
    path = "transactions[].blockHeight"
    for name, is_left in (
        ("a late payment right after the last header, called higher", False),
        ("a payment in time, shown in a later block with all its work", True),
    ):
        assert (path in checked(all_cases[game, name, False]["bundle"])[1]) is is_left, name


def test_where_the_reader_names_no_log_the_page_judges_by_its_own_key(all_cases: dict[Key, Case]) -> None:
    """What that did not sign does not hold; what it did the reader was not asked about: the site could be the liar."""
    genuine = json.dumps(all_cases["rounds", "honest", True]["bundle"])
    line = re.compile(rf"(\\u2014 {re.escape(LOG_KEY.name)} )[A-Za-z0-9+/]{{8}}")
    forged, count = line.subn(lambda found: found[1] + "AAAAAAAA", genuine)
    assert count > 0
    asked = [(text, {"ownLog": own}) for text in (genuine, forged) for own in (str(LOG_KEY.verifier), "")]
    told = [
        (one["status"], next(claim["verdict"] for claim in one["claims"] if claim["claim"] == "expected-log"))
        for one in each_in_browser(asked)
    ]
    assert told == [(0, "not told"), (0, "not told"), (1, "does not hold"), (0, "not told")]


def checked(bundle: Record) -> tuple[int, list[str]]:
    """The script's exit status, and what it names as not looked at."""
    if bundle["partFrom"] or bundle["next"] is not None:
        return 2, []  # a part of one is refused before
    bundle = copy.deepcopy(bundle)
    try:
        SCRIPT["check_bundle"](bundle)
        evidence = SCRIPT["GAMES"][bundle["game"]](bundle)
        told = SCRIPT["summary"](bundle, SCRIPT["judge"](evidence, READER), evidence, READER)
    except SCRIPT["BadInput"]:
        return 2, []
    return told["status"], told["notLookedAt"]


def first_leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from first_leaves(one, (*path, name))
    elif isinstance(value, list) and value:
        yield from first_leaves(value[0], (*path, 0))
    elif not isinstance(value, list):
        yield path


def spelt(path: Path) -> str:
    return ".".join("[]" if isinstance(one, int) else one for one in path)


def is_named(path: Path, left: list[str]) -> bool:
    whole = re.sub(r"\.?\[\]", "[]", spelt(path))
    return any(whole == one or whole.startswith((one + ".", one + "[")) or one.startswith(whole + ".") for one in left)


def at(value: Any, path: Path) -> Any:
    for name in path:
        value = value[name]
    return value
