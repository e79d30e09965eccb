"""The machine room of the console, a page for each question: does everything run, what do the jobs do, what is stopped,
who watches the log, which settings are in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
from app.faces.admin.watch import concerns, standing, subjects, unseen
from app.record.audit import switches
from app.record.audit.service import note
from app.record.log import queries as log
from app.record.log.anchors import queries as anchors
from app.record.log.settings import log_settings
from app.record.log.witnesses import offers
from app.record.log.witnesses import queries as witnesses

bp = page_blueprint("system")


@bp.get("/system")
def system() -> Response:
    """Whether everything runs: chain, machines, what waits to be sent."""
    seen = concerns.look()
    return _tab("system", seen=seen, concerns=concerns.concerns(seen), archive=standing.archive())


@bp.get("/system/jobs")
def jobs() -> Response:
    """What the queues do, and what waits for them."""
    seen = concerns.look()
    return _tab("system_jobs", seen=seen)


@bp.get("/system/switches")
def all_switches() -> Response:
    """What may be stopped, and what is."""
    return _tab("system_switches", names=switches.NAMES, words=questions.SWITCHES)


@bp.get("/system/log")
def public_log() -> Response:
    """Who watches the public log, and how far it is signed and anchored."""
    return _tab(
        "system_log",
        size=log.size(),
        signed=log.signed_size(),
        unsigned_since=log.unsigned_since(),
        anchor=anchors.newest(),
        anchors_wanted=log_settings().log_anchors,
        missing_since=anchors.missing_since(),
        witnesses=witnesses.told(),
        named=witnesses.named(),
        said=witnesses.last_disagreements(),
        anchor_of=subjects.anchor_of,
        unseen=unseen.lately(),
    )


@bp.get("/system/settings")
def settings_in_force() -> Response:
    """Who is let in and told of alarms, and every setting as this process read it."""
    settings = current_settings()
    return _tab(
        "system_settings",
        settings=_in_force(),
        operators=sorted(settings.operator_hashes),
        readers=settings.alarm_readers,
    )


def _tab(name: str, **context: Any) -> Response:
    """One page of the machine room. What is stopped is told on each of them."""
    template = f"faces/admin/{name}.html"
    return render(template, template, stopped={one.name: one for one in switches.stopped()}, **context)


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
    return redirect("/admin/system/log", 303)


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
    return redirect("/admin/system/switches", 303)


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
