"""The partner's dashboard: its sites, a new one, and the first page of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.limits.limiter import limiter, new_sites_limit
from app.core.ports import Port
from app.core.web.headers import no_store
from app.core.web.requests import render, wants_fragment
from app.core.wire.error_messages import add_messages
from app.people.accounts.login.page_door import link_needed, link_required
from app.people.accounts.rules import opens_partners_pages
from app.people.partners.keys.pages import shown
from app.people.partners.site.first_steps import steps
from app.people.partners.site.limits import NEW_SITES, maker
from app.people.partners.site.needs import needs_of
from app.people.partners.site.prices import price_at, suggestions
from app.people.partners.site.verification import how_to

from . import queries, rules, service
from .forms import NewSiteForm
from .keys import service as keys
from .messages import MESSAGES
from .models import PartnerSite
from .site import pages as settings
from .site import preview
from .team import service as team

bp = Blueprint("partners", __name__)

_SITES_SHOWN = 24

Panel = Callable[[PartnerSite], str]
"""Another slice's part of a site's page, as safe HTML."""
PANELS: Final = Port[tuple[Panel, ...]]("panels of a site's page", ())


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.get("/partners")
def sites() -> Response:
    """One's sites, in pages; to who is not signed in, what a partner gets, and how."""
    no_store()
    if not current_user.is_authenticated:
        return _offer()
    if not opens_partners_pages(current_user.strength):
        return link_needed()
    after = parse_id(request.args.get("after", ""))
    rows = queries.sites_page(current_user, after, _SITES_SHOWN + 1)
    following = rows[_SITES_SHOWN - 1][0].id if len(rows) > _SITES_SHOWN else None
    return render(
        "people/partners/sites.html",
        "people/partners/_sites.html",
        sites=[site for site, _ in rows[:_SITES_SHOWN]],
        first=url_for("partners.sites") if after else None,
        following=url_for("partners.sites", after=following) if following else None,
        invitations=team.invitations_to(current_user.email) if current_user.email and after is None else (),
    )


def _offer() -> Response:
    """The offer, with the frame of the site that is shown to everybody, where there is one."""
    demo = queries.site_by_name(current_settings().demo_partner_name or "")
    return make_response(
        render_template(
            "people/partners/offer.html",
            suggestions=suggestions(),
            most=rules.MAX_EDGE_PERCENT,
            fee=current_settings().house_fee_percent,
            verification=how_to(),
            shown_url=preview.frame_url(demo, always=True) if demo is not None and demo.status == "live" else None,
        )
    )


@bp.get("/partners/new")
@link_required
def new() -> Response:
    """The form of a new site."""
    return _new_page(NewSiteForm(house_edge="0"), 200)


@bp.post("/partners/new")
@link_required
@limiter.shared_limit(new_sites_limit, scope=NEW_SITES, key_func=maker)
def create() -> Response:
    """Make a draft site and show its first key, in this answer and nowhere else."""
    form = NewSiteForm()
    try:
        with transaction():
            made = service.create_site(current_user.id, form.values())
            first = keys.issue_first(made, actor=f"user:{current_user.id}")
    except DomainError as error:
        form.refuse(error)
        form.suggest_name(queries.free_name(form.display_name.data or "", service.PATHS_OF_GAMES.get()))
        return _new_page(form, 409 if error.status == 409 else 422)
    return shown(made, first, is_first=True, part=wants_fragment())


@bp.get("/partners/price-example")
@link_required
def price_example() -> Response:
    """What a player pays at an edge."""
    try:
        percent = rules.edge_percent(rules.rate_from_percent(request.args.get("house_edge", "")))
    except DomainError:
        abort(400)
    return make_response(render_template("people/partners/_price.html", **price_at(percent)))


@bp.get("/partners/<name>")
@link_required
def site(name: str) -> Response:
    """One site on one screen: what needs its people, and what other slices tell of it."""
    found = queries.site_for(current_user, name, "read")
    return render(
        "people/partners/site.html",
        "people/partners/_overview.html",
        site=found,
        first_steps=steps(found),
        needs=needs_of(found),
        panels=[Markup(panel(found)) for panel in PANELS.get()],
        preview_url=preview.frame_url(found, always=True, back=url_for("partners.site", name=found.name)),
    )


@bp.post("/partners/<name>/preview")
@link_required
def show_preview(name: str) -> Response:
    """The settings with the frame as it would look; nothing is kept. For readers without scripts."""
    return settings.try_looks(name)


@bp.post("/partners/<name>")
@link_required
def save(name: str) -> Response:
    """Keep one section's changes: where the forms of before sent them."""
    return settings.keep(name)


def _new_page(form: NewSiteForm, status: int) -> Response:
    edge = str(form.house_edge.data)
    context = {
        "form": form,
        "suggestions": suggestions(),
        **price_at(int(edge) if edge in dict(form.house_edge.choices or ()) else 0),
    }
    response = render("people/partners/new.html", "people/partners/_new.html", status=status, **context)
    if status == 409 and wants_fragment():
        response.headers["HX-Retarget"] = "this"
    return response
