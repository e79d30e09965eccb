"""Who bets, and what came of it: a list, somebody's tickets, and each ticket, of which two operators give back what is
not sealed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.database.session import transaction
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.text.amounts import written
from app.core.web.asking import Question, ask
from app.core.wire.paging import query_cursor
from app.faces.admin.approving.proposing import by_two, decide, id_of
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, kept_words
from app.money.gateways import queries as payments
from app.money.gateways.operating import story
from app.money.gateways.operating.story import Story
from app.people.approvals import queries as approvals
from app.people.players.operating import finding
from app.people.players.profile.queries import names_of
from app.selling.bets.games import BetGame, game_named
from app.selling.bets.operating import figures, tickets
from app.selling.bets.sealing import wording
from app.selling.bets.settlement.refunds import deciding
from app.selling.bets.settlement.refunds.service import PURCHASE_KIND

from .place import below_each_game, bp, page, place_of

_VIEWS: Final = ("bettors", "bettor", "card", "ask_refund", "refund")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in _VIEWS)
_PAGE: Final = 50
_LONGEST: Final = 254


@below_each_game("/bettors")
def bettors(game: str) -> ResponseReturnValue:
    """The newest accounts that have bet; those of a name, a whole address or number; a ticket's code leads to it."""
    one = game_named(game)
    words, refused = kept_words("q", _LONGEST)
    if words and not refused and (ticket := _ticket_called(one, words)) is not None:
        return redirect(place_of(one, f"/cards/{ticket}"), 303)
    ids = None if not words or refused else _people_called(words)
    before = query_cursor("before")
    found = [] if refused else figures.bettors(one.name, ids=ids, before=before, limit=_PAGE + 1)
    return page(
        "bettors",
        one,
        status=422 if refused else 200,
        found=found[:_PAGE],
        names=names_of({bettor.id for bettor in found}),
        following=str(found[_PAGE - 1].id) if len(found) > _PAGE else None,
        words=words,
        refused=refused,
    )


@below_each_game("/bettors/<identifier>")
def bettor(game: str, identifier: str) -> Response:
    """One of them, with the newest tickets."""
    one, user_id = game_named(game), parse_id(identifier)
    found = figures.bettors(one.name, ids=[user_id], limit=1) if user_id is not None else []
    if user_id is None or not found:
        raise NotFound
    bought = tickets.of_bettor(one.name, user_id, query_cursor("before"), _PAGE + 1)
    return page(
        "bettor",
        one,
        one=found[0],
        name=names_of({user_id}).get(user_id, ""),
        bought=bought[:_PAGE],
        ways=deciding.WAYS,
        following=str(bought[_PAGE - 1].id) if len(bought) > _PAGE else None,
    )


@below_each_game("/cards/<identifier>")
def card(game: str, identifier: str) -> Response:
    """A ticket: its bets, how each stands, what of it may still go back."""
    one, ticket_id = game_named(game), _id(identifier)
    ticket, bets = tickets.one(one.name, ticket_id)
    return page(
        "card",
        one,
        ticket=ticket,
        bets=bets,
        name=names_of({ticket.user_id}).get(ticket.user_id, ""),
        unsealed=deciding.unsealed(ticket_id),
        waiting=approvals.open_about(f"ticket:{ticket_id}"),
        paid=_payment_of(ticket_id),
        why_back=wording.why,
        ways=deciding.WAYS,
    )


@below_each_game("/cards/<identifier>/refund")
def ask_refund(game: str, identifier: str) -> Response:
    """Before a ticket goes back: how much of it, and who confirms."""
    one, ticket_id = game_named(game), _id(identifier)
    return ask(_question(one, ticket_id), ReasonForm(formdata=None))


@below_each_game("/cards/<identifier>/refund", method="POST")
def refund(game: str, identifier: str) -> ResponseReturnValue:
    """Propose that what is not sealed of it goes back; a second operator confirms."""
    one, ticket_id = game_named(game), _id(identifier)
    question = _question(one, ticket_id)

    def deed(reason: str) -> str | None:
        with transaction():
            return id_of(deciding.propose(ticket_id, reason, actor=operator_name()))

    return decide(question, ReasonForm(), deed, gettext("It is given back."), question.back)


def _payment_of(ticket_id: UUID) -> Story | None:
    """What it was paid by, where a gateway took it: what of that came back, and how."""
    payment_id = payments.of_purchase(PURCHASE_KIND, ticket_id)
    return story.story_of(payment_id) if payment_id is not None else None


def _question(game: BetGame, ticket_id: UUID) -> Question:
    ticket, _ = tickets.one(game.name, ticket_id)
    place = place_of(game, f"/cards/{ticket_id}")
    amount = written(deciding.unsealed(ticket_id), ticket.currency)
    return by_two(
        Question(
            asks=gettext("Give %(code)s back?", code=ticket.code),
            then=(
                gettext("%(amount)s of it are on draws that are not sealed, and go back as paid.", amount=amount),
                gettext("Its bets on them win nothing any more. What is sealed, drawn or given back stays."),
            ),
            yes=gettext("Give it back"),
            no=gettext("Leave it as it is"),
            action=f"{place}/refund",
            back=place,
        )
    )


def _ticket_called(game: BetGame, words: str) -> UUID | None:
    try:
        return tickets.named(game.name, words)
    except NotFound:
        return None


def _people_called(words: str) -> list[UUID]:
    """Whom an id, a whole address or number means, or a name's beginning among those who registered last."""
    own = parse_id(words)
    return [row.id for row in finding.called(words, [own] if own is not None else [], _PAGE)]


def _id(identifier: str) -> UUID:
    found = parse_id(identifier)
    if found is None:
        raise NotFound("ticket_not_found")
    return found
