"""The sentences for Luckotto's error codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "numbers_count": _l("Choose 6 to 25 numbers."),
    "numbers_not_whole": _l("Numbers are whole numbers."),
    "numbers_repeated": _l("Each number can be chosen once."),
    "numbers_out_of_pool": _l("Choose numbers that are on the grid."),
    "order_below_minimum": _l(
        "These numbers cost %(totalSats)s sat, and no payment may be below %(minimumSats)s sat. Choose at least "
        "%(numbers)s numbers."
    ),
    "partner_id_missing": _l("Say once whose player it is: partnerId."),
    "partner_mismatch": _l("The key belongs to another partner site than partnerId names."),
}
