"""Moves modules, templates and tests to other folders, and every word by which anybody calls them.

    python -m dev.moving PLAN [SECTION ...]

PLAN has sections `[name]` of lines `old new`: dotted modules and packages, or paths of folders and files, such as
`templates/rounds templates/games/ticket_draw`. Files are moved by `git mv`. In all text files under git, imports are
written anew, and dotted names and paths are replaced wherever they stand, quoted or not.
Local names stay as they are, so that no line of code changes beside imports. Alembic's revisions are left alone.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "tests", "dev", "benchmarks")
_LEFT_ALONE = (
    "dev/moving.py",
    "migrations/versions/",
    "package-lock.json",
    "requirements",
    "static/vendor/",
    "LICENSE",
    "CHANGELOG.md",
)
_DONE = "\0"  # stands for the dots of a name that is a new one already
_TEXT = {".py", ".md", ".cfg", ".toml", ".html", ".txt", ".js", ".mjs", ".in", ".yml", ".sh", ".po", ""}


@dataclass(slots=True)
class Plan:
    """What goes where. A longer name wins over the folder it is in."""

    modules: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path, sections: Iterable[str]) -> Plan:
        wanted, section, plan = set(sections), "", cls()
        for line in file.read_text().splitlines():
            words = line.split("#")[0].split()
            if len(words) == 1:
                section = words[0].strip("[]")
            elif words and (not wanted or section in wanted):
                (plan.paths if "/" in words[0] else plan.modules)[words[0]] = words[1]
                if words[0].split("/")[0] in PACKAGES:
                    plan.modules[words[0].replace("/", ".")] = words[1].replace("/", ".")
        return plan

    def module(self, name: str) -> str:
        """A dotted name after the move."""
        parts = name.split(".")
        for end in range(len(parts), 0, -1):
            new = self.modules.get(".".join(parts[:end]))
            if new is not None:
                return ".".join([new, *parts[end:]])
        return name

    def path(self, name: str) -> str:
        """A path after the move, whether it is a module's or not."""
        parts = name.split("/")
        for end in range(len(parts), 0, -1):
            new = self.paths.get("/".join(parts[:end]))
            if new is not None:
                return "/".join([new, *parts[end:]])
        if name.split("/")[0] in PACKAGES and (name.endswith(".py") or "." not in name):
            stem, is_file = name.removesuffix(".py"), name.endswith(".py")
            is_package = is_file and stem.endswith("/__init__")
            dotted = stem.removesuffix("/__init__").strip("/").replace("/", ".")
            moved = self.module(dotted).replace(".", "/")
            return moved + ("/__init__.py" if is_package else ".py" if is_file else "/" if name.endswith("/") else "")
        return name


def files() -> list[str]:
    """Every text file under git, by its path."""
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=True).stdout.split("\n")
    return [
        name
        for name in listed
        if name and Path(name).suffix in _TEXT and not name.startswith(_LEFT_ALONE) and (TOP / name).is_file()
    ]


def dotted(path: str) -> str:
    """A Python file as a module's name."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def rewritten(text: str, path: str, plan: Plan, modules: frozenset[str]) -> str:
    """A Python file's text with its imports as they must be after the move."""
    old_package = dotted(path) if path.endswith("/__init__.py") else dotted(path).rpartition(".")[0]
    new_path = plan.path(path)
    new_package = dotted(new_path) if new_path.endswith("/__init__.py") else dotted(new_path).rpartition(".")[0]
    lines = text.splitlines(keepends=True)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    for node in sorted(nodes, key=lambda node: node.lineno, reverse=True):
        base = _base(node, old_package)
        if base.split(".")[0] not in PACKAGES:
            continue
        wanted = [_target(base, alias, plan, modules) for alias in node.names]
        was = [(base, alias.name, alias.asname or alias.name) for alias in node.names]
        if wanted == was and old_package == new_package:
            continue
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        comment = re.search(r"#\s*noqa.*$", "".join(lines[first : last + 1]), flags=re.MULTILINE)
        indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
        made = "".join(
            f"{indent}{one}{'  ' + comment[0] if comment else ''}\n" for one in _statements(wanted, new_package)
        )
        lines[first : last + 1] = [made]
    return "".join(lines)


def _base(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _target(base: str, alias: ast.alias, plan: Plan, modules: frozenset[str]) -> tuple[str, str, str]:
    """(module, name in it, local name) after the move."""
    local = alias.asname or alias.name
    if f"{base}.{alias.name}" in modules:
        parent, _, leaf = plan.module(f"{base}.{alias.name}").rpartition(".")
        return parent, leaf, local
    return plan.module(base), alias.name, local


def _statements(wanted: list[tuple[str, str, str]], package: str) -> Iterator[str]:
    by_module: dict[str, list[str]] = {}
    for module, name, local in wanted:
        by_module.setdefault(module, []).append(name if name == local else f"{name} as {local}")
    for module, names in by_module.items():
        parent, _, leaf = module.rpartition(".")
        source = "." if module == package else f".{leaf}" if parent == package else module.replace(".", _DONE)
        yield f"from {source} import {', '.join(names)}"


def replaced(text: str, plan: Plan, modules: frozenset[str]) -> str:
    """Any text with dotted names and paths as they are after the move."""
    roots = "|".join(PACKAGES)

    def name(found: re.Match[str]) -> str:
        parts = found[0].split(".")
        known = next((n for n in range(len(parts), 1, -1) if ".".join(parts[:n]) in modules), 0)
        return ".".join([plan.module(".".join(parts[:known])), *parts[known:]]) if known else found[0]

    text = re.sub(rf"(?<![\w./-])(?:{roots})(?:\.[a-z_][a-z0-9_]*)+", name, text)
    tops = "|".join({*PACKAGES, *(path.split("/")[0] for path in plan.paths)})
    text = re.sub(rf"(?<![\w./-])(?:{tops})/[\w./-]*[\w/]", lambda found: plan.path(found[0]), text)
    return text.replace(_DONE, ".")


def templates(text: str, plan: Plan) -> str:
    """Names of templates as Jinja and `render_template` say them: without the folder they all lie in."""
    for old, new in plan.paths.items():
        if old.startswith("templates/"):
            before, after = old.removeprefix("templates/"), new.removeprefix("templates/")
            tail = "" if Path(before).suffix else "/"
            text = re.sub(rf"(?<=[\"'\s]){re.escape(before + tail)}(?=[\w.])", after + tail, text)
    return text


def move(plan: Plan) -> None:
    """Everything, in the working tree."""
    listed = files()
    sources = [name for name in listed if name.endswith(".py")]
    folders = {dotted(str(parent)) for name in sources for parent in Path(name).parents if str(parent) != "."}
    modules = frozenset({dotted(name) for name in sources} | {folder.replace("/", ".") for folder in folders})
    for name in listed:
        file = TOP / name
        text = file.read_text()
        made = rewritten(text, name, plan, modules) if name.endswith(".py") else text
        made = replaced(made, plan, modules)
        if name.endswith((".py", ".html", ".txt")):
            made = templates(made, plan)
        if made != text:
            file.write_text(made)
    everything = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    for name in filter(None, everything.split("\n")):
        new = plan.path(name)
        if new != name and not name.startswith(_LEFT_ALONE):
            _git_mv(name, new)
    _packages()


def _git_mv(old: str, new: str) -> None:
    (TOP / new).parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "mv", old, new], cwd=TOP, check=True)
    deeper = new.count("/") - old.count("/")
    text = (TOP / new).read_text() if new.endswith(".py") else ""
    made = re.sub(r"\bparents\[(\d+)\]", lambda found: f"parents[{int(found[1]) + deeper}]", text)
    if made != text:
        (TOP / new).write_text(made)
        print(f"parents[] in {new}: {deeper} more")


def _packages() -> None:
    """Each folder with modules is a package, and folders without any go."""
    for root in PACKAGES:
        for folder in sorted((TOP / root).rglob("*"), reverse=True):
            if not folder.is_dir() or folder.name == "__pycache__":
                continue
            held = [one for one in folder.rglob("*.py") if one.name != "__init__.py"]
            marker = folder / "__init__.py"
            is_package = root != "tests" or any(folder.glob("*/__init__.py"))
            if held and is_package and not marker.exists():
                marker.write_text("")
                subprocess.run(["git", "add", str(marker)], cwd=TOP, check=True)
            elif not held and marker.exists() and not marker.read_text():
                subprocess.run(["git", "rm", "-qf", str(marker)], cwd=TOP, check=True)


if __name__ == "__main__":
    move(Plan.read(Path(sys.argv[1]), sys.argv[2:]))
