"""Won rounds to be paid, and the verbs of an operator, each committing as an edge does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.money.payouts import queries
from app.money.payouts.drafts import generation
from app.money.payouts.models import Payout
from app.money.payouts.sent import broadcasting, replacing
from app.money.payouts.signed import upload
from app.people.partners.models import PartnerSite
from app.people.partners.site import verification
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds

from .signers import Signer, by_libsecp

OPERATOR = "operator:olga"
RATE = 2_000  # sat per 1,000 virtual bytes


@dataclass
class Desk:
    """An operator's desk over a world with a node."""

    world: World

    def win(self, site: PartnerSite | None = None, player: str = "ada") -> int:
        """A round in which one player bought every ticket, settled; its number."""
        if site is None:
            return self.won(player, edge_percent=10)[1]
        return self._win(site, player)

    def won(self, player: str = "ada", **values: Any) -> tuple[PartnerSite, int]:
        """A new site, and a round that was won there."""

        def play() -> tuple[UUID, int]:
            site = self.world.site(**values)
            return site.id, self._win(site, player)

        site_id, number = self.world.recalled(("won", player, *sorted(values.items())), play)
        with transaction() as session:
            return session.get_one(PartnerSite, site_id), number

    def _win(self, site: PartnerSite, player: str) -> int:
        order = self.world.order(site, player)
        self.world.send(order.address, 1_100_000)
        self.world.mine()
        self.world.finish(order.round_number)
        assert self.world.round(order.round_number).status == "settled"
        return order.round_number

    def generate(self, number: int, *, with_balances: bool = False, rate: int = RATE) -> UUID:
        with transaction():
            payout, _ = generation.for_round("rounds", str(number), rate, OPERATOR, with_balances=with_balances)
            return payout.id

    def upload(self, payout_id: UUID, signer: Signer = by_libsecp) -> None:
        assert self.offer(payout_id, signer(self.payout(payout_id).psbt)) == []

    def offer(self, payout_id: UUID, given: str | bytes) -> list[str]:
        """The names of what is wrong with an upload."""
        with transaction():
            return [error.code for error in upload.attach(payout_id, given, OPERATOR)]

    def broadcast(self, payout_id: UUID) -> str:
        db.session.rollback()
        return broadcasting.broadcast(payout_id, OPERATOR, "it is due")

    def sent(self, number: int, *, with_balances: bool = False) -> UUID:
        """A payout that is in the mempool."""
        payout_id = self.generate(number, with_balances=with_balances)
        self.upload(payout_id)
        assert self.broadcast(payout_id) == "broadcast"
        return payout_id

    def refresh(self, payout_id: UUID) -> str:
        db.session.rollback()
        return broadcasting.refresh(payout_id)

    def bump(self, payout_id: UUID, rate: int) -> UUID:
        with transaction():
            return replacing.bump(payout_id, rate, OPERATOR, "too slow").id

    def cancel(self, payout_id: UUID) -> None:
        with transaction():
            replacing.cancel(payout_id, OPERATOR, "not now")

    def payout(self, payout_id: UUID) -> Payout:
        db.session.rollback()
        return queries.payout(payout_id)

    def state(self, payout_id: UUID) -> str:
        return self.payout(payout_id).state

    def txid(self, payout_id: UUID) -> str:
        return self.payout(payout_id).txid[::-1].hex()

    def bury(self) -> None:
        """As many blocks as make the last one final, and one for what waits in the mempool."""
        self.world.mine(4)

    def balance(self, kind: str, owner: str = "") -> int:
        db.session.rollback()
        return ledger.balance(AccountRef(kind, owner))

    def total(self, kind: str) -> int:
        db.session.rollback()
        return ledger.total(kind)

    def make_payable(self, site: PartnerSite) -> None:
        """Verified, and its address old enough."""
        with transaction():
            found = db.session.get_one(PartnerSite, site.id)
            verification.verify(found, actor=OPERATOR, reason="known")
            db.session.execute(
                text(
                    "UPDATE partner_sites SET payout_address_changed_at = clock_timestamp() - interval '73 hours' "
                    "WHERE id = :id"
                ),
                {"id": site.id},
            )

    def paid(self, address: str) -> int:
        """What the mined transactions of payouts gave an address, as the node sees it."""
        found = 0
        db.session.rollback()
        for payout in queries.payouts_page(limit=1000):
            if queries.confirmation_of(payout.id) is None:
                continue
            for output in queries.outputs_of(payout.id):
                if output.address == address:
                    answer = self.world.node.call("gettxout", payout.txid[::-1].hex(), output.vout)
                    found += round(float(answer["value"]) * 10**8) if answer else 0
        return found


@pytest.fixture
def windows() -> dict[str, str]:
    """Eleven blocks for a win, not seventeen."""
    return {"ROUND_LENGTH_BLOCKS": "4"}


@pytest.fixture
def desk(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Desk:
    return Desk(World(chain_app, node, worlds).begin(late=True))
