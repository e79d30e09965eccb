"""What people send to sign in: where the code goes, and the code. The rules are asked by the service."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField, TelField
from wtforms.validators import InputRequired, Length


class PhoneForm(FlaskForm):
    phone = TelField(_l("Mobile phone"), [InputRequired(_l("Enter your phone number.")), Length(max=40)])
    next = HiddenField()


class MailForm(FlaskForm):
    email = EmailField(_l("Email address"), [InputRequired(_l("Enter your email address.")), Length(max=320)])
    next = HiddenField()


class CodeForm(FlaskForm):
    code = StringField(_l("Code"), [InputRequired(_l("Enter the six digits.")), Length(max=40)])
