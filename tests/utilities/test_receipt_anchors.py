"""A root of the log in a block of Bitcoin, in a receipt: what the script and the reader's browser see of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.utilities.receipts import Story, changed, simple
from tests.utilities.test_verify_receipt import Verify, browser, verify  # noqa: F401
from tests.utilities.witness.log import leaf

Anchor = dict[str, Any]


def anchored(story: Story, receipt: dict[str, Any], anchor: Anchor | None = None) -> dict[str, Any]:
    return changed(receipt, "log", "anchor", to=anchor if anchor is not None else story.anchor(story.before))


@pytest.mark.parametrize("game", ["rounds", "luckotto"])
def test_a_root_in_a_block_is_seen(verify: Verify, game: str) -> None:  # noqa: F811
    story, receipt = simple(game)
    told = verify(story, anchored(story, receipt))
    assert (told["status"], told["failing"]) == (0, [])
    claim = next(one for one in told["claims"] if one["claim"] == "anchor 1")
    assert story.anchor(5)["proof"]["blockHash"] in claim["details"][0]
    later = story.anchor(5, leaves=[*story.hashes, leaf(b"later"), leaf(b"and later")])
    assert verify(story, anchored(story, receipt, later))["status"] == 0
    without = verify(story, changed(receipt, "log", "anchor", to=None))
    assert (without["status"], without["unfinished"]) == (0, [])
    assert next(one["verdict"] for one in without["claims"] if one["claim"] == "anchor 1") == "not told"


def test_without_its_transaction_it_is_not_told(verify: Verify) -> None:  # noqa: F811
    story, receipt = simple()
    told = verify(story, anchored(story, receipt, {**story.anchor(5), "proof": None}))
    assert (told["status"], told["open"]) == (3, {"anchor"})
    assert "no-anchor-proof" in told["unfinished"][0]


def _set(*path: str | int, to: Any) -> Callable[[Story], Anchor]:
    return lambda story: changed(story.anchor(5), *path, to=to)


def _weak(story: Story) -> Anchor:
    """A header that names more work than it carries."""
    anchor = copy.deepcopy(story.anchor(5))
    header = anchor["proof"]["header"]
    anchor["proof"]["header"] = header[:144] + "ffff001d" + header[152:]
    return anchor


FORGED: dict[str, Callable[[Story], Anchor]] = {
    "another root in the transaction": lambda story: story.anchor(5, held=b"\7" * 32),
    "another entry's path": lambda story: story.anchor(4),
    "a path that is longer": lambda story: changed(story.anchor(5), "path", to=[*story.anchor(5)["path"], "00" * 32]),
    "a path that is none": _set("path", to="x"),
    "a size that is none": _set("size", to="7"),
    "another size": _set("size", to=99),
    "a root in capitals": lambda story: changed(story.anchor(5), "root", to=story.anchor(5)["root"].upper()),
    "another output": _set("vout", to=0),
    "another transaction's id": _set("txid", to="00" * 32),
    "another transaction's id in the proof": _set("proof", "txid", to="00" * 32),
    "a transaction that is cut off": lambda story: changed(
        story.anchor(5), "proof", "rawTransaction", to=story.anchor(5)["proof"]["rawTransaction"][:-2]
    ),
    "a transaction that is none": _set("proof", "rawTransaction", to=""),
    "another place in the block": _set("proof", "index", to=0),
    "a place beyond the branch": _set("proof", "index", to=3),
    "no branch": _set("proof", "branch", to=[]),
    "a branch that is none": _set("proof", "branch", to=[7]),
    "another block's hash": _set("proof", "blockHash", to="00" * 32),
    "a header that is too short": _set("proof", "header", to="00"),
    "a header without its work": _weak,
    "a proof that is none": _set("proof", to=7),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_no_anchor_is_named(verify: Verify, name: str) -> None:  # noqa: F811
    story, receipt = simple()
    told = verify(story, anchored(story, receipt, FORGED[name](story)))
    assert (told["status"], told["named"]) == (1, {"not-anchored"})


def test_a_block_that_is_easy_to_make_is_none_of_the_main_network(verify: Verify) -> None:  # noqa: F811
    story, receipt = simple()
    for network in ("main", "signet", "nowhere", 7):
        told = verify(story, {**anchored(story, receipt), "network": network})
        assert "not-anchored" in told["named"]


@pytest.mark.parametrize("at", [0, 3, 6])
def test_another_history_in_bitcoin_is_named(verify: Verify, at: int) -> None:  # noqa: F811
    """The root that Bitcoin holds is of a log with another entry than the one that the checkpoint covers."""
    story, receipt = simple()
    hashes = [*story.hashes[:at], leaf(b"another"), *story.hashes[at + 1 :]]
    told = verify(story, anchored(story, receipt, story.anchor(5, leaves=hashes)))
    assert (told["status"], told["named"]) == (1, {"another-history"})


@pytest.mark.parametrize("anchor", [[], "x", 7])
def test_what_cannot_be_read_is_refused(verify: Verify, anchor: object) -> None:  # noqa: F811
    story, receipt = simple()
    assert verify(story, changed(receipt, "log", "anchor", to=anchor))["status"] == 2
