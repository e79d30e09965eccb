"""Operations of the server API, as the features that serve them describe them.

What serves a request is what the OpenAPI document is made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from app.people.partners.models import PartnerSite

Access = Literal["read", "write"]
Method = Literal["GET", "POST", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in: whose key, and what it asks, validated.

    `attempt_id` is the same for every repetition of a request under one idempotency key; `prepared` is what the
    operation's `prepare` brought from outside before the transaction.
    """

    site: PartnerSite
    actor: str
    path: Mapping[str, Any]
    query: Any
    body: Any
    attempt_id: UUID | None = None
    prepared: Any = None

    @property
    def form_token(self) -> str | None:
        """What makes a repetition find the order that the first time made."""
        return f"api:{self.attempt_id}" if self.attempt_id is not None else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers. `secret` fills the operation's secret field; `version` becomes the ETag of what may
    be changed."""

    answer: BaseModel | None
    secret: str | None = None
    version: str | None = None


View = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path below `base`."""

    name: str
    method: Method
    path: str
    tag: str
    view: View
    summary: str
    description: str
    answer: type[BaseModel] | None
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    status: int = 200
    refusals: Mapping[int, str] = field(default_factory=dict)
    is_public_record: bool = False  # may be kept by whoever asks again with the ETag
    takes_if_match: bool = False
    sells: bool = False  # refused while operators have stopped sales
    secret_field: str | None = None
    prepare: Callable[[], Any] | None = None
    repeat: Callable[[Call, Mapping[str, Any]], Reply] | None = None
    base: str = "/api/v1"

    @property
    def access(self) -> Access:
        return "read" if self.method == "GET" else "write"


class Operations(list[Operation]):
    """The operations of one module, in the order in which they are told."""

    def add(self, method: Method, path: str, tag: str, **properties: Any) -> Callable[[View], View]:
        """Enter a function. The first line of its documentation is the summary, the rest the description."""

        def enter(view: View) -> View:
            summary, _, description = (view.__doc__ or "").partition("\n")
            text = " ".join(description.split())
            name = view.__name__.rstrip("_")
            self.append(Operation(name, method, path, tag, view, summary.rstrip("."), text, **properties))
            return view

        return enter
