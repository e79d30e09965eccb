"""Stripe, MonCash, PayPal and PayMongo for one machine: `python -m dev.gateways`; docs/gateways.md says how to point a
client at them.

Addresses, accounts and secrets are those of the environment (dev/merchant.py makes them for the demo).
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from .clock import Clock
from .moncash.building import make as moncash
from .opening import Options, port_of
from .paymongo.building import make as paymongo
from .paypal.building import make as paypal
from .stripe.building import make as stripe

PROVIDERS = {
    "DEMO_STRIPE_URL": stripe,
    "DEMO_MONCASH_URL": moncash,
    "DEMO_PAYPAL_URL": paypal,
    "DEMO_PAYMONGO_URL": paymongo,
}


class _Quiet(WSGIRequestHandler):
    """Addresses hold secrets: nothing of them is logged."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: a connection that was hung up is what was asked for."""


def main() -> int:
    options = _parser().parse_args()
    if os.environ.get("ENVIRONMENT") == "production":
        print("simulated gateways exist in development only", file=sys.stderr)
        return 2
    os.umask(0o077)  # what is kept has payers in it
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    everyone = {name.split("_")[1].lower(): os.environ[name] for name in PROVIDERS}
    shared = Options(Clock(options.speed), options.keep, options.seed, options.rate, options.hang, everyone)
    for name, make in PROVIDERS.items():
        url = os.environ[name]
        server = make_server("127.0.0.1", port_of(url), make(os.environ, shared), threaded=True, request_handler=_Quiet)
        server.daemon_threads = True  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    print(f"gateways answer at {' '.join(os.environ[name] for name in PROVIDERS)}", flush=True)
    stop.wait()
    os._exit(0)  # whoever still hangs was meant to


def _parser() -> argparse.ArgumentParser:
    read = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m dev.gateways", description="Payment gateways, simulated.")
    parser.add_argument("--keep", type=Path, help="a folder that remembers what was paid")
    parser.add_argument("--seed", default=read("DEMO_GATEWAYS_SEED", ""), help="of what goes wrong at random")
    parser.add_argument(
        "--rate", type=float, default=float(read("DEMO_GATEWAYS_RATE") or 0), help="how much of it, 0 to 1"
    )
    parser.add_argument(
        "--speed", type=float, default=float(read("DEMO_GATEWAYS_SPEED") or 1), help="seconds of waiting in a second"
    )
    parser.add_argument("--hang", type=float, default=60, help="seconds for which it says nothing when it hangs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
