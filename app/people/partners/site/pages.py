"""The settings of one site: their page, one section kept at a time, looks tried on; and the way to be verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import (
    Blueprint,
    abort,
    flash,
    get_template_attribute,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.text.isolation import isolated
from app.core.web.asking import Question, ask
from app.core.web.requests import wants_fragment
from app.core.wire.error_messages import message_for
from app.people.accounts.login.page_door import go, link_required
from app.people.approvals.settings import two_people
from app.people.partners import queries, rules, service
from app.people.partners.confirmed import paying
from app.people.partners.forms import (
    SECTIONS,
    EdgeForm,
    LooksForm,
    OriginsForm,
    PayoutForm,
    SiteForm,
    StatusForm,
    saved_message,
)
from app.people.partners.models import PartnerSite

from . import accent, preview
from .embed_code import element, server_code, snippet
from .prices import price_at, suggestions
from .verification import ask as ask_for_it
from .verification import decided_at, how_to, stages, waiting

bp = Blueprint("site_settings", __name__)
_PAGES: Final = (
    "index",
    "save",
    "preview",
    "verification",
    "ask_verification",
    "ask_pause",
    "pause",
    "ask_live",
    "live",
    "withdraw_address",
)
ENDPOINTS: Final = tuple(f"site_settings.{name}" for name in _PAGES)

# What a section's form is sent as, and the card that it stands in: games stand with the looks.
_CARDS: Final = {"looks": "looks", "games": "looks"}


@bp.get("/partners/<name>/preview", endpoint="preview")
@bp.get("/partners/<name>/settings")
@link_required
def index(name: str) -> Response:
    """Every setting, in groups, each with one button; and the code that goes on the partner's page."""
    return _page(queries.site_for(current_user, name, "read"))


@bp.post("/partners/<name>/settings")
@link_required
def save(name: str) -> Response:
    """Keep one section's changes."""
    return keep(name)


@bp.get("/partners/<name>/verification")
@link_required
def verification(name: str) -> Response:
    """What being verified means, what to send to whom, and when the answer comes."""
    found = queries.site_for(current_user, name, "read")
    asked_at = waiting([found.id]).get(found.id)
    shown = {
        "verification": how_to(),
        "stages": stages(found, asked_at),
        "asked_at": asked_at,
        "decided_at": decided_at(found),
        "may_write": queries.standing_of(current_user, found) in ("owner", "manage"),
    }
    return make_response(render_template("people/partners/verification.html", site=found, **shown))


@bp.post("/partners/<name>/verification")
@link_required
def ask_verification(name: str) -> Response:
    """Say that the message is on its way: the page then says since when it waits."""
    found = queries.site_for(current_user, name, "write")
    with transaction():
        ask_for_it(found, actor=f"user:{current_user.id}")
    flash(gettext("A person looks at it. Nothing more is to be done here."), "ok")
    return go(url_for("site_settings.verification", name=found.name))


@bp.get("/partners/<name>/pause")
@link_required
def ask_pause(name: str) -> Response:
    """Before a site is paused: what stops, and what goes on."""
    return ask(_pausing(queries.site_for(current_user, name, "write")))


@bp.post("/partners/<name>/pause")
@link_required
def pause(name: str) -> Response:
    """Take no more orders."""
    return _moved(name, "paused", _pausing)


@bp.get("/partners/<name>/live")
@link_required
def ask_live(name: str) -> Response:
    """Before a draft sells: what is then public, and that it is never a draft again."""
    return ask(_going_live(queries.site_for(current_user, name, "write")))


@bp.post("/partners/<name>/live")
@link_required
def live(name: str) -> Response:
    """Let players buy."""
    return _moved(name, "live", _going_live)


@bp.post("/partners/<name>/payout-address/withdraw")
@link_required
def withdraw_address(name: str) -> Response:
    """Take a new payout address back that no operator has decided about."""
    found = queries.site_for(current_user, name, "own")
    try:
        with transaction():
            paying.take_back(found, actor=f"user:{current_user.id}")
    except DomainError as error:
        if error.code != "approval_decided":
            raise
        flash(message_for(error), "warn")
    else:
        flash(gettext("Taken back. The address stays what it is."), "ok")
    return go(url_for("site_settings.index", name=name, _anchor="payout"))


def _moved(name: str, status: str, question: Callable[[PartnerSite], Question]) -> Response:
    """The site in that status; what stands in the way is said beside the question that was asked before."""
    found = queries.site_for(current_user, name, "write")
    try:
        with transaction():
            service.update_site(found, {"status": status}, actor=f"user:{current_user.id}")
    except DomainError as error:
        return ask(question(queries.site_for(current_user, name, "write")), None, _refusal(error), error)
    flash(_status_message(status), "ok")
    return go(url_for("partners.site", name=name))


def _pausing(found: PartnerSite) -> Question:
    """Orders stop, what was sold goes on."""
    return Question(
        asks=gettext("Pause %(title)s?", title=isolated(found.display_name)),
        then=(
            gettext("The frame shows the rounds and takes no orders; your API keys make none."),
            gettext(
                "Orders that exist stay payable. They are credited and drawn as always, and their jackpots are paid."
            ),
            gettext("What you have earned stays yours. You can take the site live again at any time."),
        ),
        yes=gettext("Pause it"),
        no=gettext("Let it sell"),
        action=url_for("site_settings.pause", name=found.name),
        back=url_for("site_settings.index", name=found.name, _anchor="status"),
    )


def _paid_to(address: str) -> Markup:
    """With the address as it is printed everywhere, in groups of four: an x in it is no sign."""
    words = gettext("Players’ winnings are paid to %(address)s.", address="{}")
    return escape(words).format(get_template_attribute("shared/_hash.html", "hash")(address))


def _going_live(found: PartnerSite) -> Question:
    """Players can buy from then on, if a page may show the frame; and there is no way back to a draft."""
    nowhere = gettext("No page may show the frame yet: add the origin of your page, before or afterwards.")
    return Question(
        asks=gettext("Take %(title)s live?", title=isolated(found.display_name)),
        then=(
            gettext("Players can buy tickets on the pages that you list."),
            *(() if found.embed_allowed_origins else (nowhere,)),
            _paid_to(found.payout_address),
            gettext("Once live, a site is never a draft again; it can be paused."),
        ),
        yes=gettext("Take it live"),
        no=gettext("Leave it as it is"),
        action=url_for("site_settings.live", name=found.name),
        back=url_for("site_settings.index", name=found.name, _anchor="status"),
        is_grave=False,
    )


def keep(name: str) -> Response:
    """Change what one section says. A refused form is shown again with what was typed."""
    section = request.form.get("section", "")
    if section not in SECTIONS:
        abort(400)
    form = SECTIONS[section]()
    found = queries.site_for(current_user, name, "own" if section == "payout" else "write")
    try:
        with transaction():
            service.to_change(found)
            _check_seen(form, found, section)
            paying.change(found, form.values(), actor=f"user:{current_user.id}")
    except DomainError as error:
        form.refuse(error)
        found = queries.site_for(current_user, name, "read")
        return _answer_section(found, section, form, _refusal(error))
    if section == "status":
        flash(_status_message(found.status), "ok")
        return go(url_for("partners.site", name=name))
    words = saved_message(section, waits=found.id in paying.waiting([found]))
    if wants_fragment():
        return _answer_section(found, section, None, 200, saved=words)
    flash(words, "ok")
    return go(url_for("site_settings.index", name=name, _anchor=_CARDS.get(section, section)))


def _check_seen(form: SiteForm, found: PartnerSite, section: str) -> None:
    """Raises DomainError 409 `settings_changed`."""
    if isinstance(form, LooksForm):
        form.complete(found.display_name, found.theme.get("accentColor", ""), _games_of(found))
    form.check_seen(_forms(found)[_CARDS.get(section, section)])


def try_looks(name: str) -> Response:
    """The page with the frame as it would look; nothing is kept."""
    form = LooksForm()
    found = queries.site_for(current_user, name, "write")
    try:
        tried = service.looks_of(form.values())
    except DomainError as error:
        form.refuse(error)
        return _page(found, _refusal(error), {"looks": form})
    return _page(found, 200, {"looks": form}, tried)


def _refusal(error: DomainError) -> int:
    return 409 if error.status == 409 else 422


def _answer_section(
    found: PartnerSite, section: str, form: SiteForm | None, status: int, saved: str | None = None
) -> Response:
    """The section's card alone for htmx, else the page with it inside."""
    card = _CARDS.get(section, section)
    if not wants_fragment():
        return _page(found, status, {card: form} if form else None)
    forms = _forms(found) | ({card: form} if form else {})
    context = _context(found, forms) | {"saved": {card: saved}}
    response = make_response(render_template(f"people/partners/_{card}.html", **context), status)
    if status == 409:
        response.headers["HX-Retarget"] = f"#{card}"  # a conflict is told beside the field too
    return response


def _page(
    found: PartnerSite,
    status: int = 200,
    forms: dict[str, SiteForm] | None = None,
    tried: preview.Preview | None = None,
) -> Response:
    base_url = current_settings().base_url
    return make_response(
        render_template(
            "people/partners/settings.html",
            snippet_code=snippet(base_url, found.name, found.display_name),
            element_code=element(base_url, found.name, found.display_name),
            server_code=server_code(base_url, found.name),
            shown_url=preview.frame_url(found, tried, always=True),
            is_tried=tried is not None,
            **_context(found, _forms(found) | (forms or {})),
        ),
        status,
    )


def _context(found: PartnerSite, forms: dict[str, SiteForm]) -> dict[str, object]:
    looks, shown = forms["looks"], str(found.theme.get("accentColor", rules.DEFAULT_ACCENT))
    if isinstance(looks, LooksForm):
        looks.complete(found.display_name, found.theme.get("accentColor", ""), _games_of(found))
        shown = (looks.accent_color.data or rules.DEFAULT_ACCENT).strip()
    return {
        "site": found,
        "forms": forms,
        "saved": {},
        "address_waits": paying.waiting([found]).get(found.id),
        "address_takes_two": service.address_takes_two(found),
        "verified_take_two": two_people(),
        "standing": queries.standing_of(current_user, found),
        "preview_url": preview.frame_url(found, always=True, back=url_for("site_settings.index", name=found.name)),
        "games": service.games_offered(),
        "accent": found.theme.get("accentColor", rules.DEFAULT_ACCENT),
        "shown_accent": shown,
        "darkened": accent.darkened(shown),
        "default_accent": rules.DEFAULT_ACCENT,
        "suggestions": suggestions(),
        **price_at(found.house_edge_percent),
    }


def _forms(found: PartnerSite) -> dict[str, SiteForm]:
    """Every section's form with the values as they are; `formdata=None` keeps a posted section out of the others."""
    looks = LooksForm(formdata=None)
    looks.complete(found.display_name, found.theme.get("accentColor", ""), _games_of(found))
    forms: dict[str, SiteForm] = {
        "looks": looks,
        "edge": EdgeForm(formdata=None, house_edge=str(found.house_edge_percent)),
        "payout": PayoutForm(formdata=None, payout_address=found.payout_address),
        "origins": OriginsForm(formdata=None, embed_origins="\n".join(found.embed_allowed_origins)),
        "status": StatusForm(formdata=None),
    }
    for form in forms.values():
        form.seen.data = form.digest()
    return forms


def _games_of(found: PartnerSite) -> list[str]:
    return found.games or list(service.games_offered())


def _status_message(status: str) -> str:
    if status == "live":
        return str(gettext("The site is live: players can buy tickets."))
    return str(gettext("The site is paused: it takes no orders. Those that exist stay valid."))
