"""Every HTML that the tests' own applications answer or send is held against html-validate when the run ends.

Whoever visits a page need not think of it: pages in every state and language, the parts that htmx asks for, frames,
errors and mails are kept as they are made, once for each shape of markup, and the single process, or the controller
of several workers, judges them all at the end, on every core. What a process of its own answers comes from the same
templates.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Response, request, request_finished, template_rendered
from jinja2 import Template

from . import node_tools

PAGES, PARTS = "pages", "parts"
NOT_OURS = ("/admin/rq",)
"""The dashboard of jobs is a library's; what of it is mended is in app/faces/admin/pages/rq.py."""
PARTNERS_PAGE = "page"
"""The demo's partner pastes the frame as partners do, with a style of its own."""
SIMULATED = "sources"
"""Pages of lotteries are built as theirs are."""

RULES = {
    "doctype-style": ["error", {"style": "lowercase"}],
    "void-style": "off",  # how a template is written is no fault of the page
    "attr-quotes": "off",
    "no-trailing-whitespace": "off",
    "attribute-boolean-style": "off",
    "require-sri": "off",  # everything comes from our own origin, under a name with the digest of what it holds
    "form-dup-name": ["error", {"shared": ["radio", "button", "reset", "submit", "checkbox"]}],
    "prefer-native-element": ["error", {"exclude": ["region", "group"]}],  # a <pre> that scrolls is a region
    "autocomplete-password": "off",  # the one that asks for no password but a key, which no browser shall keep
    "aria-label-misuse": ["error", {"allowAnyNamable": True}],  # a list has a name
}
"""Where we differ from the recommended rules, and why."""

ALSO = {"file-value": re.compile(r'<input(?=[^>]*type="file")[^>]*\bvalue=')}
"""What the recommended rules let through."""

_TAG = re.compile(r"<[a-z!][^<>]*>")
_VALUES = re.compile(r"[0-9a-f-]{8,}|\b[A-Za-z0-9_.-]{24,}|\d+")
_TITLE = re.compile(r"<title[^>]*>([^<]*)")
_LONG = 70
"""Of more letters no title should be; an empty one is none."""
_WORDS = re.compile(
    r"\b(value|class|href|action|content|src|title|placeholder|alt|lang|hreflang|data-[a-z-]+|hx-[a-z-]+"
    r'|aria-(?!labelledby|describedby|details|controls|owns)[a-z-]+)="[^"]*"'
)
_NODE = "--max-semi-space-size=64", str(Path(__file__).with_name("judge.mjs"))
"""Room for what lives as long as a page, in megabytes: a third of the time was looking for garbage."""
_SHARE = 60
"""Pages for which one more process is worth its beginning."""


@lru_cache(maxsize=50_000)
def _bare(tag: str) -> str:
    """A tag without numbers, secrets and words; most of them stand on many pages."""
    return _VALUES.sub("0", _WORDS.sub(r"\1", tag))


class Kept:
    """HTML of the run, by what it is made of: numbers, secrets and words differ, the markup is what is judged.

    Where it was answered is no part of that: a page for whom a door refuses is the same at every door.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: set[str] = set()

    def keep(self, name: str, html: str) -> None:
        """Pages that are made of the same tags, however many of each and in whatever language, are judged once."""
        kind = PAGES if html.lstrip()[:9].lower() == "<!doctype" else PARTS
        title = _TITLE.search(html)
        letters = len(unescape(title[1]).strip()) if title else 0
        tags = {_bare(tag) for tag in _TAG.findall(html)}
        made_of = [kind, "titled" if 0 < letters <= _LONG else str(letters), *sorted(tags)]
        digest = hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:16]
        if digest in self._seen:
            return
        self._seen.add(digest)
        (self.folder / kind).mkdir(parents=True, exist_ok=True)
        (self.folder / kind / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())[:60]}.{digest}.html").write_text(html)

    def answered(self, _sender: object, response: Response, **_more: object) -> None:
        is_html = response.mimetype == "text/html" and not response.is_streamed and not response.direct_passthrough
        is_ours = not request.path.startswith(NOT_OURS) and request.blueprint not in (PARTNERS_PAGE, SIMULATED)
        if is_html and is_ours and response.status_code not in _ELSEWHERE:
            body = response.get_data()
            html = (gzip.decompress(body) if response.content_encoding == "gzip" else body).decode()
            if html.strip():
                self.keep(f"{request.endpoint} {response.status_code}", html)

    def mailed(self, _sender: object, template: Template, context: dict[str, Any], **_more: object) -> None:
        if template.name and template.name.startswith("email/") and template.name.endswith(".html"):
            self.keep(template.name, template.render(context))


_ELSEWHERE = (301, 302, 303, 308)
"""Nobody reads what these say beside their address."""


def watch(folder: Path) -> Kept:
    """Keep what the applications of this process say from now on."""
    kept = Kept(folder)
    request_finished.connect(kept.answered, weak=False)
    template_rendered.connect(kept.mailed, weak=False)
    return kept


def faults(folder: Path) -> list[str]:
    """What html-validate says of everything in the folder, a line for each kind of fault."""
    kinds = [kind for kind in (PAGES, PARTS) if (folder / kind).is_dir()]
    if not kinds:
        return []
    (folder / "rules.json").write_text(json.dumps({kind: _told(kind) for kind in kinds}))
    pages = sum(1 for _ in folder.rglob("*.html"))
    shares = min(os.cpu_count() or 1, 1 + pages // _SHARE)
    with ThreadPoolExecutor(shares) as judges:
        asked = [judges.submit(node_tools.node, *_NODE, str(folder), str(n), str(shares)) for n in range(shares)]
        done = [one.result() for one in asked]
    failed = [f"html-validate failed: {one.stderr}{one.stdout}" for one in done if one.returncode]
    if failed:
        return failed
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for said in (said for one in done for said in json.loads(one.stdout)):
        place = f"{said['name']}:{said['line']}:{said['column']} {said.get('selector') or ''}"
        found[said["ruleId"], _VALUES.sub("0", said["message"])].append(place)
    for path in sorted(folder.rglob("*.html")):
        for rule, pattern in ALSO.items():
            if pattern.search(path.read_text()):
                found[rule, pattern.pattern].append(path.name)
    return [f"{rule}: {text} ({len(places)}×, as {places[0]})" for (rule, text), places in sorted(found.items())]


def _told(kind: str) -> dict[str, object]:
    extends = ["html-validate:recommended", *(["html-validate:document"] if kind == PAGES else [])]
    return {"root": True, "extends": extends, "rules": RULES}


class Judge:
    """Whoever runs the tests: gives everybody the folder, and judges what is in it at the end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tiraj-html-"))
        self.said: list[str] = []
        self.is_missing = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["html"] = str(self.folder)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.is_missing = node_tools.program("html-validate") is None and any(self.folder.iterdir())
        self.said = [] if self.is_missing else faults(self.folder)
        if self.said:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.is_missing:
            terminalreporter.write_line(f"NOT RUN: pages are not judged. {node_tools.MISSING}", yellow=True, bold=True)
        for line in self.said:
            terminalreporter.write_line(f"HTML: {line}", red=True)

    def pytest_unconfigure(self) -> None:
        if not self.said:
            shutil.rmtree(self.folder, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", {}).get("html")
    if given is None:
        config.pluginmanager.register(judge := Judge(), "html-judge")
        given = str(judge.folder)
    watch(Path(given))
