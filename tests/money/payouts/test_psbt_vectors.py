"""What BIP 174 and BIP 371 publish as valid and invalid, read by the server and by the signer's script alike."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from app.money.payouts.signed import psbt, psbt_fields
from tests import scripts

from .signers import SCRIPT, TOP, key_file
from .test_signing import functions


def vectors(kind: str) -> list[Any]:
    """The cases of both documents, under their own names."""
    found = []
    for name in ("psbt_bip174", "psbt_bip371"):
        document = json.loads((TOP / f"tests/vectors/{name}.json").read_text())
        found += [pytest.param(case["psbt"], id=f"{name}: {case['case']}") for case in document.get(kind, ())]
    return found


@pytest.mark.parametrize("text", vectors("invalid"))
def test_what_is_invalid_is_refused_by_both(text: str) -> None:
    script = functions()
    raw = base64.b64decode(text)
    with pytest.raises(psbt_fields.PsbtRefused):
        psbt_fields.read(raw)
    with pytest.raises(psbt.PsbtRefused):
        psbt.decode(text)
    for given in (raw, text.encode()):
        with pytest.raises(script.Unusable):
            script.Psbt(given)


def form_only(script: Any, raw: bytes) -> Any:
    """The script's reader without what it asks for beyond the form."""
    found = object.__new__(type("Form", (script.Psbt,), {"_usable": lambda self: None}))
    found.__init__(raw)
    return found


@pytest.mark.parametrize("text", vectors("valid"))
def test_what_is_valid_is_read_by_both_as_the_same(text: str) -> None:
    script, raw = functions(), base64.b64decode(text)
    ours, theirs = psbt_fields.read(raw), form_only(script, raw)
    assert list(ours.inputs) == theirs.input_fields
    assert list(ours.outputs) == theirs.output_fields
    assert [(out.sats, out.script) for out in ours.outs] == [(out.sats, out.script) for out in theirs.outputs]
    assert theirs.serialize() == script.MAGIC + b"".join(
        b"".join(script.sized(key) + script.sized(value) for key, value in sorted(fields.items())) + b"\0"
        for fields in (ours.globals, *ours.inputs, *ours.outputs)
    )


@pytest.mark.parametrize("text", vectors("signer"))
def test_what_a_signer_must_refuse_is_signed_by_nobody(text: str, tmp_path: Path) -> None:
    with pytest.raises(psbt.PsbtRefused):
        psbt.decode(text)
    source = tmp_path / "given.psbt"
    source.write_text(text)
    done = scripts.run(SCRIPT.name, str(source), "--key", str(key_file(tmp_path)), "--yes")
    assert (done.returncode, done.stdout) == (2, "")


def test_the_corpus_is_whole() -> None:
    assert [len(vectors(kind)) for kind in ("invalid", "valid", "signer")] == [31, 18, 4]


def test_version_2_is_named() -> None:
    version, transaction_version = "01fb0402000000", "01020402000000"
    raw = bytes.fromhex("70736274ff" + transaction_version + "0104010101050101" + version + "00" * 3)
    with pytest.raises(psbt.PsbtRefused, match="a PSBT of version 2"):
        psbt.decode(raw)
    script = functions()
    with pytest.raises(script.Unusable, match="a PSBT of version 2"):
        script.Psbt(raw)
