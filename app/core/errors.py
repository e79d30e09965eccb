"""What can go wrong, as codes with parameters. Sentences are made at the edge, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

Parameter = str | int


class DomainError(Exception):
    """A rule refused something. `code` names the rule, `status` is the HTTP status an edge answers with.

    `field` names the input at fault, so that a form can show the message beside it.
    """

    def __init__(self, code: str, *, status: int = 422, field: str | None = None, **params: Parameter) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.field = field
        self.params: Mapping[str, Parameter] = params

    def __repr__(self) -> str:
        return f"DomainError({self.code!r}, status={self.status}, field={self.field!r})"


class InvalidInput(DomainError):
    """Several inputs were refused at once; each is a DomainError that names its field."""

    def __init__(self, errors: list[DomainError]) -> None:
        super().__init__("invalid_input", status=422)
        self.errors = errors


class NotFound(DomainError):
    """There is no such thing, or it is not yours: both look the same."""

    def __init__(self, code: str = "not_found") -> None:
        super().__init__(code, status=404)


class Unavailable(DomainError):
    """Try again later; `retry_after` is in seconds."""

    def __init__(self, code: str, *, retry_after: int = 10) -> None:
        super().__init__(code, status=503)
        self.retry_after = retry_after


class Unauthorised(DomainError):
    """Nobody known asks: a token, key or password is missing or opens nothing. The answer names the scheme."""

    def __init__(self, code: str, *, challenge: str = 'Bearer realm="tiraj"') -> None:
        super().__init__(code, status=401)
        self.challenge = challenge


class TooMany(DomainError):
    """A limit is reached. `retry_after` is in seconds."""

    def __init__(self, code: str, *, retry_after: int = 60, **params: Parameter) -> None:
        super().__init__(code, status=429)
        self.params = params
        self.retry_after = retry_after
