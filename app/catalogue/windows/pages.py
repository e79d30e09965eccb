"""The public records of a game as pages: all rounds, one round, one order; on the website and in a partner's frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from app.catalogue.frame.current import current_frame
from app.catalogue.frame.messages import MESSAGES as OF_FRAMES
from app.core.web.requests import render, status_of, unchanged
from app.core.web.surfaces import current_surface
from app.core.wire.error_messages import add_messages
from app.selling.windows import queries
from app.selling.windows.proof import witnessed
from app.selling.windows.tables import RoundsOf, RoundT
from app.selling.windows.wording import given_back, refund_step
from app.selling.windows.words.closing import in_last_blocks
from app.selling.windows.words.messages import MESSAGES as OF_WINDOWS
from app.selling.windows.words.paying import paying_step, paying_words

from . import contexts
from .contexts import Ordered
from .links import RecordLinks

ViewT = TypeVar("ViewT", bound=Ordered)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPages(Generic[RoundT, ViewT]):
    """A game's pages of records. Its `templates` are a page and a part for rounds, a round, and an `order`, which is
    both the kind of its link and the name of its template.

    `winners` are told in the list of rounds, by their numbers. `round_context` is what parts about a round need,
    `orders_context` what a round's page lists; `find` reads an order by what its address says and raises NotFound,
    `order_context` is what its page needs.
    """

    game: RoundsOf[RoundT]
    links: RecordLinks
    templates: str
    order: str
    winners: Callable[[Sequence[RoundT]], Mapping[int, object]]
    round_context: Callable[[RoundT], dict[str, Any]]
    orders_context: Callable[[RoundT], dict[str, Any]]
    find: Callable[[str], ViewT]
    order_context: Callable[[ViewT, str], dict[str, Any]]

    def serve(self, routes: Blueprint, one_round: str) -> None:
        """Add the pages of rounds to a game's routes; `one_round` is the endpoint of one's page."""
        routes.record_once(_speak)
        routes.add_url_rule(self.links.rule("rounds"), "rounds", self.answer_rounds)
        routes.add_url_rule(self.links.rule("round"), one_round, self.answer_round)

    def serve_orders(self, routes: Blueprint) -> None:
        """Add the page of an order, where all of it is public."""
        routes.add_url_rule(self.links.rule(self.order), self.order, self.answer_order)

    def answer_rounds(self) -> Response:
        """All rounds, the newest first; `?before=` a round number."""
        found = contexts.rounds_context(self.game, self.links)
        return self._render("rounds", 200, found | {"wins": self.winners(found["rounds"])})

    def answer_round(self, number: int) -> Response:
        """One round's record; `?after=` the last order of the page before. Raises NotFound."""
        round_ = queries.round_of(self.game, number)
        context = self.round_context(round_) | self.orders_context(round_) | {"seen": witnessed.of(self.game, round_)}
        is_final = context["is_final"] = contexts.is_final(round_, context["debt"])
        return self._render("round", status_of(is_final), context)

    def answer_order(self, identifier: str) -> Response:
        """One order's record. Raises NotFound."""
        view = self.find(identifier)
        is_final, said = contexts.is_over(view), contexts.said(view)
        context = self.order_context(view, identifier) | {"is_final": is_final, "said": said}
        return unchanged(said) or self._render(self.order, contexts.status_of_order(is_final), context)

    def _render(self, name: str, status: int, context: dict[str, Any]) -> Response:
        where = {"embed": current_frame()} if current_surface().is_framed else {}
        page, part = f"{self.templates}/{name}.html", f"{self.templates}/_{name}.html"
        return render(page, part, status, **context, **where, record_part=part)


def _speak(state: BlueprintSetupState) -> None:
    add_messages({**OF_FRAMES, **OF_WINDOWS})
    told = {"paying_words": paying_words, "paying_step": paying_step}
    state.app.jinja_env.globals.update(
        told, given_back=given_back, refund_step=refund_step, in_last_blocks=in_last_blocks
    )
