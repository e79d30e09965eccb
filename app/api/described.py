"""Routes of `/api` that take no key, as the OpenAPI document tells them, and those it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import BaseModel, Field

from app.accounts import schemas as accounts
from app.luckotto import schemas as luckotto
from app.partners import schemas as partners
from app.rounds import schemas as rounds

from .schemas import LARGEST_PAGE, Parameters


@dataclass(frozen=True, slots=True)
class Described:
    """A route that another feature serves. `endpoint` ties it to the route: a test compares the two."""

    endpoint: str
    method: str
    path: str
    tag: str
    summary: str
    answer: type[BaseModel] | None
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    status: int = 200
    refusals: Mapping[int, str] = field(default_factory=dict)
    by_session: bool = False


_Limit = Annotated[int, Field(ge=1, description=f"never more than {LARGEST_PAGE}")]
_Before = Annotated[int, Field(ge=1, le=999_999_999)]


class RoundsParameters(Parameters):
    """Pages of public rounds."""

    before: _Before | None = None
    limit: _Limit = 20


class SlipsParameters(Parameters):
    """Pages of a round's public orders."""

    after: Annotated[str, Field(description="`next` of the page before")] | None = None
    limit: _Limit = LARGEST_PAGE


class BundleParameters(Parameters):
    """Parts of a proof bundle."""

    from_: Annotated[int | None, Field(alias="from", ge=1, le=999_999_999, description="`next` of the part before")] = (
        None
    )


class PlayerOrdersParameters(Parameters):
    """Whose player, and pages of its orders."""

    partner_id: luckotto.PartnerId
    before: Annotated[str, Field(description="`next` of the page before")] | None = None
    limit: _Limit = 50


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
    node: str
    scanner: str


_ROUND: Final = {404: "round_not_found"}

PUBLIC: Final = (
    Described("rounds_api.create_order", "POST", "/api/slips", "Public", "Make an order from the frame",
              rounds.CreatedOrder, body=rounds.NewOrder, status=201,
              refusals={403: "origin_refused", 404: "not_found, round_not_found", 409: "site_not_live, round_closed",
                        503: "node_away, scanner_behind"}),
    Described("rounds_api.receipt", "GET", "/api/slips/{secret}", "Public", "An order by its receipt's secret",
              rounds.Receipt, refusals={404: "slip_not_found"}),
    Described("rounds_api.rounds", "GET", "/api/rounds", "Public", "Rounds, the newest first", rounds.RoundsPage,
              query=RoundsParameters),
    Described("rounds_api.round_", "GET", "/api/rounds/{number}", "Public", "One round", rounds.RoundRecord,
              refusals=_ROUND),
    Described("rounds_api.closing_block_hash", "GET", "/api/rounds/{number}/closing-block-hash", "Public",
              "The block that draws a round", rounds.ClosingBlock,
              refusals={404: "round_not_found, closing_block_not_found"}),
    Described("rounds_api.slips", "GET", "/api/rounds/{number}/slips", "Public", "A round's public orders",
              rounds.SlipsPage, query=SlipsParameters, refusals=_ROUND),
    Described("rounds_api.proof_bundle", "GET", "/api/rounds/{number}/bundle", "Public", "A round with its evidence",
              rounds.ProofBundle, query=BundleParameters, refusals={**_ROUND, 503: "node_away, records_moving"}),
    Described("luckotto_api.quote", "POST", "/api/luckotto/quote", "Luckotto", "What a set of numbers costs now",
              luckotto.LuckottoQuote, body=luckotto.QuoteWanted,
              refusals={404: "partner_not_found", 409: "site_not_live, round_sold_out, round_unbacked",
                        422: "numbers_out_of_pool, order_below_minimum", 503: "no_round_ready"}),
    Described("luckotto_api.create_order", "POST", "/api/luckotto/orders", "Luckotto", "Make an order from the frame",
              luckotto.LuckottoOrder, body=luckotto.NewLuckottoOrder, status=201,
              refusals={403: "origin_refused", 404: "partner_not_found",
                        409: "site_not_live, round_sold_out, round_unbacked",
                        422: "numbers_out_of_pool, order_below_minimum", 429: "too_many_open_orders",
                        503: "node_away, scanner_behind, no_round_ready"}),
    Described("luckotto_api.order", "GET", "/api/luckotto/orders/{identifier}", "Luckotto", "One order",
              luckotto.LuckottoOrder, refusals={404: "order_not_found"}),
    Described("luckotto_api.rounds", "GET", "/api/luckotto/rounds", "Luckotto", "Rounds, the newest first",
              luckotto.LuckottoRounds, query=RoundsParameters),
    Described("luckotto_api.round_", "GET", "/api/luckotto/rounds/{number}", "Luckotto", "One round",
              luckotto.LuckottoRound, refusals=_ROUND),
    Described("luckotto_api.round_orders", "GET", "/api/luckotto/rounds/{number}/orders", "Luckotto",
              "A round's orders that were paid", luckotto.LuckottoOrders, query=SlipsParameters, refusals=_ROUND),
    Described("luckotto_api.proof_bundle", "GET", "/api/luckotto/rounds/{number}/bundle", "Luckotto",
              "A round with its evidence", luckotto.LuckottoProofBundle, query=BundleParameters,
              refusals={**_ROUND, 503: "node_away, records_moving"}),
    Described("luckotto_api.player_orders", "GET", "/api/luckotto/players/{player_identifier}/orders", "Luckotto",
              "A player's orders, the newest first", luckotto.LuckottoOrders, query=PlayerOrdersParameters,
              refusals={404: "partner_not_found"}),
    Described("site_api.health", "GET", "/api/health", "Public", "Whether the process answers", Health),
    Described("site_api.ready", "GET", "/api/ready", "Public", "Whether orders could be taken now", Ready,
              refusals={503: "not_ready"}),
)  # fmt: skip

_REFUSED: Final = {403: "origin_refused"}
_SIGNED_OUT: Final = {401: "not_signed_in"}
_SITE: Final = {**_SIGNED_OUT, 403: "access_missing, origin_refused", 404: "not_found"}

PEOPLE: Final = (
    Described("accounts_api.magic_link", "POST", "/api/auth/magic-link", "Sessions", "Ask for a login mail",
              accounts.LinkSent, body=accounts.LinkWanted, status=202, refusals=_REFUSED),
    Described("accounts_api.verify", "POST", "/api/auth/verify", "Sessions", "Sign in by the mail's token or code",
              accounts.Session, body=accounts.LoginProof, refusals=_REFUSED),
    Described("accounts_api.logout", "POST", "/api/auth/logout", "Sessions", "End the session in use", None,
              body=accounts.Nothing, status=204, refusals=_REFUSED),
    Described("accounts_api.revoke", "POST", "/api/auth/sessions/revoke", "Sessions", "End sessions of one's own",
              accounts.SessionsEnded, body=accounts.SessionsToEnd, by_session=True,
              refusals={**_SIGNED_OUT, **_REFUSED, 404: "not_found"}),
    Described("partners_api.sites", "GET", "/api/partners", "Sites", "One's own sites and those of one's teams",
              partners.SitesPage, query=SitesParameters, by_session=True, refusals=_SIGNED_OUT),
    Described("partners_api.create", "POST", "/api/partners", "Sites", "Make a site and its first key",
              partners.CreatedSite, body=partners.NewSite, status=201, by_session=True,
              refusals={**_SIGNED_OUT, **_REFUSED, 409: "status_not_allowed"}),
    Described("partners_api.site", "GET", "/api/partners/{name}", "Sites", "One site", partners.SiteRecord,
              by_session=True, refusals=_SITE),
    Described("partners_api.change", "PATCH", "/api/partners/{name}", "Sites", "Change a site's settings",
              partners.SiteRecord, body=partners.SiteChanges, by_session=True,
              refusals={**_SITE, 409: "status_not_allowed", 412: "changed_meanwhile"}),
)  # fmt: skip

INTERNAL: Final = frozenset(
    {
        "api_document.openapi_document",
        *(  # operators have the console, and docs/payouts.md
            f"admin_api_payouts.{name}"
            for name in (
                "payouts", "payout", "round_payout", "generate_for_round", "sign_for_round", "generate_for_balances",
                "generate_sweep", "sign", "broadcast", "refresh", "bump", "cancel",
            )
        ),
    }
)  # fmt: skip
"""Routes below /api that the document does not tell of: itself."""
