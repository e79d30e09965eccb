"""The verbs of an endpoint: make it, change it, roll its secret, silence it, try it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, after_commit, db, in_transaction
from app.core.errors import DomainError, InvalidInput
from app.core.ids import new_id
from app.core.jobs.queue import ring_by_name
from app.people.accounts.models import User
from app.people.partners.keys.telling import events_go_to
from app.people.partners.models import PartnerSite
from app.record.audit import queries as audit
from app.record.audit.queries import Search
from app.record.audit.service import note
from app.record.events.models import Event
from app.record.events.order import readable_until
from app.record.events.service import EVENT_TYPES
from app.record.events.types import EventType
from app.record.notifications.service import send_later

from . import rules
from .delivery import envelope, signing
from .models import WebhookDelivery, WebhookEndpoint

JOB = "webhooks.deliver"
_REASONS = {"gone": "webhook.gone", "failing": "webhook.failing", "by_hand": "webhook.disabled"}


def clock() -> ColumnElement[datetime]:
    """The time that leases and retries go by, as a statement reads it: the database's, one for all processes."""
    return func.clock_timestamp()


def moment() -> datetime:
    """The same, asked for by itself."""
    found: datetime = db.session.execute(select(clock())).scalar_one()
    return found


def catalogue() -> Mapping[str, EventType]:
    """The types of events that partners may choose."""
    return {name: one for name, one in EVENT_TYPES.get().items() if one.words is not None}


class Signing(Protocol):
    """An endpoint as its signatures need it: the model, or a row with these columns."""

    @property
    def id(self) -> UUID: ...

    @property
    def secret_generation(self) -> int: ...

    @property
    def previous_valid_until(self) -> datetime | None: ...


def secrets_of(endpoint: Signing, at: datetime) -> list[str]:
    """The live secrets, the newest first: two for a day after a roll."""
    key = current_settings().secret_key.get_secret_value()
    generations = [endpoint.secret_generation]
    if endpoint.previous_valid_until is not None and endpoint.previous_valid_until > at:
        generations.append(endpoint.secret_generation - 1)
    return [signing.secret(key, endpoint.id, generation) for generation in generations]


def create_endpoint(site: PartnerSite, url: str, events: Sequence[str], *, actor: str) -> WebhookEndpoint:
    """A new endpoint, which is told what happens from now on; the site's owner is told of it.

    Raises DomainError: a field was refused (InvalidInput: both), or 409 `webhook_endpoints_too_many`.
    """
    kept_url, kept_events = _checked(url, events)
    db.session.refresh(site, with_for_update=TO_CHANGE)  # so that two at once are counted one after the other
    count = select(func.count()).where(WebhookEndpoint.partner_site_id == site.id, WebhookEndpoint.status != "removed")
    if (db.session.scalar(count) or 0) >= rules.MOST_ENDPOINTS:
        raise DomainError("webhook_endpoints_too_many", status=409, field="url", most=rules.MOST_ENDPOINTS)
    endpoint = WebhookEndpoint(
        id=new_id(), partner_site_id=site.id, url=kept_url, event_types=kept_events, cursor_seq=_now_in_events()
    )
    db.session.add(endpoint)
    db.session.flush()
    note(actor, "webhook.created", f"webhook:{endpoint.id}", url=kept_url, events=kept_events)
    events_go_to(kept_url, site.id, actor)
    return endpoint


def update_endpoint(endpoint: WebhookEndpoint, url: str, events: Sequence[str], *, actor: str) -> None:
    """Change address or events. What is pending goes to the new address, and the site's owner is told of that.

    Raises DomainError: a field was refused (InvalidInput: both).
    """
    kept_url, kept_events = _checked(url, events)
    _lock(endpoint)
    before = {"url": endpoint.url, "events": endpoint.event_types}
    if kept_url != endpoint.url:
        _forget_trouble(endpoint)
    endpoint.url, endpoint.event_types = kept_url, kept_events
    note(actor, "webhook.changed", f"webhook:{endpoint.id}", before=before, url=kept_url, events=kept_events)
    if kept_url != before["url"]:
        events_go_to(kept_url, endpoint.partner_site_id, actor)


def roll_secret(endpoint: WebhookEndpoint, *, actor: str) -> None:
    """A new secret signs from now on; for a day the former signs beside it. An even older one ends at once."""
    _lock(endpoint)
    endpoint.secret_generation += 1
    endpoint.previous_valid_until = moment() + rules.BOTH_SECRETS_FOR
    note(actor, "webhook.secret_rolled", f"webhook:{endpoint.id}", generation=endpoint.secret_generation)


def disable(endpoint: WebhookEndpoint, because: str, *, actor: str) -> None:
    """Send nothing more until it is enabled again. Whoever did not do it themselves gets a mail."""
    _lock(endpoint)
    if endpoint.status != "active":
        return
    endpoint.status, endpoint.disabled_because, endpoint.disabled_at = "disabled", because, moment()
    db.session.flush()
    note(actor, _REASONS[because], f"webhook:{endpoint.id}", url=endpoint.url)
    if because != "by_hand":
        _tell_owner(endpoint, "webhook_disabled", because=because)


def tell_trouble(endpoint: WebhookEndpoint, at: datetime) -> None:
    """Mail its owner that it fails and is tried again: once for as long as it fails, and at most once a day."""
    since = min(endpoint.failing_since or at, at - rules.TOLD_AGAIN)
    subject = f"webhook:{endpoint.id}"
    if audit.found(Search(action="webhook.troubled", subject=subject, is_whole=True, since=since), limit=1):
        return
    note("system", "webhook.troubled", subject, url=endpoint.url)
    _tell_owner(endpoint, "webhook_failing")


def enable(endpoint: WebhookEndpoint, *, actor: str) -> None:
    """Go on where it stopped: what happened in between is delivered too."""
    _lock(endpoint)
    if endpoint.status != "disabled":
        return
    endpoint.status, endpoint.disabled_because, endpoint.disabled_at = "active", "", None
    _forget_trouble(endpoint)
    note(actor, "webhook.enabled", f"webhook:{endpoint.id}", url=endpoint.url)
    ring()


def remove(endpoint: WebhookEndpoint, *, actor: str) -> None:
    """Take it off the lists for good. What it still was to be told is over; its log goes with time."""
    _lock(endpoint)
    endpoint.status = "removed"
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.state == "pending"
    )
    db.session.execute(
        waiting.values(state="failed", finished_at=moment()).execution_options(synchronize_session=False)
    )
    note(actor, "webhook.removed", f"webhook:{endpoint.id}", url=endpoint.url)


def send_test(endpoint: WebhookEndpoint, site_name: str) -> WebhookDelivery:
    """Send an event of type `endpoint.test`, which is about nothing but the endpoint, before all that waits for it.

    Raises DomainError 409 `webhook_endpoint_disabled`.
    """
    require_active(endpoint)
    at, event_id, subject = moment(), new_id(), f"endpoint:{endpoint.id}"
    told = envelope.build(event_id, rules.TEST_TYPE, at, "platform", subject, {"partnerName": site_name})
    delivery = WebhookDelivery(
        id=new_id(),
        endpoint_id=endpoint.id,
        event_id=event_id,
        seq=0,
        type=rules.TEST_TYPE,
        subject=f"{subject}:{event_id}",
        body=envelope.body(told),
        not_before=at,
    )
    db.session.add(delivery)
    db.session.flush()
    ring()
    return delivery


def send_again(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> None:
    """Send a finished delivery once more, the same bytes under the same id, with a new series of tries.

    Raises DomainError 409: `webhook_endpoint_disabled`, `webhook_still_pending`.
    """
    require_active(endpoint)
    db.session.refresh(delivery, with_for_update=TO_CHANGE)
    if delivery.state == "pending":
        raise DomainError("webhook_still_pending", status=409)
    delivery.state, delivery.attempts, delivery.not_before = "pending", 0, moment()
    delivery.finished_at = delivery.lease = delivery.leased_until = None
    endpoint.rests_until = None
    db.session.flush()
    ring()


def _checked(url: str, events: Sequence[str]) -> tuple[str, list[str]]:
    errors: list[DomainError] = []
    kept_url, kept_events = "", [""]
    try:
        kept_url = rules.check_url(url, allow_private=current_settings().webhook_allow_private)
    except DomainError as error:
        errors.append(error)
    try:
        kept_events = rules.check_events(events, catalogue())
    except DomainError as error:
        errors.append(error)
    if len(errors) > 1:
        raise InvalidInput(errors)
    if errors:
        raise errors[0]
    return kept_url, kept_events


def _now_in_events() -> int:
    """Below this is the past. A sequence that has given nothing yet calls its first number its last: hence both."""
    written: int = db.session.scalar(select(func.coalesce(func.max(Event.seq), 0))) or 0
    return min(readable_until(), written)


def _lock(endpoint: WebhookEndpoint) -> None:
    db.session.refresh(endpoint, with_for_update=TO_CHANGE)


def require_active(endpoint: WebhookEndpoint) -> None:
    """Lock it. Raises DomainError 409 `webhook_endpoint_disabled`."""
    _lock(endpoint)
    if endpoint.status != "active":
        raise DomainError("webhook_endpoint_disabled", status=409)


def _forget_trouble(endpoint: WebhookEndpoint) -> None:
    endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
    endpoint.last_duration_ms = 0


def ring() -> None:
    """Have somebody look for what is due, once this transaction has committed."""
    if in_transaction():
        after_commit(lambda: ring_by_name(JOB))


def _tell_owner(endpoint: WebhookEndpoint, template: str, **more: Any) -> None:
    site = db.session.get_one(PartnerSite, endpoint.partner_site_id)
    owner = db.session.scalars(select(User).where(User.id == site.owner_user_id)).one()
    if owner.email:
        link = f"{current_settings().base_url}/partners/{site.name}/webhooks/{endpoint.id}"
        send_later(
            "email",
            owner.email,
            template,
            owner.locale,
            title=site.display_name,
            url=endpoint.url,
            link=link,
            **more,
        )
