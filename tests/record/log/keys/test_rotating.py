"""Another key speaks for the log: by one entry that both sign, and never by settings alone."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Flask

from app.core.config import current_settings
from app.core.database.session import transaction
from app.record.log import jobs, queries, sequencing
from app.record.log.format import notes, rotations
from app.record.log.format.notes import SigningKey
from app.record.log.keys import queries as keys
from app.record.log.keys import service
from app.record.log.settings import log_settings
from tests.faults.test_kills import KILLED
from tests.faults.test_kills import run as run_apart
from tests.record.log.test_followed import Follow
from tests.record.log.test_followed import follow as follow
from tests.record.log.test_never_forks import YESTERDAY, breaches, forget, run, tell
from tests.settings import LOG_KEY

if TYPE_CHECKING:
    from tests.factories.world import World

NEW, THIRD = SigningKey(LOG_KEY.name, b"m" * 32), SigningKey(LOG_KEY.name, b"n" * 32)


def hold(app: Flask, key: SigningKey, before: SigningKey | None = None) -> None:
    settings = current_settings(app)
    secret = type(settings.of(type(log_settings())).log_key)
    update = {"log_key": secret(key.text), "log_key_before": secret(before.text) if before else None}
    app.config["SETTINGS"] = settings.model_copy(update=update)


def signers() -> set[str]:
    """Who signed the newest checkpoint."""
    with transaction():
        newest = queries.newest_checkpoint()
        assert newest is not None
        return {
            name
            for name, key in (("old", LOG_KEY), ("new", NEW), ("third", THIRD))
            if keys.is_signed(newest.note, key.verifier)
        }


def sequence(*names: str) -> set[str]:
    tell(*names)
    jobs.sequence()
    return signers()


def entries() -> int:
    with transaction():
        return sum(entry.kind == rotations.KIND for entry in queries.entries(0, 1000))


@pytest.fixture
def log(committed_db: Flask) -> Flask:
    """The old key signed two entries; the settings hold both keys from then on."""
    assert sequence("a", "b") == {"old"}
    hold(committed_db, NEW, LOG_KEY)
    return committed_db


def test_the_new_key_signs_from_its_entry_on(log: Flask) -> None:
    assert sequence("c") == {"old"}, "settings alone change nothing"
    assert run(log, "rotate").output == f"said: {NEW.verifier} takes over\n"
    assert sequence("d") == {"old", "new"}
    assert run(log, "rotate").output == f"said already: {NEW.verifier} takes over\n"
    assert run(log, "status").output.count(str(NEW.verifier)) == 1
    hold(log, NEW)
    assert sequence("e") == {"new"}
    assert entries() == 1
    assert breaches() == []
    assert run(log, "verify").output == "6 entries, one tree\n"


def test_a_key_that_no_entry_names_signs_nothing(log: Flask) -> None:
    """A wrong LOG_KEY, or one that was taken back too early, stops the signature: nobody is shown a log of two keys."""
    hold(log, NEW)
    assert sequence("c") == {"old"}
    assert queries.unsigned_since() is not None
    hold(log, NEW, LOG_KEY)
    run(log, "rotate")
    assert sequence("d") == {"old", "new"}
    hold(log, LOG_KEY)
    sequence("e")
    with transaction():
        assert queries.signed_size() == 5
        assert keys.current() == LOG_KEY.verifier
    hold(log, NEW)
    assert sequence() == {"new"}
    assert breaches() == []


def test_a_chain_of_keys_and_one_that_comes_again(log: Flask) -> None:
    run(log, "rotate")
    sequence("c")
    hold(log, THIRD, NEW)
    run(log, "rotate")
    assert sequence("d") == {"new", "third"}
    hold(log, LOG_KEY, THIRD)
    refused = run(log, "rotate")
    assert (refused.exit_code, "never in force again" in refused.output) == (1, True)
    hold(log, NEW, LOG_KEY)
    assert run(log, "rotate").exit_code == 1
    hold(log, THIRD)
    assert sequence("e") == {"third"}
    assert breaches() == []


def test_what_cannot_be_followed_is_refused(log: Flask) -> None:
    for key, before, why in (
        (NEW, None, "LOG_KEY_BEFORE the old one"),
        (NEW, THIRD, "is not the one that signed"),
        (LOG_KEY, LOG_KEY, "is not the one that signed"),
    ):
        hold(log, key, before)
        refused = run(log, "rotate")
        assert (refused.exit_code, why in refused.output) == (1, True), refused.output
    assert entries() == 0


def test_a_lost_key(log: Flask) -> None:
    hold(log, NEW)
    assert run(log, "rotate", "--lost", str(THIRD.verifier)).exit_code == 1
    assert run(log, "rotate", "--lost", "nothing").exit_code == 1
    assert run(log, "rotate", "--lost", str(LOG_KEY.verifier)).exit_code == 0
    assert sequence("c") == {"new"}
    assert breaches() == []
    with transaction():
        ((_, rotation),), wrong = keys.told()
    assert (rotation.is_lost, wrong) == (True, [])


def test_a_restored_log_is_brought_back_first(log: Flask) -> None:
    """Or what was said in the time that was lost would be said twice."""
    run(log, "rotate")
    sequence("c")
    forget(*YESTERDAY)
    refused = run(log, "rotate")
    assert (refused.exit_code, "first flask log restore" in refused.output) == (1, True)
    run(log, "restore")
    assert run(log, "rotate").output.startswith("said already")
    assert sequence("d") == {"old", "new"}
    assert (entries(), breaches()) == (1, [])


def test_two_at_once_say_it_once(log: Flask) -> None:
    def one(_: int) -> bool:
        with log.app_context(), transaction():
            return service.rotate(log_settings())

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(8))) == 1
    assert sequence("c") == {"old", "new"}
    assert entries() == 1
    assert breaches() == []


@pytest.mark.parametrize("step", ["log.rotated", "log.numbered", "log.copied", "log.signed"])
def test_a_kill_half_way_makes_no_second_entry(log: Flask, step: str) -> None:
    def rotate_and_sequence() -> None:
        with transaction():
            service.rotate(log_settings())
        jobs.sequence()

    assert run_apart(cast("World", SimpleNamespace(app=log)), rotate_and_sequence, fail_at=step) == KILLED
    run(log, "rotate")
    assert sequence("c") == {"old", "new"}
    assert entries() == 1
    assert breaches() == []


def test_the_audit_names_what_is_no_rotation(log: Flask) -> None:
    """An entry that the old key did not sign, one of another key, and a checkpoint by a key that was replaced."""
    with transaction():
        leaf = rotations.leaf_of(THIRD, NEW, 0)
        service.service.append(
            [leaf, leaf._replace(data=rotations.leaf_of(LOG_KEY, NEW, 0).data.replace('":"', '": "'))]
        )
        service.service.append([rotations.leaf_of(LOG_KEY.verifier, NEW, 0)._replace(data=unsigned())])
    jobs.sequence()
    named = [f"{breach}" for breach in breaches()]
    assert sum("log.key_wrong" in one for one in named) == 2, named
    hold(log, NEW, LOG_KEY)


def unsigned() -> str:
    """Said not to be lost, and without the old key's signature."""
    return rotations.leaf_of(LOG_KEY.verifier, NEW, 0).data.replace('"lost":true', '"lost":false')


def served(app: Flask, path: str) -> Any:
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    return json.loads(answer.text)


def test_the_chain_is_served_with_its_proof(log: Flask) -> None:
    old, new = str(LOG_KEY.verifier), str(NEW.verifier)
    assert served(log, "/log/keys") == {"verifierKey": old, "rotations": []}
    assert served(log, "/api/log")["keys"] == [{"verifierKey": old, "firstSize": 0, "entry": None}]
    run(log, "rotate")
    assert served(log, "/log/keys")["rotations"] == [], "nothing is told that is not signed"
    sequence("c")
    head = served(log, "/api/log")
    assert (head["verifierKey"], head["keys"][1]) == (new, {"verifierKey": new, "firstSize": 3, "entry": 2})
    (told,) = served(log, "/log/keys")["rotations"]
    assert told["number"] == 2
    assert rotations.read(told["entry"]).new == NEW.verifier
    assert notes.opened(told["proof"].partition("\n\n")[2], LOG_KEY.verifier)
    page = log.test_client().get("/log").text
    assert old in page
    assert new in page


def test_the_published_witness_goes_along(log: Flask, follow: Follow) -> None:
    """It was given the old key, was away while both signed, and finds the entry in a log of the new key alone."""
    assert follow().returncode == 0
    run(log, "rotate")
    assert sequence(*(f"thing {number}" for number in range(300))) == {"old", "new"}
    hold(log, NEW)
    assert sequence("and on") == {"new"}
    looked = follow()
    assert looked.returncode == 0, looked.stderr
    assert f"{NEW.verifier} follows {LOG_KEY.verifier}, and both signed that" in looked.stderr
    sequence("further")
    assert "another key" not in follow().stderr
    hold(log, THIRD)
    assert run(log, "rotate", "--lost", str(NEW.verifier)).exit_code == 0
    assert sequence("a lost one") == {"third"}
    looked = follow()
    assert (looked.returncode, "rotation: " in looked.stderr) == (1, True), looked.stderr


def test_a_key_that_the_settings_alone_name_is_none_for_the_published_witness(
    log: Flask, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an operator could do who takes the rule out of his own copy."""
    assert follow().returncode == 0
    hold(log, NEW)
    monkeypatch.setattr(sequencing.keys, "signing", lambda settings, size: settings.log_keys)
    assert sequence("c") == {"new"}
    looked = follow()
    assert (looked.returncode, "signature: " in looked.stderr) == (1, True), looked.stderr
    assert "log.checkpoint_not_ours" in " ".join(f"{breach}" for breach in breaches())
