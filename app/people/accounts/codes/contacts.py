"""Where a code is sent: one mail address, or the number of a phone that an SMS reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import phonenumbers
from flask import has_request_context
from sqlalchemy import ColumnElement

from app.core.errors import DomainError
from app.core.sealing.columns import MAIL, PHONE, lookup
from app.core.web.languages import SOURCE, best_known
from app.people.accounts.login.settings import account_settings
from app.people.accounts.models import User
from app.people.accounts.rules import mailbox_of, normalise_email
from app.record.notifications.channels import phones
from app.record.notifications.channels.settings import message_settings

Channel = Literal["sms", "email"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A normalised address: of mail as `normalise_email` has it, of a phone in E.164."""

    channel: Channel
    text: str

    @property
    def hash(self) -> bytes:
        return lookup(MAIL if self.channel == "email" else PHONE, self.text)

    @property
    def counted_as(self) -> str:
        """As limits count it: a mailbox has many addresses."""
        return mailbox_of(self.text) if self.channel == "email" else self.text

    @property
    def is_users(self) -> ColumnElement[bool]:
        """Whose address this is, for a statement over users."""
        return (User.email_hash if self.channel == "email" else User.phone_hash) == self.hash


def contact_of(*, phone: str | None, email: str | None) -> Contact:
    """The one that is given.

    Raises DomainError: `phone_or_email_needed`, `email_invalid`, `phone_invalid`, `phone_gets_no_sms`,
    `phone_not_served`.
    """
    if (phone is None) is (email is None):
        raise DomainError("phone_or_email_needed")
    if email is not None:
        return Contact("email", normalise_email(email))
    return Contact("sms", _phone(phone or ""))


def contact_as_kept(text: str) -> Contact:
    """A normalised address again, as it was kept."""
    return Contact("email" if "@" in text else "sms", text)


def country_of(number: str) -> str:
    """The two letters of the country that a number in E.164 belongs to."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or "none"


def sends_sms() -> bool:
    """Whether there is somebody who carries SMS."""
    return message_settings().sms_provider is not None


_REGION_OF_LANGUAGE: Final = {"fil": "PH", "ht": "HT", "fr": "HT"}
"""Where who reads a language most likely has a phone; English says nothing about that."""


def calling_code(region: str) -> int:
    """What numbers of a country begin with from abroad: 509 of HT."""
    return phonenumbers.country_code_for_region(region)


def likely_regions() -> list[str]:
    """Where the reader may have a phone, the likelier first: by the language, then by the setting."""
    language = best_known() if has_request_context() else SOURCE
    regions = (_REGION_OF_LANGUAGE.get(language), account_settings().default_region)
    return list(dict.fromkeys(one for one in regions if one))


def in_country(text: str, region: str | None) -> str:
    """A number as somebody of that country writes it, in E.164; what is none is left as it is."""
    try:
        return phones.parse(text, region).e164 if region else text
    except DomainError:
        return text


def _parsed(text: str) -> phones.Phone:
    """A number with its country's + is what it says; one without is of the reader's language, else of the setting."""
    for region in likely_regions():
        try:
            return phones.parse(text, region)
        except DomainError:
            continue  # a number of another country than the language's
    return phones.parse(text)


def _phone(text: str) -> str:
    settings = account_settings()
    try:
        found = _parsed(text)
    except DomainError:
        raise DomainError("phone_invalid", field="phone") from None
    if not found.gets_sms:
        raise DomainError("phone_gets_no_sms", field="phone")
    region = country_of(found.e164)
    is_served = not settings.regions or region in settings.regions
    if not is_served or (message_settings().sms_provider == "semaphore" and region != "PH"):
        raise DomainError("phone_not_served", field="phone")
    return found.e164
