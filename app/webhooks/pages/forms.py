"""What a partner sends about an endpoint. The form only gathers; the service refuses, field by field."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectMultipleField, URLField
from wtforms.validators import InputRequired

from app.core.errors import DomainError, InvalidInput
from app.core.wire.error_messages import message_for


class EndpointForm(FlaskForm):
    url = URLField(_l("Address"), [InputRequired(_l("This is required."))])
    events = SelectMultipleField(_l("Events"), choices=[], validate_choice=False)
    every = BooleanField(_l("All of them"))

    def refuse(self, error: DomainError) -> None:
        """Put each of the error's sentences beside its field."""
        for part in error.errors if isinstance(error, InvalidInput) else [error]:
            target = self._fields.get(part.field or "")
            if isinstance(target, Field):
                target.errors = [*target.errors, message_for(part)]
            else:
                self.form_errors.append(message_for(part))

    def given(self, known: Iterable[str]) -> tuple[str, list[str]]:
        """The address and the chosen types, as they came; every type that is known, if all are wanted."""
        if self.every.data:
            self.events.data = sorted(known)
        chosen: Iterable[str] = self.events.data or []
        return self.url.data or "", list(chosen)


class ButtonForm(FlaskForm):
    """A button: nothing but the token that shows where it was pressed."""
