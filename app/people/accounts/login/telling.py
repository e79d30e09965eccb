"""What people are told of their accounts: all of it is about their safety."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.people.accounts.rules import describe_agent
from app.record.notifications.telling.kinds import of_safety
from app.record.notifications.telling.ports import tell


def signed_in_from_elsewhere(user_id: UUID, agent: str, network: str) -> None:
    """Somebody signed in from a network, or with a browser, that this account has not seen."""
    browser, system = describe_agent(agent)
    at = f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
    tell(user_id, "account.new_sign_in", browser=browser, system=system, network=network, signedInAt=at)


def way_added(user_id: UUID, way: str) -> None:
    """A phone or a mail address more opens this account."""
    tell(user_id, f"account.{way}_added")


def email_changed(user_id: UUID) -> None:
    """The account has another mail address in the place of the one before."""
    tell(user_id, "account.email_changed")


def password(user_id: UUID, deed: Literal["set", "changed", "removed"]) -> None:
    """The account has a password, another one, or none any more."""
    tell(user_id, f"account.password_{deed}")


def _where(told: Mapping[str, Any]) -> Mapping[str, Any]:
    browser, system = str(told["browser"]), str(told["system"])
    named = gettext("%(browser)s on %(system)s", browser=browser, system=system) if browser and system else ""
    return {"where": named or browser or system or gettext("Unknown browser"), "network": told["network"] or "?"}


KINDS: Final = (
    of_safety(
        name="account.new_sign_in",
        called=_l("A new sign-in"),
        title=_l("Somebody signed in to your account"),
        text=_l(
            "%(where)s, network %(network)s, on %(signedInAt)s. If that was you, all is well. If not, end that session "
            "and change your address."
        ),
        path="/play/devices",
        read=_where,
    ),
    of_safety(
        name="account.phone_added",
        called=_l("Another phone"),
        title=_l("A phone was added to your account"),
        text=_l("It opens your account by SMS from now on. If that was not you, sign in by mail and end the others."),
        path="/play/ways",
    ),
    of_safety(
        name="account.email_added",
        called=_l("A mail address"),
        title=_l("A mail address was added to your account"),
        text=_l("It opens your account from now on. If that was not you, write to us at once."),
        path="/play/ways",
    ),
    of_safety(
        name="account.email_changed",
        called=_l("Another mail address"),
        title=_l("The mail address of your account was changed"),
        text=_l(
            "The new one opens your account from now on. Every session but the one in which it was done has ended. If "
            "that was not you, write to us at once."
        ),
        path="/play/ways",
    ),
    of_safety(
        name="account.password_set",
        called=_l("A password"),
        title=_l("Your account has a password now"),
        text=_l(
            "It opens your account together with your mail address. If that was not you, somebody reads your mail: "
            "secure your mailbox, then set a password of your own by a code."
        ),
        path="/play/password",
    ),
    of_safety(
        name="account.password_changed",
        called=_l("Another password"),
        title=_l("Your password was changed"),
        text=_l(
            "Every session but the one in which it was done has ended. If that was not you, secure your mailbox, then "
            "set another one by a code."
        ),
        path="/play/password",
    ),
    of_safety(
        name="account.password_removed",
        called=_l("No password any more"),
        title=_l("Your password was removed"),
        text=_l("Your account opens by a code or a link. Every session but the one in which it was done has ended."),
        path="/play/ways",
    ),
)
