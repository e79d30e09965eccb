"""Child processes that do not outlive whoever started them.

Two safeguards, since either alone has a gap: the kernel signals a child when its parent's thread ends
(PR_SET_PDEATHSIG), and each start is recorded on disk, so that the next start finds what was left behind.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

Output = int | IO[bytes] | None


class StartFailed(RuntimeError):
    """A process did not come up; the message is one line for people."""


def until_death(command: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """The command, wrapped so that the kernel sends it `death_signal` when its parent ends.

    `setpriv` execs the command, so the process id stays the same. It must be the innermost wrapper: a change of
    credentials clears the setting.
    """
    return ["setpriv", "--pdeathsig", death_signal.name.removeprefix("SIG"), "--", *command]


@dataclass
class Child:
    """One process: started in a session of its own, so that a terminal's Ctrl-C reaches only the parent.

    start() must be called from a thread that lives as long as the child should.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    """Seconds between the stop signal and SIGKILL."""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    asked: bool = field(default=False, init=False)

    def start(self, output: Output = None) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            list(self.command),
            env=None if self.environment is None else dict(self.environment),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            start_new_session=True,
        )
        return self.process

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the stop signal, once: to some a second one means "at once"."""
        if self.process is not None and self.process.poll() is None and not self.asked:
            self.asked = True
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask it to end, wait, insist. Safe to call twice and on a process that never started."""
        self.ask_to_stop()
        if self.process is None:
            return
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            kill_group(self.process.pid)
            self.process.wait(10)


def kill_group(pid: int) -> None:
    """SIGKILL a session leader and what it started; a work-horse would otherwise outlive its worker."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def started_at(pid: int) -> str | None:
    """When the process started, as boot id and clock ticks; None when there is none. With the pid it is unique."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else f"{boot}:{fields[19]}"


def record(folder: Path, name: str, pid: int, stop_signal: signal.Signals) -> None:
    """Note a running process, for stop_stale() after a crash."""
    folder.mkdir(parents=True, exist_ok=True)
    note = {"pid": pid, "started": started_at(pid), "signal": int(stop_signal)}
    partial = folder / f"{name}.json.partial"
    partial.write_text(json.dumps(note))
    partial.replace(folder / f"{name}.json")


def forget(folder: Path, name: str) -> None:
    (folder / f"{name}.json").unlink(missing_ok=True)


def stop_stale(folder: Path, patience: float = 10.0) -> list[str]:
    """Stop recorded processes of a run that ended without stopping them. Returns their names."""
    stopped = []
    for note in sorted(folder.glob("*.json")):
        if _stop_recorded(note, patience):
            stopped.append(note.stem)
        note.unlink(missing_ok=True)
    return stopped


def _stop_recorded(note: Path, patience: float) -> bool:
    try:
        noted = json.loads(note.read_text())
        pid, started, number = int(noted["pid"]), noted["started"], int(noted["signal"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if started is None or started_at(pid) != started:
        return False
    signal_and_wait(pid, signal.Signals(number), patience)
    return True


def signal_and_wait(pid: int, stop_signal: signal.Signals, patience: float) -> None:
    """End a process that is not our child: signal, wait, kill."""
    started = started_at(pid)
    try:
        os.kill(pid, stop_signal)
    except ProcessLookupError:
        return
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if started_at(pid) != started:
            return
        time.sleep(0.05)
    kill_group(pid)


def free_port(preferred: int | None = None, avoid: frozenset[int] = frozenset()) -> int:
    """A TCP port free on 127.0.0.1: the preferred one when it is, else any."""
    if preferred and preferred not in avoid and port_is_free(preferred):
        return preferred
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in avoid:
            return port


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def sweep(mark: str) -> list[str]:
    """Kill every process whose environment says DEMO_RUN=mark, and return what they were.

    For the grandchildren: a worker's work-horse has a process group of its own and outlives a killed worker.
    """
    wanted = f"DEMO_RUN={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(folder.name) != os.getpid() and wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "comm").read_text().strip())
                os.kill(int(folder.name), signal.SIGKILL)
        except (OSError, ValueError):
            continue
    return found
