"""What failed tries are for people, events in sentences by the words of each type's owner, and what endpoints write
into the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.ports import Port
from app.core.web.templating import sats, short_hash
from app.people.partners.models import PartnerSite
from app.record.audit.acts import Act, count, names, word
from app.record.events.models import Event
from app.record.events.types import EventType

_ERRORS: Mapping[str, object] = {
    "address_not_allowed": _l("The name leads to an address that is not public."),
    "name_unknown": _l("The name leads nowhere."),
    "timeout": _l("No answer in time."),
    "tls_failed": _l("The connection could not be secured: look at the certificate."),
    "answer_not_understood": _l("What came back is not HTTP."),
    "connection_failed": _l("The connection failed."),
    "redirected": _l("It answered with a redirect, which is not followed."),
}


_GROUPS: Final[Mapping[str, object]] = {
    "order": _l("Orders"),
    "payment": _l("Payments that bought nothing"),
    "ticket": _l("Tickets"),
    "win": _l("Wins"),
    "round": _l("Rounds"),
    "balance": _l("Balance"),
    "payout": _l("Payouts"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The types of events that are about one thing."""

    title: str
    types: tuple[EventType, ...]


def groups(types: Iterable[EventType]) -> list[Group]:
    """Types by what they are about, each group's by their names; what nobody has named comes last."""
    found: dict[str, list[EventType]] = {}
    for one in sorted(types, key=lambda one: one.name):
        found.setdefault(one.group, []).append(one)
    order = [*(name for name in _GROUPS if name in found), *(name for name in found if name not in _GROUPS)]
    return [Group(str(_GROUPS.get(name, name.capitalize())), tuple(found[name])) for name in order]


def sentence(type_: EventType | None, event: Event) -> str:
    """What happened, in one sentence: the type's words, then of what its facts say that people ask for first."""
    what = (type_.words if type_ is not None else None) or event.type
    facts = event.payload
    said = [what[:1].upper() + what[1:]]
    if facts.get("roundNumber") is not None:
        said.append(gettext("round %(number)s", number=facts["roundNumber"]))
    amount = next((facts[name] for name in _AMOUNTS if isinstance(facts.get(name), int)), None)
    if amount is not None:
        said.append(gettext("%(sats)s sats", sats=sats(amount)))
    return ", ".join(said)


def subject_words(event: Event) -> str:
    """Which order or round it is about, as short as lists show it; "" where it is about neither."""
    kind, _, which = event.subject.partition(":")
    number = event.payload.get("roundNumber")
    if kind == "order":
        order = gettext("order %(id)s", id=short_hash(which, 4, 6))
        return order if number is None else ", ".join((order, gettext("round %(number)s", number=number)))
    return str(gettext("round %(number)s", number=which)) if which.isdigit() else ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the dashboard, or of public records; `title` is what it shows, inside a sentence."""

    href: str
    title: str


def _nowhere(site: PartnerSite, event: Event) -> Page | None:
    return None


PAGE_OF: Final = Port[Callable[[PartnerSite, Event], Page | None]]("page of what an event is about", _nowhere)


_AMOUNTS: Final = ("amountSats", "refundedSats", "changeSats", "jackpotSats", "sats")


def error_words(code: str) -> str:
    """A failed try in a sentence."""
    if code in _ERRORS:
        return str(_ERRORS[code])
    return str(gettext("It answered with an error."))


def reason_words(because: str) -> str:
    """Why an endpoint is disabled."""
    if because == "gone":
        return str(gettext("It answered 410 Gone."))
    if because == "failing":
        return str(gettext("It failed for three days without a single success."))
    return str(gettext("It was disabled here."))


_TO: Final = (word("url", "to {}"),)
ACTS: Final = (
    Act("webhook.created", "made a webhook endpoint", (*_TO, names("events", "for {}"))),
    Act("webhook.changed", "changed a webhook endpoint", (*_TO, names("events", "for {}"))),
    Act("webhook.secret_rolled", "gave a webhook endpoint another secret", (count("generation", "so far", "so far"),)),
    Act("webhook.enabled", "enabled a webhook endpoint", _TO),
    Act("webhook.disabled", "disabled a webhook endpoint", _TO),
    Act("webhook.troubled", "told its owner that a webhook endpoint fails", _TO),
    Act("webhook.failing", "disabled a webhook endpoint that failed for three days", _TO),
    Act("webhook.gone", "disabled a webhook endpoint that said it is gone", _TO),
    Act("webhook.tried_now", "had a webhook endpoint tried at once", _TO),
    Act("webhook.removed", "removed a webhook endpoint", _TO),
)
"""What is done to endpoints, as the audit log tells it."""
