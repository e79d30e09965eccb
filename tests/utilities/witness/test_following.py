"""A witness follows an honest log: what it checks, signs, keeps and reads."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.utilities.witness.conftest import Follows
from tests.utilities.witness.log import ORIGIN, Signer, tile_name, tree_hash
from tests.utilities.witness.script import witness


def cosigned_at(follower: Follows, note: bytes) -> int:
    """The time of our cosignature on a note, checked by OpenSSL's Ed25519 through another reading of the format."""
    text, _, below = note.decode().rpartition("\n\n")
    name, _, coded = follower.vkey.split("+", 2)
    line = next(line for line in below.splitlines() if line.startswith(f"— {name} "))
    data = base64.b64decode(line.split(" ")[2])
    when = int.from_bytes(data[4:12], "big")
    message = f"cosignature/v1\ntime {when}\n{text}\n".encode()
    Ed25519PublicKey.from_public_bytes(base64.b64decode(coded)[1:]).verify(data[12:], message)
    return when


def test_the_first_checkpoint_is_cosigned_and_kept(follower: Follows) -> None:
    follower.log.grow(5)
    shown = follower.log.publish()
    told = follower.once()
    assert told.status == 0, told
    root = base64.b64encode(tree_hash(follower.log.hashes())).decode()
    assert told.out.startswith(f"cosigned 5 entries, root {root}\n— witness.example/w1 ")
    assert f"{follower.vkey} follows {ORIGIN}" in told.err
    assert follower.cosigned().startswith(shown)
    assert abs(cosigned_at(follower, follower.cosigned()) - time.time()) < 20
    assert follower.cosigned().endswith(told.out.splitlines()[1].encode() + b"\n")


def test_nothing_new_is_no_new_cosignature(follower: Follows) -> None:
    follower.log.grow(3)
    follower.log.publish()
    follower.once()
    before = follower.cosigned()
    told = follower.once()
    assert (told.status, told.out.splitlines()[0][:29]) == (0, "nothing new after 3 entries, ")
    assert follower.cosigned() == before


def test_the_same_checkpoint_is_signed_anew_after_a_while(follower: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    follower.log.grow(3)
    follower.log.publish()
    follower.once()
    first = cosigned_at(follower, follower.cosigned())
    now = time.time() + 90
    monkeypatch.setattr(witness.time, "time", lambda: now)
    assert follower.once().out.startswith("cosigned 3 entries")
    assert cosigned_at(follower, follower.cosigned()) == int(now) > first
    history = b"".join(path.read_bytes() for path in (follower.state / "cosigned").iterdir())
    assert history.count(ORIGIN.encode() + b"\n3\n") == 1


@pytest.mark.parametrize("steps", [(1, 1, 1), (255, 1, 1), (256, 256), (300, 700, 65), (0, 7), (70000, 1)])
def test_a_log_grows_and_every_checkpoint_follows(follower: Follows, steps: tuple[int, ...]) -> None:
    notes = []
    for count in steps:
        follower.log.grow(count)
        notes.append(follower.log.publish())
        told = follower.once()
        assert told.status == 0, told
        assert told.out.startswith(f"cosigned {len(follower.log.entries)} entries")
        read = follower.state / "read"
        assert (int(read.read_text()) if read.exists() else 0) == len(follower.log.entries)
    history = b"".join(path.read_bytes() for path in (follower.state / "cosigned").iterdir())
    assert all(note in history for note in notes)
    assert history.endswith(follower.cosigned())


def test_a_newer_time_alone_is_cosigned(follower: Follows) -> None:
    follower.log.grow(4)
    follower.log.publish()
    follower.once()
    shown = follower.log.publish()
    assert follower.once().out.startswith("cosigned 4 entries")
    assert follower.cosigned().startswith(shown)


def test_every_leaf_tile_is_read_and_none_twice(follower: Follows) -> None:
    follower.log.grow(600)
    follower.log.publish()
    follower.once()
    asked = [path for path in follower.site.asked if path.startswith("tile/0/")]
    assert set(asked) == {"tile/0/000", "tile/0/001", "tile/0/002.p/88"}
    follower.site.asked.clear()
    follower.log.grow(100)
    follower.log.publish()
    follower.once()
    asked = [path for path in follower.site.asked if path.startswith("tile/0/")]
    assert set(asked) == {"tile/0/002.p/188"}  # of the consistency proof, too


def test_what_one_step_cannot_read_the_next_one_does(follower: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "TILES_A_STEP", 2)
    follower.log.grow(256 * 5 + 3)
    follower.log.publish()
    read = [follower.once().out.partition("\nread ")[2] for _ in range(3)]
    assert [line.split(":")[0] for line in read] == ["512 of 1283", "1024 of 1283", ""]
    assert (follower.state / "read").read_text() == "1283\n"


def test_entries_are_checked_and_kept(follower: Follows) -> None:
    follower.log.grow(300)
    follower.log.entries += [b"", b"x" * 65535]
    follower.log.publish()
    assert follower.once("--entries").status == 0
    assert not (follower.state / "entries").exists()
    (follower.state / "read").unlink()
    assert follower.once("--keep").status == 0
    kept = follower.state / "entries"
    for number, width in ((0, 256), (1, 46)):
        name = tile_name("entries", number, width)
        assert (follower.state / name.removeprefix("tile/")).read_bytes() == (follower.log.folder / name).read_bytes()
    follower.log.grow(500)
    follower.log.publish()
    assert follower.once("--keep").status == 0
    assert sorted(str(path.relative_to(kept)) for path in kept.rglob("*") if path.is_file()) == [
        "000",
        "001",
        "002",
        "003.p/34",
    ]


def test_a_tile_that_is_full_by_now_stands_for_its_beginning(follower: Follows) -> None:
    """The log may delete what is not full once it is."""
    follower.log.grow(200)
    follower.log.publish()
    note = (follower.log.folder / "checkpoint").read_bytes()
    follower.log.grow(56)
    follower.log.write_tiles()
    for name in ("tile/0/000.p/200", "tile/entries/000.p/200"):
        (follower.log.folder / name).unlink()
    follower.log.write("checkpoint", note)
    assert follower.once("--entries").status == 0


def test_a_key_of_the_log_may_follow_another(follower: Follows) -> None:
    follower.log.grow(2)
    follower.log.publish()
    follower.once()
    old = follower.log.signer.vkey
    follower.log.signer = Signer(seed=b"m" * 32)
    follower.log.grow(2)
    follower.log.publish()
    told = follower.once("--log-key", old)
    assert told.status == 0, told
    assert follower.once().status == 0  # what was cosigned last is signed by the new one


def test_signatures_of_others_are_not_taken_along(follower: Follows) -> None:
    follower.log.grow(2)
    shown = follower.log.publish()
    text = shown.decode().rpartition("\n\n")[0] + "\n"
    follower.log.write("checkpoint", shown + Signer("other.example/w", b"o" * 32, kind=4).line(text, 7).encode())
    assert follower.once().status == 0
    assert b"other.example" not in follower.cosigned()


def test_a_checkpoint_may_have_as_much_below_it_as_a_note_may(follower: Follows) -> None:
    """Sixty-four signatures, and ours is one more: those that are not the log's give way."""
    follower.log.grow(2)
    shown = follower.log.publish()
    text = shown.decode().rpartition("\n\n")[0] + "\n"
    others = "".join(Signer(f"w{number}.example", b"o" * 32, kind=4).line(text, 7) for number in range(60))
    follower.log.write("checkpoint", shown + (follower.log.signer.line(text) * 3 + others).encode())
    assert follower.once().status == 0
    assert follower.cosigned().startswith(shown)
    assert follower.cosigned().count("— ".encode()) == 2


def test_an_error_of_our_own_is_not_the_logs(follower: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    follower.log.publish()
    monkeypatch.setattr(witness.Tree, "_check_edge", lambda tree: 1 // 0)
    told = follower.once()
    assert (told.status, "this program's own" in told.err) == (2, True)


def test_the_origin_may_be_another_than_the_key(follower: Follows) -> None:
    follower.log.signer = Signer("keys.example/log-1")
    follower.log.grow(1)
    follower.log.publish()
    assert follower.once().status == 1
    assert follower.once("--origin", ORIGIN).status == 0


def test_the_key_file_is_for_its_owner_alone(follower: Follows, tmp_path: Path) -> None:
    assert follower.key.stat().st_mode & 0o777 == 0o600
    told = follower.run("keygen", "witness.example/w1", "--key", str(follower.key))
    assert (told.status, "not overwritten" in told.err) == (2, True)
    follower.log.publish()
    os.chmod(follower.key, 0o640)
    told = follower.once()
    assert (told.status, "chmod 600" in told.err) == (2, True)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak", "nbsp\u00a0", "x" * 256])
def test_names_of_keys(follower: Follows, tmp_path: Path, name: str) -> None:
    assert follower.run("keygen", name, "--key", str(tmp_path / "other")).status == 2
    assert not (tmp_path / "other").exists()


def test_two_cannot_follow_with_one_memory(follower: Follows) -> None:
    follower.log.publish()
    state = witness.State(str(follower.state))
    told = follower.once()
    assert (told.status, "another witness follows with it" in told.err) == (2, True)
    state.close()
    assert follower.once().status == 0


def test_a_memory_that_was_altered_is_refused(follower: Follows) -> None:
    follower.log.grow(3)
    follower.log.publish()
    follower.once()
    file = follower.state / "checkpoint"
    whole = file.read_bytes()
    for altered in (b"", whole[:-20], whole.replace(b"\n3\n", b"\n2\n"), follower.log.note()):
        file.write_bytes(altered)
        told = follower.once()
        assert (told.status, "was altered, or is of other keys" in told.err) == (2, True), altered
    file.write_bytes(whole)
    (follower.state / "read").write_text("many")
    assert follower.once().status == 2


def test_a_clock_that_went_back_signs_nothing(follower: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    follower.log.grow(3)
    follower.log.publish()
    follower.once()
    follower.log.grow(3)
    follower.log.publish()
    before = follower.cosigned()
    now = time.time()
    follower.log.write("checkpoint", follower.log.note())
    monkeypatch.setattr(witness.time, "time", lambda: now - 500)
    told = follower.once()
    assert (told.status, "clock is" in told.err) == (2, True)
    assert follower.cosigned() == before


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a/log",
        "http://",
        "/log",
        "http://a b/log",
        "http://u@a/log",
        "http://a/log?x",
        "http://a:99999/",
        "http://a:0/",
    ],
)
def test_addresses_that_are_none(follower: Follows, address: str) -> None:
    told = follower.run(*(address if word == follower.site.url else word for word in follower.arguments("--once")))
    assert told.status == 2
    assert "no address of a log" in told.err


def test_usage(follower: Follows) -> None:
    assert follower.run().status == 2
    assert follower.run("follow").status == 2
    assert follower.once("--listen", "127.0.0.1:0").status == 2
    assert follower.once("--interval", "0").status == 2
    assert follower.once("--log-key", "nothing").status == 2
    assert follower.once("--log-key", Signer("elsewhere.example").vkey).status == 2
    assert follower.run(*follower.arguments("--listen", "nowhere")).status == 2
