"""Access tokens that a provider gives for a client's credentials, kept in the process until shortly before they end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from .wire import Lost, Reply, basic, question, text, whole

_MARGIN: Final = 10
"""Seconds before its end in which a token is used no more: MonCash's live for 59."""


@dataclass(slots=True)
class Tokens:
    """One client's token at one provider."""

    provider: str
    url: str
    client: str
    secret: str = field(repr=False)
    form: dict[str, str]
    _held: str = field(default="", repr=False)
    _until: float = 0.0

    def asking(self, ask: Callable[[dict[str, str]], Reply]) -> Reply:
        """The answer to a question that bears the token; with a new one, once, if it was not taken. Raises Lost."""
        reply = ask(self._header())
        if reply.status == 401:
            self._held = ""
            reply = ask(self._header())
        if reply.status == 401:
            self._held = ""
            raise Lost("not_let_in", left=False)
        return reply

    def _header(self) -> dict[str, str]:
        if not self._held or time.monotonic() >= self._until:
            self._renew()
        return {"Authorization": f"Bearer {self._held}"}

    def _renew(self) -> None:
        """Raises Lost: nothing was done that anybody would have to ask about."""
        try:
            reply = question(self.provider, self.url, form=self.form, headers=basic(self.client, self.secret))
        except Lost as lost:
            raise Lost(lost.why, left=False) from None
        token = text(reply.said, "access_token")
        if not reply.is_ok or not token:
            raise Lost("no_token", left=False)
        self._held = token
        self._until = time.monotonic() + max(whole(reply.said, "expires_in"), 0) - _MARGIN
