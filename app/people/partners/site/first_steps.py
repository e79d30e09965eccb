"""What a new site has behind it and what comes next, until its first tickets are paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from flask import url_for
from flask_babel import gettext

from app.core.ports import Port
from app.people.partners.models import PartnerSite

Milestone = Literal["nothing", "ordered", "paid"]
Milestones = Callable[[PartnerSite], Milestone]
"""How far a game has come at a site."""
MILESTONES: Final = Port[tuple[Milestones, ...]]("milestones of games", ())

_ORDER: tuple[Milestone, ...] = ("nothing", "ordered", "paid")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list. `state`: done, now or todo; only the one that comes next has somewhere to go."""

    label: str
    state: str
    note: str
    href: str | None = None
    action: str | None = None


_Task = tuple[bool, str, str, str | None, str | None]
"""Whether it is done; what it is; a word more; where it is done, and the name of the link there."""


def steps(site: PartnerSite) -> list[Step]:
    """The first steps of a site; none once a player's payment has been confirmed."""
    reached = furthest(site)
    if reached == "paid":
        return []
    tasks = _tasks(site, reached)
    following = next(index for index, task in enumerate(tasks) if not task[0])
    return [
        Step(
            str(label),
            "done" if done else "now" if index == following else "todo",
            str(note) if index == following else "",
            href if index == following else None,
            str(action) if index == following and action else None,
        )
        for index, (done, label, note, href, action) in enumerate(tasks)
    ]


def _tasks(site: PartnerSite, reached: Milestone) -> list[_Task]:
    """Everything that leads to the first paid ticket, in its order."""
    is_live, settings = site.status != "draft", url_for("site_settings.index", name=site.name)
    return [
        (True, gettext("Make the site"), "", None, None),
        (
            bool(site.embed_allowed_origins),
            gettext("Say which page may show it"),
            gettext("Browsers show the frame on the origins that you list, and nowhere else."),
            f"{settings}#origins",
            gettext("Add the origin of your page"),
        ),
        (
            is_live,
            gettext("Look at it, then take it live"),
            gettext("Check title, colour and payout address. Until it is live nobody can buy."),
            f"{settings}#status",
            gettext("Go to the switch"),
        ),
        (
            reached != "nothing",
            gettext("Put the code on your page"),
            gettext("With the two identifiers of the player who is signed in. The first order shows that it works."),
            f"{settings}#embed",
            gettext("Get the code"),
        ),
        (
            False,
            gettext("The first paid ticket"),
            gettext("It appears under Orders when the payment is seen, and counts once a block has it."),
            url_for("desk.orders", name=site.name),
            gettext("Look at the orders"),
        ),
    ]


def furthest(site: PartnerSite) -> Milestone:
    """The furthest that any game has come."""
    offered = MILESTONES.get()
    return max((ask(site) for ask in offered), key=_ORDER.index, default="nothing")
