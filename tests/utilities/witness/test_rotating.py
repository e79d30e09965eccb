"""The log changes its key: who knows the old one follows by the entry that both signed, and by nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.utilities.witness.conftest import Follows
from tests.utilities.witness.log import PublishedLog, Signer, leaf
from tests.utilities.witness.rotations import NEW, OLD, THIRD, Both, entry_of, proof_of, publish_keys, rotate


@pytest.fixture
def begun(follower: Follows) -> Follows:
    """It has followed three entries with the old key, which stays the one that it is given."""
    follower.log.grow(3)
    follower.log.publish()
    assert follower.once().status == 0
    follower.arguments = lambda *more: [  # type: ignore[method-assign]
        *("follow", follower.site.url, "--log-key", OLD.vkey, "--key", str(follower.key)),
        *("--state", str(follower.state), *more),
    ]
    return follower


@pytest.mark.parametrize("signers", [(NEW, OLD), (NEW,)], ids=["both sign for a while", "the new one alone"])
def test_a_new_key_is_learnt_by_the_entry_and_kept(begun: Follows, signers: tuple[Signer, ...]) -> None:
    number = rotate(begun.log, entry_of(OLD, NEW, 3), *signers)
    told = begun.once("--entries")
    assert told.status == 0, told
    assert f"the log has another key: entry {number} says that {NEW.vkey} follows {OLD.vkey}" in told.err
    begun.log.signer = NEW
    begun.log.grow(300)
    begun.log.publish()
    (begun.log.folder / "keys").unlink()  # it was learnt once
    again = begun.once()
    assert again.status == 0, again
    assert "another key" not in again.err
    assert NEW.line("x")[:20] in begun.cosigned().decode()


def test_two_rotations_at_once_and_a_memory_from_before(begun: Follows) -> None:
    """Who was away for long follows the whole chain; and who is given the newest key only knows its own memory."""
    first = rotate(begun.log, entry_of(OLD, NEW, 3), NEW)
    second = rotate(begun.log, entry_of(NEW, THIRD, 3), THIRD)
    publish_keys(begun.log, first, second)
    assert begun.once().status == 0
    arguments = [THIRD.vkey if one == OLD.vkey else one for one in begun.arguments("--once")]
    assert begun.run(*arguments).status == 0


def test_the_replaced_key_says_nothing_any_more(begun: Follows) -> None:
    """Whoever stole it cannot show another log: that is what a key is replaced for."""
    rotate(begun.log, entry_of(OLD, NEW, 3), NEW)
    assert begun.once().status == 0
    before = begun.cosigned()
    begun.log.signer = OLD
    begun.log.grow(1)
    begun.log.publish()
    told = begun.once()
    assert told.status == 1
    assert "signature: a checkpoint that" in told.err
    assert "in force" in told.err
    assert begun.cosigned() == before


def unsigned(log: PublishedLog) -> None:
    rotate(log, entry_of(OLD, NEW, 3, NEW), NEW)


def lost(log: PublishedLog) -> None:
    rotate(log, entry_of(OLD, NEW, 3, NEW, lost=True), NEW, OLD)


def by_a_stranger(log: PublishedLog) -> None:
    rotate(log, entry_of(OLD, NEW, 3, THIRD, NEW), NEW)


def forged(log: PublishedLog) -> None:
    line = OLD.line("another text")
    entry = entry_of(OLD, NEW, 3, NEW).decode()
    rotate(log, entry.replace("— ", json.dumps(line, ensure_ascii=False)[1:-1] + "— ", 1).encode(), NEW)


def not_wanted(log: PublishedLog) -> None:
    rotate(log, entry_of(OLD, NEW, 3, OLD), NEW)


def copied(log: PublishedLog) -> None:
    rotate(log, entry_of(OLD, NEW, 50), NEW)


def elsewhere(log: PublishedLog) -> None:
    """Told to this one follower, and not in the tree."""
    log.grow(1)
    log.signer = NEW
    log.publish()
    entry = entry_of(OLD, NEW, 3).decode()
    log.write("keys", json.dumps({"rotations": [{"number": 3, "entry": entry, "proof": ""}]}).encode())


def no_list(log: PublishedLog) -> None:
    rotate(log, entry_of(OLD, NEW, 3), NEW)
    log.write("keys", b'{"rotations": [{"number": true}]}')


def two_successors(log: PublishedLog) -> None:
    first = rotate(log, entry_of(OLD, NEW, 3), NEW)
    publish_keys(log, first, rotate(log, entry_of(OLD, THIRD, 3), THIRD))


def not_listed(log: PublishedLog) -> None:
    """What the tree holds counts, whatever LOG/keys leaves out."""
    rotate(log, entry_of(OLD, NEW, 3, NEW), OLD, listed=False)


@pytest.mark.parametrize(
    "how", [unsigned, lost, by_a_stranger, forged, not_wanted, copied, elsewhere, no_list, two_successors, not_listed]
)
def test_a_rotation_that_is_none_is_named(begun: Follows, how: Callable[[PublishedLog], None]) -> None:
    before = begun.cosigned()
    how(begun.log)
    told = begun.once("--entries")
    assert told.status == 1, told
    assert "witness: rotation: " in told.err
    assert not (begun.state / "keys").exists()
    assert begun.evidence()
    if how is not not_listed:
        assert begun.cosigned() == before
    if how is not two_successors:
        assert "no signature proves it" in begun.evidence()[0]


def test_no_list_of_keys_leaves_the_old_key_in_force(begun: Follows) -> None:
    """While both sign, a log that does not tell why is followed as before; alone, a stranger's key is none."""
    begun.log.signer = Both(NEW, OLD)  # type: ignore[assignment]
    begun.log.grow(1)
    begun.log.publish()
    assert begun.once().status == 0
    begun.log.signer = NEW
    begun.log.grow(1)
    begun.log.publish()
    told = begun.once()
    assert (told.status, "signature: " in told.err) == (1, True)


def test_what_is_said_twice_is_said(begun: Follows) -> None:
    """Two entries of one pair of keys contradict nothing."""
    rotate(begun.log, entry_of(OLD, NEW, 3), NEW)
    assert begun.once("--entries").status == 0
    rotate(begun.log, entry_of(OLD, NEW, 2), NEW)
    assert begun.once("--entries").status == 0


def test_a_lost_key_is_replaced_where_both_are_given(begun: Follows) -> None:
    rotate(begun.log, entry_of(OLD, NEW, 3, NEW, lost=True), NEW)
    assert begun.once("--log-key", NEW.vkey, "--entries").status == 0


def test_what_it_learnt_is_checked_when_it_is_read(begun: Follows) -> None:
    rotate(begun.log, entry_of(OLD, NEW, 3), NEW)
    assert begun.once().status == 0
    kept = begun.state / "keys"
    kept.write_text(kept.read_text().replace(NEW.vkey, THIRD.vkey))
    told = begun.once()
    assert (told.status, "was altered" in told.err) == (2, True)


def test_a_proof_under_either_key(begun: Follows, tmp_path: Path) -> None:
    """With LOG/keys at hand, the key that one has may be older or newer than the one that signed."""
    path, keys = tmp_path / "proof", str(begun.log.folder / "keys")
    path.write_text(proof_of(begun.log, 1))
    hexed = leaf(begun.log.entries[1]).hex()

    def check(signer: Signer, *more: str) -> int:
        return begun.run("check", str(path), "--leaf", hexed, "--log-key", signer.vkey, *more).status

    rotate(begun.log, entry_of(OLD, NEW, 3), NEW)
    assert [check(OLD), check(NEW), check(NEW, "--keys", keys), check(THIRD, "--keys", keys)] == [0, 1, 0, 1]
    path.write_text(proof_of(begun.log, 1))
    assert [check(OLD), check(NEW), check(OLD, "--keys", keys)] == [1, 0, 0]
    begun.log.signer = OLD
    path.write_text(proof_of(begun.log, 1))
    assert [check(OLD), check(OLD, "--keys", keys), check(NEW, "--keys", keys)] == [0, 1, 1]
