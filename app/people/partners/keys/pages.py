"""A site's API keys for its people. A new key's text is in the answer that makes it, and nowhere else."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.ids import created_at, new_id, parse_id
from app.core.text.isolation import isolated
from app.core.web.asking import Question, ask
from app.people.accounts.login.page_door import go, link_required
from app.people.partners import queries
from app.people.partners.forms import SiteForm
from app.people.partners.models import PartnerSite

from . import service as keys
from .makers import makers_of
from .service import Access, IssuedKey

bp = Blueprint("keys", __name__)

_MADE_ALREADY = ("key_exists", "key_not_active")


class KeyForm(SiteForm):
    name = StringField(_l("What it is for"), [InputRequired(_l("This is required."))])
    access = RadioField(
        _l("Access"), choices=[("write", _l("Read and write")), ("read", _l("Read only"))], validate_choice=False
    )
    key_id = HiddenField()


@bp.get("/partners/<name>/keys/<key_id>/roll")
@bp.get("/partners/<name>/keys")
@link_required
def index(name: str, key_id: str = "") -> Response:
    """The site's keys, and how to use one."""
    return _page(queries.site_for(current_user, name, "read"), None, 200)


@bp.post("/partners/<name>/keys")
@link_required
def create(name: str) -> Response:
    """Make a key and show it. The form sent twice makes one key."""
    site = queries.site_for(current_user, name, "write")
    form = KeyForm()
    key_id = parse_id(form.key_id.data or "")
    try:
        with transaction():
            issued = keys.issue(
                site,
                name=form.name.data or "",
                access=_access(form.access.data),
                actor=_actor(),
                key_id=_fresh(key_id),
            )
    except DomainError as error:
        site = queries.site_for(current_user, name, "write")
        if error.code in _MADE_ALREADY:
            return _already(site, error)
        form.refuse(error)
        return _page(site, form, 409 if error.status == 409 else 422)
    return shown(site, issued)


@bp.post("/partners/<name>/keys/<key_id>/roll")
@link_required
def roll(name: str, key_id: str) -> Response:
    """Replace a key and show the new one."""
    site = queries.site_for(current_user, name, "write")
    key = keys.key_of(site, parse_id(key_id))
    try:
        with transaction():
            issued = keys.roll(key, _hours(request.form.get("grace_hours", "")), actor=_actor())
    except DomainError as error:
        if error.code not in _MADE_ALREADY:
            raise
        return _already(queries.site_for(current_user, name, "write"), error)
    return shown(site, issued)


@bp.get("/partners/<name>/keys/<key_id>/revoke")
@link_required
def ask_revocation(name: str, key_id: str) -> Response:
    """Before a key is revoked: what stops working."""
    site = queries.site_for(current_user, name, "write")
    key = keys.key_of(site, parse_id(key_id))
    return ask(
        Question(
            asks=gettext("Revoke the key “%(name)s”?", name=isolated(key.name)),
            then=(
                gettext("Whatever uses %(hint)s is refused from now on, at once.", hint=key.hint),
                gettext("It cannot be brought back. To change over without a gap, roll it instead."),
                gettext("Orders that it made stay as they are."),
            ),
            yes=gettext("Revoke it"),
            no=gettext("Keep it"),
            action=url_for("keys.revoke", name=name, key_id=key_id),
            back=url_for("keys.index", name=name),
        )
    )


@bp.post("/partners/<name>/keys/<key_id>/revoke")
@link_required
def revoke(name: str, key_id: str) -> Response:
    """End a key at once."""
    site = queries.site_for(current_user, name, "write")
    key = keys.key_of(site, parse_id(key_id))
    with transaction():
        keys.revoke(key, actor=_actor())
    flash(gettext("The key is revoked: it opens nothing any more."), "ok")
    return go(url_for("keys.index", name=name))


def shown(site: PartnerSite, issued: IssuedKey, *, is_first: bool = False, part: bool = False) -> Response:
    """The one answer that has the key's text. Nobody keeps it: neither we nor a cache."""
    template = "people/partners/_key_shown.html" if part else "people/partners/key_shown.html"
    told = {"name": site.name, "title": site.display_name, "key_name": issued.row.name, "text": issued.text}
    return make_response(render_template(template, **told, is_first=is_first))


def _page(site: PartnerSite, form: KeyForm | None, status: int) -> Response:
    found = keys.keys_of(site)
    makers = makers_of([key for key, _ in found], current_user.id)
    rows = [(key, state, created_at(key.id), makers.get(key.id)) for key, state in found]
    return make_response(
        render_template(
            "people/partners/keys.html",
            site=site,
            rows=rows,
            form=form or KeyForm(formdata=None, access="write", key_id=str(new_id())),
            grace_hours=keys.GRACE_HOURS,
            may_write=queries.standing_of(current_user, site) in ("owner", "manage"),
        ),
        status,
    )


def _already(site: PartnerSite, error: DomainError) -> Response:
    """A page sent again, or sent by two: the list says what there is."""
    form = KeyForm(formdata=None, access="write", key_id=str(new_id()))
    form.refuse(error)
    return _page(site, form, 409)


def _fresh(key_id: UUID | None) -> UUID:
    return key_id if key_id is not None and key_id.version == 7 else new_id()


def _access(text: str | None) -> Access:
    return cast(Access, text)  # the service refuses what is none


def _hours(text: str) -> int:
    return int(text) if text in {str(hours) for hours in keys.GRACE_HOURS} else -1


def _actor() -> str:
    return f"user:{current_user.id}"
