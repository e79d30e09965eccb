"""A witness that begins: the script follows a log over HTTP, from its first leaf to the last, and cosigns."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .measuring import Row, alternate, goal, rates
from .stage import TOP, Stage

SCRIPT = TOP / "utilities" / "bin" / "witness.py"
ORIGIN = "bench.example/log"
GOAL = 1_000_000 / 60
ENTRY_BYTES = 300  # about what a sale's leaf has


def run(stage: Stage) -> Iterator[Row]:
    """Against hashing the same tree in memory, which no witness can do without."""
    count = stage.scale.leaves
    folder = stage.folder / "log"
    hashes = _publish(folder, count)
    key = stage.folder / "witness.key"
    _script("keygen", "witness.example/bench", "--key", str(key))
    with _served(folder) as url:
        arguments = ["follow", url, "--log-key", _verifier_key(), "--key", str(key), "--once"]
        seconds = alternate(
            min(3, stage.scale.repeats),
            {
                "hashes": lambda: _follow(stage.folder, arguments),
                "entries": lambda: _follow(stage.folder, [*arguments, "--entries"]),
                "memory": lambda: _drop(_root(hashes)),
            },
            warm_up=False,
        )
    found = rates(count, seconds)
    note = goal(found["hashes"], GOAL, "leaves/s")
    yield Row("witness follows, hash tiles", "leaves/s", found["hashes"], found["memory"], "the tree in memory", note)
    yield Row("witness follows, entries too", "leaves/s", found["entries"], found["memory"], "the tree in memory")


def _follow(folder: Path, arguments: Sequence[str]) -> None:
    state = folder / f"state-{time.monotonic_ns()}"
    _script(*arguments, "--state", str(state))


def _script(*arguments: str) -> None:
    subprocess.run([sys.executable, "-I", SCRIPT, *arguments], check=True, capture_output=True)


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(32))


def _key_id() -> tuple[bytes, bytes]:
    coded = b"\x01" + _key().public_key().public_bytes_raw()
    return hashlib.sha256(ORIGIN.encode() + b"\n" + coded).digest()[:4], coded


def _verifier_key() -> str:
    key_id, coded = _key_id()
    return f"{ORIGIN}+{key_id.hex()}+{base64.b64encode(coded).decode()}"


def _publish(folder: Path, count: int) -> list[bytes]:
    """The files of a log; the hashes of its leaves."""
    leaves: list[bytes] = []
    for number in range(-(-count // 256)):
        entries = [
            b"%d" % at + bytes(ENTRY_BYTES - len(b"%d" % at))
            for at in range(256 * number, min(count, 256 * number + 256))
        ]
        leaves += [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
        bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
        _write(folder, "entries", number, len(entries), bundle)
    row, level = leaves, 0
    while row:
        for number in range(-(-len(row) // 256)):
            part = row[256 * number : 256 * number + 256]
            _write(folder, str(level), number, len(part), b"".join(part))
        row, level = [_root(row[256 * at : 256 * at + 256]) for at in range(len(row) // 256)], level + 1
    key_id, _ = _key_id()
    text = f"{ORIGIN}\n{count}\n{base64.b64encode(_root(leaves)).decode()}\ntime {int(time.time())}\n"
    signature = base64.b64encode(key_id + _key().sign(text.encode())).decode()
    (folder / "checkpoint").write_text(f"{text}\n— {ORIGIN} {signature}\n")
    return leaves


def _write(folder: Path, level: str, number: int, width: int, data: bytes) -> None:
    steps = f"x{number // 1000:03d}/{number % 1000:03d}" if number >= 1000 else f"{number:03d}"
    path = folder / "tile" / level / (steps if width == 256 else f"{steps}.p/{width}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _root(row: Sequence[bytes]) -> bytes:
    """RFC 6962: pairs are joined, and who is without a neighbour goes up as it is."""
    sha256 = hashlib.sha256
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [sha256(b"\1" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)] + list(odd)
    return row[0]


def _drop(_: object) -> None:
    """What is returned would count as seconds."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The folder over HTTP, by a process of its own."""
    command = [sys.executable, "-m", "benchmarks.files", str(folder)]
    with subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()
