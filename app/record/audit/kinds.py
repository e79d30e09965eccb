"""The kinds of alarms: each slice and each game tells its own, with what an operator does about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.errors import DomainError
from app.core.ports import Port
from app.core.text.amounts import plain
from app.core.wire.error_messages import message_for


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do now, in a sentence or two; `href` is where in the console to look first, under the name `place`."""

    help: str
    href: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """A kind of alarms by its code. `title` says what is the matter; `help` in a sentence or two what to do now, in
    English as all that operators read. `reasons` are the codes of its detail's `reason` in words, `advice` what to do
    about those for which it is something else. `labels` are what members of its detail are called here."""

    code: str
    title: str
    help: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, Advice] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def advice_for(self, detail: Mapping[str, Any]) -> Advice:
        """What to do about one alarm, by its detail."""
        return self.advice.get(str(detail.get("reason"))) or Advice(self.help)

    def in_words(self, detail: Mapping[str, Any]) -> dict[str, str]:
        """An alarm's detail as people read it: amounts as money, its reason in words; what a person or a gateway wrote
        stays as it was written."""
        currency = detail.get("currency")
        names = [name for name in detail if name != "currency" or not any(one.endswith("_minor") for one in detail)]
        labels = {**_LABELS, **self.labels}
        return {
            labels.get(name) or name.removesuffix("_minor").replace("_", " ").capitalize(): self._told(
                name, detail[name], currency
            )
            for name in names
        }

    def _told(self, name: str, told: object, currency: object) -> str:
        if name == "reason":
            return self.reasons.get(str(told), str(told))
        if type(told) is int and name.endswith("_minor") and isinstance(currency, str):
            return f"{plain(told, currency)} {currency}"
        if type(told) is int and name == "sats":
            return f"{told:,} sats"
        if isinstance(told, list):
            return "; ".join(_of_many(one) for one in told)
        return str(told)


_LABELS: Final = {
    "because": "Why",
    "told": "It says",
    "txid": "Transaction",
    "sats": "Amount",
    "asked_minor": "Asked for",
}


def _of_many(told: object) -> str:
    """One of several: a refusal with its parameters is said as it is to people."""
    if isinstance(told, dict) and isinstance(told.get("code"), str):
        params = {name: value for name, value in told.items() if name != "code"}
        return str(message_for(DomainError(told["code"], **params)))
    return str(told)


ALARM_KINDS: Final = Port[Mapping[str, AlarmKind]]("kinds of alarms", {})


def kind_of(code: str) -> AlarmKind:
    """What an alarm of this code is; one that an older version raised has no more than its name."""
    found = ALARM_KINDS.get().get(code)
    return found or AlarmKind(code, code.replace("_", " ").capitalize(), "")
