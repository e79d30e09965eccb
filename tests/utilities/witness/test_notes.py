"""Signed notes, keys, cosignatures and checkpoints: others' bytes, and every text that is almost one."""

from __future__ import annotations

import base64

import pytest

from tests.utilities.witness.log import ORIGIN, Signer, checkpoint_text
from tests.utilities.witness.script import vectors, witness

NOTES = vectors("c2sp_notes")
COSIGNED = NOTES["cosigned"]
ROOT = base64.b64encode(b"r" * 32).decode()
SIGNED = f"— {ORIGIN} {base64.b64encode(bytes(68)).decode()}\n"


@pytest.mark.parametrize("vector", NOTES["signedNotes"], ids=lambda vector: vector["key"].split("+")[0])
def test_signed_notes_of_others(vector: dict[str, str]) -> None:
    key = witness.read_key(vector["key"], witness.LOG)
    note = witness.read_note(vector["note"].encode())
    assert str(key) == vector["key"]
    assert witness.signed_by(note, key) == [0]
    changed = witness.read_note(vector["note"].replace("is", "was", 1).encode())
    with pytest.raises(witness.Malformed):
        witness.signed_by(changed, key)


def test_it_signs_a_note_as_its_format_was_first_written() -> None:
    vector = NOTES["signedNotes"][0]
    seed = base64.b64decode(vector["seed"].split("+", 4)[4])[1:]
    note = witness.read_note(vector["note"].encode())
    assert witness.sign(seed, note.text.encode()) == note.signatures[0].data


@pytest.mark.parametrize("key", COSIGNED["witnessKeys"])
def test_cosignatures_of_public_witnesses(key: str) -> None:
    note = witness.read_note(COSIGNED["note"].encode())
    assert witness.signed_by(note, witness.read_key(key, witness.COSIGNER)) == [COSIGNED["time"]]
    other = witness.read_note(COSIGNED["note"].replace("1432088532", "1432088533").encode())
    with pytest.raises(witness.Malformed):
        witness.signed_by(other, witness.read_key(key, witness.COSIGNER))


def test_a_checkpoint_of_a_public_log_with_a_signature_of_another_type_beside() -> None:
    """One name, two key ids: what is not known is ignored."""
    note = witness.read_note(COSIGNED["note"].encode())
    assert witness.signed_by(note, witness.read_key(COSIGNED["logKey"], witness.LOG)) == [0]
    shown = witness.read_checkpoint(note)
    assert (shown.origin, shown.size, shown.time) == ("arche2025h1.staging.ct.transparency.dev", 1432088532, None)
    assert witness.signed_by(note, witness.read_key(NOTES["signedNotes"][0]["key"], witness.LOG)) is None


def test_a_cosignature_is_made_as_it_is_read() -> None:
    other = Signer("witness.example/w", b"w" * 32, kind=4)
    signer = witness.Signer(witness.read_key(other.vkey, witness.COSIGNER), b"w" * 32)
    text = checkpoint_text(7, b"r" * 32, 1000)
    assert signer.cosignature(text, 1234567890) == other.line(text, 1234567890)


KEY = NOTES["signedNotes"][1]["key"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        KEY.replace("530d903a", "530d903b"),
        KEY.replace("530d903a", "530D903A"),
        KEY.replace("example.com/foo", "example.com/fob"),
        KEY.replace("example.com/foo", ""),
        KEY[:-4],
        KEY[:-1] + "l",  # the same bytes, written in another way
        KEY.replace("+Aeky", "+Beky"),
        "example.com/foo+00000000+" + base64.b64encode(b"\x01" + bytes(31) + b"\x80").decode(),
        Signer("small", kind=1).vkey.split("+")[0] + "+00000000+" + base64.b64encode(b"\x01\x01" + bytes(31)).decode(),
        COSIGNED["witnessKeys"][0],  # a witness, where a log is needed
    ],
)
def test_keys_that_are_none(text: str) -> None:
    with pytest.raises(witness.Unusable):
        witness.read_key(text, witness.LOG)


def test_a_key_of_small_order_is_none_though_its_id_is_right() -> None:
    small = witness.Key("log.example", witness.LOG, (1).to_bytes(32, "little"))
    with pytest.raises(witness.Unusable, match="no point"):
        witness.read_key(str(small), witness.LOG)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno signature\n",
        f"text\n\n{SIGNED}".encode()[:-1],
        f"text\r\n\n{SIGNED}".encode(),
        f"te\0xt\n\n{SIGNED}".encode(),
        b"\xff\n\n" + SIGNED.encode(),
        f"text\n\n{SIGNED}{SIGNED}x\n".encode(),
        f"text\n\n{SIGNED.replace('— ', '- ')}".encode(),
        f"text\n\n{SIGNED.replace('— ', '—  ')}".encode(),
        f"text\n\n{SIGNED.replace('=', '')}".encode(),
        "text\n\n— a AAAAAA==\n".encode(),
        "text\n\n— a+b AAAAAAA=\n".encode(),
        ("text\n\n" + SIGNED * 65).encode(),
        b"x" * witness.NOTE_BYTES + b"\n\n" + SIGNED.encode(),
    ],
)
def test_notes_that_are_none(raw: bytes) -> None:
    with pytest.raises(witness.Malformed):
        witness.read_note(raw)


def test_a_note_may_have_empty_lines_and_many_signatures() -> None:
    note = witness.read_note(("è\n\nsera\n\n" + SIGNED * 64).encode())
    assert note.text == "è\n\nsera\n"
    assert len(note.signatures) == 64


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n+1\n{ROOT}\n",
        f"origin\n1 \n{ROOT}\n",
        f"origin\n١\n{ROOT}\n",
        f"origin\n{'9' * 19}\n{ROOT}\n",
        f"origin\n1\n{ROOT[:-4]}\n",
        f"origin\n1\n{ROOT.replace('=', '')}\n",
        f"origin\n1\n{ROOT[:-2]}J=\n",
        f"origin\n1\n{ROOT}\n\nextension\n",
        f"\n1\n{ROOT}\n",
        f"origin\n1\n{ROOT}\ntime 1\ntime 2\n",
        f"origin\n1\n{ROOT}\ntime x\n",
        f"origin\n1\n{ROOT}\ntime 01\n",
    ],
)
def test_checkpoints_that_are_none(text: str) -> None:
    with pytest.raises(witness.Malformed):
        witness.read_checkpoint(witness.read_note((text + "\n" + SIGNED).encode()))


def test_a_checkpoint_and_what_else_it_says() -> None:
    text = f"origin\n12\n{ROOT}\nsomething else\ntime 1764400000\n"
    shown = witness.read_checkpoint(witness.read_note((text + "\n" + SIGNED).encode()))
    assert shown[:4] == ("origin", 12, b"r" * 32, 1764400000)


@pytest.mark.parametrize("changed", [0, 3, 4, 11, 12, 40, 75])
def test_no_byte_of_a_cosignature_may_change(changed: int) -> None:
    """Of its id: then it is nobody's known. Of its time or the rest: then it is wrong."""
    other = Signer("witness.example/w", b"w" * 32, kind=4)
    key = witness.read_key(other.vkey, witness.COSIGNER)
    text = checkpoint_text(7, b"r" * 32, 1000)
    data = bytearray(base64.b64decode(other.line(text, 5).split(" ")[2]))
    data[changed] ^= 1
    note = witness.read_note(f"{text}\n— {other.name} {base64.b64encode(data).decode()}\n".encode())
    if changed < 4:
        assert witness.signed_by(note, key) is None
    else:
        with pytest.raises(witness.Malformed):
            witness.signed_by(note, key)
