"""One request: where it may go, how long it may take, how much is heard of the answer."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.core.database.session import transaction
from app.core.dependencies import destination
from app.core.dependencies.destination import is_public
from app.webhooks.delivery import sending
from tests.webhooks import receiver as servers
from tests.webhooks.receiver import Receiver, answer

pytestmark = pytest.mark.usefixtures("_in_app")

NEVER = 30  # seconds: a busy machine is slow, and none of these would ever end by itself


@pytest.fixture
def _in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def post(url: str, resolver: destination.Resolver | None = None, *, private: bool = True) -> sending.Outcome:
    return sending.post(url, b'{"a":1}', {"webhook-id": "1"}, allow_private=private, resolver=resolver)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:10.0.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "2001:0:7f00:1::",
        "::7f00:1",
        "fec0::1",
        "192.0.0.8",
        "64:ff9b:1::7f00:1",
        "nonsense",
        "",
    ],
)
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["0.0.0.0"]])
def test_a_name_that_leads_inward_is_not_followed(addresses: list[str]) -> None:
    """One inward address among public ones is enough: which of them is taken is not for the name's owner to choose."""
    with Receiver() as inside:
        outcome = post(f"http://shop.example:{inside.port}/", lambda host, port: addresses, private=False)
    assert (outcome.status, outcome.error) == (None, "address_not_allowed")
    assert inside.connections == 0


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer is public, the next one inward: the connection goes to the first, whatever comes after."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    tried: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    outcome = post("https://shop.example/", lambda host, port: next(answers), private=False)
    assert outcome.error == "connection_failed"
    assert tried == [("8.8.8.8", 443)]
    outcome = post("https://shop.example/", lambda host, port: next(answers), private=False)
    assert (outcome.error, len(tried)) == ("address_not_allowed", 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433", "127.1", "localhost"])
def test_spellings_of_this_machine_are_judged_by_what_they_lead_to(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolved = socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: resolved)
    with Receiver() as inside:
        assert post(f"http://{host}:{inside.port}/", private=False).error == "address_not_allowed"
    assert inside.connections == 0


def test_a_request_as_it_arrives() -> None:
    with Receiver() as shop:
        outcome = post(f"http://127.0.0.1:{shop.port}/hook?a=1")
    assert (outcome.status, outcome.error, outcome.answer) == (200, "", "thank you")
    (got,) = shop.received
    assert got.body == b'{"a":1}'
    assert got.head[""] == "POST /hook?a=1 HTTP/1.1"
    assert got.head["host"] == f"127.0.0.1:{shop.port}"
    assert got.head["content-type"] == "application/json"
    assert got.head["webhook-id"] == "1"


@pytest.mark.parametrize(
    ("behaviour", "status", "error", "kept"),
    [
        (answer(204), 204, "", ""),
        (answer(299, b"x" * 5000), 299, "", "x" * 1024),
        (answer(400, b"no\0\xff"), 400, "http_400", "no\ufffd\ufffd"),
        (answer(410), 410, "http_410", ""),
        (answer(500), 500, "http_500", ""),
        (lambda talk, request: talk.write(b"HTTP/1.1 200 OK\r\n\r\nuntil the end"), 200, "", "until the end"),
        (lambda talk, request: talk.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut"), 200, "", "cut"),
        (
            lambda talk, request: talk.write(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
            ),
            200,
            "",
            "hi",
        ),
        (
            lambda talk, request: talk.write(b"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n"),
            202,
            "",
            "",
        ),
        (lambda talk, request: talk.write(b"SSH-2.0-OpenSSH\r\n\r\n"), None, "answer_not_understood", ""),
        (lambda talk, request: talk.write(b"HTTP/1.1 abc\r\n\r\n"), None, "answer_not_understood", ""),
        (lambda talk, request: None, None, "answer_not_understood", ""),
    ],
)
def test_answers(behaviour: servers.Behaviour, status: int | None, error: str, kept: str) -> None:
    with Receiver(behaviour) as shop:
        outcome = post(shop.url)
    assert (outcome.status, outcome.error, outcome.answer) == (status, error, kept)


def test_no_redirect_is_followed() -> None:
    with Receiver() as inside, Receiver(answer(302, b"", f"Location: http://127.0.0.1:{inside.port}/")) as shop:
        outcome = post(shop.url)
    assert (outcome.status, outcome.error) == (302, "redirected")
    assert inside.connections == 0


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (servers.hang, "timeout"),
        (servers.drip, "timeout"),
        (servers.drip_body, ""),
        (servers.flood, ""),
        (servers.flood_head, "answer_not_understood"),
    ],
)
def test_time_and_bytes_are_bounded(monkeypatch: pytest.MonkeyPatch, behaviour: servers.Behaviour, error: str) -> None:
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 1.0)
    with Receiver(behaviour) as shop:
        begin = time.monotonic()
        outcome = post(shop.url)
        assert time.monotonic() - begin < NEVER
    assert outcome.error == error
    assert len(outcome.answer) <= 1024
    assert shop.written < 50_000_000, "what the kernel's buffers hold, not the gigabyte"


def test_a_name_server_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "CONNECT_SECONDS", 0.3)

    asked = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        asked.wait(NEVER)
        return ["127.0.0.1"]

    begin = time.monotonic()
    assert post("http://shop.example/", slow).error == "timeout"
    assert time.monotonic() - begin < NEVER
    asked.set()


def test_nobody_listens() -> None:
    with Receiver() as shop:
        url = shop.url
    assert post(url).error == "connection_failed"

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    assert post("https://nobody.example/", unknown).error == "name_unknown"


def test_nothing_is_sent_inside_a_transaction(session: object) -> None:
    with pytest.raises(RuntimeError), transaction():
        post("http://127.0.0.1:1/")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for shop.example with its key, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=shop.example",
            "-addext",
            "subjectAltName=DNS:shop.example",
            "-keyout",
            folder / "key.pem",
            "-out",
            folder / "certificate.pem",
        ],
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return both


def test_the_certificate_must_be_trusted_and_name_the_host(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    names: list[str | None] = []
    serving.sni_callback = lambda link, name, context: names.append(name)
    here: destination.Resolver = lambda host, port: ["127.0.0.1"]  # noqa: E731
    with Receiver(context=serving) as shop:
        address = f"https://shop.example:{shop.port}/hook"
        assert post(address, here).error == "tls_failed", "a certificate that nobody vouches for"
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(sending, "tls_context", lambda: trusting)
        assert post(address, here).status == 200
        assert post(f"https://other.example:{shop.port}/hook", here).error == "tls_failed"
    assert [request.head["host"] for request in shop.received] == [f"shop.example:{shop.port}"]
    assert names == ["shop.example", "shop.example", "other.example"]


def test_a_tls_handshake_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begin = time.monotonic()
        url = f"https://shop.example:{silent.getsockname()[1]}/"
        assert post(url, lambda host, port: ["127.0.0.1"]).error == "timeout"
        assert time.monotonic() - begin < NEVER
