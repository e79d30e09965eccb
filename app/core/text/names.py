"""What people may call themselves and their things: one rule, asked wherever something is named. Pure.

Every script's letters, marks and digits are welcome, and nothing that cannot be seen: the same name has to be the same
bytes, and two names that look alike the same name as far as that can be had. Which code points are ignored when a text
is shown, and which turn its direction, is Unicode's own data (`regex`); where a joiner joins is that of RFC 5892
(`idna`); how many marks are too many is UTS #39, 5.4. docs/decisions/0020 says why.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import regex
from idna.core import valid_contextj

LONGEST_IDENTIFIER: Final = 120
PUBLIC_RULE: Final = (
    "letters, marks and digits of any script, spaces and . _ - ' ’ ·, nothing invisible and at most four marks on a "
    "letter"
)
PRIVATE_RULE: Final = PUBLIC_RULE + "; also @ | # : + / = and the other signs of ASCII but quotation marks, < > and \\"

_NAME: Final = (
    r"\p{L}\p{Mn}\p{Mc}\p{Nd} ._\-'’·"
    "\u05be\u058a\u05f3\u05f4\u0f0b\u2027\u30fb"  # the hyphens of Hebrew and Armenian, UAX #31's signs inside words
)
_JOINERS: Final = "\u200c\u200d"
_WITHOUT_JOINERS: Final = dict.fromkeys(map(ord, _JOINERS))
_SIGNS: Final = r"!#$%&()*+,/:;=?@\[\]\^{|}~"
_PUBLIC: Final = regex.compile(rf"[{_NAME}{_JOINERS}]+")
_PRIVATE: Final = regex.compile(rf"[{_NAME}{_JOINERS}{_SIGNS}]+")
_WORDS: Final = regex.compile(rf"[\p{{L}}\p{{M}}\p{{N}}\p{{P}}\p{{S}} {_JOINERS}]+")
_BLANK_SIGNS: Final = "\u2800\U00013441\U00013442\U00016fe4\U0001d159"  # nothing to see, and Unicode calls them visible
_HIDDEN: Final = regex.compile(
    rf"[[\p{{Default_Ignorable_Code_Point}}\p{{Bidi_Control}}{_BLANK_SIGNS}]--[{_JOINERS}]]", regex.V1
)
_MARK: Final = r"[\p{Mn}\p{Me}[\p{Mc}--\p{ccc=0}]]"  # a spacing mark that has a class is drawn over its letter, too
_STACK: Final = regex.compile(rf"(?:{_MARK}[{_JOINERS}]?){{5}}|({_MARK})[{_JOINERS}]?\1", regex.V1)
_LOOSE_MARK: Final = regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}{_JOINERS}])\p{{M}}")
_JOINED_PICTURES: Final = regex.compile(
    r"(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}])\u200d(?=\p{Extended_Pictographic})"
)
_RA_BEFORE_VIRAMA: Final = regex.compile(r"(?<=[\u09b0\u0cb0])\u200d(?=[\u09cd\u0ccd]\p{L})")
"""Bengali and Kannada write ra with a joiner before the virama, where it is not to become the next letter's sign (The
Unicode Standard, 12.2 and 12.8); RFC 5892 forgot it."""
_HOW_DRAWN: Final = regex.compile(r"[\ufe0e\ufe0f]")  # as a picture or as a letter: never what
_BLANKS: Final = regex.compile(r"\p{Zs}")
_SPACES: Final = regex.compile(r" +")
_SPEAKS: Final = regex.compile(r"[\p{L}\p{N}]")


def public_name(text: str, most: int = LONGEST_IDENTIFIER) -> str | None:
    """A name that others read, in its one spelling; None if it cannot be one. `PUBLIC_RULE` says which can."""
    return _checked(text, most, _PUBLIC)


def private_name(text: str, most: int = LONGEST_IDENTIFIER) -> str | None:
    """What a partner calls somebody in its own books, shown to that partner alone: `PRIVATE_RULE`."""
    return _checked(text, most, _PRIVATE)


def title(text: str, most: int) -> str | None:
    """One line of words that name a thing: every visible character, with at least one letter or digit."""
    found = _line(text, most)
    return found if found is not None and _SPEAKS.search(found) else None


def words(text: str, most: int) -> str | None:
    """Lines of words, such as a reason: as titles, but empty lines are left out, and the text may be empty."""
    lines = [line for line in text.replace("\r\n", "\n").replace("\t", " ").split("\n") if line.strip(" ")]
    if len(text) > 4 * most:
        return None
    found = [_line(line, most) for line in lines]
    if None in found:
        return None
    joined = "\n".join(line for line in found if line is not None)
    return joined if len(joined) <= most else None


def _line(text: str, most: int) -> str | None:
    """Every visible character; how a picture is drawn and how wide a space is, nobody has to remember."""
    if len(text) > 4 * most:
        return None
    return _checked(_BLANKS.sub(" ", _HOW_DRAWN.sub("", text)), most, _WORDS, joins_pictures=True)


def composed(text: str, most: int) -> str | None:
    """A text to search for in the spelling that names are stored in; None where it is too long or not visible."""
    found = _SPACES.sub(" ", _BLANKS.sub(" ", _HOW_DRAWN.sub("", unicodedata.normalize("NFC", text[: most + 1]))))
    if len(text) > most:
        return None
    visible = found.translate(_WITHOUT_JOINERS)
    return found if len(found) >= min(len(text), 1) and visible.isprintable() else None


def _checked(text: str, most: int, allowed: regex.Pattern[str], *, joins_pictures: bool = False) -> str | None:
    """NFC, trimmed, inner spaces made one; None if that is no text of `allowed` characters, each of which shows."""
    if len(text) > 4 * most:  # normalising is not free
        return None
    tidy = _SPACES.sub(" ", unicodedata.normalize("NFC", text).strip(" "))
    if not 1 <= len(tidy) <= most or not allowed.fullmatch(tidy):
        return None
    if tidy.isascii():  # nothing there hides, stacks, joins or is younger than our tables
        return tidy
    if _HIDDEN.search(tidy) or _STACK.search(unicodedata.normalize("NFD", tidy)) or _LOOSE_MARK.search(tidy):
        return None
    if any(unicodedata.category(char) == "Cn" for char in tidy):  # younger than our tables: NFC may yet change it
        return None
    return tidy if _joins(_JOINED_PICTURES.sub("", tidy) if joins_pictures else tidy) else None


def _joins(text: str) -> bool:
    """Whether every joiner stands where its script joins, so that it can be seen."""
    rest = _RA_BEFORE_VIRAMA.sub("", text)
    return all(valid_contextj(rest, at) for at, char in enumerate(rest) if char in _JOINERS)
