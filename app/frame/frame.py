"""Whose frame this is: the partner and player named in the query. There is no session here, and no cookie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from app.core import languages
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.surfaces import current_surface
from app.partners import preview, queries
from app.partners.models import PartnerSite
from app.partners.preview import Preview
from app.partners.rules import DEFAULT_ACCENT

from .games import home_of
from .naming import BY_NAME, FORMS, PREVIEW, AddressForm, Player


@dataclass(frozen=True, slots=True)
class Frame:
    """A partner's frame for one request. Templates know it as `embed`.

    Either address form serves every game. `given` are the player's two names as the address has them; a game asks for
    its player in the form that it belongs to.
    """

    site: PartnerSite
    query: dict[str, str]
    form: AddressForm
    given: tuple[str | None, str | None]
    parent_origins: tuple[str, ...]
    title: str
    accent: str
    looks: Preview | None = None

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

    @property
    def home(self) -> str:
        """The game that the address form belongs to."""
        return home_of(self.form)

    def game_url(self, name: str, path: str = "/embed", **more: object) -> str:
        """Where a game begins in this frame, or another of the pages that every game has."""
        return self.url(path, game=name if name != self.home else None, **more)

    @property
    def shown_url(self) -> str:
        """Where the game that is shown begins."""
        return self.game_url(g.get("embed_game", self.home))


def current_frame() -> Frame:
    """The frame of the request at hand.

    Raises:
        DomainError: 400 `parameter_repeated`: the partner or an identifier is given twice.
        NotFound: no such partner, or a draft without its owner's preview link.
    """
    if "frame" not in g:
        g.frame_origins = ()
        site = _site()
        looks = preview.read(request.args.get(PREVIEW, ""), site.name)
        # A preview also stands on the dashboard, beside the fields that it is a preview of.
        g.frame_origins = (*site.embed_allowed_origins, *(("'self'",) if looks else ()))
        g.frame = _frame(site) if looks is None else _as_previewed(_frame(site), looks)
    frame: Frame = g.frame
    return frame


def known_frame() -> Frame | None:
    """The frame, if there is one and it can be read; for error pages, which must not fail in turn."""
    if not current_surface().is_framed:
        return None
    try:
        return current_frame()
    except (DomainError, SQLAlchemyError):
        return None


def frame_origins() -> tuple[str, ...]:
    """Who may frame the answer at hand: the partner's list, and nobody where the partner is unknown."""
    if "frame_origins" not in g:
        known_frame()
    origins: tuple[str, ...] = g.get("frame_origins", ())
    return origins


def _site() -> PartnerSite:
    form = _form()
    names = request.args.getlist(form.partner)
    if len(names) > 1:
        raise DomainError("parameter_repeated", status=400, name=form.partner)
    site = _site_by(form, names[0]) if names else None
    if site is None or (site.status == "draft" and not preview.opens(request.args.get(PREVIEW, ""), site.name)):
        raise NotFound("partner_not_found")
    return site


def _form() -> AddressForm:
    """Raises DomainError 400 `parameter_conflict` where a partner is named both by name and by id."""
    used = [form for form in FORMS if form.partner in request.args]
    if len(used) > 1:
        g.frame_origins = ()
        raise DomainError("parameter_conflict", status=400, name=used[0].partner, other=used[1].partner)
    return used[0] if used else FORMS[0]


def _site_by(form: AddressForm, value: str) -> PartnerSite | None:
    if form == BY_NAME:
        return queries.site_by_name(value)
    site_id = parse_id(value)
    return queries.site_by_id(site_id) if site_id is not None else None


def _frame(site: PartnerSite) -> Frame:
    form = _form()
    for name in form.player:
        if len(request.args.getlist(name)) > 1:
            raise DomainError("parameter_repeated", status=400, name=name)
    given = {name: request.args[name] for name in (*form.names, PREVIEW) if name in request.args}
    chosen = languages.asked()
    given |= {languages.QUERY: chosen} if chosen else {}
    first, second = (form.name(at, given.get(name, "")) for at, name in enumerate(form.player))
    return Frame(
        site=site,
        query=given,
        form=form,
        given=(first, second),
        parent_origins=tuple(site.embed_allowed_origins),
        title=site.display_name,
        accent=str(site.theme.get("accentColor", DEFAULT_ACCENT)).removeprefix("#"),
    )


def _as_previewed(frame: Frame, looks: Preview) -> Frame:
    """The frame with the title and the colour that its preview link was made for."""
    accent = looks.accent.removeprefix("#") if looks.accent else frame.accent
    return replace(frame, looks=looks, title=looks.title or frame.title, accent=accent)


def order_stop_blocks() -> int:
    """How many blocks before sales end the frame stops offering a round."""
    stop: int = current_app.config["SETTINGS"].order_stop_blocks
    return stop
