"""Whose frame the request at hand is, from its address alone. There is no session here, and no cookie."""

from __future__ import annotations

from dataclasses import replace

from flask import g, request
from sqlalchemy.exc import SQLAlchemyError

from app.core.config import current_settings
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.web import languages
from app.core.web.surfaces import current_surface
from app.people.partners import queries
from app.people.partners.models import PartnerSite
from app.people.partners.rules import DEFAULT_ACCENT
from app.people.partners.site import preview
from app.people.partners.site.preview import Preview

from .frame import Frame
from .games import home_of
from .naming import BY_NAME, FORMS, PREVIEW, AddressForm


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
        home=home_of(form),
        parent_origins=tuple(site.embed_allowed_origins),
        title=site.display_name,
        accent=str(site.theme.get("accentColor", DEFAULT_ACCENT)).removeprefix("#"),
        chosen_games=None if site.games is None else tuple(site.games),
    )


def _as_previewed(frame: Frame, looks: Preview) -> Frame:
    """The frame with the title and the colour that its preview link was made for."""
    accent = looks.accent.removeprefix("#") if looks.accent else frame.accent
    return replace(frame, looks=looks, title=looks.title or frame.title, accent=accent)


def order_stop_blocks() -> int:
    """How many blocks before sales end the frame stops offering a round."""
    stop: int = current_settings().order_stop_blocks
    return stop
