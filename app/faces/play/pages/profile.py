"""Registering, and one's profile: who one is, and where one reads what else is kept of oneself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask import Response as MadeResponse
from flask_babel import force_locale, get_locale, gettext
from flask_login import AnonymousUserMixin, current_user
from werkzeug.wrappers import Response

from app.content.texts import queries as texts
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.web.languages import asked, in_language, language, readers
from app.core.web.requests import render, wants_fragment
from app.faces.play import words
from app.faces.play.profile_forms import PictureForm, ProfileForm, RegisterForm
from app.faces.play.wallet.playable import of_page
from app.people.accounts import queries as accounts
from app.people.accounts.codes.contacts import country_of
from app.people.accounts.login.page_door import forget, go, login_required, session_token
from app.people.accounts.rules import local_path
from app.people.players.matches.queries import is_held
from app.people.players.profile import queries, service
from app.people.players.profile.limits import count_try
from app.people.players.profile.queries import Profile
from app.people.players.profile.rules import Proposed
from app.people.players.profile.settings import age_limits, playing
from app.people.players.verification.queries import picture_of, verification_of

bp = Blueprint("play_profile", __name__, url_prefix="/play")
ENDPOINTS: Final = tuple(f"play_profile.{name}" for name in ("index", "ask", "register", "edit", "change"))


@bp.get("/profile/picture")
@bp.get("")
@login_required
def index() -> Response:
    """Who one is, as far as one has said. A picture that was refused leaves the other address in the browser."""
    return show_profile(PictureForm(formdata=None))


def show_profile(form: PictureForm, status: int = 200) -> MadeResponse:
    """The page with its form for a picture."""
    context: dict[str, Any] = {
        "profile": queries.profile_of(current_user.id),
        "verification": verification_of(current_user.id),
        "papers_first": is_held(current_user.id),
        "doubted": queries.is_doubted(current_user.id),
        "picture": picture_of(current_user.id),
        "form": form,
        "words": words,
        "banners": texts.banners((readers(), language())),
    }
    return render("faces/play/profile.html", "faces/play/_profile.html", status, **context)


@bp.get("/register")
@login_required
def ask() -> Response:
    """Ask who somebody is, once; `next` is where they go then."""
    wanted = _wanted(request.args.get("next"))
    if queries.profile_of(current_user.id).is_registered:
        return go(wanted)
    usual = of_page(wanted) or playing().default_currency
    form = RegisterForm(formdata=None, currency=usual, locale=str(get_locale() or "en"), next=wanted)
    form.suggest(_country_of_phone())
    return _ask(form)


def _country_of_phone() -> str:
    """Where the number of who is signed in is from, "" where he has none."""
    phone = queries.profile_of(current_user.id).phone
    return country_of(phone) if phone is not None else ""


@bp.post("/register")
@login_required
def register() -> Response:
    """Keep it; who is not of age is asked whether the date is right, and then told so and forgotten."""
    form = RegisterForm()
    if not form.validate_on_submit():
        return _ask(form, 422)
    count_try()
    try:
        with transaction():
            refusal = service.register(
                current_user.id, _proposed(form), form.locale.data, is_sure=form.sure.data == form.date_of_birth.data
            )
    except DomainError as error:
        form.refuse(error)
        return _ask(form, 422)
    if refusal and refusal.code == "age_in_question":
        form.refuse(refusal)
        return _ask(form, 422, asked_of_age=refusal.params)
    if refusal:
        return _good_bye(refusal)
    return _go_in(form.locale.data, lambda: gettext("You are registered."), _wanted(form.next.data))


@bp.get("/profile")
@login_required
def edit() -> Response:
    """The profile as a form."""
    profile = queries.profile_of(current_user.id)
    return _edit(_filled(profile)) if profile.is_registered else go(url_for("play_profile.ask"))


@bp.post("/profile")
@login_required
def change() -> Response:
    """Change what is another in the form than in the profile."""
    form, before = ProfileForm(), queries.profile_of(current_user.id)
    if not form.validate_on_submit():
        return _edit(form, 422)
    wanted = _different(form, before)
    if wanted.keys() - {"currency", "locale"}:
        count_try()
    try:
        with transaction():
            service.change(current_user.id, wanted)
    except DomainError as error:
        form.refuse(error)
        return _edit(form, 422)
    return _go_in(
        form.locale.data,
        lambda: gettext("Your profile is changed.") if wanted else gettext("Your profile is as it was."),
    )


def _wanted(path: str | None) -> str:
    return local_path(path, url_for("play_profile.index"))


def _go_in(language: str, said: Callable[[], str], to: str | None = None) -> Response:
    """To the profile, or where they wanted, in the language that was chosen, whatever the form was in; what is said
    there is in it too."""
    with force_locale(language):
        flash(said(), "ok")
    path = to or url_for("play_profile.index")
    return go(in_language(path, language) if asked() else path)


def _good_bye(refusal: DomainError) -> Response:
    """The last that somebody reads who is not of age; his session is gone, if he had done nothing else here."""
    token = session_token(request)
    is_forgotten = token is None or accounts.identity_of(token) is None
    if is_forgotten:
        g._login_user = AnonymousUserMixin()
    if not is_forgotten:
        return render("faces/play/too_young.html", "faces/play/_too_young.html", 422, refusal=refusal)
    response = make_response(render_template("faces/play/too_young.html", refusal=refusal), 422)
    if wants_fragment():  # the page around the form says who is signed in, and nobody is any more
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "body", "innerHTML"
    forget(response)
    return response


def _ask(form: RegisterForm, status: int = 200, asked_of_age: Mapping[str, Any] | None = None) -> Response:
    ages = [(words.jurisdiction(code), years) for code, years in age_limits().items()]
    born = date.fromisoformat(form.date_of_birth.data or "") if asked_of_age else None
    context = {"form": form, "ages": ages, "asked_of_age": asked_of_age, "born": born, "words": words}
    return render("faces/play/register.html", "faces/play/_register.html", status, **context)


def _edit(form: ProfileForm, status: int = 200) -> Response:
    return render("faces/play/edit.html", "faces/play/_edit.html", status, form=form)


def _proposed(form: ProfileForm) -> Proposed:
    return Proposed(
        name=form.name.data or "",
        born=form.date_of_birth.data or "",
        jurisdiction=form.jurisdiction.data or "",
        currency=form.currency.data or "",
    )


def _said(profile: Profile) -> dict[str, str]:
    return {
        "name": profile.name or "",
        "date_of_birth": profile.born.isoformat() if profile.born else "",
        "jurisdiction": profile.jurisdiction or "",
        "currency": profile.currency or "",
        "locale": profile.locale,
    }


def _filled(profile: Profile) -> ProfileForm:
    return ProfileForm(formdata=None, data=_said(profile))


def _different(form: ProfileForm, before: Profile) -> dict[str, str]:
    said = _said(before)
    return {name: form[name].data or "" for name, value in said.items() if (form[name].data or "") != value}
