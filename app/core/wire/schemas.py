"""What all JSON bodies have in common: camelCase outside, Python's names inside, nothing unknown, nothing converted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

from app.core.money import MAX_SATS

Sats = Annotated[int, Field(ge=0, le=MAX_SATS, description="satoshis")]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="64 hexadecimal digits")]
Hex = Annotated[str, Field(pattern="^([0-9a-f]{2})*$")]
Height = Annotated[int, Field(ge=0)]


class OneOf:
    """Marks a text that is one of these words, where a table elsewhere says which they are."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = list(words)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(self.words)


class Question(BaseModel):
    """A request's body: known fields only, of exactly the stated types, by their public names."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True)


class Changes(Question):
    """A body of which only what is there changes anything. What Python puts in an absent field's place is told nobody:
    a client that took it for a default would send it, and change what its user never named."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        told = handler(schema)
        for field in handler.resolve_ref_schema(told).get("properties", {}).values():
            field.pop("default", None)
        return told


class Answer(BaseModel):
    """A response's body. Built by Python's names, written by the public ones."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, extra="forbid", strict=True, frozen=True, from_attributes=True
    )
