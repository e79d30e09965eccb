"""What all JSON bodies have in common: camelCase outside, Python's names inside, nothing unknown, nothing converted."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Question(BaseModel):
    """A request's body: known fields only, of exactly the stated types, by their public names."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True)


class Answer(BaseModel):
    """A response's body. Built by Python's names, written by the public ones."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, extra="forbid", strict=True, frozen=True, from_attributes=True
    )
