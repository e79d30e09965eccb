"""--listen: what a witness answers to the log, by c2sp.org/tlog-witness, and to who means no good."""

from __future__ import annotations

import base64
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.utilities.witness.log import ORIGIN, PublishedLog, Signer, Site, consistency_proof, leaf, tree_hash
from tests.utilities.witness.script import vectors, witness

SUBMISSIONS = vectors("c2sp_notes")["submissions"]


class Asked:
    """A listening witness, and who asks it."""

    def __init__(self, folder: Path, keys: list[object], origin: str) -> None:
        key = witness.Key("witness.example/w1", witness.COSIGNER, witness.public_of(b"w" * 32))
        self.state = witness.State(str(folder))
        self.witness = witness.Witness(witness.Signer(key, b"w" * 32), keys, origin, self.state)
        self.listener = witness.Listener("127.0.0.1:0", self.witness)
        threading.Thread(target=self.listener.serve_forever, args=(0.01,), daemon=True).start()

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.listener.server_port, timeout=10)
        connection.request(method, path, body)
        answer = connection.getresponse()
        try:
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    def add(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        return self.ask("POST", "/add-checkpoint", body)

    def end(self) -> None:
        self.listener.shutdown()
        self.listener.server_close()
        self.state.close()


@pytest.fixture
def asked(tmp_path: Path, log: PublishedLog) -> Iterator[Asked]:
    key = witness.read_key(log.signer.vkey, witness.LOG)
    asked = Asked(tmp_path / "state", [key], ORIGIN)
    yield asked
    asked.end()


def submission(log: PublishedLog, old: int, size: int, note: bytes | None = None) -> bytes:
    proof = consistency_proof(old, log.hashes(size))
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return "\n".join(lines).encode() + b"\n\n" + (note or log.note(size))


def test_checkpoints_are_added_one_after_another(asked: Asked, log: PublishedLog) -> None:
    log.grow(300)
    assert asked.ask("GET", "/checkpoint")[0] == 404
    old = 0
    for size in (1, 2, 255, 256, 257, 300):
        log.time += 1
        status, headers, told = asked.add(submission(log, old, size))
        assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8"), told
        note = witness.read_note(log.note(size) + told)
        assert witness.signed_by(note, asked.witness.signer.key)
        assert asked.ask("GET", "/checkpoint")[2] == note.raw == (asked.state.folder / "checkpoint").read_bytes()
        assert asked.ask("HEAD", "/checkpoint")[2] == b""
        old = size


def test_the_requests_of_another_implementation(tmp_path: Path) -> None:
    """Bytes from the tests of torchwood: three requests, of which the last two race."""
    key = witness.Key(SUBMISSIONS["origin"], witness.LOG, bytes.fromhex(SUBMISSIONS["logPublic"]))
    asked = Asked(tmp_path / "state", [key], SUBMISSIONS["origin"])
    bodies = {name: body.encode() for name, body in SUBMISSIONS["bodies"].items()}
    try:
        assert asked.add(bodies["1-3"])[0::2] == (409, b"0\n")
        assert asked.add(bodies["0-1"])[0] == 200
        assert asked.add(bodies["1-5"])[0] == 200
        status, headers, told = asked.add(bodies["1-3"])
        assert (status, headers["Content-Type"], told) == (409, "text/x.tlog.size", b"5\n")
    finally:
        asked.end()
    assert witness.public_of(bytes.fromhex(SUBMISSIONS["witnessSeed"])).hex() == SUBMISSIONS["witnessPublic"]


def test_the_same_again_is_the_same_answer(asked: Asked, log: PublishedLog) -> None:
    log.grow(9)
    first = asked.add(submission(log, 0, 9))
    again = asked.add(submission(log, 9, 9))
    assert again[0] == first[0] == 200
    assert again[2] == first[2]


HASH = base64.b64encode(b"h" * 32)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"old\n\n",
        b"old -1\n\n",
        b"old 00\n\n",
        b"old 1.0\n\n",
        b"Old 0\n\n",
        b"old 0\r\n\n",
        b"old 0\nabc\n\n",
        b"old 0\n" + HASH[:-1] + b"\n\n",
        b"old 0\n" + (HASH + b"\n") * 64 + b"\n",
        b"old \xff\n\n",
        b"old 6\n\n",  # above the checkpoint's size
    ],
)
def test_400(asked: Asked, log: PublishedLog, head: bytes) -> None:
    log.grow(5)
    assert asked.add(head + log.note())[0] == 400


def test_400_where_no_checkpoint_follows(asked: Asked) -> None:
    for body in (b"old 0\n\n", b"old 0\n\ntext\n", b"old 0\n\n" + b"text\n\n", bytes(1000)):
        assert asked.add(body)[0] == 400


def test_403_where_the_log_did_not_sign(asked: Asked, log: PublishedLog) -> None:
    log.grow(5)
    log.signer = Signer(seed=b"x" * 32)
    assert asked.add(submission(log, 0, 5))[0] == 403
    text = log.note().decode().rpartition("\n\n")[0] + "\n"
    own = Signer(seed=b"l" * 32)
    assert asked.add(b"old 0\n\n" + (text + "\n" + own.line(text.replace("5", "6", 1))).encode())[0] == 403


def test_404_where_the_log_is_another(asked: Asked, log: PublishedLog) -> None:
    log.grow(5)
    text = log.note().decode().rpartition("\n\n")[0].replace(ORIGIN, "other.example") + "\n"
    assert asked.add(b"old 0\n\n" + (text + "\n" + log.signer.line(text)).encode())[0] == 404


def test_409_tells_the_size(asked: Asked, log: PublishedLog) -> None:
    log.grow(9)
    asked.add(submission(log, 0, 5))
    for old in (0, 4, 6):
        status, headers, told = asked.add(submission(log, old, 9))
        assert (status, headers["Content-Type"], told) == (409, "text/x.tlog.size", b"5\n")


def test_409_and_an_alarm_for_a_second_root_of_one_size(asked: Asked, log: PublishedLog) -> None:
    log.grow(5)
    asked.add(submission(log, 0, 5))
    before = asked.ask("GET", "/checkpoint")[2]
    log.entries[2] = b"another"
    status, _, told = asked.add(submission(log, 5, 5))
    assert (status, told.startswith(b"forked: two roots of one size, 5")) == (409, True)
    assert asked.ask("GET", "/checkpoint")[2] == before
    assert asked.witness.alarm.wait(5)
    (evidence,) = asked.state.folder.glob("evidence-forked-*.txt")
    assert log.note() in evidence.read_bytes()


def test_422_where_the_proof_does_not_hold(asked: Asked, log: PublishedLog) -> None:
    """That is no misbehaviour: anybody may send a bad proof with a good checkpoint."""
    log.grow(9)
    asked.add(submission(log, 0, 5))
    good = submission(log, 5, 9)
    lines = good.split(b"\n")
    lines[1] = HASH
    for body in (b"\n".join(lines), good.replace(lines[2] + b"\n", b"", 1), b"old 5\n\n" + log.note(9)):
        assert asked.add(body)[0] == 422
    assert not asked.witness.alarm.is_set()
    assert asked.add(good)[0] == 200
    assert asked.add(b"old 9\n" + HASH + b"\n\n" + log.note(9, when=log.time + 1))[0] == 422


def test_422_where_nothing_has_a_root(asked: Asked, log: PublishedLog) -> None:
    assert asked.add(b"old 0\n\n" + log.note(0, root=leaf(b"x")))[0] == 422
    assert asked.add(b"old 0\n\n" + log.note(0))[0] == 200
    assert asked.add(b"old 0\n" + HASH + b"\n\n" + log.note(0, when=log.time + 1))[0] == 422


@pytest.mark.parametrize(("later", "name"), [(-5, b"time-back"), (10**6, b"future")])
def test_422_where_time_goes_wrong(asked: Asked, log: PublishedLog, later: int, name: bytes) -> None:
    log.grow(9)
    asked.add(submission(log, 0, 5))
    log.time += later
    status, _, told = asked.add(submission(log, 5, 9))
    assert (status, told.partition(b":")[0]) == (422, name)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/checkpoint?x", 404),
        ("GET", "/add-checkpoint", 405),
        ("POST", "/checkpoint", 405),
        ("POST", "/", 404),
        ("PUT", "/add-checkpoint", 501),
        ("GET", "/../checkpoint", 404),
    ],
)
def test_what_is_not_here(asked: Asked, method: str, path: str, status: int) -> None:
    assert asked.ask(method, path, b"" if method != "GET" else None)[0] == status


def raw(asked: Asked, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", asked.listener.server_port), timeout=5) as other:
        other.sendall(data)
        return other.recv(65536)


def test_a_body_must_say_its_length_and_be_short(asked: Asked) -> None:
    head = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n"
    assert b" 411 " in raw(asked, head + b"\r\n")
    assert b" 411 " in raw(asked, head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    assert b" 411 " in raw(asked, head + b"Content-Length: -1\r\n\r\n")
    assert b" 413 " in raw(asked, head + b"Content-Length: 999999\r\n\r\n")


def drip(other: socket.socket) -> None:
    """A byte now and then."""
    for _ in range(600):
        other.sendall(b"x")
        time.sleep(0.05)


def test_who_says_nothing_is_sent_away(tmp_path: Path, log: PublishedLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "VISIT_SECONDS", 0.3)
    asked = Asked(tmp_path / "state", [witness.read_key(log.signer.vkey, witness.LOG)], ORIGIN)
    with socket.create_connection(("127.0.0.1", asked.listener.server_port), timeout=5) as other:
        begun = time.monotonic()
        other.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
        with pytest.raises(OSError):
            drip(other)
        assert time.monotonic() - begun < 15
    asked.end()


def test_only_so_many_are_served_at_once(asked: Asked, log: PublishedLog, monkeypatch: pytest.MonkeyPatch) -> None:
    address = ("127.0.0.1", asked.listener.server_port)
    waiting = [socket.create_connection(address, timeout=5) for _ in range(witness.VISITORS)]
    time.sleep(0.2)
    with socket.create_connection(address, timeout=5) as other:
        assert other.recv(1) == b""
    for one in waiting:
        one.close()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            assert asked.ask("GET", "/checkpoint")[0] == 404
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
    pytest.fail("the places are not given back")


@pytest.mark.parametrize(
    ("size", "seconds", "told"), [(5, 10, ""), (9, 10, ""), (5, 70, "replayed"), (9, 70, "replayed")]
)
def test_what_is_fetched_may_be_a_moment_behind_what_was_brought(
    asked: Asked, log: PublishedLog, site: Site, size: int, seconds: int, told: str
) -> None:
    """The log's page is cached for some seconds, and its checkpoints come here at once."""
    log.grow(9)
    log.publish()
    assert asked.add(submission(log, 0, 5))[0] == 200
    assert asked.add(submission(log, 5, 9, log.note(when=log.time + 1)))[0] == 200
    log.write("checkpoint", log.note(size, when=log.time + 1 - seconds))
    follower = witness.Follower(asked.witness, witness.Log(site.url))
    if told:
        with pytest.raises(witness.Misbehaviour, match=told):
            follower.look()
    else:
        assert follower.look() is None
    log.entries[2] = b"another"
    log.write("checkpoint", log.note(size, when=log.time - 2))
    with pytest.raises(witness.Misbehaviour, match="forked" if size == 9 else "inconsistent"):
        follower.look()


def test_what_was_not_written_down_is_not_told(
    asked: Asked, log: PublishedLog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk, before the memory and after it."""
    log.grow(9)

    def full(*arguments: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(witness.State, "keep", full)
        assert asked.add(submission(log, 0, 5))[0] == 500
    assert asked.ask("GET", "/checkpoint")[0] == 404
    with monkeypatch.context() as patch:
        patch.setattr(witness.State, "remember", full)
        assert asked.add(submission(log, 0, 5))[0] == 500
    assert asked.add(submission(log, 0, 5))[0::2] == (409, b"5\n")
    assert asked.add(submission(log, 5, 9))[0] == 200
    assert "no space left" in capsys.readouterr().err


def test_of_many_at_once_one_line_is_signed(asked: Asked, log: PublishedLog) -> None:
    """Forty checkpoints from one size on: exactly one is next, and what is kept is what was last answered."""
    log.grow(60)
    assert asked.add(submission(log, 0, 10))[0] == 200
    bodies = [submission(log, 10, 11 + number) for number in range(40)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(asked.add, bodies))
    signed = [number for number, answer in enumerate(answers) if answer[0] == 200]
    assert len(signed) == 1
    assert {answer[0] for answer in answers} == {200, 409}
    kept = witness.read_checkpoint(witness.read_note(asked.ask("GET", "/checkpoint")[2]))
    assert (kept.size, kept.root) == (11 + signed[0], tree_hash(log.hashes(11 + signed[0])))
