"""The reality check: after so many minutes of playing one is asked whether to go on, and told what it cost."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.money import CURRENCIES
from app.core.text.amounts import written
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.core.web.templating import utc
from app.core.wire.error_messages import message_for
from app.faces.play import playing_time
from app.faces.play.forms import ButtonForm, RealityForm
from app.people.accounts.login.page_door import go, login_required
from app.people.accounts.rules import local_path
from app.people.notices import queries, reality
from app.people.players.queries import SPENT

bp = Blueprint("play_reality", __name__, url_prefix="/play/reality")
ENDPOINTS: Final = tuple(f"play_reality.{name}" for name in ("index", "choose", "asked", "go_on"))


@bp.get("")
@login_required
def index() -> Response:
    """After how long one is asked."""
    minutes = queries.minutes_of(current_user.id)
    return _page(RealityForm(formdata=None, minutes=str(minutes or "")))


@bp.post("")
@login_required
def choose() -> Response:
    """Keep it; the time begins now."""
    form = RealityForm()
    if form.validate_on_submit():
        try:
            with transaction():
                reality.ask_after(current_user.id, form.chosen())
        except DomainError as error:
            form.minutes.errors = [message_for(error)]
        else:
            playing_time.begin()
            flash(gettext("Your choice is kept."), "ok")
            return go(url_for("play_reality.index"))
    return _page(form, 422)


@bp.get("/check")
@login_required
def asked() -> Response:
    """How long it has been, what it cost, and whether to go on."""
    since = playing_time.since()
    if since is None:
        return go(_back(request.args.get("next")))
    return ask(_question(since, _back(request.args.get("next"))))


@bp.post("/check")
@login_required
def go_on() -> Response:
    """Go on; after the same time one is asked again."""
    if ButtonForm().validate_on_submit():
        playing_time.go_on()
    return go(_back(request.form.get("next")))


def _page(form: RealityForm, status: int = 200) -> Response:
    return render("faces/play/reality.html", "faces/play/_reality.html", status, form=form)


def _question(since: datetime, back: str) -> Question:
    minutes = playing_time.minutes_since(since)
    return Question(
        asks=gettext("Go on playing?"),
        then=(
            ngettext(
                "You have been here for %(num)s minute, since %(since)s.",
                "You have been here for %(num)s minutes, since %(since)s.",
                minutes,
                since=utc(since),
            ),
            *_cost(since),
            gettext("If you go on, you are asked again after the same time."),
        ),
        yes=gettext("Go on"),
        no=gettext("Take a break"),
        action=url_for("play_reality.go_on"),
        back=url_for("play_breaks.index"),
        fields={"next": back},
        is_grave=False,
    )


def _cost(since: datetime) -> list[str]:
    """What was played with since then, and what of it did not come back, a sentence for each currency."""
    book, said = SPENT.get(), list[str]()
    for currency in sorted(CURRENCIES):
        stake = book.total(current_user.id, currency, "stake", since)
        lost = book.total(current_user.id, currency, "loss", since)
        if stake <= 0:
            continue
        told = {"stake": written(stake, currency), "lost": written(abs(lost), currency)}
        said.append(
            gettext("You have played with %(stake)s; %(lost)s of it did not come back.", **told)
            if lost > 0
            else gettext("You have played with %(stake)s; %(lost)s more than that came back.", **told)
        )
    return said or [gettext("You have played with nothing since then.")]


def _back(text: str | None) -> str:
    """The page that was asked for, if it is one of these."""
    path = local_path(text)
    return path if path == "/play" or path.startswith(("/play/", "/play?")) else "/play"
