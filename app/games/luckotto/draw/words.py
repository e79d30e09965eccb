"""What the scripts in the reader's browser say: they carry no words of their own."""

from __future__ import annotations

from flask_babel import gettext

from app.selling.windows.words.verifier import run_words


def draw_words() -> dict[str, str]:
    """For a draw of six numbers that runs in the browser."""
    return {
        **run_words(),
        "matchesText": gettext("Your browser drew {numbers}, as recorded."),
        "differsText": gettext("Your browser drew {numbers}, but {expected} is claimed."),
        "drawnText": gettext("These inputs draw {numbers}. Enter the claimed numbers to compare."),
        "pool": gettext("Enter a whole number from 6 to 256."),
        "work": gettext("Enter a whole number from 1."),
        "numbers": gettext("Enter six different numbers with commas between them, or nothing."),
    }


def claims() -> dict[str, str]:
    """What the claims of a round's bundle are called that no other game makes, or makes in these words."""
    return {
        "jackpot": gettext("The jackpot is the base price of all combinations"),
        "prices": gettext("Every total is the base price of the combinations and the partner's edge, rounded up once"),
        "fates": gettext("Every payment counts for its order, or waits for its refund, as the rules say"),
        "allocation": gettext(
            "Funded orders got their numbers in chain order: those they asked for, or the nearest free ones"
        ),
        "apart": gettext("No two tickets share six numbers, so that at most one can win"),
        "draw": gettext("The six numbers follow from the closing block's hash"),
    }
