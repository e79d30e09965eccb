"""JSON-RPC over HTTP with bitcoind's manners: basic authentication, batches, versions 1.0 and 2.0, its status codes."""

from __future__ import annotations

import base64
import hmac
import socket
import socketserver
import sys
import threading
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from dev.node import rpc_chain, rpc_mining, rpc_transactions, rpc_wallet
from dev.node.encoding import dumps, loads
from dev.node.methods import (
    IN_WARMUP,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    METHODS,
    MISC_ERROR,
    PARSE_ERROR,
    RpcError,
)

if TYPE_CHECKING:
    from dev.node.node import Node

__all__ = ["RpcServer", "rpc_chain", "rpc_mining", "rpc_transactions"]
MAX_BODY = 32 * 1024 * 1024
WAITING = {"waitforblockheight"}


class Dispatcher:
    """Requests to results. Methods run one at a time, under the node's lock."""

    def __init__(self) -> None:
        self.node: Node | None = None
        self.warmup = "Loading block index…"

    def answer(self, body: bytes, wallet: str | None) -> tuple[int, str]:
        """(HTTP status, JSON) for a request body; 204 and nothing for notifications."""
        try:
            request = loads(body)
        except (ValueError, RecursionError):
            return _error_reply(RpcError(PARSE_ERROR, "Parse error"), {})
        if isinstance(request, list):
            replies = [reply for item in request if (reply := self._one(item, wallet)[1]) is not None]
            return (204, "") if request and not replies else (200, dumps(replies))
        if not isinstance(request, dict):
            return _error_reply(RpcError(PARSE_ERROR, "Top-level object parse error"), {})
        status, reply = self._one(request, wallet)
        return (204, "") if reply is None else (status, dumps(reply))

    def _one(self, request: Any, wallet: str | None) -> tuple[int, dict[str, Any] | None]:
        if not isinstance(request, dict):
            return 200, _envelope({}, None, RpcError(INVALID_REQUEST, "Invalid Request object"))
        modern = request.get("jsonrpc") == "2.0"
        try:
            result = self._call(request, wallet)
        except RpcError as error:
            status = {INVALID_REQUEST: 400, METHOD_NOT_FOUND: 404}.get(error.code, 500)
            if modern and "id" not in request:
                return 204, None
            return (200 if modern else status), _envelope(request, None, error)
        if modern and "id" not in request:
            return 204, None
        return 200, _envelope(request, result, None)

    def _call(self, request: dict[str, Any], wallet: str | None) -> Any:
        if request.get("jsonrpc", "1.0") not in ("1.0", "1.1", "2.0"):
            raise RpcError(INVALID_REQUEST, "JSON-RPC version not supported")
        name, params = request.get("method"), request.get("params")
        if name is None:
            raise RpcError(INVALID_REQUEST, "Missing method")
        if not isinstance(name, str):
            raise RpcError(INVALID_REQUEST, "Method must be a string")
        if params is not None and not isinstance(params, list | dict):
            raise RpcError(INVALID_REQUEST, "Params must be an array or object")
        if self.node is None:
            raise RpcError(IN_WARMUP, self.warmup)
        method = METHODS.get(name)
        if method is None:
            raise RpcError(METHOD_NOT_FOUND, "Method not found")
        values = method.bind(params)
        arguments = {k: v for k, v in zip(method.parameters, values, strict=False) if v is not None}
        try:
            if name in WAITING:
                return method.function(self.node, **arguments)
            with self.node.lock:
                if method.wallet:
                    rpc_wallet.check_wallet(self.node, wallet)
                return method.function(self.node, **arguments)
        except RpcError:
            raise
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            raise RpcError(MISC_ERROR, f"{type(error).__name__}: {error}") from error


def _envelope(request: dict[str, Any], result: Any, error: RpcError | None) -> dict[str, Any]:
    failure = {"code": error.code, "message": error.message} if error else None
    if request.get("jsonrpc") == "2.0":
        body = {"error": failure} if failure else {"result": result}
        return {"jsonrpc": "2.0", **body, "id": request.get("id")}
    return {"result": result, "error": failure, "id": request.get("id")}


def _error_reply(error: RpcError, request: dict[str, Any]) -> tuple[int, str]:
    return 500, dumps(_envelope(request, None, error))


class _Handler(socketserver.StreamRequestHandler):
    """One keep-alive connection."""

    server: RpcServer
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle(self) -> None:
        self.server.opened(self.connection)
        try:
            while self._serve_one():
                pass
        except (OSError, ValueError):
            return  # the other side went away or sent no HTTP
        finally:
            self.server.closed(self.connection)

    def _serve_one(self) -> bool:
        line = self.rfile.readline(65537)
        if not line.strip():
            return False
        verb, path, version = line.decode("latin-1").split()
        headers: dict[str, str] = {}
        while (row := self.rfile.readline(65537)) not in (b"\r\n", b"\n", b""):
            name, _, value = row.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= MAX_BODY:
            self._reply(413, "")
            return False
        body = self.rfile.read(length)
        status, text = self._answer(verb, path, headers, body)
        self._reply(status, text)
        keep = headers.get("connection", "keep-alive" if version == "HTTP/1.1" else "close")
        return keep.lower() != "close"

    def _answer(self, verb: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        if verb != "POST":
            return 405, "JSONRPC server handles only POST requests"
        path = path.split("?")[0]
        if path != "/" and not path.startswith("/wallet/"):
            return 404, ""
        if not hmac.compare_digest(headers.get("authorization", "").encode(), self.server.credential):
            return 401, ""
        wallet = unquote(path.removeprefix("/wallet/")) if path.startswith("/wallet/") else None
        return self.server.dispatcher.answer(body, wallet)

    def _reply(self, status: int, text: str) -> None:
        body = text.encode() + (b"\n" if text and status != 405 else b"")
        kind = "application/json" if text[:1] in ("{", "[") else "text/html"
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: {kind}\r\n"
        if status == 401:
            head += 'WWW-Authenticate: Basic realm="jsonrpc"\r\n'
        if status == 405:
            head += "Allow: POST\r\n"
        self.wfile.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.wfile.flush()


class RpcServer(socketserver.ThreadingTCPServer):
    """A thread a connection; answers -28 until the dispatcher has its node."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, user: str, password: str) -> None:
        self.credential = b"Basic " + base64.b64encode(f"{user}:{password}".encode())
        self.dispatcher = Dispatcher()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def opened(self, connection: socket.socket) -> None:
        with self._guard:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._guard:
            self._open.discard(connection)

    def stop(self) -> None:
        """Takes no more connections and ends the idle ones."""
        self.shutdown()
        self.server_close()
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RD)
                except OSError:
                    continue
