"""JSON of the public log."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.core.wire.parameters import Cursor, Digits, Next, PageSize, Parameters
from app.core.wire.schemas import Answer, Hash, Height, Question
from app.selling.windows.rounds.schemas import TransactionProof

_Size = Annotated[int, Field(ge=0, description="entries")]
_Base64 = Annotated[str, Field(pattern="^[A-Za-z0-9+/]{43}=$", description="a hash, in base64")]


_Key = Annotated[str, Field(description="C2SP signed-note verifier key")]


class LogWitness(Answer):
    """Somebody else, who cosigns what the log says."""

    verifier_key: _Key
    url: Annotated[str | None, Field(description="where its cosignatures are got; null: it brings them to us")]


class LogKey(Answer):
    """A key that spoke for the log."""

    verifier_key: _Key
    first_size: Annotated[int, Field(ge=0, description="of so many entries on it signs; 0: from the beginning")]
    entry: Annotated[int | None, Field(description="the number of the entry in which it took over; null: the first")]


class LogRotation(Answer):
    """How a key followed another."""

    number: _Size
    entry: Annotated[str, Field(description="the entry's text: in it a note that the old and the new key signed")]
    proof: Annotated[str, Field(description="C2SP tlog-proof against the first checkpoint that covers it")]


class LogKeys(Answer):
    """The key in force, and how it came to be."""

    verifier_key: _Key
    rotations: list[LogRotation]


class LogContradiction(Answer):
    """A checkpoint that our key signed and our log has not: whoever keeps it can prove that we lied to somebody."""

    size: _Size
    root: Annotated[Hash, Field(description="of so many entries, as the note says")]
    our_root: Annotated[Hash | None, Field(description="as our log has it; null: it has not so many entries")]
    note: Annotated[str, Field(description="C2SP signed note, with our signature alone")]


class LogHead(Answer):
    """Who the log is, who witnesses it, and what it said last."""

    origin: str
    verifier_key: _Key
    keys: Annotated[list[LogKey], Field(description="all that ever signed checkpoints, the first one first")]
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
    contradictions: Annotated[
        list[LogContradiction], Field(description="proven by our own signature; the newest first")
    ]


class CosignedNote(Question):
    """A checkpoint of ours, with the lines of witnesses below it."""

    note: Annotated[str, Field(max_length=65_536, description="C2SP signed note, as a witness serves it")]


class Kept(Answer):
    """How many witnesses of it we know and believe."""

    kept: Annotated[int, Field(ge=1)]


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


class LogAnchorOutput(Answer):
    """An output of an anchor's transaction."""

    txid: Hash
    vout: Annotated[int, Field(ge=0)]


class LogAnchor(Answer):
    """A root of the log in a block of Bitcoin."""

    txid: Hash
    vout: Annotated[int, Field(ge=0, description="the output that holds the root")]
    line_vout: Annotated[int, Field(ge=0, description="the output that the next anchor spends")]
    previous: Annotated[LogAnchorOutput | None, Field(description="what of the one before it spends; null: it begins")]
    root: Hash
    size: _Size
    block_height: Height
    block_hash: Hash


class LogAnchors(Answer):
    """Anchors, the newest first."""

    anchors: list[LogAnchor]
    next: Next


class LogAnchorProof(LogAnchor):
    """An anchor with all that proves it: nothing else needs to be asked."""

    network: str
    proof: Annotated[TransactionProof | None, Field(description="null: its block was lost while it was asked for")]
    checkpoint: Annotated[str | None, Field(description="the signed note over this root")]


class AnchorsParameters(Parameters):
    """Which page of anchors."""

    limit: PageSize = 50
    cursor: Cursor | None = None


class ProofParameters(Parameters):
    """Which entry."""

    leaf: Annotated[Hash, Field(description="the hash of the entry: 64 hexadecimal digits")]


class ConsistencyParameters(Parameters):
    """Which two sizes."""

    first: Annotated[int, Field(ge=1, description="entries of the shorter log"), Digits]
    second: Annotated[int, Field(ge=1, description="entries of the longer one, at most what is signed"), Digits]
