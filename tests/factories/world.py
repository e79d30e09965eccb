"""A small world for tests: a regtest node, an application that follows it, a live site, and people who pay."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeVar
from uuid import UUID

from flask import Flask, current_app

from app.chain import queries
from app.chain.deposits import service as deposits
from app.chain.node import client as node
from app.chain.scan import scanner
from app.chain.scan.scanner import LISTENERS
from app.core.checks import Breach
from app.core.database.session import db, transaction
from app.core.money import btc_string
from app.faces.admin.commands.auditing import CHECKS
from app.games.ticket_draw import service
from app.games.ticket_draw.models import Round
from app.people.partners.models import PartnerSite
from app.record.audit import jobs as audit_jobs
from app.record.log import jobs as log_jobs
from app.selling.windows import jobs
from app.selling.windows.orders.limits import BY_KEY, Origin
from dev.node.process import NodeProcess

from .partners import make_site

if TYPE_CHECKING:
    from tests.worlds import Worlds

Answer = TypeVar("Answer")
RESERVE_SATS = 100_000_000


@dataclass(frozen=True)
class Placed:
    """An order as its buyer knows it."""

    id: UUID
    address: str
    terms: str
    receipt_secret: str
    round_number: int


class World:
    """Everything a test needs to buy, pay, mine, reorganise and settle. Each verb commits, as an edge does.

    With `worlds` it begins when it is first asked for something, for that may be a story that was played before.
    """

    def __init__(self, app: Flask, node_process: NodeProcess, worlds: Worlds | None = None) -> None:
        self._app, self._node, self._worlds = app, node_process, worlds
        self._due = False
        self._miner = ""
        self.environment: dict[str, str] = app.config.get("ENVIRONMENT_GIVEN", {})

    def begin(self, *, late: bool = False) -> Self:
        """Start scanning at the node's tip, and fund the reserve so that rounds are backed.

        `late`: when it, or its database, is first asked for something, for that may be a story that was played before.
        """
        self._due = True
        if late and self._worlds:
            db.engine.dialect.dispatch.do_connect.listeners.appendleft(self._asked)  # before whoever connects
        else:
            self.arrive()
        return self

    def _asked(self, *_: object) -> None:
        """Somebody connects who may be in the middle of a session, hence another."""
        if self._due:
            with self._app.app_context():
                self.arrive()

    def arrive(self) -> None:
        """Begin, if that was put off."""
        if self._due:
            self.recalled("begun", self._begin)

    def _begin(self) -> None:
        self._due = False
        if self._worlds is not None:
            self._worlds.open(self._app)
        self._settle_in()

    def _settle_in(self) -> None:
        self.scan()
        with transaction():
            address = deposits.new_reserve_address().address
        self.send(address, RESERVE_SATS)
        self.mine()

    def recalled(self, story: Hashable, play: Callable[[], Answer]) -> Answer:
        """What `play` does, where nothing was done before: by a copy, if this worker has played it.

        A story is told by its name alone, and answers what can be copied: no rows.
        """
        if self._worlds is None or not self._due:
            return play()
        key = self._worlds.key(self._app, self._node, type(self), story)
        kept = self._worlds.find(key)
        if kept is None:
            answer = play()
            self._worlds.keep(key, self._app, self._node, self.miner, answer)
            return answer
        self._due, self._miner = False, kept.miner
        found: Answer = self._worlds.restore(kept, self._app, self._node)
        return found

    @property
    def app(self) -> Flask:
        self.arrive()
        return self._app

    @property
    def node(self) -> NodeProcess:
        self.arrive()
        return self._node

    @property
    def miner(self) -> str:
        """Where the rewards of blocks go."""
        self._miner = self._miner or self.node.call("getnewaddress")
        return self._miner

    def scan(self) -> int:
        """Follow the chain to its tip."""
        self.arrive()
        listeners = LISTENERS.get()
        return scanner.catch_up(node.client(), listeners, current_app.config["SETTINGS"].first_scan_height)

    def mine(self, blocks: int = 1) -> list[str]:
        """Find blocks and follow them; their hashes."""
        hashes: list[str] = self.node.call("generatetoaddress", blocks, self.miner)
        self.scan()
        return hashes

    def mine_to(self, height: int) -> None:
        """Find blocks until the tip is at `height`."""
        missing = height - self.tip
        if missing > 0:
            self.mine(missing)

    @property
    def tip(self) -> int:
        self.arrive()
        db.session.rollback()
        return queries.tip_height()

    def send(self, address: str, sats: int) -> str:
        """Pay from the node's wallet; the txid."""
        txid: str = self.node.call("sendtoaddress", address, btc_string(sats))
        return txid

    def site(self, **values: object) -> PartnerSite:
        """A live partner site."""
        self.arrive()
        with transaction():
            return make_site(status="live", **values)  # type: ignore[arg-type]

    def order(
        self,
        site: PartnerSite,
        player: str = "ada",
        *,
        private: str = "",
        requested_round: int | None = None,
        origin: Origin = BY_KEY,
    ) -> Placed:
        """An order, as the edges make it."""
        self.arrive()
        tip = node.require_synced()
        db.session.rollback()
        with transaction():
            site = db.session.merge(site)
            made = service.create_order(
                site, player, private or f"private-{player}", tip, requested_round=requested_round, origin=origin
            )
            return Placed(
                made.order.id, made.address.address, made.address.terms, made.receipt_secret, made.order.round_number
            )

    def round(self, number: int) -> Round:
        """The round as it is in the database now."""
        db.session.rollback()
        return db.session.get_one(Round, number, populate_existing=True)

    def reorganise(self, depth: int, blocks: int | None = None) -> None:
        """Replace the last `depth` blocks by `blocks` others (one more, unless told) without following them."""
        tip = int(self.node.call("getblockcount"))
        self.node.call("invalidateblock", self.node.call("getblockhash", tip - depth + 1))
        self.node.call("generatetoaddress", depth + 1 if blocks is None else blocks, self.miner)

    def finish(self, number: int) -> None:
        """Seal, close, draw and settle a round in its time."""
        round_ = self.round(number)
        sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
        self.mine_to(sales_end - 1 + depth)
        jobs.seal()
        self.mine_to(closing + depth)
        jobs.settle()

    def breaches(self) -> Sequence[Breach]:
        """What `flask audit` would report."""
        self.arrive()
        audit_jobs.seal()
        log_jobs.sequence()  # a story that was played a while ago has leaves as old
        db.session.rollback()
        return [breach for check in CHECKS.get() for breach in check()]
