"""The dashboard of a site's webhooks: endpoints, one endpoint with its deliveries, and the feed of events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import created_at, parse_id
from app.core.limits.limiter import limiter
from app.core.web.asking import ask
from app.core.web.requests import render, wants_fragment
from app.core.wire.error_messages import add_messages, message_for
from app.people.accounts.login.page_door import go, login_required
from app.people.partners.models import PartnerSite
from app.people.partners.queries import Right, site_for
from app.people.partners.service import games_offered
from app.record.events.models import Event
from app.webhooks.delivery.envelope import body, envelope

from . import queries, questions, rules, service
from .forms import ButtonForm, EndpointForm
from .messages import MESSAGES
from .models import WebhookEndpoint
from .wording import error_words, groups, reason_words, sentence

bp = Blueprint("webhooks", __name__)
_VIEWS = ("endpoints", "create", "endpoint", "change", "ask_first", "act", "ask_again", "again", "events")
ENDPOINTS: Final = tuple(f"webhooks.{view}" for view in _VIEWS)

_SHOWN = 25
SENDS_A_MINUTE = "20 per minute"


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.context_processor
def _words() -> dict[str, object]:
    words = {name: one.words for name, one in service.catalogue().items()}
    return {"event_words": words, "error_words": error_words, "reason_words": reason_words}


def _presser() -> str:
    """One counter a person and site: a button makes our servers knock at an address that somebody chose."""
    return f"webhook-buttons-of:{current_user.get_id()}:{(request.view_args or {}).get('name')}"


def _sends() -> bool:
    return (request.view_args or {}).get("action") == "test"


@bp.get("/partners/<name>/webhooks")
@login_required
def endpoints(name: str) -> Response:
    """The site's endpoints, and the form of a new one."""
    return _list_page(site_for(current_user, name, "read"), None, 200)


@bp.post("/partners/<name>/webhooks")
@login_required
def create(name: str) -> Response:
    """Make an endpoint and go to its page."""
    form = EndpointForm()
    site = site_for(current_user, name, "write")
    try:
        with transaction():
            endpoint_id = service.create_endpoint(site, *form.given(), actor=_actor()).id
    except DomainError as error:
        form.refuse(error)
        return _list_page(site_for(current_user, name, "read"), form, _refusal(error))
    flash(gettext("The endpoint is made. Give its secret to your server, then send a test event."), "ok")
    return go(url_for("webhooks.endpoint", name=name, endpoint_id=endpoint_id))


@bp.get("/partners/<name>/webhooks/<endpoint_id>")
@login_required
def endpoint(name: str, endpoint_id: str) -> Response:
    """One endpoint: its deliveries with their tries, its secret, its settings."""
    site = site_for(current_user, name, "read")
    return _endpoint_page(site, queries.endpoint_of(site.id, endpoint_id), None, 200)


@bp.post("/partners/<name>/webhooks/<endpoint_id>")
@login_required
def change(name: str, endpoint_id: str) -> Response:
    """Keep another address or other events."""
    form = EndpointForm()
    site = site_for(current_user, name, "write")
    found = queries.endpoint_of(site.id, endpoint_id)
    try:
        with transaction():
            service.update_endpoint(found, *form.given(), actor=_actor())
    except DomainError as error:
        form.refuse(error)
        site = site_for(current_user, name, "read")
        return _endpoint_page(site, queries.endpoint_of(site.id, endpoint_id), form, _refusal(error))
    flash(gettext("Saved."), "ok")
    return go(url_for("webhooks.endpoint", name=name, endpoint_id=endpoint_id))


@bp.get("/partners/<name>/webhooks/<endpoint_id>/<action>")
@login_required
def ask_first(name: str, endpoint_id: str, action: str) -> Response:
    """Before an endpoint is disabled or removed: what is lost. For the other buttons the page that has them."""
    if action not in _ACTIONS:
        abort(404)
    site = site_for(current_user, name, "write" if action in questions.ASKED else "read")
    found = queries.endpoint_of(site.id, endpoint_id)
    if action not in questions.ASKED:
        return _endpoint_page(site, found, None, 200)
    return ask(questions.ASKED[action](site, found))


@bp.post("/partners/<name>/webhooks/<endpoint_id>/<action>")
@login_required
@limiter.shared_limit(SENDS_A_MINUTE, scope="webhook-buttons", key_func=_presser, exempt_when=lambda: not _sends())
def act(name: str, endpoint_id: str, action: str) -> Response:
    """Press one of the endpoint's buttons: test, roll, disable, enable, remove."""
    if action not in _ACTIONS:
        abort(404)
    site = site_for(current_user, name, "write")
    found = queries.endpoint_of(site.id, endpoint_id)
    return _press(lambda: _ACTIONS[action](site, found), name, None if action == "remove" else endpoint_id)


@bp.get("/partners/<name>/webhooks/<endpoint_id>/deliveries/<delivery_id>")
@login_required
def ask_again(name: str, endpoint_id: str, delivery_id: str) -> Response:
    """Before a delivery is sent again: that its server may have it."""
    site = site_for(current_user, name, "write")
    found = queries.endpoint_of(site.id, endpoint_id)
    return ask(questions.sending_again(site, found, queries.delivery_of(found.id, delivery_id)))


@bp.post("/partners/<name>/webhooks/<endpoint_id>/deliveries/<delivery_id>")
@login_required
@limiter.shared_limit(SENDS_A_MINUTE, scope="webhook-buttons", key_func=_presser)
def again(name: str, endpoint_id: str, delivery_id: str) -> Response:
    """Send one delivery again."""
    found = queries.endpoint_of(site_for(current_user, name, "write").id, endpoint_id)
    delivery = queries.delivery_of(found.id, delivery_id)

    def send() -> str:
        service.send_again(found, delivery)
        return str(gettext("It is on its way again."))

    return _press(send, name, endpoint_id)


@bp.get("/partners/<name>/events")
@login_required
def events(name: str) -> Response:
    """What happened at the site, newest first; one type alone if asked."""
    site = site_for(current_user, name, "read")
    chosen = request.args.get("type", "")
    if chosen and chosen not in service.catalogue():
        abort(404)
    before = request.args.get("before", type=_positive)
    rows = queries.newest_events(site.id, before, _SHOWN + 1, [chosen] if chosen else None)
    older = rows[_SHOWN - 1].seq if len(rows) > _SHOWN else None
    sent = queries.deliveries_of(queries.endpoints_of(site.id), [event.id for event in rows[:_SHOWN]])
    return render(
        "webhooks/events.html",
        "webhooks/_events.html",
        site=site,
        chosen=chosen,
        groups=groups(service.catalogue().values()),
        rows=[(*_line(event), sent.get(event.id, ())) for event in rows[:_SHOWN]],
        may_write=_may(site, "write"),
        is_first=before is None,
        older=url_for("webhooks.events", name=name, type=chosen or None, before=older) if older else None,
        newest=url_for("webhooks.events", name=name, type=chosen or None),
    )


def _line(event: Event) -> tuple[Event, str, str, str | None]:
    """An event in a sentence, as it is sent, and the title of its game."""
    told = sentence(service.catalogue().get(event.type), event)
    return event, told, body(envelope(event)), games_offered().get(event.game)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError
    return int(text)


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


def _roll(site: PartnerSite, found: WebhookEndpoint) -> str:
    service.roll_secret(found, actor=_actor())
    return str(gettext("There is a new secret. For a day both sign, so that your server can change over."))


def _disable(site: PartnerSite, found: WebhookEndpoint) -> str:
    service.disable(found, "by_hand", actor=_actor())
    return str(gettext("The endpoint is disabled. Nothing is sent to it."))


def _enable(site: PartnerSite, found: WebhookEndpoint) -> str:
    service.enable(found, actor=_actor())
    return str(gettext("The endpoint is enabled. What happened in between is sent too."))


def _remove(site: PartnerSite, found: WebhookEndpoint) -> str:
    service.remove(found, actor=_actor())
    return str(gettext("The endpoint is removed."))


_ACTIONS: dict[str, Callable[[PartnerSite, WebhookEndpoint], str]] = {
    "test": _test,
    "roll": _roll,
    "disable": _disable,
    "enable": _enable,
    "remove": _remove,
}


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
        may_write=_may(site, "write"),
    )
    if status == 409 and wants_fragment():
        response.headers["HX-Retarget"] = "#new-endpoint"
    return response


def _endpoint_page(site: PartnerSite, found: WebhookEndpoint, form: EndpointForm | None, status: int) -> Response:
    context: dict[str, Any] = {
        "site": site,
        "endpoint": found,
        "form": form or EndpointForm(formdata=None, url=found.url, events=found.event_types),
        "groups": groups(service.catalogue().values()),
        "may_write": _may(site, "write"),
        "button": ButtonForm(formdata=None),
        **_deliveries(site, found),
    }
    if form is not None and wants_fragment():
        return make_response(render_template("webhooks/_settings.html", **context), status)
    context["secrets"] = service.secrets_of(found, service.moment()) if context["may_write"] else []
    return render("webhooks/endpoint.html", "webhooks/_deliveries.html", status, **context)


def _deliveries(site: PartnerSite, found: WebhookEndpoint) -> dict[str, Any]:
    before = request.args.get("before")
    rows = queries.deliveries_page(found.id, parse_id(before) if before else None, _SHOWN + 1)
    shown = rows[:_SHOWN]
    here: dict[str, Any] = {"name": site.name, "endpoint_id": found.id}
    return {
        "deliveries": [(row, created_at(row.id)) for row in shown],
        "attempts": queries.attempts_of([row.id for row in shown]),
        "older": url_for("webhooks.endpoint", before=shown[-1].id, **here) if len(rows) > _SHOWN else None,
        "newest": url_for("webhooks.endpoint", **here) if before else None,
        "is_moving": any(row.state == "pending" for row in shown) and not before,
    }


def _suggested() -> list[str]:
    return sorted(name for name, one in service.catalogue().items() if one.is_suggested)


def _may(site: PartnerSite, right: Right) -> bool:
    try:
        site_for(current_user, site.name, right)
    except DomainError:
        return False
    return True


def _actor() -> str:
    return f"user:{current_user.id}"


def _refusal(error: DomainError) -> int:
    return 409 if error.status == 409 else 422
