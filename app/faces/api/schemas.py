"""The server API's JSON that is of no game: parameters, bodies and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.core.wire.parameters import Next, PageSize, Parameters, UuidText
from app.core.wire.schemas import Answer, Changes, Question, Sats


class EventsQuery(Parameters):
    """Facts in their order."""

    after: Annotated[str, Field(description="the id of the last event you have")] | None = None
    limit: PageSize = 20
    type: Annotated[str, Field(max_length=64, description="one type alone")] | None = None


class OwnSite(Answer):
    """Your site."""

    slug: str
    site_title: str
    status: Literal["draft", "live", "paused"]
    verification_status: Literal["unverified", "verified", "rejected"]
    verification_reason: str
    house_edge: Annotated[float, Field(ge=0, le=0.15)]
    payout_address: str
    payout_address_network: str
    embed_origins: list[str]
    created_at: datetime


class Balance(Answer):
    """Your earnings: the edge and remainders of settled rounds, and money to be refunded to players."""

    balance_sats: Sats
    available_sats: Annotated[int, Field(ge=0, description="what is not set aside for a payout, in satoshis")]


class LedgerLine(Answer):
    """One transfer as your account sees it: positive where it raised the balance."""

    id: str
    posted_at: datetime
    kind: str
    source: str
    source_id: str
    amount_sats: int
    counterpart: str


class LedgerPage(Answer):
    """Lines of your account, the newest first."""

    lines: list[LedgerLine]
    next: Next


class ObligationRecord(Answer):
    """A debt to you that is paid on chain."""

    id: UuidText
    kind: Annotated[str, Field(description="jackpot: for a player who won; balance: your earnings")]
    game: str
    source_id: str
    address: str
    amount_sats: Sats
    created_at: datetime
    payout_id: UuidText | None


class ObligationsPage(Answer):
    """Debts to you, the newest first."""

    obligations: list[ObligationRecord]
    next: Next


class EventRecord(Answer):
    """A fact, as a webhook tells it."""

    id: UuidText
    type: str
    created_at: str
    game: str
    subject: str
    data: dict[str, JsonValue]


class EventsPage(Answer):
    """Facts in their order. Pass `next` as `after` for what comes then, also if this page is empty."""

    events: list[EventRecord]
    next: Annotated[str | None, Field(description="goes into `after`; null only if there was never an event")]


class NewEndpoint(Question):
    """An address of yours that is told what happens."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://shop.example/webhooks", "events": ["order.paid"]}]}
    )

    url: Annotated[str, Field(max_length=2_000)]
    events: Annotated[list[str], Field(min_length=1, max_length=100)]


class EndpointChange(Changes):
    """What is to change; the rest stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "disabled"}]})

    url: Annotated[str, Field(max_length=2_000)] | None = None
    events: Annotated[list[str], Field(min_length=1, max_length=100)] | None = None
    status: Literal["active", "disabled"] | None = None


class EndpointRecord(Answer):
    """A webhook endpoint. Its secret is told when it is made and when it is rolled."""

    id: UuidText
    url: str
    events: list[str]
    status: Literal["active", "disabled"]
    disabled_because: str
    secret_generation: Annotated[int, Field(ge=1)]
    previous_secret_valid_until: datetime | None
    created_at: datetime


class EndpointWithSecret(EndpointRecord):
    """An endpoint with the secret that signs from now on."""

    secret: str


class EndpointsList(Answer):
    """All endpoints of the site, the oldest first."""

    endpoints: list[EndpointRecord]


class DeliveryRecord(Answer):
    """One event for one endpoint."""

    id: UuidText
    event_id: UuidText
    type: str
    state: Literal["pending", "delivered", "failed"]
    attempts: Annotated[int, Field(ge=0)]
    not_before: datetime
    finished_at: datetime | None
    created_at: datetime


class DeliveriesPage(Answer):
    """Deliveries of an endpoint, the newest first."""

    deliveries: list[DeliveryRecord]
    next: Next


class Problem(BaseModel):
    """RFC 9457. Program against `code`; `title` is for people."""

    type: str
    title: str
    status: int
    code: str
    field: str | None = None
    params: dict[str, str | int] | None = None
    errors: list[dict[str, Any]] | None = None
