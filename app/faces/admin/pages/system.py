"""The machine room of the console: what can be stopped, and the settings in force."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import SecretStr

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.web.asking import ask
from app.core.web.requests import render
from app.core.web.templating import sats
from app.faces.admin import questions
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, choice, reason_of, refuse
from app.faces.admin.watch import subjects
from app.record.audit import switches
from app.record.audit.service import note
from app.record.log.witnesses import offers
from app.record.log.witnesses import queries as witnesses

bp = page_blueprint("system")


@bp.get("/system")
def system() -> Response:
    """Switches, operators and settings."""
    settings = current_settings()
    return render(
        "faces/admin/system.html",
        "faces/admin/system.html",
        names=switches.NAMES,
        words=questions.SWITCHES,
        stopped={one.name: one for one in switches.stopped()},
        settings=_in_force(),
        witnesses=witnesses.told(),
        named=witnesses.named(),
        said=witnesses.last_disagreements(),
        anchor_of=subjects.anchor_of,
        operators=sorted(settings.operator_hashes),
        readers=settings.alarm_readers,
    )


@bp.get("/system/witness")
def ask_witness() -> Response:
    """Before a witness that offered itself is left alone, or asked again. `?key=` is its verifier key."""
    return ask(questions.of_witness(request.args.get("key", ""), choice("act", "stop", "start")), ReasonForm())


@bp.post("/system/witness")
def witness() -> ResponseReturnValue:
    """Leave it alone, or ask it again, with a reason. Raises NotFound: nobody offered it."""
    act, key = choice("act", "stop", "start"), request.args.get("key", "")
    form = ReasonForm()
    try:
        reason = reason_of(form)
        with transaction():
            offers.switch(key, off=act == "stop")
            note(operator_name(), f"witness.{'stopped' if act == 'stop' else 'started'}", "log", reason, witness=key)
    except DomainError as error:
        if error.field is None:
            raise
        refuse(form, error)
        return ask(questions.of_witness(key, act), form, 422)
    flash(gettext("Done, and told to the audit log."), "ok")
    return redirect("/admin/system", 303)


@bp.get("/system/switches/<name>")
def ask_switch(name: str) -> Response:
    """Before something is stopped or started: what will happen, and why it is done."""
    return ask(questions.of_switch(name, choice("act", "stop", "start")), ReasonForm())


@bp.post("/system/switches/<name>")
def switch(name: str) -> ResponseReturnValue:
    """Stop something, or let it run again, with a reason."""
    act = choice("act", "stop", "start")
    form = ReasonForm()
    try:
        reason = reason_of(form)
        with transaction():
            (switches.stop if act == "stop" else switches.start)(name, actor=operator_name(), reason=reason)
    except DomainError as error:
        if error.field is None:
            raise
        refuse(form, error)
        return ask(questions.of_switch(name, act), form, 422)
    flash(gettext("Done, and told to the audit log."), "ok")
    return redirect("/admin/system", 303)


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting for people: what it is, how the environment calls it, and its value, None where it is not shown."""

    words: str
    name: str
    value: str | None
    is_secret: bool


def _in_force() -> list[tuple[str, list[InForce]]]:
    """Every setting, by what it is about."""
    settings = current_settings()

    def told(field: str, words: str) -> InForce:
        value = getattr(settings, field)
        if value is None or isinstance(value, SecretStr):
            return InForce(words, field.upper(), None, value is not None)
        return InForce(words, field.upper(), _as_read(value), False)

    return [(one.title, [told(*each) for each in one.words.items()]) for one in type(settings).groups()]


def _as_read(value: object) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    return sats(value) if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)
