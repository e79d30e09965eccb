"""The node's client against a real HTTP server that behaves as badly as nodes and networks do."""

import json
import logging
import ssl
import subprocess
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.chain.node import rpc, watched_http
from app.chain.node.rpc import NodeClient, NodeError, NodeSyncing, NodeUnavailable

SECRET = "s3cr:t/ä"


class Script(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.seen.append(body)
        server.connections.add(self.client_address)
        server.authorizations.append(self.headers.get("Authorization"))
        answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
        answer(self, body)

    def reply(self, status, body, length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def node(monkeypatch):
    monkeypatch.setattr(rpc, "BUSY_PAUSES", (0.01, 0.01))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Script)
    server.daemon_threads = True
    server.seen, server.connections, server.authorizations, server.answers = [], set(), [], []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(node):
    client = NodeClient(f"http://us%40er:s3cr%3At%2F%C3%A4@127.0.0.1:{node.server_port}", (1, 0.5))
    yield client
    client.close()


def result(value):
    return lambda h, body: h.reply(200, json.dumps({"result": value, "error": None, "id": body["id"]}).encode())


def error(code, message, status=500):
    def answer(handler, body):
        record = {"result": None, "error": {"code": code, "message": message}, "id": body["id"]}
        handler.reply(status, json.dumps(record).encode())

    return answer


def raw(status, body, length=None):
    return lambda handler, _: handler.reply(status, body, length)


def hang_up(handler, _):
    handler.close_connection = True
    handler.connection.close()


def test_amounts_keep_every_digit(node, client):
    node.answers = [raw(200, b'{"result": {"value": 20999999.97690001, "n": 1}, "error": null, "id": 1}')]
    amount = client.call("gettxout")["value"]
    assert amount == Decimal("20999999.97690001")
    assert rpc.sats(amount) == 2_099_999_997_690_001


@pytest.mark.parametrize("wrong", [0.1, True, "1", None, Decimal("0.000000001")])
def test_sats_are_exact_or_refused(wrong):
    with pytest.raises(ValueError):
        rpc.sats(wrong)


@pytest.mark.parametrize(("btc", "sats"), [("0", 0), ("0.00000001", 1), ("1E-8", 1), ("21000000", 21 * 10**14)])
def test_sats(btc, sats):
    assert rpc.sats(Decimal(btc)) == sats


def test_decimal_parameters_are_sent_exactly(node, client):
    node.answers = [result("txid")]
    client.call("sendtoaddress", "a", Decimal("1E-8"))
    assert node.seen[0]["params"] == ["a", "0.00000001"]


@pytest.mark.parametrize("status", [200, 400, 404, 500])
def test_the_nodes_own_errors_keep_code_and_message(node, client, status):
    node.answers = [error(-5, "No such block", status)]
    with pytest.raises(NodeError, match="No such block") as failure:
        client.call("getblock", "00")
    assert failure.value.code == -5
    assert len(node.seen) == 1


def test_a_starting_node_is_syncing(node, client):
    node.answers = [error(-28, "Loading block index…")]
    with pytest.raises(NodeSyncing):
        client.call("getblockcount")


BAD = {
    "plain 500": raw(500, b""),
    "garbage": raw(200, b"<html>"),
    "truncated": raw(200, b'{"result": 1, "er', 5000),
    "not a record": raw(200, b"[1]"),
    "no result": raw(200, b"{}"),
    "NaN": raw(200, b'{"result": NaN, "error": null, "id": 1}'),
    "deep": raw(200, b"[" * 100_000),
    "odd error": raw(200, b'{"result": null, "error": "no", "id": 1}'),
    "another id": raw(200, b'{"result": 1, "error": null, "id": 99}'),
    "redirect": lambda h, _: (
        h.send_response(302),
        h.send_header("Location", "http://127.0.0.1:1/"),
        h.send_header("Content-Length", "0"),
        h.end_headers(),
    ),
    "hang up": hang_up,
    "work queue": raw(503, b"Work queue depth exceeded"),
    "unauthorized": raw(401, b""),
    "forbidden": raw(403, b""),
}


@pytest.mark.parametrize("method", ["getblockcount", "sendrawtransaction"])
@pytest.mark.parametrize("why", BAD)
def test_no_usable_answer_is_unavailable_and_leaks_nothing(node, client, caplog, why, method):
    caplog.set_level(logging.DEBUG)
    node.answers = [BAD[why]]
    with pytest.raises(NodeUnavailable) as failure:
        client.call(method)
    shown = f"{failure.value!r} {failure.value.__cause__!r} {failure.value.__context__!r} {client!r} {caplog.text}"
    assert "s3cr" not in shown
    assert failure.value.__suppress_context__ or failure.value.__context__ is None


@pytest.mark.parametrize("why", ["plain 500", "garbage", "truncated", "hang up"])
def test_a_change_of_unknown_fate_is_sent_once(node, client, why):
    node.answers = [BAD[why], result("txid")]
    with pytest.raises(NodeUnavailable) as failure:
        client.call("sendrawtransaction", "00")
    assert failure.value.maybe_done
    assert len(node.seen) == 1


@pytest.mark.parametrize("why", ["plain 500", "garbage", "hang up"])
def test_a_read_is_repeated(node, client, why):
    node.answers = [BAD[why], result(7)]
    assert client.call("getblockcount") == 7
    assert len(node.seen) == 2


@pytest.mark.parametrize("method", ["getblockcount", "sendrawtransaction"])
def test_a_full_work_queue_ran_nothing_and_is_asked_again(node, client, method):
    node.answers = [raw(503, b"Work queue depth exceeded"), result("ok")]
    assert client.call(method) == "ok"


def test_refused_credentials_are_not_tried_again(node, client):
    node.answers = [raw(401, b"")]
    with pytest.raises(NodeUnavailable, match="refused"):
        client.call("getblockcount")
    assert len(node.seen) == 1


@pytest.mark.parametrize("method", ["getblockcount", "sendrawtransaction"])
def test_a_slow_call_may_have_been_done_and_is_not_waited_for_twice(node, client, method):
    gate = threading.Event()
    node.answers = [lambda handler, body: gate.wait(2)]
    with pytest.raises(NodeUnavailable, match="timeout") as failure:
        client.call(method, "00")
    gate.set()
    assert failure.value.maybe_done
    assert len(node.seen) == 1


def test_nobody_listening_did_nothing(node):
    node.shutdown()  # or its thread keeps the closed socket listening a moment longer
    node.server_close()
    client = NodeClient(f"http://u:{SECRET[:4]}@127.0.0.1:{node.server_port}", (0.5, 0.5))
    with pytest.raises(NodeUnavailable) as failure:
        client.call("sendrawtransaction", "00")
    assert not failure.value.maybe_done
    assert SECRET[:4] not in repr(failure.value)


def test_reads_keep_their_connection_and_changes_have_their_own(node, client):
    node.answers = [result(1)]
    for _ in range(5):
        client.call("getblockcount")
    assert len(node.connections) == 1
    client.call("sendrawtransaction")
    assert len(node.connections) == 2


def test_batches_answer_in_order_with_errors_in_place(node, client):
    def answer(handler, body):
        records = [
            {"result": c["params"][0], "error": None, "id": c["id"]}
            if c["params"][0] != 2
            else {"result": None, "error": {"code": -8, "message": "out of range"}, "id": c["id"]}
            for c in body
        ]
        handler.reply(200, json.dumps(records[::-1]).encode())

    node.answers = [answer]
    results = client.batch([("getblockhash", [n]) for n in (1, 2, 3)])
    assert (results[0], results[2]) == (1, 3)
    assert isinstance(results[1], NodeError)
    assert results[1].code == -8
    assert client.batch([]) == []


def test_a_batch_with_an_answer_missing_is_unavailable(node, client):
    node.answers = [lambda h, body: h.reply(200, json.dumps([{"result": 1, "id": body[0]["id"]}]).encode())]
    with pytest.raises(NodeUnavailable):
        client.batch([("getblockhash", [1]), ("getblockhash", [2])])


def test_credentials_are_decoded_and_a_cookie_is_read_again(node, client, tmp_path):
    from base64 import b64encode

    node.answers = [result(1)]
    client.call("uptime")
    cookie = tmp_path / ".cookie"
    with_cookie = NodeClient(f"http://127.0.0.1:{node.server_port}", cookie_file=cookie)
    with pytest.raises(NodeUnavailable, match="cookie"):
        with_cookie.call("uptime")
    for text in ("__cookie__:one\n", "__cookie__:two"):
        cookie.write_text(text)
        with_cookie.call("uptime")
    with_cookie.close()
    sent = [f"Basic {b64encode(t).decode()}" for t in (b"__cookie__:one", b"__cookie__:two")]
    assert node.authorizations[1:] == sent
    assert node.authorizations[0].startswith("Basic ")


def test_a_node_behind_tls_must_be_trusted_and_named(node, tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(["openssl", *made, *named, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    node.socket, plain = serving.wrap_socket(node.socket, server_side=True), node.socket
    node.answers = [result(7)]
    with pytest.raises(NodeUnavailable, match="no connection"):
        NodeClient(f"https://u:p@localhost:{node.server_port}", (1, 1)).call("getblockcount")
    monkeypatch.setattr(watched_http, "where", lambda: str(certificate))
    with pytest.raises(NodeUnavailable, match="no connection"):
        NodeClient(f"https://u:p@127.0.0.1:{node.server_port}", (1, 1)).call("getblockcount")
    assert node.seen == []
    trusting = NodeClient(f"https://u:p@localhost:{node.server_port}/wallet/one", (1, 1))
    assert [trusting.call("getblockcount") for _ in range(2)] == [7, 7]
    assert len(node.connections) == 1
    trusting.close()
    plain.close()


@pytest.mark.parametrize("url", ["", "127.0.0.1:8332", "ftp://x", "http://", "file:///etc/passwd"])
def test_what_is_no_address_of_a_node(url):
    with pytest.raises(ValueError):
        NodeClient(url)


class Known:
    """Answers for check_node, by method."""

    def __init__(self, genesis=rpc.GENESIS_HASHES["regtest"], **info):
        self.genesis = genesis
        self.info = {"chain": "regtest", "blocks": 9, "bestblockhash": "ab", "pruned": False} | info

    def __call__(self, handler, body):
        value = self.info if body["method"] == "getblockchaininfo" else self.genesis
        result(value)(handler, body)


def test_the_right_node_passes(node, client):
    node.answers = [Known(initialblockdownload=False)]
    rpc.check_node(client, "regtest")
    assert rpc.tip(client) == (9, "ab")


@pytest.mark.parametrize(
    ("answers", "first", "failure"),
    [
        (Known(chain="main"), 0, rpc.NodeWrongNetwork),
        (Known(genesis=rpc.GENESIS_HASHES["signet"]), 0, rpc.NodeWrongNetwork),
        (Known(pruned=True, pruneheight=101), 100, rpc.NodePruned),
        (Known(initialblockdownload=True), 0, NodeSyncing),
    ],
)
def test_the_wrong_node_is_refused(node, client, answers, first, failure):
    node.answers = [answers]
    with pytest.raises(failure):
        rpc.check_node(client, "regtest", first)


def test_a_node_pruned_below_what_we_need_passes(node, client):
    node.answers = [Known(pruned=True, pruneheight=100)]
    rpc.check_node(client, "regtest", 100)


def test_a_block_that_is_no_hexadecimal_is_unavailable(node, client):
    node.answers = [result("zz")]
    with pytest.raises(NodeUnavailable):
        rpc.raw_block(client, "00")
    node.answers = [result("0aff")]
    assert rpc.raw_block(client, "00") == b"\x0a\xff"
