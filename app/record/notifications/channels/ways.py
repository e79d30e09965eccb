"""Which provider carries a channel's messages, by the settings. A channel that is not set up has none."""

from __future__ import annotations

from typing import Final

from app.core.ports import Once

from .fcm import Fcm
from .google_account import ServiceAccount
from .google_token import Tokens
from .outcomes import Way
from .semaphore import Semaphore
from .settings import MessageSettings, message_settings
from .twilio import Twilio


def _tokens() -> Tokens:
    path = message_settings().fcm_service_account_file
    assert path is not None, "asked for where push is set up"
    return Tokens(ServiceAccount.read(path))


_TOKENS: Final = Once(_tokens)


def way_of(channel: str) -> Way | None:
    """Who carries SMS (`sms`) or push (`push`); None where nobody does."""
    settings = message_settings()
    if channel == "push":
        return Fcm(settings, _TOKENS.get()) if settings.fcm_service_account_file else None
    return _sms(settings) if channel == "sms" else None


def _sms(settings: MessageSettings) -> Way | None:
    if settings.sms_provider is None:
        return None
    return Twilio(settings) if settings.sms_provider == "twilio" else Semaphore(settings)
