"""Money off the chain by our books: where it lies, whose it is, and what two people have entered of the house's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.text.amounts import parse_minor, written
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.core.wire.paging import number_place, place_of
from app.faces.admin.approving.proposing import by_two, decide, id_of
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, reason_field
from app.faces.admin.wallets import accounts, asked
from app.money.gateways.operating import differences
from app.money.gateways.pages.words import NAMES
from app.money.wallets import postings
from app.money.wallets.operating import banking, decided, house, listing
from app.money.wallets.rules import WALLET_CURRENCIES
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef

bp: Final = page_blueprint("wallets")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("money", "ask_move", "move"))
_PAGE: Final = 50
_PLACE: Final = "/admin/money"


class MoveForm(ReasonForm):
    """What has gone from where to where, as a statement has it."""

    source = StringField(
        _l("From"),
        [DataRequired(_l("Write where it was.")), Length(max=60)],
        description=_l(
            "capital, bank:NAME or clearing:GATEWAY; clearing:moncash-prefund pays withdrawals. From unexplained to "
            "result: what was explained, and nobody gives back."
        ),
    )
    target = StringField(_l("To"), [DataRequired(_l("Write where it is now.")), Length(max=60)])
    currency = SelectField(_l("Currency"), [InputRequired()], choices=[(one, one) for one in WALLET_CURRENCIES])
    amount = StringField(_l("How much"), [DataRequired(_l("Write an amount like 12.50.")), Length(max=40)])
    reference = StringField(
        _l("Reference"),
        [DataRequired(_l("Write the statement’s reference.")), Length(max=120)],
        description=_l("The bank’s or the gateway’s own, as its statement has it."),
    )
    reason = reason_field()


@bp.get("/money")
def money() -> Response:
    """Each currency: held, claimed, free, and where it lies; then the moves that were entered, the newest first."""
    before = place_of(asked.text("before"), lambda text: number_place(text, 2**63 - 1), "before")
    houses = house.houses()
    found = decided.decided(postings.HOUSE, before, _PAGE + 1)
    return render(
        "faces/admin/wallets/house.html",
        "faces/admin/wallets/_house.html",
        houses=houses,
        found=found[:_PAGE],
        following=asked.following(found[_PAGE - 1].id) if len(found) > _PAGE else None,
        compared=differences.compared(),
        unlike=differences.unlike(),
        by_hand=differences.by_hand(),
        moved=_last_moved(houses),
        differences=differences.waiting(),
        withdrawals=listing.waiting(),
        kind=accounts.of_kind,
        costs=house.COSTS,
        gateways=NAMES,
        account=accounts.in_words,
        written=written,
    )


@bp.get("/money/move")
def ask_move() -> Response:
    """What will happen, with the fields for it."""
    return ask(_question(), MoveForm())


@bp.post("/money/move")
def move() -> ResponseReturnValue:
    """Propose to enter it; a second operator confirms."""
    form = MoveForm()

    def deed(reason: str) -> str | None:
        currency = form.currency.data or ""
        amount = parse_minor(form.amount.data or "", currency) if currency in WALLET_CURRENCIES else None
        if amount is None:
            raise DomainError("amount_unreadable", field="amount")
        source, target = ((one.data or "").strip() for one in (form.source, form.target))
        with transaction():
            return id_of(
                banking.propose(
                    source, target, currency, amount, form.reference.data or "", reason, actor=operator_name()
                )
            )

    return decide(_question(), form, deed, gettext("It is entered."), _PLACE)


def _last_moved(houses: Sequence[house.House]) -> dict[tuple[str, str], datetime]:
    """When anything was last posted to each place, by its name and currency."""
    return {
        (place.name, one.currency): line.posted_at
        for one in houses
        for place in one.places
        for line in ledger.lines(AccountRef(place.kind, place.owner, one.currency), limit=1)
    }


def _question() -> Question:
    known = ", ".join(house.names())
    return by_two(
        Question(
            asks=gettext("Enter where money of the house has gone?"),
            then=(
                gettext("Only our books change: the money itself moves at the bank or the gateway."),
                gettext("Players’ money is never moved by it: what others may claim cannot leave."),
                gettext("Places that there are: %(places)s. Another one begins when it is first named.", places=known),
            ),
            yes=gettext("Enter it"),
            no=gettext("Back"),
            action=f"{_PLACE}/move",
            back=_PLACE,
            is_grave=False,
        )
    )
