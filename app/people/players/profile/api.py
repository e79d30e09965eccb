"""JSON of registering, and of one's profile, for whoever is signed in."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from app.core.database.session import transaction
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, read_json
from app.people.accounts.login.json_door import require_session
from app.people.players.matches.queries import is_held
from app.people.players.verification.messages import MESSAGES as OF_VERIFICATION
from app.people.players.verification.queries import picture_of, verification_of
from app.record.answers import service as answers
from app.record.answers.service import Owner

from . import queries, service
from .limits import count_try
from .messages import MESSAGES
from .queries import Profile
from .rules import Proposed
from .schemas import Me, ProfileChanges, Registration, VerificationRecord
from .settings import playing

bp = Blueprint("players_profile_api", __name__, url_prefix="/api/players")
ENDPOINTS: Final = tuple(f"players_profile_api.{name}" for name in ("register", "me", "change"))
_IDENTITY: Final = {"name", "date_of_birth", "jurisdiction"}


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)
    add_messages(OF_VERIFICATION)


@bp.post("/register")
def register() -> Response:
    """Say who one is. Who is not of age is told so, and forgotten."""
    person = require_session()
    wanted = read_json(Registration)
    count_try()
    tried = answers.attempt(Owner.player(person.id), wanted)
    with transaction():
        if (repeated := answers.again(tried)) is not None:
            return repeated
        refusal = service.register(person.id, _proposed(wanted), wanted.locale)
        if refusal is None:
            return answers.keeping(tried, _record(queries.profile_of(person.id)), 201)
    raise refusal  # out of the transaction: that somebody is too young is remembered


@bp.get("/me")
def me() -> Response:
    """Who one is, as far as one has said."""
    return json_response(_record(queries.profile_of(require_session().id)))


@bp.patch("/me")
def change() -> Response:
    """Change what the body names, and nothing else."""
    person = require_session()
    changes = read_json(ProfileChanges)
    wanted = {name: str(getattr(changes, name)) for name in changes.model_fields_set}
    if wanted.keys() & _IDENTITY:
        count_try()
    with transaction():
        found = service.change(person.id, wanted)
    return json_response(_record(found))


def _proposed(wanted: Registration) -> Proposed:
    usual = playing()
    return Proposed(
        name=wanted.name,
        born=wanted.date_of_birth,
        jurisdiction=wanted.jurisdiction or usual.default_jurisdiction,
        currency=wanted.currency or usual.default_currency,
    )


def _record(found: Profile) -> Me:
    verification = verification_of(found.id)
    return Me(
        id=str(found.id),
        is_registered=found.is_registered,
        email=found.email,
        phone=found.phone,
        name=found.name,
        date_of_birth=found.born,
        locale=found.locale,
        jurisdiction=found.jurisdiction,
        currency=found.currency,
        registered_at=found.registered_at,
        verification=VerificationRecord(
            state=verification.state,
            reason=verification.reason or None,
            is_needed=found.is_registered and (is_held(found.id) or queries.is_doubted(found.id)),
        ),
        has_picture=picture_of(found.id) is not None,
    )
