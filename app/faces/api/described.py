"""Routes of `/api` of no game that take no key, as the OpenAPI document tells them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, Field

from app.core.wire.described import Described
from app.core.wire.parameters import Parameters
from app.people.accounts import schemas as accounts
from app.people.partners import schemas as partners


class SitesParameters(Parameters):
    """Pages of one's own sites."""

    after: Annotated[str, Field(description="`next` of the page before")] | None = None


class Health(BaseModel):
    """The process answers."""

    status: str


class Ready(BaseModel):
    """Whether orders could be taken now."""

    status: str
    database: str
    redis: str
    journal: str
    node: str
    scanner: str


PUBLIC: Final = (
    Described("site_api.health", "GET", "/api/health", "Public", "Whether the process answers", Health),
    Described(
        "site_api.ready",
        "GET",
        "/api/ready",
        "Public",
        "Whether orders could be taken now",
        Ready,
        refusals={503: "not_ready"},
    ),
)

_REFUSED: Final = {403: "origin_refused"}
_SIGNED_OUT: Final = {401: "not_signed_in"}
_SITE: Final = {**_SIGNED_OUT, 403: "access_missing, origin_refused", 404: "not_found"}

PEOPLE: Final = (
    Described(
        "accounts_api.magic_link",
        "POST",
        "/api/auth/magic-link",
        "Sessions",
        "Ask for a login mail",
        accounts.LinkSent,
        body=accounts.LinkWanted,
        status=202,
        refusals=_REFUSED,
    ),
    Described(
        "accounts_api.verify",
        "POST",
        "/api/auth/verify",
        "Sessions",
        "Sign in by the mail's token or code",
        accounts.Session,
        body=accounts.LoginProof,
        refusals=_REFUSED,
    ),
    Described(
        "accounts_api.logout",
        "POST",
        "/api/auth/logout",
        "Sessions",
        "End the session in use",
        None,
        body=accounts.Nothing,
        status=204,
        refusals=_REFUSED,
    ),
    Described(
        "accounts_api.revoke",
        "POST",
        "/api/auth/sessions/revoke",
        "Sessions",
        "End sessions of one's own",
        accounts.SessionsEnded,
        body=accounts.SessionsToEnd,
        by_session=True,
        refusals={**_SIGNED_OUT, **_REFUSED, 404: "not_found"},
    ),
    Described(
        "partners_api.sites",
        "GET",
        "/api/partners",
        "Sites",
        "One's own sites and those of one's teams",
        partners.SitesPage,
        query=SitesParameters,
        by_session=True,
        refusals=_SIGNED_OUT,
    ),
    Described(
        "partners_api.create",
        "POST",
        "/api/partners",
        "Sites",
        "Make a site and its first key",
        partners.CreatedSite,
        body=partners.NewSite,
        status=201,
        by_session=True,
        refusals={**_SIGNED_OUT, **_REFUSED, 409: "status_not_allowed"},
    ),
    Described(
        "partners_api.site",
        "GET",
        "/api/partners/{name}",
        "Sites",
        "One site",
        partners.SiteRecord,
        by_session=True,
        refusals=_SITE,
    ),
    Described(
        "partners_api.change",
        "PATCH",
        "/api/partners/{name}",
        "Sites",
        "Change a site's settings",
        partners.SiteRecord,
        body=partners.SiteChanges,
        by_session=True,
        takes_if_match=True,
        refusals={**_SITE, 409: "status_not_allowed, payout_address_waits", 412: "changed_meanwhile"},
    ),
    Described(
        "partners_api.withdraw_address",
        "POST",
        "/api/partners/{name}/payout-address/withdraw",
        "Sites",
        "Take a new payout address back that waits for an operator's yes",
        partners.SiteRecord,
        by_session=True,
        refusals={**_SITE, 409: "approval_decided"},
    ),
)
