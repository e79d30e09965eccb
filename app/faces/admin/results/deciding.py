"""Results that two people enter or correct, and sources that two people change: asked first, then proposed."""

from __future__ import annotations

from typing import Final

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.core.database.session import transaction
from app.core.errors import NotFound
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.faces.admin.approving.proposing import by_two, decide, id_of
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, reason_field
from app.outcomes.results.deciding import by_hand, changing, confirming
from app.outcomes.results.parsers.all_of_them import PARSERS
from app.outcomes.results.queries import Result
from app.outcomes.results.sources.confirming import said_last
from app.outcomes.results.sources.in_force import all_of_them
from app.outcomes.results.sources.known import SOURCES, Source
from app.outcomes.results.sources.lotteries import LOTTERIES, Lottery
from app.people.approvals import queries as approvals

from .pages import PLACE, bp, result_of

ENDPOINTS: Final = tuple(
    f"{bp.name}.{name}"
    for name in (
        *("ask_numbers", "propose_numbers", "sources", "ask_source", "propose_source"),
        *("ask_confirming", "propose_confirming"),
    )
)


class NumbersForm(ReasonForm):
    """What was drawn."""

    numbers = StringField(
        _l("Numbers drawn"), [DataRequired(_l("Write the digits as they were drawn.")), Length(max=9)]
    )
    reason = reason_field()


class ConfirmingForm(ReasonForm):
    """Who confirms."""

    by_sources = BooleanField(_l("Its sources confirm, once all of them agree; else two people"))
    reason = reason_field()


class SourceForm(ReasonForm):
    """Where a source is, what reads it, and whose word it repeats."""

    host = StringField(_l("Address"), [DataRequired(_l("Write an address.")), Length(max=300)])
    parser = SelectField(_l("Parser"), [DataRequired()], choices=[(one, one) for one in PARSERS], validate_choice=False)
    origin = StringField(
        _l("Whose word it repeats"),
        [DataRequired(_l("Write whose."))],
        description=_l("Sources that copy each other have one: together they are one witness."),
    )
    is_asked = BooleanField(_l("It is asked"))
    reason = reason_field()


@bp.get("/results/<identifier>/decide")
def ask_numbers(identifier: str) -> Response:
    """What will happen, and what was drawn."""
    one = result_of(identifier)
    return ask(_question(one), NumbersForm(formdata=None, data={"numbers": by_hand.said_by_sources(one.id)}))


@bp.post("/results/<identifier>/decide")
def propose_numbers(identifier: str) -> ResponseReturnValue:
    """Propose the numbers; a second operator lets them count."""
    one, form = result_of(identifier), NumbersForm()

    def deed(reason: str) -> str | None:
        numbers = (form.numbers.data or "").strip()
        with transaction():
            return id_of(by_hand.propose(one.id, numbers, reason, actor=operator_name()))

    return decide(_question(one), form, deed, gettext("It counts."), f"{PLACE}/{one.id}")


@bp.get("/results/sources")
def sources() -> Response:
    """All sources as they are in force, and what would change one."""
    found = all_of_them()
    return render(
        "faces/admin/results/sources.html",
        "faces/admin/results/sources.html",
        sources=list(found.values()),
        titles={name: one.title for name, one in found.items()},
        changed={name for name, one in found.items() if one != SOURCES[name]},
        waiting={*approvals.open_subjects(changing.NAME), *approvals.open_subjects(confirming.NAME)},
        lotteries=LOTTERIES.values(),
        by_sources={one.id for one in LOTTERIES.values() if one.by_machine or said_last(one)},
        may_be_said={one.id for one in LOTTERIES.values() if confirming.may_be_said(one)},
    )


@bp.get("/results/sources/<name>")
def ask_source(name: str) -> Response:
    """The source as it is, to be changed."""
    one = _source(name)
    form = SourceForm(
        formdata=None, data={"host": one.host, "parser": one.parser, "origin": one.origin, "is_asked": one.is_asked}
    )
    return ask(_question_of_source(one), form)


@bp.post("/results/sources/<name>")
def propose_source(name: str) -> ResponseReturnValue:
    """Propose the change; a second operator confirms it a day later at the earliest."""
    one, form = _source(name), SourceForm()

    def deed(reason: str) -> str | None:
        with transaction():
            made = changing.propose(
                one.name,
                host=(form.host.data or "").strip(),
                parser=form.parser.data or "",
                origin=(form.origin.data or "").strip(),
                is_asked=bool(form.is_asked.data),
                why=reason,
                actor=operator_name(),
            )
            return id_of(made)

    return decide(_question_of_source(one), form, deed, gettext("The source is changed."), f"{PLACE}/sources")


@bp.get("/results/lotteries/<identifier>")
def ask_confirming(identifier: str) -> Response:
    """Who confirms a lottery's results, to be changed."""
    of = _lottery(identifier)
    return ask(_question_of_confirming(of), ConfirmingForm(formdata=None, data={"by_sources": said_last(of)}))


@bp.post("/results/lotteries/<identifier>")
def propose_confirming(identifier: str) -> ResponseReturnValue:
    """Propose it; a second operator confirms a day later at the earliest."""
    of, form = _lottery(identifier), ConfirmingForm()

    def deed(reason: str) -> str | None:
        with transaction():
            made = confirming.propose(of.id, by_sources=bool(form.by_sources.data), why=reason, actor=operator_name())
            return id_of(made)

    return decide(_question_of_confirming(of), form, deed, gettext("It is changed."), f"{PLACE}/sources")


def _lottery(identifier: str) -> Lottery:
    """Raises NotFound `lottery_unknown`: of those about which there is something to say."""
    found = LOTTERIES.get(identifier)
    if found is None or not confirming.may_be_said(found):
        raise NotFound("lottery_unknown")
    return found


def _source(name: str) -> Source:
    found = all_of_them().get(name)
    if found is None:
        raise NotFound("source_unknown")
    return found


def _question(one: Result) -> Question:
    place = f"{PLACE}/{one.id}"
    drawn = gettext(
        "%(lottery)s, drawn on %(day)s at %(slot)s (%(zone)s).",
        lottery=LOTTERIES[one.lottery].title,
        zone=LOTTERIES[one.lottery].zone,
        day=one.day.isoformat(),
        slot=f"{one.slot:%H:%M}",
    )
    rests = gettext("It rests on the papers that are attached: both of you have to have opened them.")
    if said := by_hand.said_by_sources(one.id):
        asks, then = gettext("Let what sources say count?"), gettext("Bets are settled by it.")
        rests = gettext(
            "They say %(numbers)s, twice. Other numbers need a paper that both of you opened.", numbers=said
        )
    elif one.outcome is None:
        asks, then = gettext("Enter this result by hand?"), gettext("Bets are settled by it.")
    else:
        asks = gettext("Correct this result?")
        then = gettext("Instead of %(numbers)s: what was settled by that is settled anew.", numbers=one.outcome.numbers)
    question = Question(
        asks=asks,
        then=(drawn, then, rests),
        yes=gettext("Let it count"),
        no=gettext("Not now"),
        action=f"{place}/decide",
        back=place,
    )
    return by_two(question)


def _question_of_source(one: Source) -> Question:
    question = Question(
        asks=gettext("Change %(source)s?", source=one.title),
        then=(
            gettext("Whoever says where results come from decides who wins: it lies open for a day, for all to see."),
            gettext("Draws that are promised already are read by the changed source too; the public log says so."),
        ),
        yes=gettext("Change it"),
        no=gettext("Leave it"),
        action=f"{PLACE}/sources/{one.name}",
        back=f"{PLACE}/sources",
    )
    return by_two(question)


def _question_of_confirming(of: Lottery) -> Question:
    question = Question(
        asks=gettext("Change who confirms %(lottery)s?", lottery=of.title),
        then=(
            gettext("Nobody looks at what sources confirm by themselves, before bets are settled by it."),
            gettext("It lies open for a day, for all to see, and holds for draws that are promised from then on."),
        ),
        yes=gettext("Change it"),
        no=gettext("Leave it"),
        action=f"{PLACE}/lotteries/{of.id}",
        back=f"{PLACE}/sources",
    )
    return by_two(question)
