"""Who carries SMS and push: off until they are named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final, Literal

from pydantic import Field, SecretStr

from app.core.config import PartOfSettings, current_settings
from app.core.errors import DomainError
from app.core.text.settings_words import Group

from . import phones
from .google_account import AccountRefused, ServiceAccount

_URL: Final = r"^https?://[^/\s?#]+$"
_NEEDED: Final = {
    "semaphore": ("SEMAPHORE_API_KEY",),
    "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"),
}
_ADDRESSES: Final = ("SEMAPHORE_URL", "TWILIO_URL", "FCM_URL")


class MessageSettings(PartOfSettings):
    """Providers of SMS and push, and whom alarms reach by SMS."""

    told: ClassVar[Group | None] = Group(
        "SMS and push",
        {
            "sms_provider": "Who carries SMS",
            "semaphore_api_key": "Semaphore's key",
            "semaphore_sender": "The sender's name registered with Semaphore",
            "semaphore_url": "Semaphore's address",
            "twilio_account_sid": "Twilio's account",
            "twilio_auth_token": "Twilio's token",
            "twilio_from": "The number or messaging service that Twilio sends from",
            "twilio_url": "Twilio's address",
            "fcm_service_account_file": "Firebase's service account, which sends push",
            "fcm_url": "Firebase's address",
            "message_seconds": "Seconds for one answer of who carries them",
            "alarm_sms_to": "Phones that alarms reach by SMS",
        },
    )

    sms_provider: Literal["semaphore", "twilio"] | None = Field(default=None, description="not set: no SMS is sent")
    semaphore_api_key: SecretStr | None = None
    semaphore_sender: str | None = Field(default=None, max_length=11)
    semaphore_url: str = Field(default="https://api.semaphore.co", pattern=_URL)
    twilio_account_sid: str | None = Field(default=None, pattern=r"^AC[0-9a-f]{32}$")
    twilio_auth_token: SecretStr | None = None
    twilio_from: str | None = Field(default=None, pattern=r"^(\+[1-9][0-9]{6,14}|MG[0-9a-f]{32}|[A-Za-z0-9 ]{1,11})$")
    twilio_url: str = Field(default="https://api.twilio.com", pattern=_URL)
    fcm_service_account_file: Path | None = Field(default=None, description="not set: no push is sent")
    fcm_url: str = Field(default="https://fcm.googleapis.com", pattern=_URL)
    message_seconds: float = Field(default=8, gt=0, le=15, description="one answer of Semaphore, Twilio or Firebase")
    alarm_sms_to: str | None = Field(default=None, description="phones in E.164, with spaces between")

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """What a provider cannot do without, and phones that none could reach."""
        provider = environ.get("SMS_PROVIDER", "")
        found = [
            f"{name}: required when SMS_PROVIDER is {provider}"
            for name in _NEEDED.get(provider, ())
            if not environ.get(name)
        ]
        found += _wrong_account(environ) + _wrong_phones(environ.get("ALARM_SMS_TO", ""), provider)
        if environ.get("ENVIRONMENT") == "production":
            named = ((name, environ.get(name, "")) for name in _ADDRESSES)
            found += [f"{name}: must be https in production" for name, url in named if url.startswith("http:")]
        return found

    @property
    def alarm_phones(self) -> list[str]:
        """The phones that alarms go to."""
        return (self.alarm_sms_to or "").split()


def _wrong_account(environ: Mapping[str, str]) -> list[str]:
    path = environ.get("FCM_SERVICE_ACCOUNT_FILE")
    try:
        account = ServiceAccount.read(Path(path)) if path else None
    except AccountRefused as refusal:
        return [f"FCM_SERVICE_ACCOUNT_FILE: {refusal}"]
    if account and environ.get("ENVIRONMENT") == "production" and not account.token_url.startswith("https:"):
        return ["FCM_SERVICE_ACCOUNT_FILE: its token_uri must be https in production"]
    return []


def _wrong_phones(listed: str, provider: str) -> list[str]:
    if listed.strip() and not provider:
        return ["ALARM_SMS_TO: SMS_PROVIDER names nobody who carries them"]
    found = []
    for number in listed.split():
        try:
            wrong = phones.for_sms(number) != number
        except DomainError:
            wrong = True
        if wrong:
            found.append("ALARM_SMS_TO: numbers of mobile phones as +509…, with spaces between")
        elif provider == "semaphore" and not number.startswith("+63"):
            found.append("ALARM_SMS_TO: semaphore reaches +63 alone")
    return found


def message_settings() -> MessageSettings:
    """Those in force."""
    return current_settings().of(MessageSettings)
