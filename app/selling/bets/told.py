"""What the public log tells of draws of bets, and what bets move in the books, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.core.text.amounts import written
from app.core.web.templating import utc
from app.record.ledger.booked import Bookings
from app.record.log.kinds import LogKind

from .calendar import promise
from .calendar.making import LEAF
from .calendar.service import CANCELLED, REOPENED
from .games import GAMES
from .postings import BANKROLL, DRAW, SALE
from .sale.leaves import SOLD
from .sealing.drawing import DRAWN
from .sealing.service import SEALED
from .sealing.witnessing import WITNESSED
from .sealing.wording import why
from .settlement.correcting import CORRECTED
from .settlement.postings import SETTLEMENT, WIN
from .settlement.refunds.service import REFUNDED
from .settlement.result import RESULTED


def _promised(told: Mapping[str, Any]) -> str:
    terms = promise.read(told["promise"])
    closes, draws = (utc(promise.moment(terms, name)) for name in ("closesAt", "drawsAt"))
    return str(gettext("Promised: bets until %(closes)s, drawn at %(draws)s", closes=closes, draws=draws))


def _sold(told: Mapping[str, Any]) -> str:
    stakes = [line[2] for line in told["lines"]]
    amount = written(sum(stakes), told["currency"])
    return str(
        ngettext("Sold: %(num)s bet, %(amount)s", "Sold: %(num)s bets, %(amount)s together", len(stakes), amount=amount)
    )


def _sealed(told: Mapping[str, Any]) -> str:
    amount = written(told["staked"], told["currency"])
    one, many = "Sealed: %(num)s sale, %(amount)s", "Sealed: %(num)s sales, %(amount)s together"
    return str(ngettext(one, many, told["sales"], amount=amount))


def _drawn(told: Mapping[str, Any]) -> str:
    outcome, game = told["outcome"], GAMES.get().get(str(told["subject"]).split(":")[1])
    result = game.told(outcome) if game is not None else outcome
    return str(gettext("Decided by a block of Bitcoin: %(result)s", result=result))


def _resulted(told: Mapping[str, Any]) -> str:
    return f"{gettext('The result is %(result)s.', result=told['result'])} {_won(told)}"


def _corrected(told: Mapping[str, Any]) -> str:
    return f"{gettext('The result was corrected, to %(result)s.', result=told['result'])} {_won(told)}"


def _won(told: Mapping[str, Any]) -> str:
    if not told["winners"]:
        return str(gettext("No bet wins"))
    amount = written(told["won"], told["currency"])
    one, many = "%(num)s bet wins %(amount)s", "%(num)s bets win %(amount)s together"
    return str(ngettext(one, many, told["winners"], amount=amount))


def _cancelled(told: Mapping[str, Any]) -> str:
    return why(told["because"]).removesuffix(".")


def _refunded(told: Mapping[str, Any]) -> str:
    amount = written(told["stake"], told["currency"])
    return f"{gettext('A stake of %(amount)s goes back.', amount=amount)} {why(told['because'])}".strip().removesuffix(
        "."
    )


CONFIGURED: Final = "bet.configured"
"""What the log says of a change of a game's configuration."""

LOG_KINDS: Final = (
    LogKind(CONFIGURED, _l("How a game of bets is sold from now on was changed")),
    LogKind(LEAF, _l("A draw of bets was promised"), _promised),
    LogKind(SOLD, _l("Bets on a draw were sold"), _sold),
    LogKind(SEALED, _l("A draw's bets were sealed"), _sealed),
    LogKind(WITNESSED, _l("Enough witnesses had seen a draw's seal")),
    LogKind(DRAWN, _l("A block of Bitcoin decided a draw of bets"), _drawn),
    LogKind(RESULTED, _l("A draw of bets has its result"), _resulted),
    LogKind(CORRECTED, _l("The result of a draw of bets was corrected"), _corrected),
    LogKind(CANCELLED, _l("A draw of bets is not held"), _cancelled),
    LogKind(REOPENED, _l("A draw of bets that was skipped is held after all")),
    LogKind(REFUNDED, _l("A stake on a draw goes back"), _refunded),
)

BOOKINGS: Final[Bookings] = {
    (SALE, "sold"): _l("%(amount)s were staked"),
    (SALE, "given_back"): _l("A stake of %(amount)s went back"),
    (SALE, "take_back"): _l("%(amount)s of a stake are on their way back as they came"),
    (SALE, "give_back"): _l("%(amount)s of a stake could not go back as they came, and are in a wallet again"),
    (SALE, "charged_back"): _l("A bank took back %(amount)s that bets were paid with"),
    (DRAW, "drawn"): _l("A draw's stakes became the bankroll's, which owes what they won"),
    (BANKROLL, "funded"): _l("%(amount)s were put into a bankroll"),
    (BANKROLL, "withdrawn"): _l("%(amount)s were taken out of a bankroll"),
    (WIN, "paid"): _l("%(amount)s that a bet won were paid"),
    (WIN, "taken_back"): _l("%(amount)s were taken back: the result was another one"),
    (SETTLEMENT, "drawn"): _l("%(amount)s are owed by a corrected result"),
    (SETTLEMENT, "undone"): _l("%(amount)s are owed no more: the result was another one"),
}
