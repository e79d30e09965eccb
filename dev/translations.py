"""`make translations`: the words that players read, out of code and templates, into translations/*.po.

Translations that exist are kept, words that are gone are dropped, and new ones are left empty: tests name them. Of a
language that is a draft only the words of some pages are wanted.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from app.core.web.languages import DRAFTS

TOP = Path(__file__).resolve().parent.parent
FOLDER = TOP / "translations"
MAPPING = TOP / "babel.cfg"
DRAFTED: tuple[str, ...] = (
    "app/core/web/templating.py",
    "app/faces/play/",
    "app/games/luckotto/records/pages.py",
    "app/games/swertres/",
    "app/games/ticket_draw/models.py",
    "app/games/ticket_draw/records/pages.py",
    "app/money/",
    "app/people/",
    "templates/base.html",
    "templates/email/",
    "templates/faces/play/",
    "templates/games/swertres/",
    "templates/money/",
    "templates/people/",
    "templates/push/",
    "templates/shared/_ask.html",
    "templates/shared/_forms.html",
    "templates/shared/_time.html",
    "templates/sms/",
    "app/selling/bets/messages.py",
    "app/selling/bets/sealing/wording.py",
    "app/selling/bets/settlement/telling.py",
)
"""Whose words the drafts have: pages of players, and what is written to them."""
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}


def languages() -> list[str]:
    """Those that have a catalogue. A new language begins with an empty file, `translations/XX.po`."""
    return sorted(file.stem for file in FOLDER.glob("*.po"))


def extract() -> Catalog:
    """Everything that babel.cfg names, as it stands in the sources."""
    with MAPPING.open() as lines:
        methods, options = parse_mapping_cfg(lines)  # type: ignore[no-untyped-call]
    found = Catalog(fuzzy=False)
    for name, _line, message, comments, context in extract_from_dir(
        TOP, methods, options, keywords=KEYWORDS, comment_tags=(), directory_filter=lambda folder: _is_ours(str(folder))
    ):
        found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def _is_ours(folder: str) -> bool:
    return Path(folder) == TOP or Path(folder).relative_to(TOP).parts[0] in ("app", "templates")


def read(language: str) -> Catalog:
    """A language's catalogue."""
    with (FOLDER / f"{language}.po").open("rb") as lines:
        return read_po(lines, locale=language)


def write(catalogue: Catalog, language: str) -> None:
    """One entry after another by their place in the sources; nothing in the file changes by itself."""
    catalogue.project, catalogue.version = "Tiraj", ""
    catalogue.header_comment = f"# Tiraj in {catalogue.locale.english_name if catalogue.locale else language}"
    with (FOLDER / f"{language}.po").open("wb") as out:
        out.write(b'msgid ""\nmsgstr ""\n')
        for name in ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"):
            out.write(f'"{name}: {dict(catalogue.mime_headers)[name]}\\n"\n'.encode())
        out.write(b"\n")
        write_po(out, catalogue, omit_header=True, include_lineno=False, ignore_obsolete=True, width=0)


def is_wanted(message: Message, language: str) -> bool:
    """Whether a language has words for it: of the drafts only what stands on their pages."""
    if language not in DRAFTS or not message.id:
        return True
    return any(str(name).startswith(DRAFTED) for name, _ in message.locations)


def missing(catalogue: Catalog) -> int:
    """How many of its messages have no words yet."""
    return sum(not all(forms(message)) for message in catalogue if message.id)


def forms(message: Message) -> list[str]:
    """The translation, or its plural forms; empty strings where there is none."""
    found = message.string
    return [str(form or "") for form in found] if isinstance(found, list | tuple) else [str(found or "")]


def main() -> None:
    source = extract()
    for language in languages():
        catalogue = read(language)
        catalogue.update(source, no_fuzzy_matching=True)
        for message in [one for one in catalogue if not is_wanted(one, language)]:
            catalogue.delete(message.id, message.context)
        write(catalogue, language)
        print(f"{language}: {len(catalogue)} messages, {missing(catalogue)} to translate")


if __name__ == "__main__":
    main()
