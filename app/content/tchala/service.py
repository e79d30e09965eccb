"""The verbs of the dictionary: write a dream, remove one, take a whole list."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, literal_column, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.record.audit.service import note

from .models import Dream
from .queries import Taken
from .rules import Entry

SUBJECT = "tchala"


def add(entry: Entry, source: str, *, actor: str) -> UUID:
    """Write a dream. Raises DomainError `dream_known` (field `ht`)."""
    dream_id: UUID | None = db.session.scalar(
        insert(Dream).values(_row(entry, source, actor)).on_conflict_do_nothing().returning(Dream.id)
    )
    if dream_id is None:
        raise DomainError("dream_known", field="ht")
    _note_written(dream_id, entry, actor)
    return dream_id


def change(dream_id: UUID, entry: Entry, source: str, *, actor: str) -> None:
    """Write a dream anew. Raises NotFound; DomainError `dream_known`: the word is another dream's."""
    values = _row(entry, source, actor) | {"id": dream_id, "changed_at": func.clock_timestamp()}
    written = update(Dream).where(Dream.id == dream_id).values(values).returning(Dream.id)
    try:
        found = db.session.scalar(written)
    except IntegrityError:
        raise DomainError("dream_known", field="ht") from None
    if found is None:
        raise NotFound("dream_not_found")
    _note_written(dream_id, entry, actor)


def remove(dream_id: UUID, reason: str, *, actor: str) -> None:
    """Take a dream out of the dictionary; the log keeps what it was. Raises NotFound."""
    gone = db.session.execute(delete(Dream).where(Dream.id == dream_id).returning(Dream.ht, Dream.numbers)).first()
    if gone is None:
        raise NotFound("dream_not_found")
    note(actor, "dream.removed", f"dream:{dream_id}", reason, ht=gone.ht, numbers=gone.numbers)


def take(entries: Sequence[Entry], source: str, reason: str, *, actor: str) -> Taken:
    """Take a whole list in one statement: dreams that are new, and those that it says otherwise. A second time it
    changes nothing."""
    given = insert(Dream).values([_row(one, source, actor) for one in entries])
    new = given.excluded
    differs = or_(*(getattr(Dream, name) != getattr(new, name) for name in ("ht", "fr", "en", "numbers")))
    told = ("ht", "fr", "en", "numbers", "trigrams", "source", "changed_by")
    written: Sequence[bool] = db.session.scalars(
        given.on_conflict_do_update(
            index_elements=["folded"],
            set_={name: getattr(new, name) for name in told} | {"changed_at": func.clock_timestamp()},
            where=differs,
        ).returning(literal_column("(xmax = 0)"))
    ).all()
    made = sum(written)
    taken = Taken(made, len(written) - made, len(entries) - len(written))
    note(actor, "tchala.imported", SUBJECT, reason, made=taken.made, changed=taken.changed, source=source)
    return taken


def _row(entry: Entry, source: str, actor: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "folded": entry.folded,
        "ht": entry.ht,
        "fr": entry.fr,
        "en": entry.en,
        "numbers": list(entry.numbers),
        "trigrams": entry.trigrams,
        "source": source,
        "changed_by": actor,
    }


def _note_written(dream_id: UUID, entry: Entry, actor: str) -> None:
    note(actor, "dream.written", f"dream:{dream_id}", ht=entry.ht, numbers=list(entry.numbers))
