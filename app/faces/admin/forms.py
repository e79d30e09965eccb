"""The console's forms: whatever is decided here has a reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.deciding import LONGEST_REASON
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.text.names import composed, words
from app.core.wire.error_messages import message_for
from app.faces.admin.pasted import link_of
from app.selling.windows.games import AnyGame, game_called

_ROUND_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,14}")


def reason_field() -> TextAreaField:
    """Why; a form that asks for more has it as its last field."""
    return TextAreaField(
        lazy_gettext("Why"),
        description=lazy_gettext("Kept in the audit log with your name, for good."),
        validators=[DataRequired(lazy_gettext("Say why.")), Length(max=LONGEST_REASON)],
        filters=[lambda text: text.replace("\0", "").strip() if text else text],
    )


class ReasonForm(FlaskForm):
    """Why something is decided; it is kept in the audit log for good."""

    reason = reason_field()


class LimitForm(ReasonForm):
    """A partner's own limit of unpaid orders, or none."""

    limit = StringField(lazy_gettext("Unpaid orders at a time"), validators=[Length(max=100)])

    def number(self) -> int | None:
        """Raises DomainError `limit_invalid`."""
        text = (self.limit.data or "").strip()
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise DomainError("limit_invalid", field="limit", most=1_000_000)
        return int(text)


class SignedForm(FlaskForm):
    """What came back from a signer; the service reads it, or says what is wrong."""

    psbt = TextAreaField(lazy_gettext("Signed PSBT"))


def reason_of(form: ReasonForm) -> str:
    """The reason of a form that was sent.

    Raises DomainError `reason_missing`: there is none; `reason_too_long`; `reason_invalid`: not all of it shows.
    """
    given = form.reason.data or ""
    if not given.strip():
        raise DomainError("reason_missing", field="reason")
    if len(given.strip()) > LONGEST_REASON:
        raise DomainError("reason_too_long", field="reason", most=LONGEST_REASON)
    reason = words(given, LONGEST_REASON)
    if not reason:
        raise DomainError("reason_invalid", field="reason")
    return reason


def refuse(form: FlaskForm, error: DomainError) -> None:
    """Tie what was refused to its field, for the form to be shown again."""
    form.validate()
    field = form[error.field] if error.field is not None and error.field in form else None
    if field is not None and not field.errors:
        field.errors = [message_for(error)]


def choice(name: str, *allowed: str) -> str:
    """One of the allowed words from the form or query; the first if there is none.

    Raises DomainError `choice_unknown` for another one.
    """
    value = request.values.get(name, "") or allowed[0]
    if value not in allowed:
        raise DomainError("choice_unknown", field=name)
    return value


def whole_number(name: str, most: int = 2**31 - 1) -> int | None:
    """A whole number from the query, or None. Raises DomainError `number_invalid` for anything else."""
    value = request.args.get(name, "").strip()
    if not value:
        return None
    if not _WHOLE.fullmatch(value) or int(value) > most:
        raise DomainError("number_invalid", field=name)
    return int(value)


def day(name: str) -> datetime | None:
    """A day in UTC as a date input sends it. Raises DomainError `day_invalid`."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise DomainError("day_invalid", field=name) from None


def number_of(text: str, field: str) -> int:
    """A round's number from a form. Raises DomainError `number_invalid`."""
    if not _ROUND_NUMBER.fullmatch(text):
        raise DomainError("number_invalid", field=field)
    return int(text)


def chosen_rounds(most: int = 1_000) -> list[tuple[AnyGame, int]]:
    """The rounds that are ticked in the form or the address at hand: each box is called `round` and says `GAME:NUMBER`.

    Raises DomainError `nothing_ticked`, `choice_unknown` or `number_invalid`; NotFound for a game that there is not.
    """
    given = list(dict.fromkeys(request.values.getlist("round")))
    if not given:
        raise DomainError("nothing_ticked", field="round")
    if len(given) > most:
        raise DomainError("choice_unknown", field="round")
    parts = [one.partition(":") for one in given]
    return [(game_called(game), number_of(number, "round")) for game, _, number in parts]


def chosen_ids(name: str, most: int = 1_000) -> list[UUID]:
    """The ids that are ticked in the form or the address at hand, each once.

    Raises DomainError `none_ticked`, `choice_unknown`.
    """
    given = list(dict.fromkeys(request.values.getlist(name)))
    if not given:
        raise DomainError("none_ticked", field=name)
    found = [one for one in map(parse_id, given) if one is not None]
    if len(found) != len(given) or len(given) > most:
        raise DomainError("choice_unknown", field=name)
    return found


def search_words(name: str, most: int) -> str:
    """What the query looks for, in the spelling that names and reasons are kept in; "" for nothing.

    Raises DomainError `search_invalid`: too long, or not all of it shows.
    """
    found = composed(request.args.get(name, "").strip(), most)
    if found is None:
        raise DomainError("search_invalid", field=name, most=most)
    return found


def kept_words(name: str, most: int) -> tuple[str, str]:
    """The same for a page that keeps what was typed, as far as it shows: with why it cannot be looked for, or ""."""
    given = link_of(request.args.get(name, "").strip())
    found = composed(given, most)
    if found is not None:
        return found, ""
    if len(given) > most:
        return _shown(given), str(gettext("At most %(most)s characters can be looked for.", most=most))
    return _shown(given), str(
        gettext("There was something in it that does not show. It is left out now; search again.")
    )


def _shown(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def done(words: str) -> str:
    """A sentence for what has been done."""
    return str(gettext("Done: %(what)s", what=words))
