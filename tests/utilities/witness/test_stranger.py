"""The script copied elsewhere, run by a bare interpreter with an empty environment; and proofs it checks."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.utilities.witness.conftest import Follows, Told
from tests.utilities.witness.log import ORIGIN, Signer, audit_path, leaf
from tests.utilities.witness.script import SCRIPT


class Stranger:
    """Somebody with a copy of the script, Python, and nothing else: no package, no environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._copied = shutil.copy(SCRIPT, folder)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", "-W", "error", self._copied, *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, env={"LC_ALL": "C"}, timeout=60, check=False
        )


@pytest.fixture
def stranger(tmp_path: Path) -> Stranger:
    return Stranger(tmp_path / "elsewhere")


def test_a_stranger_makes_a_key_and_follows(stranger: Stranger, follower: Follows) -> None:
    made = stranger.run("keygen", "stranger.example/w", "--key", "key")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith("stranger.example/w+")
    follower.log.grow(700)
    shown = follower.log.publish()
    arguments = ["follow", follower.site.url, "--log-key", follower.log.signer.vkey, "--key", "key", "--state", "state"]
    done = stranger.run(*arguments, "--once", "--entries", "--keep")
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"witness: {made.stdout.strip()} follows {ORIGIN}\n"
    assert done.stdout.startswith("cosigned 700 entries, root ")
    assert (stranger.folder / "state" / "checkpoint").read_bytes().startswith(shown)
    assert stranger.run(*arguments, "--once").stdout.startswith("nothing new after 700 entries")
    follower.log.entries[5] = b"another"
    follower.log.publish()
    forked = stranger.run(*arguments, "--once")
    assert (forked.returncode, "witness: forked: " in forked.stderr) == (1, True)
    follower.site.end()
    assert stranger.run(*arguments, "--once").returncode == 3


def test_the_script_tells_how_it_is_used(stranger: Stranger) -> None:
    told = stranger.run("--help")
    assert told.returncode == 0
    assert "keygen|follow|check" in told.stdout
    assert stranger.run().returncode == 2


class Proven:
    """A leaf's proof, as the log and one witness give it."""

    def __init__(self, follower: Follows, index: int = 123) -> None:
        follower.log.grow(300)
        hashes = follower.log.hashes()
        self.log, self.other = follower.log.signer, Signer("witness.example/w", b"w" * 32, kind=4)
        self.leaf, self.index = hashes[index], index
        self.path = audit_path(index, hashes)
        note = follower.log.note().decode()
        self.note = note + self.other.line(note.rpartition("\n\n")[0] + "\n", 1764400000)

    def text(self, extra: str = "") -> bytes:
        lines = ["c2sp.org/tlog-proof@v1", *([extra] if extra else []), f"index {self.index}"]
        lines += [base64.b64encode(one).decode() for one in self.path]
        return ("\n".join(lines) + "\n\n" + self.note).encode()

    def check(self, follower: Follows, text: bytes, **changed: str) -> Told:
        file = follower.folder / "a.tlog-proof"
        file.write_bytes(text)
        given = {"leaf": self.leaf.hex(), "log-key": self.log.vkey, "witness": self.other.vkey} | changed
        options = (word for name, value in given.items() for word in (f"--{name}", value))
        return follower.run("check", str(file), *options)


@pytest.mark.parametrize("extra", ["", "extra c29tZXRoaW5n"])
def test_a_proof_holds(follower: Follows, extra: str) -> None:
    proven = Proven(follower)
    told = proven.check(follower, proven.text(extra))
    assert told.status == 0, told
    assert told.out.splitlines() == [
        f"holds: the leaf is entry 123 of 300 in {ORIGIN}",
        "cosigned by witness.example/w at 2025-11-29T07:06:40Z",
    ]


def test_a_proof_does_not_hold(follower: Follows) -> None:
    proven = Proven(follower)
    good = proven.text()
    other = Signer("other.example/w", b"o" * 32, kind=4)
    for name, text, changed in (
        ("inclusion", good, {"leaf": leaf(b"x").hex()}),
        ("inclusion", good.replace(b"index 123", b"index 122"), {}),
        ("origin", good, {"origin": "elsewhere.example"}),
        ("signature", good, {"log-key": Signer(seed=b"x" * 32).vkey}),
        ("signature", good.replace(b"\n300\n", b"\n301\n"), {}),
        ("witness", good, {"witness": other.vkey}),
    ):
        told = proven.check(follower, text, **changed)
        assert told.status == 1, (name, told)
        assert told.out.startswith(f"does not hold: {name}: ")


def test_a_proof_that_is_none(follower: Follows) -> None:
    proven = Proven(follower)
    good = proven.text()
    for text in (
        b"",
        good[:-1],
        good.replace(b"@v1", b"@v2"),
        good.replace(b"index 123", b"index 0123"),
        good.replace(b"index 123\n", b""),
        good.replace(b"index", b"extra !!\nindex"),
        good.replace(b"\n\n", b"\n", 1),
        good.replace(b"index 123", b"index 123\nshort"),
        "è\n\n".encode() + good,
    ):
        told = proven.check(follower, text)
        assert (told.status, told.out) == (2, ""), text
    assert proven.check(follower, good, leaf="12").status == 2
    assert follower.run("check", "missing.tlog-proof", "--leaf", "0" * 64, "--log-key", proven.log.vkey).status == 2
