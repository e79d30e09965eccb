"""The development wallet's command line: `python -m dev.node.wallet_cli reserve --datadir DIR`.

Works beside a running node: both reserve through the same file, so no address is handed out twice.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from dev.node.keys import KINDS, RECEIVE, KeyChain
from dev.node.receive_indexes import ReceiveIndexes
from dev.node.scripts import script_address


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.node.wallet_cli", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    reserve = commands.add_parser("reserve", help="reserve receive addresses, one JSON object a line")
    reserve.add_argument("--datadir", type=Path, required=True)
    reserve.add_argument("--count", type=int, default=1)
    reserve.add_argument("--type", choices=sorted(KINDS), default="bech32")
    arguments = parser.parse_args(argv)
    if not 1 <= arguments.count <= 10_000:
        parser.error("--count must be between 1 and 10000")
    indexes = ReceiveIndexes(arguments.datadir)
    chain = KeyChain(indexes.seed())
    for index in indexes.reserve(f"{arguments.type}/receive", arguments.count):
        address = script_address(chain.script(arguments.type, RECEIVE, index))
        print(json.dumps({"index": index, "address": address, "type": arguments.type}), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
