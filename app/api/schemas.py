"""The server API's JSON: parameters, bodies and answers. Records of the main game are `rounds.schemas`' own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

from app.core.http import FieldRefused
from app.rounds.schemas import (
    MAX_ROUND_NUMBER,
    Answer,
    Order,
    Payment,
    Question,
    Sats,
    Slip,
    Ticket,
)
from app.windows import rules

LARGEST_PAGE = 100
_DIGITS = re.compile(r"[1-9][0-9]{0,18}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")


def _number(text: object) -> object:
    """Plain digits, as every number in an address is written."""
    if isinstance(text, str):
        if not _DIGITS.fullmatch(text):
            raise FieldRefused("number_invalid")
        return int(text)
    return text


def _moment(text: object) -> object:
    if isinstance(text, str):
        try:
            if _MOMENT.fullmatch(text):
                return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise FieldRefused("time_invalid")
    return text


def _identifier(text: object) -> object:
    tidy = rules.identifier(text) if isinstance(text, str) else text
    if tidy is None:
        raise FieldRefused("player_identifier_invalid")
    return tidy


def _without_nul(text: object) -> object:
    if isinstance(text, str) and "\0" in text:
        raise FieldRefused("cursor_invalid")
    return text


Moment = Annotated[datetime, BeforeValidator(_moment), Field(description="RFC 3339 with a zone")]
Identifier = Annotated[
    str,
    BeforeValidator(_identifier),
    Field(min_length=1, max_length=120, description="letters and digits of any script, space, `.`, `_`, `-`"),
]
RoundNumber = Annotated[int, Field(ge=1, le=MAX_ROUND_NUMBER)]
Cursor = Annotated[
    str, BeforeValidator(_without_nul), Field(max_length=64, description="`next` of the page before")
]  # fmt: skip
UuidText = Annotated[str, Field(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Next = Annotated[str | None, Field(description="goes into `cursor` to read on; null at the end")]


class Parameters(BaseModel):
    """A query string: known names only, each once."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class NoParameters(Parameters):
    """A request without a query."""


class Paged(Parameters):
    """A page of a list."""

    cursor: Cursor | None = None
    limit: Annotated[int, BeforeValidator(_number), Field(ge=1, le=LARGEST_PAGE)] = 20


class ByPlayer(Paged):
    """What lists of orders and of what belongs to them may be narrowed by."""

    player_public_identifier: Identifier | None = None
    player_private_identifier: Identifier | None = None
    round_number: Annotated[RoundNumber, BeforeValidator(_number)] | None = None
    created_after: Annotated[Moment, Field(description="from this moment on")] | None = None
    created_before: Annotated[Moment, Field(description="before this moment")] | None = None


class SlipsQuery(ByPlayer):
    """Orders of a site that hold tickets."""


class EventsQuery(Parameters):
    """Facts in their order."""

    after: Annotated[str, Field(description="the id of the last event you have")] | None = None
    limit: Annotated[int, BeforeValidator(_number), Field(ge=1, le=LARGEST_PAGE)] = 20
    type: Annotated[str, Field(max_length=64, description="one type alone")] | None = None


class NewPlayerOrder(Question):
    """An order for one of your players."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "customer-1042"}],
        }
    )

    player_public_identifier: Identifier
    player_private_identifier: Identifier
    requested_round_number: RoundNumber | None = None


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


class PartnerOrder(Order):
    """An order as its own partner sees it: with the private identifier."""

    player_private_identifier: str
    created_at: datetime


class CreatedPartnerOrder(Answer):
    """A new order. The secret opens the buyer's page at /slips/{receiptSecret}."""

    receipt_secret: str
    order: PartnerOrder


class PartnerReceipt(Answer):
    """An order with everything that belongs to it."""

    order: PartnerOrder
    payments: list[Payment]
    slip: Slip | None


class PartnerSlip(Slip):
    """What an order holds, and whose it is. It bears its order's id."""

    round_number: int
    player_public_identifier: str
    player_private_identifier: str


class PartnerSlipsPage(Answer):
    """Slips, the newest order first."""

    slips: list[PartnerSlip]
    next: Next


class PartnerPayment(Payment):
    """A confirmed payment, and whose it is."""

    id: UuidText
    order_id: UuidText
    player_public_identifier: str
    player_private_identifier: str
    created_at: datetime


class PartnerWin(Answer):
    """A winning ticket of one of your players: you are paid the jackpot, and credit the player."""

    id: UuidText
    round_number: int
    slip_identifier: UuidText
    winning_ticket: Ticket
    jackpot_sats: Sats
    payout_address: str
    player_public_identifier: str | None
    player_private_identifier: str | None


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


class EndpointChange(Question):
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
