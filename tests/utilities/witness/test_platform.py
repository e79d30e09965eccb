"""What the platform could bring to add-checkpoint: its own checkpoints, with the proofs that its API gives."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from app.core.database.session import transaction
from app.record.log import jobs, queries, service
from tests.settings import LOG_KEY
from tests.utilities.witness.script import witness


def say(first: int, count: int) -> str:
    """So many entries more; the newest checkpoint."""
    with transaction():
        for number in range(first, first + count):
            service.tell("thing", f"thing {number}", {"number": number, "word": "mèt"})
    jobs.sequence()
    with transaction():
        newest = queries.newest_checkpoint()
        assert newest is not None
        return newest.note


def test_what_the_platform_brings_is_cosigned(committed_db: Flask, tmp_path: Path) -> None:
    state = witness.State(str(tmp_path))
    own = witness.Key("witness.example/w", witness.COSIGNER, witness.public_of(bytes(32)))
    keys = [witness.read_key(str(LOG_KEY.verifier), witness.LOG)]
    listens = witness.Witness(witness.Signer(own, bytes(32)), keys, LOG_KEY.name, state)
    client, old = committed_db.test_client(), 0
    for count in (1, 2, 260, 1):
        note = say(old, count)
        size = old + count
        proof = client.get(f"/api/log/consistency?first={old}&second={size}").get_json()["hashes"] if old else []
        body = "\n".join([f"old {old}", *proof]) + "\n\n" + note
        line = witness.add_checkpoint(listens, body.encode())
        assert witness.signed_by(witness.read_note((note + line).encode()), own)
        old = size
    state.close()
