"""Breaks from playing: days off, and excluding oneself, each asked before it begins, for nobody cuts it short."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.core.web.templating import utc
from app.core.wire.error_messages import message_for
from app.faces.play.forms import ButtonForm, ExclusionForm, TimeoutForm
from app.people.accounts.login.page_door import go, login_required
from app.people.players import queries, rules, service

bp = Blueprint("play_breaks", __name__, url_prefix="/play/breaks")
_VIEWS: Final = ("index", "ask_timeout", "timeout", "ask_exclusion", "exclude")
ENDPOINTS: Final = tuple(f"play_breaks.{name}" for name in _VIEWS)


@bp.get("")
@login_required
def index() -> Response:
    """Which break is on, and how to take one."""
    return _page()


@bp.get("/timeout")
@login_required
def ask_timeout() -> Response:
    """Say what days off mean before they begin."""
    return _ask_timeout(request.args.get("days"))


@bp.post("/timeout")
@login_required
def timeout() -> Response:
    """Begin them."""
    text = request.form.get("days")
    days = _number(text)
    if days is None or not ButtonForm().validate_on_submit():
        return _ask_timeout(text)
    try:
        with transaction():
            until = service.take_timeout(current_user.id, days)
    except DomainError:
        return _ask_timeout(text)
    flash(gettext("You are off until %(until)s.", until=utc(until)), "ok")
    return go(url_for("play_breaks.index"))


@bp.get("/exclusion")
@login_required
def ask_exclusion() -> Response:
    """Say what an exclusion means before it begins."""
    return _ask_exclusion(request.args.get("months"))


@bp.post("/exclusion")
@login_required
def exclude() -> Response:
    """Begin it. There is no way back from here before its end."""
    text = request.form.get("months")
    months = _number(text)
    if months is None or not ButtonForm().validate_on_submit():
        return _ask_exclusion(text)
    try:
        with transaction():
            until = service.exclude(current_user.id, months)
    except DomainError:
        return _ask_exclusion(text)
    flash(gettext("You are excluded until %(until)s.", until=utc(until)), "ok")
    return go(url_for("play_breaks.index"))


def _ask_timeout(text: str | None) -> Response:
    form = TimeoutForm(formdata=None, days=text or "7")
    if text is None:
        return _page(timeout=form)
    days = _number(text) or 0
    try:
        rules.check_days(days)
    except DomainError as error:
        form.days.errors = [message_for(error)]
        return _page(timeout=form, status=422)
    until, on = queries.read_now() + timedelta(days=days), queries.breaks_of(current_user.id).timeout_until
    if not rules.is_longer(until, on):
        form.days.errors = [gettext("You are off for longer already.")]
        return _page(timeout=form, status=422)
    return ask(_days_off(days, until))


def _ask_exclusion(text: str | None) -> Response:
    form = ExclusionForm(formdata=None, months=text or "6")
    if text is None:
        return _page(exclusion=form)
    months = _number(text) or 0
    try:
        rules.check_months(months)
    except DomainError as error:
        form.months.errors = [message_for(error)]
        return _page(exclusion=form, status=422)
    until, on = rules.months_after(queries.read_now(), months), queries.breaks_of(current_user.id).excluded_until
    if not rules.is_longer(until, on):
        form.months.errors = [gettext("You are excluded for longer already.")]
        return _page(exclusion=form, status=422)
    return ask(_excluding(months, until))


def _page(timeout: TimeoutForm | None = None, exclusion: ExclusionForm | None = None, status: int = 200) -> Response:
    context = {
        "breaks": queries.breaks_of(current_user.id),
        "timeout": timeout or TimeoutForm(formdata=None, days="7"),
        "exclusion": exclusion or ExclusionForm(formdata=None, months="6"),
    }
    return render("faces/play/breaks.html", "faces/play/_breaks.html", status, **context)


def _days_off(days: int, until: datetime) -> Question:
    own = url_for("play_breaks.ask_timeout", days=days)
    return Question(
        asks=ngettext("Take %(num)s day off?", "Take %(num)s days off?", days),
        then=(
            gettext("Until %(until)s you can neither pay in nor play while you are signed in.", until=utc(until)),
            gettext("Nobody can cut it short. It ends by itself."),
            _elsewhere(),
        ),
        yes=gettext("Begin now"),
        action=own,
        back=url_for("play_breaks.index"),
        fields={"days": str(days)},
    )


def _excluding(months: int, until: datetime) -> Question:
    own = url_for("play_breaks.ask_exclusion", months=months)
    return Question(
        asks=ngettext("Exclude yourself for %(num)s month?", "Exclude yourself for %(num)s months?", months),
        then=(
            gettext("Until %(until)s you can neither pay in nor play while you are signed in.", until=utc(until)),
            gettext("Nobody can lift it or make it shorter: you cannot, and we cannot, whatever you write to us."),
            gettext("You can still sign in here, and what you are owed is still paid to you."),
            _elsewhere(),
        ),
        yes=gettext("Exclude me"),
        action=own,
        back=url_for("play_breaks.index"),
        fields={"months": str(months)},
    )


def _elsewhere() -> str:
    return str(gettext("Games that are played without an account do not know you, and are not closed to you by this."))


def _number(text: str | None) -> int | None:
    """A small number in digits; None for anything else."""
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) <= 3 else None
