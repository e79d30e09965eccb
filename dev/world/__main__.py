"""The demo world in one process: partners, reserve, blocks, players, and the partner's page.

`python -m dev.world` runs until it is told to stop. `python -m dev.world --prepare` only does what has to be there
before the first block is scanned: mature coins, the partners, and a payment to the reserve that the first block holds.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from types import FrameType

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.chain import queries
from app.chain.node import client as node
from app.chain.scan import scanner
from app.core.config import current_settings
from app.games.luckotto.tickets.sale import LuckottoSettings

from . import purse, reading
from .clock import BlockClock
from .loops import Loop, say
from .lottery import Lottery
from .miner import CHECK_SECONDS, Miner
from .page import create_page
from .players import REFUSED_SECONDS, Crowd
from .readiness import Readiness
from .reserve import JACKPOTS_SENT, Reserve
from .seeding import seed
from .settings import WorldSettings, read
from .signer import Operator
from .story import Teller
from .swertres import opening
from .swertres.bettors import Bettors
from .swertres.official import Official
from .wallet import Wallet

RESERVE_SECONDS = 5.0
OPERATOR_SECONDS = 30.0
OFFICIAL_SECONDS = 3.0
PREPARING_TRIES = 10


class World:
    """Everything that acts in the demo."""

    def __init__(self, app: Flask, world: WorldSettings) -> None:
        self.app, self.world = app, world
        self.wallet = Wallet(world.node_url)
        self.clock = BlockClock(world.block_seconds)
        self.reserve = Reserve(app, world, self.wallet, self.clock)
        self.crowd = Crowd(world, 10 ** current_settings(app).ticket_digits, self.wallet, self.clock)
        pool = current_settings(app).of(LuckottoSettings).luckotto_pool_size
        self.lottery = Lottery(world, pool, self.wallet, self.clock)
        self.operator = Operator(app, world.signing_key)
        self.official = Official(app, world.results_url)
        self.bettors = Bettors(app, world.base_url)
        waits = (Readiness(app, self.wallet).missing, self.crowd.behind, self.lottery.behind)
        self.miner = Miner(self.wallet, self.clock, waits)
        self.stop = threading.Event()

    def prepare(self) -> None:
        """Funds, partners, reserve; what is there already stays."""
        self._see_to_funds()
        seed(self.app, self.world, self.wallet)
        purse.fill(self.app)
        reading.publish(self.app)
        opening.open_shop(self.app)
        self._place_cursor()
        self.reserve.tend()

    def try_to_prepare(self) -> None:
        """A few times. The demo starts all the same: `run` makes up for what is missing."""
        first = Loop("preparing", self._prepared, 2.0, self.stop)
        for _ in range(PREPARING_TRIES):
            if first.turn() == 0.0:
                return
            self.stop.wait(first.seconds)

    def loops(self) -> list[Loop]:
        return [
            Loop("miner", self.miner.turn, CHECK_SECONDS, self.stop),
            Loop("reserve", self.reserve.tend, RESERVE_SECONDS, self.stop),
            Loop("operator", self.operator.anchor, OPERATOR_SECONDS, self.stop),
            Loop("players", self.crowd.order, REFUSED_SECONDS, self.stop),
            Loop("luckotto", self.lottery.play, REFUSED_SECONDS, self.stop),
            Loop("official lottery", self.official.tell, OFFICIAL_SECONDS, self.stop),
            Loop("swertres", self.bettors.turn, REFUSED_SECONDS, self.stop),
            Loop("payments", self.crowd.pay_what_is_due, REFUSED_SECONDS, self.stop),
        ]

    def run(self) -> None:
        """Until told to stop. The page answers from the first moment, whatever else is still away."""
        page = create_page(self.world, self.wallet, Teller(self.app), self.miner)
        server = make_server("127.0.0.1", self.world.page_port, page, threaded=True, request_handler=_Quiet)
        threading.Thread(target=server.serve_forever, name="page", daemon=True).start()
        say("page", f"the partner's page is at {self.world.page_url}")
        Loop("preparing", self._begin, 2.0, self.stop).start()
        self.stop.wait()

    def _prepared(self) -> float:
        self.prepare()
        return 0.0

    def _begin(self) -> float:
        """Prepare; then everybody starts, and there is nothing more to do."""
        self.prepare()
        for loop in self.loops():
            loop.start()
        return threading.TIMEOUT_MAX

    def _place_cursor(self) -> None:
        """Scanning starts here: below are the wallet's first coins alone, and the next block backs a round."""
        with self.app.app_context():
            if queries.cursor() is None:
                scanner.advance(node.client(), (), current_settings(self.app).first_scan_height)

    def _see_to_funds(self) -> None:
        """Once for each chain: later every block brings the wallet its reward, as long as there are any."""
        with self.app.app_context():
            if queries.cursor() is not None:
                return
        self.wallet.ensure_funds(3 * JACKPOTS_SENT * self.world.jackpot_sats)


class _Quiet(WSGIRequestHandler):
    """Polling would fill the log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.world", description="Partners, players and blocks for a demo.")
    parser.add_argument("--prepare", action="store_true", help="only what has to be there before the first block")
    options = parser.parse_args()
    if os.environ.get("ENVIRONMENT") == "production" or os.environ.get("BITCOIN_NETWORK") != "regtest":
        print("the demo world exists on regtest only", file=sys.stderr)
        return 2
    app = create_app()
    world = World(app, read(os.environ))
    if options.prepare:
        world.try_to_prepare()
        return 0

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        world.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    world.run()
    sys.stdout.flush()
    os._exit(0)  # nothing here has anything to finish, and threads may be waiting for a network


if __name__ == "__main__":
    sys.exit(main())
