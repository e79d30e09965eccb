"""Forged histories: each is named, none is cosigned, and what was signed is kept."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable

import pytest

from tests.utilities.witness.conftest import Follows
from tests.utilities.witness.log import ORIGIN, PublishedLog, Signer, consistency_proof, tile_name, tree_hash
from tests.utilities.witness.script import witness


@pytest.fixture
def cosigned(follower: Follows) -> Follows:
    """After 300 entries that were cosigned."""
    follower.log.grow(300)
    follower.log.publish()
    assert follower.once().status == 0
    return follower


def forked(log: PublishedLog) -> None:
    """Another last entry, at the same size."""
    log.entries[-1] = b"another"
    log.publish()


def changed(log: PublishedLog) -> None:
    log.entries[7] = b"another"
    log.grow(50)
    log.publish()


def removed(log: PublishedLog) -> None:
    del log.entries[7]
    log.grow(50)
    log.publish()


def inserted(log: PublishedLog) -> None:
    log.entries.insert(7, b"late")
    log.grow(50)
    log.publish()


def shrunk(log: PublishedLog) -> None:
    del log.entries[-20:]
    log.publish()


def shrunk_and_changed(log: PublishedLog) -> None:
    """The tiles are still those of what was cosigned; the smaller checkpoint is of another line."""
    note = log.note(200, root=tree_hash(log.hashes()[1:201]), when=log.time + 10)
    log.write("checkpoint", note)


def replayed(log: PublishedLog) -> None:
    log.write("checkpoint", log.note(200, when=log.time - 50))


def replayed_at_this_size(log: PublishedLog) -> None:
    log.write("checkpoint", log.note(when=log.time - 50))


def earlier(log: PublishedLog) -> None:
    log.grow(50)
    log.time -= 1000
    log.publish()


def timeless(log: PublishedLog) -> None:
    log.grow(50)
    log.publish()
    text = log.note().decode().rpartition("time ")[0]
    log.write("checkpoint", (text + "\n" + log.signer.line(text)).encode())


def ahead(log: PublishedLog) -> None:
    log.grow(50)
    log.time = int(time.time()) + 1000
    log.publish()


def by_another_key(log: PublishedLog) -> None:
    log.grow(50)
    log.signer, own = Signer(seed=b"x" * 32), log.signer
    log.publish()
    log.signer = own


def with_another_text(log: PublishedLog) -> None:
    """The signature is of the checkpoint before."""
    log.grow(50)
    before = log.note(300)
    log.publish()
    log.write("checkpoint", log.note().rpartition(b"\n\n")[0] + b"\n\n" + before.rpartition(b"\n\n")[2])


def of_another_log(log: PublishedLog) -> None:
    text = log.note().decode().partition("\n\n")[0].replace(ORIGIN, "other.example") + "\n"
    log.write("checkpoint", (text + "\n" + log.signer.line(text)).encode())


def no_checkpoint(log: PublishedLog) -> None:
    log.write("checkpoint", b"<!doctype html><title>Sign in</title>\n")


def root_of_nothing(log: PublishedLog) -> None:
    log.write("checkpoint", log.note(0, root=b"r" * 32, when=log.time + 10))


def wrong_tile(log: PublishedLog) -> None:
    """One of the full ones, which the consistency proof goes through."""
    log.grow(300)
    log.publish()
    log.write(tile_name(0, 1), bytes(8192))


def wrong_newest_tile(log: PublishedLog) -> None:
    log.grow(50)
    log.publish()
    log.write(tile_name(0, 1, 94), bytes(32 * 94))


def short_tile(log: PublishedLog) -> None:
    log.grow(50)
    log.publish()
    log.write(tile_name(0, 1, 94), bytes(32 * 93))


FORGERIES: list[tuple[Callable[[PublishedLog], None], str, bool]] = [
    (forked, "forked", True),
    (changed, "inconsistent", True),
    (removed, "inconsistent", True),
    (inserted, "inconsistent", True),
    (shrunk, "smaller", True),
    (shrunk_and_changed, "inconsistent", True),
    (replayed, "replayed", False),
    (replayed_at_this_size, "replayed", False),
    (earlier, "time-back", True),
    (timeless, "time-back", False),
    (ahead, "future", False),
    (by_another_key, "signature", False),
    (with_another_text, "signature", False),
    (of_another_log, "origin", False),
    (no_checkpoint, "malformed", False),
    (root_of_nothing, "root", True),
    (wrong_tile, "tile", False),
    (wrong_newest_tile, "tile", False),
    (short_tile, "tile", False),
]


@pytest.mark.parametrize(("forge", "name", "proven"), FORGERIES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_forged_history_is_named(
    cosigned: Follows, forge: Callable[[PublishedLog], None], name: str, proven: bool
) -> None:
    before = cosigned.cosigned()
    forge(cosigned.log)
    told = cosigned.once()
    assert told.status == 1, told
    assert f"\nwitness: {name}: " in told.err
    assert "cosigned" not in told.out
    assert cosigned.cosigned() == before
    (evidence,) = cosigned.evidence()
    lines = evidence.splitlines()
    assert lines[:2] == ["tiraj/evidence/1", name]
    assert lines[3] == ("the signatures below prove it" if proven else "no signature proves it")
    assert before.decode() in evidence
    shown = (cosigned.log.folder / "checkpoint").read_bytes()
    assert (base64.b64encode(shown) if name == "malformed" else shown).decode() in evidence
    assert cosigned.once().status == 1  # the same again is the same file
    assert len(cosigned.evidence()) == 1


def parts(evidence: str) -> list[str]:
    """What was cosigned, what was shown, and the proof."""
    rest = evidence.partition("--- cosigned by this witness before\n")[2]
    before, _, rest = rest.partition("\n--- shown by the log\n")
    shown, _, proof = rest.partition("\n--- proof\n")
    return [before, shown, proof]


@pytest.mark.parametrize("forge", [changed, removed, inserted, shrunk_and_changed])
def test_the_evidence_of_an_inconsistent_log_convinces_others(
    cosigned: Follows, forge: Callable[[PublishedLog], None]
) -> None:
    """Two signatures of the log, and a proof that the longer says another root of the shorter one's size."""
    forge(cosigned.log)
    cosigned.once()
    before, shown, proof = parts(cosigned.evidence()[0])
    key = witness.read_key(cosigned.log.signer.vkey, witness.LOG)
    checkpoints = []
    for text in (before, shown):
        note = witness.read_note(text.encode())
        assert witness.signed_by(note, key)
        checkpoints.append(witness.read_checkpoint(note))
    old, new = sorted(checkpoints, key=lambda one: one.size)
    size, root, *path = [line.split(" ")[-1] for line in proof.splitlines()]
    hashes = [base64.b64decode(line) for line in path]
    assert int(size) == old.size < new.size
    assert base64.b64decode(root) != old.root
    assert witness.is_consistent(old.size, base64.b64decode(root), new.size, new.root, hashes)
    assert hashes == consistency_proof(old.size, cosigned.log.hashes())


def test_a_changed_entry_is_found_among_the_entries(follower: Follows) -> None:
    """Tiles are honest, bundles are not."""
    follower.log.grow(300)
    follower.log.publish()
    entries = [*follower.log.entries[256:]]
    entries[3] = b"another one"
    bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
    follower.log.write(tile_name("entries", 1, 44), bundle)
    assert follower.once().status == 0
    (follower.state / "read").unlink()
    told = follower.once("--entries")
    assert told.status == 1
    assert "witness: entry: entry 259 is not the one" in told.err
    assert not (follower.state / "read").exists()


@pytest.mark.parametrize("cut", [1, 7])
def test_a_bundle_that_ends_early(follower: Follows, cut: int) -> None:
    follower.log.grow(3)
    follower.log.publish()
    file = follower.log.folder / tile_name("entries", 0, 3)
    file.write_bytes(file.read_bytes()[:-cut])
    told = follower.once("--entries")
    assert (told.status, "witness: entry: tile/entries/000.p/3: a bundle ends" in told.err) == (1, True)


def test_the_forgery_is_found_again_after_a_restart(cosigned: Follows) -> None:
    """An honest looking part of the other line, later, does not help."""
    changed(cosigned.log)
    assert cosigned.once().status == 1
    cosigned.log.grow(500)
    cosigned.log.publish()
    told = cosigned.once()
    assert (told.status, "inconsistent" in told.err) == (1, True)
    assert len(cosigned.evidence()) == 2


def test_evidence_does_not_fill_the_disk(cosigned: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "MOST_EVIDENCE", 2)
    for number in range(4):
        cosigned.log.write("checkpoint", b"not a checkpoint %d" % number)
        assert cosigned.once().status == 1
    assert len(cosigned.evidence()) == 2
    assert re.search("not kept: 2 files", cosigned.once().err)
    forked(cosigned.log)
    assert cosigned.once().status == 1
    assert [text.splitlines()[1] for text in cosigned.evidence()] == ["forked", "malformed", "malformed"]


def test_a_first_checkpoint_with_tiles_that_are_not_its_own(follower: Follows) -> None:
    follower.log.grow(40)
    follower.log.publish()
    follower.log.write("checkpoint", follower.log.note(root=b"r" * 32))
    told = follower.once()
    assert (told.status, "witness: tile: " in told.err) == (1, True)
    assert not (follower.state / "checkpoint").exists()


def test_wrong_tiles_leave_a_good_checkpoint_cosigned(follower: Follows) -> None:
    """A full tile that no proof needed: what was cosigned stands, and the tile is named."""
    follower.log.grow(600)
    follower.log.publish()
    follower.log.write(tile_name(0, 1), bytes(8192))
    told = follower.once()
    assert told.status == 1
    assert told.out.startswith("cosigned 600 entries")
    assert "witness: tile: tile/0/001 is not what the root is made of" in told.err
