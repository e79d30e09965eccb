"""The JSON of being verified, and of one's picture."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.wire.parameters import Parameters
from app.core.wire.schemas import Answer, OneOf

from .rules import DOCUMENT_KINDS, MEDIA_TYPES, State


class DocumentParameters(Parameters):
    """What the body is."""

    kind: Annotated[str, OneOf(DOCUMENT_KINDS), Field(description="what the document shows")]


class DocumentRecord(Answer):
    """A file without what is in it. A picture was drawn anew, so that type and size are not what was sent."""

    id: UUID
    kind: str
    media_type: Annotated[str, OneOf(MEDIA_TYPES)]
    size: int
    added_at: datetime


class Documents(Answer):
    """How far one's verification is, and what was handed in; `mostDocuments` there may be."""

    state: State
    reason: str | None
    documents: list[DocumentRecord]
    most_documents: int


class Sent(BaseModel):
    """What a request was that brought bytes, by which it is known again."""

    kind: str
    sha256: str
