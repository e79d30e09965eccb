"""How one signs in: the phone and the mail address of one's account, and adding what is missing by a code."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core import clock
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.web.requests import render
from app.core.wire.error_messages import message_for
from app.faces.play.mail.forms import TwoCodesForm
from app.faces.play.mail.standing import standing
from app.faces.play.refusing import refused
from app.faces.play.sign_in_forms import CodeForm, MailForm, PhoneForm
from app.people.accounts.codes import own, service
from app.people.accounts.codes.api import TRIES
from app.people.accounts.codes.contacts import contact_as_kept, sends_sms
from app.people.accounts.codes.limits import count_message, count_request, tries_limit
from app.people.accounts.joining import service as joining
from app.people.accounts.login.limits import confirmer
from app.people.accounts.login.page_door import go, login_required, remember_browser
from app.people.accounts.models import LoginCode
from app.people.accounts.passwords import queries
from app.people.accounts.rules import local_path, parse_code

bp = Blueprint("play_ways", __name__, url_prefix="/play/ways")
ENDPOINTS: Final = tuple(f"play_ways.{name}" for name in ("index", "send", "code", "join"))


@bp.get("")
@login_required
def index() -> AnyResponse:
    """What the account has, and forms for what it lacks."""
    return _page(PhoneForm(formdata=None), MailForm(formdata=None))


@bp.post("")
@login_required
def send() -> AnyResponse:
    """Send a code to what is to be added, and one to what the account has where a session alone is too little."""
    is_phone = "phone" in request.form
    phone, mail = (PhoneForm(), MailForm(formdata=None)) if is_phone else (PhoneForm(formdata=None), MailForm())
    form = phone if is_phone else mail
    if not form.validate_on_submit():
        return _page(phone, mail, 422)
    try:
        contact, _ = count_request(
            "joining",
            phone=phone.number if is_phone else None,
            email=None if is_phone else mail.email.data or "",
        )
        asker = joining.asks(current_user.id, current_user.strength, contact)
        there = joining.proof_wanted(current_user, clock.now())
        count_message("joining", contact, asker, of=current_user.id)
        if there is not None:
            count_message("proof", there, own.asks(current_user.id, "way"), of=current_user.id)
        with transaction():
            joining.ask(current_user.id, current_user.strength, contact, locale=_locale())
            if there is not None:
                joining.ask_proof(current_user.id, there, locale=_locale())
    except DomainError as error:
        field, told = phone.refusal(error) if is_phone else (mail.email, error)
        return refused(lambda status: _page(phone, mail, status), field, told)
    return go(url_for("play_ways.code", next=_next()))


@bp.get("/code")
@login_required
def code() -> AnyResponse:
    """Type the code that came there, or both."""
    found = service.to_join(current_user.id)
    return _code_page(found, _code_form(filled=False)) if found else go(url_for("play_ways.index"))


@bp.post("/code")
@login_required
@limiter.shared_limit(tries_limit, scope=TRIES, key_func=confirmer)
def join() -> AnyResponse:
    """Add it."""
    form, found = _code_form(filled=True), service.to_join(current_user.id)
    if found is None:
        flash(gettext("Ask for a code first."), "info")
        return go(url_for("play_ways.index"))
    if form.validate_on_submit():
        contact, new = contact_as_kept(found.contact), form.new if isinstance(form, TwoCodesForm) else form.code
        proof = parse_code(form.own.data or "") if isinstance(form, TwoCodesForm) else None
        try:
            with transaction():
                right = joining.join(current_user, contact, parse_code(new.data or ""), proof)
        except DomainError as error:
            new.errors = [message_for(error)]
            return _code_page(found, form, 422)
        if right.both:
            flash(gettext("%(contact)s is added to your account.", contact=contact.text), "ok")
            response = go(_next() or url_for("play_ways.index"))
            remember_browser(response, current_user.id)
            return response
        if not right.new:
            new.errors = [message_for(DomainError("code_refused"))]
        if isinstance(form, TwoCodesForm) and not right.own:
            form.own.errors = [message_for(DomainError("code_refused"))]
    return _code_page(found, form, 422)


def _phone_needs() -> DomainError | None:
    """What another phone would be refused for, said before a number is typed."""
    is_by_sms = current_user.strength == "sms" and current_user.phone is not None
    return DomainError("phone_needs_mail") if is_by_sms and current_user.email is not None else None


def _page(phone: PhoneForm, mail: MailForm, status: int = 200) -> Response:
    context = {
        "next": _next(),
        "phone": phone,
        "mail": mail,
        "sends_sms": sends_sms(),
        "phone_needs": _phone_needs(),
        "password_at": queries.set_at(current_user.id),
    }
    context |= standing() if current_user.email else {}
    return render("faces/play/ways.html", "faces/play/_ways.html", status, **context)


def _code_form(*, filled: bool) -> CodeForm | TwoCodesForm:
    """One code, or two where the account's own way has to be shown."""
    kind = CodeForm if joining.proof_awaited(current_user) is None else TwoCodesForm
    return kind() if filled else kind(formdata=None)


def _code_page(found: LoginCode, form: CodeForm | TwoCodesForm, status: int = 200) -> Response:
    there = own.strongest_way(current_user.id)
    context: dict[str, object] = {
        "own": None,
        "form": form,
        "contact": found.contact,
        "is_phone": "@" not in found.contact,
        "next": _next(),
    }
    if isinstance(form, TwoCodesForm) and there is not None:
        form.name_places(there.text, found.contact)
        context["own"] = there.text
    return render("faces/play/ways_code.html", "faces/play/_ways_code.html", status, **context)


def _next() -> str | None:
    """The page that sent somebody here, and has him back once it is added."""
    return local_path(request.args.get("next"), "") or None


def _locale() -> str:
    return str(get_locale() or "en")
