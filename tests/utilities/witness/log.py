"""A log as C2SP's documents say, made without the script under test: RFC 6962 by its own recursion, keys by OpenSSL."""

from __future__ import annotations

import base64
import hashlib
import http.server
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "tiraj.example/log"


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, over hashes of leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return hashlib.sha256(b"\1" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def _split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def audit_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if m < k:
        return [*audit_path(m, leaves[:k]), tree_hash(leaves[k:])]
    return [*audit_path(m - k, leaves[k:]), tree_hash(leaves[:k])]


def consistency_proof(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF of section 2.1.2."""
    return _subproof(m, leaves, known=True) if 0 < m < len(leaves) else []


def _subproof(m: int, leaves: Sequence[bytes], *, known: bool) -> list[bytes]:
    n = len(leaves)
    if m == n:
        return [] if known else [tree_hash(leaves)]
    k = _split(n)
    if m <= k:
        return [*_subproof(m, leaves[:k], known=known), tree_hash(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], known=False), tree_hash(leaves[:k])]


class Signer:
    """A key of a log, or of anybody else."""

    def __init__(self, name: str = ORIGIN, seed: bytes = b"l" * 32, kind: int = 1) -> None:
        self.name, self._key, self._kind = name, Ed25519PrivateKey.from_private_bytes(seed), kind
        self._coded = bytes([kind]) + self._key.public_key().public_bytes_raw()
        self._id = hashlib.sha256(name.encode() + b"\n" + self._coded).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self._id.hex()}+{base64.b64encode(self._coded).decode()}"

    def line(self, text: str, when: int = 0) -> str:
        message, head = text.encode(), self._id
        if self._kind == 4:
            message, head = f"cosignature/v1\ntime {when}\n{text}".encode(), head + when.to_bytes(8, "big")
        return f"— {self.name} {base64.b64encode(head + self._key.sign(message)).decode()}\n"


def checkpoint_text(size: int, root: bytes, when: int | None, origin: str = ORIGIN) -> str:
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    return text if when is None else text + f"time {when}\n"


def tile_name(level: int | str, number: int, width: int = 256) -> str:
    if number < 1000:
        steps = f"{number:03d}"
    elif number < 1_000_000:
        steps = f"x{number // 1000:03d}/{number % 1000:03d}"
    else:
        steps = f"x{number // 1_000_000:03d}/x{number // 1000 % 1000:03d}/{number % 1000:03d}"
    return f"tile/{level}/{steps}" + ("" if width == 256 else f".p/{width}")


class PublishedLog:
    """The files of a log in a folder."""

    def __init__(self, folder: Path, signer: Signer | None = None) -> None:
        self.folder, self.signer = folder, signer or Signer()
        self.entries: list[bytes] = []
        self.time = int(time.time()) - 600

    def hashes(self, size: int | None = None) -> list[bytes]:
        return [leaf(entry) for entry in self.entries[:size]]

    def grow(self, count: int, word: str = "entry") -> None:
        begun = len(self.entries)
        self.entries += [f"{word} {begun + number}".encode() for number in range(count)]

    def note(self, size: int | None = None, *, root: bytes | None = None, when: int | None = None) -> bytes:
        size = len(self.entries) if size is None else size
        text = checkpoint_text(size, root or tree_hash(self.hashes(size)), self.time if when is None else when)
        return (text + "\n" + self.signer.line(text)).encode()

    def publish(self) -> bytes:
        """All tiles of the log as it is now, and its checkpoint, ten seconds after the one before."""
        self.time += 10
        self.write_tiles()
        note = self.note()
        self.write("checkpoint", note)
        return note

    def write_tiles(self) -> None:
        hashes, level = self.hashes(), 0
        for number in range(-(-len(hashes) // 256)):
            part = self.entries[256 * number : 256 * (number + 1)]
            bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
            self.write(tile_name("entries", number, len(part)), bundle)
        while hashes:
            for number in range(-(-len(hashes) // 256)):
                row = hashes[256 * number : 256 * (number + 1)]
                self.write(tile_name(level, number, len(row)), b"".join(row))
            whole = len(hashes) // 256
            hashes, level = [tree_hash(hashes[256 * at : 256 * (at + 1)]) for at in range(whole)], level + 1

    def write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


class Site(http.server.ThreadingHTTPServer):
    """Serves a folder on this machine. `odd` answers instead, where it has an answer for a path."""

    daemon_threads = True

    def __init__(self, folder: Path, secured: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        if secured:  # before anybody listens, who would find no socket for a moment; hands are shaken by who answers
            self.socket = secured.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.folder, self.asked = folder, list[str]()
        self.odd: dict[str, Answer] = {}
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/log"

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up is part of the tests."""

    def end(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = self.path.removeprefix("/log/")
        self.server.asked.append(path)
        if path in self.server.odd:
            self.server.odd[path](self)
            return
        file = self.server.folder / path
        data = file.read_bytes() if file.is_file() else b""
        self.send_response(200 if file.is_file() else 404)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        """Nothing."""
