"""What readers get of a text: published from and until, or taken back; asked first, with a reason."""

from __future__ import annotations

from typing import Final

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.content.texts import service
from app.content.texts.queries import Kept
from app.core.database.session import transaction
from app.core.text.isolation import isolated
from app.core.web.asking import Question, ask
from app.faces.admin.approving.proposing import decide
from app.faces.admin.content.forms import PublishForm
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, whole_number

from .texts import PLACE, bp, text_of

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("ask_publish", "publish", "ask_withdraw", "withdraw"))


@bp.get("/content/<identifier>/publish")
def ask_publish(identifier: str) -> Response:
    """What will happen, and from when until when."""
    one = text_of(identifier)
    stands = {"begins": one.shown_from, "until": one.shown_until} if one.state == "shown" else {}
    times = {name: f"{moment:%Y-%m-%dT%H:%M}" for name, moment in stands.items() if moment is not None}
    return ask(_publishing(one), PublishForm(formdata=None, data=times))


@bp.post("/content/<identifier>/publish")
def publish(identifier: str) -> ResponseReturnValue:
    """Let readers have the version that was asked about; somebody may have written another one since."""
    one, form, number = text_of(identifier), PublishForm(), whole_number("version") or 0

    def deed(reason: str) -> None:
        begins, until = form.moments()
        with transaction():
            service.publish(one.id, number, shown_from=begins, shown_until=until, reason=reason, actor=operator_name())

    return decide(_publishing(one), form, deed, gettext("Published."), f"{PLACE}/{one.id}")


@bp.get("/content/<identifier>/withdraw")
def ask_withdraw(identifier: str) -> Response:
    """What will happen."""
    return ask(_withdrawing(text_of(identifier)), ReasonForm(formdata=None))


@bp.post("/content/<identifier>/withdraw")
def withdraw(identifier: str) -> ResponseReturnValue:
    """Take it back from readers."""
    one = text_of(identifier)

    def deed(reason: str) -> None:
        with transaction():
            service.withdraw(one.id, reason, actor=operator_name())

    return decide(_withdrawing(one), ReasonForm(), deed, gettext("Taken back."), f"{PLACE}/{one.id}")


def _publishing(one: Kept) -> Question:
    return Question(
        asks=gettext("Publish version %(n)s?", n=one.newest),
        then=(
            f"“{isolated(one.title)}”",
            gettext("Everybody reads it, from now on or from the moment that you name."),
            gettext("It needs its words in every language."),
            *_replacing(one),
        ),
        yes=gettext("Publish it"),
        no=gettext("Not yet"),
        action=f"{PLACE}/{one.id}/publish?version={one.newest}",
        back=f"{PLACE}/{one.id}",
        is_grave=False,
    )


def _replacing(one: Kept) -> tuple[str, ...]:
    """What becomes of the version that readers have."""
    if one.shown is None:
        return ()
    said = gettext(
        "Version %(n)s is replaced at once: with a beginning that is still to come, they get nothing until then.",
        n=one.shown,
    )
    return (said,)


def _withdrawing(one: Kept) -> Question:
    return Question(
        asks=gettext("Take this text back?"),
        then=(
            f"“{isolated(one.title)}”",
            gettext("Nobody reads it any more. Its versions stay, and it can be published again."),
        ),
        yes=gettext("Take it back"),
        no=gettext("Leave it"),
        action=f"{PLACE}/{one.id}/withdraw",
        back=f"{PLACE}/{one.id}",
    )
