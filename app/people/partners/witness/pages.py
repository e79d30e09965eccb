"""A site's people may be a witness of the public log: how to run one, how it goes, and that it ends."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, flash, make_response, render_template, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.web.asking import Question, ask
from app.core.wire.error_messages import add_messages
from app.people.accounts.login.page_door import go, link_required
from app.people.partners import queries
from app.people.partners.forms import SiteForm
from app.people.partners.models import PartnerSite
from app.record.audit.service import note
from app.record.log.keys import queries as log_keys
from app.record.log.witnesses import offers
from app.record.log.witnesses import queries as witnesses

bp = Blueprint("witness", __name__)
ENDPOINTS: Final = tuple(f"witness.{name}" for name in ("index", "offer", "ask_removal", "remove"))
MESSAGES: Final[dict[str, object]] = {
    "witness_there": _l("This site has a witness already. Take it back first."),
    "witness_key_invalid": _l("This is no verifier key of a witness: witness.py keygen prints one, NAME+HEX+BASE64."),
    "witness_key_known": _l("This key, or its name, is known of another witness. Make one of your own."),
    "witness_way_invalid": _l("Choose how we get its cosignatures."),
    "witness_url_invalid": _l(
        "An https address that ends in /add-checkpoint where we bring checkpoints; any other one where we fetch."
    ),
}


@bp.record_once
def _assembled(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


class WitnessForm(SiteForm):
    key = StringField(_l("Verifier key"), [InputRequired(_l("This is required."))])
    way = RadioField(
        _l("How we get its cosignatures"),
        choices=[
            ("pull", _l("We fetch the checkpoint that it cosigned last")),
            ("push", _l("We bring it each checkpoint (add-checkpoint)")),
            ("brings", _l("It posts them to us")),
        ],
        validate_choice=False,
    )
    url = StringField(_l("Address"))


@bp.get("/partners/<name>/witness")
@link_required
def index(name: str) -> Response:
    """The site's witness, or how to be one."""
    return _page(queries.site_for(current_user, name, "read"), None, 200)


@bp.post("/partners/<name>/witness")
@link_required
def offer(name: str) -> Response:
    """Take a witness in."""
    site, form = queries.site_for(current_user, name, "write"), WitnessForm()
    try:
        with transaction():
            made = offers.offer(
                _subject(site),
                form.key.data or "",
                form.way.data or "",
                form.url.data or "",
                allow_private=current_settings().webhook_allow_private,
            )
            note(_actor(), "witness.offered", _subject(site), witness=made.key)
    except DomainError as error:
        form.refuse(error)
        return _page(queries.site_for(current_user, name, "write"), form, 409 if error.status == 409 else 422)
    if made.stopped_at:
        flash(gettext("It is noted, and not asked: an operator switched the witnesses of this site off."), "bad")
    else:
        flash(gettext("Thank you. It is asked from now on, and shown beside the log."), "ok")
    return go(url_for("witness.index", name=name))


@bp.get("/partners/<name>/witness/remove")
@link_required
def ask_removal(name: str) -> Response:
    """Before a witness is taken back."""
    site = queries.site_for(current_user, name, "write")
    return ask(
        Question(
            asks=gettext("Take the witness of this site back?"),
            then=(
                gettext("It is not asked any more, and not shown beside the log."),
                gettext("What it signed stays where it is."),
            ),
            yes=gettext("Take it back"),
            no=gettext("Keep it"),
            action=url_for("witness.remove", name=site.name),
            back=url_for("witness.index", name=site.name),
        )
    )


@bp.post("/partners/<name>/witness/remove")
@link_required
def remove(name: str) -> Response:
    """Ask it no more."""
    site = queries.site_for(current_user, name, "write")
    with transaction():
        gone = offers.remove(_subject(site))
        if gone is not None:
            note(_actor(), "witness.removed", _subject(site), witness=gone.key)
    flash(gettext("It is not asked any more."), "ok")
    return go(url_for("witness.index", name=name))


def _page(site: PartnerSite, form: WitnessForm | None, status: int) -> Response:
    own = offers.of(_subject(site))
    base = current_settings().base_url
    context: dict[str, Any] = {
        "site": site,
        "witness": own,
        "said": witnesses.last_disagreement(own.key) if own else None,
        "form": form or WitnessForm(formdata=None, way="pull"),
        "may_write": queries.standing_of(current_user, site) in ("owner", "manage"),
        "keygen": f"curl -fO {base}/utilities/witness.py\n"
        f"python3 witness.py keygen witness.example/{site.name} --key witness.key",
        "follow": f"python3 witness.py follow {base}/log --log-key {log_keys.current()}"
        " --key witness.key --state witness --listen 127.0.0.1:8080",
        "bring": f'python3 -c \'import json; print(json.dumps({{"note": open("witness/checkpoint").read()}}))\' |'
        f" curl -H 'Content-Type: application/json' -d @- {base}/api/log/cosignatures",
    }
    return make_response(render_template("people/partners/witness.html", **context), status)


def _subject(site: PartnerSite) -> str:
    return f"site:{site.id}"


def _actor() -> str:
    return f"user:{current_user.id}"
