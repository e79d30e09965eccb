"""Tiraj: a lottery platform in which nobody has to trust the operator."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.database import arrays, connecting, references
from app.core.database.session import db
from app.core.dependencies import breaker
from app.core.jobs.resting import no_search
from app.core.limits import limiter as limits
from app.core.web import compression, headers, languages, static_files, templating
from app.core.web import requests as web
from app.core.web.application import Application

from .core import logs
from .core.config import Settings

if TYPE_CHECKING:
    from app.catalogue.parts import GameParts

_ROOT = Path(__file__).parent.parent
_COMPARED: Mapping[str, Any] = {
    "compare_type": True,
    "compare_server_default": False,
    "include_object": references.in_database,
}


@no_search()
def create_app(environ: Mapping[str, str] | None = None, *, games: Sequence[GameParts] | None = None) -> Flask:
    """The application, assembled from `wiring`: with the product's games, or with `games`.

    Raises:
        ConfigError: the environment is not fit to start with.
    """
    environ = os.environ if environ is None else environ
    os.environ["BCL_DATA_DIR"] = environ.get("BCL_DATA_DIR", str(Settings.model_fields["bcl_data_dir"].default))
    from . import cli, wiring  # they import every slice, and the slices import app.core

    product = wiring.PRODUCT if games is None else wiring.Product(games)
    settings = product.settings.from_env(environ, checks=product.settings_checks)
    app = Application(__name__, template_folder=str(_ROOT / "templates"), static_folder=str(_ROOT / "static"))
    _configure(app, settings)
    logs.configure(as_json=settings.is_production)
    arrays.register()
    breaker.init_app(app)
    db.init_app(app)
    with app.app_context():
        connecting.init_app(app, db.engine)
    Migrate(app, db, directory=str(_ROOT / "migrations"), **_COMPARED)
    Htmx(app)
    for part in (compression, languages, limits, headers, static_files, web):
        part.init_app(app)
    templating.register(app)

    wiring.assemble(app, CSRFProtect(app), product)
    cli.register(app)
    if settings.trusted_proxy_hops:
        hops = settings.trusted_proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.base_url.startswith("https:")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SQLALCHEMY_DATABASE_URI=_with_driver(settings.database_url.get_secret_value()),
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        SESSION_COOKIE_NAME="__Host-form" if secure else "tiraj_form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        MAX_CONTENT_LENGTH=1024 * 1024,
        TEMPLATES_AUTO_RELOAD=False,
    )


def _engine_options(settings: Settings) -> dict[str, Any]:
    return {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 5,
        "hide_parameters": True,  # or a statement's error would carry private identifiers into the logs
        "connect_args": {
            "connect_timeout": max(2, math.ceil(settings.database_connect_seconds)),  # libpq takes no less
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": " ".join(f"-c {name}={value}" for name, value in _SERVER_SIDE.items()),
        },
    }


_SERVER_SIDE: Mapping[str, str] = {
    "idle_in_transaction_session_timeout": "60000",
    "lock_timeout": "8000",  # below what a request waits for: the server says what was locked
    "statement_timeout": "60000",
    "client_connection_check_interval": "1000",  # what nobody waits for any more is ended
    "timezone": "UTC",
}


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
