"""Killed at any step, a witness forgets nothing it signed, and signs nothing against it."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.utilities.witness.conftest import Follows
from tests.utilities.witness.script import SCRIPT, witness
from tests.utilities.witness.test_listening import submission

DRIVER = """
import importlib.util, os, signal, sys
spec = importlib.util.spec_from_file_location("published_witness", sys.argv[1])
witness = importlib.util.module_from_spec(spec)
sys.modules["published_witness"] = witness
spec.loader.exec_module(witness)
def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)
keep, remember, replace = witness.State.keep, witness.State.remember, os.replace
def remember_and_die(self, note):
    remember(self, note)
    die()
def keep_and(then):
    def kept(self, note):
        keep(self, note)
        witness.State.remember = then
    return kept
def replace_and_die(*names):
    replace(*names)
    die()
FAULTS = {
    "fsync": lambda: setattr(os, "fsync", die),
    "rename": lambda: setattr(os, "replace", die),
    "renamed": lambda: setattr(os, "replace", replace_and_die),
    "history": lambda: setattr(witness.State, "keep", keep_and(die)),
    "answer": lambda: setattr(witness.State, "keep", keep_and(remember_and_die)),
    "reading": lambda: setattr(witness.Follower, "read_on", die),
    "nothing": lambda: None,
}
FAULTS[sys.argv[2]]()
sys.exit(witness.main(sys.argv[3:]))
"""


def driven(fault: str, arguments: list[str]) -> list[str]:
    return [sys.executable, "-I", "-c", DRIVER, str(SCRIPT), fault, *arguments]


def killed(follower: Follows, fault: str) -> str:
    """What a witness said before it died."""
    done = subprocess.run(
        driven(fault, follower.arguments("--once")), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("fault", "persisted"),
    [("fsync", False), ("rename", False), ("renamed", True), ("history", True), ("answer", True), ("reading", True)],
)
def test_a_kill_at_every_step(follower: Follows, fault: str, persisted: bool) -> None:
    follower.log.grow(300)
    follower.log.publish()
    assert follower.once().status == 0
    before = follower.cosigned()
    follower.log.grow(300)
    shown = follower.log.publish()
    out = killed(follower, fault)
    assert (out == "") is (fault != "reading")  # no cosignature is told before it is on disk
    assert (follower.cosigned() != before) is persisted
    kept = witness.read_checkpoint(witness.read_note(follower.cosigned()))
    assert kept.size == (600 if persisted else 300)
    told = follower.once()
    assert (told.status, told.out.splitlines()[0].split(",")[0].split(" ")[-2:]) == (0, ["600", "entries"])
    history = b"".join(path.read_bytes() for path in (follower.state / "cosigned").iterdir())
    assert history.count(shown) == 1
    assert (follower.state / "read").read_text() == "600\n"


def test_after_a_kill_another_history_is_not_signed(follower: Follows) -> None:
    """The cosignature may have gone out or not: the memory decides."""
    follower.log.grow(10)
    follower.log.publish()
    killed(follower, "answer")
    follower.log.entries[3] = b"another"
    follower.log.publish()
    told = follower.once()
    assert (told.status, "witness: forked: " in told.err) == (1, True)


def listening(follower: Follows, fault: str) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        driven(fault, follower.arguments("--listen", "127.0.0.1:0", "--interval", "600")),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "listening on" in line:
            return process, int(line.rpartition(":")[2])
    raise AssertionError("it does not listen")


def added(port: int, body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/add-checkpoint", body)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_a_kill_between_memory_and_answer(follower: Follows) -> None:
    """Who asked gets no answer; after a restart the size is the new one."""
    follower.log.grow(7)
    body = submission(follower.log, 0, 7)
    process, port = listening(follower, "answer")
    with pytest.raises((OSError, http.client.HTTPException)):
        added(port, body)
    assert process.wait(10) == -signal.SIGKILL
    assert process.stderr is not None
    process.stderr.close()
    process, port = listening(follower, "nothing")
    try:
        assert added(port, body) == (409, b"7\n")
        assert added(port, submission(follower.log, 7, 7))[0] == 200
    finally:
        process.kill()
        process.communicate()


def test_a_witness_that_goes_on_ends_with_proof(follower: Follows, tmp_path: Path) -> None:
    """Followed again and again: growth is cosigned, a hitch is said and passes, a fork ends it with 1."""
    follower.log.grow(5)
    follower.log.publish()
    process = subprocess.Popen(
        driven("nothing", follower.arguments("--interval", "0.1")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("cosigned 5 entries")
        (follower.log.folder / "checkpoint").rename(tmp_path / "away")
        asked = len(follower.site.asked)
        while len(follower.site.asked) < asked + 3:
            time.sleep(0.05)
        follower.log.grow(5)
        follower.log.publish()
        assert process.stdout.readline().startswith("cosigned 10 entries")
        while (follower.state / "read").read_text() != "10\n":
            time.sleep(0.05)
        follower.log.entries[0] = b"another"
        follower.log.publish()
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out) == (1, "")
    assert err.count("witness: not reached: ") == 1
    assert "witness: well again" in err
    assert "witness: forked: " in err


def test_a_clock_of_the_log_that_went_back_is_waited_for(follower: Follows) -> None:
    """Proven and refused, but no other history: it passes."""
    follower.log.grow(5)
    follower.log.publish()
    process = subprocess.Popen(
        driven("nothing", follower.arguments("--interval", "0.1")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("cosigned 5 entries")
        follower.log.grow(5)
        follower.log.time -= 100
        follower.log.publish()
        lines = iter(process.stderr.readline, "")
        assert any(line.startswith("witness: time-back: 10 entries") for line in lines)
        follower.log.time += 100
        follower.log.publish()
        assert process.stdout.readline().startswith("cosigned 10 entries")
        assert any(line == "witness: well again\n" for line in lines)
    finally:
        process.kill()
        process.communicate()


def test_a_fork_that_somebody_brings_ends_a_witness_that_listens(follower: Follows) -> None:
    follower.log.grow(5)
    follower.log.publish()
    process, port = listening(follower, "nothing")
    try:
        deadline = time.monotonic() + 20
        while not (follower.state / "checkpoint").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        other = follower.log.entries[:]
        follower.log.entries[0] = b"another"
        assert added(port, submission(follower.log, 5, 5))[0] == 409
        follower.log.entries = other
        assert process.wait(20) == 1
    finally:
        process.kill()
        process.communicate()
    assert len(follower.evidence()) == 1
