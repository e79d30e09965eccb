"""What a decision about somebody's papers means, for the operator who confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.core.text.isolation import isolated
from app.people.players.operating import looking
from app.people.players.profile.queries import profile_of
from app.record.audit.approving import Described, Payload, Personal

_SENTENCES: Final[Mapping[str, LazyString]] = {
    "verify": _l("A person is verified."),
    "reject": _l("A person’s verification is refused."),
    "other": _l("A person is verified, and is none of those who are kept out and known by the same."),
    "same": _l("A person is verified, and is the same as one who is kept out."),
}
_THEN: Final[Mapping[str, LazyString]] = {
    "verify": _l("What people may do who are verified, this person may from then on."),
    "reject": _l("The person reads the reason, and may hand in other documents."),
    "other": _l("This person may play, although the others stay kept out."),
    "same": _l("What keeps the other account out keeps this one out too, as long and for the same reason."),
}
MARKS: Final[Mapping[str, LazyString]] = {
    "birth": _l("name and date of birth"),
    "email": _l("mail address"),
    "phone": _l("phone number"),
}


def described(payload: Payload) -> Described:
    """Whom it is about and what happens, its facts, and the page with papers; each match by its account."""
    outcome = str(payload["outcome"])
    matches = payload.get("matches", ())
    rows = [
        (gettext("Then"), str(_THEN[outcome])),
        *looking.told(payload),
        *((one["userId"], _alike(one, payload)) for one in matches),
    ]
    places = {one["userId"]: f"/admin/people/{one['userId']}" for one in matches}
    sentence = Personal(f"{_called(UUID(payload['userId']))}: {_SENTENCES[outcome]}")
    return Described(sentence, tuple(rows), f"/admin/people/{payload['userId']}", places)


def _called(user_id: UUID) -> str:
    """By name and date of birth, read when somebody looks: a proposal that is kept names nobody."""
    profile = profile_of(user_id)
    if profile.name is None or profile.born is None:
        return str(gettext("erased"))
    return f"{isolated(profile.name)} ({profile.born.isoformat()})"


def _alike(match: Mapping[str, Any], payload: Payload) -> str:
    marks = ", ".join(str(MARKS[one]) for one in match["marks"])
    known = gettext("verified") if match["isVerified"] else gettext("not verified")
    said = gettext("kept out, alike by %(marks)s, %(known)s", marks=marks, known=known)
    return f"{said}: {gettext('the same person')}" if payload.get("sameAs") == match["userId"] else said
