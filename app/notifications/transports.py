"""The ways out of the house. Each either takes a message or raises; none is called inside a transaction."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

from app.core import clock
from app.core.config import Settings

from .rendering import Rendered

_TIMEOUT_SECONDS: Final = 10


class Refused(Exception):
    """The message was not taken. `for_good`: asking again will not help."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


Transport = Callable[[Settings, UUID, str, Rendered], None]


def transport_for(settings: Settings) -> Transport:
    """The transport the settings name."""
    return {"smtp": smtp, "mailbox": mailbox}[settings.mail_transport]


def mailbox(settings: Settings, message_id: UUID, recipient: str, message: Rendered) -> None:
    """Development: nothing leaves; the mailbox page shows what was sent."""


def smtp(settings: Settings, message_id: UUID, recipient: str, message: Rendered) -> None:
    """Hand the message to the mail server: smtp:// (STARTTLS, required for a login) or smtps://.

    Raises:
        Refused: for good when the server said 5xx to the recipient or the content; else try again.
    """
    assert settings.smtp_url is not None, "the settings refuse smtp without an address"
    server = urlsplit(settings.smtp_url.get_secret_value())
    content = compose(settings, message_id, recipient, message)
    try:
        with _connect(server.scheme, server.hostname or "localhost", server.port) as client:
            if server.username:
                client.login(unquote(server.username), unquote(server.password or ""))
            client.send_message(content)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise Refused(f"recipient refused: {code}", for_good=code >= 500) from None
    except smtplib.SMTPDataError as error:
        raise Refused(f"content refused: {error.smtp_code}", for_good=error.smtp_code >= 500) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Refused(type(error).__name__, for_good=False) from None


def compose(settings: Settings, message_id: UUID, recipient: str, message: Rendered) -> EmailMessage:
    """The message as mail. Its Message-ID is the row's, so that a second copy can be told from a second message."""
    name, sender = parseaddr(settings.mail_from)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(name, addr_spec=sender)
    mail["To"] = Address(addr_spec=recipient)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    return mail


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT_SECONDS, context=context)
    client = smtplib.SMTP(host, port or 587, timeout=_TIMEOUT_SECONDS)
    try:
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo()
    except BaseException:
        client.close()
        raise
    return client
