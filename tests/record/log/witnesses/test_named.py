"""Whose keys are taken for witnesses', and what of the settings is refused at start."""

from __future__ import annotations

import pytest

from app.record.log.format.notes import COSIGNER, NoteRefused, SigningKey, VerifierKey, parted, signature_of
from app.record.log.settings import LogSettings
from app.record.log.witnesses import named
from app.record.log.witnesses.named import WitnessRefused
from tests.settings import LOG_KEY
from tests.utilities.witness.script import vectors

NOTES = vectors("c2sp_notes")
COSIGNED = NOTES["cosigned"]


def key(name: str, seed: int) -> str:
    return str(VerifierKey(name, SigningKey(name, bytes([seed]) * 32).verifier.public, COSIGNER))


ADA, BOB = key("witness.example/ada", 1), key("witness.example/bob", 2)
PUSH, PULL = "https://w.example/add-checkpoint", "https://w.example/checkpoint"


@pytest.mark.parametrize("text", COSIGNED["witnessKeys"])
def test_cosignatures_of_public_witnesses(text: str) -> None:
    known = VerifierKey.parse(text, COSIGNER)
    assert str(known) == text
    told, lines = parted(COSIGNED["note"])
    (signature,) = [found for line in lines if (found := signature_of(line, known)) is not None]
    assert known.cosigned_at(told, signature) == COSIGNED["time"]
    assert known.cosigned_at(told + "more\n", signature) is None
    assert known.cosigned_at(told, signature[:-1]) is None
    assert known.cosigned_at(told, (COSIGNED["time"] + 1).to_bytes(8, "big") + signature[8:]) is None
    assert VerifierKey(known.name, known.public).cosigned_at(told, signature) is None
    with pytest.raises(NoteRefused):
        VerifierKey.parse(text)


def test_what_is_pushed_and_what_is_fetched() -> None:
    ada, bob = named.parse(f"{ADA} {PUSH} {PULL}\n {BOB} {PULL}x")
    assert (str(ada.key), ada.push, ada.pull, ada.url) == (ADA, PUSH, PULL, PULL)
    assert (str(bob.key), bob.push, bob.pull, bob.url) == (BOB, "", f"{PULL}x", f"{PULL}x")
    assert named.parse("") == []


@pytest.mark.parametrize(
    "text",
    [
        ADA,
        PULL,
        f"{ADA} {PUSH} {PUSH}",
        f"{ADA} {PULL} {PULL}2",
        f"{ADA} ftp://w.example",
        f"{ADA} https://user@w.example/",
        f"{ADA} https://w.example:0/",
        f"{ADA} https://w.example:99999/",
        f"{ADA} https://w.example/#a",
        f"{ADA} {PULL} {ADA} {PULL}",
        f"{ADA} {PULL} {key('witness.example/bea', 1)} {PULL}",
        f"{ADA} {PULL} {key('witness.example/ada', 3)} {PULL}",
        f"{ADA.replace('ada', 'eve')} {PULL}",
        f"{ADA}A {PULL}",
        f"{LOG_KEY.verifier} {PULL}",
        f"{VerifierKey('witness.example/small', bytes(32), COSIGNER)} {PULL}",
        f"{VerifierKey('witness.example/small', bytes([1, *bytes(30), 128]), COSIGNER)} {PULL}",
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(WitnessRefused):
        named.parse(text)


def test_the_settings_say_what_is_wrong_with_them() -> None:
    own = VerifierKey("witness.example/own", LOG_KEY.verifier.public, COSIGNER)
    environ = {"LOG_KEY": LOG_KEY.text, "LOG_WITNESSES": f"{own} {PULL}", "LOG_QUORUM": "2"}
    assert LogSettings.problems(environ) == [
        "LOG_WITNESSES: witness.example/own has the log's own key; nobody is his own witness",
        "LOG_QUORUM: 2 of 1 witnesses cannot be had",
    ]
    assert LogSettings.problems({"LOG_KEY": LOG_KEY.text, "LOG_WITNESSES": f"{ADA} {PULL}", "LOG_QUORUM": "1"}) == []


@pytest.mark.parametrize(
    ("count", "said", "quorum"), [(0, None, 0), (1, None, 1), (2, None, 2), (3, None, 2), (2, 1, 1)]
)
def test_more_than_half_unless_it_is_said(count: int, said: int | None, quorum: int) -> None:
    text = " ".join(f"{key(f'witness.example/{one}', one)} {PULL}" for one in range(1, count + 1))
    settings = LogSettings.model_validate(
        {"log_key": LOG_KEY.text, "log_journal_path": "/j", "log_witnesses": text, "log_quorum": said}
    )
    assert (len(settings.witnesses), settings.quorum) == (count, quorum)


def test_a_note_with_more_signatures_than_anybody_reads_is_none() -> None:
    text, lines = parted(COSIGNED["note"])
    assert parted(f"{text}\n" + f"{lines[0]}\n" * 64)[1] == [lines[0]] * 64
    with pytest.raises(NoteRefused):
        parted(f"{text}\n" + f"{lines[0]}\n" * 65)
