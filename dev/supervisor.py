"""Starts the demo, keeps it running, stops it: `python -m dev.supervisor --port 5000 --data .demo`.

Stores first, then what stands on them; the other way round when stopping. A process that dies is started again,
later each time. Everything needed to resume lies in the data folder.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shlex
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from dev import bitcoind, environment, processes
from dev.console import Console
from dev.services import Service, table

LOOP_DEATHS, LOOP_SECONDS = 5, 120
"""So many deaths in so short a time are reported as a crash loop."""
STOPPING = "stopping"
"""What the lock says while its holder is on its way out."""


class Stopped(Exception):
    """Somebody asked the demo to stop while it was starting."""


@dataclass
class Running:
    """A service and its present process."""

    service: Service
    child: processes.Child
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=LOOP_DEATHS))
    restart_at: float | None = None

    def delay(self) -> float:
        """Seconds until the next try: 1, 2, 4 … 30, by the deaths of the last two minutes."""
        recent = sum(time.monotonic() - death < LOOP_SECONDS for death in self.deaths)
        return float(min(2 ** max(recent - 1, 0), 30))


class Supervisor:
    """Runs a table of services in one data folder."""

    def __init__(self, folder: Path, services: list[Service], console: Console) -> None:
        self.folder, self.services, self.console = folder, services, console
        self.records = folder / "run"
        self.running: list[Running] = []
        self.stopping = False

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def start(self) -> None:
        """Start every service in turn, each when the one before is ready.

        Raises:
            processes.StartFailed: one did not come up.
            Stopped: a signal came meanwhile.
        """
        for service in self.services:
            began = time.monotonic()
            service.prepare()
            started = Running(service, service.child())
            self.running.append(started)
            self._launch(started)
            self._wait(started)
            service.after()
            self.console.say(f"{service.label}: ready ({time.monotonic() - began:.1f} s)")

    def watch(self) -> None:
        """Restart what dies, until somebody asks to stop."""
        while not self.stopping:
            for one in self.running:
                self._tend(one)
            time.sleep(0.2)

    def stop(self) -> None:
        """The last started first, stores last. Leaves no process behind."""
        for one in self.running:
            if not one.service.store and one.service.name != "node":  # a scanner that loses its node raises an alarm
                one.child.ask_to_stop()
        for one in reversed(self.running):
            one.child.stop()
            processes.forget(self.records, one.service.name)
        processes.sweep(str(self.folder))

    def _launch(self, one: Running) -> None:
        process = one.child.start(subprocess.PIPE)
        processes.record(self.records, one.service.name, process.pid, one.child.stop_signal)
        assert process.stdout is not None
        self.console.follow(one.service.name, process.stdout)

    def _wait(self, one: Running) -> None:
        deadline = time.monotonic() + one.service.seconds
        told = time.monotonic()
        while True:
            if self.stopping:
                raise Stopped
            ended = not one.child.alive()
            if ended and one.service.once and one.child.process and one.child.process.returncode == 0:
                self.running.remove(one)
                processes.forget(self.records, one.service.name)
                return
            if ended or time.monotonic() > deadline:
                self._give_up(one, ended)
            if not one.service.once and one.service.ready():
                return
            if time.monotonic() - told > 5:
                self.console.say(f"{one.service.label}: still starting")
                told = time.monotonic()
            time.sleep(0.1)

    def _give_up(self, one: Running, ended: bool) -> None:
        time.sleep(0.2)  # its last words are still on their way through the pipe
        why = "ended" if ended else f"was not ready after {one.service.seconds:.0f} s"
        words = "\n".join(f"    {line}" for line in self.console.recent(one.service.name))
        raise processes.StartFailed(f"{one.service.label} {why}; it said:\n{words}")

    def _tend(self, one: Running) -> None:
        now = time.monotonic()
        if one.restart_at is not None:
            if now >= one.restart_at:
                self._restart(one)
        elif not one.child.alive():
            one.deaths.append(now)
            one.restart_at = now + one.delay()
            code = one.child.process.returncode if one.child.process else None
            said = self._last_words(one) if code is not None and code > 0 else ""
            ended = f"{one.service.label}: ended ({_outcome(code)}), starts again in {one.delay():.0f} s"
            self.console.say(ended + said)
            if len(one.deaths) == LOOP_DEATHS and now - one.deaths[0] < LOOP_SECONDS:
                words = "".join(f"\n    {line}" for line in self.console.recent(one.service.name)[-5:])
                self.console.say(f"{one.service.label}: keeps ending; see {self.console.path}{words}")

    def _last_words(self, one: Running) -> str:
        time.sleep(0.2)  # they are still on their way through the pipe
        return "".join(f"; it said: {line}" for line in self.console.recent(one.service.name)[-1:])

    def _restart(self, one: Running) -> None:
        one.restart_at = None
        try:
            one.service.prepare()
            one.child = one.service.child()
            self._launch(one)
        except (OSError, processes.StartFailed) as error:
            self.console.say(f"{one.service.label}: {error}")


def _outcome(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit code {code}"


def lock(folder: Path, seconds: float = 30) -> IO[str]:
    """Hold the data folder; two supervisors on one would ruin it. The kernel lets go when the holder dies.

    Waits for a holder that is stopping. Raises processes.StartFailed when it is not.
    """
    held = (folder / "run" / "lock").open("a+")
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            holder = held.read()
            if STOPPING not in holder or time.monotonic() > deadline:
                raise processes.StartFailed(
                    f"a demo is already running on {folder} (process {holder.strip() or 'unknown'}); stop it or choose"
                    " another folder with DATA="
                ) from None
            time.sleep(0.2)
        else:
            note(held, str(os.getpid()))
            return held


def note(held: IO[str], text: str) -> None:
    held.truncate(0)
    held.write(text)
    held.flush()


def clear_the_way(folder: Path, port: int, console: Console) -> None:
    """Stop what a killed supervisor left, then see that the port is free."""
    stale = [*processes.stop_stale(folder / "run"), *processes.sweep(str(folder))]
    if stale:
        console.say(f"stopped what an earlier run left behind: {', '.join(sorted(set(stale)))}")
    if not processes.port_is_free(port):
        raise processes.StartFailed(f"port {port} is in use; choose another with PORT=")


def addresses(values: dict[str, str], folder: Path, log: Path) -> str:
    shown = os.path.relpath(folder)
    if shown.startswith(".."):
        shown = str(folder)
    base = values["BASE_URL"]
    source = shlex.quote(shown if "/" in shown else f"./{shown}")
    rows = [
        ("A partner's page with the game", values["PARTNER_PAGE_URL"]),
        ("The platform", base),
        ("Swertres, drawn every five minutes", f"{base}/swertres"),
        ("What its official lottery will draw", f"{values['RESULTS_SIMULATED_URL']}/"),
        ("The operators' console", f"{base}/admin/login ({values['OPERATOR_USER']}, {values['OPERATOR_PASSWORD']})"),
        ("Who confirms what that one proposes", f"{values['OPERATOR2_USER']}, {values['OPERATOR2_PASSWORD']}"),
        ("Mail, SMS and push sent by the demo", values["MESSAGES_URL"]),
        ("Payment gateways, and what goes wrong there", f"{values['DEMO_STRIPE_URL']}/"),
        ("A shell for its commands", f"set -a; . {source}/env; set +a"),
        ("Everything it logs", str(log)),
    ]
    width = max(len(label) for label, _ in rows)
    lines = [f"  {label:<{width}}   {value}" for label, value in rows]
    return "\nTiraj is running. Ctrl-C stops it.\n\n" + "\n".join(lines) + "\n"


def run(port: int, folder: Path, node_url: str | None, verbose: bool) -> int:
    (folder / "run").mkdir(parents=True, exist_ok=True)
    held = lock(folder)
    with held:
        console = Console(folder / "log" / "demo.log", verbose)
        clear_the_way(folder, port, console)
        if node_url == environment.read(folder / "env").get("DEMO_NODE_RPC_URL"):
            node_url = None  # our own node's address, out of a shell that has read the env file
        node = bitcoind.examine(node_url) if node_url else None
        values, ports = environment.make(folder, port, node)
        environment.write(folder / "env", values)
        supervisor = Supervisor(folder, table(folder, values, ports, own_node=node is None), console)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, supervisor.ask_to_stop)
        try:
            supervisor.start()
            console.show(addresses(values, folder, console.path))
            supervisor.watch()
        except Stopped:
            pass
        finally:
            console.say("stopping")
            note(held, f"{os.getpid()} {STOPPING}")
            supervisor.stop()
            console.say("stopped; the data are kept, and the next `make demo` resumes them")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description="The whole product on one machine, on regtest.")
    parser.add_argument("--port", type=int, default=5000, help="of the web server (PORT=)")
    parser.add_argument("--data", type=Path, default=Path(".demo"), help="folder that keeps everything (DATA=)")
    parser.add_argument("--node-url", default="", help="a regtest bitcoind of your own (BITCOIN_RPC_URL=)")
    parser.add_argument("--verbose", action="store_true", help="show every log line (VERBOSE=1)")
    options = parser.parse_args()
    if not 1024 <= options.port <= 65534:
        parser.error("PORT must lie between 1024 and 65534")
    try:
        return run(options.port, options.data.resolve(), options.node_url or None, options.verbose)
    except (processes.StartFailed, bitcoind.UnusableNode) as error:
        print(f"demo: {error}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
