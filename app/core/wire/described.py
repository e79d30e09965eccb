"""A route that takes no key, as the document of the API tells it. Each feature describes its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Described:
    """`endpoint` ties it to the route: a test compares the two. `refusals`: error codes by status. `takes_key`: sent
    again under the same idempotency key it has one effect. `takes_file`, `gives_file`: the types of a body that is a
    file itself. `accepted`: what a 202 answers, where the same question may be only the first of two.
    `refusal`: what errors are told as, where they are no problem documents."""

    endpoint: str
    method: str
    path: str
    tag: str
    summary: str
    answer: type[BaseModel] | None
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    status: int = 200
    refusals: Mapping[int, str] = field(default_factory=dict)
    by_session: bool = False
    by_operator: bool = False
    takes_if_match: bool = False
    takes_key: bool = False
    takes_file: tuple[str, ...] = ()
    gives_file: tuple[str, ...] = ()
    accepted: type[BaseModel] | None = None
    refusal: type[BaseModel] | None = None
