"""The virtual environment: exactly the pinned packages, each checked against its hash.

Like `dev.setup`, read by the system's Python before anything is installed. What the demo needs is a small part of what
the tests need, so a profile says how much is wanted, and a larger one adds what is missing to a smaller one.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dev.telling import apt_install, give_up, say, works

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
PYTHON = VENV / "bin" / "python"
PROFILES = {
    "demo": ("requirements.txt", "requirements-demo.txt"),
    "all": ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt"),
}
NODE = "requirements-node.txt"
"""Node for machines without one: large, so only they fetch it."""
OLDEST = (3, 11)
CANDIDATES = ("python3", "python3.14", "python3.13", "python3.12", "python3.11")
DISTRIBUTION = "/usr/bin"
"""Where Debian and Ubuntu put theirs, which are built with what a profile taught the compiler. One that pyenv built as
it does without being asked took 1.4 times as long for the same loop (docs/benchmarks.md)."""
DOWNLOADS = 4
"""Processes that fetch at once: one alone waits for the network, then for its core, in turn."""


@cache
def has_node() -> bool:
    """Whether the machine's own Node and npm work."""
    return all((found := shutil.which(name)) and works([found, "--version"]) for name in ("node", "npm"))


def ensure(profile: str) -> None:
    """Make .venv where there is none, and install what the profile has and .venv has not."""
    add((*PROFILES[profile], *(() if has_node() else (NODE,))))


def add(names: tuple[str, ...]) -> None:
    """Install these requirement files, as far as they are not in .venv as they are now. A stamp keeps what is."""
    if not works([str(PYTHON), "-c", "import pip"]):  # missing, half-made, or made by a Python that has since gone
        _make()
    stamp = VENV / ".stamp"
    wanted = {name: hashlib.sha256((TOP / name).read_bytes()).hexdigest() for name in names}
    there = dict(line.split() for line in stamp.read_text().splitlines() if " " in line) if stamp.exists() else {}
    missing = [name for name in names if there.get(name) != wanted[name]]
    if not missing:
        return
    kept = {name: digest for name, digest in there.items() if name not in missing}
    _stamp(stamp, kept)
    have = {line for name in names if name not in missing for line in pins(TOP / name)}
    _install({line: text for name in missing for line, text in pins(TOP / name).items() if line not in have})
    _stamp(stamp, {**kept, **{name: wanted[name] for name in missing}})


def _stamp(stamp: Path, digests: dict[str, str]) -> None:
    stamp.write_text("".join(f"{name} {digest}\n" for name, digest in sorted(digests.items())))


def pins(file: Path) -> dict[str, str]:
    """`name==version ; marker` → the whole entry with its hashes."""
    found: dict[str, str] = {}
    pin = ""
    for line in file.read_text().splitlines(keepends=True):
        if "==" in line and not line[:1].isspace() and not line.startswith("#"):
            pin = line.strip().rstrip("\\").strip()
            found[pin] = line
        elif pin and line[:1].isspace():
            found[pin] += line
    return found


def _make() -> None:
    python = _python()
    _need_ensurepip(python)
    say(f"making .venv with {python}")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([python, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        give_up(f"could not make .venv: {(made.stderr or made.stdout).strip()}")


def _python() -> str:
    """The first Python that is new enough: complete ones first, the distribution's before others on PATH. `python3` is
    sometimes the old one of two."""
    test = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    fit = []
    for path in _pythons():
        if works([path, "-c", test]):
            if _has_ensurepip(path):
                return path
            fit.append(path)
    if not fit:
        give_up("Python 3.11 or newer is needed: install python3.11 and its venv package")
    return fit[0]


def _pythons() -> Iterator[str]:
    for folders in (DISTRIBUTION, None):
        yield from (path for name in CANDIDATES if (path := shutil.which(name, path=folders)))


def _need_ensurepip(python: str) -> None:
    """Debian and Ubuntu leave ensurepip out of python3 and ship it in python3-venv."""
    if _has_ensurepip(python):
        return
    version = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True, check=True
    ).stdout.strip()
    package = f"python{version}-venv"
    if not apt_install(package) or not _has_ensurepip(python):
        give_up(f"Python's venv module is incomplete: run `sudo apt-get install {package}` and try again")


def _has_ensurepip(python: str) -> bool:
    return works([python, "-c", "import ensurepip, venv"])


def _install(wanted: dict[str, str]) -> None:
    """Fetch in several processes, then unpack in one.

    The pins are complete, so pip need not resolve anything; and Python compiles each module when it is first imported,
    which for most of them is never.
    """
    say(f"installing {len(wanted)} pinned packages into .venv")
    with tempfile.TemporaryDirectory(prefix="tiraj-setup-") as name:
        folder = Path(name)
        parts = [folder / f"part-{number}.txt" for number in range(DOWNLOADS)]
        for number, part in enumerate(parts):
            part.write_text("".join(list(wanted.values())[number::DOWNLOADS]))
        files = folder / "files"
        parts = [part for part in parts if part.stat().st_size]
        _run([["download", "--dest", str(files), "-r", str(part)] for part in parts], folder, len(wanted))
        say("unpacking")
        all_wheels = all(file.suffix == ".whl" for file in files.iterdir())
        offline = ["--no-index"] if all_wheels else []  # what is built from source fetches the tools it is built with
        source = ["--find-links", str(files), *[word for part in parts for word in ("-r", str(part))]]
        _run([["install", "--no-compile", *offline, *source]], folder)


def _run(commands: list[list[str]], folder: Path, total: int = 0) -> None:
    """Several pips at once. Says how far they are every few seconds; the first that fails ends all of it."""
    options = ["--no-deps", "--require-hashes", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    log, told = folder / "log", time.monotonic()
    with log.open("ab") as output:
        running = [
            subprocess.Popen(
                [str(PYTHON), "-m", "pip", command[0], *options, *command[1:]],
                cwd=TOP,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            for command in commands
        ]
    try:
        while None in (codes := [one.poll() for one in running]) and not any(codes):
            if total and time.monotonic() - told > 5:
                say(f"{min(log.read_text(errors='replace').count('Collecting '), total)} of {total}")
                told = time.monotonic()
            time.sleep(0.1)
    finally:
        for one in running:
            if one.poll() is None:
                one.terminate()
            one.wait()
    if any(codes):
        last = [line for line in log.read_text(errors="replace").splitlines() if "WARNING" not in line][-15:]
        give_up("pip could not install the requirements:\n" + "\n".join(last))
