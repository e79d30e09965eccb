"""A site's endpoints, and one endpoint with its settings and deliveries."""

from __future__ import annotations

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

from .. import queries, rules, service
from ..delivery import trouble
from ..delivery.envelope import laid_out
from ..models import WebhookEndpoint
from ..wording import groups
from .forms import ButtonForm, EndpointForm
from .shared import SHOWN, actor, may

_STATES: Final = ("retried", "pending", "delivered", "failed")
"""What the list is narrowed to: `retried` has failed, and is tried again."""


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
            endpoint_id = service.create_endpoint(site, *form.given(), actor=actor()).id
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
            service.update_endpoint(found, *form.given(), actor=actor())
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
    before, state = request.args.get("before"), request.args.get("state", "")
    state = state if state in _STATES else ""
    rows = queries.deliveries_page(found.id, parse_id(before) if before else None, SHOWN + 1, state)
    shown = rows[:SHOWN]
    lane = trouble.standing(found)
    here: dict[str, Any] = {"name": site.name, "endpoint_id": found.id, "state": state or None}
    return {
        "state": state,
        "deliveries": [(row, created_at(row.id), laid_out(row.body)) for row in shown],
        "lane": lane,
        "waits": trouble.waits(lane, shown),
        "attempts": queries.attempts_of([row.id for row in shown]),
        "older": url_for("webhooks.endpoint", before=shown[-1].id, **here) if len(rows) > SHOWN else None,
        "newest": url_for("webhooks.endpoint", **here) if before else None,
        "is_moving": bool(lane.waiting) and not before,
    }


def _suggested() -> list[str]:
    return sorted(name for name, one in service.catalogue().items() if one.is_suggested)


def _refusal(error: DomainError) -> int:
    return 409 if error.status == 409 else 422
