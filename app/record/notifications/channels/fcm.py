"""Push by Firebase Cloud Messaging, version 1 of its HTTP interface."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from app.core.dependencies.fetching import Answer

from .google_token import Tokens
from .outcomes import Candidates, Parcel, Refused, Sent, Unknown
from .settings import MessageSettings
from .wire import JSON, parsed, question, unanswered


class Fcm:
    """It cannot be asked what it took. So every copy of a message bears one mark, and a phone shows one of them."""

    def __init__(self, settings: MessageSettings, tokens: Tokens) -> None:
        self._url = f"{settings.fcm_url}/v1/projects/{quote(tokens.account.project, safe='')}/messages:send"
        self._tokens = tokens

    def send(self, parcel: Parcel) -> Sent | Refused | Unknown:
        """200 and the message's name."""
        token = self._tokens.current()
        if isinstance(token, Refused):
            return token
        body = json.dumps({"message": _payload(parcel)}, ensure_ascii=False).encode()
        answer = question("push", self._url, body, {**JSON, "Authorization": f"Bearer {token}"})
        return self._meant(answer) if isinstance(answer, Answer) else answer

    def _meant(self, answer: Answer) -> Sent | Refused | Unknown:
        said = parsed(answer)
        said = said if isinstance(said, dict) else {}
        if answer.status == 200:
            name = said.get("name")
            return Sent(name) if isinstance(name, str) and name else Unknown("fcm 200 not understood")
        if answer.status == 401:
            self._tokens.forget()
        code = _code(said)
        if code in ("UNREGISTERED", "SENDER_ID_MISMATCH"):
            # The device is gone, or another project's: who has set up the wrong one loses no device for it.
            return Refused(f"fcm {answer.status} {code}", for_good=True, is_gone=code == "UNREGISTERED")
        return unanswered("fcm", answer, code)

    def find(self, parcel: Parcel) -> Candidates | Unknown:
        """Nothing is known of it, and a second copy takes the first one's place."""
        return Candidates(())


def _payload(parcel: Parcel) -> dict[str, Any]:
    mark = str(parcel.id)
    return {
        "token": parcel.recipient,
        "notification": {"title": parcel.title, "body": parcel.text},
        "data": {"id": mark},
        "android": {"priority": "HIGH", "notification": {"tag": mark}},
        "apns": {"headers": {"apns-collapse-id": mark}},
        "webpush": {"notification": {"tag": mark}},
    }


def _code(said: dict[str, Any]) -> str:
    """FCM's own word for what was wrong, else Google's."""
    error = said.get("error")
    if not isinstance(error, dict):
        return ""
    details = error.get("details")
    for one in details if isinstance(details, list) else []:
        if isinstance(one, dict) and isinstance(one.get("errorCode"), str):
            return _word(one["errorCode"])
    return _word(error.get("status"))


def _word(text: Any) -> str:
    return text if isinstance(text, str) and text.replace("_", "").isalpha() and len(text) < 60 else ""
