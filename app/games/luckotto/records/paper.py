"""The receipt of an order as a file, and on paper with that file inside: its public record, all of it anybody's."""

from __future__ import annotations

import json
from typing import Final

from flask import Response
from flask_babel import gettext

from app.catalogue.windows.paper.checked import KIND, lines_to_check
from app.catalogue.windows.paper.receipt import Paid, Paper, answer
from app.core.config import current_settings
from app.core.limits.limiter import limiter
from app.core.web.headers import no_store
from app.core.web.templating import sats
from app.games.luckotto import queries
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.queries import OrderView
from app.games.luckotto.wording import listed, order_words, payment_words

from .answers import receipt_record
from .schemas import LuckottoReceipt

_LIMIT: Final = "60 per minute"


@limiter.limit(_LIMIT)
def receipt(identifier: str) -> Response:
    """The file. Raises NotFound."""
    no_store()
    view = queries.order_of(identifier)
    response = Response(_text(view, receipt_record(view)), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(view)}"'
    return response


@limiter.limit(_LIMIT)
def paper(identifier: str) -> Response:
    """The document. Raises NotFound."""
    no_store()
    return answer(_paper(queries.order_of(identifier)))


def _paper(view: OrderView) -> Paper:
    order, record, words = view.order, receipt_record(view), order_words(view)
    held = view.allocated_numbers
    facts = [
        (
            gettext("Player"),
            [gettext("%(player)s at %(site)s", player=order.player_uname, site=view.site.display_name)],
        ),
        (gettext("Your account at the partner"), [order.player_identifier]),
        (gettext("Closing block"), [sats(view.round.closing_height)]),
        (gettext("Price"), [gettext("%(amount)s sats", amount=sats(order.total_sats))]),
        (gettext("Received"), [gettext("%(amount)s sats", amount=sats(view.received_sats))]),
        (gettext("Requested numbers"), [listed(view.requested_numbers)]),
    ]
    return Paper(
        order=str(order.id),
        title=gettext("Luckotto, round %(n)s", n=order.round_number),
        state=f"{words.title}. {words.text}",
        facts=facts,
        held=(gettext("Numbers of this ticket"), [listed(held)] if held is not None else []),
        paid=[Paid(one, payment_words(one, view)) for one in view.payments],
        win=view.win,
        address=view.address.address,
        payout_address=order.payout_address,
        terms=view.address.terms,
        log=record.log,
        url=f"{current_settings().base_url}/luckotto/orders/{order.id}",
        file=(_name(view), _text(view, record).encode()),
        is_private=False,
    )


def _name(view: OrderView) -> str:
    return f"tiraj-receipt-{view.order.id}.json"


def _text(view: OrderView, record: LuckottoReceipt) -> str:
    """The order's public record, with what the file is and how it is checked."""
    told = record.model_dump(mode="json", by_alias=True)
    network, lines = current_settings().bitcoin_network, lines_to_check(_name(view), view.address)
    whole = {"kind": KIND, "game": LUCKOTTO.name, "network": network, **told, "howToCheck": lines}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
