"""What people send to replace their mail address: the new one, then a code from each of two places."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

_SIX: Final = _l("Enter the six digits.")


class TwoCodesForm(FlaskForm):
    """A code of a way that the account has, and one of the new address."""

    own = StringField(validators=[InputRequired(_SIX), Length(max=40)])
    new = StringField(validators=[InputRequired(_SIX), Length(max=40)])

    def name_places(self, own: str, new: str) -> None:
        """Say of each where its code was sent."""
        for field, where in ((self.own, own), (self.new, new)):
            field.label.text = gettext("Code sent to %(where)s", where=where)
