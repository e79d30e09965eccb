"""A provider's own list and our books, compared each night; what does not agree is listed and alarmed.

What is unlike is asked about first: a payment whose every notice was lost is found here. Where a provider keeps no
list, it is asked about each payment by its name. Where it tells what it holds for us, that is compared too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from app.core.database.session import end_reading, transaction
from app.core.errors import NotFound
from app.money.gateways import asking
from app.money.gateways import service as gateways
from app.money.gateways.clients.all_of_them import CLIENTS, client_of
from app.money.gateways.clients.interface import Client, Line, Unanswered
from app.money.gateways.operating.differences import is_any_open
from app.money.gateways.refunds import unasked
from app.people.players.queries import read_now
from app.record.audit.service import close_alarm, raise_alarm

from . import leaving, ours, service
from .service import Difference

log = structlog.get_logger()

WINDOW: Final = timedelta(days=4)
_REST: Final = timedelta(hours=20)
_SETTLING: Final = timedelta(minutes=10)
"""What is younger may be on its way into either list."""


def compare_all(*, at_once: bool = False) -> dict[str, int | None]:
    """Each gateway that was not compared for a day; how many differences there are, None where it gave no list."""
    found = {}
    for provider in CLIENTS.get():
        is_due = at_once or service.last(provider) < read_now() - _REST
        end_reading()
        if is_due:
            found[provider] = compare(provider)
    return found


def compare(provider: str) -> int | None:
    """How many differences there are; None if the provider gave no list."""
    client = client_of(provider)
    if client is None:
        return None
    since = read_now() - WINDOW
    end_reading()
    try:
        lines = client.list_since(since)
        lines = _by_asking(client, since) if lines is None else _after_asking(client, lines, since)
        sent, before, after = leaving.transfers(client, since), client.funds(), client.funds()
    except Unanswered as error:
        log.warning("gateway_not_compared", provider=provider, error=str(error))
        with transaction():
            raise_alarm("gateway_not_compared", f"gateway:{provider}", why=str(error))
        return None
    _keep_unasked(provider, lines, since)
    with transaction():
        until = read_now() - _SETTLING
        differences = [*_differences(provider, lines, since, until), *sent]
        if before == after and all(one.kind == "refund_nobody_asked" for one in differences):  # those are booked
            differences += leaving.balances(client, after, since)
        service.write(provider, since, len(lines), differences)
        close_alarm("gateway_not_compared", f"gateway:{provider}")
        if is_any_open(provider):
            raise_alarm("gateway_differs", f"gateway:{provider}", differences=len(differences))
        else:
            close_alarm("gateway_differs", f"gateway:{provider}")
    return len(differences)


def _after_asking(client: Client, lines: list[Line], since: datetime) -> list[Line]:
    """The list, after everything on it that we do not know was asked about."""
    known = ours.known(client.name, since)
    unlike = {payment_id: line for line in lines if (payment_id := known.unlike(line)) is not None}
    end_reading()
    for payment_id, line in unlike.items():
        try:
            if line.kind == "payment":
                with transaction():
                    gateways.hint(payment_id, line.provider_id)
            asking.ask(payment_id)
        except NotFound:  # the list has payments of others, who share the account
            continue
    return lines


def _by_asking(client: Client, since: datetime) -> list[Line]:
    """What a list would say: every payment of these days asked about by its name."""
    orders = [(one, asking.order_of(one)) for one in ours.payments_since(client.name, since)]
    end_reading()
    lines: list[Line] = []
    for payment_id, order in orders:
        told = client.ask(order)
        if told.answered == "paid":
            name = str(payment_id)
            lines.append(Line("payment", told.charge_id, told.reference, told.currency, told.amount_minor, name))
        elif told.answered == "unknown":  # no answer is no difference
            lines += ours.as_lines(payment_id)
            end_reading()
    return _after_asking(client, lines, since)


def _keep_unasked(provider: str, lines: list[Line], since: datetime) -> None:
    """What somebody has refunded at the provider becomes a refund of its payment; each by itself, for each locks a
    person."""
    found = ours.known(provider, since).unasked(lines)
    end_reading()
    for line in found:
        with transaction():
            unasked.keep(provider, line)


def _differences(provider: str, lines: list[Line], since: datetime, until: datetime) -> list[Difference]:
    known = ours.known(provider, since)
    found = [one for line in lines if (one := known.difference(line)) is not None]
    listed = {(line.kind, name) for line in lines for name in (line.provider_id, line.reference) if name}
    kinds = {"payment", *(("refund", "dispute") if client_lists(provider) else ())}
    for mine in known.expected(since, until):
        line = mine.line
        if line.kind in kinds and not {(line.kind, line.provider_id), (line.kind, line.reference)} & listed:
            name = line.reference or line.provider_id
            found.append(Difference("missing_there", name, line.currency, line.amount_minor, 0, mine.payment_id))
    for one in found:
        if one.kind == "refund_nobody_asked":
            service.book_unasked(provider, one)
    return [*found, *_still_waiting(provider, {one.reference for one in found})]


def _still_waiting(provider: str, named: set[str]) -> list[Difference]:
    """Refunds that nobody asked for and nobody bears, after the list has forgotten them."""
    return [
        Difference("refund_nobody_asked", one.provider_id, row.currency, 0, one.amount_minor, row.id)
        for one, row in unasked.waiting(provider)
        if one.provider_id not in named
    ]


def client_lists(provider: str) -> bool:
    """Whether a provider keeps a list of all that moves."""
    client = client_of(provider)
    return client is not None and client.refunds_from == client.name
