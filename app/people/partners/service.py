"""The verbs of a partner site: make it, change it, take it live. Orders keep the settings they were shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol, TypedDict
from uuid import UUID

from flask_babel import LazyString
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError, InvalidInput
from app.core.ids import created_at, new_id
from app.core.ports import Port
from app.people.accounts.models import User
from app.people.approvals.settings import two_people
from app.people.partners.site.origins import clean_origins
from app.people.partners.site.preview import Preview
from app.record.audit.service import note
from app.record.notifications.service import send_later

from . import queries, rules
from .models import PartnerSite

CheckAddress = Callable[[str], None]
"""Raises DomainError unless the address is one of this network's and none of our own deposit addresses."""


ProposeAddress = Callable[["PartnerSite", str], None]
"""Asks a second person for a verified site's new payout address."""

_ADDRESS: Final = ("payout_address", "payout_address_network", "payout_address_changed_at")


class OfferedGame(Protocol):
    """A game that has a place in a partner's frame."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> LazyString: ...


CHECK_ADDRESS: Final = Port[CheckAddress]("payable addresses")
PATHS_OF_GAMES: Final = Port[Collection[str]]("names and paths of games, which no partner may take", ())
GAMES_OFFERED: Final = Port[Sequence[OfferedGame]]("games that a partner may offer", ())


class SiteValues(TypedDict, total=False):
    """Settings as they come in, unchecked. What is absent stays as it is."""

    name: str  # on creation only
    display_name: str
    house_edge: object  # a decimal rate, 0 through 0.15
    payout_address: str
    payout_address_acknowledged: bool
    theme: Mapping[str, object]
    embed_origins: Sequence[object]
    status: str
    games: object  # names, or None for all


@dataclass
class _Checked:
    """Values that passed, and every refusal of one that did not."""

    values: dict[str, object] = field(default_factory=dict)
    errors: list[DomainError] = field(default_factory=list)

    @contextmanager
    def refusing(self, name: str) -> Iterator[None]:
        try:
            yield
        except DomainError as error:
            for part in error.errors if isinstance(error, InvalidInput) else [error]:
                part.field = part.field or name
                self.errors.append(part)

    def raise_errors(self) -> None:
        if len(self.errors) == 1:
            raise self.errors[0]
        if self.errors:
            raise InvalidInput(self.errors)


def games_offered() -> dict[str, str]:
    """The platform's games that have a place in a frame: name to title."""
    return {game.name: str(game.title) for game in GAMES_OFFERED.get()}


def create_site(owner_user_id: UUID, values: SiteValues, *, site_id: UUID | None = None) -> PartnerSite:
    """Make a draft site.

    Raises:
        DomainError: one setting was refused (its `field` says which); 409 `slug_taken` if the name, or one that looks
            like it, is in use.
        InvalidInput: several were.
    """
    checked = _Checked()
    with checked.refusing("name"):
        checked.values["name"] = _checked_name(values.get("name", ""))
    _check_settings({"display_name": "", "house_edge": 0, "payout_address": "", **values}, checked)
    _check_payout_address(values, checked)
    if checked.errors and "name" in checked.values and not queries.is_free(str(checked.values["name"])):
        checked.errors.insert(0, _taken())
    checked.raise_errors()
    identifier = site_id or new_id()
    checked.values["payout_address_changed_at"] = created_at(identifier)  # the first address: never changed
    site = PartnerSite(id=identifier, owner_user_id=owner_user_id, **checked.values)
    _insert(site)
    note(f"user:{owner_user_id}", "partner.created", f"site:{site.id}", name=site.name)
    return site


def _checked_name(text: str) -> str:
    """As `rules.check_name`; what a refusal suggests is free."""
    try:
        return rules.check_name(text, PATHS_OF_GAMES.get())
    except DomainError as error:
        if error.code != "slug_invalid_but":
            raise
        free = queries.free_name(str(error.params["suggestion"]), PATHS_OF_GAMES.get())
        if free is None:
            raise DomainError("slug_invalid", field="name") from None
        raise DomainError("slug_invalid_but", field="name", suggestion=free) from None


def to_change(site: PartnerSite) -> None:
    """Have a site as it is now, and nobody else change it before the caller's transaction ends."""
    db.session.refresh(site, with_for_update=TO_CHANGE)


def update_site(
    site: PartnerSite, changes: SiteValues, *, actor: str | None = None, propose: ProposeAddress | None = None
) -> PartnerSite:
    """Change settings of a site; open orders keep theirs. The name never changes. `actor` is the owner unless told.
    Where two people decide about a verified site's payout address, a new one is handed to `propose` in place of being
    set; all else is changed.

    Raises:
        DomainError: one change was refused; 409 `status_not_allowed` for a step that its status does not allow; 409
            `payout_address_by_two` without `propose`.
        InvalidInput: several were.
    """
    to_change(site)
    checked = _Checked()
    _check_settings(changes, checked)
    if rules.one_spelling(changes.get("payout_address", site.payout_address)) != site.payout_address:
        _check_payout_address(changes, checked)
    if "status" in changes and changes["status"] != site.status:
        with checked.refusing("status"):
            rules.check_transition(site.status, changes["status"])
            if site.stopped_reason and changes["status"] == "live":
                raise DomainError("site_stopped_by_operators", status=409)
            checked.values["status"] = changes["status"]
    checked.raise_errors()
    if "payout_address" in checked.values and address_takes_two(site):
        if propose is None:
            raise DomainError("payout_address_by_two", status=409, field="payout_address")
        propose(site, str(checked.values["payout_address"]))
        for name in _ADDRESS:
            del checked.values[name]
    _apply(site, checked.values, actor or f"user:{site.owner_user_id}")
    return site


def address_takes_two(site: PartnerSite) -> bool:
    """Whether a second person is asked before the site's payout address changes: its earnings are paid there."""
    return two_people() and address_is_guarded(site)


def address_is_guarded(site: PartnerSite) -> bool:
    """Whether its owner does not decide alone about it, wherever two people decide."""
    is_handed_over = site.handed_over_at is not None
    return rules.address_is_guarded(site.verification_status, is_handed_over=is_handed_over)


def set_payout_address(site: PartnerSite, address: str, *, actor: str) -> None:
    """Pay to another address, once whoever has to has agreed. Raises DomainError for one that cannot be paid."""
    to_change(site)
    checked = _Checked()
    _check_payout_address({"payout_address": address, "payout_address_acknowledged": True}, checked)
    checked.raise_errors()
    _apply(site, checked.values, actor)


def looks_of(values: SiteValues) -> Preview:
    """What title and accent would be shown as; nothing is changed.

    Raises DomainError or InvalidInput, as `update_site`.
    """
    checked = _Checked()
    looks: SiteValues = {}
    if "display_name" in values:
        looks["display_name"] = values["display_name"]
    if "theme" in values:
        looks["theme"] = values["theme"]
    _check_settings(looks, checked)
    checked.raise_errors()
    title, theme = checked.values.get("display_name"), checked.values.get("theme")
    accent = theme.get("accentColor", rules.DEFAULT_ACCENT) if isinstance(theme, dict) else None
    return Preview(str(title) if title is not None else None, accent)


def _check_settings(values: SiteValues, checked: _Checked) -> None:
    """Everything but the name, the status and the payout address, which need more than the value itself."""
    if "display_name" in values:
        with checked.refusing("display_name"):
            checked.values["display_name"] = rules.check_display_name(values["display_name"])
    if "house_edge" in values:
        with checked.refusing("house_edge"):
            checked.values["house_edge_percent"] = rules.edge_percent(values["house_edge"])
    if "theme" in values:
        with checked.refusing("accent_color"):
            checked.values["theme"] = rules.clean_theme(values["theme"])
    if "embed_origins" in values:
        with checked.refusing("embed_origins"):
            checked.values["embed_allowed_origins"] = clean_origins(values["embed_origins"])
    if "games" in values:
        with checked.refusing("games"):
            checked.values["games"] = rules.clean_games(values["games"], list(games_offered()))


def _check_payout_address(values: SiteValues, checked: _Checked) -> None:
    """A new address is public for ever on a public chain: whoever sets it says that they know."""
    with checked.refusing("payout_address"):
        address = rules.canonical_address(values.get("payout_address", ""))
        _chain_accepts(address)
        checked.values["payout_address"] = address
        checked.values["payout_address_network"] = current_settings().bitcoin_network
        checked.values["payout_address_changed_at"] = func.clock_timestamp()
    if values.get("payout_address_acknowledged") is not True:
        checked.errors.append(DomainError("payout_address_not_acknowledged", field="payout_address_acknowledged"))


def _chain_accepts(address: str) -> None:
    CHECK_ADDRESS.get()(address)


def _insert(site: PartnerSite) -> None:
    """The unique indexes decide between two who want one name at once."""
    try:
        with db.session.begin_nested():
            db.session.add(site)
    except IntegrityError:
        raise _taken() from None


def _taken() -> DomainError:
    return DomainError("slug_taken", status=409, field="name")


def _apply(site: PartnerSite, values: dict[str, object], actor: str) -> None:
    before = {name: getattr(site, name) for name in values}
    _require_payable(site, values)
    for name, value in values.items():
        setattr(site, name, value)
    db.session.flush()
    changed = {name: [before[name], getattr(site, name)] for name in values if getattr(site, name) != before[name]}
    changed.pop("payout_address_changed_at", None)
    if not changed:
        return
    note(actor, "partner.changed", f"site:{site.id}", changes=changed)
    if "payout_address" in changed:
        _tell_owner(site, str(before["payout_address"]))


def _require_payable(site: PartnerSite, values: Mapping[str, object]) -> None:
    """A site goes live with an address that this network can pay. One from before a change of network cannot be."""
    if values.get("status") != "live":
        return
    if "payout_address" not in values:
        try:
            _chain_accepts(site.payout_address)
        except DomainError as error:
            error.field = "payout_address"
            raise


def _tell_owner(site: PartnerSite, before: str) -> None:
    """A changed payout address is what a thief would want: its owner hears of it at once, and of the one `before`."""
    owner = db.session.scalars(select(User).where(User.id == site.owner_user_id)).one()
    if owner.email:
        link = f"{current_settings().base_url}/partners/{site.name}"
        send_later(
            "email",
            owner.email,
            "payout_address_changed",
            owner.locale,
            title=site.display_name,
            address=site.payout_address,
            before=before,
            link=link,
        )
