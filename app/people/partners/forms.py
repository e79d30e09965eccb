"""What an owner sends. The forms only gather; the rules are asked by the service, which names the field at fault."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app.core.config import current_settings
from app.core.errors import DomainError, InvalidInput
from app.core.money import with_edge
from app.core.text.isolation import isolated
from app.core.web.templating import sats
from app.core.wire.error_messages import message_for

from . import rules
from .service import SiteValues, games_offered

_REQUIRED = _l("This is required.")
_OF_THE_FORM: Final = ("csrf_token", "seen", "has_games", "payout_address_acknowledged")


def _in_words(field: Field) -> str:
    """What a field has, as people read it."""
    given = field.data if isinstance(field.data, list) else [field.data]
    names = {str(value): str(name) for value, name in field.choices} if isinstance(field, SelectField) else {}
    return ", ".join(names.get(str(one), str(one)) for one in given if one) or "–"


def _percent_choices() -> list[tuple[str, str]]:
    """Each percentage with what it makes of today's price, so that the choice needs no script."""
    base = current_settings().base_ticket_price_sats
    prices = {percent: with_edge(base, percent) for percent in range(rules.MAX_EDGE_PERCENT + 1)}
    text = gettext("%(percent)s%%: players pay %(price)s sats", percent="{percent}", price="{price}")
    yours = gettext(", %(yours)s of them yours", yours="{yours}")
    return [
        (
            str(percent),
            text.format(percent=percent, price=sats(price))
            + (yours.format(yours=sats(price - base)) if price > base else ""),
        )
        for percent, price in prices.items()
    ]


class SiteForm(FlaskForm):
    """A form that tells refusals beside the fields at fault. `seen` is what its settings were when it was written."""

    seen = HiddenField()

    def refuse(self, error: DomainError) -> None:
        """Put each of the error's sentences where it belongs."""
        for part in error.errors if isinstance(error, InvalidInput) else [error]:
            target = self._fields.get(part.field or "")
            if isinstance(target, Field):
                target.errors = [*target.errors, message_for(part)]
            else:
                self.form_errors.append(message_for(part))

    def told(self) -> dict[str, object]:
        """What it says of the site, by field."""
        return {name: field.data or "" for name, field in self._fields.items() if name not in _OF_THE_FORM}

    def digest(self) -> str:
        """The same in sixteen characters, by which two forms are told apart."""
        return hashlib.sha256(json.dumps(self.told(), sort_keys=True).encode()).hexdigest()[:16]

    def check_seen(self, kept: SiteForm) -> None:
        """Refuse to overwrite what somebody else has changed since this form was written; `kept` is what is so now. It
        is said beside each field that would change it, and once that has been seen, it can be saved all the same.

        Raises DomainError 409 `settings_changed`.
        """
        seen, typed, now = self.seen.data, self.told(), kept.told()
        self.seen.data = kept.digest()
        if not seen or seen == self.seen.data or typed == now:
            return
        for name in typed:
            if typed[name] != now[name]:
                said = gettext("Now it is: %(value)s", value=isolated(_in_words(kept[name])))
                self[name].errors = [*self[name].errors, said]
        raise DomainError("settings_changed", status=409)

    def values(self) -> SiteValues:
        """The form as the service takes it."""
        raise NotImplementedError


class IdentityForm(SiteForm):
    display_name = StringField(_l("Site title"), [InputRequired(_REQUIRED)])

    def values(self) -> SiteValues:
        return {"display_name": self.display_name.data or ""}


class EdgeForm(SiteForm):
    house_edge = SelectField(
        _l("House edge"), [InputRequired(_REQUIRED)], choices=_percent_choices, validate_choice=False
    )

    def values(self) -> SiteValues:
        return {"house_edge": _rate(self.house_edge.data)}


class PayoutForm(SiteForm):
    payout_address = StringField(_l("Payout address"), [InputRequired(_REQUIRED)])
    payout_address_acknowledged = BooleanField(
        _l("I know that this address becomes public, on every order and for ever.")
    )

    def values(self) -> SiteValues:
        return {
            "payout_address": self.payout_address.data or "",
            "payout_address_acknowledged": self.payout_address_acknowledged.data is True,
        }


class LooksForm(IdentityForm):
    """What players see: title, colour and games. Any of them may come alone and leaves the others as they are."""

    accent_color = StringField(_l("Accent colour"))
    games = SelectMultipleField(_l("Games"), choices=lambda: list(games_offered().items()), validate_choice=False)
    has_games = HiddenField(default="1")  # boxes without a tick send nothing

    @property
    def _tells_games(self) -> bool:
        return bool(self.has_games.raw_data)

    def values(self) -> SiteValues:
        accent = (self.accent_color.data or "").strip()
        title: SiteValues = IdentityForm.values(self) if self.display_name.raw_data else {}
        theme: SiteValues = {"theme": {"accentColor": accent} if accent else {}}
        games: SiteValues = {"games": list(self.games.data or [])} if self._tells_games else {}
        return {**title, **(theme if self.accent_color.raw_data else {}), **games}

    def complete(self, title: str, accent: str, games: list[str]) -> None:
        """Fill in what was not sent, as it is kept: the card shows all of it."""
        if not self.display_name.raw_data:
            self.display_name.data = title
        if not self.accent_color.raw_data:
            self.accent_color.data = accent
        if not self._tells_games:
            self.games.data, self.has_games.data = games, "1"


class GamesForm(LooksForm):
    """Games alone."""

    @property
    def _tells_games(self) -> bool:
        return True

    def values(self) -> SiteValues:
        return {"games": list(self.games.data or [])}


class OriginsForm(SiteForm):
    embed_origins = TextAreaField(_l("Sites that may show the frame"))

    def values(self) -> SiteValues:
        lines = (line.strip(" \t") for line in (self.embed_origins.data or "").replace("\r\n", "\n").split("\n"))
        return {"embed_origins": [line for line in lines if line]}


class StatusForm(SiteForm):
    status = HiddenField()

    def values(self) -> SiteValues:
        return {"status": self.status.data or ""}


class NewSiteForm(IdentityForm, EdgeForm, PayoutForm):
    name = StringField(_l("Name in addresses"), [InputRequired(_REQUIRED)])

    def suggest_name(self, suggested: str | None) -> None:
        """Put a name where none was typed. It never changes, so that its owner sees it before the site is made."""
        if suggested and not (self.name.data or "").strip():
            self.name.data = suggested
            self.name.errors = [gettext("We suggest this name, from the title. It never changes: is it right?")]

    def values(self) -> SiteValues:
        return {
            "name": (self.name.data or "").strip(" "),
            **IdentityForm.values(self),
            **EdgeForm.values(self),
            **PayoutForm.values(self),
        }


SECTIONS: dict[str, type[SiteForm]] = {
    "looks": LooksForm,
    "edge": EdgeForm,
    "payout": PayoutForm,
    "games": GamesForm,
    "origins": OriginsForm,
    "status": StatusForm,
}


def saved_message(section: str, *, waits: bool) -> str:
    """What a section says when its change is kept; `waits` says that a new payout address is not in force yet."""
    if section == "edge":
        return str(gettext("Saved. Orders made from now on have the new price."))
    if section == "payout" and waits:
        return str(gettext("Asked for. The address stays what it is until one of us has confirmed the new one."))
    if section == "payout":
        return str(gettext("Saved. New orders pay to this address. What you have earned follows after 72 hours."))
    return str(gettext("Saved."))


def _rate(percent: object) -> Decimal | None:
    """A refused percentage becomes no rate at all, which the service refuses with the others."""
    try:
        return rules.rate_from_percent(str(percent))
    except DomainError:
        return None
