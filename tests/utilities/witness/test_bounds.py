"""A log that hangs, drips, floods, redirects or breaks off holds nobody: not reached, soon, and nothing is signed."""

from __future__ import annotations

import datetime
import gzip
import http.server
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.utilities.witness.conftest import Follows
from tests.utilities.witness.log import Answer, Site, tile_name
from tests.utilities.witness.script import witness

Request = http.server.BaseHTTPRequestHandler
LONG = 7.0  # seconds: beyond two, with room for a machine that is busy
CHECKPOINT, TILE, BUNDLE = "checkpoint", tile_name(0, 0, 40), tile_name("entries", 0, 40)


@pytest.fixture
def patient(follower: Follows) -> Follows:
    """A log of forty entries; answers may take as long as they may elsewhere."""
    follower.log.grow(40)
    follower.log.publish()
    return follower


@pytest.fixture
def ready(patient: Follows, monkeypatch: pytest.MonkeyPatch) -> Follows:
    """Answers may take two seconds in all, those that never end would take longer."""
    monkeypatch.setattr(witness, "ANSWER_SECONDS", 2.0)
    return patient


def hangs(request: Request) -> None:
    time.sleep(60)


def drips(request: Request) -> None:
    """A byte now and then: no single wait is long."""
    request.send_response(200)
    request.send_header("Content-Length", "100")
    request.end_headers()
    for _ in range(600):
        request.wfile.write(b"x")
        time.sleep(0.1)


def drips_headers(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(80):
        request.wfile.write(b"X-%d: x\r\n" % number)
        time.sleep(0.1)


def floods(request: Request) -> None:
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    for _ in range(2000):
        request.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def breaks_off_in_the_headers(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
    request.close_connection = True


def does_not_say_where_it_ends(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\nsome of it")
    request.close_connection = True


def is_said_to_be_huge(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(10**12))
    request.end_headers()
    request.wfile.write(b"x" * 1000)


def unpacks_to_much(request: Request) -> None:
    data = gzip.compress(bytes(30_000_000))
    request.send_response(200)
    request.send_header("Content-Encoding", "gzip")
    request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)


def is_badly_packed(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Encoding", "gzip")
    request.send_header("Content-Length", "3")
    request.end_headers()
    request.wfile.write(b"abc")


def packs_half_of_it(request: Request) -> None:
    data = gzip.compress(bytes(range(256)) * 8)[:-20]
    request.send_response(200)
    request.send_header("Content-Encoding", "gzip")
    request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)


def breaks_off(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "100")
    request.end_headers()
    request.wfile.write(b"x" * 50)
    request.close_connection = True


def breaks_off_in_pieces(request: Request) -> None:
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    request.wfile.write(b"ff\r\nabc")
    request.close_connection = True


def redirects(request: Request) -> None:
    request.send_response(302)
    request.send_header("Location", "/log/elsewhere")
    request.send_header("Content-Length", "0")
    request.end_headers()


def fails(request: Request) -> None:
    request.send_error(503)


def talks_nonsense(request: Request) -> None:
    request.wfile.write(b"220 mail.example ESMTP\r\n")
    request.close_connection = True


def hangs_up(request: Request) -> None:
    request.close_connection = True


ODD = [
    hangs,
    drips,
    drips_headers,
    floods,
    is_said_to_be_huge,
    unpacks_to_much,
    is_badly_packed,
    packs_half_of_it,
    breaks_off,
    breaks_off_in_pieces,
    breaks_off_in_the_headers,
    does_not_say_where_it_ends,
    redirects,
    fails,
    talks_nonsense,
    hangs_up,
]


@pytest.mark.parametrize("path", [CHECKPOINT, TILE])
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_answer_is_none(ready: Follows, path: str, odd: Answer) -> None:
    ready.site.odd[path] = odd
    begun = time.monotonic()
    told = ready.once()
    assert time.monotonic() - begun < LONG
    assert (told.status, "witness: not reached: " in told.err) == (3, True), told
    assert "Traceback" not in told.err
    assert not (ready.state / "checkpoint").exists()
    assert ready.evidence() == []
    assert "elsewhere" not in ready.site.asked
    ready.site.odd.clear()
    assert ready.once().status == 0


@pytest.mark.parametrize("odd", [hangs, drips, floods, breaks_off, fails])
def test_entries_that_do_not_come(ready: Follows, odd: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checkpoint is cosigned, for nothing in it was changed; the rest is read when it comes."""
    monkeypatch.setattr(witness, "BUNDLE_BYTES", 10000)
    ready.site.odd[BUNDLE] = odd
    told = ready.once("--entries")
    assert told.status == 3
    assert told.out.startswith("cosigned 40 entries")
    assert not (ready.state / "read").exists()
    ready.site.odd.clear()
    assert ready.once("--entries").status == 0


def test_packed_answers_are_unpacked(ready: Follows) -> None:
    def packed(request: Request) -> None:
        data = gzip.compress((ready.log.folder / BUNDLE).read_bytes())
        request.send_response(200)
        request.send_header("Content-Encoding", "gzip")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    ready.site.odd[BUNDLE] = packed
    assert ready.once("--entries").status == 0


def test_answers_in_pieces_are_put_together(ready: Follows) -> None:
    def chunked(request: Request) -> None:
        data = (ready.log.folder / CHECKPOINT).read_bytes()
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        for part in (data[:10], data[10:]):
            request.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        request.wfile.write(b"0\r\n\r\n")

    ready.site.odd[CHECKPOINT] = chunked
    assert ready.once().status == 0


def test_a_log_that_keeps_no_connection_open(ready: Follows) -> None:
    def closes(request: Request) -> None:
        data = (ready.log.folder / CHECKPOINT).read_bytes()
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(data)

    ready.site.odd[CHECKPOINT] = closes
    assert ready.once().status == 0


def test_a_tile_that_is_gone(ready: Follows) -> None:
    (ready.log.folder / TILE).unlink()
    told = ready.once()
    assert told.status == 3
    assert f"{ready.site.url}/tile/0/000: status 404" in told.err


def test_nobody_listens(ready: Follows) -> None:
    ready.site.end()
    assert ready.once().status == 3


def test_somebody_listens_and_accepts_nobody(ready: Follows) -> None:
    """The connection stands, and nothing ever comes."""
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{silent.getsockname()[1]}/log"
    begun = time.monotonic()
    told = ready.run(*(url if word == ready.site.url else word for word in ready.arguments("--once")))
    assert (told.status, time.monotonic() - begun < LONG) == (3, True)
    assert "no whole answer within" in told.err
    silent.close()


def test_a_step_ends_though_each_answer_is_quick_enough(ready: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    ready.log.grow(256 * 40)
    ready.log.publish()

    def slowly(request: Request) -> None:
        time.sleep(0.5)
        data = (ready.log.folder / CHECKPOINT).read_bytes()
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    ready.site.odd[CHECKPOINT] = slowly
    monkeypatch.setattr(witness, "CHECK_SECONDS", 0.2)
    told = ready.once()
    assert told.status == 3
    monkeypatch.setattr(witness, "CHECK_SECONDS", 10)
    monkeypatch.setattr(witness, "READ_SECONDS", 0.1)  # less than an answer may take: nothing is begun
    told = ready.once()
    assert (told.status, "\nread 0 of 10280: " in told.out) == (0, True)


def test_a_step_takes_only_so_much(ready: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    ready.log.grow(256 * 200)
    ready.log.publish()
    monkeypatch.setattr(witness, "BYTES_A_STEP", 100_000)
    told = ready.once()
    assert "\nread 16384 of 51240: " in told.out  # the batch that went beyond


def busy(times: int, seconds: str) -> Answer:
    """Too many requests, so many times, and then what lies there."""
    left = [times]

    def answer(request: Request) -> None:
        data = (request.server.folder / TILE).read_bytes()  # type: ignore[attr-defined]
        left[0] -= 1
        request.send_response(429 if left[0] >= 0 else 200)
        request.send_header("Retry-After", seconds)
        request.send_header("Content-Length", "0" if left[0] >= 0 else str(len(data)))
        request.end_headers()
        request.wfile.write(b"" if left[0] >= 0 else data)

    return answer


def test_a_log_that_asks_to_wait_is_waited_for(ready: Follows) -> None:
    ready.site.odd[TILE] = busy(2, "1")
    begun = time.monotonic()
    assert ready.once().status == 0
    assert time.monotonic() - begun >= 2
    assert ready.site.asked.count(TILE) == 5  # two that wait; and the proof's, the tree's and the reader's


def test_a_log_that_asks_to_wait_too_long(ready: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    ready.site.odd[TILE] = busy(100, "999999999")
    monkeypatch.setattr(witness, "CHECK_SECONDS", 5)
    told = ready.once()
    assert (told.status, "asks to wait for 60 seconds" in told.err) == (3, True)
    ready.site.odd[TILE] = busy(0, "1")
    real, begins = witness.Log.begin, list[float]()
    monkeypatch.setattr(witness.Log, "begin", lambda log, seconds: (real(log, seconds), begins.append(seconds)))

    def checked_then_busy(request: Request) -> None:
        busy(0 if len(begins) == 1 else 100, "30")(request)

    ready.site.odd[TILE] = checked_then_busy
    monkeypatch.setattr(witness, "READ_SECONDS", 25)
    told = ready.once()  # cosigned; what is left is for the next step
    assert (told.status, "\nread 0 of 40: " in told.out) == (0, True), told


@pytest.fixture
def secured(patient: Follows, tmp_path: Path) -> Iterator[Site]:
    """The same log over TLS, with a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(hours=1))
    certificate = made.add_extension(address, critical=False).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    (tmp_path / "tls.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, plain))
    (tmp_path / "tls.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "tls.pem", tmp_path / "tls.key")
    site = Site(patient.log.folder, context)
    yield site
    site.end()


def over_tls(follower: Follows, site: Site, *more: str) -> list[str]:
    url = site.url.replace("http://", "https://")
    return [url if word == follower.site.url else word for word in follower.arguments("--once", *more)]


def test_a_certificate_that_nobody_signed_is_refused(patient: Follows, secured: Site) -> None:
    """On a busy machine all certificates of the system, read for each connection, take more than two seconds."""
    told = patient.run(*over_tls(patient, secured))
    assert (told.status, "CERTIFICATE_VERIFY_FAILED" in told.err) == (3, True), told


def test_over_tls(patient: Follows, secured: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "tls.pem"))
    told = patient.run(*over_tls(patient, secured, "--entries"))
    assert told.status == 0, told
    monkeypatch.setattr(witness, "ANSWER_SECONDS", 2.0)
    secured.odd[CHECKPOINT] = drips
    begun = time.monotonic()
    assert patient.run(*over_tls(patient, secured)).status == 3
    assert time.monotonic() - begun < LONG


def test_a_handshake_that_never_ends(ready: Follows) -> None:
    """TLS that says one byte at a time."""
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        other, _ = server.accept()
        with other:
            for byte in b"\x16\x03\x03\x40\x00" + bytes(600):
                try:
                    other.sendall(bytes([byte]))
                except OSError:
                    return
                time.sleep(0.1)

    threading.Thread(target=drip, daemon=True).start()
    url = f"https://127.0.0.1:{server.getsockname()[1]}/log"
    begun = time.monotonic()
    told = ready.run(*(url if word == ready.site.url else word for word in ready.arguments("--once")))
    assert (told.status, time.monotonic() - begun < LONG) == (3, True)
    server.close()
