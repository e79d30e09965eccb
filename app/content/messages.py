"""The sentences for the error codes of texts and the dictionary; operators read them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    # Texts
    "text_not_found": _l("There is no such text."),
    "title_missing": _l("Write a title in one language at least."),
    "title_invalid": _l("A title is one line of at most %(most)s characters, all of which show."),
    "body_too_long": _l("A text has at most %(most)s characters."),
    "body_invalid": _l("There is something in it that does not show."),
    "place_invalid": _l("A place is a whole number from 0 to %(most)s."),
    "words_missing": _l("What is published has its words in every language; they are missing here: %(language)s."),
    "until_before_from": _l("The end lies before the beginning."),
    "until_is_past": _l("The end is past already."),
    "moment_invalid": _l("Write a day and a time, in UTC."),
    "text_changed": _l("Somebody has written version %(version)s meanwhile. Nothing of yours was kept: load it again."),
    "not_published": _l("It is not published."),
    "page_taken": _l("That page has its text already: change that one."),
    # Tchala
    "dream_not_found": _l("There is no such dream."),
    "dream_known": _l("That word is in the dictionary already."),
    "dream_word_missing": _l("The word in Haitian Creole is missing."),
    "dream_word_invalid": _l("A word is one line of at most %(most)s characters, all of which show."),
    "dream_numbers_invalid": _l("Numbers are two digits each, 00 to 99: one to %(most)s of them, no number twice."),
    "dream_twice": _l("The same word as in line %(line)s."),
    "row_columns": _l("There are %(found)s columns instead of %(wanted)s."),
    "csv_missing": _l("Choose a file, or paste lines."),
    "csv_not_text": _l("The file is no text in UTF-8."),
    "csv_not_read": _l("This line cannot be read as CSV."),
    "csv_columns": _l("The first line names the columns: numbers, ht, fr, en."),
    "csv_empty": _l("There are no dreams in it."),
    "csv_too_long": _l("At most %(most)s lines at a time."),
    "csv_has_bad_rows": _l("Mend the lines that are named, then send the file again: nothing was changed."),
    "source_invalid": _l("Say in at most %(most)s characters where the list is from."),
}
