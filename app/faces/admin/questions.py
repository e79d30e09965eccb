"""What operators are asked before what cannot be undone, or is felt at once: what will happen, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.core.errors import NotFound
from app.core.web.asking import Question
from app.core.web.templating import sats
from app.money.payouts import rules
from app.money.payouts.models import Payout, PayoutOutput
from app.people.partners.models import PartnerSite
from app.selling.windows.games import AnyGame

ASKED_OF_PAYOUTS: Final = ("broadcast", "cancel")


def of_payout(act: str, payout: Payout, outputs: Sequence[PayoutOutput]) -> Question:
    """Sending a payout, or giving it up."""
    back = f"/admin/payouts/{payout.id}"
    if act == "broadcast":
        return Question(
            asks=gettext("Send this payout to the network?"),
            then=(
                _pays(outputs),
                gettext("What is sent cannot be called back; a miner may take it at any time."),
                gettext("Sent twice it pays once: it is the same transaction."),
            ),
            yes=gettext("Broadcast"),
            no=gettext("Not yet"),
            action=_at(f"{back}/act", act=act),
            back=back,
        )
    return Question(
        asks=gettext("Give this payout up?"),
        then=(
            _pays(outputs),
            gettext("Instead, all of that is due again, and can be drafted anew."),
            gettext("Whatever pays the same spends a coin of this one, so that only one of them can be mined."),
            gettext("A payout that was sent can be given up only once a buried block excludes it."),
            gettext("Tell the signer to destroy what is signed."),
        ),
        yes=gettext("Give it up"),
        no=gettext("Keep it"),
        action=_at(f"{back}/act", act=act),
        back=back,
    )


def _pays(outputs: Sequence[PayoutOutput]) -> str:
    paid = [one.sats for one in outputs if one.kind in rules.PAYING]
    words: str = ngettext(
        "It pays %(num)s address, %(sats)s sats.",
        "It pays %(num)s addresses, %(sats)s sats.",
        len(paid),
        sats=sats(sum(paid)),
    )
    return words


def of_witness(key: str, act: str) -> Question:
    """Whether a witness that offered itself is asked."""
    name = key.partition("+")[0]
    stops = act == "stop"
    return Question(
        asks=gettext("Leave %(name)s alone?", name=name) if stops else gettext("Ask %(name)s again?", name=name),
        then=(
            gettext("It is not asked, and not shown beside the log; what it signed stays.")
            if stops
            else gettext("It is asked from now on, and shown beside the log."),
            gettext("No round counts on it: those that rounds need are named in LOG_WITNESSES."),
        ),
        yes=gettext("Switch it off") if stops else gettext("Ask it again"),
        no=gettext("Leave it as it is"),
        action=_at("/admin/system/witness", act=act, key=key),
        back="/admin/system/log",
    )


def of_round(outcome: str, game: AnyGame, number: int) -> Question:
    """What becomes of a halted round."""
    back = f"/admin/rounds/{game.name}/{number}"
    which = gettext("%(game)s, round %(n)s", game=game.title, n=number)
    if outcome == "void":
        return Question(
            asks=gettext("Void %(which)s?", which=which),
            then=(
                gettext("The round is never drawn, and its jackpot is won by nobody."),
                gettext("Everything that was paid for it waits to be given to the partners, who make players whole."),
                gettext("This cannot be undone, and everybody reads that the round is void."),
            ),
            yes=gettext("Void the round"),
            no=gettext("Leave it halted"),
            action=_at(f"{back}/resolve", outcome=outcome),
            back=back,
        )
    return Question(
        asks=gettext("Resume %(which)s?", which=which),
        then=(
            gettext("The round is drawn after all, if its seal holds again; otherwise it halts once more."),
            gettext("Whoever wins is owed the jackpot as soon as it is drawn."),
        ),
        yes=gettext("Resume the round"),
        no=gettext("Leave it halted"),
        action=_at(f"{back}/resolve", outcome=outcome),
        back=back,
    )


def of_switch(name: str, act: str) -> Question:
    """Stopping something, or letting it run again. Raises NotFound."""
    if name not in SWITCHES:
        raise NotFound
    words = SWITCHES[name]
    action, back = _at(f"/admin/system/switches/{name}", act=act), "/admin/system/switches"
    if act == "stop":
        return Question(
            asks=gettext("Stop: %(what)s?", what=words.title),
            then=(str(words.while_stopped), gettext("It stays stopped until an operator lets it run again.")),
            yes=gettext("Stop"),
            no=gettext("Let it run"),
            action=action,
            back=back,
        )
    return Question(
        asks=gettext("Let it run again: %(what)s?", what=words.title),
        then=(str(words.when_started),),
        yes=gettext("Start"),
        no=gettext("Leave it stopped"),
        action=action,
        back=back,
        is_grave=False,
    )


@dataclass(frozen=True, slots=True)
class Switch:
    """What a switch is called, what happens while it is stopped, and when it runs again."""

    title: LazyString
    while_stopped: LazyString
    when_started: LazyString


SWITCHES: Final = {
    "sales": Switch(
        _l("Sales"),
        _l(
            "No new order is made, on any page or by the API. Orders that exist can be paid, and are credited and "
            "drawn as always."
        ),
        _l("Orders are made again, on all pages and by the API, at once."),
    ),
    "settlement": Switch(
        _l("Settlement"),
        _l(
            "No draw is begun or written down. Rounds are still sealed in time, so that none becomes void; the result "
            "will be the same later."
        ),
        _l("Rounds whose closing block is buried are drawn, the oldest first, at once."),
    ),
    "writes": Switch(
        _l("Everything that partners and players write"),
        _l(
            "No form and no API call of theirs changes anything. The chain is followed and rounds are settled as "
            "always."
        ),
        _l("Forms and API calls of partners and players change things again, at once."),
    ),
}


def of_site(act: str, site: PartnerSite) -> Question:
    """A decision about a partner's site."""
    asks, then, yes, no = _SITES[act]
    already = _already(act, site)
    told = (already,) if already else tuple(str(one) for one in then)
    back = f"/admin/partners/{site.name}"
    return Question(
        asks=str(asks) % {"name": site.name},
        then=told,
        yes=str(yes),
        no=str(no),
        action=_at(f"{back}/decide", act=act),
        back=back,
        is_grave=act in ("reject", "stop"),
    )


def _already(act: str, site: PartnerSite) -> str | None:
    """That the decision was made before, for who has opened its page again; None where it was not."""
    if act == "verify" and site.verification_status == "verified":
        return str(gettext("The owner is verified already: nothing changes."))
    if act == "reject" and site.verification_status == "rejected":
        return str(gettext("It was refused before: only the reason changes."))
    if act == "stop" and site.stopped_reason:
        return str(gettext("The site is stopped already, and cannot be stopped twice."))
    if act == "release" and not site.stopped_reason:
        return str(gettext("The site is not stopped: there is nothing to release."))
    return None


_SITES: Final[dict[str, tuple[LazyString, tuple[LazyString, ...], LazyString, LazyString]]] = {
    "verify": (
        _l("Verify the owner of %(name)s?"),
        (
            _l("The site has full limits, and its earnings are payable."),
            _l("Everybody may read that its owner is verified."),
        ),
        _l("Verify"),
        _l("Not yet"),
    ),
    "reject": (
        _l("Refuse to verify %(name)s?"),
        (
            _l("Its earnings are kept and not paid until its owner is verified."),
            _l("Everybody may read the reason that you give."),
        ),
        _l("Refuse"),
        _l("Leave it as it is"),
    ),
    "stop": (
        _l("Pause %(name)s?"),
        (
            _l("No order is made on this site until operators release it. Its owner cannot take it live."),
            _l("Orders that exist can be paid, and are credited and drawn as always."),
            _l("The owner reads the reason that you give."),
        ),
        _l("Pause"),
        _l("Let it run"),
    ),
    "release": (
        _l("Release %(name)s?"),
        (_l("Its owner may take it live again; until then it stays paused."),),
        _l("Release"),
        _l("Leave it paused"),
    ),
}


def _at(path: str, **query: str) -> str:
    """The question's own address: loaded again it asks the same."""
    return f"{path}?{urlencode(query)}"
