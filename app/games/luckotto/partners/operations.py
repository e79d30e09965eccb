"""Luckotto's own operation of the server API: orders from partners' servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.chain.node import client as node
from app.core.errors import DomainError, NotFound
from app.core.wire.schemas import Question
from app.games.luckotto import service
from app.games.luckotto.records import answers
from app.games.luckotto.records.api import view_of_new
from app.games.luckotto.records.schemas import LuckottoOrder, PartnerId, Player, RequestedNumbers
from app.people.partners.keys.operations import Call, Operations, Reply
from app.selling.windows.orders.limits import BY_KEY, REFUSALS


class NewLuckottoPartnerOrder(Question):
    """A request to be ordered, from a partner's server, whose key says which site it is."""

    partner_id: PartnerId | None = None
    requested_numbers: RequestedNumbers
    player_uname: Player
    player_identifier: Player


OPERATIONS = Operations()


@OPERATIONS.add(
    "POST",
    "/orders/authenticated",
    "Luckotto",
    base="/api/luckotto",
    body=NewLuckottoPartnerOrder,
    answer=LuckottoOrder,
    status=201,
    sells=True,
    prepare=node.require_synced,
    repeat=lambda call, kept: _order_again(call, kept),
    refusals={
        403: "partner_mismatch",
        409: "site_not_live, round_closed, round_sold_out, round_unbacked",
        422: "numbers_out_of_pool, order_below_minimum",
        429: REFUSALS,
        503: "node_away, node_syncing, scanner_behind, no_round_ready, journal_away",
    },
)
def create_luckotto_order(call: Call) -> Reply:
    """Make a Luckotto order for a player.

    Its price and terms are frozen, and its deposit address commits to them. It is for the round that sells now, or the
    next one if that stops taking orders. `partnerId` may be left out: the key says whose order it is.
    """
    wanted: NewLuckottoPartnerOrder = call.body
    if wanted.partner_id is not None and wanted.partner_id != str(call.site.id):
        raise DomainError("partner_mismatch", status=403, field="partnerId")
    made = service.make_order(
        call.site,
        wanted.requested_numbers,
        wanted.player_uname,
        wanted.player_identifier,
        call.prepared,
        origin=BY_KEY,
        form_token=call.form_token,
    )
    return Reply(answers.order_record(view_of_new(made, call.site)))


def _order_again(call: Call, kept: Mapping[str, Any]) -> Reply:
    """A repetition answers what the first time did, as long as that order exists."""
    made = service.order_of_form(call.form_token)
    if made is None or str(made.order.id) != kept["id"]:
        raise NotFound("order_not_found")
    return Reply(None)
