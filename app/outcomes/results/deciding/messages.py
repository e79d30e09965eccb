"""Sentences for what is refused about results."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

MESSAGES: Final = {
    "lottery_unknown": _l("There is no such lottery here."),
    "slot_unknown": _l("That lottery has no draw at this time."),
    "result_not_found": _l("Nobody waits for such a result."),
    "result_expected_otherwise": _l("Another draw is waited for under this name."),
    "result_known": _l("The result is known already."),
    "result_not_known": _l("The result is not known yet."),
    "result_dismissed": _l("Nobody waits for this result any more."),
    "result_too_early": _l("It was not drawn yet."),
    "numbers_invalid": _l("Write %(digits)s digits, without blanks: leading zeros too."),
    "numbers_the_same": _l("These numbers count already."),
    "lottery_has_one_source": _l("It has no two independent sources: one alone confirms nothing."),
    "confirming_as_it_is": _l("That is how it is already."),
    "paper_missing": _l("Attach the broadcast first: what two people enter rests on it."),
    "paper_not_found": _l("There is no such paper."),
    "papers_too_many": _l("At most %(most)s papers."),
    "source_unknown": _l("There is no such source."),
    "source_as_it_is": _l("That is how it is already."),
    "host_invalid": _l("Write an address like https://www.example.com, without a path."),
    "parser_unknown": _l("There is no such parser."),
    "origin_invalid": _l("Small letters, digits and _, 2 to 40 of them."),
}
