"""Semaphore, Twilio and Firebase for one machine: `python -m dev.messages --port 5100 --keep FILE`.

Accounts are those of the settings (SEMAPHORE_API_KEY, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, FCM_SERVICE_ACCOUNT_FILE).
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

from .carrying import Accounts, Providers
from .faults import Faults
from .page import create
from .postbox import Postbox


class _Quiet(WSGIRequestHandler):
    """Addresses hold keys: nothing of them is logged."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: a connection that was hung up is what was asked for."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.messages", description="Providers of SMS and push, simulated.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--keep", type=Path, help="a file that remembers what was taken")
    parser.add_argument("--mailbox", default="", help="the platform's /dev/mailbox, whose mail is shown too")
    options = parser.parse_args()
    if os.environ.get("ENVIRONMENT") == "production":
        print("simulated providers exist in development only", file=sys.stderr)
        return 2
    read = os.environ.get
    accounts = Accounts(
        semaphore_key=read("SEMAPHORE_API_KEY", ""),
        twilio_sid=read("TWILIO_ACCOUNT_SID", ""),
        twilio_token=read("TWILIO_AUTH_TOKEN", ""),
        fcm_file=read("FCM_SERVICE_ACCOUNT_FILE", ""),
    )
    page = create(Providers(accounts, Postbox(options.keep), Faults(), options.mailbox))
    server = make_server("127.0.0.1", options.port, page, threaded=True, request_handler=_Quiet)
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"SMS, push and mail arrive at http://127.0.0.1:{options.port}/", flush=True)
    stop.wait()
    os._exit(0)  # whoever still hangs was meant to


if __name__ == "__main__":
    sys.exit(main())
