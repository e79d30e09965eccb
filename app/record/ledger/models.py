"""The ledger's tables: accounts, transfers between them, holds. Append-only; a trigger refuses anything else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.references import check_at_once, keep
from app.core.database.session import Model
from app.core.money import MAX_SATS

AMOUNT_IS_POSSIBLE = f"amount BETWEEN 1 AND {MAX_SATS}"


class Account(Model):
    """One account: (kind, owner, currency). `balance` counts in the direction of its normal side."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("kind", "owner", "currency"),
        UniqueConstraint("id", "currency"),
        CheckConstraint("normal_side IN ('debit', 'credit')", name="normal_side"),
        CheckConstraint("may_be_negative OR balance - held >= 0", name="not_overdrawn"),
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("currency ~ '^[A-Za-z]{3,8}$'", name="currency"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    owner: Mapped[str] = mapped_column(server_default="")
    currency: Mapped[str] = mapped_column(server_default="sat")
    normal_side: Mapped[str]
    may_be_negative: Mapped[bool]
    is_personal: Mapped[bool] = mapped_column(server_default="false")
    balance: Mapped[int] = mapped_column(BigInteger, server_default="0")
    held: Mapped[int] = mapped_column(BigInteger, server_default="0")


keep(Account.__table__, ("id", "currency"))


class Transfer(Model):
    """Money moved once from one account to another: zero sum by its very shape."""

    __tablename__ = "ledger_transfers"
    __table_args__ = (
        UniqueConstraint("source", "source_id", "kind", "line"),
        ForeignKeyConstraint(["debit_account_id", "currency"], ["ledger_accounts.id", "ledger_accounts.currency"]),
        ForeignKeyConstraint(["credit_account_id", "currency"], ["ledger_accounts.id", "ledger_accounts.currency"]),
        CheckConstraint(AMOUNT_IS_POSSIBLE, name="amount"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        Index("ledger_transfers_debit_idx", "debit_account_id", "id"),
        Index("ledger_transfers_credit_idx", "credit_account_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    debit_account_id: Mapped[int] = mapped_column(BigInteger)
    credit_account_id: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    source_id: Mapped[str]
    kind: Mapped[str]
    line: Mapped[int]
    posted_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Hold(Model):
    """Money set aside in an account until it is posted or voided."""

    __tablename__ = "ledger_holds"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        CheckConstraint(AMOUNT_IS_POSSIBLE, name="amount"),
        CheckConstraint("state IN ('reserved', 'posted', 'voided')", name="state"),
        ForeignKeyConstraint(["account_id"], ["ledger_accounts.id"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    source_id: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="reserved")


append_only(Transfer.__table__)
check_at_once(Transfer.__table__, ("debit_account_id", "currency"), ("credit_account_id", "currency"))
