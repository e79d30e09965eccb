"""What operators are asked before they decide about a person."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.web.asking import Question

_WORDS: Final[dict[str, tuple[LazyString, tuple[LazyString, ...], LazyString, LazyString]]] = {
    "verify": (
        _l("Verify this person?"),
        (
            _l("A second operator has to confirm it, having seen the documents too."),
            _l("Name and date of birth cannot be changed by the person any more."),
        ),
        _l("Propose to verify"),
        _l("Not yet"),
    ),
    "other": (
        _l("Is this person none of those who are kept out?"),
        (
            _l("A second operator has to confirm it, having seen documents and matches too."),
            _l("This person is verified and may play at once. The other accounts stay kept out."),
            _l("Compare addresses, sign-ins and dates: whoever has excluded themselves has papers too."),
        ),
        _l("Propose: somebody else"),
        _l("Not yet"),
    ),
    "same": (
        _l("Is this the same person as that account’s?"),
        (
            _l("A second operator has to confirm it, having seen documents and match too."),
            _l("What keeps that account out keeps this one out too, as long. Nobody lifts an exclusion."),
            _l("The person is told until when it is. What they are owed is still paid."),
        ),
        _l("Propose: the same person"),
        _l("Not yet"),
    ),
    "reject": (
        _l("Refuse to verify this person?"),
        (
            _l("A second operator has to confirm it."),
            _l("The person reads the reason that you give, and may hand in other documents."),
        ),
        _l("Propose to refuse"),
        _l("Leave it as it is"),
    ),
    "block": (
        _l("Shut this person out?"),
        (
            _l("Nothing that costs money is possible, nor under another address with this name and date of birth."),
            _l("Signing in and being paid go on. The person is not told the reason."),
        ),
        _l("Shut out"),
        _l("Let them play"),
    ),
    "unblock": (
        _l("Let this person in again?"),
        (_l("Playing is possible at once. An exclusion of their own goes on until it ends."),),
        _l("Let in"),
        _l("Leave them shut out"),
    ),
}


def of_person(act: str, user_id: UUID, seen: str = "", other: UUID | None = None) -> Question:
    """A decision about somebody, of whose papers so much was `seen`; `other`: whose account is said to be his too."""
    asks, then, yes, no = _WORDS[act]
    back = f"/admin/people/{user_id}"
    return Question(
        asks=str(asks),
        then=tuple(str(one) for one in then),
        yes=str(yes),
        no=str(no),
        action=f"{back}/decide?act={act}" + (f"&seen={seen}" if seen else "") + (f"&of={other}" if other else ""),
        back=back,
        is_grave=act in ("reject", "block", "same"),
    )
