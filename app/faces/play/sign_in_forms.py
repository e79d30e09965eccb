"""What people send to sign in: where the code goes, the code, and passwords. The rules are asked by the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Length

from app.core.errors import DomainError
from app.faces.play import words
from app.faces.play.wallet.playable import of_page
from app.people.accounts.codes.contacts import calling_code, in_country, likely_regions
from app.people.accounts.passwords.rules import LONGEST_TEXT
from app.people.players.profile.settings import age_limits, playing


def _countries() -> list[tuple[str, str]]:
    """Those where people play, each with what its numbers begin with from abroad; and every other."""
    own = [(code, f"{words.jurisdiction(code)} (+{calling_code(code)})") for code in age_limits()]
    return [*own, ("", gettext("Another, with its +"))]


_WHERE_USED: Final[Mapping[str, str]] = {"HTG": "HT", "PHP": "PH"}


def _likely_country() -> str:
    """Where the reader's phone most likely is: where his browser says that he reads, or the game is played that he
    comes from, or his language is spoken, or else where the house has most of its players. American English says
    nothing: most browsers come with it."""
    tags = (tag.upper() for tag, quality in request.accept_languages if quality > 0)
    said = (tag.rpartition("-")[2] for tag in tags if tag != "EN-US")
    played = _WHERE_USED.get(of_page(request.args.get("next")) or "", "")
    likely = (*said, played, *likely_regions())
    return next((one for one in likely if one in age_limits()), playing().default_jurisdiction)


class PhoneForm(FlaskForm):
    country = SelectField(
        _l("Country of the phone"),
        choices=_countries,
        default=_likely_country,
        validate_choice=False,
    )
    phone = TelField(_l("Mobile phone"), [InputRequired(_l("Enter your phone number.")), Length(max=40)])
    next = HiddenField()

    @property
    def number(self) -> str:
        """What was typed, with the + of its country where it is a number of the country that was chosen."""
        return in_country(self.phone.data or "", self.country.data)

    def refusal(self, error: DomainError) -> tuple[Field, DomainError]:
        """Beside which field a refusal is told: a number that was written as at home is refused for its country."""
        if error.code != "phone_invalid" or "+" in (self.phone.data or ""):
            return self.phone, error
        code = "phone_of_another_country" if self.country.data else "phone_country_missing"
        return self.country, DomainError(code, field="country")


class MailForm(FlaskForm):
    email = EmailField(_l("Email address"), [InputRequired(_l("Enter your email address.")), Length(max=320)])
    next = HiddenField()


class CodeForm(FlaskForm):
    code = StringField(_l("Code"), [InputRequired(_l("Enter the six digits.")), Length(max=40)])


class PasswordForm(FlaskForm):
    email = EmailField(_l("Email address"), [InputRequired(_l("Enter your email address.")), Length(max=320)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=LONGEST_TEXT)])
    next = HiddenField()


class NewPasswordForm(FlaskForm):
    code = StringField(_l("Code"), [InputRequired(_l("Enter the six digits.")), Length(max=40)])
    password = PasswordField(_l("New password"), [InputRequired(_l("Choose a password.")), Length(max=LONGEST_TEXT)])


class ChangedPasswordForm(FlaskForm):
    current = PasswordField(
        _l("Password you have"), [InputRequired(_l("Enter your password.")), Length(max=LONGEST_TEXT)]
    )
    password = PasswordField(_l("New password"), [InputRequired(_l("Choose a password.")), Length(max=LONGEST_TEXT)])


class OwnPasswordForm(FlaskForm):
    current = PasswordField(
        _l("Password you have"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_TEXT)],
        render_kw={"autocomplete": "current-password"},
    )


class ProofForm(FlaskForm):
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter the six digits.")), Length(max=40)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )
