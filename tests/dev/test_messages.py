"""The page on which SMS, push and mail arrive: what it shows, whom it lets in, and what it lets go wrong."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dev.messages.carrying import Accounts, Providers
from dev.messages.faults import Faults
from dev.messages.page import create
from dev.messages.postbox import Postbox, Taken

TWILIO = "AC" + "0" * 32
JSON = {"Accept": "application/json"}


@pytest.fixture
def providers(tmp_path: Path) -> Providers:
    return Providers(Accounts("key", TWILIO, "token"), Postbox(tmp_path / "kept"), Faults())


@pytest.fixture
def client(providers: Providers) -> FlaskClient:
    return create(providers).test_client()


def semaphore(client: FlaskClient, route: str = "messages", **form: str) -> object:
    given = {"apikey": "key", "number": "09171234567", "message": "Bonjou", **form}
    return client.post(f"/api/v4/{route}", data=given).json


def test_an_empty_page_says_what_to_do_and_its_list_is_empty(client: FlaskClient) -> None:
    assert "flask messages test" in client.get("/", headers={"Accept": "text/html"}).text
    assert client.get("/", headers=JSON).json == []


def test_the_newest_comes_first_with_each_copy(client: FlaskClient) -> None:
    semaphore(client, message="first")
    client.post("/faults", json={"wire": "twilio", "kind": "duplicate"})
    form = {"To": "+50934101234", "From": "+15005550006", "Body": "Kòd ou se 814205 <b>"}
    taken = client.post(f"/2010-04-01/Accounts/{TWILIO}/Messages.json", data=form, auth=(TWILIO, "token"))
    assert (taken.status_code, taken.json["status"], taken.json["sid"][:2]) == (201, "queued", "SM")
    shown = client.get("/", headers=JSON).json
    assert [(one["channel"], one["to"], one["text"]) for one in shown] == [
        ("sms", "+50934101234", "Kòd ou se 814205 <b>"),
        ("sms", "+50934101234", "Kòd ou se 814205 <b>"),
        ("sms", "+639171234567", "first"),
    ]
    page = client.get("/", headers={"Accept": "text/html"}).text
    assert "Kòd ou se 814205 &lt;b&gt;" in page


def test_semaphores_three_routes(client: FlaskClient) -> None:
    (row,) = semaphore(client)  # type: ignore[misc]
    told = "message_id user_id user account_id account recipient message sender_name network status type source"
    assert set(row) == {*told.split(), "created_at", "updated_at"}
    assert (row["recipient"], row["status"]) == ("639171234567", "Pending")
    assert len(semaphore(client, "priority", number="09171234567,+639181234567")) == 2  # type: ignore[arg-type]
    (otp,) = semaphore(client, "otp", message="Your code is {otp}.", code="814205")  # type: ignore[misc]
    assert (otp["message"], otp["code"]) == ("Your code is 814205.", "814205")
    assert semaphore(client, message="test of it") == []
    assert client.get(f"/api/v4/messages/{row['message_id']}?apikey=key").json[0]["message"] == "Bonjou"


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/api/v4/messages", {"apikey": "other", "number": "09171234567", "message": "x"}, 401),
        ("/api/v4/messages", {"apikey": "key", "number": "+50934101234", "message": "x"}, 422),
        ("/api/v4/pigeon", {"apikey": "key"}, 404),
        (f"/2010-04-01/Accounts/{TWILIO}/Messages.json", {"To": "+50934101234", "From": "x", "Body": "x"}, 401),
        ("/v1/projects/x/messages:send", {}, 401),
        ("/token", {"grant_type": "x"}, 400),
    ],
)
def test_strangers_are_refused(client: FlaskClient, path: str, form: dict[str, str], status: int) -> None:
    assert client.post(path, data=form).status_code == status
    assert client.get("/", headers=JSON).json == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ],
)
def test_other_sites_get_nothing(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/faults/clear", data={}, headers=headers).status_code == 403
    if "Sec-Fetch-Site" not in headers:
        assert client.get("/", headers={**JSON, **headers}).status_code == 403


def test_faults_are_asked_for_once_or_so_many_times_and_taken_back(client: FlaskClient, providers: Providers) -> None:
    fault = {"wire": "semaphore", "kind": "status", "status": 429, "seconds": 7, "times": 2}
    assert client.post("/faults", data=fault).status_code == 303
    assert "semaphore: refuses it with a status (429)" in client.get("/", headers={"Accept": "text/html"}).text
    answer = client.post("/api/v4/messages", data={})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert len(providers.faults.coming()) == 1
    assert client.post("/faults/clear").status_code == 303
    assert providers.faults.coming() == []


@pytest.mark.parametrize(
    "fault", [{}, {"wire": "pigeon", "kind": "drop"}, {"wire": "fcm", "kind": "drop", "seconds": "1e9"}, {"times": "x"}]
)
def test_what_is_no_fault_is_refused_and_kept_in_the_form(client: FlaskClient, fault: dict[str, str]) -> None:
    assert client.post("/faults", json=fault).status_code == 422
    page = client.post("/faults", data=fault)
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_what_was_taken_outlives_the_process_and_half_a_line(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    Postbox(file).take(Taken("twilio", "sms", "SM1", "+50934101234", "Bonjou", "2026-11-29T12:00:00.000+00:00"))
    with file.open("a") as kept:
        kept.write('{"wire": "twi')
    assert [one.provider_id for one in Postbox(file).arrived()] == ["SM1"]


def test_a_phone_shows_one_push_of_a_tag() -> None:
    postbox = Postbox()
    for at, tag in enumerate(("a", "a", "b")):
        postbox.take(Taken("fcm", "push", f"n{at}", "device", f"text {at}", "2026-11-29T12:00:00.000+00:00", tag=tag))
    assert [one.text for one in postbox.arrived()] == ["text 2", "text 1"]


def test_the_platforms_mail_is_among_them(providers: Providers) -> None:
    platform = Flask("platform")
    letter = {"channel": "mail", "to": "ada@shop.example", "text": "Hello", "at": "2026-11-29T12:00:00.000+00:00"}
    platform.add_url_rule("/dev/mailbox", view_func=lambda: [letter])
    server = make_server("127.0.0.1", 0, platform)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.port}/dev/mailbox"
    client = create(Providers(providers.accounts, providers.postbox, Faults(), url)).test_client()
    assert client.get("/", headers=JSON).json == [letter]
    server.shutdown()
    server.server_close()
    assert client.get("/", headers=JSON).json == []
    assert "mail is missing here" in client.get("/", headers={"Accept": "text/html"}).text
