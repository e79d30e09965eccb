"""The token that Google gives for a service account's signature."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlencode

from app.core.dependencies.fetching import Answer

from .google_account import ServiceAccount
from .outcomes import Refused
from .wire import FORM, parsed, question

_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_MARGIN: Final = 120  # seconds before a token ends in which it is not used any more


class Tokens:
    """The account's token, kept until shortly before it ends."""

    def __init__(self, account: ServiceAccount) -> None:
        self.account = account
        self._held, self._until = "", 0.0

    def current(self) -> str | Refused:
        """A token; Refused where none was given: the message has gone nowhere then."""
        if self._held and time.monotonic() < self._until:
            return self._held
        form = urlencode({"grant_type": _GRANT, "assertion": self.account.assertion(int(time.time()))})
        answer = question("push", self.account.token_url, form.encode(), FORM)
        if not isinstance(answer, Answer):
            return Refused(f"no token: {answer.reason}")
        said = parsed(answer)
        token, seconds = (said.get("access_token"), said.get("expires_in")) if isinstance(said, dict) else (None, None)
        if answer.status != 200 or not isinstance(token, str) or not token:
            return Refused(f"no token: {answer.status}")
        self._held = token
        self._until = time.monotonic() + (seconds if isinstance(seconds, int) else 0) - _MARGIN
        return token

    def forget(self) -> None:
        """It was not taken: the next one is a new one."""
        self._held = ""
