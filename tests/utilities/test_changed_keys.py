"""The log changed its key: receipts verify for who has the old one, and for who has the new one and LOG/keys."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.utilities.receipts import SCRIPT, Story
from tests.utilities.test_verify_receipt import Verify, browser, verify  # noqa: F401
from tests.utilities.witness.log import PublishedLog, Signer
from tests.utilities.witness.rotations import NEW, OLD, THIRD, entry_of, rotate

LATER = 1_700_000_300
ROUND = SCRIPT.with_name("verify_round.py")


@pytest.fixture
def keys_at(tmp_path: Path) -> Callable[[int], str]:
    """LOG/keys of a log whose key was changed in the entry of that number."""

    def make(number: int, **lost: Any) -> str:
        log = PublishedLog(tmp_path / f"log-{number}")
        log.time = LATER if number > 50 else 1_600_000_000
        log.grow(number)
        rotate(log, entry_of(OLD, NEW, 0, **lost) if not lost else entry_of(OLD, NEW, 0, NEW, **lost), NEW)
        return str(log.folder / "keys")

    return make


def receipt_of(signer: Signer) -> tuple[Story, Any]:
    story = Story(signer=signer)
    story.leaves = [story.paid()]
    return story, story.receipt(story.payment(), held=[[0, 4]])


def test_a_receipt_from_before(verify: Verify, keys_at: Callable[[int], str]) -> None:  # noqa: F811
    """It is the old key's for ever: the new one needs the entry that says whose successor it is."""
    story, receipt = receipt_of(OLD)
    keys = keys_at(100)
    assert verify(story, receipt)["status"] == 0
    assert verify(story, receipt, "--keys", keys)["status"] == 0
    alone = verify(story, receipt, "--log-key", NEW.vkey)
    assert (alone["status"], alone["named"]) == (1, {"wrong-key"})
    assert "--keys FILE" in alone["failing"][0]
    assert verify(story, receipt, "--log-key", NEW.vkey, "--keys", keys)["status"] == 0
    assert verify(story, receipt, "--log-key", THIRD.vkey, "--keys", keys)["status"] == 1


def test_a_receipt_from_afterwards(verify: Verify, keys_at: Callable[[int], str]) -> None:  # noqa: F811
    story, receipt = receipt_of(NEW)
    keys = keys_at(2)
    assert verify(story, receipt)["status"] == 0
    assert verify(story, receipt, "--log-key", OLD.vkey)["named"] == {"wrong-key"}
    assert verify(story, receipt, "--log-key", OLD.vkey, "--keys", keys)["status"] == 0


def test_the_replaced_key_signs_no_checkpoint_afterwards(verify: Verify, keys_at: Callable[[int], str]) -> None:  # noqa: F811
    story, receipt = receipt_of(OLD)
    for key in (OLD, NEW):
        told = verify(story, receipt, "--log-key", key.vkey, "--keys", keys_at(2))
        assert (told["status"], told["named"]) == (1, {"wrong-key"})


def test_a_lost_key_leads_nowhere(verify: Verify, keys_at: Callable[..., str]) -> None:  # noqa: F811
    story, receipt = receipt_of(NEW)
    assert verify(story, receipt, "--log-key", OLD.vkey, "--keys", keys_at(2, lost=True))["status"] == 1


def not_in_the_log(told: Any) -> None:
    told["rotations"][0]["proof"] = told["rotations"][0]["proof"].replace("index 2", "index 1")


def another_successor(told: Any) -> None:
    told["rotations"][0]["entry"] = told["rotations"][0]["entry"].replace(NEW.vkey, THIRD.vkey)


def twice(told: Any) -> None:
    told["rotations"] *= 2


def nothing(told: Any) -> None:
    told.clear()


@pytest.mark.parametrize("forge", [not_in_the_log, another_successor, twice, nothing])
def test_keys_that_prove_nothing_are_unusable(
    verify: Verify,  # noqa: F811
    keys_at: Callable[[int], str],
    forge: Callable[[Any], None],
) -> None:
    path = Path(keys_at(2))
    told = json.loads(path.read_text())
    forge(told)
    path.write_text(json.dumps(told))
    story, receipt = receipt_of(NEW)
    assert verify(story, receipt, "--log-key", OLD.vkey, "--keys", str(path))["status"] == 2
    words = [sys.executable, "-I", str(ROUND), "nothing.json", "--keys", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.startswith("verify_round: --keys: ")) == (2, True), done.stderr
