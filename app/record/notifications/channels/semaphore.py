"""SMS by Semaphore, which reaches the Philippines alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from app.core.dependencies.fetching import Answer

from .outcomes import Candidates, Parcel, Refused, Sent, Unknown
from .settings import MessageSettings
from .wire import FORM, parsed, question, unanswered

COUNTRY: Final = "+63"
_PAGE: Final = 1_000
_MOST_PAGES: Final = 5
_FAILED: Final = frozenset({"failed", "refunded"})


class Semaphore:
    """`POST /api/v4/priority`, which passes by its queue: what we send is asked for, or is an alarm."""

    def __init__(self, settings: MessageSettings) -> None:
        assert settings.semaphore_api_key is not None, "the settings refuse it without a key"
        self._url = f"{settings.semaphore_url}/api/v4"
        self._key = settings.semaphore_api_key.get_secret_value()
        self._sender = settings.semaphore_sender

    def send(self, parcel: Parcel) -> Sent | Refused | Unknown:
        """It answers with a list that holds the message as it took it."""
        if not parcel.recipient.startswith(COUNTRY):
            return Refused("semaphore reaches +63 alone", for_good=True)
        form = {"apikey": self._key, "number": parcel.recipient[1:], "message": parcel.text}
        if self._sender:
            form["sendername"] = self._sender
        answer = question("sms", f"{self._url}/priority", urlencode(form).encode(), FORM)
        return self._meant(answer) if isinstance(answer, Answer) else answer

    def _meant(self, answer: Answer) -> Sent | Refused | Unknown:
        if answer.status != 200:
            return unanswered("semaphore", answer)
        rows = _rows(parsed(answer))
        if len(rows) != 1:
            return Unknown("semaphore 200 not understood")
        if str(rows[0].get("status", "")).lower() in _FAILED:
            return Refused("semaphore failed", for_good=True)
        return Sent(str(rows[0]["message_id"]))

    def find(self, parcel: Parcel) -> Candidates | Unknown:
        """By recipient and words, in its list of the days about; its clock's zone is not told."""
        day = timedelta(days=1)
        span = {"startDate": f"{parcel.handed_at - day:%Y-%m-%d}", "endDate": f"{parcel.handed_at + day:%Y-%m-%d}"}
        found: list[str] = []
        for page in range(1, _MOST_PAGES + 1):
            query = urlencode({"apikey": self._key, "limit": _PAGE, "page": page, **span})
            answer = question("sms", f"{self._url}/messages?{query}")
            if not isinstance(answer, Answer):
                return Unknown(answer.reason)
            listed = parsed(answer)
            if answer.status != 200 or not isinstance(listed, list):
                return Unknown(f"semaphore {answer.status} when asked")
            found += [str(row["message_id"]) for row in _rows(listed) if _is(row, parcel)]
            if found or len(listed) < _PAGE:
                return Candidates(tuple(found))
        return Unknown("semaphore lists too many")


def _rows(listed: Any) -> list[dict[str, Any]]:
    return (
        [row for row in listed if isinstance(row, dict) and row.get("message_id")] if isinstance(listed, list) else []
    )


def _is(row: dict[str, Any], parcel: Parcel) -> bool:
    same_phone = str(row.get("recipient", "")).lstrip("+") == parcel.recipient[1:]
    return same_phone and str(row.get("message", "")).strip() == parcel.text.strip()
