"""What holders of receipts are told of their leaves, beside the public log: the salts, which are nobody else's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.frozen import freeze
from app.core.database.session import Model


class ReceiptLeaf(Model):
    """A leaf that tells of a subject of somebody's receipt: `fact` is the row that it tells of, `written_at` when it
    was told, from which its promise runs. Its person can be named by who has the `salt`, until that is forgotten.
    """

    __tablename__ = "log_receipts"

    subject: Mapped[str] = mapped_column(primary_key=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # its hash
    kind: Mapped[str]
    fact: Mapped[str]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)  # null: it names nobody, or the salt is forgotten
    written_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


freeze(ReceiptLeaf.__table__, ("subject", "leaf", "kind", "fact", "written_at"))
