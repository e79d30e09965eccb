"""People who have registered, for tests that play."""

from __future__ import annotations

from uuid import UUID

from app.people.accounts import service as accounts
from app.people.players.profile import service
from app.people.players.profile.rules import Proposed

ADA = Proposed("Ada Lovelace", "1990-12-10", "HT", "HTG")


def registered(email: str = "player@example.com", who: Proposed = ADA) -> UUID:
    """Somebody who may play, in the caller's transaction."""
    user_id = accounts.user_with_email(email)
    assert service.register(user_id, who, "en") is None
    return user_id
