"""Top-ups as a purchase: begun within somebody's limits, told by whoever takes the payment how it goes on.

Each verb is called inside the transaction that records the payment's change, and may be called again.
"""

from __future__ import annotations

from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import select, update

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.money.wallets import postings
from app.money.wallets.models import Topup
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.lost import clip
from app.money.wallets.origins.ports import VOID
from app.money.wallets.origins.service import Deposit
from app.money.wallets.rules import PAYER_IS_PHONE, PAYER_IS_TYPED, check_amount, check_currency, payer_as_kept
from app.money.wallets.withdrawals import asked_back
from app.people.accounts.queries import database_now
from app.people.players import spending
from app.people.players.profile.queries import profile_of
from app.record.audit.service import note
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef

PURCHASE_KIND: Final = "topup"


class TopupRefused(Exception):
    """What was paid buys nothing here, and goes back the way it came. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Paid(Protocol):
    """A payment, as whoever takes it tells of it; amounts in minor units."""

    @property
    def id(self) -> UUID: ...
    @property
    def user_id(self) -> UUID: ...
    @property
    def purchase_id(self) -> UUID: ...
    @property
    def provider(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def payer(self) -> str | None: ...
    @property
    def is_card(self) -> bool: ...
    @property
    def has_3ds(self) -> bool: ...
    @property
    def clearing(self) -> AccountRef: ...
    @property
    def refund(self) -> AccountRef: ...


def begin(user_id: UUID, currency: str, amount: int) -> UUID:
    """Let somebody pay in so much, or refuse; what is begun counts against his limits. Returns the top-up's id.

    Raises:
        DomainError: 422 `currency_unknown`, `amount_out_of_range`, and as `spending.allowed`.
    """
    check_currency(currency)
    check_amount(amount)
    spending.allowed(user_id, currency, "deposit", amount)
    topup = Topup(id=new_id(), user_id=user_id, currency=currency, amount_minor=amount)
    db.session.add(topup)
    db.session.flush()
    return topup.id


class TopupPurchase:
    """What a payment's end means for a wallet."""

    name = PURCHASE_KIND

    def paid(self, payment: Paid) -> None:
        """The money is there, once. Raises TopupRefused."""
        spending.hold(payment.user_id)
        topup = _locked(payment)
        if topup.state == "paid":
            return
        deposit = _deposit(topup, payment)
        own = postings.wallet(topup.user_id, topup.currency)
        clip((topup.user_id,), topup.currency)
        ledger.post(postings.paid(topup.id, payment.clearing, own, topup.amount_minor))
        origins.remember(topup.id, topup.user_id, topup.currency, topup.amount_minor, deposit)
        _end(topup.id, "paid")
        note("system", "wallet.topped_up", f"user:{topup.user_id}", "", **_detail(topup, payment.amount_minor))

    def ended(self, payment: Paid, state: str) -> None:
        """It came to nothing: it counts against no limit any more."""
        topup = _locked(payment)
        if topup.state == "begun":
            _end(topup.id, "ended")

    def take_back(self, payment: Paid, amount_minor: int, key: str) -> None:
        """Some of it is about to go back. Raises DomainError 409: `insufficient_funds`, it is spent;
        `winnings_not_final`, what is in its place may still be another's."""
        spending.hold(payment.user_id)
        topup = _locked(payment)
        own = postings.wallet(topup.user_id, topup.currency)
        check_leaves(payment.user_id, own, amount_minor)
        if ledger.post(postings.taken_back(key, own, payment.refund, amount_minor)):
            origins.take(topup.id, amount_minor)
            note("system", "wallet.taken_back", f"user:{topup.user_id}", "", **_detail(topup, amount_minor))

    def within_reach(self, payment: Paid) -> int:
        """What is in the wallet, can be spent and is final."""
        own = ledger_queries.available(postings.wallet(payment.user_id, payment.currency))
        return max(origins.final_of(payment.user_id, payment.currency, own), 0)

    def returnable(self, payment: Paid) -> int:
        """As much as is within reach: in a wallet money is money."""
        return self.within_reach(payment)

    def give_back(self, payment: Paid, amount_minor: int, key: str) -> None:
        """It could not go back: the refund failed."""
        spending.hold(payment.user_id)
        topup = _locked(payment)
        own = postings.wallet(topup.user_id, topup.currency)
        if ledger.post(postings.given_back(key, own, payment.refund, amount_minor)):
            origins.give(topup.id, amount_minor)
            note("system", "wallet.given_back", f"user:{topup.user_id}", "", **_detail(topup, amount_minor))

    def unplayed(self, payment: Paid) -> int:
        """What of it lies in the wallet and can leave only the way it came."""
        own = ledger_queries.available(postings.wallet(payment.user_id, payment.currency))
        return min(origins.unplayed_of(payment.purchase_id), origins.final_of(payment.user_id, payment.currency, own))

    def set_aside(self, payment: Paid, amount_minor: int, key: str) -> None:
        """Hold it. Raises DomainError 409 `insufficient_funds`, and as `asked_back.check`."""
        spending.hold(payment.user_id)
        asked_back.check(payment.user_id)
        if self.unplayed(payment) < amount_minor:
            raise DomainError("insufficient_funds", status=409)
        own = postings.wallet(payment.user_id, payment.currency)
        if ledger.hold(own, amount_minor, postings.WISH, key):
            origins.take(payment.purchase_id, amount_minor)

    def set_free(self, payment: Paid, amount_minor: int, key: str) -> None:
        """Hold it no more."""
        spending.hold(payment.user_id)
        if ledger.void_hold(postings.WISH, key):
            origins.give(payment.purchase_id, amount_minor)

    def give_up(self, payment: Paid, amount_minor: int) -> None:
        """A dispute is about to be lost: what was bought since, and may still be void, pays for what the wallet has not
        got."""
        spending.hold(payment.user_id)
        topup = _locked(payment)
        missing = amount_minor - ledger_queries.available(postings.wallet(topup.user_id, topup.currency))
        if missing > 0 and topup.ended_at is not None:
            VOID.get()(topup.user_id, topup.currency, missing, topup.ended_at)

    def charged_back(self, payment: Paid, amount_minor: int, key: str) -> None:
        """A dispute is lost: what is in the wallet pays for it, and the rest is owed."""
        spending.hold(payment.user_id)
        topup = _locked(payment)
        if ledger_queries.postings_of(postings.TOPUP, [key], "charged_back"):
            return
        own = postings.wallet(topup.user_id, topup.currency)
        in_wallet = ledger_queries.available(own)
        ledger.post(postings.charged_back(key, topup.user_id, topup.currency, amount_minor, in_wallet))
        origins.take(topup.id, amount_minor)
        note("system", "wallet.charged_back", f"user:{topup.user_id}", "", **_detail(topup, amount_minor))


def check_leaves(user_id: UUID, own: AccountRef, amount: int, returned: int = 0) -> None:
    """Whether so much may leave a wallet on its way back, of which so much has just been `returned` to it: no result
    that is not final has won it. That it is there the ledger says.

    Raises DomainError 409 `winnings_not_final`.
    """
    spendable = ledger_queries.available(own)
    if returned < amount <= spendable:
        origins.check_final(user_id, own.currency, spendable - returned, amount - returned)


def deposit_of(payment: Paid) -> Deposit:
    """Where a payment's money came from. Raises TopupRefused: it is another person's."""
    payer = payer_as_kept(payment.provider, payment.payer)
    is_verified_number = payer is not None and payer == profile_of(payment.user_id).phone
    if payment.provider in PAYER_IS_PHONE and payer is not None and not is_verified_number:
        raise TopupRefused("payer_not_yours")
    if payment.provider in PAYER_IS_TYPED and not is_verified_number:
        payer = None
    return Deposit(payment.provider, payer, payment.is_card, payment.has_3ds)


def _deposit(topup: Topup, payment: Paid) -> Deposit:
    """The same of a top-up's. Raises TopupRefused."""
    if topup.state == "ended":
        raise TopupRefused("topup_over")
    if (payment.user_id, payment.currency, payment.amount_minor) != (
        topup.user_id,
        topup.currency,
        topup.amount_minor,
    ):
        raise TopupRefused("topup_differs")
    return deposit_of(payment)


def _locked(payment: Paid) -> Topup:
    query = select(Topup).where(Topup.id == payment.purchase_id).execution_options(populate_existing=True)
    return db.session.scalars(query.with_for_update(key_share=True)).one()


def _end(topup_id: UUID, state: str) -> None:
    db.session.execute(update(Topup).where(Topup.id == topup_id).values(state=state, ended_at=database_now()))


def _detail(topup: Topup, amount: int) -> dict[str, str | int]:
    return {"topup": str(topup.id), "amount_minor": amount, "currency": topup.currency}
