"""The sentences for the error codes of decisions that two people make."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "approval_not_found": _l("There is no such proposal."),
    "approval_kind_unknown": _l("Nothing here can do this kind of proposal any more."),
    "approval_waits": _l(
        "A proposal about this waits for a second person already. Decide it, or take it back, before another is made."
    ),
    "refund_asked": _l("Round %(round)s of %(game)s is proposed already by %(by)s, and waits for a second person."),
    "nothing_due": _l("Nothing is due there any more."),
    "approval_decided": _l("This is decided already."),
    "approval_altered": _l("This is not what was proposed: what our tables say has been changed. Refuse it."),
    "approval_too_early": _l("This can be confirmed from %(opensAt)s on."),
    "approval_expired": _l("Nobody confirmed this in time. Propose it again."),
    "approval_outdated": _l("This makes no sense any more: %(why)s"),
    "approval_unread": _l("Open first what you have not seen yourself: %(what)s."),
    "approval_possible": _l("This is not for one alone: %(who)s can confirm it. Propose it."),
    "operator_not_given_back": _l("Nobody here could give it back: tick that you know it."),
    "approval_failed": _l("It was confirmed and could not be done; nothing was changed: %(why)s"),
    "approval_not_yours": _l("Only who proposed it takes it back; you may refuse it."),
    "approval_by_same_person": _l("Somebody else has to decide this: you have proposed it."),
    "approval_concerns_you": _l("Somebody else has to decide this: it is about you, or about a site of yours."),
    "approval_proposer_gone": _l("Who proposed this may not any more. Refuse it, or let somebody propose it anew."),
    "confirmation_needs_session": _l("Sign in by the form to decide this: name and password alone confirm nothing."),
}
