"""What wins: one selection held against a draw, and the inverse that settlement asks for. Pure.

A line pays once however often it matches: the best of its tiers.
"""

from __future__ import annotations

from .kinds import FORM_OF, KINDS, OF_ONE_DIGIT, Form, Kind, canonical, selection_of, tiers
from .profiles import Profile, read


def wins(profile: Profile, kind: Kind, selection: str, digits: str) -> int | None:
    """The tier that a selection wins in, 0 the best; None: it does not win. Raises Refused for what is no selection."""
    wanted, form = canonical(kind, selection), FORM_OF[kind]
    for tier, places in enumerate(tiers(profile, form)):
        if any(selection_of(form, read(digits, place)) == wanted for place in places):
            return tier
    return None


def winners(profile: Profile, digits: str) -> dict[tuple[Kind, str], int]:
    """Every selection of every kind that wins on a draw, with its tier: some thirty of them."""
    found = {form: _of_form(profile, form, digits) for form in set(FORM_OF.values())}
    return {
        (kind, selection): tier
        for kind in KINDS
        for selection, tier in found[FORM_OF[kind]].items()
        if kind not in OF_ONE_DIGIT or len(set(selection)) == 1
    }


def _of_form(profile: Profile, form: Form, digits: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for tier, places in enumerate(tiers(profile, form)):
        for place in places:
            found.setdefault(selection_of(form, read(digits, place)), tier)
    return found
