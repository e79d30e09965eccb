"""A frame as its pages know it: the partner and the player named in the query."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import g

from app.people.partners.models import PartnerSite
from app.people.partners.site.preview import Preview

from .naming import AddressForm, Player


@dataclass(frozen=True, slots=True)
class Frame:
    """A partner's frame for one request. Templates know it as `embed`.

    Either address form serves every game. `given` are the player's two names as the address has them; a game asks for
    its player in the form that it belongs to. `home` is the game that the address form belongs to.
    """

    site: PartnerSite
    query: dict[str, str]
    form: AddressForm
    given: tuple[str | None, str | None]
    home: str
    parent_origins: tuple[str, ...]
    title: str
    accent: str
    looks: Preview | None = None
    chosen_games: tuple[str, ...] | None = None  # as the site has them; an error's page cannot ask the site again

    def names(self, form: AddressForm) -> tuple[str | None, str | None]:
        """The player's two names for a game of that form, as far as they are there and valid.

        From an address of another form it gets the public one for both: a private name reaches no game that would
        publish it.
        """
        if form == self.form:
            return self.given
        public = self.given[self.form.public]
        return public, public

    def player(self, form: AddressForm) -> Player | None:
        """Who would buy in a game of that form; None unless both names are known."""
        first, second = self.names(form)
        return Player(first, second) if first and second else None

    def public_name(self, form: AddressForm) -> str | None:
        """What a game of that form calls the player in public records."""
        return self.names(form)[form.public]

    @property
    def identifiers_refused(self) -> tuple[str, ...]:
        """Names of the identifiers that were given and cannot be one."""
        given = (self.query.get(name, "") for name in self.form.player)
        return tuple(
            self.form.player[at] for at, text in enumerate(given) if text.strip() and self.form.name(at, text) is None
        )

    @property
    def is_preview(self) -> bool:
        return self.looks is not None

    def url(self, path: str, **more: object) -> str:
        """An address inside this frame: the path with the partner, the player, and what else is given."""
        query = self.query | {name: str(value) for name, value in more.items() if value is not None}
        return f"{path}?{urlencode(query)}"

    def game_url(self, name: str, path: str = "/embed", **more: object) -> str:
        """Where a game begins in this frame, or another of the pages that every game has."""
        return self.url(path, game=name if name != self.home else None, **more)

    @property
    def shown_url(self) -> str:
        """Where the game that is shown begins."""
        return self.game_url(g.get("embed_game", self.home))
