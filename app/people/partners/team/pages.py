"""A site's team for its people, and the page that an invitation's link opens."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, RadioField, SelectField
from wtforms.validators import InputRequired

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.limits.limiter import limiter, logins_limit
from app.core.web.asking import ask
from app.people.accounts.login.limits import count_mail_of_person
from app.people.accounts.login.page_door import go, link_required
from app.people.partners import queries
from app.people.partners.forms import SiteForm
from app.people.partners.models import PartnerSite

from . import questions, transfer
from . import service as team

bp = Blueprint("team", __name__)
ENDPOINTS: Final = tuple(
    f"team.{name}"
    for name in (
        "index",
        "invite",
        "ask_leaving",
        "leave",
        "ask_removal",
        "change",
        "withdraw",
        "invitation",
        "accept",
        "accept_own",
        "decline",
        "offer",
        "withdraw_offer",
        "handover",
        "hand_over",
    )
)


class InvitationForm(SiteForm):
    email = EmailField(_l("Email address"), [InputRequired(_l("This is required."))])
    access = RadioField(
        _l("Access"),
        choices=[
            ("read", _l("Read: sees everything, changes nothing")),
            ("manage", _l("Manage: settings, keys and webhooks, but neither team nor payout address")),
        ],
        validate_choice=False,
    )


class TransferForm(SiteForm):
    user_id = SelectField(_l("New owner"), [InputRequired(_l("This is required."))], validate_choice=False)
    acknowledged = BooleanField(_l("I know that this site and what it earns will no longer be mine."))


def _inviter() -> str:
    return f"invitations-of:{current_user.get_id()}"


@bp.get("/partners/<name>/team/transfer")
@bp.get("/partners/<name>/team")
@link_required
def index(name: str) -> Response:
    """Who is in the team."""
    return _page(queries.site_for(current_user, name, "read"), None, 200)


@bp.post("/partners/<name>/team")
@link_required
def invite(name: str) -> Response:
    """Send an invitation."""
    site = queries.site_for(current_user, name, "own")
    form = InvitationForm()
    try:
        count_mail_of_person(form.email.data or "")
        with transaction():
            team.invite(
                site,
                form.email.data or "",
                form.access.data or "",
                by=current_user.id,
                locale=str(get_locale() or "en"),
            )
    except DomainError as error:
        form.refuse(error)
        return _page(queries.site_for(current_user, name, "own"), form, 409 if error.status == 409 else 422)
    flash(gettext("The invitation is on its way."), "ok")
    return _back(name)


@bp.get("/partners/<name>/team/leave")
@link_required
def ask_leaving(name: str) -> Response:
    """Before somebody leaves a team: what they can no longer do."""
    return ask(questions.leaving(queries.site_for(current_user, name, "read")))


@bp.post("/partners/<name>/team/leave")
@link_required
def leave(name: str) -> Response:
    """Leave a team. An owner cannot."""
    site = queries.site_for(current_user, name, "read")
    with transaction():
        team.remove(site, current_user.id, by=current_user.id)
    flash(gettext("You have left the team."), "ok")
    return go(url_for("partners.sites"))


@bp.get("/partners/<name>/team/<user_id>")
@link_required
def ask_removal(name: str, user_id: str) -> Response:
    """Before a teammate is taken out: what they can no longer do, and what they may still have."""
    site, teammate = queries.site_for(current_user, name, "own"), _id(user_id)
    found = next((one for one in team.members_of(site) if one.user_id == teammate and one.access != "owner"), None)
    if found is None:
        raise NotFound
    return ask(questions.removing(site, found))


@bp.post("/partners/<name>/team/<user_id>")
@link_required
def change(name: str, user_id: str) -> Response:
    """Change what a teammate may do, or take them out."""
    site = queries.site_for(current_user, name, "own")
    access, teammate = request.form.get("access", ""), _id(user_id)
    with transaction():
        if access == "none":
            team.remove(site, teammate, by=current_user.id)
        else:
            team.change_access(site, teammate, access, by=current_user.id)
    flash(gettext("The team is changed."), "ok")
    if access == "none":
        flash(gettext("They may have copied keys and webhook secrets. Roll those they could see."), "info")
    return _back(name)


@bp.post("/partners/<name>/team/invitations/<invitation_id>/withdraw")
@link_required
def withdraw(name: str, invitation_id: str) -> Response:
    """Take an invitation back."""
    site = queries.site_for(current_user, name, "own")
    with transaction():
        team.withdraw(site, _id(invitation_id), by=current_user.id)
    flash(gettext("The invitation is withdrawn."), "ok")
    return _back(name)


@bp.post("/partners/<name>/team/transfer")
@link_required
@limiter.limit(logins_limit, key_func=_inviter)
def offer(name: str) -> Response:
    """Ask the owner by mail to confirm that the site goes to a teammate."""
    site = queries.site_for(current_user, name, "own")
    form = TransferForm()
    to = parse_id(form.user_id.data or "")
    try:
        with transaction():
            if to is None:
                raise DomainError("transfer_to_manager", status=409, field="user_id")
            transfer.offer(site, to, by=current_user.id, acknowledged=form.acknowledged.data is True)
    except DomainError as error:
        form.refuse(error)
        site = queries.site_for(current_user, name, "own")
        return _page(site, None, 409 if error.status == 409 else 422, transfer_form=form)
    flash(gettext("We have sent you a mail. The site is handed over when you follow its link."), "ok")
    return _back(name)


@bp.post("/partners/<name>/team/transfer/withdraw")
@link_required
def withdraw_offer(name: str) -> Response:
    """Keep the site after all."""
    site = queries.site_for(current_user, name, "own")
    with transaction():
        transfer.withdraw(site, by=current_user.id)
    flash(gettext("The site stays yours. The link in our mail no longer works."), "ok")
    return _back(name)


@bp.get("/transfers/<token>")
@link_required
def handover(token: str) -> Response:
    """What the owner is about to give away. Mail scanners fetch this address, so looking confirms nothing."""
    site, receiver = transfer.opened(token, by=current_user.id)
    return ask(questions.handing_over(site, receiver.email or "", token))


@bp.post("/transfers/<token>")
@link_required
def hand_over(token: str) -> Response:
    """Hand the site over."""
    with transaction():
        name = transfer.confirm(token, by=current_user.id).name
    flash(gettext("The site is handed over. You still manage it; its new owner can change that."), "ok")
    return _back(name)


@bp.get("/invitations/<token>")
@link_required
def invitation(token: str) -> Response:
    """What one is invited to. Mail scanners fetch this address, so looking accepts nothing."""
    found, site = team.open_invitation(token)
    if found.email != current_user.email:
        raise DomainError("invitation_for_another", status=403)
    return make_response(
        render_template("people/partners/team_invitation.html", invitation=found, site=site, token=token)
    )


@bp.post("/invitations/<token>")
@link_required
def accept(token: str) -> Response:
    """Join the team."""
    with transaction():
        name = team.accept(token, user_id=current_user.id, email=current_user.email).name
    flash(gettext("Welcome to the team."), "ok")
    return go(url_for("partners.site", name=name))


@bp.post("/invitations/<invitation_id>/accept")
@link_required
def accept_own(invitation_id: str) -> Response:
    """Join a team that one reads of on one's own page of sites."""
    with transaction():
        name = team.accept_own(parse_id(invitation_id), user_id=current_user.id, email=current_user.email).name
    flash(gettext("Welcome to the team."), "ok")
    return go(url_for("partners.site", name=name))


@bp.post("/invitations/<invitation_id>/decline")
@link_required
def decline(invitation_id: str) -> Response:
    """Say no to one of them."""
    with transaction():
        team.decline(parse_id(invitation_id), user_id=current_user.id, email=current_user.email)
    flash(gettext("The invitation is declined."), "ok")
    return go(url_for("partners.sites"))


def _page(
    site: PartnerSite, form: InvitationForm | None, status: int, transfer_form: TransferForm | None = None
) -> Response:
    is_owner = queries.standing_of(current_user, site) == "owner"
    members = team.members_of(site)
    handing = transfer_form or TransferForm(formdata=None)
    handing.user_id.choices = [(str(one.user_id), one.email) for one in members if one.access == "manage"]
    return make_response(
        render_template(
            "people/partners/team.html",
            site=site,
            members=members,
            invitations=team.invitations_of(site) if is_owner else (),
            form=form or InvitationForm(formdata=None, access="read"),
            is_owner=is_owner,
            transfer_form=handing,
            offer=transfer.offer_of(site) if is_owner else None,
        ),
        status,
    )


def _id(text: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise NotFound
    return found


def _back(name: str) -> Response:
    return go(url_for("team.index", name=name))
