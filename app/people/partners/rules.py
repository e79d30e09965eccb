"""Pure rules of a partner's settings. Document 001, "Validation rules"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from app.core.errors import DomainError
from app.core.money import percent_from_rate
from app.core.text.names import title, words

MIN_NAME_LENGTH = 3
MAX_NAME_LENGTH = 64
MAX_DISPLAY_NAME_LENGTH = 80
MAX_EDGE_PERCENT = 15
LONGEST_ADDRESS = 90  # BIP 173
DEFAULT_ACCENT = "#2543c4"

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LOOK_ALIKES = str.maketrans("0134578", "oleastb")
_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
_PERCENT = re.compile(r"0|[1-9][0-9]?")

_OUR_PATHS = """
about account admin api app assets auth blockscan dev docs embed hash-draw hash-tweak health help home
house-edge index jobs login logout lots mail mailbox metrics new operator orders partners payouts players
price-example privacy ready reset-db root security settings signup slips static support system terms
theme tiraj utilities verify webhooks www
"""
_NO_NAMES = "false nan none null true undefined"  # what programs write where a name is missing
RESERVED_NAMES = frozenset((_OUR_PATHS + _NO_NAMES).split())

_TRANSITIONS = {"draft": {"live"}, "live": {"paused"}, "paused": {"live"}}


def normalise_name(text: str) -> str:
    """The nearest thing to a name in `text`: lower case, spaces and underscores as single hyphens.

    For offering, never for storing: a name never changes, so nobody gets one they did not type.
    """
    return re.sub(r"[\s_-]+", "-", text.strip().lower()).strip("-")


def names_for(title: str) -> Iterator[str]:
    """Names that a site of this title might have: the nearest one first, then with a number. For offering, never for
    storing. The form's script offers the first of them while the title is typed."""
    bare = "".join(char for char in unicodedata.normalize("NFD", title) if not unicodedata.combining(char)).lower()
    nearest = re.sub(r"[^a-z0-9]+", "-", re.sub("['\u2019]", "", bare))[:MAX_NAME_LENGTH].strip("-")
    yield from (nearest, *(f"{nearest[: MAX_NAME_LENGTH - 2]}-{number}" for number in range(2, 10)))


def check_name(text: str, of_games: Collection[str] = ()) -> str:
    """`text` if it may be a site's name (its slug). `of_games` are the names and paths of games.

    Raises DomainError (field `name`): `slug_invalid`, with the nearest valid name as `suggestion` if there is one, or
    `slug_reserved`.
    """
    if not _is_name(text):
        suggestion = normalise_name(text)
        if _is_name(suggestion) and not _is_reserved(suggestion, of_games):
            raise DomainError("slug_invalid_but", field="name", suggestion=suggestion)
        raise DomainError("slug_invalid", field="name")
    if _is_reserved(text, of_games):
        raise DomainError("slug_reserved", field="name")
    return text


def look_alike(name: str) -> str:
    """What two names have in common that a hurried eye takes for one. The unique index computes the same."""
    return name.lower().replace("-", "").translate(_LOOK_ALIKES)


def check_display_name(text: str) -> str:
    """The site's title: NFC, trimmed, inner spaces collapsed, 1 to 80 characters that all show, in their order.

    Raises DomainError `display_name_invalid` (field `display_name`).
    """
    found = title(text, MAX_DISPLAY_NAME_LENGTH)
    if found is None:
        raise DomainError("display_name_invalid", field="display_name")
    return found


def check_key_name(text: str) -> str:
    """What a key is for, in its owner's words, under the rules of titles.

    Raises DomainError `key_name_invalid` (field `name`).
    """
    try:
        return check_display_name(text)
    except DomainError:
        raise DomainError("key_name_invalid", field="name") from None


def check_reason(text: str) -> str:
    """Why operators decided something, in one line.

    Raises DomainError (field `reason`): `reason_missing`, or `reason_invalid` where not all of it shows.
    """
    line = " ".join(text.split())
    if not line:
        raise DomainError("reason_missing", field="reason")
    found = words(line, len(line))
    if not found:
        raise DomainError("reason_invalid", field="reason")
    return found


def earnings_are_payable(verification_status: str) -> bool:
    """Whether a site is paid what it earned. Jackpots of its players are paid whatever its status is."""
    return verification_status == "verified"


def address_is_guarded(verification_status: str, *, is_handed_over: bool) -> bool:
    """Whether a second person is asked before the payout address changes: of a verified site, and of one that was when
    it was handed over, or to hand it over would be the way around that."""
    return earnings_are_payable(verification_status) or is_handed_over


def edge_percent(rate: object) -> int:
    """The whole percentage of a decimal rate from 0 through 0.15 in steps of 0.01. A text is no rate, nor is a float.

    Raises DomainError `house_edge_invalid` (field `house_edge`).
    """
    if isinstance(rate, bool) or not isinstance(rate, int | Decimal):
        raise DomainError("house_edge_invalid", field="house_edge")
    exact = Decimal(rate)
    percent = percent_from_rate(exact) if exact.is_finite() and not exact.is_signed() else None
    if percent is None or not 0 <= percent <= MAX_EDGE_PERCENT:
        raise DomainError("house_edge_invalid", field="house_edge")
    return percent


def rate_from_percent(text: str) -> Decimal:
    """The rate of a whole percentage as a form sends it, such as "7".

    Raises DomainError `house_edge_invalid` (field `house_edge`).
    """
    if not _PERCENT.fullmatch(text) or int(text) > MAX_EDGE_PERCENT:
        raise DomainError("house_edge_invalid", field="house_edge")
    return Decimal(text) / 100


def clean_theme(theme: Mapping[str, object]) -> dict[str, str]:
    """What is kept of a theme: `accentColor` alone, as six lower-case hex digits. Unknown keys are ignored.

    Raises DomainError `accent_color_invalid` (field `accent_color`).
    """
    if "accentColor" not in theme:
        return {}
    accent = theme["accentColor"]
    if not isinstance(accent, str) or not _ACCENT.fullmatch(accent):
        raise DomainError("accent_color_invalid", field="accent_color")
    return {"accentColor": accent.lower()}


def clean_games(chosen: object, offered: Collection[str]) -> list[str] | None:
    """The games of a site's frame, each once, in the platform's order. None: all, those of the future too.

    Raises DomainError `games_invalid` (field `games`) for an unknown game, or for none at all.
    """
    if chosen is None:
        return None
    names = list(chosen) if isinstance(chosen, Sequence) and not isinstance(chosen, str) else []
    if not names or not all(isinstance(name, str) and name in offered for name in names):
        raise DomainError("games_invalid", field="games")
    kept = [name for name in offered if name in names]
    return None if len(kept) == len(offered) else kept


LONGEST_ADDRESS = 90  # BIP 173


def one_spelling(address: str) -> str:
    """Without spaces, as pages print it in groups; bech32 in capitals in small letters."""
    whole = "".join(address.split())
    is_bech32 = whole.isupper() and whole.startswith(("BC1", "TB1", "BCRT1"))
    return whole.lower() if is_bech32 else whole


def canonical_address(text: str) -> str:
    """An address as it is stored: bech32 may be typed all in capitals and means the same, and spaces are none of it.

    Raises DomainError `payout_address_missing`, or `payout_address_has_spaces` for what is longer than any address
    without them (field `payout_address`). Whether it is an address at all is for the chain to say.
    """
    address = one_spelling(text)
    if not address:
        raise DomainError("payout_address_missing", field="payout_address")
    if len(address) > LONGEST_ADDRESS and len(text.split()) > 1:
        raise DomainError("payout_address_has_spaces", field="payout_address")
    return address


def check_transition(before: str, after: str) -> None:
    """Drafts go live, live sites pause, paused ones go on. A site that took orders is no draft again.

    Raises DomainError `status_not_allowed` (409, field `status`).
    """
    if after not in _TRANSITIONS.get(before, set()):
        raise DomainError("status_not_allowed", status=409, field="status", before=before, after=after)


def _is_name(text: str) -> bool:
    return MIN_NAME_LENGTH <= len(text) <= MAX_NAME_LENGTH and _NAME.fullmatch(text) is not None


def _is_reserved(name: str, of_games: Collection[str]) -> bool:
    look = look_alike(name)
    return look in _RESERVED_LOOKS or look in map(look_alike, of_games)


_RESERVED_LOOKS = frozenset(map(look_alike, RESERVED_NAMES))
