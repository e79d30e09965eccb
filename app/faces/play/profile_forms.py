"""What people say of themselves. The forms only gather; the rules are asked by the service."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.core.errors import DomainError
from app.core.web.languages import LANGUAGES
from app.core.wire.error_messages import message_for
from app.people.players.profile.rules import LONGEST_NAME
from app.people.players.profile.settings import age_limits
from app.people.players.verification.rules import MOST_BYTES

from . import words

_REQUIRED: Final = _l("This is required.")
_FIELDS: Final = {"dateOfBirth": "date_of_birth"}


class ProfileForm(FlaskForm):
    """Who somebody is."""

    name = StringField(_l("Name"), [InputRequired(_REQUIRED), Length(max=LONGEST_NAME)])
    date_of_birth = StringField(_l("Date of birth"), [InputRequired(_REQUIRED)])
    jurisdiction = SelectField(
        _l("Where you play"),
        [InputRequired(_l("Choose where you play."))],
        choices=lambda: [("", gettext("Choose…")), *((code, words.jurisdiction(code)) for code in age_limits())],
        validate_choice=False,
    )
    currency = SelectField(_l("Show amounts in"), choices=lambda: list(words.CURRENCIES.items()), validate_choice=False)
    locale = SelectField(_l("Language"), choices=lambda: list(LANGUAGES.items()), validate_choice=False)

    def refuse(self, error: DomainError) -> None:
        """Say beside its field, or above the form, why this was refused."""
        name = _FIELDS.get(error.field or "", error.field or "")
        if name in self:
            self[name].errors = [message_for(error)]
        else:
            self.form_errors.append(message_for(error))


class RegisterForm(ProfileForm):
    """The same, once; and where somebody goes then. `sure`: the date of birth at which nobody may play, as somebody
    has said that it is right."""

    next = HiddenField()
    sure = HiddenField()

    def suggest(self, country: str) -> None:
        """Have that country chosen as where somebody plays, if people play there, and say why."""
        if country in age_limits():
            self.jurisdiction.data = country
            self.jurisdiction.description = gettext("As your phone number says. If you play elsewhere, choose that.")


class PictureForm(FlaskForm):
    """A picture to be seen by. `no_image` is said of what is none."""

    no_image = _l("This is no picture that we can read. Send a JPEG, PNG or WebP.")

    file = FileField(_l("Picture"), [FileRequired(_l("Choose a file."))])

    def content(self) -> bytes:
        """What was sent; one byte more than is taken tells that it is too much."""
        sent: bytes = self.file.data.stream.read(MOST_BYTES + 1)
        return sent

    def refuse(self, error: DomainError) -> None:
        """Say beside the file, or above the form, why this was refused."""
        said = self.no_image if error.code == "image_invalid" else message_for(error)
        if error.field in self:
            self[error.field].errors = [said]
        else:
            self.form_errors.append(said)


class DocumentForm(PictureForm):
    """A paper that shows who somebody is, or where he lives."""

    no_image = _l("Send a picture (JPEG, PNG or WebP) or a PDF.")

    kind = SelectField(_l("What it shows"), choices=lambda: list(words.DOCUMENTS.items()), validate_choice=False)
    file = FileField(_l("Document"), [FileRequired(_l("Choose a file."))])
