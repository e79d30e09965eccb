"""How an address of the frame names its partner and its player: by words in one of these forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from app.core.errors import NotFound
from app.core.text.names import private_name, public_name

PREVIEW: Final = "preview"
_THIS_PLAYER: Final = "~"  # in paths; no identifier can be written so
_DOTS: Final = (".", "..")  # identifiers that a path would swallow


@dataclass(frozen=True, slots=True)
class AddressForm:
    """The parameters for the partner and for a player's two names. `public`: which of the two everybody may read.

    `private`: which of the two the partner alone reads, if one is so.
    """

    partner: str
    player: tuple[str, str]
    public: int
    private: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.partner, *self.player)

    def name(self, at: int, text: str) -> str | None:
        """The player's name at that place in its one spelling; None if it cannot be one."""
        return private_name(text) if at == self.private else public_name(text)


BY_NAME: Final = AddressForm("partner", ("playerPublicIdentifier", "playerPrivateIdentifier"), public=0, private=1)
BY_ID: Final = AddressForm("partnerId", ("playerUname", "playerIdentifier"), public=1)
FORMS: Final = (BY_NAME, BY_ID)  # an address that names no partner counts as the first


@dataclass(frozen=True, slots=True)
class Player:
    """Both identifiers in their one spelling. They name a player and authorise nothing."""

    public: str
    private: str


def path_segment(identifier: str) -> str:
    """An identifier as a path carries it."""
    return _THIS_PLAYER if identifier in _DOTS else quote(identifier, safe="")


def path_identifier(segment: str, own: str | None) -> str:
    """The public identifier that a path names; `own` is that of the player whose frame it is.

    Raises:
        NotFound: nothing that could be an identifier.
    """
    found = own if segment == _THIS_PLAYER else public_name(segment)
    if found is None:
        raise NotFound
    return found
