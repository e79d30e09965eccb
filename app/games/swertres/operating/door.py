"""The door of operators' programs: an access token of theirs, and the privilege for what is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flask import g, request

from app.core.database.session import end_reading
from app.core.errors import DomainError, Unauthorised
from app.core.web.headers import no_store
from app.people.approvals.second.people import Decider
from app.people.operators import tokens
from app.people.operators.queries import Entered

P = ParamSpec("P")
R = TypeVar("R")
CHALLENGE: Final = 'Bearer realm="tiraj operators"'


def privileged(module: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let in who holds an operator's token and has the privilege for this module of the console.

    What is wrapped raises Unauthorised 401 `operator_unknown`; DomainError 403 `operator_not_privileged`.
    """

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def door(*args: P.args, **kwargs: P.kwargs) -> R:
            no_store()
            entered = _entered()
            if module not in entered.operator.privileges:
                raise DomainError("operator_not_privileged", status=403, module=module)
            g.swertres_operator = entered
            end_reading()
            return view(*args, **kwargs)

        return door

    return wrap


def actor() -> str:
    """Who is in, as audit rows name an operator."""
    return f"operator:{_who().operator.name}"


def decider() -> Decider:
    """Who is in, to whatever two people decide."""
    return Decider(_who().operator.name, _who().session_id)


def _who() -> Entered:
    found: Entered = g.swertres_operator
    return found


def _entered() -> Entered:
    given = request.authorization
    token = given.token if given is not None and given.type == "bearer" else None
    found = tokens.entered_by(token) if token else None
    if found is None:
        raise Unauthorised("operator_unknown", challenge=CHALLENGE)
    return found
