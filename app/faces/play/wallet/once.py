"""A form that does something once, however often it is sent: where it led is kept under the key that it carries."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.validators import InputRequired

from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.wire.error_messages import message_for
from app.people.players.spending import hold
from app.record.answers import service as answers
from app.record.answers.service import Owner

_LED_ELSEWHERE: Final = 201
_NOT_SAID: Final = frozenset({"key", "csrf_token"})
_OF_KEYS: Final = frozenset({"idempotency_key_reused", "idempotency_key_invalid"})


class KeyedForm(FlaskForm):
    """Each page that shows it has a key of its own; a second click sends the same one."""

    key = HiddenField(validators=[InputRequired()], default=lambda: str(new_id()))

    def said(self) -> str:
        """What it says, by which two forms under one key are told apart."""
        told = {name: field.data for name, field in self._fields.items() if name not in _NOT_SAID}
        return json.dumps(told, sort_keys=True, default=str)

    def refuse(self, error: DomainError, fields: Mapping[str, str]) -> None:
        """Say it beside the field that it is about, by the names that the error has for them; else above the form."""
        if error.code in _OF_KEYS:
            self._renew(gettext("This form was sent before. To do it once more, press again."))
            return
        target = self._fields.get(fields.get(error.field or "", ""))
        if isinstance(target, Field):
            target.errors = [*target.errors, message_for(error)]
        else:
            self.form_errors.append(message_for(error))

    def is_sent(self) -> bool:
        """Whether it came, with all that it needs; where its key is missing that is said above it."""
        if self.validate_on_submit():
            return True
        if self.key.errors:
            self._renew(gettext("This form has expired. Press again."))
        return False

    def _renew(self, sentence: str) -> None:
        self.key.data = str(new_id())
        self.form_errors.append(sentence)


def once(form: KeyedForm, user_id: UUID, act: Callable[[], str]) -> str:
    """Do it, or find where it led when it was done; within the caller's transaction. Of two clicks the second waits.

    Raises what the doing raises, and DomainError `idempotency_key_reused`: the same form said something else before.
    """
    hold(user_id)
    tried = answers.attempt_under(Owner.player(user_id), form.key.data or "", form.said())
    known = answers.claim(tried)
    if known is not None:
        return known.text
    place = act()
    answers.keep(tried, _LED_ELSEWHERE, place)
    return place
