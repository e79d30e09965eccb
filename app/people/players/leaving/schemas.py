"""The JSON of all that is kept of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from app.core.wire.schemas import Answer


class KeptFile(Answer):
    """A document or picture; `data_base64` is null where the file is lost."""

    id: str
    kind: str
    media_type: str
    at: datetime
    data_base64: str | None


class KeptAct(Answer):
    """An entry of the audit log by or about the person. `by`: you, an operator, or the system."""

    at: datetime
    action: str
    by: str
    detail: dict[str, Any]


class Export(Answer):
    """Everything that is kept of whoever asks."""

    user_id: str
    made_at: datetime
    kept: dict[str, list[dict[str, Any]]] = Field(description="rows by the table they lie in, opened")
    files: list[KeptFile]
    acts: list[KeptAct]
