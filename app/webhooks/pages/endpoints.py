"""A site's endpoints, and one endpoint with its settings and deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.ids import created_at, parse_id
from app.core.web.requests import render, wants_fragment
from app.people.accounts.login.page_door import go, link_required
from app.people.partners.models import PartnerSite
from app.people.partners.queries import site_for
from app.record.events.models import Event

from .. import queries, rules, service
from ..delivery import trouble
from ..delivery.envelope import laid_out
from ..models import WebhookDelivery, WebhookEndpoint
from ..queries import Sought
from ..wording import PAGE_OF, Page, groups, subject_words
from .forms import ButtonForm, EndpointForm
from .shared import SHOWN, actor, may

_STATES: Final = ("retried", "pending", "delivered", "failed")
"""What the list is narrowed to: `retried` has failed, and is tried again."""
_LONGEST_SEARCH: Final = 80

Row = tuple[WebhookDelivery, datetime, str, Page | None, str]


@link_required
def endpoints(name: str) -> Response:
    """The site's endpoints, and the form of a new one."""
    return _list_page(site_for(current_user, name, "read"), None, 200)


@link_required
def create(name: str) -> Response:
    """Make an endpoint and go to its page."""
    form = EndpointForm()
    site = site_for(current_user, name, "write")
    try:
        with transaction():
            endpoint_id = service.create_endpoint(site, *form.given(service.catalogue()), actor=actor()).id
    except DomainError as error:
        form.refuse(error)
        return _list_page(site_for(current_user, name, "read"), form, _refusal(error))
    flash(gettext("The endpoint is made. Give its secret to your server, then send a test event."), "ok")
    return go(url_for("webhooks.endpoint", name=name, endpoint_id=endpoint_id))


@link_required
def endpoint(name: str, endpoint_id: str) -> Response:
    """One endpoint: its deliveries with their tries, its secret, its settings."""
    site = site_for(current_user, name, "read")
    return endpoint_page(site, queries.endpoint_of(site.id, endpoint_id), None, 200)


@link_required
def change(name: str, endpoint_id: str) -> Response:
    """Keep another address or other events."""
    form = EndpointForm()
    site = site_for(current_user, name, "write")
    found = queries.endpoint_of(site.id, endpoint_id)
    try:
        with transaction():
            service.update_endpoint(found, *form.given(service.catalogue()), actor=actor())
    except DomainError as error:
        form.refuse(error)
        site = site_for(current_user, name, "read")
        return endpoint_page(site, queries.endpoint_of(site.id, endpoint_id), form, _refusal(error))
    flash(gettext("Saved."), "ok")
    return go(url_for("webhooks.endpoint", name=name, endpoint_id=endpoint_id))


def _list_page(site: PartnerSite, form: EndpointForm | None, status: int) -> Response:
    found = queries.endpoints_of(site.id)
    form = form or EndpointForm(formdata=None, events=_suggested())
    response = render(
        "webhooks/endpoints.html",
        "webhooks/_new.html",
        status,
        site=site,
        endpoints=found,
        form=form,
        groups=groups(service.catalogue().values()),
        pending=queries.pending_by_endpoint([one.id for one in found]),
        most=rules.MOST_ENDPOINTS,
        may_write=may(site, "write"),
    )
    if status == 409 and wants_fragment():
        response.headers["HX-Retarget"] = "#new-endpoint"
    return response


def endpoint_page(site: PartnerSite, found: WebhookEndpoint, form: EndpointForm | None, status: int) -> Response:
    """The page of an endpoint, or of its settings what htmx replaces."""
    context: dict[str, Any] = {
        "site": site,
        "endpoint": found,
        "form": form or EndpointForm(formdata=None, url=found.url, events=found.event_types),
        "groups": groups(service.catalogue().values()),
        "may_write": may(site, "write"),
        "button": ButtonForm(formdata=None),
        **_deliveries(site, found),
    }
    if form is not None and wants_fragment():
        return make_response(render_template("webhooks/_settings.html", **context), status)
    context["secrets"] = service.secrets_of(found, service.moment()) if context["may_write"] else []
    part = "webhooks/_lane.html" if request.args.get("part") == "lane" else "webhooks/_deliveries.html"
    return render("webhooks/endpoint.html", part, status, **context)


def _deliveries(site: PartnerSite, found: WebhookEndpoint) -> dict[str, Any]:
    before, sought = request.args.get("before"), _sought()
    rows = queries.deliveries_page(found.id, parse_id(before) if before else None, SHOWN + 1, sought)
    shown = rows[:SHOWN]
    lane = trouble.standing(found)
    here: dict[str, Any] = {
        "name": site.name,
        "endpoint_id": found.id,
        "state": sought.state or None,
        "type": sought.type or None,
        "q": sought.about or None,
    }
    return {
        "sought": sought,
        "types": [*sorted(service.catalogue()), rules.TEST_TYPE],
        "deliveries": [_row(site, row, event) for row, event in _with_events(shown)],
        "lane": lane,
        "waits": trouble.waits(lane, shown),
        "attempts": queries.attempts_of([row.id for row in shown]),
        "own_url": url_for("webhooks.endpoint", **here),
        "of_state": {
            state: url_for("webhooks.endpoint", **here | {"state": state or None}) for state in ("", *_STATES)
        },
        "older": url_for("webhooks.endpoint", before=shown[-1].id, **here) if len(rows) > SHOWN else None,
        "newest": url_for("webhooks.endpoint", **here) if before else None,
        "is_moving": bool(lane.waiting) and not before,
    }


def _sought() -> Sought:
    """What the address asks for; a state or a type that there is not asks for nothing."""
    asked = {name: request.args.get(name, "").strip().replace("\0", "") for name in ("state", "type", "q")}
    state = asked["state"] if asked["state"] in _STATES else ""
    is_type = asked["type"] == rules.TEST_TYPE or asked["type"] in service.catalogue()
    return Sought(state, asked["type"] if is_type else "", asked["q"][:_LONGEST_SEARCH])


def _with_events(shown: Sequence[WebhookDelivery]) -> list[tuple[WebhookDelivery, Event | None]]:
    events = queries.events_of([row.event_id for row in shown])
    return [(row, events.get(row.event_id)) for row in shown]


def _row(site: PartnerSite, row: WebhookDelivery, event: Event | None) -> Row:
    """A delivery with when it was made, what its event is about, in words and as a page, and what is sent."""
    about = subject_words(event) if event is not None else ""
    page = PAGE_OF.get()(site, event) if event is not None else None
    return row, created_at(row.id), about, page, laid_out(row.body)


def _suggested() -> list[str]:
    return sorted(name for name, one in service.catalogue().items() if one.is_suggested)


def _refusal(error: DomainError) -> int:
    return 409 if error.status == 409 else 422
