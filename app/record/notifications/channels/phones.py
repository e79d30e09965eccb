"""Phone numbers as they are kept: E.164, judged by the numbering plans of their countries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from app.core.errors import DomainError

_LONGEST: Final = 40  # what a person writes, with spaces and brackets
_REACHED: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that exists in its country's plan. `gets_sms` is false for what can only be called."""

    e164: str
    gets_sms: bool


def parse(text: str, region: str | None = None) -> Phone:
    """The number in `text`; without a + it is one of `region` (HT, PH, US).

    Raises DomainError: `recipient_invalid`.
    """
    try:
        if len(text) > _LONGEST:
            raise DomainError("recipient_invalid", field="phone")
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise DomainError("recipient_invalid", field="phone") from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise DomainError("recipient_invalid", field="phone")
    kind = phonenumbers.number_type(number)
    return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164), kind in _REACHED)


def for_sms(text: str, region: str | None = None) -> str:
    """The number in E.164, of a phone that an SMS can reach.

    Raises DomainError: `recipient_invalid`.
    """
    phone = parse(text, region)
    if not phone.gets_sms:
        raise DomainError("recipient_invalid", field="phone")
    return phone.e164
