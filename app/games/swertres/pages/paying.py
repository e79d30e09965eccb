"""A card before it is bought: what it costs, what it can win, what is in the way; then its purchase, once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final, cast
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField

from app.core.database.session import transaction
from app.core.ids import new_id, parse_id
from app.core.text.amounts import major
from app.games.swertres import buying, rules
from app.games.swertres.buying import Asked, CardRefused
from app.games.swertres.counting import count_purchase, count_quote
from app.games.swertres.game import SWERTRES
from app.games.swertres.reads import cards, draws
from app.games.swertres.reads.cards import Card
from app.money.wallets.origins import wording
from app.money.wallets.queries import wallet_of
from app.people.accounts.login.page_door import go
from app.people.players.queries import read_now
from app.selling.bets.sale.ticket import Quote, Refusal

from . import lines
from .mine import card_page
from .showing import show, signed_in

bp: Final = Blueprint("swertres_pay", __name__, url_prefix="/swertres/bet")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("confirm", "buy", "success"))
SELLING: Final = f"{bp.name}.buy"


_IN_EVERY_WAY: Final = frozenset({"sales_inactive", "too_many_bets", "card_limit"})
"""What is wrong with a card by the game's own rules, however it is paid: nothing offers to pay it."""
_JUST: Final = timedelta(minutes=10)
"""So long whoever is about to buy the same card anew is told that he has bought it."""


class CardForm(FlaskForm):
    """The card's id, made with the page: a second click buys the same card."""

    card = HiddenField(default=lambda: str(new_id()))


@bp.get("/confirm")
@signed_in
def confirm() -> Response:
    """The card as it would be sold now."""
    count_quote(cast(UUID, current_user.id))
    return _page(CardForm(formdata=None), lines.told_in(request.args))


@bp.post("/confirm")
@signed_in
def buy() -> Response:
    """Buy it, all of it or nothing; what is in the way is said on the same page. By card or GCash it is kept until it
    is paid: the payment's page is next."""
    count_purchase(cast(UUID, current_user.id))
    form, texts = CardForm(), lines.told_in(request.form)
    card_id, way = parse_id(form.card.data or ""), request.form.get("payment", "wallet")
    if not form.validate_on_submit() or card_id is None or way not in buying.ways():
        return _page(CardForm(formdata=None), texts, 422)
    bets = lines.bets_of(lines.read(texts))
    try:
        card = buying.wanted(card_id, cast(UUID, current_user.id), bets, way)
        if way == "wallet":
            buying.sell(card)
        else:
            with transaction():
                buying.reserve(card)
    except CardRefused as refused:
        return _page(CardForm(formdata=None), texts, 422, refused.refusals)
    payment = buying.payment_of(card_id) if way != "wallet" else None
    return go(url_for(".success", card=card_id) if payment is None else url_for("payments.page", payment_id=payment.id))


@bp.get("/success")
@signed_in
def success() -> Response:
    """The card that was bought, with its code and what it can win."""
    return card_page(request.args.get("card", ""), is_new=True)


def _page(form: CardForm, told: list[str], status: int = 200, refusals: tuple[Refusal, ...] | None = None) -> Response:
    card, user_id = lines.read(told), cast(UUID, current_user.id)
    bets = lines.bets_of(card)
    with transaction():
        quote: Quote = buying.quote(buying.wanted(new_id(), user_id, bets))
    wallet, leasts = wallet_of(user_id, SWERTRES.currency), buying.leasts()
    payable = [way for way, least in leasts.items() if quote.total >= least]
    why = _in_the_way(quote, bool(payable)) if refusals is None else refusals
    games = draws.by_names(bet.game_id for bet in bets)
    texts, means = [line.text for line in card], {way: wording.means(buying.PROVIDERS[way]) for way in payable}
    closed = {name for name in {bet.game_id for bet in bets} if name not in games or not games[name].is_open}
    left = [line.text for line in lines.without(card, closed)] if closed else []
    in_the_way = [(place, one) for place in range(len(bets)) if (one := _of(why, place)) is not None]
    return show(
        "confirm",
        "_confirm",
        status,
        form=form,
        texts=texts,
        here=url_for(".confirm", line=texts),
        is_refused=status != 200,
        in_the_way=in_the_way,
        may_be_paid=not in_the_way and not any(one.reason in _IN_EVERY_WAY for one in quote.refusals),
        without_closed=url_for(".confirm", line=left) if left else None,
        bets=list(zip(bets, quote.bets, [_of(why, place) for place in range(len(bets))], strict=True)),
        games=games,
        first=min((one for one in games.values() if one.is_open), key=lambda one: one.closes_at, default=None),
        refusals=[one for one in why if one.bet is None],
        total=quote.total,
        can_win=_can_win(bets, quote),
        wallet=wallet,
        top_up=_top_up(quote.total - wallet.spendable, texts),
        limits="/play/limits",
        back=url_for("swertres_bet.index", line=texts),
        leasts=leasts,
        payable=payable,
        means={"wallet": wording.of_wallet(user_id, SWERTRES.currency), **means},
        same=_bought_already(user_id, bets),
        waiting=cards.waiting(user_id) if any(one.reason == "reservation_open" for one in why) else None,
    )


def _can_win(bets: list[Asked], quote: Quote) -> int:
    """What it would win at most, all draws together; 0 where a bet of it is not sold."""
    sold = [(bet.game_id, one.weight) for bet, one in zip(bets, quote.bets, strict=True) if one]
    return rules.most(sold) if len(sold) == len(bets) else 0


def _top_up(missing: int, texts: list[str]) -> str:
    """Where the wallet gets what this card lacks; its page leads back to this one."""
    amount = major(missing, SWERTRES.currency)
    return "/play/wallet/top-up?" + urlencode(
        {"currency": SWERTRES.currency, "amount": amount, "next": url_for(".confirm", line=texts)}
    )


def _bought_already(user_id: UUID, bets: list[Asked]) -> Card | None:
    """A card of the same bets that was bought a moment ago, and which nothing has become of: whoever came back to this
    page by his browser may not mean a second one."""
    wanted = Counter((bet.game_id, bet.kind, bet.number, bet.stake) for bet in bets)
    lately = cards.bought_since(user_id, read_now() - _JUST, sum(bet.stake for bet in bets)) if bets else []
    return next((card for card in lately if card.is_undecided and _bets_on(card) == wanted), None)


def _bets_on(card: Card) -> Counter[tuple[str, str, str, int]]:
    return Counter((bet.game.id, bet.kind, bet.number, bet.stake) for bet in card.bets)


def _in_the_way(quote: Quote, has_other_ways: bool) -> tuple[Refusal, ...]:
    """Why a card cannot be bought, before it is said by what: an empty wallet is in nobody's way who pays otherwise."""
    return tuple(one for one in quote.refusals if not (has_other_ways and one.reason == "insufficient_balance"))


def _of(refusals: tuple[Refusal, ...], place: int) -> Refusal | None:
    return next((one for one in refusals if one.bet == place), None)
