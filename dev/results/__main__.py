"""Official results, simulated: `python -m dev.results --port 5090`; docs/results.md says how they are asked."""

from __future__ import annotations

import argparse
import os
import sys

from werkzeug.serving import WSGIRequestHandler, make_server

from .serving import create


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def main() -> int:
    options = _parser().parse_args()
    if os.environ.get("ENVIRONMENT") == "production":
        print("simulated results exist in development only", file=sys.stderr)
        return 2
    app = create(options.seed, options.rate, options.hang)
    server = make_server("127.0.0.1", options.port, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]
    print(f"results answer at http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dev.results", description="Official results, simulated.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("DEMO_RESULTS_PORT") or 0), help="0: any")
    parser.add_argument("--seed", default="", help="of what goes wrong at random")
    parser.add_argument("--rate", type=float, default=0.0, help="how much of it, 0 to 1")
    parser.add_argument("--hang", type=float, default=60.0, help="seconds for which it says nothing when it hangs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
