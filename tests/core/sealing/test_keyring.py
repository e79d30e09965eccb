"""Sealing by itself: for one place, under a named key, never twice alike; and texts that are no keys."""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.sealing.columns import place
from app.core.sealing.keygen import main
from app.core.sealing.keyring import Key, KeyRefused, Keyring, NotOpened, key_name, parse_keys
from app.core.sealing.settings import SealingSettings

OLD, NEW, FINDS = (Key(name, bytes(range(start, start + 32))) for name, start in (("k1", 0), ("k2", 50), ("l1", 100)))
RING = Keyring([OLD], FINDS)
HERE = place("users", "email_sealed", UUID(int=1).bytes)


@given(st.binary(max_size=300))
def test_what_was_sealed_opens_there_and_shows_nothing(plain: bytes) -> None:
    sealed = RING.seal(plain, HERE)
    assert (RING.open(sealed, HERE), key_name(sealed)) == (plain, "k1")
    assert len(sealed) == 3 + 12 + len(plain) + 16
    assert len(plain) < 4 or plain not in sealed


@pytest.mark.parametrize(
    "elsewhere",
    [
        place("users", "email_sealed", UUID(int=2).bytes),
        place("users", "phone_sealed", UUID(int=1).bytes),
        place("email_changes", "email_sealed", UUID(int=1).bytes),
    ],
)
def test_moved_it_does_not_open(elsewhere: bytes) -> None:
    sealed = RING.seal(b"ada@example.com", HERE)
    with pytest.raises(NotOpened, match="the key k1 does not open it"):
        RING.open(sealed, elsewhere)


def test_no_bit_of_it_can_be_changed() -> None:
    sealed = RING.seal(b"ada@example.com", HERE)
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(NotOpened):
            RING.open(changed, HERE)
    for length in range(len(sealed)):
        with pytest.raises(NotOpened):
            RING.open(sealed[:length], HERE)


def test_another_key_of_that_name_and_an_unknown_one_are_told() -> None:
    sealed = RING.seal(b"ada@example.com", HERE)
    with pytest.raises(NotOpened, match="another key of that name"):
        Keyring([Key("k1", NEW.secret)], FINDS).open(sealed, HERE)
    with pytest.raises(NotOpened, match="the key k1, which DATA_KEYS does not have"):
        Keyring([NEW], FINDS).open(sealed, HERE)
    assert Keyring([NEW, OLD], FINDS).open(sealed, HERE) == b"ada@example.com"


def test_the_first_key_seals() -> None:
    assert key_name(Keyring([NEW, OLD], FINDS).seal(b"x", HERE)) == "k2"


def test_no_nonce_comes_twice() -> None:
    seals = [RING.seal(b"", HERE) for _ in range(100_000)]
    assert len({one[3:15] for one in seals}) == len(seals)


def test_a_hash_tells_kinds_and_keys_apart() -> None:
    hashes = {
        ring.lookup(kind, text)
        for ring in (RING, Keyring([OLD], NEW))
        for kind, text in (("mail", "ada@example.com"), ("phone", "ada@example.com"), ("mail", "bea@example.com"))
    }
    assert len(hashes) == 6
    assert RING.lookup("mail", "a") == Keyring([NEW], FINDS).lookup("mail", "a"), "keys that seal have no part in it"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a name"),
        ("k1", "a name"),
        (base64.b64encode(bytes(32)).decode(), "a name"),
        ("K1:" + base64.b64encode(bytes(32)).decode(), "a name"),
        ("k1:nothing", "not base64"),
        ("k1:" + base64.b64encode(bytes(31)).decode(), "31 bytes"),
        ("k1:" + base64.b64encode(bytes(33)).decode(), "33 bytes"),
        (f"{OLD.text},{OLD.text}", "one name"),
        (f"{OLD.text},k9:{OLD.text[3:]}", "one key"),
        (f"{OLD.text},", "a name"),
    ],
)
def test_what_is_no_key(text: str, why: str) -> None:
    with pytest.raises(KeyRefused, match=why) as refused:
        parse_keys(text)
    assert OLD.text[3:] not in str(refused.value)


def test_the_command_makes_keys_that_production_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert [main(["k2"]), main(["l2"])] == [0, 0]
    data, found = capsys.readouterr().out.split()
    assert Key.parse(data).name == "k2"
    production = {"ENVIRONMENT": "production", "DATA_KEYS": data, "LOOKUP_KEY": found}
    assert SealingSettings.problems(production) == []
    assert main([]) == main(["No name"]) == 2
    assert capsys.readouterr().out == ""


def _made(name: str) -> str:
    """A key that looks made by chance, and is the same in every process: workers compare the names of what they run."""
    return Key(name, hashlib.sha256(name.encode()).digest()).text


MADE = {name: _made(name) for name in ("k1", "k2", "l1", "demo1", "test1")}


@pytest.mark.parametrize(
    ("data", "finds", "said"),
    [
        ("", MADE["l1"], ["DATA_KEYS: python -m app.core.sealing.keygen"]),
        (MADE["k1"], "", ["LOOKUP_KEY: python -m app.core.sealing.keygen"]),
        (MADE["demo1"], MADE["l1"], ["DATA_KEYS: the key demo1 is a sample"]),
        (f"{MADE['k1']},{MADE['test1']}", MADE["l1"], ["DATA_KEYS: the key test1 is a sample"]),
        (MADE["k1"], _made("demo"), ["LOOKUP_KEY: the key demo is a sample"]),
        (OLD.text, MADE["l1"], ["DATA_KEYS: the key k1 is a sample"]),
        (Key("k1", bytes(32)).text, MADE["l1"], ["DATA_KEYS: the key k1 is a sample"]),
        (MADE["k1"], f"l1:{MADE['k1'][3:]}", ["LOOKUP_KEY: must be another key"]),
    ],
)
def test_what_production_refuses(data: str, finds: str, said: list[str]) -> None:
    found = SealingSettings.problems({"ENVIRONMENT": "production", "DATA_KEYS": data, "LOOKUP_KEY": finds})
    assert [any(line.startswith(one) for line in found) for one in said] == [True] * len(said)
    assert len(found) == len(said)
    assert not any(secret.partition(":")[2] in line for line in found for secret in MADE.values())
