"""What a site's owner is told at once, whoever did it, for a thief would want it: a key, an address for its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.text.isolation import isolated
from app.people.partners import queries
from app.people.partners.models import ApiKey
from app.record.notifications.quoting import person, unlinked
from app.record.notifications.telling.kinds import of_safety
from app.record.notifications.telling.ports import tell

from .makers import names_of


def key_made(key: ApiKey, actor: str) -> None:
    """Another key opens the site, a new one or one in the place of another."""
    _tell_owner("site.key_made", key.partner_site_id, actor, keyName=key.name, hint=key.hint, access=key.access)


def events_go_to(url: str, site_id: UUID, actor: str) -> None:
    """What happens at the site is sent to a new endpoint, or one has another address."""
    _tell_owner("site.endpoint_made", site_id, actor, url=url)


def _tell_owner(kind: str, site_id: UUID, actor: str, **told: str) -> None:
    site = queries.site_by_id(site_id)
    if site is None:
        return
    is_own = actor == f"user:{site.owner_user_id}"
    maker = {"actor": "owner" if is_own else actor, "actorName": names_of([actor])[actor]}
    tell(site.owner_user_id, kind, site=site.name, siteTitle=site.display_name, **maker, **told)


def _words(told: Mapping[str, Any]) -> Mapping[str, Any]:
    may_read_alone = told.get("access") == "read"
    access = gettext("It may only read.") if may_read_alone else gettext("It may read and make orders.")
    others = {name: isolated(unlinked(told[name])) for name in ("siteTitle", "keyName", "url") if name in told}
    return {**others, "access": access, "maker": _maker(str(told["actor"]), str(told["actorName"]))}


def _maker(actor: str, name: str) -> str:
    """Who did it, in the language of the moment."""
    kind = actor.partition(":")[0]
    if kind == "owner":
        return str(gettext("your own account"))
    if kind == "operator":
        return str(gettext("our operators"))
    if kind == "key":
        return str(gettext("your server, by the key “%(name)s”", name=isolated(unlinked(name)) or "–"))
    return person(name) or str(gettext("somebody of your site"))


KINDS: Final = (
    of_safety(
        name="site.key_made",
        called=_l("Your site has a new API key"),
        title=_l("%(siteTitle)s: a new API key"),
        text=_l(
            "“%(keyName)s” (%(hint)s), made by %(maker)s. %(access)s If that was nobody of yours, revoke the key at "
            "once, end your other sessions and look at who is on the site’s team."
        ),
        path="/partners/%(site)s/keys",
        read=_words,
        concerns=queries.has_sites,
    ),
    of_safety(
        name="site.endpoint_made",
        called=_l("Your site’s events go to a new address"),
        title=_l("%(siteTitle)s: events go to a new address"),
        text=_l(
            "%(url)s is told from now on what happens at your site: set up by %(maker)s. If that was nobody of yours, "
            "disable this webhook at once, end your other sessions and look at who is on the site’s team."
        ),
        path="/partners/%(site)s/webhooks",
        read=_words,
        concerns=queries.has_sites,
    ),
)
