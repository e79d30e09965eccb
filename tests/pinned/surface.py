"""What the outside sees of an application, as lines of text."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import click
from flask import Flask
from flask_babel import force_locale

from app.core.wire import error_messages
from app.wiring import PRODUCT
from dev import postgres

CATALOGUE = Path(__file__).resolve().parents[2] / "translations" / "fr.po"


def routes(app: Flask) -> list[str]:
    """Address, methods, endpoint and surface of every route."""
    return sorted(
        f"{rule.rule}  {','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}"
        f"  {rule.endpoint}  {PRODUCT.surfaces[rule.endpoint]}"
        for rule in app.url_map.iter_rules()
    )


def commands(app: Flask) -> list[str]:
    """Every command of `flask` that is ours, with its arguments and options."""
    ours = (command for name, command in app.cli.commands.items() if name not in _FLASKS_OWN)
    return sorted(line for command in ours for line in _command(command.name or "", command))


_FLASKS_OWN = ("db", "routes", "run", "shell")


def _command(path: str, command: click.Command) -> list[str]:
    if isinstance(command, click.Group):
        return [line for name, one in command.commands.items() for line in _command(f"{path} {name}", one)]
    taken = [
        one.opts[0] if isinstance(one, click.Option) else (one.name or "").upper()
        for one in command.params
        if "--help" not in one.opts
    ]
    return ["  ".join((path, *taken))]


def document(app: Flask) -> list[str]:
    """The OpenAPI document, an operation or a schema a line."""
    told = app.test_client().get("/api/openapi.json").get_json()
    paths, components = told.pop("paths"), told.pop("components")
    parts = {
        **{f"{path} {method}": one for path, methods in paths.items() for method, one in methods.items()},
        **{f"{kind}/{name}": one for kind, named in components.items() for name, one in named.items()},
        **told,
    }
    return sorted(f"{name}  {json.dumps(one, sort_keys=True, ensure_ascii=False)}" for name, one in parts.items())


def events() -> list[str]:
    """Types of events; a star marks those that no partner is told."""
    return sorted(one.name if one.words is not None else f"{one.name}*" for one in PRODUCT.event_types)


def jobs() -> list[str]:
    """Names of periodic jobs, their rhythm in seconds, and their queue."""
    return sorted(f"{job.name}  {job.every_seconds:g}  {job.queue}" for job in PRODUCT.periodic_jobs)


def errors(app: Flask) -> list[str]:
    """Every error code, with its English sentence."""
    with app.test_request_context(), force_locale("en"):
        return sorted(f"{code}  {sentence}" for code, sentence in error_messages._MESSAGES.items())


def metrics(text: str) -> list[str]:
    """Names and types in what a monitor reads."""
    return sorted(set(re.findall(r"^# TYPE (\S+ \S+)$", text, flags=re.MULTILINE)))


def tables(database_url: str) -> list[str]:
    """The schema as `pg_dump` writes it, without what differs between servers and runs."""
    dump = shutil.which("pg_dump", path=str(postgres.binaries()))
    assert dump is not None, "no pg_dump beside the server"
    told = subprocess.run(
        [dump, "--schema-only", "--no-owner", "--no-privileges", "--restrict-key=pinned", database_url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [line for line in told.splitlines() if line and not line.startswith(("--", "SET ", "\\", "SELECT pg_"))]


def msgids() -> list[str]:
    """Every text that is translated, one a line."""
    entries = CATALOGUE.read_text().split("\n\n")
    found = []
    for entry in entries:
        text = re.search(r'^msgid ((?:".*"\n?)+)', entry, flags=re.MULTILINE)
        if text:
            found.append("".join(part[1:-1] for part in text.group(1).splitlines()))
    return sorted(filter(None, found))
