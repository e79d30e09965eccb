"""The demo's two witnesses of the public log: the published script, run as somebody else would run it.

Each has a key and a memory in the data folder, one pair for each chain: another chain has another log.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.record.log.format.notes import COSIGNER, SigningKey, VerifierKey

NAMES: Final = ("ada", "bob")
QUORUM: Final = "1"
"""One that is down must not make the demo's rounds void."""
SCRIPT: Final = Path(__file__).resolve().parent.parent / "utilities" / "bin" / "witness.py"


def ports_of(named: str) -> list[int | None]:
    """The ports of the last run, as far as there was one."""
    found = [int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)/add-checkpoint", named)]
    return [*found, *[None] * len(NAMES)][: len(NAMES)]


def named(folder: Path, ports: Sequence[int]) -> str:
    """What LOG_WITNESSES says: each one's key, where it takes checkpoints and where it serves its last one."""
    return " ".join(
        f"{_verifier(folder, name)} http://127.0.0.1:{port}/add-checkpoint http://127.0.0.1:{port}/checkpoint"
        for name, port in zip(NAMES, ports, strict=True)
    )


def command(environment: Mapping[str, str], name: str, port: int) -> list[str]:
    """How a witness is run, for whoever runs Python."""
    folder = Path(environment["LOG_JOURNAL_PATH"].removesuffix("-log-journal") + "-witnesses")
    log_key = SigningKey.parse(environment["LOG_KEY"]).verifier
    known = ["--log-key", str(log_key), "--key", str(folder / f"{name}.key"), "--state", str(folder / name)]
    return [str(SCRIPT), "follow", f"{environment['BASE_URL']}/log", *known, "--listen", f"127.0.0.1:{port}"]


def _verifier(folder: Path, name: str) -> VerifierKey:
    """The public half of a witness's key, which is made once."""
    path = folder / f"{name}.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = _public(f"witness.example/{name}", secrets.token_bytes(32))
        seed = base64.b64encode(COSIGNER + made[1]).decode()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"PRIVATE+KEY+{made[0].name}+{made[0].identifier.hex()}+{seed}\n")
            file.flush()
            os.fsync(file.fileno())
    _, _, whose, _, seed = path.read_text().strip().split("+", 4)
    return _public(whose, base64.b64decode(seed)[1:])[0]


def _public(name: str, seed: bytes) -> tuple[VerifierKey, bytes]:
    return VerifierKey(name, SigningKey(name, seed).verifier.public, COSIGNER), seed
