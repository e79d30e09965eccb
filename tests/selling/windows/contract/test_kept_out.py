"""An operator keeps cosignatures out and calls the round void: the witnesses' own files name it, and nothing of his."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from app.record.log import jobs as log_jobs
from app.selling.windows import jobs
from app.selling.windows.proof import witnessed
from tests import scripts
from tests.factories.cosigning import ADA, BOB, NAMED
from tests.forgeries.logs import Witness
from tests.record.log.test_followed import Quiet, witness
from tests.settings import LOG_KEY

from .stage import Stage


@pytest.fixture
def windows() -> dict[str, str]:
    """Rounds of a sealed draw, which wait for two witnesses."""
    sealed = {"DRAW_ALGORITHMS": "sealed-draw-1", "DRAW_HASHES": "1000"}
    more = {f"LUCKOTTO_{name}": value for name, value in sealed.items()}
    return {**sealed, **more, "ROUND_LENGTH_BLOCKS": "6", "LOG_WITNESSES": NAMED, "LOG_QUORUM": "2"}


@pytest.fixture
def address(stage: Stage) -> Iterator[str]:
    """Where the log is served."""
    server = make_server("127.0.0.1", 0, stage.world.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def follow(one: Witness, address: str, folder: Path) -> None:
    """The published script looks once, with this key, and keeps what it read."""
    key, name = folder / f"{one.name.replace('/', '-')}.key", one.verifier
    secret = base64.b64encode(b"\x04" + one.seed).decode()
    key.write_text(f"PRIVATE+KEY+{one.name}+{name.identifier.hex()}+{secret}\n")
    key.chmod(0o600)
    memory = ["--key", str(key), "--state", str(state_of(one, folder))]
    words = ["--log-key", str(LOG_KEY.verifier), "--once", "--entries", "--keep"]
    done = witness("follow", f"{address}/log", *memory, *words)
    assert done.returncode == 0, done.stderr


def state_of(one: Witness, folder: Path) -> Path:
    return folder / one.name.replace("/", "-")


def shown_by(one: Witness, entry: int, source: str, folder: Path) -> list[str]:
    """What his own memory shows of the seal, as words for the verifier."""
    (notes,) = (state_of(one, folder) / "cosigned").iterdir()
    done = witness("prove", str(notes), "--entry", str(entry), "--from", source)
    assert done.returncode == 0, done.stderr
    file = folder / f"{one.name.replace('/', '-')}.txt"
    file.write_text(done.stdout)
    return ["--cosigned", str(file)]


def verified(bundle: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = scripts.run("verify_round.py", str(bundle), "--json", "--log-key", str(LOG_KEY.verifier), *words)
    return done.returncode, json.loads(done.stdout)


def test_the_witnesses_own_copies_name_the_lie(stage: Stage, address: str, tmp_path: Path) -> None:
    number = stage.bought_whole().round_number
    stage.seal(number)
    log_jobs.sequence()
    for one in (ADA, BOB):
        follow(one, address, tmp_path)  # and nobody fetches it
    stage.to_draw(number)
    jobs.settle()
    log_jobs.sequence()
    assert stage.status(number) == "void"
    path = "rounds" if stage.game.name == "rounds" else f"{stage.game.name}/rounds"
    bundle = tmp_path / "bundle.json"
    bundle.write_text(stage.world.app.test_client().get(f"/api/{path}/{number}/bundle").text)
    entry = witnessed.of(stage.game, stage.round(number)).seal_entry
    assert entry is not None
    status, told = verified(bundle)
    assert (status, told["failing"]) == (3, [])  # nobody can tell from this alone
    ada = shown_by(ADA, entry, f"{address}/log", tmp_path)
    status, told = verified(bundle, *ada)
    assert (status, told["failing"]) == (1, ["void"])
    (claim,) = (one for one in told["claims"] if one["claim"] == "void")
    assert [ADA.name in line and line.endswith("leaves that out") for line in claim["details"]] == [True]
    bob = shown_by(BOB, entry, str(state_of(BOB, tmp_path)), tmp_path)  # without the operator's help
    status, told = verified(bundle, *ada, *bob)
    assert (status, told["failing"]) == (1, ["void"])
    (claim,) = (one for one in told["claims"] if one["claim"] == "void")
    assert claim["details"][0] == "2 of 2 had cosigned the log over its seal in time"
    assert told["cosignedBy"] == [ADA.name, BOB.name]
