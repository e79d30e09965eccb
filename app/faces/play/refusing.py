"""A form that was refused for more than what stands in it, and is told beside one of its fields all the same."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response
from wtforms import Field

from app.core.errors import DomainError
from app.core.web.requests import wants_fragment
from app.core.wire.error_messages import message_for
from app.core.wire.http import tell_how_to_go_on


def refused(page: Callable[[int], Response], field: Field, error: DomainError) -> Response:
    """The page with its form, by the error's status and with what it says of trying again; who is told to wait keeps
    what he typed. To htmx it is a 422, the one refusal that it shows."""
    field.errors = [message_for(error)]
    return by_its_status(page, error)


def by_its_status(page: Callable[[int], Response], error: DomainError) -> Response:
    """The same where the form says already what was refused."""
    response = page(422 if wants_fragment() else error.status)
    tell_how_to_go_on(error, response)
    return response
