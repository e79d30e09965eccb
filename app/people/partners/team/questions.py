"""What is asked before a team or an owner changes for good."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from app.core.text.isolation import isolated
from app.core.web.asking import Question
from app.people.partners.models import PartnerSite

from .service import Teammate


def removing(site: PartnerSite, teammate: Teammate) -> Question:
    """Whether somebody is taken out of a team."""
    return Question(
        asks=gettext("Remove %(person)s?", person=isolated(teammate.email)),
        then=(
            gettext("They no longer see this site, nor change anything of it, from now on."),
            gettext("They may have copied keys and webhook secrets. Roll those they could see."),
            gettext("You can invite them again at any time."),
        ),
        yes=gettext("Remove them"),
        no=gettext("Keep them"),
        action=url_for("team.change", name=site.name, user_id=teammate.user_id),
        back=url_for("team.index", name=site.name),
        fields={"access": "none"},
    )


def leaving(site: PartnerSite) -> Question:
    """Whether somebody leaves a team."""
    return Question(
        asks=gettext("Leave the team of %(title)s?", title=isolated(site.display_name)),
        then=(
            gettext("You no longer see this site, nor change anything of it."),
            gettext("Only its owner can invite you again."),
        ),
        yes=gettext("Leave the team"),
        no=gettext("Stay"),
        action=url_for("team.leave", name=site.name),
        back=url_for("team.index", name=site.name),
    )


def handing_over(site: PartnerSite, receiver: str, token: str) -> Question:
    """Whether a site goes to another owner."""
    return Question(
        asks=gettext(
            "Hand %(title)s over to %(person)s?", title=isolated(site.display_name), person=isolated(receiver)
        ),
        then=(
            gettext(
                "The new owner decides about the team and the payout address, and is paid what the site has earned."
            ),
            gettext(
                "Refunds in its balance that players have not been given yet go with the site, as do those to come: "
                "the new owner is paid them and has to pass them on."
            ),
            gettext(
                "Its verification ends with it, also one that is asked for: the new owner has to be verified anew, and "
                "earnings are not paid out until then."
            ),
            gettext("You stay as a manager as long as they let you."),
            gettext("This cannot be undone by you."),
        ),
        yes=gettext("Hand the site over"),
        no=gettext("Keep the site"),
        action=url_for("team.hand_over", token=token),
        back=url_for("team.index", name=site.name),
    )
