"""One-time passwords of operators (RFC 6238): each is used once, and is asked for as soon as one was shown to work.

A secret without a last step is one that its owner has not yet tried. Called inside an edge's transaction.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import select, update

from app.core.database.session import db
from app.core.errors import DomainError
from app.record.audit.service import note

from .models import Operator
from .queries import database_now
from .service import end_sessions_of, row_of

ISSUER: Final = "Tiraj console"
_STEP_SECONDS: Final = 30
_DRIFT: Final = (-1, 0, 1)  # steps by which a phone's clock may be wrong


def begin(name: str) -> str:
    """The secret of an operator who begins to have one, the same until it was shown to work.

    Raises DomainError 409 `totp_in_force`: another one replaces it only after two people have reset it.
    """
    row = row_of(name)
    if row.totp_last_step is not None:
        raise DomainError("totp_in_force", status=409)
    if row.totp is None:
        row.totp = pyotp.random_base32()
        db.session.flush()
    secret: str = row.totp
    return secret


def uri_of(name: str, secret: str) -> str:
    """What a phone reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def enrol(name: str, code: str) -> None:
    """From now on a code is asked for beside the password; this one showed that the phone has the secret.

    Raises DomainError: 409 `totp_in_force`; 422 `totp_refused`.
    """
    row = row_of(name)
    if row.totp_last_step is not None:
        raise DomainError("totp_in_force", status=409)
    step = _step_of(row.totp, code, 0)
    if step is None:
        raise DomainError("totp_refused", field="code")
    row.totp_last_step = step
    note(f"operator:{name}", "operator.totp_enrolled", f"operator:{name}")


def use(name: str, code: str) -> bool:
    """Whether this is a code of theirs that was not used before, and none before it; it is used up."""
    row = db.session.scalars(select(Operator).where(Operator.name == name)).first()
    if row is None or row.totp_last_step is None:
        return False
    step = _step_of(row.totp, code, row.totp_last_step)
    if step is None:
        return False
    used = update(Operator).where(Operator.id == row.id, Operator.totp_last_step < step).values(totp_last_step=step)
    return db.session.execute(used.returning(Operator.id)).first() is not None


def reset(name: str, *, actor: str, reason: str) -> None:
    """Ask for no code any more, until one is set up anew; it ends their sessions. Raises NotFound."""
    row = row_of(name)
    row.totp_last_step, row.totp = None, None
    ended = end_sessions_of(row.id)
    note(actor, "operator.totp_reset", f"operator:{name}", reason, sessions=ended)


def _step_of(secret: str | None, code: str, last: int) -> int | None:
    """The step of which this is the code, if it lies after `last` and near now by the clock of the database."""
    typed = code.replace(" ", "")
    if secret is None or len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        return None
    now: datetime = db.session.execute(select(database_now())).scalar_one()
    current = int(now.timestamp()) // _STEP_SECONDS
    made = pyotp.TOTP(secret)
    fitting = [
        step
        for step in (current + drift for drift in _DRIFT)
        if hmac.compare_digest(made.generate_otp(step), typed) and step > last
    ]
    return fitting[0] if fitting else None
