"""What is asked before an endpoint is told nothing more, or told the same again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import url_for
from flask_babel import gettext

from app.core.web.asking import Question
from app.people.partners.models import PartnerSite

from ..models import WebhookDelivery, WebhookEndpoint


def _disabling(site: PartnerSite, endpoint: WebhookEndpoint) -> Question:
    return Question(
        asks=gettext("Disable this endpoint?"),
        then=(
            gettext("Nothing is sent to %(url)s until it is enabled.", url=endpoint.url),
            gettext("Events are kept, and sent once it is enabled."),
        ),
        yes=gettext("Disable it"),
        no=gettext("Let it run"),
        action=url_for("webhooks.act", name=site.name, endpoint_id=endpoint.id, action="disable"),
        back=url_for("webhooks.endpoint", name=site.name, endpoint_id=endpoint.id),
        is_grave=False,
    )


def _removing(site: PartnerSite, endpoint: WebhookEndpoint) -> Question:
    return Question(
        asks=gettext("Remove this endpoint?"),
        then=(
            gettext("Nothing is sent to %(url)s any more, and what was on its way is given up.", url=endpoint.url),
            gettext("Its secret and its deliveries are gone for good. A new endpoint has a new secret."),
            gettext("The events themselves stay in the list of events, and in the API."),
        ),
        yes=gettext("Remove it"),
        no=gettext("Keep it"),
        action=url_for("webhooks.act", name=site.name, endpoint_id=endpoint.id, action="remove"),
        back=url_for("webhooks.endpoint", name=site.name, endpoint_id=endpoint.id),
    )


ASKED: Final[Mapping[str, Callable[[PartnerSite, WebhookEndpoint], Question]]] = {
    "disable": _disabling,
    "remove": _removing,
}


def sending_again(site: PartnerSite, endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> Question:
    """A server that has had an event may do what it says twice; nobody takes that back."""
    same = gettext("It gets the same bytes under the same id, %(id)s.", id=delivery.event_id)
    if delivery.state == "delivered":
        had = gettext("%(url)s has answered that it has this event, %(type)s.", url=endpoint.url, type=delivery.type)
        twice = gettext("A server that does not remember ids does what it says twice, such as crediting a player.")
        then: tuple[str, ...] = (had, same, twice)
    else:
        then = (gettext("%(type)s goes to %(url)s once more.", type=delivery.type, url=endpoint.url), same)
    back = url_for("webhooks.endpoint", name=site.name, endpoint_id=endpoint.id)
    return Question(
        asks=gettext("Send this event again?"),
        then=then,
        yes=gettext("Send it again"),
        no=gettext("Leave it"),
        action=url_for("webhooks.again", name=site.name, endpoint_id=endpoint.id, delivery_id=delivery.id),
        back=f"{back}#delivery-{delivery.id}",
        is_grave=delivery.state == "delivered",
    )
