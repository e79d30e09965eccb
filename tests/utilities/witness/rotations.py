"""A log that changes its key, made from the documents and without the scripts under test."""

from __future__ import annotations

import base64
import json

from tests.utilities.witness.log import ORIGIN, PublishedLog, Signer, audit_path

OLD, NEW, THIRD = Signer(), Signer(seed=b"m" * 32), Signer(seed=b"n" * 32)


class Both:
    """Two keys at once sign checkpoints."""

    def __init__(self, *signers: Signer) -> None:
        self._signers, self.vkey = signers, signers[0].vkey

    def line(self, text: str) -> str:
        return "".join(one.line(text) for one in self._signers)


def entry_of(old: Signer, new: Signer, size: int, *by: Signer, lost: bool = False) -> bytes:
    """The entry of a key, made from the documents: canonical JSON around a signed note."""
    text = f"tiraj/log-key/1\n{ORIGIN}\n{old.vkey}\n{new.vkey}\n{size}\n"
    note = text + "\n" + "".join(one.line(text) for one in by or (old, new))
    said = {"lost": lost, "note": note, "subject": ORIGIN, "type": "log.key"}
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()


def rotate(log: PublishedLog, entry: bytes, *signers: Signer, listed: bool = True) -> int:
    """The entry is told, and these keys sign from then on."""
    number = len(log.entries)
    log.entries.append(entry)
    log.signer = Both(*signers)  # type: ignore[assignment]
    log.publish()
    if listed:
        publish_keys(log, number)
    return number


def publish_keys(log: PublishedLog, *numbers: int) -> None:
    rotations = [
        {"number": number, "entry": log.entries[number].decode(), "proof": proof_of(log, number)} for number in numbers
    ]
    log.write("keys", json.dumps({"verifierKey": log.signer.vkey, "rotations": rotations}).encode())


def proof_of(log: PublishedLog, number: int) -> str:
    lines = [base64.b64encode(one).decode() for one in audit_path(number, log.hashes())]
    return "\n".join(["c2sp.org/tlog-proof@v1", f"index {number}", *lines, "", log.note().decode()])
