"""Forms of texts and dreams; what they may say, the slice's rules decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import DateTimeLocalInput

from app.content.tchala.rules import LONGEST_SOURCE, LONGEST_WORD
from app.content.texts.rules import LONGEST_BODY, LONGEST_TITLE, PAGES, WRITTEN
from app.core.errors import DomainError
from app.core.web.languages import LANGUAGES as NAMES
from app.faces.admin.forms import ReasonForm, reason_field

_MOMENT: Final = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
_PLACE: Final = re.compile(r"[0-9]{1,3}")
PAGE_TITLES: Final = {
    "terms": _l("Terms"),
    "privacy": _l("Privacy"),
    "playing": _l("Playing responsibly"),
    "complaints": _l("Complaints"),
}


class TextForm(FlaskForm):
    """A text in every language; `title_…` and `body_…` fields follow below."""

    based_on = HiddenField()
    place = StringField(
        _l("Place"),
        [Length(max=3)],
        default="0",
        description=_l("Smaller ones come first. Announcements stand by the time they were published."),
    )

    def words(self) -> dict[str, dict[str, str]]:
        """What was written, by language."""
        return {tag: {part: self[f"{part}_{tag}"].data or "" for part in ("title", "body")} for tag in WRITTEN}

    def number(self) -> int:
        """The place. Raises DomainError `place_invalid`."""
        text = (self.place.data or "0").strip()
        if not _PLACE.fullmatch(text):
            raise DomainError("place_invalid", field="place", most=999)
        return int(text)


for _tag in WRITTEN:
    setattr(
        TextForm,
        f"title_{_tag}",
        StringField(_l("Title (%(language)s)", language=NAMES[_tag]), [Length(max=4 * LONGEST_TITLE)]),
    )
    setattr(
        TextForm,
        f"body_{_tag}",
        TextAreaField(
            _l("Text (%(language)s)", language=NAMES[_tag]), [Length(max=2 * LONGEST_BODY)], render_kw={"rows": 8}
        ),
    )


class PageTextForm(TextForm):
    """A text that is added to a page of the house."""

    page = SelectField(_l("Page"), choices=[(one, PAGE_TITLES[one]) for one in PAGES], validate_choice=False)


class PublishForm(ReasonForm):
    """From when and until when; without either, from now and until it is taken back."""

    begins = StringField(_l("From (UTC)"), [Length(max=30)], widget=DateTimeLocalInput())
    until = StringField(_l("Until (UTC)"), [Length(max=30)], widget=DateTimeLocalInput())
    reason = reason_field()

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """Both, in UTC. Raises DomainError `moment_invalid` with the field's name."""
        return _moment(self.begins.data, "begins"), _moment(self.until.data, "until")


class DreamForm(FlaskForm):
    """A word in three languages and its numbers."""

    ht = StringField(_l("In Haitian Creole"), [DataRequired(_l("Write the word.")), Length(max=4 * LONGEST_WORD)])
    fr = StringField(_l("In French"), [Length(max=4 * LONGEST_WORD)])
    en = StringField(_l("In English"), [Length(max=4 * LONGEST_WORD)])
    numbers = StringField(
        _l("Numbers"),
        [DataRequired(_l("Write one number at least.")), Length(max=60)],
        description=_l("Two digits each, with spaces between them: 07 47."),
    )
    source = StringField(
        _l("Where it is from"),
        [DataRequired(_l("Say where.")), Length(max=4 * LONGEST_SOURCE)],
        description=_l("Readers see it."),
    )


class ListForm(FlaskForm):
    """A list of dreams: a file, or lines that are pasted."""

    source = StringField(
        _l("Where the list is from"), [Length(max=4 * LONGEST_SOURCE)], description=_l("Readers see it.")
    )
    file = FileField(_l("CSV file"), description=_l("In UTF-8; the first line names the columns: numbers, ht, fr, en."))
    lines = TextAreaField(_l("Or lines of it"), render_kw={"rows": 6})


class TakeForm(ReasonForm):
    """The list that was looked at, and why it is taken; the same lines are read again."""

    source = HiddenField()
    lines = HiddenField()
    reason = reason_field()


def words_of(words: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What a text says, by the form's fields."""
    return {f"{part}_{tag}": words.get(tag, {}).get(part, "") for tag in WRITTEN for part in ("title", "body")}


def _moment(text: str | None, field: str) -> datetime | None:
    said = (text or "").strip()
    if not said:
        return None
    try:
        if not _MOMENT.fullmatch(said[:16]):
            raise ValueError
        return datetime.strptime(said[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
    except ValueError:
        raise DomainError("moment_invalid", field=field) from None
