"""`python -m dev.node`: a regtest node for development and tests."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from zmq import ZMQError

from dev.node.node import FolderInUse, Node, lock_folder
from dev.node.rpc import RpcServer


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dev.node", description=__doc__)
    parser.add_argument("--datadir", type=Path, required=True)
    parser.add_argument("--rpc-port", type=int, default=18443)
    parser.add_argument("--rpc-user", required=True)
    parser.add_argument("--rpc-password", required=True)
    parser.add_argument("--zmq-port", type=int, default=None)
    parser.add_argument("--network", default="regtest", help="regtest, and nothing else")
    parsed = parser.parse_args(argv)
    if parsed.network != "regtest":
        parser.error(f"this node runs on regtest only and refuses '{parsed.network}'")
    return parsed


def main(argv: list[str] | None = None) -> int:
    options = arguments(argv)
    try:
        lock = lock_folder(options.datadir)
    except FolderInUse as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    try:
        server = RpcServer(options.rpc_port, options.rpc_user, options.rpc_password)
    except OSError as error:
        print(f"Error: cannot listen on 127.0.0.1:{options.rpc_port}: {error}", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        node = Node(options.datadir, options.zmq_port)
    except ZMQError as error:
        print(f"Error: cannot publish on 127.0.0.1:{options.zmq_port}: {error}", file=sys.stderr)
        return 1
    node.stop_requested = stop
    server.dispatcher.node = node
    tip = node.chain.tip
    print(f"ready: regtest height {tip.height} rpc 127.0.0.1:{server.port} zmq {options.zmq_port}", flush=True)
    while not stop.wait(1.0):
        pass  # a signal that another thread was given is heard once this one runs again
    node.stopping = True
    server.stop()
    node.close()
    lock.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
