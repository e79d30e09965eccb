"""A small HTTP server in front of the node that answers wrongly when told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from dev.node.process import NodeProcess

# (HTTP status, body), or None to hang up.
Answer = tuple[int, bytes] | None
Fault = Callable[[dict[str, Any], tuple[int, bytes]], Answer]


class NodeProxy:
    """Passes requests on to the node; `fault` may replace what it answers, and is told the request.

    What `instead` answers never reaches the node.
    """

    def __init__(self, node: NodeProcess) -> None:
        self.node = node
        self.fault: Fault | None = None
        self.instead: Callable[[Any], Answer] | None = None
        self.seen: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = proxy.answer(json.loads(body))
                if answer is None:
                    self.close_connection = True
                    return
                status, content = answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://any:body@127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request: Any) -> Answer:
        if isinstance(request, dict):
            self.seen.append(request["method"])
        if self.instead is not None and (answer := self.instead(request)) is not None:
            return answer
        status, reply = self.node.request(request)
        truth = status, json.dumps(reply, default=str).encode()
        return truth if self.fault is None else self.fault(request, truth)


@contextmanager
def proxied(node: NodeProcess) -> Iterator[NodeProxy]:
    """A running proxy."""
    proxy = NodeProxy(node)
    thread = threading.Thread(target=proxy.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.fault = proxy.instead = None
        proxy.server.shutdown()
        proxy.server.server_close()
        thread.join()


def with_result(change: Callable[[Any], Any], *methods: str) -> Fault:
    """The node's own answer with another result, for the named methods or for all."""

    def fault(request: Any, truth: tuple[int, bytes]) -> Answer:
        if methods and request["method"] not in methods:
            return truth
        reply = json.loads(truth[1])
        return 200, json.dumps({**reply, "result": change(reply["result"])}).encode()

    return fault


def slow(seconds: float) -> Fault:
    """Answers too late."""

    def fault(request: Any, truth: tuple[int, bytes]) -> Answer:
        time.sleep(seconds)
        return truth

    return fault
