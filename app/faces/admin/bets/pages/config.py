"""By what a game that sells bets goes, as it says itself; what it went by before; and a change of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import Field, SelectField, StringField
from wtforms.validators import Length

from app.catalogue.console import Configuring, Setting, Value
from app.catalogue.games import catalogue
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.text.amounts import parse_minor, plain, unread, written
from app.core.wire.error_messages import message_for
from app.faces.admin.approving.proposing import id_of, waits
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, reason_field, reason_of, refuse
from app.faces.admin.watch import history
from app.people.approvals import queries as approvals
from app.people.approvals.settings import two_people
from app.record.audit import queries as audit
from app.selling.bets.games import BetGame, game_named

from .place import below_each_game, bp, page, place_of

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("config", "configure"))
_VERSIONS: Final = 50
_LONGEST: Final = 40
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")
"""One below zero is one too, and hears what it may be."""


class Changed(NamedTuple):
    """A version of the configuration: each setting that it changed, by its title, with what it was and became."""

    number: int
    said_at: datetime
    fields: list[tuple[str, str, str]]


@below_each_game("/config")
def config(game: str) -> Response:
    """As it is in force, to be changed."""
    one, configuring = _configuring(game)
    return _page(one, configuring, _form_of(one, configuring.settings)(formdata=None, data=_texts(one, configuring)))


@below_each_game("/config", method="POST")
def configure(game: str) -> ResponseReturnValue:
    """Change what is another in the form; what an outsider could profit from is proposed to a second operator."""
    one, configuring = _configuring(game)
    form = _form_of(one, configuring.settings)()
    changes, wrong = _changes(one, configuring, form)
    if wrong:
        _refuse_all(one, configuring, form, wrong)
        return _page(one, configuring, form, 422)
    try:
        reason = reason_of(form)
        with transaction():
            before = configuring.in_force()
            made = id_of(configuring.propose(changes, reason, actor=operator_name()))
            is_changed = configuring.in_force() != before
    except DomainError as error:
        refuse(form, error)
        return _page(one, configuring, form, 422 if error.field in form else error.status, error)
    if made is not None:
        return waits(made)
    flash(
        gettext("Changed, from now on.") if is_changed else gettext("Nothing was changed: every value is what it was."),
        "ok",
    )
    return redirect(place_of(one, "/config"), 303)


def _changes(
    game: BetGame, configuring: Configuring, form: ReasonForm
) -> tuple[dict[str, Value], Sequence[DomainError]]:
    """What the form says, and all that is wrong with it, whatever comes first."""
    changes: dict[str, Value] = {}
    wrong: list[DomainError] = []
    for setting in configuring.settings:
        try:
            changes[setting.name] = _value(game, setting, form[setting.name].data or "")
        except DomainError as error:
            wrong.append(error)
    wrong += [error for error in configuring.wrong(changes) if error.field in changes]
    if not wrong:
        return changes, ()
    try:
        reason_of(form)
    except DomainError as error:
        wrong.append(error)
    return changes, wrong


def _refuse_all(game: BetGame, configuring: Configuring, form: ReasonForm, wrong: Sequence[DomainError]) -> None:
    """Tie each to its field."""
    form.validate()
    settings = {setting.name: setting for setting in configuring.settings}
    for error in wrong:
        if error.field is not None and not form[error.field].errors:
            form[error.field].errors = [_why(game, settings.get(error.field), error)]


def _why(game: BetGame, setting: Setting | None, error: DomainError) -> str:
    """What is wrong with a value: what it may be, where that is a range."""
    if setting is None or not {"least", "most"} <= error.params.keys():
        return message_for(error)
    least, most = (_told(game, setting, error.params[name]) for name in ("least", "most"))
    return str(gettext("This can be from %(least)s to %(most)s.", least=least, most=most))


def _configuring(game: str) -> tuple[BetGame, Configuring]:
    """Raises NotFound: the game has nothing that operators change."""
    one, found = game_named(game), catalogue().called(game).configuring
    if found is None:
        raise NotFound
    return one, found


def _page(
    game: BetGame, configuring: Configuring, form: ReasonForm, status: int = 200, error: DomainError | None = None
) -> Response:
    subject = configuring.subject
    return page(
        "config",
        game,
        status=status,
        form=form,
        settings=configuring.settings,
        by_two={setting.name for setting in configuring.settings if setting.by_two} if two_people() else (),
        versions=_versions(game, configuring),
        waiting=approvals.open_about(subject),
        entries=history.told(audit.entries(subject), subject),
        error=error if error is not None and error.field not in form else None,
    )


def _form_of(game: BetGame, settings: Sequence[Setting]) -> type[ReasonForm]:
    """A field for each setting, and the reason last."""
    fields = {setting.name: _field(game, setting) for setting in settings}
    return type("ConfigForm", (ReasonForm,), {**fields, "reason": reason_field()})


def _field(game: BetGame, setting: Setting) -> Field:
    hint = setting.hint
    if setting.choices:
        choices = list(setting.choices.items())
        return SelectField(setting.title, choices=choices, description=hint, validate_choice=False)
    unit = f" ({game.currency})" if setting.is_amount else ""
    mode = {"inputmode": "decimal" if setting.is_amount else "numeric", "required": not setting.is_optional}
    return StringField(f"{setting.title}{unit}", [Length(max=_LONGEST)], description=hint, render_kw=mode)


def _texts(game: BetGame, configuring: Configuring) -> Mapping[str, str]:
    """What is in force, as fields have it."""
    values = configuring.in_force()
    return {setting.name: _text(game, setting, values[setting.name]) for setting in configuring.settings}


def _text(game: BetGame, setting: Setting, value: Value) -> str:
    if value is None:
        return ""
    return plain(int(value), game.currency) if setting.is_amount else str(value)


def _value(game: BetGame, setting: Setting, text: str) -> Value:
    """What a field says. Raises DomainError with the setting as its field: no amount, no number."""
    text = text.strip()
    if setting.choices:
        return text
    if not text and setting.is_optional:
        return None
    if setting.is_amount:
        amount = parse_minor(text, game.currency)
        if amount is None:
            why = unread(text, game.currency)
            raise DomainError(why.code, field=setting.name)
        return amount
    if not _WHOLE.fullmatch(text):
        raise DomainError("number_invalid", field=setting.name)
    return int(text)


def _versions(game: BetGame, configuring: Configuring) -> list[Changed]:
    """What was changed, the newest first; the first version is told whole."""
    found = configuring.history(_VERSIONS)
    olds: list[Mapping[str, Value]] = [*(one.values for one in found[1:]), {}]
    return [
        Changed(
            version.number,
            version.said_at,
            [
                (str(one.title), _told(game, one, old.get(one.name)), _told(game, one, version.values[one.name]))
                for one in configuring.settings
                if not old or version.values[one.name] != old[one.name]
            ],
        )
        for version, old in zip(found, olds, strict=False)  # before the first there was none
    ]


def _told(game: BetGame, setting: Setting, value: Value) -> str:
    """A value as people read it; "–" where there is none."""
    if value is None:
        return "–"
    if setting.is_amount:
        return written(int(value), game.currency)
    return setting.choices.get(str(value), str(value))
