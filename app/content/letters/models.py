"""Letters that people write to the house, and what it answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model
from app.core.sealing.columns import MAIL, Sealed, sealed_text
from app.people.accounts.models import User

from .rules import STATES, TOPICS


def _one_of(column: str, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


class Letter(Model):
    """One letter. `number` is what its writer is told and names it by; `about` what it is about, such as a payment's
    number or an earlier letter's. `user_id`: who was signed in; nobody has to be.

    Rows go a year after they were ended (`jobs.forget`), and with whoever is erased.
    """

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint(_one_of("topic", TOPICS), name="topic"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("(ended_at IS NULL) = (state = 'open')", name="ended_at"),
        Index("letters_open_idx", "written_at", postgresql_where=text("state = 'open'")),
        Index("letters_ended_at_idx", "ended_at"),
        Index("letters_email_hash_idx", "email_hash"),
        Index("letters_user_id_idx", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    topic: Mapped[str]
    about: Mapped[str] = mapped_column(server_default="")
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    locale: Mapped[str]
    email_sealed: Mapped[bytes] = mapped_column(Sealed(MAIL))
    email_hash: Mapped[bytes] = mapped_column(LargeBinary)
    email = sealed_text("email_sealed")
    words_sealed: Mapped[bytes] = mapped_column(Sealed())
    words = sealed_text("words_sealed")
    state: Mapped[str] = mapped_column(server_default="open")
    written_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    ended_at: Mapped[datetime | None]


class LetterAnswer(Model):
    """What an operator answered, as it was sent."""

    __tablename__ = "letter_answers"
    __table_args__ = (Index("letter_answers_letter_id_idx", "letter_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    letter_id: Mapped[UUID] = mapped_column(ForeignKey(Letter.id))
    words_sealed: Mapped[bytes] = mapped_column(Sealed())
    words = sealed_text("words_sealed")
    written_by: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
