"""The JSON of partner sites. Document 001, "JSON contracts" and "Validation rules"."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import Field, WithJsonSchema

from app.core.wire.schemas import Answer, Changes, Question

from .service import SiteValues

MAX_NAMES_IN_PAGE = 100

# Whether these are what they should be is asked by the rules, which name every field at fault at once.
Rate = Annotated[
    Any, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 0.15, "multipleOf": 0.01, "examples": [0.1]})
]
Origins = Annotated[
    list[Any], WithJsonSchema({"type": "array", "maxItems": 50, "items": {"type": "string", "format": "uri"}})
]
Theme = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"accentColor": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}},
            "description": "unknown keys are ignored",
        }
    ),
]
Games = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [{"type": "array", "minItems": 1, "items": {"type": "string"}}, {"type": "null"}],
            "description": "the games that the frame offers; null means all",
        }
    ),
]
Status = Annotated[str, WithJsonSchema({"type": "string", "enum": ["draft", "live", "paused"]})]

PUBLIC_NAMES = {
    "name": "slug",
    "display_name": "siteTitle",
    "house_edge": "houseEdge",
    "payout_address": "payoutAddress",
    "payout_address_acknowledged": "payoutAddressAcknowledged",
    "accent_color": "theme.accentColor",
    "embed_origins": "embedOrigins",
    "games": "games",
    "status": "status",
}
"""What the rules call a field, and what the JSON does."""

_OWN_NAMES = {"slug": "name", "site_title": "display_name"}


class NewSite(Question):
    """A site to be made. Its address becomes public for ever, which `payoutAddressAcknowledged` says is known."""

    slug: str
    site_title: str
    house_edge: Rate
    payout_address: str
    payout_address_acknowledged: bool
    theme: Theme = Field(default_factory=dict)
    embed_origins: Origins = Field(default_factory=list)
    games: Games = None
    status: Status = "draft"

    def values(self) -> SiteValues:
        """The body as the service takes it."""
        return _values(self)


class SiteChanges(Changes):
    """Changes of a site; what is absent stays. `slug` may be there if it is the site's own."""

    slug: str | None = None
    site_title: str = ""
    house_edge: Rate = 0
    payout_address: str = ""
    payout_address_acknowledged: bool = False
    theme: Theme = Field(default_factory=dict)
    embed_origins: Origins = Field(default_factory=list)
    games: Games = None
    status: Status = ""

    def values(self) -> SiteValues:
        """The fields that were sent, as the service takes them."""
        return _values(self)


class ThemeRecord(Answer):
    accent_color: str | None


class WaitingAddress(Answer):
    """A payout address that a verified site's owner has asked for, and that no operator has decided about yet."""

    id: UUID
    payout_address: str
    asked_at: datetime
    expires_at: datetime


class SiteRecord(Answer):
    """A site as its people see it."""

    id: UUID
    slug: str
    site_title: str
    status: Literal["draft", "live", "paused"]
    house_edge: Annotated[float, Field(ge=0, le=0.15)]
    payout_address: str
    payout_address_network: str
    payout_address_changed_at: datetime
    payout_address_waiting: Annotated[
        WaitingAddress | None, Field(description="a change that waits for an operator's yes; null where none does")
    ]
    theme: ThemeRecord
    embed_origins: list[str]
    games: list[str] | None
    verification_status: Literal["unverified", "verified", "rejected"]
    verification_reason: str
    access: Literal["owner", "manage", "read"]
    created_at: datetime


class CreatedSite(SiteRecord):
    """A new site with its first key, which is told this once."""

    api_key: str


class SitesPage(Answer):
    partners: list[SiteRecord]
    next: UUID | None


def _values(body: NewSite | SiteChanges) -> SiteValues:
    sent = {_OWN_NAMES.get(name, name): getattr(body, name) for name in body.model_fields_set}
    return cast(SiteValues, sent)
