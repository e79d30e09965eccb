"""The ways out of the house. Each either takes a message or raises; none is called inside a transaction."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from app.core import clock
from app.core.config import Settings
from app.core.dependencies.breaker import breaker
from app.core.dependencies.watchdog import Watchdog

from .rendering import Rendered
from .watched_smtp import WatchedSMTP, WatchedTLS


class Refused(Exception):
    """The message was not taken. `for_good`: asking again will not help."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class StoodStill(Refused):
    """The way out gave no answer in time, or none to somebody else a moment ago."""


Transport = Callable[[Settings, UUID, str, Rendered], None]


def transport_for(settings: Settings) -> Transport:
    """The transport the settings name."""
    return {"smtp": smtp, "mailbox": mailbox}[settings.mail_transport]


def mailbox(settings: Settings, message_id: UUID, recipient: str, message: Rendered) -> None:
    """Development: nothing leaves; the mailbox page shows what was sent."""


def smtp(settings: Settings, message_id: UUID, recipient: str, message: Rendered) -> None:
    """Hand the message to the mail server: smtp:// (STARTTLS, required for a login) or smtps://.

    Raises:
        StoodStill: no answer in time, or none a moment ago; others would wait as long.
        Refused: for good when the server said 5xx to the recipient or the content; else try again.
    """
    with breaker("mail").asked(_not_asked, StoodStill):
        _hand_over(settings, message_id, recipient, message)


def _not_asked(reason: str) -> Exception:
    return StoodStill(reason, for_good=False)


def _hand_over(settings: Settings, message_id: UUID, recipient: str, message: Rendered) -> None:
    assert settings.smtp_url is not None, "the settings refuse smtp without an address"
    server = urlsplit(settings.smtp_url.get_secret_value())
    content = compose(settings, message_id, recipient, message)
    with Watchdog(settings.mail_seconds) as watchdog:
        try:
            _converse(watchdog, server, content)
        except (smtplib.SMTPException, OSError) as error:
            if watchdog.barked or _never_came(error):
                raise StoodStill("no answer in time", for_good=False) from None
            raise _refusal(error) from None


def _converse(watchdog: Watchdog, server: SplitResult, content: EmailMessage) -> None:
    with _connect(watchdog, server.scheme, server.hostname or "localhost", server.port) as client:
        if server.username:
            client.login(unquote(server.username), unquote(server.password or ""))
        client.send_message(content)


def _never_came(error: Exception) -> bool:
    """Name servers that do not answer are such a way out too: the system gave up in its own time."""
    return isinstance(error, TimeoutError) or (isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN)


def _refusal(error: Exception) -> Refused:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return Refused(f"recipient refused: {code}", for_good=code >= 500)
    if isinstance(error, smtplib.SMTPDataError):
        return Refused(f"content refused: {error.smtp_code}", for_good=error.smtp_code >= 500)
    return Refused(type(error).__name__, for_good=False)


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


def _connect(watchdog: Watchdog, scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return WatchedTLS(watchdog, host, port or 465, context)
    client = WatchedSMTP(watchdog, host, port or 587)
    try:
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo()
    except BaseException:
        client.close()
        raise
    return client
