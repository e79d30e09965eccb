"""JSON of partner sites for their people: a session opens it, a site's own API key does not. Document 001."""

from __future__ import annotations

import hashlib
from uuid import UUID

from flask import Blueprint, Response, request

from app.core.database.session import TO_CHANGE, db, transaction
from app.core.errors import DomainError, InvalidInput
from app.core.ids import created_at, parse_id
from app.core.limits.limiter import limiter, new_sites_limit
from app.core.wire.http import json_response, read_json
from app.people.accounts.login.json_door import require_link
from app.people.accounts.queries import Identity
from app.people.partners.site.limits import NEW_SITES, maker

from . import queries, service
from .confirmed import paying
from .confirmed.paying import Waiting
from .keys import service as keys
from .models import PartnerSite
from .queries import Standing
from .schemas import (
    MAX_NAMES_IN_PAGE,
    PUBLIC_NAMES,
    CreatedSite,
    NewSite,
    SiteChanges,
    SiteRecord,
    SitesPage,
    ThemeRecord,
    WaitingAddress,
)

bp = Blueprint("partners_api", __name__, url_prefix="/api/partners")


@bp.get("")
def sites() -> Response:
    """One's own sites and those of one's teams, in the order in which they were made."""
    person = require_link()
    limit = MAX_NAMES_IN_PAGE
    page = queries.sites_page(person, _after(), limit + 1)
    waiting = paying.waiting([site for site, _ in page[:limit]])
    records = [record(site, standing, waiting.get(site.id)) for site, standing in page[:limit]]
    return json_response(SitesPage(partners=records, next=records[-1].id if len(page) > limit else None))


@bp.post("")
def create() -> Response:
    """Make a site and its first key. The key is in this answer and nowhere else."""
    person = require_link()
    _count_new_site()
    wanted = read_json(NewSite)
    with transaction():
        site, first = _create(person, wanted)
        made = CreatedSite(**dict(record(site, "owner", None)), api_key=first.text)
        tag = _etag(made)
    response = json_response(made, 201)
    response.headers["Location"] = f"/api/partners/{made.slug}"
    response.headers["ETag"] = tag
    return response


@bp.get("/<name>")
def site(name: str) -> Response:
    """One site."""
    person = require_link()
    found = queries.site_for(person, name, "read")
    return _answer(found, queries.standing_of(person, found) or "read")


@bp.patch("/<name>")
def change(name: str) -> Response:
    """Change settings, for orders to come. With `If-Match` only if the site is still what it was when it was read."""
    person = require_link()
    changes = read_json(SiteChanges)
    with transaction():
        found = queries.site_for(person, name, "write")
        standing = queries.standing_of(person, found) or "read"
        _check_match(found, standing)
        _check_changes(found, changes, standing)
        try:
            paying.change(found, changes.values(), actor=f"user:{person.id}")
        except DomainError as error:
            raise _publicly(error) from None
    return _answer(found, standing)


@bp.post("/<name>/payout-address/withdraw")
def withdraw_address(name: str) -> Response:
    """Take a new payout address back that no operator has decided about."""
    person = require_link()
    with transaction():
        found = queries.site_for(person, name, "own")
        paying.take_back(found, actor=f"user:{person.id}")
    return _answer(found, "owner")


@limiter.shared_limit(new_sites_limit, scope=NEW_SITES, key_func=maker)
def _count_new_site() -> None:
    """Raises RateLimitExceeded. Counted once it is known who asks."""


def record(site: PartnerSite, standing: Standing, waiting: Waiting | None) -> SiteRecord:
    """A site as JSON."""
    return SiteRecord(
        id=site.id,
        slug=site.name,
        site_title=site.display_name,
        status=site.status,  # type: ignore[arg-type]
        house_edge=site.house_edge_percent / 100,
        payout_address=site.payout_address,
        payout_address_network=site.payout_address_network,
        payout_address_changed_at=site.payout_address_changed_at,
        payout_address_waiting=_waiting(waiting) if waiting is not None else None,
        theme=ThemeRecord(accent_color=site.theme.get("accentColor")),
        embed_origins=list(site.embed_allowed_origins),
        games=list(site.games) if site.games is not None else None,
        verification_status=site.verification_status,  # type: ignore[arg-type]
        verification_reason=site.verification_reason,
        access=standing,
        created_at=created_at(site.id),
    )


def _as_it_is(site: PartnerSite, standing: Standing) -> SiteRecord:
    return record(site, standing, paying.waiting([site]).get(site.id))


def _waiting(one: Waiting) -> WaitingAddress:
    return WaitingAddress(id=one.id, payout_address=one.address, asked_at=one.asked_at, expires_at=one.expires_at)


def _create(person: Identity, wanted: NewSite) -> tuple[PartnerSite, keys.IssuedKey]:
    actor = f"user:{person.id}"
    values = wanted.values()
    status = values.pop("status", "draft")
    try:
        site = service.create_site(person.id, values)
        db.session.refresh(site)
        if status != "draft":
            service.update_site(site, {"status": status}, actor=actor)
    except DomainError as error:
        raise _publicly(error) from None
    return site, keys.issue_first(site, actor=actor)


def _answer(found: PartnerSite, standing: Standing) -> Response:
    shown = _as_it_is(found, standing)
    response = json_response(shown)
    response.headers["ETag"] = _etag(shown)
    response.make_conditional(request)
    return response


def _etag(shown: SiteRecord) -> str:
    """Changes with everything that can be changed; the same for everybody who may see the site."""
    text = shown.model_dump_json(exclude={"access", "api_key"})
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _check_match(found: PartnerSite, standing: Standing) -> None:
    if "If-Match" not in request.headers:  # an empty one matches nothing
        return
    db.session.refresh(found, with_for_update=TO_CHANGE)
    if not request.if_match.contains(_etag(_as_it_is(found, standing)).strip('"')):
        raise DomainError("changed_meanwhile", status=412)


def _check_changes(found: PartnerSite, changes: SiteChanges, standing: Standing) -> None:
    if "slug" in changes.model_fields_set and changes.slug != found.name:
        raise DomainError("slug_never_changes", field="slug")
    if "payout_address" in changes.model_fields_set and standing != "owner":
        raise DomainError("access_missing", status=403, field="payoutAddress")


def _publicly(error: DomainError) -> DomainError:
    """The same refusal under the names that the JSON uses."""
    for part in error.errors if isinstance(error, InvalidInput) else [error]:
        part.field = PUBLIC_NAMES.get(part.field or "", part.field)
    return error


def _after() -> UUID | None:
    given = request.args.getlist("after")
    if not given:
        return None
    found = parse_id(given[0]) if len(given) == 1 else None
    if found is None:
        raise DomainError("cursor_invalid", field="after")
    return found
