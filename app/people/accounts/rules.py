"""Pure decisions about people and sessions: what is an address of mail, where a login may lead, how long it lasts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from app.core.errors import DomainError

LINK_LIFETIME = timedelta(minutes=10)
EMAIL_CHANGE_LIFETIME = timedelta(minutes=30)
IDLE_LIFETIME = timedelta(days=14)
ABSOLUTE_LIFETIME = timedelta(days=60)
SEEN_PRECISION = timedelta(minutes=1)
"""How stale `last_seen_at` may become before a request renews it."""

CODE_DIGITS = 6
CODE_ATTEMPTS_PER_LINK = 5
CODE_ATTEMPTS_PER_DAY = 10
"""By one requester, over all links of one address. Past it the link in the mail still works."""
CODE_ATTEMPTS_OF_STRANGERS_PER_DAY = 20
"""By all who are not known there. A million codes and twenty tries a day: one in 137 for a year of guessing."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked for a login, as its code attempts are counted: a network, or a browser known to that mailbox."""

    mark: bytes
    is_known: bool


MAX_EMAIL_LENGTH = 254
_GOOGLE = frozenset({"gmail.com", "googlemail.com"})
MAX_AGENT_LENGTH = 300
DEFAULT_NEXT = "/partners"
_MAX_NEXT_LENGTH = 512
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")
_CODE = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")


def mailbox_of(address: str) -> str:
    """The mailbox behind a normalised address, as limits count it: what stands behind a plus leads into the same one,
    and at Google points do not matter. Never to send to, and never who somebody is."""
    local, _, domain = address.rpartition("@")
    box = local.partition("+")[0] or local
    return f"{box.replace('.', '')}@gmail.com" if domain in _GOOGLE else f"{box}@{domain}"


def normalise_email(text: str) -> str:
    """The one address in `text`, lower-cased, its domain in ASCII. Whether it exists is not asked.

    Raises DomainError `email_invalid` (field `email`): not one address, line breaks, or longer than RFC 5321 allows.
    """
    trimmed = text.strip(" ")
    if len(trimmed) > MAX_EMAIL_LENGTH:
        raise DomainError("email_invalid", field="email")
    try:
        found = validate_email(
            trimmed,
            check_deliverability=False,  # signing in does not hang on a resolver
            test_environment=True,  # takes .test domains too
            allow_smtputf8=False,
            strict=True,
        )
    except EmailNotValidError:
        raise DomainError("email_invalid", field="email") from None
    address = found.normalized.lower()
    local, _, _ = address.rpartition("@")
    address = f"{local}@{found.ascii_domain.lower()}"
    if len(address) > MAX_EMAIL_LENGTH:
        raise DomainError("email_invalid", field="email")
    return address


def opens_partners_pages(strength: str) -> bool:
    """Whether a session made by this may see sites and what they earned: only by the link in a mail.

    Numbers of phones are taken over, codes are told to whoever asks, passwords are used twice.
    """
    return strength == "link"


def local_path(text: str | None, otherwise: str = DEFAULT_NEXT) -> str:
    """`text` if it is an absolute path on this site, else the default: a login never leads to another site.

    Browsers read `\\` as `/` and drop control characters, so both are refused, however often they are encoded.
    """
    candidate = text or ""
    if len(candidate) > _MAX_NEXT_LENGTH or not _PATH.fullmatch(candidate):
        return otherwise
    decoded = candidate
    for _ in range(4):
        if decoded.startswith("//") or "\\" in decoded or any(unicodedata.category(char) == "Cc" for char in decoded):
            return otherwise
        decoded, before = unquote(decoded), decoded
        if decoded == before:
            return candidate
    return otherwise


def parse_code(text: str) -> str | None:
    """The login code in `text`, which a person may have typed with spaces or a hyphen; None if there is none."""
    digits = re.sub(r"[ -]", "", text)
    return digits if _CODE.fullmatch(digits) else None


def clean_agent(text: str) -> str:
    """A browser's name for itself, printable and bounded."""
    return "".join(char for char in text if char.isprintable())[:MAX_AGENT_LENGTH]


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def describe_agent(agent: str) -> tuple[str, str]:
    """(browser, system) as people call them; empty where it cannot be told. Only a hint: anybody may claim anything."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return browser, system
