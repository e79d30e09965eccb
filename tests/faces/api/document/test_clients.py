"""The document as others read it: two linters, and clients that generators make of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.core.database.session import db, transaction
from app.people.accounts import service as accounts
from app.people.partners.models import PartnerSite
from app.wiring import PRODUCT
from tests import node_tools
from tests.journeys.conftest import Served, served  # noqa: F401  (fixture)

HERE = Path(__file__).parent
SOURCES = HERE / "client"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return PRODUCT.server_api.document.told("https://tiraj.example")


@pytest.fixture(scope="module")
def file(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("document") / "openapi.json"
    made.write_text(json.dumps(document, indent=1))
    return made


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_the_linter_of_documents_is_content(file: Path) -> None:
    done = node_tools.run("redocly", "lint", "--config", str(HERE / "redocly.yaml"), str(file))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_sees_what_was_wrong_once(document: dict[str, Any], tmp_path: Path) -> None:
    """A bound under Python's name, and a default that is none of the values."""
    spoilt = json.loads(json.dumps(document))
    limit = next(one for one in spoilt["paths"]["/api/v1/orders"]["get"]["parameters"] if one["name"] == "limit")
    limit["schema"]["le"] = limit["schema"].pop("maximum")
    spoilt["components"]["schemas"]["SiteChanges"]["properties"]["status"]["default"] = ""
    (tmp_path / "openapi.json").write_text(json.dumps(spoilt))
    done = node_tools.run("redocly", "lint", "--config", str(HERE / "redocly.yaml"), str(tmp_path / "openapi.json"))
    assert "Property `le` is not expected here" in done.stdout + done.stderr
    assert [error.message for error in OpenAPIV31SpecValidator(spoilt).iter_errors()] != []


def _defaults(whole: dict[str, Any], schema: Any, path: str = "") -> Iterator[str]:
    """Where a schema, or what it refers to, names a default."""
    if isinstance(schema, list):
        for number, one in enumerate(schema):
            yield from _defaults(whole, one, f"{path}/{number}")
    elif isinstance(schema, dict):
        if "$ref" in schema:
            yield from _defaults(whole, whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]], path)
        for name, inside in schema.items():
            if name == "default":
                yield path
            yield from _defaults(whole, inside, f"{path}/{name}")


def test_no_change_publishes_a_default(document: dict[str, Any]) -> None:
    changes = {path: methods["patch"] for path, methods in document["paths"].items() if "patch" in methods}
    assert len(changes) == 5, "a new change: is its body one of `Changes`?"
    for path, told in changes.items():
        schema = told["requestBody"]["content"]["application/json"]["schema"]
        assert list(_defaults(document, schema)) == [], path
    wanted = document["paths"]["/api/v1/orders"]["get"]["parameters"]
    assert {one["name"]: one["schema"]["default"] for one in wanted if "default" in one["schema"]} == {
        "limit": 20,
        "game": "rounds",
    }


@pytest.fixture
def site(served: Served) -> PartnerSite:  # noqa: F811
    """A site of which every setting differs from what a generator might put in its place."""
    made = served.world.site(edge_percent=10)
    with transaction():
        found = db.session.merge(made)
        found.embed_allowed_origins, found.theme = ["https://shop.example"], {"accentColor": "#123456"}
        found.games = ["luckotto"]
        db.session.flush()
        return found


def _settings(site: PartnerSite) -> dict[str, Any]:
    db.session.rollback()
    row = db.session.merge(site)
    db.session.refresh(row)
    return {column.key: getattr(row, column.key) for column in PartnerSite.__table__.columns}


def _environment(served: Served, site: PartnerSite) -> dict[str, str]:  # noqa: F811
    """The owner's session, as a program keeps it."""
    with transaction():
        token = accounts.open_session(db.session.merge(site).owner_user_id, agent="a generated client")
    return {"TIRAJ_URL": served.url, "TIRAJ_SESSION": token}


def _renamed(site: PartnerSite, before: dict[str, Any], title: str) -> None:
    after = _settings(site)
    assert after == {**before, "display_name": title}


def test_a_client_in_python_changes_one_field(
    served: Served,  # noqa: F811
    site: PartnerSite,
    file: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "config.json").write_text('{"post_hooks": []}')
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "openapi_python_client",
            "generate",
            "--path",
            str(file),
            "--meta",
            "none",
            "--output-path",
            str(tmp_path / "client"),
            "--config",
            str(tmp_path / "config.json"),
            "--fail-on-warning",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    before, environment = _settings(site), {**os.environ, **_environment(served, site), "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(SOURCES / "rename.py"), before["name"], "Renamed in Python"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    _renamed(site, before, "Renamed in Python")


def test_a_client_in_typescript_changes_one_field(
    served: Served,  # noqa: F811
    site: PartnerSite,
    file: Path,
    tmp_path: Path,
) -> None:
    made = node_tools.run("openapi-typescript", str(file), "--output", str(tmp_path / "api.d.ts"))
    assert made.returncode == 0, made.stdout + made.stderr
    (tmp_path / "rename.ts").write_text((SOURCES / "rename.ts").read_text())
    (tmp_path / "package.json").write_text('{"type": "module"}')
    compiled = node_tools.run(
        "tsc",
        "--strict",
        "--exactOptionalPropertyTypes",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--lib",
        "es2022,dom",
        "rename.ts",
        cwd=tmp_path,
    )
    assert compiled.returncode == 0, compiled.stdout + compiled.stderr
    before = _settings(site)
    done = node_tools.node(
        str(tmp_path / "rename.js"), before["name"], "Renamed in TypeScript", **_environment(served, site)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == {"siteTitle": "Renamed in TypeScript", "games": ["luckotto"]}
    _renamed(site, before, "Renamed in TypeScript")
