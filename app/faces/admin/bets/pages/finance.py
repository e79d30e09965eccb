"""What a game that sells bets earns: over time, the bankroll line by line, what its owner puts in and takes out, and
a month for whoever supervises it."""

from __future__ import annotations

from typing import Final

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.core.database.session import transaction
from app.core.text import sheets
from app.core.text.amounts import parse_minor, unread, written
from app.core.text.sheets import READERS
from app.core.web import charts
from app.core.web.asking import Question, ask
from app.core.wire.paging import number_place
from app.core.wire.paging import place_of as place_in
from app.faces.admin.approving.proposing import by_two, decide, id_of
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, choice, reason_field
from app.selling.bets.bankroll import owner
from app.selling.bets.games import BetGame, game_named
from app.selling.bets.operating import figures
from app.selling.bets.operating import finance as reads

from .place import below_each_game, bp, month_in, page, place_of

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("finance", "report", "ask_move", "move"))
_PAGE: Final = 50
_MONTHS: Final = 12
_WORDS: Final = {
    "funded": _l("The owner put in"),
    "withdrawn": _l("The owner took out"),
    "undone": _l("Won by a result that was another one"),
}
_MOVES: Final = {"fund": owner.propose_fund, "withdraw": owner.propose_withdraw}


class MoveForm(ReasonForm):
    """How much, by which account at a bank, and the bank's own reference."""

    amount = StringField(_l("How much"), [DataRequired(_l("Write an amount like 12.50.")), Length(max=40)])
    bank = StringField(
        _l("Account at a bank"),
        [DataRequired(_l("Write the account as the ledger names it.")), Length(max=60)],
        default="bank:main",
    )
    reference = StringField(
        _l("Reference"), [Length(max=120)], description=_l("The bank’s own, as its statement has it.")
    )
    reason = reason_field()


class TakingForm(MoveForm):
    """The same of money that lies somewhere: where, and how much of it."""

    bank = SelectField(_l("Account at a bank"), validate_choice=False)


@below_each_game("/finance")
def finance(game: str) -> Response:
    """By day, week or month; then the bankroll's account, the newest line first."""
    one, asked = game_named(game), choice("by", *reads.STEPS)
    step = next(known for known in reads.STEPS if known == asked)
    today = figures.day_now(one)
    spans = reads.spans(one, today, step)
    after = place_in(request.args.get("after"), lambda text: number_place(text, 2**63 - 1), "after")
    lines = reads.lines(one, after, _PAGE + 1)
    return page(
        "finance",
        one,
        step=step,
        steps=reads.STEPS,
        spans=spans,
        came=charts.bars([span.staked for span in spans], [span.won for span in spans]),
        bankroll=charts.stairs([span.balance for span in spans]),
        standing=figures.standing(one),
        lines=lines[:_PAGE],
        following=lines[_PAGE - 1].line.id if len(lines) > _PAGE else None,
        told=_told,
        months=reads.months_until(today, _MONTHS),
    )


@below_each_game("/finance/<month>.csv")
def report(game: str, month: str) -> Response:
    """A month for whoever supervises the game, a line a day, as CSV; for people, or with `?format=machine` exact.

    Raises DomainError 422 `choice_unknown` for another format.
    """
    one, first, asked = game_named(game), month_in(month), choice("format", *READERS)
    reader = next(known for known in READERS if known == asked)
    rows = [day.cells(one.currency) for day in reads.report(one, first)]
    response = Response(sheets.begin(reader) + sheets.lines([list(reads.COLUMNS), *rows], reader), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{one.name}-{month}.csv"'
    return response


@below_each_game("/finance/move")
def ask_move(game: str) -> Response:
    """Before the owner's money is entered: what will happen, with the fields for it."""
    one, act = game_named(game), choice("act", *_MOVES)
    return ask(_question(one, act), _form(one, act, formdata=None))


@below_each_game("/finance/move", method="POST")
def move(game: str) -> ResponseReturnValue:
    """Propose to enter that the owner has put in or taken out so much; a second operator confirms."""
    one, act = game_named(game), choice("act", *_MOVES)
    form = _form(one, act)

    def deed(reason: str) -> str | None:
        given = form.amount.data or ""
        amount = parse_minor(given, one.currency)
        if amount is None:
            raise unread(given, one.currency)
        with transaction():
            made = _MOVES[act](
                one.name,
                amount,
                reason,
                actor=operator_name(),
                bank=(form.bank.data or "").strip(),
                reference=form.reference.data or "",
            )
            return id_of(made)

    return decide(_question(one, act), form, deed, gettext("It is entered."), place_of(one, "/finance"))


def _form(game: BetGame, act: str, **given: None) -> MoveForm:
    """Money leaves where it lies, the fullest account first; it comes in anywhere, unless told otherwise there too."""
    banks = owner.banks(game)
    if act == "fund":
        return MoveForm(**given, data={"bank": banks[0][0]} if banks else None)
    form = TakingForm(**given)
    form.bank.choices = [(name, f"{name}: {written(amount, game.currency)}") for name, amount in banks]
    return form


def _question(game: BetGame, act: str) -> Question:
    place = place_of(game, "/finance")
    only_books = gettext("Only our books change: the money itself moves at the bank.")
    known: tuple[str, ...] = ()
    if act == "fund":
        asks, then = gettext("Enter money that the owner put in?"), gettext("Draws may cost so much more at once.")
        places = ", ".join(name for name, _ in owner.banks(game)) or "–"
        known = (
            gettext("Accounts that there are: %(places)s. Another one begins when it is first named.", places=places),
        )
    else:
        asks = gettext("Enter money that the owner took out?")
        amount = written(owner.free_to_leave(game), game.currency)
        then = gettext("At most %(amount)s can leave now: draws have the rest, or others a claim on it.", amount=amount)
    return by_two(
        Question(
            asks=asks,
            then=(only_books, then, *known),
            yes=gettext("Enter it"),
            no=gettext("Back"),
            action=f"{place}/move?act={act}",
            back=place,
            is_grave=False,
        )
    )


def _told(moved: reads.Moved) -> str:
    """What a line of the bankroll's account is about."""
    known = _WORDS.get(moved.line.kind)
    if known is not None:
        return str(known)
    return str(gettext("Staked") if moved.line.amount > 0 else gettext("Won"))
