"""SMS by Twilio."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

from app.core.dependencies.fetching import Answer

from .outcomes import Candidates, Parcel, Refused, Sent, Unknown
from .settings import MessageSettings
from .wire import FORM, parsed, question, unanswered

_PAGE: Final = 100
_SKEW: Final = timedelta(minutes=10)  # between its clock and the database's


class Twilio:
    """`POST /2010-04-01/Accounts/{AC…}/Messages.json`; it has no key for repeating one, but lists what it took."""

    def __init__(self, settings: MessageSettings) -> None:
        assert settings.twilio_auth_token is not None, "the settings refuse it without a token"
        self._url = f"{settings.twilio_url}/2010-04-01/Accounts/{settings.twilio_account_sid}/Messages.json"
        pair = f"{settings.twilio_account_sid}:{settings.twilio_auth_token.get_secret_value()}"
        self._basic = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        self._sender = settings.twilio_from or ""

    def send(self, parcel: Parcel) -> Sent | Refused | Unknown:
        """201 and the message as it took it."""
        by = "MessagingServiceSid" if self._sender.startswith("MG") else "From"
        form = {"To": parcel.recipient, by: self._sender, "Body": parcel.text}
        answer = question("sms", self._url, urlencode(form).encode(), {**FORM, **self._basic})
        return _meant(answer) if isinstance(answer, Answer) else answer

    def find(self, parcel: Parcel) -> Candidates | Unknown:
        """By recipient and words, the newest first; what is queued has no date of sending yet, so none is asked for."""
        query = urlencode({"To": parcel.recipient, "PageSize": _PAGE})
        answer = question("sms", f"{self._url}?{query}", headers=self._basic)
        if not isinstance(answer, Answer):
            return Unknown(answer.reason)
        page = parsed(answer)
        listed = page.get("messages") if isinstance(page, dict) else None
        if answer.status != 200 or not isinstance(listed, list):
            return Unknown(f"twilio {answer.status} when asked")
        rows = [row for row in listed if isinstance(row, dict) and _is_new(row, parcel.handed_at - _SKEW)]
        found = [str(row["sid"]) for row in rows if row.get("sid") and _is(row, parcel)]
        if not found and len(rows) >= _PAGE:
            return Unknown("twilio lists too many")
        return Candidates(tuple(found))


def _meant(answer: Answer) -> Sent | Refused | Unknown:
    said = parsed(answer)
    said = said if isinstance(said, dict) else {}
    if answer.status not in (200, 201):
        code = said.get("code")  # a number of theirs; their sentence would name the phone
        return unanswered("twilio", answer, str(code) if isinstance(code, int) else "")
    if not said.get("sid"):
        return Unknown(f"twilio {answer.status} not understood")
    if said.get("status") in ("failed", "undelivered"):
        return Refused("twilio failed", for_good=True)
    return Sent(str(said["sid"]))


def _is(row: dict[str, Any], parcel: Parcel) -> bool:
    """A trial account writes a line of its own before the words."""
    return row.get("to") == parcel.recipient and str(row.get("body", "")).strip().endswith(parcel.text.strip())


def _is_new(row: dict[str, Any], since: datetime) -> bool:
    try:
        return parsedate_to_datetime(str(row.get("date_created"))) >= since
    except (TypeError, ValueError):
        return True  # it does not say: rather looked at than passed over
