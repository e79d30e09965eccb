"""Writing to the house: a letter has a number, and an answer by mail. Nobody has to be signed in."""

from __future__ import annotations

from typing import Final

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.content.letters import rules, service
from app.content.letters.service import Written
from app.core.database.session import transaction
from app.core.errors import DomainError, TooMany
from app.core.limits.budgets import Budget, spend
from app.core.limits.limiter import limiter
from app.core.limits.requester import keyed_mark, requester_mark
from app.core.web.languages import language
from app.core.web.requests import render
from app.core.wire.error_messages import message_for
from app.faces.site.house.pages import about_in, bp
from app.faces.site.house.settings import house
from app.people.accounts.rules import mailbox_of

ENDPOINTS: Final = ("site_house.contact", "site_house.send")
_TEMPLATE: Final = "faces/site/house/contact.html"
_TOPICS: Final = (
    ("payment", _l("A payment, a refund or a withdrawal")),
    ("play", _l("A ticket, a draw or a win")),
    ("account", _l("My account or my data")),
    ("site", _l("A site of mine")),
    ("other", _l("Something else")),
)


class LetterForm(FlaskForm):
    """What somebody writes; what it may say, the slice's rules decide."""

    topic = SelectField(_l("What it is about"), choices=_TOPICS, validate_choice=False)
    about = StringField(
        _l("Its number"),
        [Length(max=200)],
        description=_l("Of the order, payment, ticket or earlier letter, if there is one."),
    )
    email = EmailField(
        _l("Email address"), [InputRequired(_l("Enter your email address."))], description=_l("The answer goes there.")
    )
    words = TextAreaField(
        _l("Your letter"),
        [InputRequired(_l("Write what it is about."))],
        description=_l("What happened, and what you expected. No passwords and no codes."),
        render_kw={"rows": 8, "maxlength": rules.LONGEST},
    )


@bp.get("/contact")
def contact() -> Response:
    """An empty form, or one about something whose number the address bears; after a letter, its number."""
    number = request.args.get("sent", "")
    known = {"email": current_user.email or ""} if current_user.is_authenticated else {}
    form = LetterForm(formdata=None, data={"about": about_in("about"), **known})
    return _page(form, sent=number if rules.NUMBER.fullmatch(number) else "")


@bp.post("/contact")
@limiter.limit("60 per minute")
def send() -> ResponseReturnValue:
    """Keep the letter, and tell its number here and by mail."""
    form = LetterForm()
    if not form.validate():
        return _page(form, 422)
    try:
        given = service.checked(_written(form))
        _count(given.email)
        with transaction():
            number = service.write(given, answer_days=house().house_answer_days)
    except DomainError as error:
        field = form[error.field] if error.field is not None and error.field in form else form.words
        field.errors = [message_for(error)]
        return _page(form, error.status)
    return redirect(url_for("site_house.contact", sent=number), 303)


def _written(form: LetterForm) -> Written:
    return Written(
        topic=form.topic.data or "",
        about=form.about.data or "",
        email=form.email.data or "",
        words=form.words.data or "",
        user_id=current_user.id if current_user.is_authenticated else None,
        locale=language(),
    )


def _count(email: str) -> None:
    """Raises TooMany `letters_too_many`: of one mailbox, or of one person or network."""
    mailbox = keyed_mark("letters", mailbox_of(email)).hex()
    person = f"person {current_user.id}" if current_user.is_authenticated else None
    spent = spend(
        Budget("letters of a mailbox", mailbox, rules.OF_A_MAILBOX),
        Budget("letters of a requester", requester_mark("letters", person).hex(), rules.OF_A_REQUESTER),
    )
    if spent is not None:
        raise TooMany("letters_too_many", retry_after=spent.seconds)


def _page(form: LetterForm, status: int = 200, *, sent: str = "") -> Response:
    return render(_TEMPLATE, _TEMPLATE, status, house=house(), added=None, form=form, sent=sent)
