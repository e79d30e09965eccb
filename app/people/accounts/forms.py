"""What people send when they sign in. The rules themselves are asked by the service."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import InputRequired, Length


class LoginForm(FlaskForm):
    email = EmailField(_l("Email address"), [InputRequired(_l("Enter your email address."))])
    next = HiddenField()


class ConfirmForm(FlaskForm):
    token = HiddenField(validators=[InputRequired(), Length(max=64)])


class CodeForm(FlaskForm):
    code = StringField(_l("Code from the mail"), [InputRequired(_l("Enter the six digits from the mail."))])


class EmailChangeForm(FlaskForm):
    email = EmailField(_l("New email address"), [InputRequired(_l("Enter the new address."))])


class EmptyForm(FlaskForm):
    """A button: nothing but the token that shows where it was pressed."""
