"""A gateway whose every answer a test decides, and something to buy through it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.ports import places
from app.money.gateways import asking, checks, service
from app.money.gateways.clients.all_of_them import CLIENTS
from app.money.gateways.clients.interface import (
    Begun,
    Funds,
    Hint,
    Letter,
    Line,
    Order,
    RefundOrder,
    RefundTold,
    Refused,
    Told,
    Unknown,
)
from app.money.gateways.models import GatewayPayment, GatewayRefund
from app.money.gateways.purchases import PURCHASES, Payment, Sold
from app.money.gateways.service import Wanted
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting
from tests.people.players.people import registered

AMOUNT = 50_000


class NotForSale(Exception):
    """What the purchase refuses with."""


@dataclass
class Goods:
    """Buys with a wallet's account, by the ledger alone. `refuses`: the code of why it takes no money."""

    name: str = "goods"
    refuses: str = ""
    told: list[tuple[str, UUID]] = field(default_factory=list)

    def paid(self, payment: Payment) -> None:
        if self.refuses:
            raise NotForSale(self.refuses)
        self.told.append(("paid", payment.id))
        self._post(payment.clearing, self._own(payment), payment.amount_minor, str(payment.purchase_id), "paid")

    def ended(self, payment: Payment, state: str) -> None:
        self.told.append((state, payment.id))

    def take_back(self, payment: Payment, amount_minor: int, key: str) -> None:
        self._post(self._own(payment), payment.refund, amount_minor, key, "take_back")

    def within_reach(self, payment: Payment) -> int:
        return ledger_queries.available(self._own(payment))

    def returnable(self, payment: Payment) -> int:
        return self.within_reach(payment)

    def give_back(self, payment: Payment, amount_minor: int, key: str) -> None:
        self._post(payment.refund, self._own(payment), amount_minor, key, "give_back")

    def unplayed(self, payment: Payment) -> int:
        return 0

    def set_aside(self, payment: Payment, amount_minor: int, key: str) -> None:
        raise DomainError("nothing_to_send_back", status=409)

    def set_free(self, payment: Payment, amount_minor: int, key: str) -> None:
        """Nothing was."""

    def give_up(self, payment: Payment, amount_minor: int) -> None:
        self.told.append(("given up", payment.id))

    def charged_back(self, payment: Payment, amount_minor: int, key: str) -> None:
        has = ledger_queries.available(self._own(payment))
        debtor = AccountRef("receivable", str(payment.user_id), payment.currency)
        disputed = AccountRef("disputed", "", payment.currency)
        for account, part, kind in (
            (self._own(payment), min(has, amount_minor), "lost"),
            (debtor, amount_minor, "owed"),
        ):
            left = part if kind == "lost" else amount_minor - min(has, amount_minor)
            if left:
                self._post(account, disputed, left, key, kind)

    @staticmethod
    def _own(payment: Payment) -> AccountRef:
        return AccountRef("wallet", str(payment.user_id), payment.currency)

    def _post(self, debit: AccountRef, credit: AccountRef, amount: int, key: str, kind: str) -> None:
        ledger.post([Posting(debit, credit, amount, self.name, key, kind)])


@dataclass
class FakeGateway:
    """Answers as it was told to; an answer that is an exception is raised, as a client's own fault would be."""

    name: str = "moncash"
    currencies: frozenset[str] = frozenset({"HTG"})
    refunds_from: str = "moncash"
    begins_again: bool = False
    beginning: Begun | Refused | Unknown = field(default_factory=lambda: Begun("", "https://gateway.example/pay"))
    answer: Told = field(default_factory=lambda: Told("open"))
    refunding: RefundTold = field(default_factory=lambda: RefundTold("succeeded", "r1"))
    refund_answer: RefundTold = field(default_factory=lambda: RefundTold("succeeded", "r1"))
    lines: list[Line] | None = None
    holds: list[Funds] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)

    def check(self, currency: str, amount_minor: int) -> None:
        if amount_minor % 100:
            told = {"leastMinor": 100, "mostMinor": 7_500_000, "stepMinor": 100}
            raise DomainError("amount_not_whole", status=422, field="amountMinor", currency=currency, **told)

    def begin(self, order: Order) -> Begun | Refused | Unknown:
        self._count("begin")
        return self.beginning

    def ask(self, order: Order) -> Told:
        self._count("ask")
        return replace(self.answer, reference=self.answer.reference or order.reference)

    def cancel(self, order: Order) -> Told:
        self._count("cancel")
        return self.ask(order)

    def refund(self, order: RefundOrder) -> RefundTold:
        self._count("refund")
        return self.refunding

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        self._count("ask_refund")
        return self.refund_answer

    def letter(self, headers: Mapping[str, str], raw: bytes) -> Letter:
        return Letter("", "alert", is_signed=False)

    def hint(self, raw: bytes) -> Hint:
        return Hint(raw.decode())

    def reference_of(self, transaction: str) -> str | None:
        return None

    def list_since(self, moment: datetime) -> list[Line] | None:
        return self.lines

    def funds(self) -> list[Funds]:
        return self.holds

    def _count(self, what: str) -> None:
        assert not db.session().info.get("open"), "no gateway is asked inside a transaction"
        self.calls[what] += 1


def paid(amount: int = AMOUNT, **more: object) -> Told:
    """It is paid."""
    told: dict[str, object] = {"charge_id": "t1", "currency": "HTG", "amount_minor": amount, "payer": "50934101234"}
    return Told("paid", **{**told, **more})  # type: ignore[arg-type]


@dataclass
class Shop:
    """An application with one gateway and something to buy."""

    app: Flask
    gateway: FakeGateway = field(default_factory=FakeGateway)
    goods: Goods = field(default_factory=Goods)
    user_id: UUID = field(default_factory=new_id)

    def open(self) -> Shop:
        places(self.app).held[CLIENTS] = {self.gateway.name: self.gateway}
        PURCHASES.fill(self.app, {self.goods.name: Sold(self.goods, NotForSale)})
        with transaction():
            self.user_id = registered()
        return self

    def create(self, amount: int = AMOUNT) -> UUID:
        with transaction():
            wanted = Wanted(self.user_id, self.gateway.name, "HTG", amount)
            return service.create(wanted, self.goods.name, new_id())

    def begun(self) -> UUID:
        payment_id = self.create()
        asking.begin(payment_id)
        return payment_id

    def bought(self) -> UUID:
        payment_id = self.begun()
        self.gateway.answer = paid()
        self.ask(payment_id)
        assert self.state(payment_id) == "succeeded"
        return payment_id

    def ask(self, payment_id: UUID) -> None:
        """As if nobody had asked a moment ago."""
        self._set("gateway_payments", payment_id, "asked_at = NULL")
        asking.ask(payment_id)

    def later(self, payment_id: UUID, **time: float) -> None:
        """So much later for this payment and its refunds."""
        back = f"interval '{timedelta(**time).total_seconds()} seconds'"
        moved = (f"{name} = {name} - {back}" for name in ("expires_at", "asked_at", "next_ask_at", "ended_at"))
        self._set("gateway_payments", payment_id, ", ".join(moved))
        with transaction():
            db.session.execute(
                text(
                    f"UPDATE gateway_refunds SET sent_at = sent_at - {back}, next_ask_at = next_ask_at - {back}, "
                    f"ended_at = ended_at - {back} WHERE payment_id = :id"
                ),
                {"id": payment_id},
            )

    def refund(self, payment_id: UUID, amount: int = AMOUNT) -> UUID:
        with transaction():
            refund_id = service.refund(payment_id, amount, actor="operator:ada", reason="asked for it")
        asking.send(refund_id)
        return refund_id

    def ask_refund(self, refund_id: UUID) -> None:
        self._set("gateway_refunds", refund_id, "next_ask_at = clock_timestamp()")
        asking.send(refund_id)

    def row(self, payment_id: UUID) -> GatewayPayment:
        return db.session.get_one(GatewayPayment, payment_id, populate_existing=True)

    def state(self, payment_id: UUID) -> str:
        found = self.row(payment_id).state
        db.session.rollback()
        return found

    def refunds(self, payment_id: UUID) -> list[str]:
        query = select(GatewayRefund.state).where(GatewayRefund.payment_id == payment_id).order_by(GatewayRefund.id)
        found = list(db.session.scalars(query))
        db.session.rollback()
        return found

    def balance(self, kind: str, owner: object = "") -> int:
        found = ledger_queries.balance(AccountRef(kind, str(owner), "HTG"))
        db.session.rollback()
        return found

    def books(self, payment_id: UUID) -> dict[str, int]:
        """What stands where, without what is nothing."""
        found = {
            "wallet": self.balance("wallet", self.user_id),
            "clearing": self.balance("clearing", self.gateway.name),
            "refund": self.balance("refund", payment_id),
            "disputed": self.balance("disputed"),
            "receivable": self.balance("receivable", self.user_id),
            "fees": self.balance("fees"),
        }
        return {kind: amount for kind, amount in found.items() if amount}

    def alarms(self) -> set[str]:
        found = set(db.session.scalars(text("SELECT code FROM alarms WHERE closed_at IS NULL")))
        db.session.rollback()
        return found

    def breaches(self) -> list[str]:
        found = [f"{one.check}: {one.detail}" for check in checks.CHECKS for one in check()]
        db.session.rollback()
        return found

    def _set(self, table: str, row: UUID, values: str) -> None:
        with transaction():
            db.session.execute(text(f"UPDATE {table} SET {values} WHERE id = :id"), {"id": row})
