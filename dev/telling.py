"""How set-up speaks, asks programs whether they work, and gives up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import NoReturn


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def give_up(text: str) -> NoReturn:
    """One line on what is missing and how to get it."""
    print(f"setup: {text}", file=sys.stderr, flush=True)
    raise SystemExit(1)


def works(command: list[str]) -> bool:
    """Whether a command exists and ends well."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def apt_install(package: str) -> bool:
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
