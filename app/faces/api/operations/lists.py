"""What games list for partners' servers: rounds, orders, payments and wins, from the games' descriptions.

A kind of list is offered of the games that have it; where none has, it is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel

from app.catalogue.records import Answered, GameRecords, Narrowing
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.wire.paging import cut, number_place, place_of
from app.core.wire.parameters import Paged, Parameters
from app.people.partners.keys.operations import Call, Operation, Operations, Reply

from .game_schemas import ORDER_ID, PASSED_ON, OfGames, PassedOnNote, any_of, choice, page, states_of

ListT = TypeVar("ListT")


def list_operations(games: Sequence[GameRecords], leading: str) -> Iterable[Operation]:
    """The operations that list the records of these games, of which `leading` is meant where none is named."""
    for add, kind in ((_rounds, "rounds"), (_orders, "orders"), (_payments, "payments"), (_wins, "wins")):
        having = [one for one in games if getattr(one, kind) is not None]
        if having:
            yield from add(having, OfGames(having, leading))
    for notes, kind in ((_notes_of_payments, "payments"), (_notes_of_wins, "wins")):
        noting = [found for one in games if (found := one.listing(kind)) is not None and found.passing is not None]
        if noting:
            yield from notes(noting)


def _of_each(games: Sequence[GameRecords], kind: Callable[[GameRecords], ListT | None]) -> dict[str, ListT]:
    return {one.name: found for one in games if (found := kind(one)) is not None}


def _rounds(games: Sequence[GameRecords], of_games: OfGames) -> Operations:
    table, lists = Operations(), _of_each(games, lambda one: one.rounds)
    record = any_of(one.answer for one in lists.values())
    rounds_page = page("RoundsList", "Rounds of one game, the newest first.", rounds=record)
    round_answer = choice("AnyRound", "One round of any game.", record)

    @table.add(
        "GET",
        "/rounds",
        "Rounds",
        query=of_games.query("PagedOfGame", Paged),
        answer=rounds_page,
        is_public_record=True,
    )
    def rounds(call: Call) -> Reply:
        """Rounds of one game, the newest first. The same for everybody."""
        query = call.query
        records = lists[query.game].page(place_of(query.cursor, number_place), query.limit + 1)
        shown, following = cut(records, query.limit, lambda record: record.round_number)
        return Reply(rounds_page(rounds=list(shown), next=following))

    @table.add(
        "GET",
        "/rounds/<round_number:number>",
        "Rounds",
        query=of_games.query("OfGame", Parameters),
        answer=round_answer,
        refusals={404: "round_not_found"},
        is_public_record=True,
    )
    def round_(call: Call) -> Reply:
        """One round."""
        return Reply(round_answer(lists[call.query.game].one(call.path["number"])))

    return table


def _orders(games: Sequence[GameRecords], of_games: OfGames) -> Operations:
    table, lists = Operations(), _of_each(games, lambda one: one.orders)
    record = any_of(one.answer for one in lists.values())
    orders_page = page("OrdersPage", "Orders of one game, the newest first.", orders=record)
    receipt = any_of(one.receipt_answer or one.answer for one in lists.values())
    order_answer = choice("AnyReceipt", "One order of any game.", receipt)
    state = states_of(lists.values(), "orders in this state alone")

    @table.add("GET", "/orders", "Orders", query=of_games.narrowed("OrdersQuery", state=state), answer=orders_page)
    def orders(call: Call) -> Reply:
        """Your orders of one game, the newest first.

        `state` is what the order waits for or how it ended. An order made while you read appears on no later page.
        """
        wanted = _narrowing(of_games, call.query, call.query.state)
        return _page(call, lists[call.query.game], wanted, orders_page)

    @table.add("GET", "/orders/<identifier>", "Orders", answer=order_answer, refusals={404: "order_not_found"})
    def order(call: Call) -> Reply:
        """One order of any game, with its payments, what it holds, and what the public log says of it.

        `log` is null until a payment has its fate. Its salt is your own: whoever has it and the player's identifier can
        tell which entry is his.
        """
        for one in lists.values():
            found = one.one(call.site, call.path["identifier"])
            if found is not None:
                return Reply(order_answer((one.receipt or one.record)(found)))
        raise NotFound("order_not_found")

    return table


def _payments(games: Sequence[GameRecords], of_games: OfGames) -> Operations:
    table, lists = Operations(), _of_each(games, lambda one: one.payments)
    record = any_of(one.answer for one in lists.values())
    payments_page = page("PaymentsPage", "Confirmed payments of one game, the last recorded first.", payments=record)
    fates = states_of(lists.values(), "payments of this fate alone")
    query = of_games.narrowed("PaymentsQuery", status=fates, order_id=ORDER_ID, passed_on=PASSED_ON)

    @table.add("GET", "/payments", "Orders", query=query, answer=payments_page)
    def payments(call: Call) -> Reply:
        """Confirmed payments to your orders of one game, the last recorded first.

        A payment whose block left the chain stays as `orphaned`; if it confirms again, that is another record. Payments
        that are only seen are with their order.
        """
        wanted = _narrowing(of_games, call.query, call.query.status)
        return _page(call, lists[call.query.game], replace(wanted, passed_on=_passed_on(call)), payments_page)

    return table


def _notes_of_payments(lists: Sequence[Answered[Any]]) -> Operations:
    table = Operations()
    payment = choice("AnyPayment", "One payment of any game.", any_of(one.answer for one in lists))

    @table.add(
        "PATCH",
        "/payments/<identifier>",
        "Orders",
        body=PassedOnNote,
        answer=payment,
        refusals={404: "payment_not_found", 409: "refund_not_here"},
    )
    def note_payment(call: Call) -> Reply:
        """Note that the player has the refund that came to your balance for him.

        Said again it changes nothing: the time of the first stays. It moves no money and tells nobody: it is your
        site's own note, for your people and your servers. `passedOn: false` takes it back.
        """
        if (record := _noted(call, lists)) is None:
            raise NotFound("payment_not_found")
        return Reply(payment(record))

    return table


def _wins(games: Sequence[GameRecords], of_games: OfGames) -> Operations:
    table, lists = Operations(), _of_each(games, lambda one: one.wins)
    record = any_of(one.answer for one in lists.values())
    wins_page = page("WinsPage", "Wins of one game, the newest round first.", wins=record)

    query = of_games.query("WinsQuery", Paged, passed_on=(PASSED_ON | None, None))

    @table.add("GET", "/wins", "Orders", query=query, answer=wins_page)
    def wins(call: Call) -> Reply:
        """Jackpots your players won in one game, the newest round first.

        You are paid the jackpot at the address that the order was made with, and credit the player yourself.
        """
        return _page(call, lists[call.query.game], Narrowing(passed_on=_passed_on(call)), wins_page)

    return table


def _notes_of_wins(lists: Sequence[Answered[Any]]) -> Operations:
    table = Operations()
    win = choice("AnyWin", "One win of any game.", any_of(one.answer for one in lists))

    @table.add(
        "PATCH",
        "/wins/<identifier>",
        "Orders",
        body=PassedOnNote,
        answer=win,
        refusals={404: "win_not_found", 409: "win_not_paid"},
    )
    def note_win(call: Call) -> Reply:
        """Note that the player has what he won, once that is paid to you for good.

        A win is named by its id, or by that of the order that won, as events name it. Said again it changes nothing:
        the time of the first stays. It moves no money and tells nobody: it is your site's own note, for your people and
        your servers. `passedOn: false` takes it back.
        """
        if (record := _noted(call, lists)) is None:
            raise NotFound("win_not_found")
        return Reply(win(record))

    return table


def _noted(call: Call, lists: Iterable[Answered[Any]]) -> Any | None:
    """The record of the address, in whichever game, once it says what the body does; None: there is no such record."""
    identifier = parse_id(call.path["identifier"])
    if identifier is None:
        return None
    for one in lists:
        if one.passing is not None and one.page(call.site, Narrowing(record_id=identifier), None, 1):
            return one.record(one.passing.note(call.site, identifier, call.body.passed_on, call.actor))
    return None


def _passed_on(call: Call) -> bool | None:
    asked = call.query.passed_on
    return None if asked is None else asked == "true"


def _narrowing(of_games: OfGames, query: Any, state: str | None) -> Narrowing:
    return Narrowing(
        {name: text for name in of_games.players if (text := getattr(query, name)) is not None},
        round_number=query.round_number,
        order_id=parse_id(getattr(query, "order_id", None) or ""),
        state=state,
        since=query.created_after,
        until=query.created_before,
    )


def _page(call: Call, listing: Answered[Any], wanted: Narrowing, answer: type[BaseModel]) -> Reply:
    """A state that only records of another game can be in is the state of none of these."""
    query = call.query
    place = place_of(query.cursor, listing.read_place)
    is_possible = wanted.state is None or wanted.state in listing.states
    rows = listing.page(call.site, wanted, place, query.limit + 1) if is_possible else ()
    shown, following = cut(rows, query.limit, listing.place_of)
    records, *_ = answer.model_fields
    return Reply(answer(**{records: [listing.record(row) for row in shown], "next": following}))
