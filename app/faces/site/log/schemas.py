"""JSON of the public log."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.core.wire.parameters import Digits, Parameters
from app.core.wire.schemas import Answer, Hash

_Size = Annotated[int, Field(ge=0, description="entries")]
_Base64 = Annotated[str, Field(pattern="^[A-Za-z0-9+/]{43}=$", description="a hash, in base64")]


_Key = Annotated[str, Field(description="C2SP signed-note verifier key")]


class LogWitness(Answer):
    """Somebody else, who cosigns what the log says."""

    verifier_key: _Key
    url: Annotated[str | None, Field(description="where its cosignatures are got; null: it brings them to us")]


class LogHead(Answer):
    """Who the log is, who witnesses it, and what it said last."""

    origin: str
    verifier_key: _Key
    witnesses: Annotated[list[LogWitness], Field(description="those whom new rounds name")]
    quorum: Annotated[int, Field(ge=0, description="how many of them a new round promises")]
    others: Annotated[list[LogWitness], Field(description="witnesses that no round counts on")]
    checkpoint: Annotated[
        str | None,
        Field(
            description="the newest signed checkpoint, with what cosignatures there are; null before the first entry"
        ),
    ]
    cosigned: Annotated[
        str | None, Field(description="the newest that has the quorum; null where none has, or none is asked for")
    ]


class LogProof(Answer):
    """That an entry is in the log."""

    number: _Size
    size: _Size
    proof: Annotated[str, Field(description="C2SP tlog-proof: path and signed checkpoint in one text")]


class LogConsistency(Answer):
    """That the longer log begins with the shorter one (RFC 6962, 2.1.2)."""

    first: _Size
    second: _Size
    hashes: list[_Base64]


class ProofParameters(Parameters):
    """Which entry."""

    leaf: Annotated[Hash, Field(description="the hash of the entry: 64 hexadecimal digits")]


class ConsistencyParameters(Parameters):
    """Which two sizes."""

    first: Annotated[int, Field(ge=1, description="entries of the shorter log"), Digits]
    second: Annotated[int, Field(ge=1, description="entries of the longer one, at most what is signed"), Digits]
