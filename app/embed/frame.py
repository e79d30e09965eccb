"""Whose frame this is: the partner and player named in the query. There is no session here, and no cookie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

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
from app.windows import rules

# An address names the partner by its name or by its id, and the player in the words that go with it.
PARTNER, PUBLIC, PRIVATE = "partner", "playerPublicIdentifier", "playerPrivateIdentifier"
PARTNER_ID, UNAME, IDENTIFIER = "partnerId", "playerUname", "playerIdentifier"
PREVIEW = "preview"
_HOME = {PARTNER: "rounds", PARTNER_ID: "luckotto"}  # the game whose address form it is
PLAYER_OF = {PARTNER: (PUBLIC, PRIVATE), PARTNER_ID: (UNAME, IDENTIFIER)}
_THIS_PLAYER = "~"  # in paths; no identifier can be written so
_DOTS = (".", "..")  # identifiers that a path would swallow


@dataclass(frozen=True, slots=True)
class Player:
    """Both identifiers in their one spelling. They name a player and authorise nothing."""

    public: str
    private: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A partner's frame for one request. Templates know it as `embed`.

    Either address form serves every game: `public` and `private` are what `rounds` calls the player, `uname` and
    `identifier` what Luckotto does, where both are public. So Luckotto never gets a private identifier.
    """

    site: PartnerSite
    query: dict[str, str]
    public: str | None
    private: str | None
    uname: str | None
    identifier: str | None
    parent_origins: tuple[str, ...]
    title: str
    accent: str
    looks: Preview | None = None

    @property
    def player(self) -> Player | None:
        """Who would buy; None unless both identifiers are there and valid."""
        return Player(self.public, self.private) if self.public and self.private else None

    @property
    def named_player(self) -> Player | None:
        """Who would buy where both names of a player are public."""
        return Player(self.uname, self.identifier) if self.uname and self.identifier else None

    @property
    def form(self) -> str:
        """The parameter by which the address names its partner."""
        return PARTNER_ID if PARTNER_ID in self.query else PARTNER

    @property
    def identifiers_refused(self) -> tuple[str, ...]:
        """Names of the identifiers that were given and cannot be one."""
        given = (name for name in PLAYER_OF[self.form] if self.query.get(name, "").strip())
        return tuple(name for name in given if rules.identifier(self.query[name]) is None)

    @property
    def is_preview(self) -> bool:
        return self.looks is not None

    def url(self, path: str, **more: object) -> str:
        """An address inside this frame: the path with the partner, the player, and what else is given."""
        query = self.query | {name: str(value) for name, value in more.items() if value is not None}
        return f"{path}?{urlencode(query)}"

    def round_tickets_url(self, number: int) -> str | None:
        """The player's own tickets of a round."""
        return self.url(f"/embed/players/{path_segment(self.public)}/rounds/{number}") if self.public else None

    @property
    def home(self) -> str:
        """The game that the address form belongs to."""
        return _HOME[self.form]

    def game_url(self, name: str, **more: object) -> str:
        """Where a game begins in this frame."""
        return self.url("/embed", game=name if name != self.home else None, **more)

    @property
    def round_url(self) -> str:
        return self.game_url("rounds")

    @property
    def rounds_url(self) -> str:
        return self.url("/embed/rounds")

    @property
    def tickets_url(self) -> str | None:
        """The tickets of the round on sale, from which the other rounds are linked."""
        return self.round_tickets_url(g.round_on_sale) if g.get("round_on_sale") else None

    @property
    def verify_url(self) -> str:
        return "/verify"


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


def path_segment(identifier: str) -> str:
    """An identifier as a path carries it."""
    return _THIS_PLAYER if identifier in _DOTS else quote(identifier, safe="")


def path_identifier(segment: str, own: str | None) -> str:
    """The public identifier that a path names; `own` is that of the player whose frame it is.

    Raises:
        NotFound: nothing that could be an identifier.
    """
    found = own if segment == _THIS_PLAYER else rules.identifier(segment)
    if found is None:
        raise NotFound
    return found


def _site() -> PartnerSite:
    form = _form()
    names = request.args.getlist(form)
    if len(names) > 1:
        raise DomainError("parameter_repeated", status=400, name=form)
    site = _site_by(form, names[0]) if names else None
    if site is None or (site.status == "draft" and not preview.opens(request.args.get(PREVIEW, ""), site.name)):
        raise NotFound("partner_not_found")
    return site


def _form() -> str:
    """Raises DomainError 400 `parameter_conflict` where a partner is named both by name and by id."""
    if PARTNER in request.args and PARTNER_ID in request.args:
        g.frame_origins = ()
        raise DomainError("parameter_conflict", status=400, name=PARTNER, other=PARTNER_ID)
    return PARTNER_ID if PARTNER_ID in request.args else PARTNER


def _site_by(form: str, value: str) -> PartnerSite | None:
    if form == PARTNER:
        return queries.site_by_name(value)
    site_id = parse_id(value)
    return queries.site_by_id(site_id) if site_id is not None else None


def _frame(site: PartnerSite) -> Frame:
    form = _form()
    names = PLAYER_OF[form]
    for name in names:
        if len(request.args.getlist(name)) > 1:
            raise DomainError("parameter_repeated", status=400, name=name)
    given = {name: request.args[name] for name in (form, *names, PREVIEW) if name in request.args}
    chosen = languages.asked()
    given |= {languages.QUERY: chosen} if chosen else {}
    first, second = (rules.identifier(given.get(name, "")) for name in names)
    return Frame(
        site=site,
        query=given,
        public=first if form == PARTNER else second,
        private=second,
        uname=first,
        identifier=first if form == PARTNER else second,
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
