"""What happens to sites, their keys and their teams, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from app.record.audit.acts import Act, change, count, names, whether, word

_SITES: Final = (
    Act("partner.created", "made the site"),
    Act("partner.changed", "changed the site's settings", (names("changes"),)),
    Act("partner.verification_asked", "wrote to be verified, and waits"),
    Act("partner.verified", "verified the site's owner", (word("before", "{} before"),)),
    Act("partner.rejected", "refused the site's owner", (word("before", "{} before"),)),
    Act("partner.stopped", "paused the site until operators release it", (word("before", "{} before"),)),
    Act("partner.released", "released the site, so that its owner can take it live"),
    Act(
        "partner.limited",
        "changed the limit of unpaid orders",
        (change("limit", "from {} to {}", nothing="the usual one"),),
    ),
)
_TEAMS: Final = (
    Act("site.transfer_offered", "offered the site to another owner"),
    Act("site.transfer_withdrawn", "took the offer of the site back"),
    Act("site.transferred", "handed the site over to another owner", (whether("was_verified", "verified no more"),)),
    Act("team.invited", "invited somebody to the team", (word("access", "to {}"),)),
    Act("team.invitation_withdrawn", "took an invitation to the team back"),
    Act("team.declined", "declined an invitation to the team", (word("access", "to {}"),)),
    Act("team.joined", "joined the team", (word("access", "to {}"),)),
    Act("team.access_changed", "changed what a teammate may do", (change("access", "from {} to {}"),)),
    Act("team.left", "left the team"),
    Act("team.removed", "took a teammate out of the team"),
)
_KEYS: Final = (
    Act("key.issued", "issued an API key", (word("name"), word("hint"), word("access", "to {}"))),
    Act(
        "key.rolled",
        "put another API key in the place of this one",
        (word("hint"), count("graceHours", "hour beside each other", "hours beside each other")),
    ),
    Act("key.revoked", "revoked an API key", (word("hint"),)),
)
_WITNESSES: Final = (
    Act("witness.offered", "offered a witness of the public log", (word("witness"),)),
    Act("witness.removed", "took a witness of the public log back", (word("witness"),)),
)
ACTS: Final = (*_SITES, *_TEAMS, *_KEYS, *_WITNESSES)
