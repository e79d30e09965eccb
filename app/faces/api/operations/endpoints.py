"""A partner's webhook endpoints, as its server sets them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.ids import created_at, parse_id
from app.core.wire.paging import cut, place_of
from app.core.wire.parameters import Paged
from app.faces.api import schemas
from app.faces.api.door import require_version
from app.people.partners.keys.operations import Call, Operations, Reply
from app.webhooks import queries, service
from app.webhooks.delivery import signing
from app.webhooks.models import WebhookDelivery, WebhookEndpoint

OPERATIONS = Operations()

_LIST: Final = "/webhook-endpoints"
_ONE: Final = "/webhook-endpoints/<identifier>"
_NOT_FOUND: Final = {404: "not_found"}
_REFUSALS: Final = {409: "webhook_endpoints_too_many", 422: "webhook_url_invalid, webhook_event_unknown"}


def _secret_again(call: Call, kept: Mapping[str, Any]) -> Reply:
    """Secrets are derived, so the kept answer's own is known from what it names."""
    version = _version(kept["url"], kept["events"], kept["status"], kept["secretGeneration"])
    return Reply(None, _secret(UUID(kept["id"]), kept["secretGeneration"]), version=version)


def _secret(endpoint_id: UUID, generation: int) -> str:
    key = current_settings().secret_key.get_secret_value()
    return signing.secret(key, endpoint_id, generation)


@OPERATIONS.add(
    "POST",
    _LIST,
    "Webhooks",
    body=schemas.NewEndpoint,
    answer=schemas.EndpointWithSecret,
    status=201,
    secret_field="secret",
    repeat=_secret_again,
    refusals=_REFUSALS,
)
def create_endpoint(call: Call) -> Reply:
    """Make an endpoint, which is told what happens from now on.

    Its secret is told here and when it is rolled; afterwards only the endpoint's page shows it.
    """
    made = service.create_endpoint(call.site, call.body.url, call.body.events, actor=call.actor)
    return _with_secret(made)


@OPERATIONS.add("GET", _LIST, "Webhooks", answer=schemas.EndpointsList)
def endpoints(call: Call) -> Reply:
    """All your endpoints, the oldest first."""
    return Reply(schemas.EndpointsList(endpoints=[_record(row) for row in queries.endpoints_of(call.site.id)]))


@OPERATIONS.add("GET", _ONE, "Webhooks", answer=schemas.EndpointRecord, refusals=_NOT_FOUND)
def endpoint(call: Call) -> Reply:
    """One endpoint. Its ETag goes into `If-Match` of a change."""
    return _reply(_found(call))


@OPERATIONS.add(
    "PATCH",
    _ONE,
    "Webhooks",
    body=schemas.EndpointChange,
    answer=schemas.EndpointRecord,
    takes_if_match=True,
    refusals={404: "not_found", 422: "webhook_url_invalid, webhook_event_unknown"},
)
def change_endpoint(call: Call) -> Reply:
    """Change an endpoint's address, events or status. What is left out stays.

    A disabled endpoint that is made active goes on where it stopped.
    """
    row, wanted = _locked(call), call.body
    if wanted.url is not None or wanted.events is not None:
        service.update_endpoint(row, wanted.url or row.url, wanted.events or row.event_types, actor=call.actor)
    if wanted.status == "active":
        service.enable(row, actor=call.actor)
    elif wanted.status == "disabled":
        service.disable(row, "by_hand", actor=call.actor)
    return _reply(row)


@OPERATIONS.add("DELETE", _ONE, "Webhooks", answer=None, status=204, takes_if_match=True, refusals=_NOT_FOUND)
def remove_endpoint(call: Call) -> Reply:
    """Take an endpoint away for good."""
    service.remove(_locked(call), actor=call.actor)
    return Reply(None)


@OPERATIONS.add(
    "POST",
    f"{_ONE}/roll-secret",
    "Webhooks",
    answer=schemas.EndpointWithSecret,
    secret_field="secret",
    repeat=_secret_again,
    takes_if_match=True,
    refusals=_NOT_FOUND,
)
def roll_endpoint_secret(call: Call) -> Reply:
    """Give an endpoint a new secret. For a day the former one signs beside it."""
    row = _locked(call)
    service.roll_secret(row, actor=call.actor)
    return _with_secret(row)


@OPERATIONS.add(
    "POST",
    f"{_ONE}/test",
    "Webhooks",
    answer=schemas.DeliveryRecord,
    status=202,
    refusals={404: "not_found", 409: "webhook_endpoint_disabled"},
)
def test_endpoint(call: Call) -> Reply:
    """Send an event of type `endpoint.test` to an endpoint."""
    return Reply(_delivery_record(service.send_test(_found(call), call.site.name)))


@OPERATIONS.add(
    "GET", f"{_ONE}/deliveries", "Webhooks", query=Paged, answer=schemas.DeliveriesPage, refusals=_NOT_FOUND
)
def deliveries(call: Call) -> Reply:
    """What was or is to be sent to an endpoint, the newest first; kept for 30 days."""
    row = _found(call)
    rows = queries.deliveries_page(row.id, place_of(call.query.cursor, parse_id), call.query.limit + 1)
    shown, following = cut(rows, call.query.limit, lambda delivery: delivery.id)
    return Reply(schemas.DeliveriesPage(deliveries=[_delivery_record(one) for one in shown], next=following))


@OPERATIONS.add(
    "POST",
    f"{_ONE}/deliveries/<delivery>/send-again",
    "Webhooks",
    answer=schemas.DeliveryRecord,
    status=202,
    refusals={404: "not_found", 409: "webhook_endpoint_disabled, webhook_still_pending"},
)
def send_again(call: Call) -> Reply:
    """Send a finished delivery once more: the same bytes under the same id."""
    row = _found(call)
    delivery = queries.delivery_of(row.id, call.path["delivery"])
    service.send_again(row, delivery)
    return Reply(_delivery_record(delivery))


def _found(call: Call) -> WebhookEndpoint:
    return queries.endpoint_of(call.site.id, call.path["identifier"])


def _locked(call: Call) -> WebhookEndpoint:
    """The endpoint, locked until the end of the transaction and in the state that the caller has seen."""
    row = _found(call)
    db.session.refresh(row, with_for_update=TO_CHANGE)
    require_version(_version_of(row))
    return row


def _reply(row: WebhookEndpoint) -> Reply:
    return Reply(_record(row), version=_version_of(row))


def _with_secret(row: WebhookEndpoint) -> Reply:
    secret = _secret(row.id, row.secret_generation)
    answer = schemas.EndpointWithSecret(**dict(_record(row)), secret="")
    return Reply(answer, secret, version=_version_of(row))


def _version_of(row: WebhookEndpoint) -> str:
    return _version(row.url, row.event_types, row.status, row.secret_generation)


def _version(url: str, events: Sequence[str], status: str, generation: int) -> str:
    parts = (url, *events, status, str(generation))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _record(row: WebhookEndpoint) -> schemas.EndpointRecord:
    return schemas.EndpointRecord(
        id=str(row.id),
        url=row.url,
        events=list(row.event_types),
        status=row.status,  # type: ignore[arg-type]
        disabled_because=row.disabled_because,
        secret_generation=row.secret_generation,
        previous_secret_valid_until=row.previous_valid_until,
        created_at=created_at(row.id),
    )


def _delivery_record(row: WebhookDelivery) -> schemas.DeliveryRecord:
    return schemas.DeliveryRecord(
        id=str(row.id),
        event_id=str(row.event_id),
        type=row.type,
        state=row.state,  # type: ignore[arg-type]
        attempts=row.attempts or 0,
        not_before=row.not_before,
        finished_at=row.finished_at,
        created_at=created_at(row.id),
    )
