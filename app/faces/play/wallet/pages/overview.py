"""What a player has here, and what of it is on its way in or out, followed until it has come to an end."""

from __future__ import annotations

from typing import Final

from flask import Blueprint
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.text.amounts import written
from app.core.web.requests import render, status_of
from app.core.wire.error_messages import add_messages
from app.faces.play.wallet import asked, playable, tabs
from app.faces.play.wallet.moves import Wanted, moves
from app.money.gateways.pages.messages import MESSAGES as OF_PAYMENTS
from app.money.wallets import queries
from app.money.wallets.messages import MESSAGES
from app.money.wallets.queries import Wallet
from app.people.accounts.login.page_door import login_required
from app.people.players.queries import breaks_of

bp = Blueprint("play_wallet", __name__, url_prefix="/play/wallet")
ENDPOINTS: Final = ("play_wallet.index",)
_NEWEST: Final = 5


@bp.record_once
def _assemble(_state: object) -> None:
    add_messages(MESSAGES)
    add_messages(OF_PAYMENTS)


@bp.get("")
@login_required
def index() -> Response:
    """Each wallet, first those with something in them, then those a game takes; what is under way, and the last."""
    moving = moves(current_user.id, Wanted(standing="moving"))
    under_way = {one.id for one in moving}
    newest = [one for one in moves(current_user.id, Wanted(), limit=_NEWEST) if one.id not in under_way]
    games = playable.played()

    def place(one: Wallet) -> tuple[bool, bool]:
        return not (one.balance or one.owed), one.currency not in games

    wallets = sorted(queries.wallets_of(current_user.id), key=place)
    used = {*games, asked.usual(current_user.id)}
    context = {
        "wallets": [one for one in wallets if one.balance or one.held or one.owed or one.currency in used],
        "unused": [one for one in wallets if not (one.balance or one.held or one.owed or one.currency in used)],
        "played": games,
        "moving": moving,
        "newest": newest,
        "sold": tabs.sold(),
        "is_off": breaks_of(current_user.id).is_on,
        "written": written,
    }
    return render("faces/play/wallet/index.html", "faces/play/wallet/_index.html", status_of(not moving), **context)
