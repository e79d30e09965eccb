"""The feed of a site's events, each in a sentence and as it is sent."""

from __future__ import annotations

from flask import abort, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.web.requests import render
from app.people.accounts.login.page_door import link_required
from app.people.partners.queries import site_for
from app.people.partners.service import games_offered
from app.record.events.models import Event

from .. import queries, service
from ..delivery.envelope import body, envelope, laid_out
from ..wording import PAGE_OF, groups, sentence
from .shared import SHOWN, may


@link_required
def events(name: str) -> Response:
    """What happened at the site, newest first; one type alone if asked."""
    site = site_for(current_user, name, "read")
    chosen = request.args.get("type", "")
    if chosen and chosen not in service.catalogue():
        abort(404)
    before = request.args.get("before", type=_positive)
    rows = queries.newest_events(site.id, before, SHOWN + 1, [chosen] if chosen else None)
    older = rows[SHOWN - 1].seq if len(rows) > SHOWN else None
    page_of = PAGE_OF.get()
    sent = queries.deliveries_of(queries.endpoints_of(site.id), [event.id for event in rows[:SHOWN]])
    return render(
        "webhooks/events.html",
        "webhooks/_events.html",
        site=site,
        chosen=chosen,
        groups=groups(service.catalogue().values()),
        rows=[(*_line(event), page_of(site, event), sent.get(event.id, ())) for event in rows[:SHOWN]],
        may_write=may(site, "write"),
        is_first=before is None,
        older=url_for("webhooks.events", name=name, type=chosen or None, before=older) if older else None,
        newest=url_for("webhooks.events", name=name, type=chosen or None),
    )


def _line(event: Event) -> tuple[Event, str, str, str | None]:
    """An event in a sentence, as it is sent, and the title of its game."""
    told = sentence(service.catalogue().get(event.type), event)
    return event, told, laid_out(body(envelope(event))), games_offered().get(event.game)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError
    return int(text)
