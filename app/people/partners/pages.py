"""The partner's dashboard: its sites, a new one, and the settings of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.limits.limiter import limiter, new_sites_limit
from app.core.money import with_edge
from app.core.ports import Port
from app.core.web.requests import render, wants_fragment
from app.core.wire.error_messages import add_messages
from app.people.accounts.login.page_door import go, login_required
from app.people.partners.keys.pages import shown
from app.people.partners.site.embed_code import element, server_code, snippet
from app.people.partners.site.first_steps import steps
from app.people.partners.site.limits import NEW_SITES, maker
from app.people.partners.site.verification import how_to

from . import queries, rules, service
from .forms import (
    SECTIONS,
    EdgeForm,
    GamesForm,
    LooksForm,
    NewSiteForm,
    OriginsForm,
    PayoutForm,
    SiteForm,
    StatusForm,
    saved_message,
)
from .keys import service as keys
from .messages import MESSAGES
from .models import PartnerSite
from .site import preview

bp = Blueprint("partners", __name__)

_SITES_SHOWN = 24

Panel = Callable[[PartnerSite], str]
"""Another slice's part of a site's page, as safe HTML."""
PANELS: Final = Port[tuple[Panel, ...]]("panels of a site's page", ())


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.get("/partners")
@login_required
def sites() -> Response:
    """One's sites, in pages."""
    after = parse_id(request.args.get("after", ""))
    rows = queries.sites_page(current_user, after, _SITES_SHOWN + 1)
    following = rows[_SITES_SHOWN - 1][0].id if len(rows) > _SITES_SHOWN else None
    return render(
        "people/partners/sites.html",
        "people/partners/_sites.html",
        sites=[site for site, _ in rows[:_SITES_SHOWN]],
        first=url_for("partners.sites") if after else None,
        following=url_for("partners.sites", after=following) if following else None,
    )


@bp.get("/partners/new")
@login_required
def new() -> Response:
    """The form of a new site."""
    return _new_page(NewSiteForm(house_edge="0"), 200)


@bp.post("/partners/new")
@login_required
@limiter.shared_limit(new_sites_limit, scope=NEW_SITES, key_func=maker)
def create() -> Response:
    """Make a draft site and show its first key, in this answer and nowhere else."""
    form = NewSiteForm()
    try:
        with transaction():
            made = service.create_site(current_user.id, form.values())
            first = keys.issue(made, name=keys.FIRST_KEY_NAME, access="write", actor=f"user:{current_user.id}")
    except DomainError as error:
        form.refuse(error)
        return _new_page(form, _refusal(error))
    return shown(made, first, is_first=True, part=wants_fragment())


@bp.get("/partners/price-example")
@login_required
def price_example() -> Response:
    """What a player pays at an edge."""
    try:
        percent = rules.edge_percent(rules.rate_from_percent(request.args.get("house_edge", "")))
    except DomainError:
        abort(400)
    return make_response(render_template("people/partners/_price.html", **_price(percent)))


@bp.get("/partners/<name>")
@login_required
def site(name: str) -> Response:
    """One site: its settings, the snippet, and what other slices tell of it."""
    return _site_page(queries.site_for(current_user, name, "read"))


@bp.post("/partners/<name>/preview")
@login_required
def show_preview(name: str) -> Response:
    """The page with the frame as it would look; nothing is kept. For readers without scripts."""
    form = LooksForm()
    found = queries.site_for(current_user, name, "write")
    try:
        shown = service.looks_of(form.values())
    except DomainError as error:
        form.refuse(error)
        return _site_page(found, _refusal(error), {"looks": form})
    return _site_page(found, 200, {"looks": form}, shown)


@bp.post("/partners/<name>")
@login_required
def save(name: str) -> Response:
    """Keep one section's changes."""
    section = request.form.get("section", "")
    if section not in SECTIONS:
        abort(400)
    form = SECTIONS[section]()
    found = queries.site_for(current_user, name, "own" if section == "payout" else "write")
    try:
        with transaction():
            service.update_site(found, form.values(), actor=f"user:{current_user.id}")
    except DomainError as error:
        form.refuse(error)
        found = queries.site_for(current_user, name, "read")
        return _answer_section(found, section, form, _refusal(error))
    if section == "status":
        flash(_status_message(found.status), "ok")
        return go(url_for("partners.site", name=name))
    if wants_fragment():
        return _answer_section(found, section, None, 200, saved=saved_message(section))
    flash(saved_message(section), "ok")
    return go(url_for("partners.site", name=name, _anchor=section))


def _refusal(error: DomainError) -> int:
    return 409 if error.status == 409 else 422


def _answer_section(
    found: PartnerSite, section: str, form: SiteForm | None, status: int, saved: str | None = None
) -> Response:
    """The section alone for htmx, else the page with it inside."""
    if not wants_fragment():
        return _site_page(found, status, {section: form} if form else None)
    forms = _forms(found) | ({section: form} if form else {})
    context = _context(found, forms) | {"saved": {section: saved}}
    response = make_response(render_template(f"people/partners/_{section}.html", **context), status)
    if status == 409:
        response.headers["HX-Retarget"] = f"#{section}"  # a conflict is told beside the field too
    return response


def _site_page(
    found: PartnerSite,
    status: int = 200,
    forms: dict[str, SiteForm] | None = None,
    shown: preview.Preview | None = None,
) -> Response:
    panels = PANELS.get()
    base_url = current_settings().base_url
    return make_response(
        render_template(
            "people/partners/site.html",
            panels=[Markup(panel(found)) for panel in panels],
            first_steps=steps(found),
            verification=how_to(),
            snippet_code=snippet(base_url, found.name),
            element_code=element(base_url, found.name),
            server_code=server_code(base_url, found.name),
            preview_url=f"/embed?partner={found.name}&preview={preview.token(found.name, shown)}",
            is_tried=shown is not None,
            **_context(found, _forms(found) | (forms or {})),
        ),
        status,
    )


def _context(found: PartnerSite, forms: dict[str, SiteForm]) -> dict[str, object]:
    return {
        "site": found,
        "forms": forms,
        "saved": {},
        "standing": queries.standing_of(current_user, found),
        "preview_token": preview.token(found.name) if found.status == "draft" else None,
        "games": service.games_offered(),
        "accent": found.theme.get("accentColor", rules.DEFAULT_ACCENT),
        "default_accent": rules.DEFAULT_ACCENT,
        **_price(found.house_edge_percent),
    }


def _forms(found: PartnerSite) -> dict[str, SiteForm]:
    """Every section's form with the values as they are; `formdata=None` keeps a posted section out of the others."""
    return {
        "looks": LooksForm(
            formdata=None, display_name=found.display_name, accent_color=found.theme.get("accentColor", "")
        ),
        "edge": EdgeForm(formdata=None, house_edge=str(found.house_edge_percent)),
        "payout": PayoutForm(formdata=None, payout_address=found.payout_address),
        "games": GamesForm(formdata=None, games=found.games or list(service.games_offered())),
        "origins": OriginsForm(formdata=None, embed_origins="\n".join(found.embed_allowed_origins)),
        "status": StatusForm(formdata=None),
    }


def _new_page(form: NewSiteForm, status: int) -> Response:
    edge = str(form.house_edge.data)
    price = _price(int(edge) if edge in dict(form.house_edge.choices or ()) else 0)
    response = render("people/partners/new.html", "people/partners/_new.html", status=status, form=form, **price)
    if status == 409 and wants_fragment():
        response.headers["HX-Retarget"] = "this"
    return response


def _price(percent: int) -> dict[str, int]:
    base = current_settings().base_ticket_price_sats
    return {"base_price": base, "player_price": with_edge(base, percent), "edge_percent": percent}


def _status_message(status: str) -> str:
    if status == "live":
        return str(gettext("The site is live: players can buy tickets."))
    return str(gettext("The site is paused: it takes no orders. Those that exist stay valid."))
