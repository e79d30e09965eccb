"""The buttons of an endpoint and of a delivery: what each does, and what is asked before."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.limits.limiter import limiter
from app.core.web.asking import ask
from app.core.wire.error_messages import message_for
from app.people.accounts.login.page_door import go, link_required
from app.people.partners.models import PartnerSite
from app.people.partners.queries import site_for

from .. import queries, service
from ..delivery import trouble
from ..models import WebhookEndpoint
from . import questions
from .endpoints import endpoint_page
from .shared import actor

SENDS_A_MINUTE = "20 per minute"


def _presser() -> str:
    """One counter a person and site: a button makes our servers knock at an address that somebody chose."""
    return f"webhook-buttons-of:{current_user.get_id()}:{(request.view_args or {}).get('name')}"


def _sends() -> bool:
    return (request.view_args or {}).get("action") in ("test", "try")


@link_required
def ask_first(name: str, endpoint_id: str, action: str) -> Response:
    """Before an endpoint is disabled or removed: what is lost. For the other buttons the page that has them."""
    if action not in _ACTIONS:
        abort(404)
    site = site_for(current_user, name, "write" if action in questions.ASKED else "read")
    found = queries.endpoint_of(site.id, endpoint_id)
    if action not in questions.ASKED:
        return endpoint_page(site, found, None, 200)
    return ask(questions.ASKED[action](site, found))


@link_required
@limiter.shared_limit(SENDS_A_MINUTE, scope="webhook-buttons", key_func=_presser, exempt_when=lambda: not _sends())
def act(name: str, endpoint_id: str, action: str) -> Response:
    """Press one of the endpoint's buttons: test, try, roll, disable, enable, remove."""
    if action not in _ACTIONS:
        abort(404)
    site = site_for(current_user, name, "write")
    found = queries.endpoint_of(site.id, endpoint_id)
    return _press(lambda: _ACTIONS[action](site, found), name, None if action == "remove" else endpoint_id)


@link_required
def ask_again(name: str, endpoint_id: str, delivery_id: str) -> Response:
    """Before a delivery is sent again: that its server may have it."""
    site = site_for(current_user, name, "write")
    found = queries.endpoint_of(site.id, endpoint_id)
    return ask(questions.sending_again(site, found, queries.delivery_of(found.id, delivery_id)))


@link_required
@limiter.shared_limit(SENDS_A_MINUTE, scope="webhook-buttons", key_func=_presser)
def again(name: str, endpoint_id: str, delivery_id: str) -> Response:
    """Send one delivery again."""
    found = queries.endpoint_of(site_for(current_user, name, "write").id, endpoint_id)
    delivery = queries.delivery_of(found.id, delivery_id)

    def send() -> str:
        service.send_again(found, delivery)
        return str(gettext("It is on its way again."))

    return _press(send, name, endpoint_id)


def _press(work: Callable[[], str], name: str, endpoint_id: str | None) -> Response:
    """Do what a button says, and show the page it leads to; a conflict is told there."""
    try:
        with transaction():
            said = work()
        flash(said, "ok")
    except NotFound:
        raise
    except DomainError as error:
        flash(message_for(error), "bad")
    if endpoint_id is None:
        return go(url_for("webhooks.endpoints", name=name))
    return go(url_for("webhooks.endpoint", name=name, endpoint_id=endpoint_id))


def _test(site: PartnerSite, found: WebhookEndpoint) -> str:
    service.send_test(found, site.name)
    return str(gettext("A test event is on its way. It appears below."))


def _try(site: PartnerSite, found: WebhookEndpoint) -> str:
    trouble.try_now(found, actor=actor())
    return str(gettext("The endpoint is tried now. What comes back appears below."))


def _roll(site: PartnerSite, found: WebhookEndpoint) -> str:
    service.roll_secret(found, actor=actor())
    return str(gettext("There is a new secret. For a day both sign, so that your server can change over."))


def _disable(site: PartnerSite, found: WebhookEndpoint) -> str:
    service.disable(found, "by_hand", actor=actor())
    return str(gettext("The endpoint is disabled. Nothing is sent to it."))


def _enable(site: PartnerSite, found: WebhookEndpoint) -> str:
    service.enable(found, actor=actor())
    return str(gettext("The endpoint is enabled. What happened in between is sent too."))


def _remove(site: PartnerSite, found: WebhookEndpoint) -> str:
    service.remove(found, actor=actor())
    return str(gettext("The endpoint is removed."))


_ACTIONS: dict[str, Callable[[PartnerSite, WebhookEndpoint], str]] = {
    "test": _test,
    "try": _try,
    "roll": _roll,
    "disable": _disable,
    "enable": _enable,
    "remove": _remove,
}
