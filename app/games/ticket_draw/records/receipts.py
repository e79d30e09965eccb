"""What the holder of an order keeps: the receipt's file, and the receipt on paper with that file inside."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Response
from flask_babel import gettext

from app.catalogue.windows.paper.checked import KIND, lines_to_check
from app.catalogue.windows.paper.receipt import Paid, Paper, answer
from app.core.config import current_settings
from app.core.web import headers
from app.core.web.templating import sats
from app.games.ticket_draw import queries
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.queries import OrderView
from app.games.ticket_draw.wording import order_words, payment_words

from .answers import receipt_record
from .schemas import Receipt

RECEIPTS_LIMIT: Final = "60 per minute"


def receipt_file(secret: str) -> Response:
    """What the buyer keeps to prove what the address was promised, and what the public log says of it. Raises
    NotFound."""
    view = queries.receipt_of(secret)
    response = Response(_text(view, receipt_record(view)), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{receipt_name(view)}"'
    return keep_private(response, is_private=True)


def receipt_paper(secret: str) -> Response:
    """The same to read and to print. Raises NotFound."""
    view = queries.receipt_of(secret)
    return keep_private(answer(_paper(view)), is_private=True)


def keep_private(response: Response, *, is_private: bool) -> Response:
    """Nothing keeps a copy of a private page, and no other site learns its address."""
    if is_private:
        headers.no_store()
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def receipt_name(view: OrderView) -> str:
    """What the receipt's file is called when it is saved."""
    return f"tiraj-receipt-{view.order.id}.json"


def _paper(view: OrderView) -> Paper:
    order, round_, record = view.order, view.round, receipt_record(view)
    words = order_words(view)
    ranges = [f"{first:0{round_.ticket_digits}d} – {last:0{round_.ticket_digits}d}" for first, last in view.ranges]
    facts = [
        (
            gettext("Player"),
            [gettext("%(player)s at %(site)s", player=order.player_public_identifier, site=view.site.display_name)],
        ),
        (gettext("Your account at the partner"), [order.player_private_identifier]),
        (gettext("Closing block"), [sats(round_.closing_height)]),
        (gettext("Price of a ticket"), [gettext("%(amount)s sats", amount=sats(order.player_ticket_price_sats))]),
        (gettext("Received"), [gettext("%(amount)s sats", amount=sats(view.received_sats))]),
    ]
    if view.slip:
        facts.append((gettext("Tickets"), [sats(view.slip.ticket_count)]))
    return Paper(
        order=str(order.id),
        title=gettext("%(game)s, round %(n)s", game=ROUNDS.title, n=round_.round_number),
        state=f"{words.title}. {words.text}",
        facts=facts,
        held=(gettext("Ticket numbers"), ranges),
        paid=[Paid(one, payment_words(one, view)) for one in view.payments],
        win=view.win,
        address=view.address.address,
        payout_address=order.payout_address,
        terms=view.address.terms,
        log=record.log,
        url=f"{current_settings().base_url}/slips/{order.id}",
        file=(receipt_name(view), _text(view, record).encode()),
        is_private=True,
    )


def _text(view: OrderView, record: Receipt) -> str:
    return json.dumps(_receipt(view, record), indent=2, ensure_ascii=False) + "\n"


def _receipt(view: OrderView, record: Receipt) -> dict[str, Any]:
    address = view.address
    told = record.model_dump(mode="json", by_alias=True)
    return {
        "kind": KIND,
        "game": ROUNDS.name,
        "orderId": str(view.order.id),
        "roundNumber": view.order.round_number,
        "network": current_settings().bitcoin_network,
        "depositAddress": address.address,
        "internalKey": address.internal_key.hex(),
        "commitment": address.commitment.hex(),
        "terms": address.terms,
        **{name: told[name] for name in ("payments", "slip", "payout", "log")},
        "howToCheck": lines_to_check(receipt_name(view), address),
    }
