"""One order, as its partner sees it; and refunds and wins that are ticked: noted as passed on to the players."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.records import Passing
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import created_at, parse_id
from app.core.web.requests import render, status_of
from app.core.wire.error_messages import message_for
from app.faces.desk.lists import choose
from app.faces.desk.pages import bp as bp  # one blueprint, whole with the routes of this module
from app.faces.desk.pages import here, payments_page, wins_page
from app.people.accounts.login.page_door import go, link_required
from app.people.partners.models import PartnerSite
from app.people.partners.queries import site_for, standing_of

from .noted import who_noted
from .order import shown_order

_MOST: Final = 200  # as many as a page has, many times over
_PAGES: Final = {"payments": payments_page, "wins": wins_page}


@bp.get("/partners/<name>/orders/<identifier>")
@link_required
def order(name: str, identifier: str) -> Response:
    """One order of any game, paid or not: where it is paid, how much is asked for and until when, and what came."""
    site = site_for(current_user, name, "read")
    shown = shown_order(site, identifier)
    return render(
        "faces/desk/order.html",
        "faces/desk/_order.html",
        status_of(shown.place.is_over),
        site=site,
        shown=shown,
        may_note=standing_of(current_user, site) != "read",
        who=who_noted(shown.notes),
        made_at=created_at,
    )


@bp.post("/partners/<name>/<any(payments, wins):kind>")
@link_required
def note(name: str, kind: str) -> Response | AnyResponse:
    """Note of what is ticked that its player has it (`to=yes`), or that he has not (`to=no`).

    Where nothing is ticked it says so below the list (422). From an order's page (`order`) it leads back there.
    """
    site, chosen = site_for(current_user, name, "write"), choose(kind, request.args.get("game"))
    passing = chosen.records.listing(kind).passing if chosen.records is not None else None  # type: ignore[union-attr]
    if passing is None:
        raise NotFound
    to, ticked = request.form.get("to"), _ticked()
    if to not in ("yes", "no") or not ticked:
        return _PAGES[kind](name, error=gettext("Tick at least one row."))
    done, failed = _note(site, passing, ticked, to == "yes")
    if done:
        flash(_said(done, to == "yes"), "ok")
    for sentence in dict.fromkeys(failed):
        flash(sentence, "bad")
    order_id = parse_id(request.form.get("order", ""))
    return go(url_for("desk.order", name=name, identifier=order_id) if order_id else here(site, chosen))


def _ticked() -> list[UUID]:
    found = (parse_id(text) for text in request.form.getlist("record")[:_MOST])
    return [one for one in dict.fromkeys(found) if one is not None]


def _note(site: PartnerSite, passing: Passing, ticked: Sequence[UUID], is_passed_on: bool) -> tuple[int, list[str]]:
    """Each in a transaction of its own, so that one that is refused keeps none of the others; how many, and why not."""
    done, failed = 0, []
    for identifier in ticked:
        try:
            with transaction():
                passing.note(site, identifier, is_passed_on, f"user:{current_user.id}")
            done += 1
        except DomainError as error:
            failed.append(str(message_for(error)))
    return done, failed


def _said(count: int, is_passed_on: bool) -> str:
    if is_passed_on:
        return str(ngettext("Noted: %(num)s is passed on.", "Noted: %(num)s are passed on.", count))
    return str(ngettext("Noted: %(num)s is still to be passed on.", "Noted: %(num)s are still to be passed on.", count))
