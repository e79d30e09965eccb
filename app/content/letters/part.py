"""What letters hand over to the product; their pages are the website's and the console's."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.core.jobs.queue import PeriodicJob
from app.core.wire.error_messages import add_messages
from app.people.players.leaving.rows import Holdings
from app.record.audit.acts import Act, word
from app.record.part import Part

from . import jobs, service
from .messages import MESSAGES
from .models import Letter, LetterAnswer


def _answers(user_id: UUID) -> ColumnElement[bool]:
    return LetterAnswer.letter_id.in_(select(Letter.id).where(Letter.user_id == user_id))


HOLDINGS: Final = Holdings("app.content.letters", lambda _user_id: False, service.erase, {"letter_answers": _answers})
PART: Final = Part(
    periodic_jobs=(PeriodicJob("letters.forget", jobs.forget, 3600),),
    acts=(
        Act("letter.answered", "answered a letter", (word("number"),)),
        Act("letter.closed", "closed a letter", (word("number"),)),
    ),
    starting=(lambda _app: add_messages(MESSAGES),),
)
