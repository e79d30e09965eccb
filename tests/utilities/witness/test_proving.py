"""What a witness cosigned shows that an entry is in the log: from the log's hashes, or from those that he kept."""

from __future__ import annotations

import base64
import shutil

import pytest

from tests.utilities.witness.conftest import Follows, Told
from tests.utilities.witness.log import audit_path, leaf


@pytest.fixture
def proving(follower: Follows) -> Follows:
    """A witness who cosigned 5, 300 and 600 entries, and kept them."""
    for size in (5, 300, 600):
        follower.log.grow(size - len(follower.log.entries))
        follower.log.publish()
        assert follower.once("--keep", "--entries").status == 0
    return follower


def prove(follower: Follows, number: int, source: str = "") -> Told:
    (notes,) = (follower.state / "cosigned").iterdir()
    return follower.run("prove", str(notes), "--entry", str(number), "--from", source or follower.site.url)


@pytest.mark.parametrize(("number", "size"), [(0, 5), (4, 5), (5, 300), (255, 300), (256, 300), (299, 300), (599, 600)])
def test_it_leads_to_the_first_checkpoint_over_it(proving: Follows, number: int, size: int) -> None:
    told = prove(proving, number)
    head, _, note = told.out.partition("\n\n")
    title, extra, index, *path = head.split("\n")
    entry = proving.log.entries[number]
    assert (told.status, title, index) == (0, "c2sp.org/tlog-proof@v1", f"index {number}")
    assert base64.b64decode(extra.removeprefix("extra ")) == entry
    assert [base64.b64decode(one) for one in path] == audit_path(number, proving.log.hashes(size))
    assert note.split("\n")[1] == str(size)
    (proving.folder / "proof").write_text(told.out)
    words = ["--leaf", leaf(entry).hex(), "--log-key", proving.log.signer.vkey, "--witness", proving.vkey]
    assert proving.run("check", str(proving.folder / "proof"), *words).status == 0
    assert prove(proving, number, str(proving.state)) == told


def test_nobody_needs_the_log_for_it(proving: Follows) -> None:
    proving.site.end()
    assert prove(proving, 299, str(proving.state)).status == 0
    assert prove(proving, 299).status == 3


def test_a_log_that_serves_another_tree_is_named(proving: Follows) -> None:
    proving.log.entries[7] = b"another"
    proving.log.write_tiles()
    told = prove(proving, 599)
    assert (told.status, told.out) == (1, "")
    assert told.err.startswith("witness: tile: ")
    assert prove(proving, 599, str(proving.state)).status == 0


def test_entries_that_are_not_the_trees_are_named(proving: Follows) -> None:
    for path in sorted(proving.log.folder.glob("tile/entries/**/*")):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"entry 4", b"entry X"))
    told = prove(proving, 4)
    assert (told.status, told.out) == (1, "")
    assert "entry: entry 4 is not the one" in told.err


def test_what_cannot_be_used(proving: Follows) -> None:
    assert prove(proving, 600).status == 2
    assert prove(proving, 1, "ftp://there").status == 2
    assert proving.run("prove", str(proving.key), "--entry", "1", "--from", proving.site.url).status == 2
    assert proving.run("prove", str(proving.key), "--entry", "-1", "--from", proving.site.url).status == 2
    shutil.rmtree(proving.state / "entries")
    assert prove(proving, 1, str(proving.state)).status == 3
