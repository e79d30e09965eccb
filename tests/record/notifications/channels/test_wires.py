"""What goes over each wire, to the letter, and what every answer means."""

from __future__ import annotations

import base64
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask

from app.core.dependencies.breaker import breaker
from app.record.notifications.channels.google_account import ServiceAccount
from app.record.notifications.channels.outcomes import Candidates, Parcel, Refused, Sent, Unknown, Way
from app.record.notifications.channels.settings import MessageSettings
from app.record.notifications.channels.ways import way_of
from dev import carriers

ACCOUNT = "AC" + "0" * 32
MOMENT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
ID = UUID("01940000-0000-7000-8000-000000000001")


@dataclass
class Provider:
    """A server that keeps what it was asked, and answers what a test says, in turn; the last answer for ever."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)

    def next(self) -> tuple[int, Any]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def provider() -> Iterator[Provider]:
    held = Provider()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            held.asked.append((self.command, self.path, dict(self.headers), body))
            status, said = held.next()
            data = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST

        def log_message(self, *arguments: object) -> None:
            """Nobody's business."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    held.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield held
    server.shutdown()
    server.server_close()


@pytest.fixture
def way(app: Flask, provider: Provider, tmp_path: Path) -> Iterator[Callable[..., Way]]:
    """A provider as the settings make it."""
    before = app.config["SETTINGS"]

    def make(channel: str, **values: object) -> Way:
        read = MessageSettings(
            **{  # type: ignore[arg-type]
                "semaphore_api_key": "key&=",
                "semaphore_url": provider.url,
                "twilio_account_sid": ACCOUNT,
                "twilio_auth_token": "token",
                "twilio_from": "+15005550006",
                "twilio_url": provider.url,
                "fcm_url": provider.url,
                **values,
            }
        )
        app.config["SETTINGS"] = before.model_copy(
            update={name: getattr(read, name) for name in MessageSettings.model_fields}
        )
        found = way_of(channel)
        assert found is not None
        return found

    with app.app_context():
        yield make
        breaker("sms").close()
        breaker("push").close()
    app.config["SETTINGS"] = before


def parcel(to: str = "+639171234567", text: str = "Bonjou & « Tiraj »") -> Parcel:
    return Parcel(ID, to, "A title", text, MOMENT)


def test_semaphores_request(way: Callable[..., Way], provider: Provider) -> None:
    provider.answers = [(200, [{"message_id": 1234, "recipient": "639171234567", "status": "Pending"}])]
    assert way("sms", sms_provider="semaphore", semaphore_sender="TIRAJ").send(parcel()) == Sent("1234")
    ((method, path, headers, body),) = provider.asked
    assert (method, path, headers["Content-Type"]) == (
        "POST",
        "/api/v4/priority",
        "application/x-www-form-urlencoded",
    )
    assert parse_qsl(body.decode()) == [
        ("apikey", "key&="),
        ("number", "639171234567"),
        ("message", "Bonjou & « Tiraj »"),
        ("sendername", "TIRAJ"),
    ]


def test_semaphore_is_asked_for_the_days_about(way: Callable[..., Way], provider: Provider) -> None:
    mine = {"message_id": 7, "recipient": "639171234567", "message": "Bonjou & « Tiraj »"}
    others = [{**mine, "message_id": 8, "message": "Bonjou"}, {**mine, "message_id": 9, "recipient": "639170000000"}]
    provider.answers = [(200, [*others, mine])]
    assert way("sms", sms_provider="semaphore").find(parcel()) == Candidates(("7",))
    ((method, path, _, _),) = provider.asked
    assert (method, urlsplit(path).path) == ("GET", "/api/v4/messages")
    assert parse_qs(urlsplit(path).query) == {
        "apikey": ["key&="],
        "limit": ["1000"],
        "page": ["1"],
        "startDate": ["2026-11-28"],
        "endDate": ["2026-11-30"],
    }


def test_a_list_that_does_not_end_proves_nothing(way: Callable[..., Way], provider: Provider) -> None:
    provider.answers = [(200, [{"message_id": n, "recipient": "639170000000", "message": ""} for n in range(1, 1001)])]
    assert isinstance(way("sms", sms_provider="semaphore").find(parcel()), Unknown)
    assert len(provider.asked) == 5


def test_twilios_request(way: Callable[..., Way], provider: Provider) -> None:
    provider.answers = [(201, {"sid": "SM1", "status": "queued"})]
    assert way("sms", sms_provider="twilio").send(parcel("+50934101234")) == Sent("SM1")
    ((method, path, headers, body),) = provider.asked
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == f"{ACCOUNT}:token".encode()
    assert parse_qsl(body.decode()) == [
        ("To", "+50934101234"),
        ("From", "+15005550006"),
        ("Body", "Bonjou & « Tiraj »"),
    ]
    service = "MG" + "1" * 32
    way("sms", sms_provider="twilio", twilio_from=service).send(parcel("+50934101234"))
    assert parse_qsl(provider.asked[-1][3].decode())[1] == ("MessagingServiceSid", service)


def test_twilio_is_asked_by_recipient_and_the_newest_count(way: Callable[..., Way], provider: Provider) -> None:
    def row(sid: str, **changes: object) -> dict[str, object]:
        made = format_datetime(MOMENT + timedelta(seconds=2))
        return {"sid": sid, "to": "+50934101234", "body": "Bonjou & « Tiraj »", "date_created": made, **changes}

    listed = [
        row("SM-other-words", body="Bonjou"),
        row("SM-trial", body="Sent from your Twilio trial account - Bonjou & « Tiraj »"),
        row("SM-mine"),
        row("SM-yesterday", date_created=format_datetime(MOMENT - timedelta(days=1))),
        row("SM-elsewhere", to="+50934109999"),
    ]
    provider.answers = [(200, {"messages": listed})]
    found = way("sms", sms_provider="twilio").find(parcel("+50934101234"))
    assert found == Candidates(("SM-trial", "SM-mine"))
    assert parse_qs(urlsplit(provider.asked[0][1]).query) == {"To": ["+50934101234"], "PageSize": ["100"]}
    provider.answers = [(200, {"messages": [row(f"SM{n}", body="x") for n in range(100)]})]
    assert isinstance(way("sms", sms_provider="twilio").find(parcel("+50934101234")), Unknown)


def test_firebases_requests(way: Callable[..., Way], provider: Provider, tmp_path: Path) -> None:
    file = carriers.service_account(tmp_path / "account.json", f"{provider.url}/token")
    account = ServiceAccount.read(file)
    provider.answers = [
        (200, {"access_token": "ya29.x", "expires_in": 3599, "token_type": "Bearer"}),
        (200, {"name": "projects/tiraj-demo/messages/1"}),
    ]
    push = _own_push(way, file)
    assert push.send(parcel("device")) == Sent("projects/tiraj-demo/messages/1")
    assert push.send(parcel("device")) == Sent("projects/tiraj-demo/messages/1")
    assert [path for _, path, _, _ in provider.asked] == [
        "/token",
        "/v1/projects/tiraj-demo/messages:send",
        "/v1/projects/tiraj-demo/messages:send",
    ]
    form = dict(parse_qsl(provider.asked[0][3].decode()))
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    head, claims, signature = form["assertion"].split(".")
    account.key.public_key().verify(_bytes(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256())
    told = json.loads(_bytes(claims))
    assert json.loads(_bytes(head)) == {"alg": "RS256", "typ": "JWT", "kid": account.key_id}
    assert (told["iss"], told["aud"], told["exp"] - told["iat"]) == (account.email, f"{provider.url}/token", 3600)
    assert told["scope"] == "https://www.googleapis.com/auth/firebase.messaging"
    _, _, headers, body = provider.asked[1]
    assert (headers["Authorization"], headers["Content-Type"]) == ("Bearer ya29.x", "application/json")
    assert json.loads(body) == {
        "message": {
            "token": "device",
            "notification": {"title": "A title", "body": "Bonjou & « Tiraj »"},
            "data": {"id": str(ID)},
            "android": {"priority": "HIGH", "notification": {"tag": str(ID)}},
            "apns": {"headers": {"apns-collapse-id": str(ID)}},
            "webpush": {"notification": {"tag": str(ID)}},
        }
    }


def test_a_token_that_is_not_taken_is_forgotten(way: Callable[..., Way], provider: Provider, tmp_path: Path) -> None:
    file = carriers.service_account(tmp_path / "account.json", f"{provider.url}/token")
    given = (200, {"access_token": "ya29.x", "expires_in": 3599})
    provider.answers = [given, (401, {"error": {"status": "UNAUTHENTICATED"}}), given, (200, {"name": "n"})]
    push = _own_push(way, file)
    assert push.send(parcel("device")) == Refused("fcm 401 UNAUTHENTICATED")
    assert push.send(parcel("device")) == Sent("n")


def _own_push(way: Callable[..., Way], file: Path) -> Way:
    """With tokens of the test's own: an application keeps them."""
    from app.record.notifications.channels.fcm import Fcm
    from app.record.notifications.channels.google_token import Tokens
    from app.record.notifications.channels.settings import message_settings

    way("sms", sms_provider="twilio", fcm_service_account_file=file)
    return Fcm(message_settings(), Tokens(ServiceAccount.read(file)))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


FCM_404 = {"error": {"status": "NOT_FOUND", "details": [{"@type": "x", "errorCode": "UNREGISTERED"}]}}
MEANINGS: list[tuple[str, int, Any, type, bool | None]] = [
    ("semaphore", 200, [{"message_id": 1, "status": "Failed"}], Refused, True),
    ("semaphore", 200, [], Unknown, None),
    ("semaphore", 200, b"<html>", Unknown, None),
    ("semaphore", 200, [{"message_id": 1}, {"message_id": 2}], Unknown, None),
    ("semaphore", 401, {}, Refused, False),
    ("semaphore", 422, {}, Refused, True),
    ("semaphore", 429, {}, Refused, False),
    ("semaphore", 302, b"", Unknown, None),
    ("semaphore", 502, b"", Unknown, None),
    ("twilio", 201, {"sid": "SM1", "status": "failed"}, Refused, True),
    ("twilio", 201, {}, Unknown, None),
    ("twilio", 201, [1], Unknown, None),
    ("twilio", 400, {"code": 21211, "message": "+50934101234"}, Refused, True),
    ("twilio", 403, {"code": 20003}, Refused, False),
    ("twilio", 409, {}, Unknown, None),
    ("twilio", 429, {"code": 20429}, Refused, False),
    ("twilio", 500, b"", Unknown, None),
    ("fcm", 400, {"error": {"status": "INVALID_ARGUMENT"}}, Refused, True),
    ("fcm", 403, {"error": {"status": "PERMISSION_DENIED"}}, Refused, False),
    ("fcm", 403, {"error": {"details": [{"errorCode": "SENDER_ID_MISMATCH"}]}}, Refused, True),
    ("fcm", 404, FCM_404, Refused, True),
    ("fcm", 429, {"error": {"status": "RESOURCE_EXHAUSTED"}}, Refused, False),
    ("fcm", 503, {"error": {"status": "UNAVAILABLE"}}, Unknown, None),
    ("fcm", 200, {"name": 5}, Unknown, None),
    ("fcm", 200, b"[[[[", Unknown, None),
]


@pytest.mark.parametrize(("whose", "status", "said", "kind", "for_good"), MEANINGS)
def test_what_answers_mean(
    way: Callable[..., Way],
    provider: Provider,
    tmp_path: Path,
    whose: str,
    status: int,
    said: Any,
    kind: type,
    for_good: bool | None,
) -> None:
    provider.answers = [(status, said)]
    if whose == "fcm":
        provider.answers.insert(0, (200, {"access_token": "ya29.x", "expires_in": 3599}))
        one = _own_push(way, carriers.service_account(tmp_path / "account.json", f"{provider.url}/token"))
    else:
        one = way("sms", sms_provider=whose)
    outcome = one.send(parcel())
    assert isinstance(outcome, kind), outcome
    if isinstance(outcome, Refused):
        assert outcome.for_good is for_good
    assert "+509" not in repr(outcome), "theirs may name the phone; ours is kept and logged"


def test_semaphore_is_not_asked_for_another_country(way: Callable[..., Way], provider: Provider) -> None:
    refused = way("sms", sms_provider="semaphore").send(parcel("+50934101234"))
    assert refused == Refused("semaphore reaches +63 alone", for_good=True)
    assert provider.asked == []
