"""Semaphore's and Twilio's wires, as their documents have them."""

from __future__ import annotations

import re
import secrets
from base64 import b64encode
from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response, request

from .carrying import carried, providers, said
from .postbox import Taken, new_id, now

bp = Blueprint("sms", __name__)
_PHILIPPINE = re.compile(r"(\+?63|0)9\d{9}")
_E164 = re.compile(r"\+[1-9]\d{7,14}")


@bp.post("/api/v4/<any(messages, priority, otp):route>")
def semaphore(route: str) -> Response:
    """One message to each number of a comma list; `otp` puts a code into it."""

    def take(copies: int) -> Response:
        form = request.form
        if not _has_key(form.get("apikey", "")):
            return said({"apikey": ["The selected apikey is invalid."]}, 401)
        numbers, text = form.get("number", "").split(","), form.get("message", "")
        if not text:
            return said({"message": ["The message field is required."]}, 422)
        if not all(_PHILIPPINE.fullmatch(number.strip()) for number in numbers):
            return said({"number": ["The number format is invalid."]}, 422)
        code = form.get("code") or str(secrets.randbelow(900_000) + 100_000)
        if route == "otp":
            text = text.replace("{otp}", code) if "{otp}" in text else f"{text} {code}"
        if text.upper().startswith("TEST"):
            return said([])  # Semaphore passes over such messages
        taken = [_to_philippines(number.strip(), text, copies) for number in numbers]
        return said([_semaphore_row(one, route) | ({"code": code} if route == "otp" else {}) for one in taken])

    return carried("semaphore", lambda status: {"message": f"Error {status}"}, take)


@bp.get("/api/v4/messages")
def semaphore_list() -> Response:
    """The newest first, by days and pages."""

    def take(_: int) -> Response:
        asked = request.args
        if not _has_key(asked.get("apikey", "")):
            return said({"apikey": ["The selected apikey is invalid."]}, 401)
        first, last = asked.get("startDate", "0000"), asked.get("endDate", "9999")
        rows = providers().postbox.found("semaphore", lambda one: first <= one.at[:10] <= last)
        size, page = min(asked.get("limit", 100, int), 1_000), asked.get("page", 1, int)
        return said([_semaphore_row(one, "single") for one in rows[(page - 1) * size : page * size]])

    return carried("semaphore-list", lambda status: {"message": f"Error {status}"}, take)


@bp.get("/api/v4/messages/<identifier>")
def semaphore_one(identifier: str) -> Response | tuple[Response, int]:
    if not _has_key(request.args.get("apikey", "")):
        return said({"apikey": ["The selected apikey is invalid."]}, 401)
    return said(
        [
            _semaphore_row(one, "single")
            for one in providers().postbox.found("semaphore", lambda one: one.provider_id == identifier)
        ]
    )


@bp.post("/2010-04-01/Accounts/<account>/Messages.json")
def twilio(account: str) -> Response:
    """One message; 201 and how it was taken."""

    def take(copies: int) -> Response:
        if not _is_twilio(account):
            return said(_twilio_error(20003, "Authenticate", 401), 401)
        form = request.form
        sender = form.get("From") or form.get("MessagingServiceSid", "")
        if not sender:
            return said(_twilio_error(21603, "A 'From' phone number is required.", 400), 400)
        if not form.get("Body"):
            return said(_twilio_error(21602, "Message body is required.", 400), 400)
        if len(form["Body"]) > 1_600:
            return said(_twilio_error(21617, "The concatenated message body exceeds 1600 characters.", 400), 400)
        if not _E164.fullmatch(form.get("To", "")):
            return said(_twilio_error(21211, f"Invalid 'To' Phone Number: {form.get('To', '')}", 400), 400)
        message = Taken("twilio", "sms", f"SM{new_id()}", form["To"], form["Body"], now(), sender=sender, copies=copies)
        return said(_twilio_row(providers().postbox.take(message), account), 201)

    return carried("twilio", lambda status: _twilio_error(20429 if status == 429 else 20500, "Error", status), take)


@bp.get("/2010-04-01/Accounts/<account>/Messages.json")
def twilio_list(account: str) -> Response:
    """The newest first, to one phone if it is named."""

    def take(_: int) -> Response:
        if not _is_twilio(account):
            return said(_twilio_error(20003, "Authenticate", 401), 401)
        to, size = request.args.get("To", ""), min(request.args.get("PageSize", 50, int), 1_000)
        rows = providers().postbox.found("twilio", lambda one: not to or one.to == to)
        shown = [_twilio_row(one, account) for one in rows[:size]]
        return said({"messages": shown, "page": 0, "page_size": size, "next_page_uri": None})

    return carried("twilio-list", lambda status: _twilio_error(20500, "Error", status), take)


def _has_key(given: str) -> bool:
    key = providers().accounts.semaphore_key
    return bool(key) and secrets.compare_digest(given.encode(), key.encode())


def _is_twilio(account: str) -> bool:
    held = providers().accounts
    pair = b64encode(f"{held.twilio_sid}:{held.twilio_token}".encode()).decode()
    right = secrets.compare_digest(request.headers.get("Authorization", "").encode(), f"Basic {pair}".encode())
    return bool(held.twilio_sid) and account == held.twilio_sid and right


def _to_philippines(number: str, text: str, copies: int) -> Taken:
    to = "+63" + re.sub(r"^(\+?63|0)", "", number)
    sender = request.form.get("sendername", "SEMAPHORE")
    identifier = str(secrets.randbelow(9 * 10**8) + 10**8)
    return providers().postbox.take(
        Taken("semaphore", "sms", identifier, to, text, now(), sender=sender, copies=copies)
    )


def _semaphore_row(one: Taken, kind: str) -> dict[str, Any]:
    at = f"{one.moment:%Y-%m-%d %H:%M:%S}"
    return {
        "message_id": int(one.provider_id),
        "user_id": 1,
        "user": "dev@demo.example",
        "account_id": 1,
        "account": "Demo",
        "recipient": one.to.lstrip("+"),
        "message": one.text,
        "sender_name": one.sender,
        "network": "Globe",
        "status": "Pending",
        "type": kind,
        "source": "Api",
        "created_at": at,
        "updated_at": at,
    }


def _twilio_row(one: Taken, account: str) -> dict[str, Any]:
    by_service = one.sender.startswith("MG")
    return {
        "sid": one.provider_id,
        "account_sid": account,
        "messaging_service_sid": one.sender if by_service else None,
        "from": None if by_service else one.sender,
        "to": one.to,
        "body": one.text,
        "status": "queued",
        "direction": "outbound-api",
        "num_segments": "1",
        "num_media": "0",
        "price": None,
        "error_code": None,
        "error_message": None,
        "date_created": format_datetime(one.moment),
        "date_updated": format_datetime(one.moment),
        "date_sent": None,
        "api_version": "2010-04-01",
        "uri": f"/2010-04-01/Accounts/{account}/Messages/{one.provider_id}.json",
    }


def _twilio_error(code: int, message: str, status: int) -> dict[str, Any]:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": message, "more_info": more, "status": status}
