"""Withdrawals in the console: a list that is narrowed by its address, and each with all that a reviewer has to know."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.text.amounts import written
from app.core.text.names import words as words_of
from app.core.text.shortened import shortened
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.faces.admin.approving.proposing import decide
from app.faces.admin.bets.pages.place import beside
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, choice, reason_field
from app.faces.admin.wallets import accounts, asked
from app.faces.admin.wallets.asked import Asked
from app.faces.admin.watch import history
from app.money.gateways.pages.words import NAMES
from app.money.wallets.operating import banking, house, listing, reviewing, words
from app.money.wallets.operating.listing import CHOICES, Filters, Line
from app.money.wallets.operating.words import Words
from app.money.wallets.rules import METHODS, check_method
from app.money.wallets.withdrawals import by_hand, deciding
from app.people.approvals import queries as approvals
from app.people.approvals.settings import two_people
from app.people.players.queries import read_now
from app.record.audit import queries as audit

from .house import bp as bp  # one blueprint, whole with the routes of this module

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("withdrawals", "withdrawal", "ask_paid", "paid"))
_PAGE: Final = 50
_PLACE: Final = "/admin/money/withdrawals"
METHOD_NAMES: Final = {"moncash": "MonCash", "gcash": "GCash", "bank": _l("Bank account"), "paypal": "PayPal"}


class PaidForm(ReasonForm):
    """Out of which bank's account it was paid, and the reference of whoever paid."""

    bank = StringField(
        _l("Paid from"),
        [DataRequired(_l("Write the account as the ledger names it.")), Length(max=60)],
        description=_l("A bank by its name in the ledger, or our account with the way’s provider, clearing:NAME."),
    )
    reference = StringField(
        _l("Reference"), [DataRequired(_l("Write the reference of whoever paid.")), Length(max=120)]
    )
    reason = reason_field()


@bp.get("/money/withdrawals")
def withdrawals() -> Response:
    """What waits to be reviewed; by state, way, player, amount and day what is asked for."""
    return listed()


@bp.get("/money/withdrawals/<identifier>")
def withdrawal(identifier: str) -> Response:
    """One of them: the player, the account, where the money came from, limits, what was drawn before."""
    found = reviewing.review(withdrawal_id(identifier))
    drawn = found.line.drawn
    subject = f"withdrawal:{drawn.id}"
    waiting = approvals.open_of(deciding.NAME, subject) if drawn.state == "held" else None
    entered_by = by_hand.entered_by(drawn.id)
    return render(
        "faces/admin/wallets/withdrawal.html",
        "faces/admin/wallets/withdrawal.html",
        one=found,
        drawn=drawn,
        words=_words(found.line, entered_by),
        entered_by=entered_by,
        state_words=words.of_state,
        how=words.HOW_VERIFIED,
        methods=METHOD_NAMES,
        goes_home=reviewing.goes_home,
        gateways=NAMES,
        shortened=shortened,
        waiting=approvals.agreements([waiting.id]).get(waiting.id) if waiting is not None else None,
        hindrance=approvals.hindrances(g.operator, [waiting]).get(waiting.id, "") if waiting is not None else "",
        is_first=two_people() and waiting is None,
        waits_for=read_now() - drawn.asked_at,
        account=accounts.in_words,
        credit=accounts.of_credit,
        written=written,
        entries=history.told(audit.entries(subject), subject),
    )


def _words(line: Line, entered_by: str | None) -> Words:
    """How it stands."""
    if entered_by:
        return words.of_entered(line.drawn.state, entered_by)
    return words.of_by_hand(line.drawn.state) if line.is_by_hand else words.of_state(line.drawn.state)


@bp.get("/money/withdrawals/<identifier>/paid")
def ask_paid(identifier: str) -> Response:
    """Before one is entered as paid by hand."""
    own = withdrawal_id(identifier)
    return ask(_question(own), _form_of(own))


@bp.post("/money/withdrawals/<identifier>/paid")
def paid(identifier: str) -> ResponseReturnValue:
    """An approved one that no way pays was paid: out of a bank's account, or of ours with a provider."""
    own = withdrawal_id(identifier)
    form, question = _form_of(own), _question(own)

    def deed(reason: str) -> None:
        place, reference = _place_in(form), words_of(form.reference.data or "", 120)
        if not reference:
            raise DomainError("reference_invalid", field="reference", most=120)
        with transaction():
            by_hand.paid(own, place, reference, actor=operator_name(), reason=reason)

    return decide(question, form, deed, gettext("It is entered as paid."), f"{_PLACE}/{own}")


def _form_of(own: UUID) -> PaidForm:
    """What is asked of one that was paid by hand; a provider's way is paid from our account there."""
    form, provider = PaidForm(), _provider_of(own)
    if provider and form.bank.data is None:
        form.bank.data = f"clearing:{provider}"
    return form


def _provider_of(own: UUID) -> str:
    """With whom the account lies that it is paid from; "": at a bank."""
    drawn = reviewing.review(own).line.drawn
    return METHODS[check_method(drawn.method, drawn.currency)].provider


def _place_in(form: PaidForm) -> str:
    """An account of the ledger as it calls it. Raises DomainError `bank_invalid` (field `bank`)."""
    place = (form.bank.data or "").strip()
    place = place if ":" in place else f"bank:{place}"
    try:
        banking.place(place, "USD")
    except DomainError:
        raise DomainError("bank_invalid", field="bank") from None
    return place


def withdrawal_id(text: str) -> UUID:
    """The id in an address. Raises NotFound `withdrawal_not_found`."""
    found = parse_id(text)
    if found is None:
        raise NotFound("withdrawal_not_found")
    return found


def listed(status: int = 200, error: DomainError | None = None, chosen: Collection[str] = ()) -> Response:
    """The list at the address at hand. Without a state what waits for a review stands alone."""
    wanted = asked.read()
    filters = _filters(wanted)
    nobody = wanted.refused or (wanted.words and filters.user_id is None)
    found = [] if nobody else listing.found(filters, wanted.before, _PAGE + 1)
    return render(
        "faces/admin/wallets/withdrawals.html",
        "faces/admin/wallets/_withdrawals.html",
        422 if wanted.refused else status,
        found=found[:_PAGE],
        sums=[] if nobody else listing.sums(filters),
        asked=wanted,
        typed={**asked.typed(), "state": filters.state or "any", "method": filters.method},
        following=asked.following(found[_PAGE - 1].drawn.id) if len(found) > _PAGE else None,
        is_narrowed=any(value for name, value in request.args.items() if name not in ("withdrawal", "of")),
        beside=beside("withdrawals"),
        choices=CHOICES,
        methods=METHOD_NAMES,
        state_words=words.of_state,
        now=read_now(),
        written=written,
        error=error,
        chosen=chosen or request.args.getlist("withdrawal"),
        kept={name: value for name, value in request.args.items() if name not in ("withdrawal", "act", "from")},
    )


def _filters(wanted: Asked) -> Filters:
    state = choice("state", "held", "any", *CHOICES)
    return Filters(
        "" if state == "any" else state,
        choice("method", "", *METHODS),
        wanted.currency,
        asked.person_of(wanted.words) if wanted.words else None,
        wanted.least,
        wanted.since,
        wanted.until,
    )


def _question(own: UUID) -> Question:
    found = reviewing.review(own)
    drawn, place = found.line.drawn, f"{_PLACE}/{own}"
    banks = ", ".join(one.removeprefix("bank:") for one in house.names() if one.startswith("bank:"))
    provider = METHODS[check_method(drawn.method, drawn.currency)].provider
    account = NAMES.get(provider, provider)
    return Question(
        asks=gettext("Was %(amount)s paid by hand?", amount=written(drawn.amount, drawn.currency)),
        then=(
            gettext(
                "It leaves the player’s wallet and our account with %(account)s (%(name)s) in our books, for good.",
                account=account,
                name=f"clearing:{provider}",
            )
            if provider
            else gettext("It leaves the player’s wallet and the bank’s account in our books, for good."),
            gettext(
                "To %(account)s, with our reference %(reference)s.",
                account=drawn.account or "–",
                reference=drawn.reference,
            ),
            gettext(
                "The reference is that of the provider’s own list, and of no other payment. Nobody compares it later: "
                "what is paid by hand is on no list that our books are compared with."
            )
            if provider
            else gettext("Banks in our books: %(banks)s.", banks=banks or gettext("none yet")),
        ),
        yes=gettext("It was paid"),
        no=gettext("Not yet"),
        action=f"{place}/paid",
        back=place,
    )
