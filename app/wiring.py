"""The whole product on one screen: which slice offers what to whom. Adding a game adds lines here, and a folder."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect

from app.core.checks import Breach
from app.core.queue import PeriodicJob
from app.core.surfaces import Surface

import app.ledger.models, app.audit.models, app.events.models, app.notifications.models, app.accounts.models, app.partners.models, app.payments.models, app.chain.models, app.draws.models, app.payouts.models, app.rounds.models  # TEMP
BLUEPRINTS: tuple[Blueprint, ...] = ()

# Blueprints whose forms are guarded otherwise: by their own one-time token, or by taking only same-origin JSON.
WITHOUT_CSRF_COOKIE: tuple[Blueprint, ...] = ()

SURFACES: dict[str, Surface] = {"static": Surface.API}

PERIODIC_JOBS: tuple[PeriodicJob, ...] = ()

AUDIT_CHECKS: tuple[Callable[[], list[Breach]], ...] = ()

EVENT_TYPES: frozenset[str] = frozenset()


def assemble(app: Flask, csrf: CSRFProtect) -> None:
    """Hand every slice what it needs to know of the others, without their importing each other."""
    app.extensions["surfaces"] = SURFACES
    app.extensions["periodic_jobs"] = PERIODIC_JOBS
    app.extensions["audit_checks"] = AUDIT_CHECKS
    app.extensions["event_types"] = EVENT_TYPES
    app.extensions["frame_origins"] = lambda: ()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in WITHOUT_CSRF_COOKIE:
        csrf.exempt(blueprint)
