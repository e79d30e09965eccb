"""A world in which one game of windows is played, whichever it is: the verbs that every test of the rail needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select, text

from app.chain.node import client as node
from app.core.database.session import db, transaction
from app.money.payouts.models import Obligation
from app.outcomes.draws import service as draws
from app.outcomes.draws.algorithms import Recorded
from app.outcomes.draws.models import Draw
from app.people.partners.models import PartnerSite
from app.record.audit.models import Alarm
from app.record.events.models import Event
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from app.selling.windows.games import AnyGame
from app.selling.windows.models import WindowPayment, WindowRound
from app.selling.windows.orders import refunds
from app.selling.windows.rounds import settlement
from tests.factories.world import World

from .adapters import Adapter, Bought, columns_of

Answer = TypeVar("Answer")


@dataclass
class Stage:
    """Other games have their rounds at the same heights, and nobody plays them."""

    world: World
    adapter: Adapter

    @property
    def game(self) -> AnyGame:
        return self.adapter.game

    def recalled(self, story: str, play: Callable[[], Answer]) -> Answer:
        """As the world's, of this game."""
        return self.world.recalled((story, self.game.name), play)

    # buying

    def few(self, site: PartnerSite, player: str = "ada") -> Bought:
        return self._buy(self.adapter.few, site, player)

    def whole(self, site: PartnerSite, player: str = "ada") -> Bought:
        return self._buy(self.adapter.whole, site, player)

    def _buy(self, buy: Callable[[PartnerSite, str, int], Bought], site: PartnerSite, player: str) -> Bought:
        tip = node.require_synced()
        db.session.rollback()
        with transaction():
            return buy(db.session.merge(site), player, tip)

    def pay(self, order: Bought, sats: int | None = None) -> str:
        return self.world.send(order.address, order.sats if sats is None else sats)

    def paid(self, order: Bought, sats: int | None = None) -> Bought:
        """Paid, in a block."""
        self.pay(order, sats)
        self.world.mine()
        return order

    def holds(self, order: Bought) -> list[object]:
        db.session.rollback()
        return list(self.adapter.holds(order.id))

    def state(self, order: Bought) -> str:
        db.session.rollback()
        db.session.expire_all()
        return self.adapter.state(order.id)

    def bought_whole(self) -> Bought:
        """All of a round, bought by one player."""
        return self.recalled("bought whole", lambda: self.paid(self.whole(self.world.site(edge_percent=10))))

    def to_be_drawn(self) -> Bought:
        """All of a round, bought by one player; its closing block is buried."""

        def play() -> Bought:
            made = self.bought_whole()
            self.ready(made.round_number)
            return made

        return self.recalled("to be drawn", play)

    # a round's time

    def round(self, number: int) -> WindowRound:
        db.session.rollback()
        found: WindowRound = db.session.get_one(self.game.round, number, populate_existing=True)
        return found

    def status(self, number: int) -> str:
        return self.round(number).status

    def to_last_sale(self, number: int) -> None:
        """The next block is the last that counts."""
        self.world.mine_to(self.round(number).sales_end_height - 2)

    def to_burial(self, number: int) -> None:
        """The last sale is buried."""
        round_ = self.round(number)
        self.world.mine_to(round_.sales_end_height - 1 + round_.settlement_depth)

    def seal(self, number: int) -> None:
        self.to_burial(number)
        jobs.seal()
        assert self.status(number) == "sealed"

    def to_draw(self, number: int) -> None:
        """The closing block is buried."""
        round_ = self.round(number)
        self.world.mine_to(round_.closing_height + round_.settlement_depth)

    def ready(self, number: int) -> None:
        """Sealed, and to be drawn."""
        self.seal(number)
        self.to_draw(number)

    def finish(self, number: int) -> None:
        self.ready(number)
        jobs.settle()
        assert self.status(number) == "settled"

    def begin_draw(self, number: int) -> draws.Work[Recorded]:
        """As the job begins it, which asks the node first."""
        told = self.world.node.call("getblockhash", self.round(number).closing_height)
        db.session.rollback()
        with transaction():
            work = settlement.begin_draw(self.game, number, told)
        assert work is not None
        return work

    def settle_alone(self, number: int) -> bool:
        """What the job does for this game's round."""
        return jobs._settle_alone(self.game, number, lambda: False)

    def void(self, number: int) -> None:
        """Nobody sealed it before its closing block."""
        self.world.mine_to(self.round(number).closing_height)
        jobs.seal()
        assert self.status(number) == "void"

    def lose_from(self, height: int) -> None:
        """Every block from `height` on goes, and as many others come and one; what was paid is in the first."""
        self.world.reorganise(int(self.world.node.call("getblockcount")) - height + 1)
        self.world.scan()

    # what an operator does

    def command(self, *words: str) -> tuple[int, str]:
        done = self.world.app.test_cli_runner().invoke(args=[*words, "--game", self.game.name])
        db.session.rollback()
        return done.exit_code, done.output

    def resolve(self, number: int, how: str) -> tuple[int, str]:
        who = ("--operator", "olga", "--reason", "looked at the chain")
        return self.command("rounds", "resolve", str(number), f"--{how}", *who)

    def decide(self) -> int:
        with transaction():
            return refunds.decide(self.game, "operator:olga", "it bought nothing")

    # what is on record

    def payments(self, order: Bought) -> list[tuple[str, int, int]]:
        """(fate, credited, refundable) of what was paid to an order, as it came."""
        payment = self.game.payment
        db.session.rollback()
        rows = db.session.scalars(select(payment).where(payment.order_id == order.id).order_by(payment.id)).all()
        return [(row.status, row.credited_sats, row.refundable_sats) for row in rows]

    def live_payments(self) -> list[WindowPayment]:
        db.session.rollback()
        live = select(self.game.payment).where(self.game.payment.orphaned_at.is_(None))
        return list(db.session.scalars(live.order_by(self.game.payment.id)))

    def balance(self, kind: str, owner: object = "") -> int:
        db.session.rollback()
        return ledger.balance(AccountRef(kind, str(owner)))

    def of_round(self, kind: str, number: int) -> int:
        """What a round has on one of its accounts."""
        return self.balance(kind, f"{self.game.name}-{number}")

    def wins(self) -> list[tuple[int, Any]]:
        """(round, order) of every win."""
        db.session.rollback()
        wins = db.session.scalars(select(self.adapter.win))
        return [(win.round_number, getattr(win, self.adapter.won_order)) for win in wins]

    def debts(self) -> int:
        db.session.rollback()
        return db.session.scalar(select(func.count()).where(Obligation.source == self.game.name)) or 0

    def draw(self, number: int) -> Draw:
        """The round's, the last one begun."""
        db.session.rollback()
        found = select(Draw).where(Draw.game == self.game.name, Draw.subject == str(number))
        return db.session.scalars(found.order_by(Draw.id.desc()).limit(1)).one()

    def is_drawn_by(self, draw_id: UUID) -> bool:
        """Whether it is a draw of this game."""
        with transaction() as session:
            return session.get_one(Draw, draw_id).game == self.game.name

    def events(self, kind: str) -> list[Mapping[str, Any]]:
        db.session.rollback()
        return list(
            db.session.scalars(
                select(Event.payload).where(Event.type == kind, Event.game == self.game.name).order_by(Event.id)
            )
        )

    def alarms(self, number: int) -> set[str]:
        """What a person is called for because of the round."""
        db.session.rollback()
        subject = self.game.subject(number)
        return set(db.session.scalars(select(Alarm.code).where(Alarm.subject == subject, Alarm.closed_at.is_(None))))

    def frozen(self, number: int, *orders: Bought) -> list[Any]:
        """Everything that a settled round consists of, but for its payments."""
        debts = text("SELECT * FROM obligations WHERE source = :game AND source_id = CAST(:number AS text) ORDER BY id")
        round_ = columns_of(self.round(number))
        return [
            round_,
            [self.holds(order) for order in orders],
            [tuple(row) for row in db.session.execute(select(self.adapter.win.__table__))],
            [tuple(row) for row in db.session.execute(debts, {"game": self.game.name, "number": number})],
            self.draw(number).outcome,
        ]

    def breaches(self) -> set[str]:
        """The checks of `flask audit` that found something."""
        return {breach.check for breach in self.world.breaches()}
