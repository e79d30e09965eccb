"""A real server on loopback with a chain behind it, a partner's page on another site, and a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.core.database.session import db
from dev.node.process import NodeProcess, free_port
from tests.factories.world import World


class Quiet(WSGIRequestHandler):
    """Addresses carry identifiers and secrets: they are logged nowhere."""

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


@dataclass
class Served:
    """The product at `url`, and the world it follows."""

    app: Flask
    url: str
    world: World


@contextmanager
def serving(settings: dict[str, str], database: str, node: NodeProcess, folder: Path) -> Iterator[Served]:
    """A served product with a world that has begun."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = create_app(
        {
            **settings,
            "BASE_URL": url,
            "DATABASE_URL": database,
            "BITCOIN_RPC_URL": node.rpc_url,
            "TERMS_JOURNAL_PATH": str(folder / "terms-journal"),
            "LOG_JOURNAL_PATH": str(folder / "log-journal"),
        }
    )
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with app.app_context():
        yield Served(app, url, World(app, node).begin())
        server.shutdown()
        thread.join()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def served(
    fresh_database: Callable[[], str], app_settings: dict[str, str], node: NodeProcess, tmp_path: Path
) -> Iterator[Served]:
    with serving(app_settings, fresh_database(), node, tmp_path) as made:
        yield made


@dataclass
class Shop:
    """A partner's page. `origin` is another site than the frame's; `body` may be set before it is asked for."""

    origin: str
    body: str = ""


@contextmanager
def open_shop() -> Iterator[Shop]:
    port = free_port()
    made = Shop(f"http://localhost:{port}")

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = made.body.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as made:
        yield made
