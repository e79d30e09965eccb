"""A card's receipt on paper: its bets and what they can win, its page as a code, what the public log has signed of it,
and how that is checked; with the receipt's own file inside, which the script takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from app.core.config import current_settings
from app.core.text.pdf.flow import Flow
from app.core.text.pdf.letters import MONO
from app.core.text.pdf.sheet import Sheet
from app.core.web.templating import page_language, there
from app.games.swertres.game import SWERTRES
from app.games.swertres.reads.cards import Bet, Card
from app.games.swertres.reads.receipts import name_of
from app.games.swertres.wording import bet_words, for_one, manila, peso, standing
from app.selling.bets.proof.schemas import TicketLeaf, TicketReceipt

from .checking import commands

_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Paper:
    """A card with its receipt, whose it is, and the receipt's file."""

    card: Card
    receipt: TicketReceipt
    user_id: UUID
    file: bytes


def pdf(paper: Paper) -> bytes:
    """The document, in the language of the request."""
    card = paper.card
    sheet = Sheet(f"{SWERTRES.title} · {card.code}", page_language(), card.made_at)
    sheet.embed_file(
        bytes=paper.file,
        basename=name_of(card.id),
        mime_type=_JSON,
        associated_file_relationship="Data",
        compress=True,
    )
    flow = Flow(sheet, f"Tiraj · {gettext('Receipt of a card')} · {card.code}")
    flow.heading(f"{SWERTRES.title} · {card.code}", 18)
    _card(flow, paper)
    for game, bets in groupby(card.bets, lambda bet: bet.game):
        own = list(bets)
        flow.heading(gettext("Draw of %(time)s Manila", time=manila(game.draws_at)))
        flow.fact(gettext("Its name"), game.id)
        for bet in own:
            _bet(flow, bet)
        flow.fact(gettext("What it promised, as a hash"), game.promise_hash, font=MONO, size=8)
        if game.seal_root is not None:
            flow.fact(gettext("Seal over all bets"), game.seal_root, font=MONO, size=8)
    _logged(flow, paper.receipt.leaves)
    _checking(flow, paper)
    flow.ended()
    return bytes(sheet.output())


def _card(flow: Flow, paper: Paper) -> None:
    card = paper.card
    url = current_settings().base_url + url_for("swertres_results.verify", code=card.code)
    end = flow.aside(gettext("How the card stands, for whoever has its code"), url, url)
    flow.fact(gettext("Code of the card"), card.code, font=MONO, size=11)
    flow.fact(gettext("Bought"), there(card.made_at, SWERTRES.currency))
    flow.fact(gettext("Paid"), peso(card.total))
    flow.fact(gettext("Your account here"), str(paper.user_id), font=MONO, size=8.5)
    flow.down_to(end)
    flow.words(url, 8.5, quiet=True)


def _bet(flow: Flow, bet: Bet) -> None:
    wins = gettext("can win %(amount)s", amount=peso(bet.wins))
    said = [
        f"{bet_words(bet.number, is_rumble=bet.is_rumble)} · {peso(bet.stake)} · {for_one(bet.odds)} · {wins}",
        gettext("Wins on %(numbers)s", numbers=", ".join(map(SWERTRES.told, bet.outcomes))),
    ]
    won = f" {peso(bet.won)}" if bet.won else ""
    flow.fact(gettext("Bet"), *said, f"{standing(bet.status)}{won}")


def _logged(flow: Flow, leaves: list[TicketLeaf]) -> None:
    flow.heading(gettext("In the public log"))
    for leaf in leaves:
        flow.fact(gettext("Hash of the entry"), leaf.leaf, font=MONO, size=8)
        flow.fact(gettext("Number of the entry"), "-" if leaf.number is None else str(leaf.number))
        flow.whole(gettext("The promise, signed when the card was sold:"), leaf.promise)
        if leaf.proof is None:
            flow.words(gettext("There is no proof yet."))
        else:
            flow.whole(gettext("The proof that it is there, with the checkpoint that was signed:"), leaf.proof)


def _checking(flow: Flow, paper: Paper) -> None:
    name = name_of(paper.card.id)
    flow.heading(gettext("How to check it"))
    flow.words(
        gettext(
            "The receipt’s file, %(name)s, is attached to this document; the script takes it from here. The log’s key "
            "below is what this site says: compare it with the one that you know.",
            name=name,
        )
    )
    flow.words(gettext("With file and account anybody can show that this card is yours: keep both to yourself."))
    for _, told in commands(paper.card, paper.user_id, f"{name.removesuffix('.json')}.pdf"):
        flow.exact(told)
